"""From the state of a branch to what the estimator needs of it: plain columns about the present."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app import attendance
from app.branch import decisions, roster
from app.branch.branch_file import Branch
from app.branch.observe import NORMAL
from app.branch.state import State, Step, Ticket, Window, WindowState, takes
from estimator import discipline
from estimator.pools import Pools
from estimator.situation import EndedStep, OpenStep, Situation, TicketNow, Told, WindowNow


def expected_s(pools: Pools, ticket: Ticket) -> float:
    """A ticket's expected service, seconds: what the express rule asks for."""
    return pools.expected_service_s(ticket.business, items=ticket.items)


def situation(
    branch: Branch,
    state: State,
    pools: Pools,
    now: float,
    line: Sequence[discipline.Waiting] | None = None,
) -> Situation:
    """The branch at ``now``; ``line``: who waits, as the rule of who is next sees them, if that is known."""
    waiting = state.waiting()
    express = has_express(branch)
    expected = expecting(branch, pools)
    heads = discipline.heads(decisions.line_of(waiting, expected) if line is None else line)
    local = datetime.fromtimestamp(now, branch.zone)
    unsaid = _Unsaid.of(branch, state, expected, may_come=attendance.may_come(pools, local.hour))
    return Situation(
        windows=tuple(
            _window(branch, state, window, heads, unsaid, now) for window in state.windows.values()
        ),
        waiting=tuple(_ticket(one, expected(one) if express else None, now) for one in waiting),
        businesses=tuple(branch.businesses),
        head_start=head_starts(branch),
        hour=local.hour + local.minute / 60,
    )


def has_express(branch: Branch) -> bool:
    """Whether a window takes short services only."""
    return any(plan.express_s is not None for plan in branch.windows.values())


def expecting(branch: Branch, pools: Pools) -> decisions.Expected:
    """``expected_s`` for a whole line: 0 where no express window asks, else looked up once for each sort."""
    if not has_express(branch):
        return lambda _: 0.0
    known: dict[tuple[str, int], float] = {}

    def expected(ticket: Ticket) -> float:
        sort = (ticket.business, ticket.items)
        if sort not in known:
            known[sort] = expected_s(pools, ticket)
        return known[sort]

    return expected


def head_starts(branch: Branch) -> Mapping[str, float]:
    """Seconds of head start by priority, as the estimator names them."""
    return {NORMAL: 0.0, **decisions.head_starts(branch)}


def _ticket(ticket: Ticket, expected: float | None, now: float) -> TicketNow:
    return TicketNow(
        ticket.ticket,
        ticket.business,
        ticket.priority or NORMAL,
        max(now - ticket.line_at, 0.0),
        ticket.items,
        ticket.tied,
        expected,
    )


@dataclass(frozen=True, slots=True)
class _Unsaid:
    """What calls say of windows of which nobody reports who is there: each one's last, who left the line."""

    called: Mapping[str, float] = field(default_factory=dict)
    may_come: bool = False
    left: Sequence[attendance.Left] = ()
    expected: decisions.Expected = lambda _: 0.0

    @classmethod
    def of(cls, branch: Branch, state: State, expected: decisions.Expected, *, may_come: bool) -> _Unsaid:
        if not attendance.is_unsaid(branch):
            return cls()
        return cls(attendance.last_calls(state), may_come, attendance.left_line(state), expected)


def _window(
    branch: Branch,
    state: State,
    window: Window,
    heads: list[discipline.Waiting],
    unsaid: _Unsaid,
    now: float,
) -> WindowNow:
    window = attendance.as_planned(branch, window, unsaid.called, now)
    ticket = state.tickets.get(window.ticket or "")
    reports = branch.sender(window.sender or "").reports
    rule = decisions.rule_of(branch, window)
    elapsed = max(now - window.since, 0.0)
    reported = attendance.is_reported(branch, window)
    if window.state is WindowState.CLOSED and (window.window in unsaid.called or not unsaid.may_come):
        reported = True  # who has been there today has said so on leaving, or left as planned
    passed_over = window.state is WindowState.OPEN and not reported
    opens_in_s = _opens_in(branch, window, now)
    calls_at = now + max(opens_in_s or 0.0, 0.0)
    stops_at, reopens_at = roster.stop(branch, window.window, calls_at, closing=window.closing)
    return WindowNow(
        window=window.window,
        phase=window.state.value,
        reluctance=takes(branch, window),
        express_s=rule.express_s,
        teller=window.teller,
        business=ticket.business if ticket else window.last_business,
        items=ticket.items if ticket else None,
        elapsed_s=elapsed,
        closing=window.closing,
        opens_in_s=opens_in_s,
        stops_in_s=stops_at - now if stops_at else None,
        reopens_in_s=reopens_at - now if reopens_at else None,
        told=_told(window.expected_s, elapsed),
        steps=tuple(_step(step, now) for step in window.steps),
        after=_after(window, now),
        reason=window.reason,
        eligible_waiting_for_s=_kept_waiting(window, rule, heads, now),
        reports_start="start" in reports,
        reports_ready="ready" in reports,
        reports_presence=reported,
        passed_over_s=attendance.passed_over_s(branch, window, unsaid.left, unsaid.expected)
        if passed_over
        else 0.0,
    )


def _step(step: Step, now: float) -> OpenStep:
    elapsed = max(now - step.started_at, 0.0)
    return OpenStep(step.step_id, step.step, elapsed, _told(step.expected_s, elapsed), step.away)


def _after(window: Window, now: float) -> EndedStep | None:
    if not window.ended_steps:
        return None
    last = window.ended_steps[-1]
    return EndedStep(last.step, max(now - last.ended_at, 0.0))


def _told(seconds: float | None, ago_s: float) -> Told | None:
    return Told(seconds, ago_s) if seconds else None


def _opens_in(branch: Branch, window: Window, now: float) -> float | None:
    """Seconds until a closed window is due to open; negative: it is late by so much."""
    if window.state is not WindowState.CLOSED:
        return None
    said = window.reopens_at
    if said is None or now - said > roster.LATE_S:
        said = roster.due_at(branch, window.window, window.since, now)
    return said - now if said else None


def _kept_waiting(
    window: Window, rule: discipline.WindowRule, heads: list[discipline.Waiting], now: float
) -> float:
    """How long this open window has left somebody waiting whom it could have called."""
    if window.state is not WindowState.OPEN:
        return 0.0
    first = min((discipline.eligible_at(one, rule) for one in heads), default=now)
    return max(now - max(first, window.since), 0.0)
