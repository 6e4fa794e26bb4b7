"""Who sits where: the tellers of a day at its windows and duties, half-hour by half-hour.

Whoever is not needed opens one window more, where the branch has one that may be open: so the roster that is
really staffed has more windows than were asked for, and that is the one to be simulated again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

from estimator.columns import Ints
from simulations.staffing.cover import Cover
from simulations.staffing.opening import Open
from simulations.staffing.shifts import Crew, Variant

__all__ = ["Place", "Seating", "Spell", "seat"]

BALANCING, BREAK, SPARE = "balancing", "break", "spare"

_IMPOSSIBLE, _NEEDED, _USEFUL = 1e6, -1e4, -10.0
_STAYS, _RETURNS = -3.0, -1.0


class Place(NamedTuple):
    """A window (`kind` "window"), a duty ("duty"), or neither ("break", "balancing", "spare")."""

    kind: str
    name: str


class Spell(NamedTuple):
    """A teller's half-hours in one place, from `begins` (included) to `ends` (excluded)."""

    place: Place
    begins: int
    ends: int


@dataclass(frozen=True, slots=True, eq=False)
class Seating:
    """The spells of each teller of the cover's staff, in its order, and the windows staffed [H, W]."""

    cover: Cover
    spells: tuple[tuple[Spell, ...], ...]
    table: Open


def seat(cover: Cover, most: Ints) -> Seating:
    """Return who sits where. Windows and duties needed are all taken; `most` [H] bounds the windows open.

    A teller stays at a window or duty as long as may be, and returns to the same one from a break.
    """
    need = cover.need
    plan: list[dict[int, Place]] = [{} for _ in cover.staff]
    table = np.zeros_like(need.table)
    last: list[Place | None] = [None] * len(cover.staff)
    for slot in _half_hours(cover):
        present = [number for number, (_, variant) in enumerate(cover.staff) if variant.works(slot)]
        wanted, extra = _places(cover, slot, most)
        before = [plan[number].get(slot - 1) for number in range(len(cover.staff))]
        for number, place in _assigned(cover, present, wanted, extra, before, last).items():
            plan[number][slot] = last[number] = place
            if place.kind == "window":
                table[slot, need.names.index(place.name)] = True
    for number, (_, variant) in enumerate(cover.staff):
        plan[number] |= _off(variant, plan[number])
    return Seating(cover, tuple(tuple(_spells(each)) for each in plan), table)


def _half_hours(cover: Cover) -> range:
    starts = [variant.shift.starts for _, variant in cover.staff]
    ends = [variant.shift.ends for _, variant in cover.staff]
    return range(min(starts, default=0), max(ends, default=0))


def _places(cover: Cover, slot: int, most: Ints) -> tuple[list[Place], list[Place]]:
    """Return the places that must be taken in a half-hour, and the windows that may be opened besides."""
    need = cover.need
    wanted = [
        Place("duty", duty.name)
        for duty, starts in zip(need.duties, cover.duty_starts, strict=True)
        if starts <= slot < starts + duty.slots
        for _ in range(duty.tellers)
    ]
    if not 0 <= slot < need.table.shape[0]:
        return wanted, []
    row = need.table[slot]
    windows = [Place("window", name) for name, is_open in zip(need.names, row, strict=True) if is_open]
    shut = [Place("window", name) for name, is_open in zip(need.names, row, strict=True) if not is_open]
    return wanted + windows, shut[: max(0, int(most[slot]) - len(windows))]


def _assigned(
    cover: Cover,
    present: list[int],
    wanted: list[Place],
    extra: list[Place],
    before: list[Place | None],
    last: list[Place | None],
) -> dict[int, Place]:
    """Return the place of each teller present: the needed ones first, with as little moving as may be."""
    places = [*wanted, *extra, *([Place(SPARE, SPARE)] * len(present))]
    costs = np.zeros((len(present), len(places)))
    for row, number in enumerate(present):
        crew = cover.staff[number][0]
        for column, place in enumerate(places):
            cost = _NEEDED if column < len(wanted) else _USEFUL if column < len(wanted) + len(extra) else 0.0
            if not _able(crew, place):
                cost = _IMPOSSIBLE
            elif place == before[number]:
                cost += _STAYS
            elif place == last[number]:
                cost += _RETURNS
            costs[row, column] = cost
    rows, columns = linear_sum_assignment(costs)
    return {present[row]: places[column] for row, column in zip(rows, columns, strict=True)}


def _able(crew: Crew, place: Place) -> bool:
    if place.kind == "window":
        return crew.sits_at(place.name)
    return place.kind != "duty" or crew.does(place.name)


def _off(variant: Variant, placed: dict[int, Place]) -> dict[int, Place]:
    """Return what a teller does in the half-hours of the shift without a place."""
    shift = variant.shift
    balances = range(shift.ends - shift.balancing, shift.ends)
    return {
        slot: Place(BALANCING, BALANCING) if slot in balances else Place(BREAK, BREAK)
        for slot in range(shift.starts, shift.ends)
        if slot not in placed
    }


def _spells(plan: dict[int, Place]) -> Iterator[Spell]:
    begins = None
    for slot in sorted(plan):
        if begins is None:
            begins = slot
        if plan.get(slot + 1) != plan[slot]:
            yield Spell(plan[slot], begins, slot + 1)
            begins = None
