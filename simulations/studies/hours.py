"""Opening hours as values: spells of seconds from the local midnight, joined, cut, and as columns."""

from __future__ import annotations

from math import inf, isinf
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from estimator.columns import Floats

__all__ = ["LAST_S", "SLOT_S", "Spells", "clock", "columns", "cut", "joined", "lasting", "seconds", "slots"]

SLOT_S = 1800.0
LAST_S = 48 * 3600.0
"""The latest moment of a business day: it may begin as late as the next midnight."""
Spells: TypeAlias = tuple[tuple[float, float], ...]
"""From (included) to (excluded), ascending, apart."""


def joined(spells: Iterable[tuple[float, float]]) -> Spells:
    """Return the spells in order, those that overlap or touch made one; empty ones go."""
    result: list[tuple[float, float]] = []
    for begins, ends in sorted(spells):
        if ends <= begins:
            continue
        if result and begins <= result[-1][1]:
            result[-1] = result[-1][0], max(result[-1][1], ends)
        else:
            result.append((begins, ends))
    return tuple(result)


def cut(spells: Iterable[tuple[float, float]], away: Iterable[tuple[float, float]]) -> Spells:
    """Return what is left of the spells without those `away`."""
    left = list(joined(spells))
    for gone, back in joined(away):
        left = [
            part
            for begins, ends in left
            for part in ((begins, min(ends, gone)), (max(begins, back), ends))
            if part[0] < part[1]
        ]
    return tuple(left)


def lasting(spells: Iterable[tuple[float, float]], until: float = inf) -> float:
    """Return for how many seconds they last, up to `until`."""
    return sum(max(0.0, min(ends, until) - begins) for begins, ends in spells)


def columns(hours: Sequence[Spells]) -> tuple[Floats, Floats]:
    """Return `opens_at`, `closes_at` [W, K] of W windows, as `estimator.columns.Roster` has them."""
    table = np.full((2, len(hours), max((len(spells) for spells in hours), default=0) or 1), np.inf)
    for window, spells in enumerate(hours):
        if spells:
            table[:, window, : len(spells)] = np.transpose(spells)
    return table[0].copy(), table[1].copy()


def slots(per_slot: Sequence[bool], begins_s: float, slot_s: float = SLOT_S) -> Spells:
    """Return the spells of a window that is open in these slots."""
    return joined(
        (begins_s + slot_s * number, begins_s + slot_s * (number + 1))
        for number, is_open in enumerate(per_slot)
        if is_open
    )


def clock(seconds_: float) -> str:
    """Return a moment as people write it: 34,200 as 09:30; past midnight 25:30."""
    if isinf(seconds_):
        return "the end"
    minutes = round(seconds_ / 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def seconds(text: str) -> float:
    """Return the seconds of HH:MM, to 48:00 for a day that goes past midnight; ValueError."""
    hour, separator, minute = text.partition(":")
    if not separator or len(minute) != 2 or not (hour + minute).isdigit() or int(minute) > 59:
        raise ValueError(text)
    found = 3600.0 * int(hour) + 60.0 * int(minute)
    if found > LAST_S:
        raise ValueError(text)
    return found
