"""What a strict sender may say now. Each refusal names its rule; nothing is changed by asking."""

from __future__ import annotations

from . import lifecycle, notices
from .branch_file import LANGUAGES, RESOURCES, Branch
from .errors import Malformed, Refused, Unknown
from .events import (
    OWN,
    SERVICE,
    Event,
    EventCorrected,
    Fact,
    NoticePosted,
    NoticeWithdrawn,
    StepAnnounced,
    StepEnded,
    StepStarted,
    TellerSignedIn,
    TellerSignedOut,
    TicketIssued,
    TicketRecalled,
    TicketTransferred,
    WindowClosed,
)
from .fields import ANY
from .state import State, Ticket, TicketState, Undo, Window, WindowState, rests_on


def check_sender(event: Event) -> None:
    """Refuse what only the service itself may say, or in its name. Errors: ``Malformed``."""
    if event.sender == SERVICE:
        raise Malformed("sender", f"sender {SERVICE!r} is the service itself; choose another.")
    if event.type in OWN:
        raise Malformed("type", f"{event.type} is said by the service itself only.")


def check_clock(branch: Branch, state: State, event: Event, now: float) -> None:
    """Hold ``at`` to the branch's bounds. Errors: ``Malformed``."""
    ahead = event.at - now
    if ahead > branch.ahead_s:
        raise Malformed(
            "at",
            f"at lies {ahead:.0f} s in the future; the branch allows {branch.ahead_s:g} s. Check the clock.",
        )
    late = state.last_at - event.at
    if late > branch.late_s:
        raise Malformed(
            "at", f"at lies {late:.0f} s before the last event; the branch allows {branch.late_s:g} s."
        )


def check_names(branch: Branch, fact: Fact) -> None:
    """Refuse windows, businesses, priorities, steps that the branch does not have, resources that none has.

    Errors: ``Malformed``, ``Unknown``.
    """
    known = (
        ("window", (getattr(fact, "window", None),), branch.windows),
        ("business", (getattr(fact, "business", None),), branch.businesses),
        ("business", getattr(fact, "businesses", None) or (), branch.businesses),
        ("priority", (getattr(fact, "priority", None),), branch.priorities),
    )
    for what, names, there in known:
        for name in names:
            if name is not None and name not in there:
                raise Unknown(what, name, there)
    if isinstance(fact, NoticePosted):
        for code, _ in fact.text:
            if code not in {*branch.languages, *LANGUAGES, ANY}:
                raise Unknown("language", code, {*branch.languages, *LANGUAGES})
    if isinstance(fact, StepStarted | StepAnnounced) and branch.steps and fact.step not in branch.steps:
        raise Unknown("step", fact.step, branch.steps)
    if isinstance(fact, StepStarted) and fact.resource not in RESOURCES:
        raise Malformed("resource", f"resource must be one of {', '.join(RESOURCES)}, not {fact.resource!r}.")


def check_lifecycle(branch: Branch, state: State, event: Event) -> None:
    """Hold a strict sender to the tables of ``lifecycle``. Errors: ``Refused``, ``Unknown``."""
    fact = event.fact
    if isinstance(fact, EventCorrected):
        undoable(branch, state, fact.corrects, event.at)
        return
    if isinstance(fact, TicketIssued):
        _check_issue(state, fact)
        return
    if isinstance(fact, NoticePosted):
        notices.check_post(branch, state, fact, event.at)
        return
    if isinstance(fact, NoticeWithdrawn):
        notices.check_withdraw(state, fact.notice, event.at)
        return
    ticket = _ticket(state, fact)
    window = _window(state, fact, ticket)
    if ticket and event.type.startswith(("ticket.", "service.")):
        _check_ticket(branch, event, ticket)
    if window:
        _check_window(event, window, ticket)


def lawful(branch: Branch, state: State, event: Event) -> bool:
    """Whether the lifecycle allows the event as things stand."""
    try:
        check_lifecycle(branch, state, event)
    except (Refused, Unknown):
        return False
    return True


def undoable(branch: Branch, state: State, seq: int, now: float) -> Undo:
    """The before-image of an event that may be taken back. Errors: ``Refused``, saying why not."""
    undo = next((one for one in state.recent if one.seq == seq), None)
    if undo is None or now - undo.at > branch.undo_s:
        raise Refused(
            "only a recent press can be taken back",
            f"Event {seq} cannot be taken back: it is not a press of the last {branch.undo_s:g} s.",
        )
    if later := rests_on(state, undo):
        raise Refused(
            "the latest press is taken back first",
            f"Event {seq} cannot be taken back: event {later.seq} ({later.type}) rests on it.",
        )
    return undo


def _check_issue(state: State, fact: TicketIssued) -> None:
    if fact.ticket in state.tickets:
        raise Refused("a ticket is issued once", f"Ticket {fact.ticket} has been issued before.")
    if fact.number in state.tickets.numbers:
        ticket = next(one for one in state.tickets.open.values() if one.number == fact.number)
        raise Refused(
            "a number is one customer's at a time",
            f"Number {fact.number} is that of ticket {ticket.ticket}, which is {ticket.state.value}.",
        )


def _ticket(state: State, fact: Fact) -> Ticket | None:
    name = getattr(fact, "ticket", None)
    if name is None:
        return None
    if name not in state.tickets:
        raise Unknown("ticket", name, list(state.tickets.open))
    return state.tickets[name]


def _window(state: State, fact: Fact, ticket: Ticket | None) -> Window | None:
    """The window that the fact concerns: the one it names, else the one that has the ticket."""
    if hasattr(fact, "window") and not isinstance(fact, TicketTransferred):
        return state.windows.get(fact.window or "")
    if ticket is None:
        return None
    window = state.windows.get(ticket.window or "")
    return window if window and window.ticket == ticket.ticket else None


def _check_ticket(branch: Branch, event: Event, ticket: Ticket) -> None:
    if (ticket.state, event.type) not in lifecycle.TICKET:
        raise Refused(
            f"a {ticket.state.value} ticket has no {event.type}",
            f"Ticket {ticket.ticket} is {ticket.state.value}; {event.type} is not possible now.",
        )
    missed_s = event.at - (ticket.ended_at or event.at)
    is_recall = isinstance(event.fact, TicketRecalled) and ticket.state is TicketState.NO_SHOW
    if is_recall and missed_s > branch.recall_s:
        raise Refused(
            "a missed ticket is recalled within the bound",
            f"Ticket {ticket.ticket} was missed {missed_s:.0f} s ago; the bound is {branch.recall_s:g} s.",
        )


def _check_window(event: Event, window: Window, ticket: Ticket | None) -> None:
    kind = event.type
    name = window.window
    if (window.state, kind) not in lifecycle.WINDOW:
        states = ", ".join(lifecycle.states_for(kind))
        raise Refused(
            f"a window that is {window.state.value} has no {kind}",
            f"Window {name} is {window.state.value}; {kind} is possible when it is {states}.",
        )
    calls = kind in {"ticket.called", "ticket.recalled"}
    if calls and window.closing and window.state is not WindowState.CALLING:
        raise Refused(
            "a closing window calls nobody", f"Window {name} is closing and takes no further customer."
        )
    if kind == "ticket.recalled" and ticket:
        _check_recall(window, ticket)
    of_its_customer = {"service.started", "service.finished", "ticket.no_show"}
    if kind in of_its_customer and ticket and window.ticket != ticket.ticket:
        raise Refused(
            "a window speaks of its own customer",
            f"Window {name} has {window.ticket or 'no ticket'}, not {ticket.ticket}.",
        )
    _check_window_detail(event.fact, window)


def _check_recall(window: Window, ticket: Ticket) -> None:
    if ticket.state is TicketState.CALLED and ticket.window != window.window:
        raise Refused(
            "a window speaks of its own customer",
            f"Ticket {ticket.ticket} is called at window {ticket.window}; recall it there, or transfer it.",
        )
    if window.state is WindowState.CALLING and window.ticket != ticket.ticket:
        raise Refused("one call at a time", f"Window {window.window} is calling {window.ticket}.")


def _check_window_detail(fact: Fact, window: Window) -> None:
    name = window.window
    match fact:
        case WindowClosed(reason=reason) if window.state is WindowState.CLOSED and window.reason == reason:
            raise Refused("a closed window has no window.closed", f"Window {name} is closed already.")
        case StepStarted(step_id=step_id) if step_id in {step.step_id for step in window.steps}:
            raise Refused("a step begins once", f"Step {step_id} is running at window {name} already.")
        case StepEnded(step_id=step_id) if step_id not in {step.step_id for step in window.steps}:
            raise Refused("a step ends once", f"No step {step_id} is running at window {name}.")
        case TellerSignedIn(teller=teller) if window.teller not in {None, teller}:
            raise Refused("one teller at a window", f"{window.teller} is signed in at window {name}.")
        case TellerSignedOut(teller=teller) if window.teller != teller:
            raise Refused("who is there signs out", f"{teller} is not signed in at window {name}.")
        case _:
            pass
