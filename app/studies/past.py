"""Imported history and the journal's tickets as the days that studies learn from."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from app.branch.observe import NORMAL
from app.branch.state import business_date
from app.history.business_day import DAY_CHANGE
from simulations.studies.past_days import PastDay

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeAlias
    from zoneinfo import ZoneInfo

    from app.history.row import HistoryRow
    from app.journal import PastTicket

    from .journal_rows import JournalTicket

    Ticket: TypeAlias = HistoryRow | PastTicket | JournalTicket

__all__ = ["past_days"]

_MOMENTS = ("issued_at", "called_at", "started_at", "finished_at", "ready_at", "left_at")


def past_days(rows: Iterable[Ticket], zone: ZoneInfo, day_change: dt.time = DAY_CHANGE) -> list[PastDay]:
    """Return the business days of some tickets, in order, each with its tickets in the order of issue."""
    by_day = defaultdict(list)
    for row in rows:
        by_day[business_date(row.issued_at, zone, day_change)].append(row)
    return [_day(date, tickets, zone) for date, tickets in sorted(by_day.items())]


def _day(date: dt.date, rows: list[Ticket], zone: ZoneInfo) -> PastDay:
    rows = sorted(rows, key=lambda row: (row.issued_at, row.ticket))
    midnight = dt.datetime.combine(date, dt.time(), zone).timestamp()
    issued, called, started, finished, ready, left = (
        np.array([_known(getattr(row, name)) for row in rows], float) - midnight for name in _MOMENTS
    )
    return PastDay(
        date,
        tuple(row.business for row in rows),
        tuple(row.priority or NORMAL for row in rows),
        tuple(row.window or row.teller or "" for row in rows),
        tuple(row.teller or "" for row in rows),
        tuple(row.outcome for row in rows),
        issued,
        called,
        started,
        finished,
        ready,
        left,
        np.array([_known(getattr(row, "items", None)) for row in rows], float),
    )


def _known(moment: float | None) -> float:
    return np.nan if moment is None else moment
