"""What an event teaches: durations that have just come to their end.

Only what was reported is learned; where an implied event had to stand in for a lost one, nothing is. Of what
the service says itself only the day's end teaches something: how long people had been ready to wait by then.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import singledispatch
from math import inf

from estimator import discipline
from estimator.observation import Observation

from .branch_file import Branch
from .decisions import in_line
from .events import (
    SERVICE,
    Event,
    Fact,
    ServiceFinished,
    ServiceStarted,
    StepEnded,
    TicketAbandoned,
    TicketCalled,
    TicketIssued,
    TicketNoShow,
    TicketRecalled,
    WindowReady,
    WindowResumed,
)
from .state import State, Ticket, TicketState, Window, WindowState, about_key, subject_key, takes

NORMAL = "normal"
"""The priority of a ticket that has none, as the estimator knows it."""


def observations(branch: Branch, state: State, event: Event) -> list[Observation]:
    """What ``event`` teaches, seen from the ``state`` before it; durations in seconds, never negative."""
    if event.implied or (event.sender == SERVICE and not isinstance(event.fact, TicketAbandoned)):
        return []
    if getattr(event.fact, "window", None) not in {None, *state.windows}:
        return []
    return [one for one in _learn(event.fact, branch, state, event.at) if one.value_s >= 0]


@singledispatch
def _learn(fact: Fact, branch: Branch, state: State, at: float) -> Iterator[Observation]:  # noqa: ARG001
    yield from ()


@_learn.register
def _(fact: TicketIssued, branch: Branch, state: State, at: float) -> Iterator[Observation]:
    before = state.tickets.get(fact.ticket)
    if before is None or before.issue_implied:
        local = datetime.fromtimestamp(at, branch.zone)
        yield Observation(
            kind="arrival",
            at=at,
            business=fact.business,
            priority=fact.priority or NORMAL,
            day=local.toordinal(),
            hour=local.hour,
        )


@_learn.register
def _(fact: TicketCalled, branch: Branch, state: State, at: float) -> Iterator[Observation]:
    ticket = _in_state(state, fact.ticket, TicketState.WAITING)
    if ticket:
        waited = at - ticket.line_at
        yield Observation(kind="patience", at=at, value_s=waited, business=ticket.business, censored=True)
        yield from _what_was_told(state, ticket, at)
        yield from _between_customers(branch, state, fact, at)


@_learn.register
def _(fact: TicketRecalled, branch: Branch, state: State, at: float) -> Iterator[Observation]:  # noqa: ARG001
    window = state.windows[fact.window]
    if window.state is WindowState.WRAPPING_UP:
        yield _wrapped_up(window, at)


@_learn.register
def _(fact: TicketAbandoned, branch: Branch, state: State, at: float) -> Iterator[Observation]:  # noqa: ARG001
    ticket = _in_state(state, fact.ticket, TicketState.WAITING)
    if ticket:
        yield Observation(
            kind="patience",
            at=at,
            value_s=at - ticket.line_at,
            business=ticket.business,
            censored=fact.reason == "day_end",
        )


@_learn.register
def _(fact: ServiceStarted, branch: Branch, state: State, at: float) -> Iterator[Observation]:  # noqa: ARG001
    ticket = _in_state(state, fact.ticket, TicketState.CALLED)
    if ticket and ticket.called_at is not None:
        yield Observation(kind="walking", at=at, value_s=at - ticket.called_at)


@_learn.register
def _(fact: TicketNoShow, branch: Branch, state: State, at: float) -> Iterator[Observation]:  # noqa: ARG001
    ticket = _in_state(state, fact.ticket, TicketState.CALLED)
    if ticket and ticket.called_at is not None:
        yield Observation(kind="no_show", at=at, value_s=at - ticket.called_at)


@_learn.register
def _(fact: ServiceFinished, branch: Branch, state: State, at: float) -> Iterator[Observation]:
    ticket = _in_state(state, fact.ticket, TicketState.SERVING)
    if ticket is None or ticket.started_at is None:
        return
    window = state.windows[fact.window]
    if ticket.start_implied and "start" in branch.sender(window.sender or "").reports:
        return
    yield Observation(
        kind="service",
        at=at,
        value_s=at - ticket.started_at,
        business=ticket.business,
        teller=window.teller,
        items=ticket.items,
        told_s=ticket.expected_s,
        hour=datetime.fromtimestamp(ticket.started_at, branch.zone).hour,
    )
    for step in window.ended_steps:
        yield Observation(
            kind="after_step",
            at=at,
            value_s=at - step.ended_at,
            business=ticket.business,
            name=step.step,
        )


@_learn.register
def _(fact: WindowReady, branch: Branch, state: State, at: float) -> Iterator[Observation]:  # noqa: ARG001
    window = state.windows[fact.window]
    if window.state is WindowState.WRAPPING_UP:
        yield _wrapped_up(window, at)


@_learn.register
def _(fact: WindowResumed, branch: Branch, state: State, at: float) -> Iterator[Observation]:  # noqa: ARG001
    window = state.windows[fact.window]
    if window.state is WindowState.PAUSED:
        yield Observation(
            kind="pause",
            at=at,
            value_s=at - window.since,
            name=window.reason,
            teller=window.teller,
            told_s=window.expected_s,
        )


@_learn.register
def _(fact: StepEnded, branch: Branch, state: State, at: float) -> Iterator[Observation]:  # noqa: ARG001
    window = state.windows[fact.window]
    for step in window.steps:
        if step.step_id == fact.step_id:
            yield Observation(
                kind="step",
                at=at,
                value_s=at - step.started_at,
                name=step.step,
                teller=window.teller,
                told_s=step.expected_s,
            )


def _in_state(state: State, name: str, wanted: TicketState) -> Ticket | None:
    ticket = state.tickets.get(name)
    return ticket if ticket and ticket.state is wanted else None


def _what_was_told(state: State, ticket: Ticket, at: float) -> Iterator[Observation]:
    """The wait against what was said of it when its customer was told first; nothing where none was."""
    told = state.told.get(subject_key("ticket", ticket.ticket), {}).get(about_key("wait"))
    if told and told.first_ahead is not None and told.first_p10_s is not None:
        yield Observation(
            kind="wait",
            at=at,
            value_s=at - told.first_at,
            business=ticket.business,
            ahead=told.first_ahead,
            p10_s=told.first_p10_s,
            median_s=told.first_median_s,
            p90_s=told.first_p90_s,
        )


def _between_customers(branch: Branch, state: State, fact: TicketCalled, at: float) -> Iterator[Observation]:
    """A call ends a wrap-up, and the time in which somebody was there and nobody was called.

    A wrap-up that is not reported is only seen where the window could have called somebody all that while.
    """
    window = state.windows[fact.window]
    if window.state is WindowState.WRAPPING_UP:
        yield _wrapped_up(window, at)
    elif window.state is WindowState.OPEN:
        could_call_at = _could_call_at(branch, state, window, state.tickets[fact.ticket])
        wraps_up = window.freed_at is not None and "ready" not in branch.sender(window.sender or "").reports
        if wraps_up and could_call_at <= window.since:
            yield _wrapped_up(window, at)
        else:
            yield Observation(kind="idle", at=at, value_s=at - max(window.since, could_call_at))


def _could_call_at(branch: Branch, state: State, window: Window, called: Ticket) -> float:
    """Since when the window could have called somebody. At an express window only the called one is sure."""
    rule = discipline.WindowRule(window.window, takes(branch, window))
    express = branch.windows[window.window].express_s is not None
    line = [called] if express else [called, *state.waiting()]
    found = (discipline.eligible_at(in_line(ticket, lambda _: 0.0), rule) for ticket in line)
    return min((moment for moment in found if moment < inf), default=called.line_at)


def _wrapped_up(window: Window, at: float) -> Observation:
    return Observation(
        kind="wrap_up",
        at=at,
        value_s=at - window.since,
        business=window.last_business,
        teller=window.teller,
        told_s=window.expected_s if window.state is WindowState.WRAPPING_UP else None,
    )
