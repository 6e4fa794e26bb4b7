"""What past days teach: how customers and tellers behave, and what each window serves."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from estimator.durations import GRID
from simulations.studies.attended import LONGEST_S, Own, attended, turnaround
from simulations.studies.behaviour import Behaviour, Cases, by_minutes, exponential_patience, mean_of
from simulations.studies.demand import roughly
from simulations.studies.tolerance import stays, tolerance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from estimator.columns import Floats
    from simulations.studies.past_days import PastDay

__all__ = ["Skills", "learned_behaviour", "skills", "untaught"]

Minutes = tuple[float, float, float]
Skills = dict[str, tuple[str, ...]]
"""The businesses that each window usually takes."""

_BORROWED = 10.0  # cases of the branch file's minutes that a business's own services borrow
_TELLER_BORROWS = 20.0  # services at the usual pace
_LONGEST_SERVICE_S = 8 * 3600.0
_LONGEST_WRAP_UP_S = 1800.0  # what lasts longer was something else
_WALKS_S, _WRAPS_UP_S, _NO_SHOW_S, _PATIENCE_S = 15.0, 20.0, 60.0, 2700.0  # before data
_SELDOM = 0.1  # a share of a window's days: what it took on fewer is no habit
_MOST_PACE_CV = 0.3


@dataclass(frozen=True, slots=True)
class _Services:
    """All services of known length [N]: of which business, how many items (0: not counted), by whom, when."""

    seconds: Floats
    business: Sequence[str]
    items: Sequence[int]
    teller: Sequence[str]
    day: Sequence[int]


def learned_behaviour(
    days: Sequence[PastDay], minutes: Mapping[str, Minutes], own: Own | None = None
) -> Behaviour:
    """Return how people behaved on these days; `minutes` (percentiles, in seconds) of each business before.

    `own`: what windows take at once, where that is known. Of no days it is what the branch file says, and
    guesses.
    """
    if not days:
        return untaught(minutes)
    found, item_factors = _by_item(_services(days))
    speeds = _speeds(found)
    tables = _tables(found, speeds, minutes)
    walking, wrap_up, idle = _overheads(days, own)
    called = sum(int((~np.isnan(day.called)).sum()) for day in days)
    no_shows = sum(outcome == "no_show" for day in days for outcome in day.outcome)
    no_show = _spans(days, "called", "left", "no_show")
    patience = tolerance(days, tuple(minutes))
    left = Counter(
        name
        for day in days
        for name, gone in zip(day.business, day.outcome, strict=True)
        if gone == "abandoned"
    )
    cases = Counter(found.business)
    return Behaviour(
        tables,
        walking,
        dict.fromkeys(minutes, wrap_up),
        idle,
        _quantiles(no_show) if no_show.size else np.full(GRID.size, _NO_SHOW_S),
        no_shows / max(1, called),
        patience,
        stays=stays(days),
        pace_cv=_pace_cv(found, speeds, tables),
        item_factors=item_factors,
        speeds=speeds,
        cases=(
            *(Cases("service", name, cases[name], mean_of(tables[name])) for name in minutes),
            *(
                Cases("teller", name, count, speeds[name])
                for name, count in sorted(Counter(found.teller).items())
                if name
            ),
            Cases("walking", "", _spans(days, "called", "started", "served").size, mean_of(walking)),
            Cases("wrap-up", "", len(found.seconds), mean_of(wrap_up) + mean_of(idle)),
            Cases("no-show", "", no_shows, no_shows / max(1, called)),
            *(
                Cases("left", name, left[name], float(np.interp(0.5, _HAZARD, patience[name])))
                for name in minutes
            ),
        ),
    )


def untaught(minutes: Mapping[str, Minutes]) -> Behaviour:
    """Return the behaviour before anything is known: the file's minutes, and guesses."""
    return Behaviour(
        {name: by_minutes(*each) for name, each in minutes.items()},
        np.full(GRID.size, _WALKS_S),
        dict.fromkeys(minutes, np.full(GRID.size, _WRAPS_UP_S)),
        np.zeros(GRID.size),
        np.full(GRID.size, _NO_SHOW_S),
        0.0,
        dict.fromkeys(minutes, exponential_patience(_PATIENCE_S)),
        cases=tuple(Cases("service", name, 0, mean_of(by_minutes(*each))) for name, each in minutes.items()),
    )


def skills(days: Sequence[PastDay]) -> Skills:
    """Return what each window takes on more than a tenth of its days."""
    present: Counter[str] = Counter()
    served: dict[str, Counter[str]] = defaultdict(Counter)
    for day in days:
        for each in attended(day):
            present[each.window] += 1
            served[each.window].update(each.businesses)
    return {
        window: tuple(sorted(name for name, count in served[window].items() if count >= _SELDOM * number))
        for window, number in sorted(present.items())
    }


def _services(days: Sequence[PastDay]) -> _Services:
    seconds, business, items, teller, which = [], [], [], [], []
    for number, day in enumerate(days):
        lengths = day.finished - day.started
        for place in np.flatnonzero((lengths >= 0.0) & (lengths < _LONGEST_SERVICE_S)):
            seconds.append(float(lengths[place]))
            business.append(day.business[place])
            items.append(0 if np.isnan(day.items[place]) else roughly(float(day.items[place])))
            teller.append(day.teller[place])
            which.append(number)
    return _Services(np.array(seconds), business, items, teller, which)


def _by_item(found: _Services) -> tuple[_Services, dict[str, dict[int, float]]]:
    """Return the services as of the usual number of items, and by how much each number lengthens them."""
    total, count = _sums(found.seconds, found.business)
    cells = [f"{name}/{items}" for name, items in zip(found.business, found.items, strict=True)]
    own, number = _sums(found.seconds, cells)
    factors: dict[str, dict[int, float]] = {}
    for name, items in sorted(set(zip(found.business, found.items, strict=True))):
        if items and total[name] > 0.0:
            usual, cell = total[name] / count[name], f"{name}/{items}"
            mean = (own[cell] + _BORROWED * usual) / (number[cell] + _BORROWED)
            factors.setdefault(name, {})[items] = mean / usual
    made = [
        factors.get(name, {}).get(items, 1.0) for name, items in zip(found.business, found.items, strict=True)
    ]
    return replace(found, seconds=found.seconds / np.array(made)), factors


def _speeds(found: _Services) -> dict[str, float]:
    """Return by how much each teller's services are longer than usual, drawn to 1 by how few they are."""
    total, count = _sums(found.seconds, found.business)
    usual = {name: total[name] / count[name] for name in total}
    expected = np.array([usual[name] for name in found.business])
    own, number = _sums(found.seconds, found.teller)
    theirs, _ = _sums(expected, found.teller)
    borrowed = _TELLER_BORROWS * max(1.0, float(expected.mean()) if expected.size else 0.0)
    return {name: (own[name] + borrowed) / (theirs[name] + borrowed) for name in sorted(number)}


def _tables(
    found: _Services, speeds: Mapping[str, float], minutes: Mapping[str, Minutes]
) -> dict[str, Floats]:
    """Return each business's services at the usual pace, with the mean that they had."""
    by_business = defaultdict(list)
    for length, business, teller in zip(found.seconds.tolist(), found.business, found.teller, strict=True):
        by_business[business].append((length, speeds[teller]))
    tables = {}
    for name, guess in minutes.items():
        tables[name] = by_minutes(*guess)
        if by_business[name]:
            lengths, factors = np.array(by_business[name]).T
            table = _quantiles(lengths / factors)
            table = table * (lengths.sum() / factors.sum() / max(1e-9, mean_of(table)))
            weight = lengths.size / (lengths.size + _BORROWED)
            tables[name] = weight * table + (1.0 - weight) * tables[name]
    return tables


def _overheads(days: Sequence[PastDay], own: Own | None) -> tuple[Floats, Floats, Floats]:
    """Return walking, wrap-up and idling.

    Where nobody reports the end of wrap-up, it lasts until the window is ready, and there is no idling.
    """
    walks = _spans(days, "called", "started", "served")
    walking = _quantiles(walks[walks <= LONGEST_S]) if walks.any() else np.zeros(GRID.size)
    wrap_ups = _spans(days, "finished", "ready", "served")
    ready = turnaround(days, own)
    if not wrap_ups.size:
        return walking, ready, np.zeros(GRID.size)
    return walking, _quantiles(wrap_ups[wrap_ups <= _LONGEST_WRAP_UP_S]), ready


def _pace_cv(found: _Services, speeds: Mapping[str, float], tables: Mapping[str, Floats]) -> float:
    """Return the variation of the days' common factor, what chance makes of their means taken out."""
    if not found.seconds.size:
        return 0.0
    means = {name: mean_of(table) for name, table in tables.items()}
    expected = np.array(
        [
            means.get(name, np.nan) * speeds[teller]
            for name, teller in zip(found.business, found.teller, strict=True)
        ]
    )
    known = ~np.isnan(expected)
    day = np.array(found.day)[known]
    error = (found.seconds - expected)[known]
    whole = np.bincount(day, expected[known])
    seen = whole > 0.0
    if seen.sum() < 3:
        return 0.0
    chance = np.bincount(day, np.square(error))[seen]
    spread = np.square(np.bincount(day, error)[seen]) - chance
    return min(_MOST_PACE_CV, float(np.sqrt(max(0.0, spread.sum() / np.square(whole[seen]).sum()))))


def _sums(values: Floats, names: Sequence[str]) -> tuple[dict[str, float], Counter[str]]:
    total: dict[str, float] = defaultdict(float)
    for value, name in zip(values.tolist(), names, strict=True):
        total[name] += value
    return total, Counter(names)


def _spans(days: Sequence[PastDay], since: str, until: str, outcome: str) -> Floats:
    """Return the known times between two moments of the tickets of such an outcome."""
    return np.concatenate([np.empty(0), *_each_span(days, since, until, outcome)])


def _each_span(days: Sequence[PastDay], since: str, until: str, outcome: str) -> Iterator[Floats]:
    for day in days:
        lengths = getattr(day, until) - getattr(day, since)
        fits = np.array([each == outcome for each in day.outcome], bool) & (lengths >= 0.0)
        yield lengths[fits]


def _quantiles(values: Floats) -> Floats:
    return np.quantile(values, GRID, method="hazen") if values.size else np.zeros(GRID.size)


_HAZARD = 1.0 - np.exp(-np.linspace(0.0, 4.0, 129))
