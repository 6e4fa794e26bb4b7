"""The plan of the day: when a window is due to open, when it is due to stop, and when it is away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from math import inf

from .branch_file import Branch, Spell

LATE_S = 3600.0
"""An opening missed by more than this is not late: it does not take place."""

Absence = tuple[float, float]
"""From when until when a window is planned to be away; the latter infinite: for the rest of the day."""


def opens_at(branch: Branch, window: str, now: float) -> float | None:
    """The next planned opening of a window later today, or the end of a planned break; None without one."""
    starts = [spell.starts for spell in branch.openings if spell.window == window]
    ends = [spell.ends for spell in _interruptions(branch) if spell.window == window]
    return _next(branch, starts + ends, now)


def late_since(branch: Branch, window: str, since: float, now: float) -> float | None:
    """The planned opening that a window, closed ``since`` then, has missed so far; None: it misses none."""
    for spell in branch.openings:
        if spell.window == window:
            starts, ends = _moments(branch, (spell.starts, spell.ends), now)
            if since < starts <= now < min(ends, starts + LATE_S):
                return starts
    return None


def due_at(branch: Branch, window: str, since: float, now: float) -> float | None:
    """When a window closed ``since`` then is due: in the past while it is late; None: not today."""
    return late_since(branch, window, since, now) or opens_at(branch, window, now)


def stops_at(branch: Branch, window: str, now: float) -> float | None:
    """The next planned end of calling at a window later today; None without one.

    When the doors close, with the last opening of the branch, whoever holds a ticket is still served.
    """
    starts = [spell.starts for spell in _interruptions(branch) if spell.window == window]
    return _next(branch, _ends(branch, window) + starts, now)


def absences(branch: Branch, window: str, now: float) -> list[Absence]:
    """When a window is planned to be away on that day, between its openings and within them."""
    found: list[Absence] = []
    for spell in _interruptions(branch):
        if spell.window == window:
            starts, ends = _moments(branch, (spell.starts, spell.ends), now)
            found.append((starts, ends))
    closings = _moments(branch, _ends(branch, window), now)
    return sorted([*found, *((at, opens_at(branch, window, at) or inf) for at in closings)])


def absence(branch: Branch, window: str, called_at: float, now: float) -> Absence | None:
    """The latest planned absence that has begun since a window called last; None: it has not gone away."""
    begun = [one for one in absences(branch, window, now) if called_at <= one[0] <= now]
    return begun[-1] if begun else None


def stop(branch: Branch, window: str, now: float, *, closing: bool) -> tuple[float | None, float | None]:
    """When a window that calls from ``now`` on stops, at once if it is closing, and when it opens again.

    None: not today.
    """
    at = now if closing else stops_at(branch, window, now)
    return at, None if at is None else opens_at(branch, window, at)


def _ends(branch: Branch, window: str) -> list[time]:
    """The ends of a window's openings, but for when the doors close."""
    doors_close = max((spell.ends for spell in branch.openings), default=None)
    return [spell.ends for spell in branch.openings if spell.window == window and spell.ends != doors_close]


def _interruptions(branch: Branch) -> tuple[Spell, ...]:
    return (*branch.breaks, *branch.back_office)


def _next(branch: Branch, clocks: Iterable[time], now: float) -> float | None:
    return min((moment for moment in _moments(branch, clocks, now) if moment > now), default=None)


def _moments(branch: Branch, clocks: Iterable[time], now: float) -> list[float]:
    """These times of the present day, in epoch seconds."""
    today = datetime.fromtimestamp(now, branch.zone).date()
    return [datetime.combine(today, clock, branch.zone).timestamp() for clock in clocks]
