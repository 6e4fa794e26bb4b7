"""A past day to be played again, and the tickets of the days before it as the journal keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from app.branch.events import parse_moment
from app.journal import PastTicket

from .branchfile import branch_for
from .day import day_to_events
from .reading import read_table
from .report import HistoryReport, read_rows
from .row import HistoryRow


@dataclass(frozen=True, slots=True)
class PastDay:
    """A past day to be played again: its events, a branch file that fits, and what was known before it."""

    events: list[dict[str, object]]
    branch_text: str
    before: list[PastTicket]
    starts_at: float


def past_day(report: HistoryReport, day: date, zone: ZoneInfo) -> PastDay:
    """One business day out of a history. Errors: ``HistoryError`` where it has no such day."""
    events = day_to_events(report.rows, day, zone)
    text = branch_for(report.rows, day, zone)
    starts_at = min(parse_moment(event["at"], "at") for event in events)
    return PastDay(events, text, list(over_before(report.rows, starts_at)), starts_at)


def past_of(path: Path, zone: ZoneInfo, before: float | None = None) -> Iterator[PastTicket]:
    """The past tickets of a history file; only those that were over ``before`` a moment."""
    return over_before(read_rows(read_table(path), zone, None).rows, before)


def over_before(rows: Iterable[HistoryRow], before: float | None) -> Iterator[PastTicket]:
    """The rows that were over before a moment, as the journal keeps them."""
    for row in rows:
        ended = max(
            at for at in (row.issued_at, row.finished_at, row.ready_at, row.left_at) if at is not None
        )
        if before is None or ended < before:
            yield past_ticket(row)


def past_ticket(row: HistoryRow) -> PastTicket:
    """The row as the journal keeps it."""
    return PastTicket(*(getattr(row, name) for name in PastTicket._fields))
