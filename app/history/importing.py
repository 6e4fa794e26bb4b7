"""History into a branch's journal: read, repaired, held against the branch file, kept."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.branch.branch_file import Branch
from app.journal import Journal

from .past_day import past_ticket
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
            out = csv.DictWriter(file, [field.name for field in fields(Refusal)])
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
        dict(report.repaired),
        (*report.refused, *unknown),
    )


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
