"""The pieces that a day's roster is made of: shifts with breaks, crews of tellers, and duties.

Times are half-hours, counted from the first in which the doors are open: shifts and duties may begin before
(negative) and end after. A teller who is at work is at a window, on a break, on a duty, or balances the
drawer at the end of the shift; a window that nobody sits at is closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np

from simulations.staffing.opening import StaffingError
from simulations.studies.hours import clock

__all__ = ["Break", "Crew", "Duty", "Shift", "Variant", "usual_duties", "usual_shifts", "variants"]


@dataclass(frozen=True, slots=True)
class Break:
    """`slots` long, beginning at the earliest `earliest` and at the latest `latest` after the shift does."""

    slots: int
    earliest: int
    latest: int
    paid: bool = False


@dataclass(frozen=True, slots=True)
class Shift:
    """From `starts` (included) to `ends` (excluded). The last `balancing` half-hours balance the drawer."""

    name: str
    starts: int
    ends: int
    breaks: tuple[Break, ...] = ()
    balancing: int = 1

    def __post_init__(self) -> None:
        """StaffingError where the parts do not fit into the shift."""
        length = self.ends - self.starts - self.balancing
        if length < 1 or self.balancing < 0:
            raise StaffingError(f"Shift {self.name} is over before it serves anybody.")
        for each in self.breaks:
            if each.slots < 1 or not 0 <= each.earliest <= each.latest <= length - each.slots:
                raise StaffingError(f"Shift {self.name}: a break does not fit in before the balancing.")


class Variant(NamedTuple):
    """A shift with its breaks placed: (begins, ends) of each."""

    shift: Shift
    breaks: tuple[tuple[int, int], ...]

    @property
    def paid_slots(self) -> int:
        """Half-hours that are paid."""
        unpaid = sum(each.slots for each in self.shift.breaks if not each.paid)
        return self.shift.ends - self.shift.starts - unpaid

    def works(self, slot: int) -> bool:
        """Tell whether the teller can be at a window or on a duty then."""
        if not self.shift.starts <= slot < self.shift.ends - self.shift.balancing:
            return False
        return not any(begins <= slot < ends for begins, ends in self.breaks)


@dataclass(frozen=True, slots=True)
class Crew:
    """Tellers who can do the same: which windows (None: all) and duties (None: all) they take.

    At least `least` and at most `most` of them work that day, on `shifts` (None: any) by name.
    """

    name: str
    most: int
    least: int = 0
    windows: frozenset[str] | None = None
    duties: frozenset[str] | None = None
    shifts: frozenset[str] | None = None

    def __post_init__(self) -> None:
        """StaffingError where more must work than may."""
        if not 0 <= self.least <= self.most:
            raise StaffingError(f"Crew {self.name}: at least {self.least} and at most {self.most} cannot be.")

    def sits_at(self, window: str) -> bool:
        """Tell whether they can serve at a window."""
        return self.windows is None or window in self.windows

    def does(self, duty: str) -> bool:
        """Tell whether they can do a duty."""
        return self.duties is None or duty in self.duties


@dataclass(frozen=True, slots=True)
class Duty:
    """Work off the windows by `tellers` for `slots` on end, beginning from `earliest` to `latest`."""

    name: str
    tellers: int
    slots: int
    earliest: int
    latest: int

    def __post_init__(self) -> None:
        """StaffingError for a duty of nobody or of no length."""
        if self.tellers < 1 or self.slots < 1 or self.latest < self.earliest:
            raise StaffingError(f"Duty {self.name} needs tellers, a length, and a time to begin.")

    def starts(self) -> range:
        """Return when it may begin."""
        return range(self.earliest, self.latest + 1)


def variants(shifts: Iterable[Shift]) -> list[Variant]:
    """Return every way to place the breaks of the shifts, in order and apart."""
    return [Variant(shift, placed) for shift in shifts for placed in _placements(shift)]


def usual_shifts(
    slots: int,
    *,
    opens_s: float = 9 * 3600.0,
    slot_s: float = 1800.0,
    lengths: Sequence[int] = (17, 13, 9),
    before: int = 1,
) -> list[Shift]:
    """Return shifts for a day of so many half-hours: long ones with an hour's lunch, short ones without.

    They begin every hour from `before` half-hours ahead, or end with the day, a half-hour's balancing after
    the doors are shut. They are named after their times, the doors opening at `opens_s` from midnight.
    """
    last = slots + 1
    found = {}
    for length in sorted({min(length, last + before) for length in lengths}, reverse=True):
        for starts in sorted({*range(-before, last - length + 1, 2), last - length}):
            begins, ends = (clock(opens_s + slot * slot_s) for slot in (starts, starts + length))
            found[starts, starts + length] = Shift(
                f"{begins}–{ends}", starts, starts + length, _lunch(length)
            )
    return list(found.values())


def usual_duties(slots: int) -> list[Duty]:
    """Return what every branch does: the vault in the morning and before closing, and back-office work.

    Two tellers open the vault before the doors open, two bring cash back in the last two hours; one works
    an hour in the back office in the middle of the day.
    """
    return [
        Duty("vault, morning", 2, 1, -1, -1),
        Duty("vault, evening", 2, 1, max(0, slots - 4), slots - 1),
        Duty("back office", 1, min(2, slots), 0, max(0, slots - 2)),
    ]


def _lunch(length: int) -> tuple[Break, ...]:
    if length < 11:
        return ()
    return (Break(2, max(0, length // 2 - 4), length // 2),)


def _placements(shift: Shift) -> Iterator[tuple[tuple[int, int], ...]]:
    places = [range(each.earliest, each.latest + 1) for each in shift.breaks]
    for begins in product(*places):
        spells = tuple(
            (shift.starts + begin, shift.starts + begin + each.slots)
            for begin, each in zip(begins, shift.breaks, strict=True)
        )
        edges = np.array(spells, int).ravel()
        if (np.diff(edges) >= 0).all():
            yield spells
