"""Searches for the best roster of windows on a sample of days (sample-average approximation).

What one window more or fewer does in each half-hour is measured on the days themselves. What two or three
such changes do together is first predicted, by adding what each does alone; the most promising are measured,
and the best is taken if it is better. After a change only the half-hours around it are measured again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np

from estimator.columns import Floats
from simulations.staffing.goals import Day, Limits, Prices, Target, day_of, excess
from simulations.staffing.opening import HOUR_S, Flip, Open, Windows, flipped
from simulations.staffing.sampled import Sample, run

__all__ = ["Each", "Key", "Looks", "climb", "descend", "frontier", "nested"]

Each = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
"""`map`, or a pool's: the compiled days let other threads run meanwhile."""

Key = tuple[float, float, float]
"""What a roster is worth, less is better: customers beyond the target; hours, or cost; what waits cost."""

_BEFORE, _AFTER = 1, 3  # half-hours in which a change is felt
_APART = 4
_TRIED = 6
_CANDIDATES = 30_000
_EPSILON = 1e-9


@dataclass(frozen=True, slots=True)
class Looks:
    """The mean day under each roster that was looked at, on one sample, towards one goal.

    `limits`: those of the target, or tighter. `opening`: what it costs to open a window once, so that of
    rosters that are about as good the steadier is taken.
    """

    sample: Sample
    windows: Windows
    goal: Target | Prices
    prices: Prices
    limits: Limits
    opening: float = 0.0
    each: Each = map
    seen: dict[bytes, Day] = field(default_factory=dict)

    def days(self, tables: list[Open]) -> list[Day]:
        """Return the mean day under each roster."""
        unseen = {table.tobytes(): table for table in tables if table.tobytes() not in self.seen}
        self.seen.update(zip(unseen, self.each(self._run, unseen.values()), strict=True))
        return [self.seen[table.tobytes()] for table in tables]

    def day(self, table: Open) -> Day:
        """Return the mean day under a roster."""
        return self.days([table])[0]

    def keys(self, day: Day, tables: Open) -> Floats:
        """Return what mean days [C, H] of rosters [C, H, W] are worth [3, C], as `Key`; or of one roster."""
        hours = tables.sum(axis=(-2, -1)) * self.windows.slot_s / HOUR_S
        steadiness = self.opening * _openings(tables)
        misery = self.prices.of_customers(day) + steadiness
        if isinstance(self.goal, Prices):
            cost = self.goal.window_hour * hours + self.goal.of_customers(day) + steadiness
            return np.stack((np.zeros_like(cost), cost, misery))
        return np.stack((excess(day, self.limits), hours, misery))

    def value(self, table: Open) -> Key:
        """Return what a roster is worth."""
        beyond, cost, misery = self.keys(self.day(table), table).tolist()
        return beyond, cost, misery

    def best(self, tables: list[Open]) -> Open:
        """Return the roster that is worth most."""
        self.days(tables)
        return min(tables, key=self.value)

    def _run(self, table: Open) -> Day:
        late_s = self.goal.wait_s if isinstance(self.goal, Target) else np.inf
        return day_of(run(self.sample, self.windows, table, late_s))


def climb(looks: Looks, table: Open) -> Open:
    """Open windows, each time the one that helps most, until the target is met or no window helps."""
    effects = _Effects(looks, table, closing=False)
    while looks.value(effects.table)[0] > 0.0 and effects.changes:
        best = min(effects.changes, key=lambda flip: looks.value(flipped(effects.table, (flip,))))
        if looks.value(flipped(effects.table, (best,)))[0] >= looks.value(effects.table)[0]:
            break
        effects.move((best,))
    return effects.table


def descend(looks: Looks, table: Open) -> Open:
    """Return the best roster that is found by closing and opening up to two windows each at a time."""
    effects = _Effects(looks, table)
    while (better := _better(looks, effects)) is not None:
        effects.move(better)
    return effects.table


def nested(looks: Looks) -> tuple[int, ...]:
    """Return the windows in an order to open them in: next is the one that helps most, open all day.

    First come those without which nobody would take some line.
    """
    windows = looks.windows
    takes = np.isfinite(windows.rules.reluctance)
    order: list[int] = []
    while len(order) < len(windows.names):
        nexts = [next((one for one in twins if one not in order), -1) for twins in windows.twins]
        nexts = [one for one in nexts if one >= 0]
        tables = [_all_day(windows, [*order, window]) for window in nexts]
        worth = [
            (int((~takes[[*order, window]].any(axis=0)).sum()), float(looks.prices.of_customers(day)), window)
            for window, day in zip(nexts, looks.days(tables), strict=True)
        ]
        order.append(min(worth)[-1])
    return tuple(order)


def _all_day(windows: Windows, chosen: list[int]) -> Open:
    table = np.zeros((windows.slots, len(windows.names)), bool)
    table[:, chosen] = True
    return table


def frontier(looks: Looks, table: Open, fewest_h: float, most_h: float) -> list[Open]:
    """Return rosters from few to many window-hours, around `table`: each the best step from its neighbour.

    What a step is worth are the prices of waiting and walking away, whatever the goal is.
    """
    fewer, more = list(_walk(looks, table, fewest_h)), list(_walk(looks, table, most_h))
    return [*reversed(fewer), table, *more]


def _walk(looks: Looks, table: Open, until_h: float) -> Iterator[Open]:
    """Close, or open, one window at a time: the one that makes customers' waits and walk-aways cost least."""
    closing = until_h < looks.windows.hours(table)
    effects = _Effects(looks, table, opening=not closing, closing=closing)
    while effects.changes:
        steps: list[tuple[Flip, ...]] = [(step,) for step in effects.changes]
        effects.move(steps[int(np.argmin(looks.prices.of_customers(effects.predict(steps))))])
        hours = looks.windows.hours(effects.table)
        if (hours < until_h) if closing else (hours > until_h):
            return
        yield effects.table


class _Effects:
    """A roster, and what each window opened or closed in each half-hour does by itself to the mean day."""

    def __init__(self, looks: Looks, table: Open, *, opening: bool = True, closing: bool = True) -> None:
        self.looks = looks
        self.table = table
        self.opening, self.closing = opening, closing
        self.day = looks.day(table)
        self.changes: dict[Flip, Floats] = {}
        self._measure(range(looks.windows.slots))

    @property
    def openings(self) -> list[Flip]:
        return [flip for flip in self.changes if not self.table[flip]]

    @property
    def closings(self) -> list[Flip]:
        return [flip for flip in self.changes if self.table[flip]]

    def predict(self, chosen: list[tuple[Flip, ...]]) -> Day:
        """Return the mean days [C, H] after such changes, if the effects of each add up."""
        flips = list(self.changes)
        place = {flip: number for number, flip in enumerate(flips)}
        effects = np.stack([np.zeros_like(self.day), *self.changes.values()])
        longest = max(map(len, chosen))
        rows = np.array([[place[one] + 1 for one in each] + [0] * (longest - len(each)) for each in chosen])
        return Day(*(np.array(self.day)[:, None] + np.moveaxis(effects[rows].sum(axis=1), 1, 0)))

    def move(self, flips: tuple[Flip, ...]) -> None:
        """Make the changes, and measure again in the half-hours around them."""
        self.table = flipped(self.table, flips)
        self.day = self.looks.day(self.table)
        near = {slot + lag for slot, _ in flips for lag in range(-_AFTER, _BEFORE + 1)}
        self._measure(slot for slot in sorted(near) if 0 <= slot < self.table.shape[0])

    def _measure(self, slots: Iterable[int]) -> None:
        chosen = sorted(set(slots))
        self.changes = {flip: each for flip, each in self.changes.items() if flip.slot not in chosen}
        flips = [flip for slot in chosen for flip in self._possible(slot)]
        found = self.looks.days([flipped(self.table, (flip,)) for flip in flips])
        for flip, day in zip(flips, found, strict=True):
            self.changes[flip] = np.array(day) - np.array(self.day)

    def _possible(self, slot: int) -> list[Flip]:
        windows = self.looks.windows
        openings = windows.openings(self.table, slot) if self.opening else []
        return openings + (windows.closings(self.table, slot) if self.closing else [])


def _better(looks: Looks, effects: _Effects) -> tuple[Flip, ...] | None:
    """Return the changes that make the roster better, the best of those that were predicted to; or None."""
    tried = _promising(looks, effects)
    tables = [flipped(effects.table, flips) for flips in tried]
    looks.days(tables)
    worth = [(looks.value(table), flips) for table, flips in zip(tables, tried, strict=True)]
    value, best = min(worth, default=(looks.value(effects.table), None))
    return best if value < looks.value(effects.table) else None


def _promising(looks: Looks, effects: _Effects) -> list[tuple[Flip, ...]]:
    """Return the changes with the best predictions, half of them among those that save hours or cost."""
    candidates = _candidates(effects)
    if not candidates:
        return []
    beyond, cost, misery = keys = looks.keys(effects.predict(candidates), _tables(effects.table, candidates))
    present = looks.value(effects.table)
    ranked = np.lexsort(keys[::-1])
    saves = cost < present[1] - _EPSILON
    same = (beyond <= present[0]) & (cost <= present[1] + _EPSILON) & (misery < present[2])
    better = (beyond < present[0] - _EPSILON) | (beyond <= present[0]) & saves | same
    first = ranked[better[ranked]][:_TRIED]
    cheap = ranked[saves[ranked]][:_TRIED] if present[0] == 0.0 else first
    return [candidates[number] for number in dict.fromkeys([*first.tolist(), *cheap.tolist()])]


def _tables(table: Open, candidates: list[tuple[Flip, ...]]) -> Open:
    """Return the rosters [C, H, W] after each of the changes."""
    tables = np.repeat(table[None], len(candidates), axis=0)
    flips = [(number, *flip) for number, flips in enumerate(candidates) for flip in flips]
    number, slot, window = np.array(flips).T
    tables[number, slot, window] ^= True
    return tables


def _openings(tables: Open) -> Floats:
    """Return how often windows are opened in a roster, or in each of many."""
    first = tables[..., 0, :].sum(axis=-1)
    later = (tables[..., 1:, :] & ~tables[..., :-1, :]).sum(axis=(-2, -1))
    return np.asarray(first + later, float)


def _candidates(effects: _Effects) -> list[tuple[Flip, ...]]:
    """Return up to two windows closed and two opened; fewer where that would be too many.

    Closing one and opening its like in the same half-hour is no change, or breaks the order.
    """
    for many, few in ((2, 2), (2, 1), (1, 1)):
        closed, opened = _near(effects.closings, many), _near(effects.openings, few)
        if len(closed) * len(opened) <= _CANDIDATES:
            break
    kinds = {window: number for number, twins in enumerate(effects.looks.windows.twins) for window in twins}
    ordered = effects.looks.windows.order is not None

    def kind(flip: Flip) -> tuple[int, int]:
        return flip.slot, 0 if ordered else kinds[flip.window]

    touched = [frozenset(map(kind, some)) for some in closed]
    opening = [(others, frozenset(map(kind, others))) for others in opened]
    return [
        some + others
        for some, there in zip(closed, touched, strict=True)
        for others, here in opening
        if (some or others) and there.isdisjoint(here)
    ]


def _near(flips: list[Flip], most: int) -> list[tuple[Flip, ...]]:
    """Return none, one, or two half-hours apart by little."""
    pairs = combinations(flips, 2) if most > 1 else ()
    near = [pair for pair in pairs if 0 < abs(pair[0].slot - pair[1].slot) <= _APART]
    return [(), *((flip,) for flip in flips), *near]
