"""A table of text: the cells of a history file before anything is made of them.

Whatever the file was (text in some encoding, a sheet, Parquet), from here on it is rows of strings that
know where they stood, so that whatever is wrong with one can be said with its line.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from .errors import HistoryError
from .row import HistoryRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

COLUMNS = tuple(field.name for field in fields(HistoryRow))
"""The contract's columns. All must be there, in any order; what is not known is left empty."""


@dataclass(frozen=True, slots=True)
class TextRow:
    """One row. ``line``: of a text file, row of a sheet or record of Parquet, from 1."""

    line: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """All rows under a header that has the contract's columns, and perhaps others.

    ``source`` says how the file was read, such as ``CSV, GB18030, separated by ';'``. A row may be shorter
    or longer than ``columns``: that is for the reader of rows to judge.
    """

    source: str
    columns: tuple[str, ...]
    rows: list[TextRow]


def table_of(source: str, header: TextRow, rows: Iterable[TextRow]) -> Table:
    """The table under ``header``, without blank rows. Errors: ``HistoryError`` naming the columns."""
    columns = tuple(cell.strip().lower() for cell in header.cells)
    missing = [name for name in COLUMNS if name not in columns]
    where = f"line {header.line} of the file (read as {source})"
    if missing:
        found = ", ".join(repr(name) for name in columns if name) or "none"
        if len(found) > 500:
            found = found[:500] + " …"
        raise HistoryError(
            f"not a history: {where} lacks the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}; "
            f"found: {found}. All of {','.join(COLUMNS)} are needed; leave empty what is not known."
        )
    double = [name for name in COLUMNS if columns.count(name) > 1]
    if double:
        raise HistoryError(f"not a history: {where} has the column {double[0]} more than once.")
    return Table(source, columns, [row for row in rows if any(cell.strip() for cell in row.cells)])
