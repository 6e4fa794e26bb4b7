"""From one state to the next: what an event changes.

``fold`` is total. Whether a sender may say something is decided before (``check``, ``imply``); once a fact is
in the journal it is folded, and what it does not apply to is left as it is. So every restart succeeds, also
with a branch file that has lost a window or a business since: facts about a window that is gone change
nothing, tickets of a business that is gone are not in line, and whoever was tied to a window that is gone is
free. A fact that arrives after what followed from it no longer moves anything; it mends the records of what
is over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import singledispatch
from typing import Any

from . import lifecycle, notices
from .branch_file import Branch
from .change import Change, take_back
from .events import (
    SERVICE,
    Event,
    EventCorrected,
    Fact,
    NoticePosted,
    NoticeWithdrawn,
    RangeTold,
    SenderHeard,
    SenderSilent,
    ServiceFinished,
    ServiceStarted,
    StepAnnounced,
    StepEnded,
    StepStarted,
    TellerSignedIn,
    TellerSignedOut,
    TicketAbandoned,
    TicketCalled,
    TicketIssued,
    TicketNoShow,
    TicketRecalled,
    TicketTransferred,
    WindowClosed,
    WindowClosing,
    WindowOpened,
    WindowPaused,
    WindowReady,
    WindowResumed,
)
from .state import (
    ENDED,
    ENDED_STEPS,
    Call,
    Coming,
    EndedStep,
    Notice,
    State,
    Step,
    Ticket,
    Tickets,
    TicketState,
    Told,
    WindowState,
    about_key,
    business_day,
    rests_on,
    subject_key,
)


def fold(branch: Branch, state: State, event: Event) -> None:
    """Fold one event into ``state``, in place. Never refuses; what does not apply changes nothing."""
    state.seq = event.seq
    state.last_at = max(state.last_at, event.at)
    _turn_day(branch, state, event.at)
    _end_notices(state)
    if event.sender != SERVICE:
        state.reported = event.seq
        state.heard[event.sender] = event.received_at
        state.silent.pop(event.sender, None)
    change = Change(branch, state, event)
    tied = isinstance(event.fact, TicketIssued | TicketTransferred)
    if tied or getattr(event.fact, "window", None) in {None, *state.windows}:
        _apply(event.fact, change)
    if undo := change.undo():
        state.recent.append(undo)
    while state.recent and state.recent[0].at < state.last_at - branch.undo_s:
        state.recent.popleft()


def fold_all(branch: Branch, state: State, events: Iterable[Event]) -> State:
    """Fold events in order; returns the same state."""
    for event in events:
        fold(branch, state, event)
    return state


def _turn_day(branch: Branch, state: State, at: float) -> None:
    """A new business day: ended tickets go, numbers start again, whoever is still here stays."""
    day = business_day(branch, at)
    if day <= state.day:
        return
    state.day = day
    here = state.tickets.open
    state.tickets = Tickets({name: ticket for name, ticket in state.tickets.items() if name in here})
    kept = {subject_key("ticket", name) for name in state.tickets}
    state.told = {key: told for key, told in state.told.items() if key in kept or key[:7] != "ticket/"}
    state.counters.clear()
    state.calls.clear()


def _end_notices(state: State) -> None:
    if any(notice.until <= state.last_at for notice in state.notices.values()):
        state.notices = {one.notice: one for one in notices.standing(state.notices.values(), state.last_at)}


@singledispatch
def _apply(fact: Fact, change: Change) -> None:
    raise TypeError(f"no rule to fold {type(fact).__name__} ({change.event.id})")


@_apply.register
def _(fact: WindowOpened, change: Change) -> None:
    window = change.state.windows[fact.window]
    teller = fact.teller or window.teller
    if window.state is WindowState.CLOSED:
        change.move_window(window, teller=teller, businesses=fact.businesses)
    elif window.state is WindowState.OPEN:
        change.set_window(replace(window, teller=teller, businesses=fact.businesses or window.businesses))


@_apply.register
def _(fact: WindowPaused, change: Change) -> None:
    window = change.state.windows[fact.window]
    if change.next_state(window) is WindowState.PAUSED:
        change.move_window(window, reason=fact.reason, expected_s=fact.expected_s)


@_apply.register(WindowResumed)
@_apply.register(WindowReady)
def _(fact: WindowResumed | WindowReady, change: Change) -> None:
    window = change.state.windows[fact.window]
    if (window.state, change.event.type) in lifecycle.WINDOW:
        change.move_window(window)


@_apply.register
def _(fact: WindowClosing, change: Change) -> None:
    window = change.state.windows[fact.window]
    reached = change.next_state(window)
    if reached is not WindowState.CLOSED:
        change.set_window(replace(window, closing=True))
    elif window.state is not WindowState.CLOSED:
        change.move_window(window)


@_apply.register
def _(fact: WindowClosed, change: Change) -> None:
    window = change.state.windows[fact.window]
    if change.next_state(window) is not WindowState.CLOSED:
        return
    same = window.state is WindowState.CLOSED and window.reason == fact.reason
    since = window.since if same else change.event.at
    change.move_window(window, reason=fact.reason, reopens_at=fact.reopens_at, since=since)


@_apply.register
def _(fact: TellerSignedIn, change: Change) -> None:
    change.set_window(replace(change.state.windows[fact.window], teller=fact.teller))


@_apply.register
def _(fact: TellerSignedOut, change: Change) -> None:
    change.set_window(replace(change.state.windows[fact.window], teller=None))


@_apply.register
def _(fact: TicketIssued, change: Change) -> None:
    event = change.event
    before = change.state.tickets.get(fact.ticket)
    if fact.business not in change.branch.businesses:
        return
    if before is not None and not before.issue_implied:
        return
    own: dict[str, Any] = {
        "number": fact.number,
        "business": fact.business,
        "items": fact.items,
        "priority": fact.priority,
        "language": fact.language,
        "tied": _there(fact.window, change),
        "issue_implied": event.implied,
    }
    at = event.at
    if before is None:
        change.add_ticket(Ticket(fact.ticket, issued_at=at, line_at=at, since=at, **own))
    else:  # a late report says what had been guessed
        if at < before.issued_at:
            own |= {"issued_at": at, "line_at": min(before.line_at, at)}
        change.change_ticket(before, **own)
    _count(fact, change)


def _there(window: str | None, change: Change) -> str | None:
    return window if window in change.state.windows else None


def _count(fact: TicketIssued, change: Change) -> None:
    """Remember the last number of the day, so that it is not given out again."""
    state = change.state
    business = change.branch.businesses.get(fact.business)
    if business is None or business_day(change.branch, change.event.at) != state.day:
        return
    digits = fact.number.removeprefix(business.prefix)
    if digits != fact.number and digits.isascii() and digits.isdigit() and len(digits) < 7:
        state.counters[business.prefix] = max(state.counters.get(business.prefix, 0), int(digits))


@_apply.register(TicketCalled)
@_apply.register(TicketRecalled)
def _(fact: TicketCalled | TicketRecalled, change: Change) -> None:
    event = change.event
    ticket = change.state.tickets.get(fact.ticket)
    window = change.state.windows[fact.window]
    if ticket is None or lifecycle.belated(ticket, event.type, event.at):
        return
    again = ticket.state is TicketState.CALLED and window.ticket == ticket.ticket
    busy = ticket.state in {TicketState.CALLED, TicketState.SERVING} or window.ticket is not None
    if not again and (busy or (window.state, event.type) not in lifecycle.WINDOW):
        return
    called_at = ticket.called_at if again else event.at
    change.change_ticket(
        ticket,
        state=TicketState.CALLED,
        window=window.window,
        called_at=called_at,
        calls=ticket.calls + 1,
        started_at=None,
        start_implied=False,
        ended_at=None,
    )
    change.move_window(window, WindowState.CALLING, ticket=ticket.ticket)
    repeated = again or isinstance(fact, TicketRecalled)
    change.state.calls.appendleft(
        Call(event.seq, ticket.ticket, ticket.number, window.window, event.at, repeated)
    )


def _end(change: Change, ticket: Ticket | None, state: TicketState) -> None:
    if ticket and (ticket.state, change.event.type) in lifecycle.TICKET:
        change.free_window(ticket)
        change.change_ticket(ticket, state=state, ended_at=change.event.at)


@_apply.register
def _(fact: TicketNoShow, change: Change) -> None:
    _end(change, change.state.tickets.get(fact.ticket), TicketState.NO_SHOW)


@_apply.register
def _(fact: TicketAbandoned, change: Change) -> None:
    _end(change, change.state.tickets.get(fact.ticket), TicketState.ABANDONED)


@_apply.register
def _(fact: TicketTransferred, change: Change) -> None:
    event = change.event
    ticket = change.state.tickets.get(fact.ticket)
    if ticket is None or lifecycle.belated(ticket, event.type, event.at):
        return
    business = fact.business if fact.business in change.branch.businesses else None
    change.free_window(ticket)
    change.forget(subject_key("ticket", ticket.ticket))
    change.change_ticket(
        ticket,
        state=TicketState.WAITING,
        business=business or ticket.business,
        tied=_there(fact.window, change),
        line_at=ticket.line_at if fact.keeps_place else event.at,
        window=None,
        called_at=None,
        started_at=None,
        start_implied=False,
        ended_at=None,
        expected_s=None,
    )


@_apply.register
def _(fact: ServiceStarted, change: Change) -> None:
    event = change.event
    ticket = change.state.tickets.get(fact.ticket)
    window = change.state.windows[fact.window]
    if ticket is None:
        return
    if lifecycle.belated(ticket, event.type, event.at) and ticket.state in ENDED:
        _mend(change, ticket, started_at=event.at, start_implied=False)
        return
    here = window.ticket == ticket.ticket
    mended = ticket.state is TicketState.SERVING and ticket.start_implied and not event.implied
    if not here or not (ticket.state is TicketState.CALLED or mended):
        return
    implied = event.implied or event.sender == SERVICE
    change.change_ticket(
        ticket,
        state=TicketState.SERVING,
        started_at=event.at,
        start_implied=implied,
        expected_s=fact.expected_s,
    )
    change.move_window(window, WindowState.SERVING, since=event.at, expected_s=fact.expected_s)


@_apply.register
def _(fact: ServiceFinished, change: Change) -> None:
    event = change.event
    ticket = change.state.tickets.get(fact.ticket)
    if ticket is None:
        return
    belated = lifecycle.belated(ticket, event.type, event.at) and ticket.state in ENDED
    if belated or ticket.state is TicketState.FINISHED:
        _mend(change, ticket, ended_at=event.at)
        return
    window = change.state.windows[fact.window]
    if ticket.state is not TicketState.SERVING or window.ticket != ticket.ticket:
        return
    change.change_ticket(ticket, state=TicketState.FINISHED, ended_at=event.at)
    change.move_window(
        window,
        ticket=None,
        reason=fact.wrap_up,
        expected_s=fact.expected_s,
        freed_at=event.at,
        last_business=ticket.business,
    )


def _mend(change: Change, ticket: Ticket, **known: object) -> None:
    """A late report says how it really was; somebody who was served has not been missed."""
    if ticket.state is not TicketState.ABANDONED:
        change.change_ticket(ticket, state=TicketState.FINISHED, **known)


@_apply.register
def _(fact: StepStarted, change: Change) -> None:
    window = change.state.windows[fact.window]
    running = {step.step_id for step in window.steps}
    if (window.state, change.event.type) in lifecycle.WINDOW and fact.step_id not in running:
        step = Step(fact.step_id, fact.step, fact.resource, fact.away, change.event.at, fact.expected_s)
        come = fact.away or (window.coming is not None and window.coming.step == fact.step)
        coming = None if come else window.coming
        change.set_window(replace(window, steps=(*window.steps, step), coming=coming))


@_apply.register
def _(fact: StepAnnounced, change: Change) -> None:
    window = change.state.windows[fact.window]
    if (window.state, change.event.type) in lifecycle.WINDOW:
        change.set_window(replace(window, coming=Coming(fact.step, change.event.at)))


@_apply.register
def _(fact: StepEnded, change: Change) -> None:
    window = change.state.windows[fact.window]
    left = tuple(step for step in window.steps if step.step_id != fact.step_id)
    if left != window.steps:
        ended = [EndedStep(step.step, change.event.at) for step in window.steps if step not in left]
        kept = (*window.ended_steps, *ended)[-ENDED_STEPS:]
        change.set_window(replace(window, steps=left, ended_steps=kept))
        change.forget(subject_key("window", fact.window), about_key("return", fact.step_id))


@_apply.register
def _(fact: RangeTold, change: Change) -> None:
    for subject in ("ticket", "window", "business"):
        if name := getattr(fact, subject):
            key = subject_key(subject, name)
            break
    else:
        return
    at = change.event.at
    about = about_key(fact.about, fact.step_id)
    known = change.state.told.get(key, {})
    before = known.get(about) if fact.first_s else None
    told = Told(
        at,
        fact.low_s,
        fact.high_s,
        fact.reason,
        fact.rises,
        round(at - fact.first_s, 3),
        fact.low_s if fact.first_low_s is None else fact.first_low_s,
        fact.high_s if fact.first_high_s is None else fact.first_high_s,
        round(at + (fact.high_s if fact.due_s is None else fact.due_s), 3),
        fact.basis,
        fact.ahead,
        *(
            (before.first_ahead, before.first_p10_s, before.first_median_s, before.first_p90_s)
            if before
            else (fact.ahead, fact.p10_s, fact.median_s, fact.p90_s)
        ),
    )
    change.state.told[key] = {**known, about: told}


@_apply.register
def _(fact: NoticePosted, change: Change) -> None:
    at = change.event.at
    until = notices.stands_until(change.branch, at, fact.until)
    if until > change.state.last_at:
        change.state.notices[fact.notice] = Notice(fact.notice, dict(fact.text), at, until)


@_apply.register
def _(fact: NoticeWithdrawn, change: Change) -> None:
    change.state.notices.pop(fact.notice, None)


@_apply.register
def _(fact: EventCorrected, change: Change) -> None:
    state = change.state
    undo = next((one for one in state.recent if one.seq == fact.corrects), None)
    if undo is None or rests_on(state, undo):
        return
    state.recent.remove(undo)
    take_back(state, undo)


@_apply.register
def _(fact: SenderSilent, change: Change) -> None:
    change.state.silent[fact.silent] = change.event.at


@_apply.register
def _(fact: SenderHeard, change: Change) -> None:
    change.state.silent.pop(fact.heard, None)
