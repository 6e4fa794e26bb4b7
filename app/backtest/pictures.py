"""The pictures of a backtest's report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.reports.drawing import AIM, MINUTE, OWN, REST, figure

from .scores import Score
from .study import Study
from .waits import LEVELS

Floats = NDArray[np.float64]
Draw = Callable[[Study, Path], None]
MOST_LABELS, MOST_LETTERS = 40, 120
"""Of an axis: what can be read, and what fits side by side."""


def reliability(study: Study, path: Path) -> None:
    """How often the wait was shorter than each quantile: as drawn, and what was said of the three levels."""
    made, axes = figure(6.0, 5.0)
    waited = np.array([case.waited_s for case in study.served])
    drawn = np.array([case.drawn.stays for case in study.served]).reshape(-1, len(LEVELS))
    said = np.array([one.quantiles for one in study.said]).reshape(-1, 3)
    axes.plot([0, 1], [0, 1], color=AIM, lw=1, label="as it should be")
    if waited.size:
        axes.plot(LEVELS, (waited[:, None] <= drawn).mean(axis=0), "o-", color=REST, label="the draws alone")
        axes.plot((0.1, 0.5, 0.9), (waited[:, None] <= said).mean(axis=0), "D", color=OWN, ms=8, label="said")
    axes.set(xlabel="quantile", ylabel="share of waits that were shorter", xlim=(0, 1), ylim=(0, 1))
    axes.legend(frameon=False)
    made.savefig(path)


def coverage_by_day(study: Study, path: Path) -> None:
    """The share of each day's waits inside the 80 % range."""
    _coverage(study.by["day"], "day", path)


def coverage_by_depth(study: Study, path: Path) -> None:
    """The same by the number of people ahead."""
    _coverage(study.by["depth"], "people ahead", path)


def error_by_horizon(study: Study, path: Path) -> None:
    """The median's error and the range's half width by how long the wait was said to be."""
    made, axes = figure(8.0, 4.0)
    said = np.array([one.median_s for one in study.said])
    if said.size:
        waited = np.array([case.waited_s for case in study.served])
        half = np.array([(one.high_s - one.low_s) / 2 for one in study.said])
        place = np.searchsorted(np.quantile(said, np.linspace(0, 1, 13)[1:-1]), said)
        bins = [place == number for number in range(12) if (place == number).any()]
        middle = [said[each].mean() / MINUTE for each in bins]
        error = [np.abs(said - waited)[each].mean() / MINUTE for each in bins]
        axes.plot(middle, error, "o-", color=OWN, label="mean error of the median")
        axes.plot(
            middle, [half[each].mean() / MINUTE for each in bins], "o--", color=REST, label="half the range"
        )
        axes.legend(frameon=False)
    axes.set(xlabel="wait said, minutes", ylabel="minutes", ylim=(0, None))
    made.savefig(path)


def fan_of_a_day(study: Study, path: Path) -> None:
    """The busiest day: each ticket's range by its time of issue, and how long it waited."""
    made, axes = figure(10.0, 4.5)
    days = study.by["day"]
    busiest = max(days, key=lambda day: days[day].n, default=None)
    chosen = [
        (case, one)
        for case, one in zip(study.served, study.said, strict=True)
        if str(case.at.date()) == busiest
    ]
    if chosen:
        hours = [case.at.hour + case.at.minute / 60 + case.at.second / 3600 for case, _ in chosen]
        low = [one.low_s / MINUTE for _, one in chosen]
        high = [one.high_s / MINUTE for _, one in chosen]
        axes.vlines(hours, low, high, color=REST, lw=1.2, label="80 % range said")
        axes.plot(hours, [case.waited_s / MINUTE for case, _ in chosen], ".", color=AIM, ms=4, label="waited")
        axes.legend(frameon=False)
        axes.set_title(busiest, loc="left")
    axes.set(xlabel="hour of issue", ylabel="minutes", ylim=(0, None))
    made.savefig(path)


PICTURES: Mapping[str, tuple[str, str, Draw]] = {
    "reliability.svg": (
        "Reliability",
        "A quantile is reliable if that share of the waits is shorter than it.",
        reliability,
    ),
    "coverage_by_day.svg": (
        "Coverage by day",
        "The share of each day's waits inside the 80 % range; bars: 95 % confidence.",
        coverage_by_day,
    ),
    "coverage_by_depth.svg": (
        "Coverage by depth",
        "The same by the number of people ahead at issue; bars: 95 % confidence.",
        coverage_by_depth,
    ),
    "error_by_horizon.svg": (
        "Error against horizon",
        "How far off the median was, and how wide the range, by how long the wait was said to be.",
        error_by_horizon,
    ),
    "fan_of_a_day.svg": (
        "The busiest day",
        "Each ticket's range at its time of issue, and what happened.",
        fan_of_a_day,
    ),
}
"""By file name: title, caption, and what draws it."""


def _coverage(parts: Mapping[str, Score], name: str, path: Path) -> None:
    made, axes = figure(10.0, 3.6)
    known = [(part, score) for part, score in parts.items() if score.coverage is not None]
    shares = np.array([score.coverage for _, score in known], float)
    counts = np.array([score.n for _, score in known], float)
    places = np.arange(len(known))
    axes.axhline(0.8, color=AIM, lw=1)
    if known:
        error = 1.96 * np.sqrt(0.8 * 0.2 / counts)
        axes.errorbar(places, shares, yerr=error, fmt="o", color=OWN, ecolor=REST, capsize=3)
        step = -(-len(known) // MOST_LABELS)
        named = [(part, str(score.n)) for part, score in known[::step]]
        crowded = sum(max(map(len, each)) for each in named) > MOST_LETTERS
        labels = [(": " if crowded else "\n").join(each) for each in named]
        axes.set_xticks(places[::step], labels, fontsize=8, rotation=90 if crowded else 0)
    lowest = min([0.4, *(shares - 0.05)])
    axes.set(xlabel=f"{name}, cases below", ylabel="coverage", ylim=(max(-0.02, lowest), 1.02))
    made.savefig(path)
