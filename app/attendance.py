"""Who may be at a window of which nobody reports openings and closings: what its calls say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import inf

from app.branch import decisions, roster
from app.branch.branch_file import Branch, SenderPlan
from app.branch.state import State, Ticket, TicketState, Window, WindowState
from estimator import discipline
from estimator.pools import Pools

WAITED_S = 2.0
"""Who was called sooner did not have to wait."""
SOON_S = 900.0
"""A window that will likelier than not call nobody for so long is not shown as one that might serve."""
COMES_S = 4 * 3600.0
"""A window not seen today that comes more rarely, at this hour, is not waited for."""

Left = tuple[float, Ticket]
"""When somebody left the line, called or tired of it."""


def is_reported(branch: Branch, window: Window) -> bool:
    """Whether somebody would say so if this window opened, paused or closed."""
    return "windows" in _reporter(branch, window).reports


def is_unsaid(branch: Branch) -> bool:
    """Whether there is a sender that does not say who is there."""
    return any("windows" not in sender.reports for sender in branch.senders.values())


def _reporter(branch: Branch, window: Window) -> SenderPlan:
    """Who speaks for a window: who did so last; else the only one that could."""
    if window.sender:
        return branch.sender(window.sender)
    senders = branch.senders.values()
    could = [one for one in senders if window.window in one.windows] or [
        one for one in senders if not one.windows
    ]
    return could[0] if len(could) == 1 else branch.sender("")


def may_come(pools: Pools, hour: int) -> bool:
    """Whether a window that was not seen today may well come yet, at this local hour."""
    return pools.presence.newcomer_rate(hour) * COMES_S >= 1.0


def last_calls(state: State) -> dict[str, float]:
    """When each window that has called somebody today did so last."""
    found: dict[str, float] = {}
    for ticket in state.tickets.values():
        if ticket.window and ticket.called_at is not None:
            found[ticket.window] = max(ticket.called_at, found.get(ticket.window, ticket.called_at))
    return found


def as_planned(branch: Branch, window: Window, called: Mapping[str, float], now: float) -> Window:
    """A window of which nobody says who is there, as the roster has it while its calls do not deny it.

    On a planned absence it is closed, or about to be if somebody is still there; after it, it counts as if it
    had just let that customer go. ``called``: the last calls of the day. Any other window stays as it is.
    """
    if window.state is WindowState.CLOSED or window.window not in called or is_reported(branch, window):
        return window
    away = roster.absence(branch, window.window, called[window.window], now)
    if away is None:
        return window
    since, until = away
    if now < until and window.state is not WindowState.OPEN:
        return replace(window, closing=True)
    if now < until:
        back_at = until if until < inf else None
        return replace(window, state=WindowState.CLOSED, since=since, reopens_at=back_at)
    return replace(window, since=max(window.since, until)) if window.state is WindowState.OPEN else window


def left_line(state: State) -> list[Left]:
    """Everybody who had to wait and does so no longer, latest first."""
    found = []
    for ticket in state.tickets.values():
        until = ticket.called_at
        if until is None and ticket.state is TicketState.ABANDONED:
            until = ticket.ended_at
        if until is not None and until - ticket.line_at >= WAITED_S:
            found.append((until, ticket))
    return sorted(found, key=lambda one: (-one[0], one[1].ticket))


def passed_over_s(
    branch: Branch, window: Window, left: Sequence[Left], expected: decisions.Expected
) -> float:
    """How long after its last customer this window still let somebody wait; 0 if it never did."""
    rule = decisions.rule_of(branch, window)
    for until, ticket in left:
        if until <= window.since:
            break
        if discipline.eligible_at(decisions.in_line(ticket, expected), rule) <= until:
            return until - window.since
    return 0.0


def is_gone(branch: Branch, window: Window, pools: Pools, passed_over_s: float, now: float) -> bool:
    """Whether an open window has let people wait for so long that it will likely call nobody soon."""
    if window.state is not WindowState.OPEN or window.last_business is None or is_reported(branch, window):
        return False
    since_s = max(now - window.since, 0.0)
    away = pools.presence.away(window.window)
    return away.chance(min(passed_over_s, since_s), since_s + SOON_S) < 0.5
