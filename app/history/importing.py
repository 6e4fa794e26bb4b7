"""History into a branch's journal: read, repaired, held against the branch file, kept."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.branch.branch_file import Branch
from app.branch.events import parse_moment
from app.journal import Journal, PastTicket

from .branchfile import branch_for
from .day import day_to_events
from .reading import read_table
from .report import HistoryReport, Progress, Refusal, read_rows
from .row import HistoryRow
from .table import Table


@dataclass(frozen=True, slots=True)
class Import:
    """What an import did."""

    read: int
    learned: int
    new: int
    refused_rows: int
    repaired: dict[str, int]
    refused: tuple[Refusal, ...]

    def to_plain(self) -> dict[str, Any]:
        """As JSON-able data."""
        return asdict(self)

    def write_refusals(self, path: Path) -> None:
        """Every refused line, with its reason, as CSV."""
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            out = csv.DictWriter(file, ["line", "field", "value", "reason", "ticket_kept"])
            out.writeheader()
            out.writerows(asdict(refusal) for refusal in self.refused)


def import_history(path: Path, branch: Branch, journal: Path, zone: ZoneInfo, progress: Progress) -> Import:
    """Read a history file and keep what the branch can learn from.

    Errors: ``HistoryError`` for a file that is none, ``JournalError`` where it cannot be kept.
    """
    table = read_table(path)
    report = read_rows(table, zone, progress)
    known, unknown = _split(report, branch, table)
    with Journal.open(journal) as opened:
        opened.epoch(branch.id)
        new = opened.add_history(branch.id, [past_ticket(row) for row in known]).result()
    return Import(
        report.read,
        len(known),
        new,
        report.rows_refused + len(unknown),
        {str(kind): count for kind, count in Counter(report.repaired).items()},
        (*report.refused, *unknown),
    )


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


def _split(report: HistoryReport, branch: Branch, table: Table) -> tuple[Sequence[HistoryRow], list[Refusal]]:
    """The rows of businesses that the branch has, and a refusal for each of the others."""
    known = [row for row in report.rows if row.business in branch.businesses]
    lost = [row for row in report.rows if row.business not in branch.businesses]
    if not lost:
        return known, []
    at = table.columns.index("ticket")
    lines = {text.cells[at].strip(): text.line for text in reversed(table.rows) if len(text.cells) > at}
    reason = f"is no business of the branch, which has {', '.join(branch.businesses)}"
    return known, [Refusal(lines[row.ticket], "business", row.business, reason) for row in lost]
