"""Some business days of a branch, and where in its journal they are."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile

from app.branch.branch_file import Branch
from app.branch.errors import Malformed
from app.branch.events import Event
from app.branch.state import business_date, day_starts

DAY = timedelta(days=1)
USUAL_DAYS = 7
MOST_DAYS = 100
YEARS = range(2000, 2200)
READ_ON_S = 86_400.0
"""What began before the days, and what ended after them, is looked for so far outside."""

Events = Callable[[int], Iterator[Event]]
"""The events of a branch beyond a ``seq``, in order."""


@dataclass(frozen=True, slots=True)
class Period:
    """The business days from ``first`` to ``last``, both included."""

    branch: Branch
    first: date
    last: date

    @property
    def begins_at(self) -> float:
        """Epoch seconds of its beginning."""
        return day_starts(self.branch, f"{self.first:%Y%m%d}")

    @property
    def ends_at(self) -> float:
        """Epoch seconds of its end, which is not part of it."""
        return day_starts(self.branch, f"{self.last + DAY:%Y%m%d}")

    def events(self, events: Events, last_seq: int) -> Iterator[Event]:
        """The events of these days, with a day before and a day after, of ``last_seq`` in all."""
        disorder_s = self.branch.late_s + self.branch.ahead_s
        since = self.begins_at - READ_ON_S - disorder_s
        until = self.ends_at + READ_ON_S + disorder_s
        after = bisect_left(range(last_seq), since, key=lambda seq: _at(events, seq))
        return takewhile(lambda event: event.at < until, events(after))


def _at(events: Events, after: int) -> float:
    """When the event just beyond a ``seq`` happened."""
    event = next(events(after), None)
    return event.at if event else float("inf")


def period(branch: Branch, now: float, first: date | None = None, last: date | None = None) -> Period:
    """The days asked for; by default the seven up to the other end, or up to today.

    Errors: ``Malformed`` when they are the wrong way round, too many, or centuries away.
    """
    for name, day in (("from", first), ("to", last)):
        if day is not None and day.year not in YEARS:
            raise Malformed(name, f"{name} must be a day from {YEARS[0]} to {YEARS[-1]}, not {day}.")
    usual = (USUAL_DAYS - 1) * DAY
    last = last or (first + usual if first else business_date(now, branch.zone, branch.day_change))
    first = first or last - usual
    if not first <= last < first + MOST_DAYS * DAY:
        raise Malformed("from", f"from {first} to {last} must be 1 to {MOST_DAYS} days, in order.")
    return Period(branch, first, last)
