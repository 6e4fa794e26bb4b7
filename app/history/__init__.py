"""Recorded days of any bank: read from files, repaired and, where asked, played again as events.

The way: file → table of text → tickets, with what was repaired and refused → a day's events, branch file.
"""

from .branchfile import branch_for
from .day import day_to_events
from .errors import HistoryError
from .reading import read_table
from .report import HistoryReport, Progress, Refusal, read_rows
from .row import HistoryRow, Outcome
from .table import COLUMNS, Table, TextRow

__all__ = [
    "COLUMNS",
    "HistoryError",
    "HistoryReport",
    "HistoryRow",
    "Outcome",
    "Progress",
    "Refusal",
    "Table",
    "TextRow",
    "branch_for",
    "day_to_events",
    "read_rows",
    "read_table",
]
