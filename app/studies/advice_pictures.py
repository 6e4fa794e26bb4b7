"""The pictures of a recommendation's report."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.reports.drawing import AIM, MINUTE, OWN, REST, figure
from simulations.staffing.goals import Target
from simulations.staffing.opening import HOUR_S, Windows
from simulations.staffing.recommend import Staffing
from simulations.studies.hours import clock
from simulations.studies.outcome import Estimate

from .advising import Advice

__all__ = ["PICTURES"]

Draw = Callable[[Advice, Path], None]
Floats = NDArray[np.float64]


def curve(advice: Advice, path: Path) -> None:
    """Window-hours against what they buy: waits over 15 minutes, walk-aways, the mean wait."""
    staffing, _ = _parts(advice)
    made, axes = figure(10.0, 4.2)
    hours = [rated.hours for rated in staffing.curve]
    late = _bands([rated.late_all for rated in staffing.curve])
    left = _bands([rated.left for rated in staffing.curve])
    for (value, low, high), colour, label in (
        (late, OWN, "wait more than 15 min"),
        (left, REST, "leave before being called"),
    ):
        axes.fill_between(hours, 100 * low, 100 * high, color=colour, alpha=0.2, lw=0)
        axes.plot(hours, 100 * value, "o-", color=colour, label=label)
    other = axes.twinx()
    other.plot(
        hours,
        [rated.waited_s.value / MINUTE for rated in staffing.curve],
        "s--",
        color=AIM,
        ms=4,
        label="mean wait",
    )
    other.set(ylabel="mean wait, minutes", ylim=(0, None))
    axes.axvline(staffing.best.hours, color="#1c2733", lw=1, ls=":")
    axes.set(xlabel="window-hours a day (dotted: recommended)", ylabel="% of customers", ylim=(0, None))
    axes.legend(frameon=False, loc="upper center")
    other.legend(frameon=False, loc="upper right")
    made.savefig(path)


def levels(advice: Advice, path: Path) -> None:
    """Windows open against customers who come; today's roster and, with shifts, what is really staffed."""
    staffing, windows = _parts(advice)
    made, axes = figure(10.0, 4.2)
    hours = _hours(windows)
    width = windows.slot_s / HOUR_S
    axes.bar(hours[:-1], advice.arrivals, width, align="edge", color=REST, alpha=0.5, label="customers")
    axes.set(xlabel="hour", ylabel="customers in half an hour", ylim=(0, None))
    other = axes.twinx()
    rosters = [("recommended", staffing.best.levels, OWN, "-")]
    if advice.today is not None:
        rosters.append(("the scenario's own", advice.today.levels, AIM, "--"))
    if advice.covered is not None:
        rosters.append(("staffed by the shifts", advice.covered.staffed.levels, OWN, ":"))
    for label, each, colour, style in rosters:
        steps = np.append(each, each[-1:])
        other.step(hours, steps, style, where="post", color=colour, lw=2, label=label)
    most = max(int(each.max()) for _, each, *_ in rosters)
    other.set(ylabel="windows open", ylim=(0, 1.25 * most))
    other.legend(frameon=False, loc="upper center", ncols=3)
    made.savefig(path)


def heat(advice: Advice, path: Path) -> None:
    """P(wait > N) by half-hour: recommended, the scenario's own, and Erlang's."""
    staffing, windows = _parts(advice)
    rosters = {"recommended": staffing.best}
    if advice.covered is not None:
        rosters["staffed by the shifts"] = advice.covered.staffed
    if advice.today is not None:
        rosters["the scenario's own"] = advice.today
    rosters |= staffing.baselines
    shares = np.array([[late.value for late in rated.late] for rated in rosters.values()])
    made, axes = figure(10.0, 1.6 + 0.45 * len(rosters))
    top = max(0.05, float(shares.max()))
    image = axes.imshow(shares, aspect="auto", cmap="YlOrBr", vmin=0.0, vmax=top)
    if isinstance(advice.goal, Target):
        for row, column in np.argwhere(shares > advice.goal.share):
            axes.text(column, row, "×", ha="center", va="center", fontsize=9)
    every = max(1, windows.slots // 16)
    starts = [clock(windows.opens_s + slot * windows.slot_s) for slot in range(0, windows.slots, every)]
    axes.set_xticks(np.arange(0, windows.slots, every), starts, fontsize=8)
    axes.set_yticks(np.arange(len(rosters)), list(rosters))
    made.colorbar(image, ax=axes, label=f"P(wait > {staffing.best.late_s / MINUTE:g} min)")
    made.savefig(path)


def shifts(advice: Advice, path: Path) -> None:
    """Who is where when: windows, breaks, duties and balancing of each teller."""
    if advice.covered is None:
        return
    seating = advice.covered.seating
    need = seating.cover.need
    made, axes = figure(10.0, 1.4 + 0.4 * len(seating.spells))
    colours = {"window": OWN, "duty": AIM, "break": "#ffffff", "balancing": "#c2a33a", "spare": REST}
    for row, spells in enumerate(seating.spells):
        for spell in spells:
            begins, ends = ((need.opens_s + at * need.slot_s) / HOUR_S for at in (spell.begins, spell.ends))
            colour = colours[spell.place.kind]
            axes.barh(row, ends - begins, left=begins, color=colour, edgecolor="#55626f", lw=0.6)
            dark = spell.place.kind in {"window", "duty"}
            short = spell.place.name if spell.place.kind == "window" else spell.place.name.split(",")[0]
            axes.text(
                (begins + ends) / 2, row, short,
                ha="center", va="center", fontsize=7, color="white" if dark else "#1c2733", clip_on=True,
            )  # fmt: skip
    names = [f"{crew.name} {number + 1}" for number, (crew, _) in enumerate(seating.cover.staff)]
    axes.set_yticks(np.arange(len(names)), names)
    axes.invert_yaxis()
    axes.set(xlabel="hour")
    made.savefig(path)


PICTURES: tuple[tuple[str, str, str, Draw], ...] = (
    (
        "levels.svg",
        "Windows and customers",
        "Bars: those who come in a half-hour, on average. Lines: windows open.",
        levels,
    ),
    (
        "curve.svg",
        "What hours buy",
        "Each point is the best roster found with so many window-hours, on fresh days; bands: 95 %.",
        curve,
    ),
    (
        "heat.svg",
        "Where people wait too long",
        "By half-hour of arrival, on fresh days; ×: the target is missed.",
        heat,
    ),
    ("shifts.svg", "Who is where", "Numbers are windows; white is a break.", shifts),
)
"""File name, title, caption, and what draws it."""


def _parts(advice: Advice) -> tuple[Staffing, Windows]:
    if advice.staffing is None or advice.windows is None:
        raise ValueError("nothing was recommended")
    return advice.staffing, advice.windows


def _bands(estimates: Iterable[Estimate]) -> tuple[Floats, Floats, Floats]:
    value, low, high = np.array(list(estimates)).T
    return value, low, high


def _hours(windows: Windows) -> Floats:
    return np.asarray(windows.opens_s + windows.slot_s * np.arange(windows.slots + 1)) / HOUR_S
