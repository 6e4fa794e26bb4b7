"""A time as people and machines write it, as epoch seconds."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import tzinfo

# What spreadsheets make of a time when they save it: 1999/1/13 8:05.
_SPREADSHEET = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?(\.\d+)?")

EARLIEST, LATEST = 1970, 9999
"""A year outside is a slip of the pen, not history."""


def parse_time(text: str, zone: tzinfo) -> float:
    """Epoch seconds to the millisecond of ``text``; a time without an offset is local to ``zone``.

    When the clocks go back, an hour comes twice: the first is meant. When they go forward an hour is
    missing; a time within it was written by a clock that had not been put forward yet, and is read so
    (02:30 is 30 minutes after 02:00 began to be called 03:00). Errors: ``ValueError``, also for a date
    alone.
    """
    moment = _datetime(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone, fold=0)
    if not EARLIEST < moment.year < LATEST:
        raise ValueError(text)
    return round(moment.timestamp(), 3)


def _datetime(text: str) -> datetime:
    if ":" in text:
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    match = _SPREADSHEET.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, month, day, hour, minute, second, fraction = match.groups(default="0")
    clock = f"{hour:0>2}:{minute}:{second:0>2}{fraction[:7] if fraction != '0' else ''}"
    return datetime.fromisoformat(f"{year}-{month:0>2}-{day:0>2}T{clock}")
