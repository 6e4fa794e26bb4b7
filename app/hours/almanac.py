"""Keeps each branch's usual week: counted in a thread when first asked for, and again once a business day."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.background import unhurried
from app.branch.state import business_date, day_starts
from app.live import Live

from .visits import Visits
from .week import WEEKS, Week, usual_week

STRETCH = 200
"""After so many records the reading thread rests, so that events, forecasts and screens come first."""


@dataclass(slots=True)
class _Known:
    """What has been read of a branch so far, and its week as of a business day."""

    visits: Visits = field(default_factory=Visits)
    seq: int = 0
    today: date | None = None
    week: Week | None = None


class Almanac:
    """The usual weeks of branches, one counted at a time however many are asked for."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._known: dict[str, _Known] = {}

    async def week(self, live: Live) -> Week:
        """The usual week, of the business days before today. Errors: ``Unavailable``, ``Damaged``."""
        branch = live.branch
        today = business_date(live.clock.now(), branch.zone, branch.day_change)
        known = self._known.get(branch.id)
        if known is None or known.week is None or known.today != today:
            async with self._turn:
                known = self._known.setdefault(branch.id, _Known())
                if known.week is None or known.today != today:
                    await asyncio.to_thread(_count, live, known, today, live.owner.state.seq)
        assert known.week is not None  # noqa: S101 - it has just been counted
        return known.week


def _count(live: Live, known: _Known, today: date, last_seq: int) -> None:
    branch = live.branch
    since = day_starts(branch, f"{today - timedelta(weeks=WEEKS):%Y%m%d}")
    if known.week is None:
        known.visits = Visits()  # a count that failed half-way has left nothing
        known.visits.add_past(row for row in live.past() if row.issued_at >= since)
        known.seq = bisect_left(range(last_seq), since, key=lambda seq: _at(live, seq))
    for record in unhurried(live.records(known.seq), STRETCH):
        known.visits.add(record)
        known.seq = record.seq
    known.visits.forget(since)
    known.week = usual_week(*known.visits.columns(), branch.zone, branch.day_change, today)
    known.today = today


def _at(live: Live, after: int) -> float:
    """When the event just beyond a ``seq`` happened."""
    record = next(live.records(after), None)
    return record.at if record else float("inf")
