"""The pictures of a study's report: first the check, then what was learned, then what came out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.reports.drawing import AIM, MINUTE, OWN, REST, figure
from simulations.studies.hours import clock
from simulations.studies.outcome import Outcome

from .running import Study

__all__ = ["PICTURES"]

Draw = Callable[[Study, Path], None]
_COLOURS = (OWN, AIM)
_MOST_PARTS = 8
_STRAY = 0.03


def check(study: Study, path: Path) -> None:
    """Each past day's mean wait: what happened against the central 90 % of the draws."""
    if study.trust is None:
        return
    made, axes = figure(10.0, 3.8)
    days = study.trust.days
    places = np.arange(len(days))
    low, high = (
        np.array([getattr(day.mean_wait_s, name) for day in days]) / MINUTE for name in ("low", "high")
    )
    axes.vlines(places, low, high, color=REST, lw=7, label="simulated, 90 % of the draws")
    happened = np.array([day.mean_wait_s.happened for day in days]) / MINUTE
    axes.plot(places, happened, "D", color=AIM, ms=6, label="what happened")
    axes.set_xticks(places, [f"{day.date:%d %b}\n{day.tickets}" for day in days], fontsize=8)
    axes.set(xlabel="day, tickets below", ylabel="mean wait, minutes", ylim=(0, None))
    axes.legend(frameon=False, ncols=2, loc="lower right", bbox_to_anchor=(1.0, 1.0))  # clear of the days
    made.savefig(path)


def demand(study: Study, path: Path) -> None:
    """Expected customers of each half-hour by business."""
    made, axes = figure(10.0, 4.0)
    of = study.prepared[0].scenario.demand
    hours = _hours(of.begins_s, of.slot_s, of.expected.shape[0])
    bottom = np.zeros(hours.size)
    parts = {business: of.of_business(business) for business in of.businesses[:_MOST_PARTS]}
    if others := of.businesses[_MOST_PARTS:]:
        parts[f"{len(others)} others"] = np.sum([of.of_business(business) for business in others], axis=0)
    for number, (business, each) in enumerate(parts.items()):
        axes.bar(hours, each, of.slot_s / 3600, bottom, align="edge", label=business, color=_shade(number))
        bottom += each
    cases = f"{of.tickets} tickets of {of.days} days" if of.days else "written by hand"
    axes.set_title(f"{cases}; a day's busyness varies by {of.busyness_cv:.0%}", loc="left", fontsize=10)
    axes.set(xlabel="hour", ylabel="customers in half an hour", ylim=(0, None))
    axes.legend(frameon=False, ncols=4)
    made.savefig(path)


def services(study: Study, path: Path) -> None:
    """How long services last: the share that is shorter."""
    made, axes = figure(10.0, 4.0)
    prepared = study.prepared[0]
    cases = {one.key: one.cases for one in prepared.scenario.behaviour.cases if one.about == "service"}
    for number, business in enumerate(prepared.scenario.demand.businesses[:_MOST_PARTS]):
        table = prepared.scenario.behaviour.services[business]
        share = np.linspace(0.0, 1.0, table.size)
        label = f"{business}: {cases.get(business, 0)} cases"
        axes.plot(table / MINUTE, share, label=label, color=_shade(number))
    axes.set(xlabel="minutes", ylabel="share of services that are shorter", ylim=(0, 1))
    axes.set_xlim(0, max(_far(study, business) for business in prepared.scenario.demand.businesses))
    axes.legend(frameon=False)
    made.savefig(path)


def tellers(study: Study, path: Path) -> None:
    """By how much each teller's services are longer or shorter than usual."""
    made, axes = figure(10.0, 3.6)
    cases = [one for one in study.prepared[0].scenario.behaviour.cases if one.about == "teller"]
    cases = sorted(cases, key=lambda one: one.mean)[:64]
    places = np.arange(len(cases))
    axes.axhline(1.0, color=REST, lw=1)
    axes.plot(places, [one.mean for one in cases], "o", color=OWN)
    axes.set_xticks(places, [f"{one.key}\n{one.cases}" for one in cases], fontsize=7, rotation=90)
    most = 1.1 * max((one.mean for one in cases), default=1.0)
    axes.set(xlabel="teller, services below", ylabel="times the usual service", ylim=(0, most))
    made.savefig(path)


def patience(study: Study, path: Path) -> None:
    """The share of customers that put up with a wait."""
    made, axes = figure(10.0, 4.0)
    prepared = study.prepared[0]
    cases = {one.key: one.cases for one in prepared.scenario.behaviour.cases if one.about == "left"}
    hazard = np.linspace(0.0, 4.0, 129)
    for number, business in enumerate(prepared.scenario.demand.businesses[:_MOST_PARTS]):
        times = prepared.scenario.behaviour.patience[business]
        label = f"{business}: {cases.get(business, 0)} left"
        axes.plot(np.minimum(times / MINUTE, 1e4), np.exp(-hazard), label=label, color=_shade(number))
    axes.set(xlabel="wait offered, minutes", ylabel="share that stays", xlim=(0, 60), ylim=(0, 1))
    axes.legend(frameon=False)
    made.savefig(path)


def waits(study: Study, path: Path) -> None:
    """The mean wait by half-hour of arrival, with the days' central 80 %."""
    made, axes = figure(10.0, 4.5)
    for outcome, colour in zip(study.outcomes, _COLOURS, strict=False):
        hours = _hours(outcome.grid.begins_s, outcome.grid.slot_s, outcome.grid.slots)
        called, waited = outcome.called.sum(axis=2), outcome.waited_s.sum(axis=2)
        by_day = np.where(called > 0.0, waited / np.maximum(called, 1.0), np.nan) / MINUTE
        seen = called.mean(axis=0) > _STRAY * called.mean(axis=0).max()  # a stray one is no curve
        low, high = np.nanquantile(by_day[:, seen], (0.1, 0.9), axis=0)
        mean = [outcome.mean_wait_s(slot=int(slot)).value / MINUTE for slot in np.flatnonzero(seen)]
        axes.fill_between(hours[seen], low, high, color=colour, alpha=0.18, lw=0)
        axes.plot(hours[seen], mean, color=colour, lw=2, label=outcome.name)
    axes.set(xlabel="hour of arrival", ylabel="minutes", ylim=(0, None))
    axes.legend(frameon=False)
    made.savefig(path)


def levels(study: Study, path: Path) -> None:
    """How many windows are open against how many are kept busy, by half-hour."""
    made, axes = figure(10.0, 3.6)
    for prepared, colour in zip(study.prepared, _COLOURS, strict=False):
        of = prepared.scenario.demand
        hours = _hours(of.begins_s, of.slot_s, of.expected.shape[0])
        axes.step(
            np.append(hours, hours[-1] + of.slot_s / 3600),
            np.append(prepared.scenario.open_windows(), prepared.scenario.open_windows()[-1:]),
            where="post",
            color=colour,
            label=f"{prepared.scenario.name}: {prepared.scenario.window_hours:.1f} window-hours",
        )
    axes.set(xlabel="hour", ylabel="windows open", ylim=(0, None))
    axes.legend(frameon=False)
    made.savefig(path)


def heat(study: Study, path: Path) -> None:
    """P(wait > N) by half-hour and business, of the last scenario."""
    outcome = study.outcomes[-1]
    made, axes = figure(10.0, 1.6 + 0.45 * len(outcome.grid.businesses))
    shares = _shares(outcome)
    image = axes.imshow(
        shares, aspect="auto", cmap="YlOrBr", vmin=0.0, vmax=max(0.05, float(np.nanmax(shares)))
    )
    starts = outcome.grid.begins_s + outcome.grid.slot_s * np.arange(outcome.grid.slots)
    every = max(1, outcome.grid.slots // 16)
    axes.set_xticks(
        np.arange(0, outcome.grid.slots, every), [clock(at) for at in starts[::every]], fontsize=8
    )
    axes.set_yticks(np.arange(len(outcome.grid.businesses)), outcome.grid.businesses)
    made.colorbar(image, ax=axes, label=f"P(wait > {outcome.late_s / MINUTE:g} min)")
    made.savefig(path)


PICTURES: tuple[tuple[str, str, str, Draw], ...] = (
    (
        "check.svg",
        "What happened, and what would have been simulated",
        "Each past day with its own arrivals and the windows as they were attended; learned on earlier days.",
        check,
    ),
    ("waits.svg", "Waits by half-hour", "Lines: the mean; bands: the central 80 % of the days.", waits),
    ("levels.svg", "Windows", "Open windows by half-hour.", levels),
    ("heat.svg", "Late by half-hour and business", "Of the last scenario; white: hardly anybody.", heat),
    ("demand.svg", "Who comes", "Expected customers by half-hour and business.", demand),
    ("services.svg", "How long services last", "By business, at the usual teller.", services),
    ("tellers.svg", "Tellers", "Drawn to 1 by how few services there were.", tellers),
    (
        "patience.svg",
        "What people put up with",
        "Read off the waits that those who left would have had.",
        patience,
    ),
)
"""File name, title, caption, and what draws it."""


def _shares(outcome: Outcome) -> NDArray[np.float64]:
    """The share of late ones [B, H]; NaN where nobody comes."""
    shares = np.full((len(outcome.grid.businesses), outcome.grid.slots), np.nan)
    for row, business in enumerate(outcome.grid.businesses):
        shares[row] = [outcome.late_share(business, slot).value for slot in range(outcome.grid.slots)]
    return shares


def _far(study: Study, business: str) -> float:
    table = study.prepared[0].scenario.behaviour.services[business]
    return float(table[int(0.99 * (table.size - 1))]) / MINUTE


def _hours(begins_s: float, slot_s: float, slots: int) -> NDArray[np.float64]:
    return np.asarray((begins_s + slot_s * np.arange(slots)) / 3600.0, float)


def _shade(number: int) -> str:
    return ("#1f5f8b", "#b3541e", "#4d8f5b", "#7a5c99", "#c2a33a", "#5f7683", "#a4476b", "#3aa3a0")[
        number % 8
    ]
