"""The usual week of a branch: waits and people by weekday and half hour, from the visits of some weeks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import numpy as np

from estimator.columns import Floats, Ints

WEEKS = 12
"""Visits are remembered for so many weeks: habits change."""
ENOUGH_DAYS, ENOUGH = 3, 10
"""With fewer days of a weekday, or fewer visits in a half hour, nothing is said of it."""
USUAL = (0.2, 0.8)
"""Six waits in ten lie between these quantiles."""
QUIET, BUSY = 0.5, 0.8
"""A half hour is quiet with fewer than this part of the people of the busiest one, and busy with more."""
HALF_HOUR_S = 1800
SLOTS = 48


@dataclass(frozen=True, slots=True)
class HalfHour:
    """One half hour of a weekday, from ``slot`` half hours after midnight.

    ``people``: who take a number, on average; ``level``: ``quiet``, ``usual`` or ``busy``, against the week's
    busiest. ``cases``: visits. ``wait_s``: the usual wait's low, median and high; None where cases are few.
    """

    slot: int
    people: float
    level: str
    cases: int
    wait_s: tuple[float, float, float] | None

    @property
    def at(self) -> time:
        """When it begins."""
        return time(self.slot // 2, 30 * (self.slot % 2))


@dataclass(frozen=True, slots=True)
class Weekday:
    """A weekday (0: Monday) with so many ``days`` behind it; ``quietest`` is None where no half hour is."""

    weekday: int
    days: int
    half_hours: tuple[HalfHour, ...] = ()
    quietest: HalfHour | None = None

    @property
    def known(self) -> bool:
        """Whether there are days enough to speak of it."""
        return self.days >= ENOUGH_DAYS


@dataclass(frozen=True, slots=True)
class Week:
    """The seven weekdays, from Monday, and the first and last business day they were counted on, if any."""

    weekdays: tuple[Weekday, ...]
    first: date | None = None
    last: date | None = None


def usual_week(
    issued_at: Floats, waited_s: Floats, left: Floats, zone: tzinfo, day_change: time, today: date
) -> Week:
    """The usual week as the visits [N] of the business days before ``today`` show it, at most ``WEEKS`` back.

    Who left had waited in vain: their waits would have been longer, and count so (Kaplan and Meier 1958).
    """
    local_s = issued_at + _offsets(issued_at, zone)
    change_s = 3600 * day_change.hour + 60 * day_change.minute
    days = ((local_s - change_s) // 86_400).astype(np.int64)
    newest = (today - date(1970, 1, 1)).days
    counted = (days < newest) & (days >= newest - 7 * WEEKS)
    if not counted.any():
        return Week(tuple(Weekday(number, 0) for number in range(7)))
    days, slots = days[counted], (local_s[counted] // HALF_HOUR_S).astype(np.int64) % SLOTS
    weekdays = (days + 3) % 7  # the first of January 1970 was a Thursday
    open_days = [np.unique(days[weekdays == number]).size for number in range(7)]
    people = np.zeros((7, SLOTS))
    np.add.at(people, (weekdays, slots), 1.0)
    people /= np.maximum(open_days, 1)[:, np.newaxis]
    most = max((people[number].max() for number in range(7) if open_days[number] >= ENOUGH_DAYS), default=0.0)
    cells = _Cells(weekdays, slots, waited_s[counted], left[counted], people, float(most))
    return Week(
        tuple(_weekday(number, open_days[number], cells) for number in range(7)),
        date(1970, 1, 1) + timedelta(days=int(days.min())),
        date(1970, 1, 1) + timedelta(days=int(days.max())),
    )


def usual_wait(waited_s: Floats, left: Floats) -> tuple[float, float, float]:
    """Low, median and high of the wait until the call, of one visit at least.

    The product-limit estimate: beyond the longest wait that ended with a call nobody knows, so it is that.
    """
    order = np.lexsort((left, waited_s))
    waited, called = waited_s[order], 1.0 - left[order]
    at_risk = np.arange(waited.size, 0, -1)
    share = 1.0 - np.cumprod(1.0 - called / at_risk)
    low, median, high = (
        float(waited[min(int(np.searchsorted(share, wanted - 1e-9)), waited.size - 1)])
        for wanted in (USUAL[0], 0.5, USUAL[1])
    )
    return low, median, high


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """The visits [N] by weekday and slot, how many people come on average [7, SLOTS], and the most."""

    weekdays: Ints
    slots: Ints
    waited_s: Floats
    left: Floats
    people: Floats
    most: float

    def half_hours(self, weekday: int) -> Iterator[HalfHour]:
        """From the first half hour with somebody to the last."""
        here = self.weekdays == weekday
        found = np.flatnonzero(self.people[weekday])
        for slot in range(int(found[0]), int(found[-1]) + 1):
            own = here & (self.slots == slot)
            cases = int(own.sum())
            known = cases >= ENOUGH and self.left[own].mean() < 1.0
            people = float(self.people[weekday, slot])
            part = people / self.most if self.most else 0.0
            level = "quiet" if part < QUIET else "usual" if part < BUSY else "busy"
            wait_s = usual_wait(self.waited_s[own], self.left[own]) if known else None
            yield HalfHour(slot, people, level, cases, wait_s)


def _weekday(weekday: int, days: int, cells: _Cells) -> Weekday:
    if not days:
        return Weekday(weekday, 0)
    if days < ENOUGH_DAYS:
        return Weekday(weekday, days)
    half_hours = tuple(cells.half_hours(weekday))
    known = [(one.wait_s[1], one.people, one.slot, one) for one in half_hours if one.wait_s]
    return Weekday(weekday, days, half_hours, min(known)[3] if len(known) > 1 else None)


def _offsets(moments: Floats, zone: tzinfo) -> Floats:
    """Seconds from UTC to local time at each moment [N]: looked up once an hour."""
    hours, place = np.unique(moments // 3600, return_inverse=True)
    known = [
        datetime.fromtimestamp(hour * 3600, UTC).astimezone(zone).utcoffset() or timedelta()
        for hour in hours.tolist()
    ]
    offsets: Floats = np.array([one.total_seconds() for one in known], float)[place]
    return offsets
