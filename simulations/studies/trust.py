"""Today's roster simulated against what really happened: before any advice.

Each past day has its own arrivals and the windows as they were attended; services, turnarounds and patience
are drawn from what was learned elsewhere, many times over. What happened should look like one more draw: the
period's mean wait and P(wait > N) inside the central 90 % of the draws, and not far from their mean.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulations.studies.attended import Attended, attended
from simulations.studies.demand import Demand, Kind, kinds_of
from simulations.studies.hours import SLOT_S
from simulations.studies.scenario import Counter, Rule, Scenario, floor
from simulations.studies.study import called
from simulations.studies.traces import Crowd, deeds, pace
from simulations.studies.uniforms import spawn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from estimator.columns import Floats, Ints
    from simulations.studies.behaviour import Behaviour
    from simulations.studies.past_days import PastDay

__all__ = ["DayTrust", "Figure", "Trust", "as_it_was", "figures", "repeated", "trust"]

REPLICATIONS = 200
MOST_BIAS = 0.15
_BAND = (0.05, 0.95)


class Figure(NamedTuple):
    """What happened, and what was simulated: the mean of the draws and their central 90 %."""

    happened: float
    simulated: float
    low: float
    high: float

    @property
    def inside(self) -> bool:
        """Whether what happened lies in the band."""
        return self.low <= self.happened <= self.high

    @property
    def bias(self) -> float:
        """Return the relative error of the simulated mean; infinite if nothing happened, but is simulated."""
        if self.happened:
            return self.simulated / self.happened - 1.0
        return 0.0 if not self.simulated else float("inf")


class DayTrust(NamedTuple):
    """One past day: how many came, and its figures."""

    date: dt.date
    tickets: int
    mean_wait_s: Figure
    late_share: Figure
    left_share: Figure


@dataclass(frozen=True, slots=True)
class Trust:
    """The period as a whole, and its days. `late_s`: the N of P(wait > N)."""

    late_s: float
    mean_wait_s: Figure
    late_share: Figure
    left_share: Figure
    days: tuple[DayTrust, ...]

    @property
    def holds(self) -> bool:
        """Whether advice may rest on it: waits in the band, or off by no more than `MOST_BIAS`."""
        return not self.doubts()

    def doubts(self) -> list[str]:
        """Return what is too far off, each as a sentence; empty if all is well."""
        return [
            f"{name} was {said(figure.happened)}, simulated {said(figure.simulated)} "
            f"(90 % of the draws: {said(figure.low)} to {said(figure.high)})."
            for name, figure, said in (
                ("The mean wait", self.mean_wait_s, _as_seconds),
                (f"P(wait > {self.late_s:g} s)", self.late_share, _as_share),
            )
            if not figure.inside and abs(figure.bias) > MOST_BIAS
        ]


class _Sums(NamedTuple):
    """Totals of one day: what happened, then each replication [1 + R]."""

    called: Floats
    waited_s: Floats
    late: Floats
    left: Floats
    came: Floats


def trust(
    days: Sequence[PastDay],
    behaviour: Behaviour,
    head_start: Mapping[str, float],
    late_s: float,
    *,
    skills: Mapping[str, Sequence[str]] | None = None,
    rules: Mapping[str, Counter] | None = None,
    replications: int = REPLICATIONS,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Trust:
    """Return how well these days, each by itself and all together, are simulated.

    Days on which nobody served say nothing. Errors: ValueError if there are no others.

    `skills`: what windows usually take, beside what they took on the day. `rules`: of the windows of which it
    is known whom they take.
    """
    own = owned(rules or {})
    days = [day for day in days if any(each.hours for each in attended(day, own))]
    if not days:
        raise ValueError("there is no past day to hold the simulation against")
    found = []
    for done, day in enumerate(days, 1):
        scenario = as_it_was(day, behaviour, head_start, skills or {}, rules or {})
        found.append(_sums(day, scenario, late_s, replications, seed))
        if progress:
            progress(done, len(days))
    whole = _Sums(*(np.sum(columns, axis=0) for columns in zip(*found, strict=True)))
    return Trust(
        late_s,
        *_figures(whole),
        tuple(DayTrust(day.date, len(day), *_figures(sums)) for day, sums in zip(days, found, strict=True)),
    )


def as_it_was(
    day: PastDay,
    behaviour: Behaviour,
    head_start: Mapping[str, float],
    skills: Mapping[str, Sequence[str]],
    rules: Mapping[str, Counter],
) -> Scenario:
    """Return the day as a scenario: its own counts as demand, its windows as they were attended.

    What nobody took on that day, every window takes. ScenarioError if nobody was there at all.
    """
    windows = attended(day, owned(rules))
    kinds = tuple(dict.fromkeys(kinds_of(day)))
    lost = {kind.business for kind in kinds} - {name for each in windows for name in each.businesses}
    begins = float(day.issued.min() // SLOT_S) * SLOT_S
    counts = np.zeros((int((day.issued.max() - begins) // SLOT_S) + 1, len(kinds)))
    np.add.at(counts, (((day.issued - begins) // SLOT_S).astype(int), _numbers(day, kinds)), 1.0)
    closes = max([each.hours[-1][1] for each in windows if each.hours] or [begins + 1.0])
    return Scenario(
        f"{day.date}, as it was",
        Demand(kinds, counts, begins, days=1, tickets=len(day)),
        behaviour,
        tuple(_counter(each, lost, skills, rules, behaviour) for each in windows),
        Rule(begins, max(closes, begins + 1.0), head_start=head_start),
    )


def repeated(day: PastDay, scenario: Scenario, replications: int, seed: int) -> Crowd:
    """Return the day's own customers, so many times over, each time with other numbers of their own."""
    size = len(day)
    keys = spawn(spawn(spawn(seed, day.date.toordinal()), np.arange(replications))[:, None], np.arange(size))
    slot = ((day.issued - scenario.demand.begins_s) // scenario.demand.slot_s).astype(np.int64)
    return Crowd(
        np.arange(replications + 1) * size,
        np.tile(day.issued, replications),
        np.tile(_numbers(day, scenario.demand.kinds), replications),
        np.tile(slot, replications),
        keys.ravel(),
    )


def owned(rules: Mapping[str, Counter]) -> dict[str, tuple[str, ...]]:
    """Return what these windows take at once."""
    return {
        name: tuple(business for business, wait in each.reluctance.items() if wait == 0.0)
        for name, each in rules.items()
    }


def _counter(
    each: Attended,
    lost: set[str],
    skills: Mapping[str, Sequence[str]],
    rules: Mapping[str, Counter],
    behaviour: Behaviour,
) -> Counter:
    """Return a window as it was: by its rule if that is known, else by what it took and usually takes."""
    speed = behaviour.speeds.get(each.teller, 1.0)
    if each.window in rules:
        rule = rules[each.window]
        takes = {**dict.fromkeys(sorted(lost), 0.0), **rule.reluctance}
        return Counter(each.window, each.hours, takes, rule.express_s, speed)
    known = (*each.businesses, *skills.get(each.window, ()), *sorted(lost))
    return Counter(each.window, each.hours, dict.fromkeys(known, 0.0), speed=speed)


def _numbers(day: PastDay, kinds: Sequence[Kind]) -> Ints:
    number = {kind: place for place, kind in enumerate(kinds)}
    return np.array([number[kind] for kind in kinds_of(day)], np.int64)


def _sums(day: PastDay, scenario: Scenario, late_s: float, replications: int, seed: int) -> _Sums:
    people = repeated(day, scenario, replications, seed)
    done = deeds(scenario.behaviour, scenario.rule, scenario.demand.kinds, people.kind, people.key)
    paces = pace(scenario.behaviour.pace_cv, seed + day.date.toordinal(), np.arange(replications))
    called_at, called_by = called(people, done, floor(scenario), paces)
    came = called_by >= 0
    offered_s = called_at - people.arrival
    wait_s = np.where(came, offered_s, np.minimum(np.minimum(done.stay, offered_s), 86_400.0))
    happened = figures(day)
    shape = (replications, len(day))
    came, wait_s = came.reshape(shape), wait_s.reshape(shape)
    return _Sums(
        np.append(happened[0].sum(), came.sum(axis=1)),
        np.append(happened[1][happened[0]].sum(), (wait_s * came).sum(axis=1)),
        np.append((happened[1] > late_s).sum(), (wait_s > late_s).sum(axis=1)),
        np.append((~happened[0]).sum(), (~came).sum(axis=1)),
        np.full(replications + 1, float(len(day))),
    )


def figures(day: PastDay) -> tuple[Ints, Floats]:
    """Return of each ticket [N] whether it was called, and how long it waited until then or until it left."""
    came = np.where(np.isnan(day.called), day.started, day.called)
    called = ~np.isnan(came)
    until = np.where(called, came, day.left)
    return called, np.nan_to_num(np.maximum(0.0, until - day.issued))


def _as_seconds(value: float) -> str:
    return f"{value:.0f} s"


def _as_share(value: float) -> str:
    return f"{value:.1%}"


def _figures(sums: _Sums) -> tuple[Figure, Figure, Figure]:
    with np.errstate(invalid="ignore", divide="ignore"):
        return (
            _figure(sums.waited_s / sums.called),
            _figure(sums.late / sums.came),
            _figure(sums.left / sums.came),
        )


def _figure(values: Floats) -> Figure:
    low, high = np.nanquantile(values[1:], _BAND)
    return Figure(float(values[0]), float(np.nanmean(values[1:])), float(low), float(high))
