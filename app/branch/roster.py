"""The plan of the day: when a window is due to open, and when it is due to stop."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time

from .branch_file import Branch, Spell
from .state import Window

LATE_S = 3600.0
"""An opening missed by more than this is not late: it does not take place."""


def opens_at(branch: Branch, window: str, now: float) -> float | None:
    """The next planned opening of a window later today, or the end of a planned break; None without one."""
    starts = [spell.starts for spell in branch.openings if spell.window == window]
    ends = [spell.ends for spell in _interruptions(branch) if spell.window == window]
    return _next(branch, starts + ends, now)


def late_since(branch: Branch, window: Window, now: float) -> float | None:
    """The planned opening that a closed window has missed so far; None where it misses none."""
    local = datetime.fromtimestamp(now, branch.zone)
    for spell in branch.openings:
        starts, ends = (
            datetime.combine(local.date(), clock, branch.zone).timestamp()
            for clock in (spell.starts, spell.ends)
        )
        if spell.window == window.window and window.since < starts <= now < min(ends, starts + LATE_S):
            return starts
    return None


def stops_at(branch: Branch, window: str, now: float) -> float | None:
    """The next planned end of calling at a window later today; None without one.

    When the doors close, with the last opening of the branch, whoever holds a ticket is still served.
    """
    doors_close = max((spell.ends for spell in branch.openings), default=None)
    ends = [spell.ends for spell in branch.openings if spell.window == window and spell.ends != doors_close]
    starts = [spell.starts for spell in _interruptions(branch) if spell.window == window]
    return _next(branch, ends + starts, now)


def _interruptions(branch: Branch) -> tuple[Spell, ...]:
    return (*branch.breaks, *branch.back_office)


def _next(branch: Branch, clocks: Iterable[time], now: float) -> float | None:
    local = datetime.fromtimestamp(now, branch.zone)
    moments = (datetime.combine(local.date(), clock, branch.zone).timestamp() for clock in clocks)
    return min((moment for moment in moments if moment > now), default=None)
