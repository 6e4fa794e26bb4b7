"""One study from beginning to end: what was asked, whether it can be trusted, and what came out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np

from simulations.studies.compare import Difference, compared
from simulations.studies.outcome import Estimate, Outcome
from simulations.studies.problems import StudyError
from simulations.studies.replaying import replayed
from simulations.studies.resolving import resolved
from simulations.studies.scenario_plan import WEEKDAYS
from simulations.studies.study import study
from simulations.studies.trust import Figure, Trust, as_it_was

from .preparing import Library, Prepared, checked, prepare

__all__ = ["Study", "replay", "simulate"]

Progress = Callable[[int, int], None]
Bars = Callable[[str], Progress]
_REPLICATIONS = 200
_FEW = 3  # days of a weekday


@dataclass(frozen=True, slots=True)
class Study:
    """What came of it. `trust` None: too little past to check; `outcomes` empty: it cannot be trusted.

    `days`: simulated, or (with `replay`) how often that day was. `differences`: of two scenarios.
    """

    prepared: tuple[Prepared, ...]
    days: int
    seed: int
    trust: Trust | None
    outcomes: tuple[Outcome, ...]
    differences: tuple[Difference, ...]
    replay: dt.date | None = None

    @property
    def verdict(self) -> str:
        """Return what a manager should know first, in a few sentences."""
        return " ".join(part for part in (self.reliance, self._answer(), *self.cautions) if part)

    @property
    def cautions(self) -> list[str]:
        """Return where there was little to learn from, a sentence each."""
        found = []
        for one in self.prepared:
            profile, weekday = one.known.profile, one.file.weekday
            if profile is None or weekday is None or one.file.arrivals or profile.days[weekday] >= _FEW:
                continue
            name, seen = WEEKDAYS[weekday].capitalize(), profile.days[weekday]
            teaches = f"only {seen} of them to learn from" if seen else "the mean of all days is taken"
            found.append(f"{name}s are little known: {teaches}.")
        return list(dict.fromkeys(found))

    @property
    def reliance(self) -> str:
        """Return how far the simulation can be relied on."""
        if self.trust is None and not self.prepared[0].known.days:
            return "Not held against anything that happened: there is no history."
        if self.trust is None:
            return (
                f"Not held against what happened: {len(self.prepared[0].known.days)} past days are too few."
            )
        if not self.trust.holds:
            doubts = " ".join(self.trust.doubts())
            return f"No advice: the simulation does not reproduce what happened. {doubts}"
        figure = self.trust.mean_wait_s
        return (
            f"On {len(self.trust.days)} past days the mean wait was {_span(figure.happened)}; simulated "
            f"{_span(figure.simulated)} ({_span(figure.low)} to {_span(figure.high)})."
        )

    def _answer(self) -> str:
        if not self.outcomes:
            return ""
        if not self.differences:
            wait = self.outcomes[0].mean_wait_s()
            if isnan(wait.value):
                return f"{self.outcomes[0].name}: nobody is called to a window."
            sure = "" if isnan(wait.low) else f" (95 %: {_span(wait.low)} to {_span(wait.high)})"
            return f"{self.outcomes[0].name}: the mean wait is {_span(wait.value)}{sure}."
        first = self.differences[0]
        gap = first.difference
        before, after = (outcome.name for outcome in self.outcomes)
        if isnan(gap.value):
            return f"{before} or {after}: nobody is called to a window, so there are no waits to compare."
        if gap.low > 0.0 or gap.high < 0.0:  # of one day it is not known
            way = "shorter" if gap.value < 0.0 else "longer"
            low, high = sorted((abs(gap.low), abs(gap.high)))
            return (
                f"{after}: waits are {_span(abs(gap.value))} {way} than with {before} (95 %: "
                f"{_span(low)} to {_span(high)}), worse on {first.worse_days:.0%} of the "
                f"{'draws' if self.replay else 'days'}.{self._price_of_shorter(gap)}"
            )
        return f"Between {before} and {after} there is no difference in waits that these days could show."

    def _price_of_shorter(self, gap: Estimate) -> str:
        """Waits also fall when people go unserved: then that is said beside it."""
        lost = next(each for each in self.differences if each.figure == "lost")
        if gap.value >= 0.0 or not lost.difference.low > 0.0:
            return ""
        return f" But {lost.after:.1%} of the customers are never called, instead of {lost.before:.1%}."

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON-able data; NaN is null."""
        return {
            "scenarios": [one.scenario.name for one in self.prepared],
            "days": self.days,
            "seed": self.seed,
            "replay": str(self.replay) if self.replay else None,
            "verdict": self.verdict,
            "cautions": self.cautions,
            "trust": _trust(self.trust),
            "learned": _learned(self.prepared[0]),
            "outcomes": [_outcome(outcome) for outcome in self.outcomes],
            "differences": [
                {
                    "figure": each.figure,
                    "of": each.of,
                    "key": each.key,
                    "unit": each.unit,
                    "before": _number(each.before),
                    "after": _number(each.after),
                    "difference": _estimate(each.difference),
                    "worse_days": _number(each.worse_days),
                }
                for each in self.differences
            ],
        }


def simulate(
    path: Path,
    other: Path | None = None,
    days: int = 1000,
    seed: int = 1,
    *,
    anyway: bool = False,
    workers: int = 2,
    bars: Bars | None = None,
) -> Study:
    """Run one scenario, or two on the same days; nothing but the check where that fails, unless `anyway`."""
    prepared, trust = _begin(path, other, bars)
    if trust is not None and not trust.holds and not anyway:
        return Study(prepared, days, seed, trust, (), ())
    outcomes = study(
        [one.scenario for one in prepared],
        days,
        seed,
        workers=workers,
        progress=_begun(bars, "days"),
    )
    return Study(prepared, days, seed, trust, tuple(outcomes), _differences(outcomes))


def replay(
    path: Path, date: dt.date, seed: int = 1, *, anyway: bool = False, bars: Bars | None = None
) -> Study:
    """Run a real day as it was and as the scenario would have had it."""
    (prepared,), trust = _begin(path, None, bars)
    day = next((one for one in (*prepared.known.days, *prepared.after) if one.date == date), None)
    if day is None:
        days = prepared.known.days
        spans = f"{days[0].date} to {days[-1].date}" if days else "none"
        raise StudyError(f"--replay {date}: there is no such day in the history; days learned from: {spans}.")
    if "served" not in day.outcome:
        raise StudyError(f"--replay {date}: nobody was served on that day; choose another.")
    if (prepared.file.factor, dict(prepared.file.business_factors)) != (1.0, {}):
        raise StudyError(
            f"--replay {date}: a real day has the customers that it had; leave out factor and "
            "business_factor, or run the scenario without --replay."
        )
    if trust is not None and not trust.holds and not anyway:
        return Study((prepared,), 0, seed, trust, (), (), date)
    known = prepared.known
    before = as_it_was(day, known.behaviour, known.head_start, known.skills, known.rules)
    before = replace(before, late_s=prepared.file.late_s)
    known = replace(known, days=(*known.days, day))
    as_on = None if prepared.file.windows else date
    changed = resolved(replace(prepared.file, as_on=as_on), prepared.branch, known)
    rule = replace(changed.rule, opens_s=before.rule.opens_s, closes_s=before.rule.closes_s)
    if prepared.file.closes_s is not None:
        rule = replace(rule, closes_s=max(prepared.file.closes_s, rule.opens_s + 60.0))
    after = replace(changed, demand=before.demand, rule=rule)
    outcomes = replayed(day, [before, after], _REPLICATIONS, seed)
    return Study((prepared,), _REPLICATIONS, seed, trust, tuple(outcomes), _differences(outcomes), date)


def _begin(path: Path, other: Path | None, bars: Bars | None) -> tuple[tuple[Prepared, ...], Trust | None]:
    library = Library()
    reading = _begun(bars, "rows")
    prepared = tuple(prepare(one, library, reading) for one in (path, other) if one is not None)
    return prepared, checked(prepared[0], _begun(bars, "past days"))


def _begun(bars: Bars | None, what: str) -> Progress | None:
    """Return a progress bar that begins when there is progress: one at a time can be shown."""
    if bars is None:
        return None
    begin, shown = bars, list[Progress]()

    def advance(done: int, total: int) -> None:
        if not shown:
            shown.append(begin(what))
        shown[0](done, total)

    return advance


def _differences(outcomes: list[Outcome]) -> tuple[Difference, ...]:
    return tuple(compared(*outcomes)) if len(outcomes) == 2 else ()


def _learned(prepared: Prepared) -> dict[str, Any]:
    profile, days = prepared.known.profile, prepared.known.days
    return {
        "days": len(days),
        "from": str(days[0].date) if days else None,
        "to": str(days[-1].date) if days else None,
        "tickets": sum(map(len, days)),
        "busyness_cv": prepared.scenario.demand.busyness_cv,
        "pace_cv": prepared.known.behaviour.pace_cv,
        "day_kinds": {name: each._asdict() for name, each in profile.factors.items()} if profile else {},
        "cases": [
            {"about": one.about, "key": one.key, "cases": one.cases, "value": _number(one.mean)}
            for one in prepared.known.behaviour.cases
        ],
    }


def _trust(trust: Trust | None) -> dict[str, Any] | None:
    if trust is None:
        return None
    return {
        "holds": trust.holds,
        "doubts": trust.doubts(),
        "late_s": trust.late_s,
        "mean_wait_s": _figure(trust.mean_wait_s),
        "late_share": _figure(trust.late_share),
        "left_share": _figure(trust.left_share),
        "days": [
            {
                "date": str(day.date),
                "tickets": day.tickets,
                "mean_wait_s": _figure(day.mean_wait_s),
                "late_share": _figure(day.late_share),
                "left_share": _figure(day.left_share),
            }
            for day in trust.days
        ],
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    grid = outcome.grid
    return {
        "name": outcome.name,
        "late_s": outcome.late_s,
        "arrived": _estimate(outcome.a_day(outcome.arrived)),
        "mean_wait_s": _estimate(outcome.mean_wait_s()),
        "late_share": _estimate(outcome.late_share()),
        "lost_share": _estimate(outcome.lost_share()),
        "walk_aways": _estimate(outcome.a_day(outcome.left)),
        "balked": _estimate(outcome.a_day(outcome.balked)),
        "turned_away": _estimate(outcome.a_day(outcome.turned_away)),
        "utilisation": _estimate(outcome.utilisation()),
        "overtime_s": _estimate(outcome.overtime()),
        "window_hours": float(outcome.staffed_s.sum() / 3600.0),
        "by_business": [{"business": name, **_of(outcome, name, None)} for name in grid.businesses],
        "by_half_hour": [
            {"begins_s": grid.begins_s + grid.slot_s * slot, **_of(outcome, None, slot)}
            for slot in range(grid.slots)
        ],
        "by_window": [
            {"window": name, "utilisation": _estimate(outcome.utilisation(number))}
            for number, name in enumerate(outcome.windows)
        ],
    }


def _of(outcome: Outcome, business: str | None, slot: int | None) -> dict[str, Any]:
    quantiles = outcome.wait_quantiles_s((0.1, 0.5, 0.9), business, slot)
    return {
        "arrived": _estimate(outcome.a_day(outcome.arrived, business, slot)),
        "mean_wait_s": _estimate(outcome.mean_wait_s(business, slot)),
        "late_share": _estimate(outcome.late_share(business, slot)),
        "lost_share": _estimate(outcome.lost_share(business, slot)),
        "wait_quantiles_s": [_number(value) for value in quantiles],
    }


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if abs(seconds) < 120.0 else f"{seconds / 60.0:.1f} min"


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        **{name: _number(value) for name, value in figure._asdict().items()},
        "inside": figure.inside,
        "bias": _number(figure.bias),
    }


def _estimate(estimate: Estimate) -> dict[str, float | None]:
    return {name: _number(value) for name, value in estimate._asdict().items()}


def _number(value: float) -> float | None:
    return round(float(value), 6) if np.isfinite(value) else None
