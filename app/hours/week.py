"""The usual week of a branch: waits and people by weekday and half hour, from the visits of some weeks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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
"""A half hour is quiet below this part of the busiest, and busy from that on."""
LEAST_S = 300.0
"""Where nobody ever waits longer than this, waiting makes no half hour busy."""
HALF_HOUR_S = 1800
SLOTS = 48


@dataclass(frozen=True, slots=True)
class HalfHour:
    """One half hour of a weekday, from ``slot`` half hours after midnight.

    ``people``: who take a number, on average. ``wait_s``: the usual wait's low, median and high; None where
    ``cases``, visits, are few. ``busyness``: people against the week's most, or the wait's high against the
    week's longest, whichever is more, 0 to 1; in words ``quiet``, ``usual`` or ``busy``.
    """

    slot: int
    people: float
    cases: int
    wait_s: tuple[float, float, float] | None = None
    busyness: float = 0.0

    @property
    def level(self) -> str:
        """How busy it is, in a word."""
        return "quiet" if self.busyness < QUIET else "usual" if self.busyness < BUSY else "busy"

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


def slot_of(moment: time | datetime) -> int:
    """The half hour of the clock that a moment lies in."""
    return 2 * moment.hour + moment.minute // 30


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
    open_days = [int(np.unique(days[weekdays == number]).size) for number in range(7)]
    people = np.zeros((7, SLOTS))
    np.add.at(people, (weekdays, slots), 1.0)
    people /= np.maximum(open_days, 1)[:, np.newaxis]
    cells = _Cells(weekdays, slots, waited_s[counted], left[counted], people)
    known = [
        tuple(cells.half_hours(number)) if count >= ENOUGH_DAYS else ()
        for number, count in enumerate(open_days)
    ]
    return Week(
        tuple(map(_weekday, range(7), open_days, _compared(known))),
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
    """The visits [N] by weekday and slot, and how many people come on average [7, SLOTS]."""

    weekdays: Ints
    slots: Ints
    waited_s: Floats
    left: Floats
    people: Floats

    def half_hours(self, weekday: int) -> Iterator[HalfHour]:
        """From the first half hour with somebody to the last."""
        here = self.weekdays == weekday
        found = np.flatnonzero(self.people[weekday])
        for slot in range(int(found[0]), int(found[-1]) + 1):
            own = here & (self.slots == slot)
            cases = int(own.sum())
            known = cases >= ENOUGH and self.left[own].mean() < 1.0
            wait_s = usual_wait(self.waited_s[own], self.left[own]) if known else None
            yield HalfHour(slot, float(self.people[weekday, slot]), cases, wait_s)


def _compared(week: Sequence[Sequence[HalfHour]]) -> Iterator[tuple[HalfHour, ...]]:
    """Each half hour against the busiest of the week."""
    every = [one for day in week for one in day]
    most = max((one.people for one in every), default=1.0)
    longest_s = max((one.wait_s[2] for one in every if one.wait_s), default=0.0)
    for day in week:
        yield tuple(
            replace(
                one,
                busyness=max(
                    one.people / most, one.wait_s[2] / max(longest_s, LEAST_S) if one.wait_s else 0.0
                ),
            )
            for one in day
        )


def _weekday(weekday: int, days: int, half_hours: Sequence[HalfHour]) -> Weekday:
    known = [(one.wait_s[1], one.people, one.slot, one) for one in half_hours if one.wait_s]
    quietest = min(known)[3] if len(known) > 1 else None
    return Weekday(weekday, days, tuple(half_hours), quietest)


def _offsets(moments: Floats, zone: tzinfo) -> Floats:
    """Seconds from UTC to local time at each moment [N]: looked up once an hour."""
    hours, place = np.unique(moments // 3600, return_inverse=True)
    known = [
        datetime.fromtimestamp(hour * 3600, UTC).astimezone(zone).utcoffset() or timedelta()
        for hour in hours.tolist()
    ]
    offsets: Floats = np.array([one.total_seconds() for one in known], float)[place]
    return offsets
