"""From one state to the next: what an event changes.

``fold`` is total. Whether a sender may say something is decided before (``check``, ``imply``); once a fact is
in the journal it is folded, and what it does not apply to is left as it is. So every restart succeeds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import singledispatch

from . import lifecycle
from .branch_file import Branch
from .events import (
    SERVICE,
    Event,
    EventCorrected,
    Fact,
    RangeTold,
    SenderHeard,
    SenderSilent,
    ServiceFinished,
    ServiceStarted,
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
    Call,
    State,
    Step,
    Ticket,
    TicketState,
    Told,
    Undo,
    Window,
    WindowState,
    about_key,
    business_day,
    subject_key,
)


class _Change:
    """One event's effect on a state, remembering each record as it was before."""

    def __init__(self, branch: Branch, state: State, event: Event) -> None:
        self.branch = branch
        self.state = state
        self.event = event
        self.windows: dict[str, Window] = {}
        self.tickets: dict[str, Ticket | None] = {}
        self.told: dict[str, Mapping[str, Told]] = {}

    def set_window(self, window: Window) -> None:
        """Replace a window's record; what was told of its former state is over."""
        before = self.state.windows[window.window]
        key = subject_key("window", window.window)
        self.windows.setdefault(window.window, before)
        self.told.setdefault(key, self.state.told.get(key, {}))
        self.state.windows[window.window] = window
        if (before.state, before.ticket) != (window.state, window.ticket):
            self.state.told.pop(key, None)

    def set_ticket(self, ticket: Ticket) -> None:
        """Replace, or add, a ticket's record."""
        self.tickets.setdefault(ticket.ticket, self.state.tickets.get(ticket.ticket))
        self.state.tickets[ticket.ticket] = ticket

    def forget(self, key: str, about: str | None = None) -> None:
        """Drop what is being told of a subject, or one thing of it."""
        told = self.state.told.pop(key, {})
        self.told.setdefault(key, told)
        if about is not None and (rest := {name: one for name, one in told.items() if name != about}):
            self.state.told[key] = rest

    def next_state(self, window: Window) -> WindowState:
        """The window's state after this event, by the table; unchanged where the table has nothing."""
        reached = lifecycle.WINDOW.get((window.state, self.event.type), window.state)
        unreported = "ready" not in self.branch.sender(self.sender(window)).reports
        if unreported and reached is WindowState.WRAPPING_UP and window.state is WindowState.SERVING:
            reached = WindowState.OPEN
        if reached is WindowState.OPEN and window.closing:
            return WindowState.CLOSED
        return reached

    def sender(self, window: Window) -> str:
        """Who reports the window: whoever said this, or said the last thing before the service spoke."""
        of_another = self.event.sender == SERVICE or isinstance(self.event.fact, TicketAbandoned)
        return (window.sender or SERVICE) if of_another else self.event.sender

    def move_window(self, window: Window, state: WindowState | None = None, **changes: object) -> None:
        """Take a window to its next state; a new state begins at the event's time."""
        reached = state or self.next_state(window)
        if reached is not window.state:
            fresh = {"since": self.event.at, "reason": None, "expected_s": None, "steps": ()}
            changes = fresh | {"reopens_at": None} | changes
        if reached is WindowState.CLOSED:
            changes = {"closing": False, "businesses": None, "ticket": None} | changes
        self.set_window(replace(window, state=reached, sender=self.sender(window), **changes))  # type: ignore[arg-type]

    def free_window(self, ticket: Ticket) -> None:
        """Let go of the window that called or serves a ticket."""
        window = self.state.windows.get(ticket.window or "")
        if window and window.ticket == ticket.ticket:
            business = ticket.business
            self.move_window(window, ticket=None, last_business=business, freed_at=self.event.at)

    def undo(self) -> Undo:
        """The before-images."""
        event = self.event
        return Undo(event.seq, event.at, event.type, self.windows, self.tickets, self.told)


def fold(branch: Branch, state: State, event: Event) -> None:
    """Fold one event into ``state``, in place. Never refuses; what does not apply changes nothing."""
    state.seq = event.seq
    state.last_at = max(state.last_at, event.at)
    _turn_day(branch, state, event.at)
    if event.sender != SERVICE:
        state.heard[event.sender] = event.received_at
        state.silent.pop(event.sender, None)
    change = _Change(branch, state, event)
    _apply(event.fact, change)
    if change.windows or change.tickets:
        state.recent.append(change.undo())
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
    state.tickets = {name: ticket for name, ticket in state.tickets.items() if ticket.state not in ENDED}
    kept = {subject_key("ticket", name) for name in state.tickets}
    state.told = {key: told for key, told in state.told.items() if key in kept or key[:7] != "ticket/"}
    state.counters.clear()
    state.calls.clear()


@singledispatch
def _apply(fact: Fact, change: _Change) -> None:
    raise TypeError(f"no rule to fold {type(fact).__name__} ({change.event.id})")


@_apply.register
def _(fact: WindowOpened, change: _Change) -> None:
    window = change.state.windows[fact.window]
    if window.state is WindowState.CLOSED:
        teller = fact.teller or window.teller
        change.move_window(window, teller=teller, businesses=fact.businesses, freed_at=None)


@_apply.register
def _(fact: WindowPaused, change: _Change) -> None:
    window = change.state.windows[fact.window]
    if change.next_state(window) is WindowState.PAUSED:
        change.move_window(window, reason=fact.reason, expected_s=fact.expected_s)


@_apply.register(WindowResumed)
@_apply.register(WindowReady)
def _(fact: WindowResumed | WindowReady, change: _Change) -> None:
    change.move_window(change.state.windows[fact.window])


@_apply.register
def _(fact: WindowClosing, change: _Change) -> None:
    window = change.state.windows[fact.window]
    reached = change.next_state(window)
    if reached is WindowState.CLOSED:
        change.move_window(window, reason="closed", closing=False)
    else:
        change.set_window(replace(window, closing=True))


@_apply.register
def _(fact: WindowClosed, change: _Change) -> None:
    window = change.state.windows[fact.window]
    if change.next_state(window) is WindowState.CLOSED:
        since = change.event.at if fact.reason != window.reason else window.since
        change.move_window(window, reason=fact.reason, reopens_at=fact.reopens_at, since=since)
        change.forget(subject_key("window", fact.window))


@_apply.register
def _(fact: TellerSignedIn, change: _Change) -> None:
    change.set_window(replace(change.state.windows[fact.window], teller=fact.teller))


@_apply.register
def _(fact: TellerSignedOut, change: _Change) -> None:
    change.set_window(replace(change.state.windows[fact.window], teller=None))


@_apply.register
def _(fact: TicketIssued, change: _Change) -> None:
    if fact.ticket in change.state.tickets:
        return
    at = change.event.at
    ticket = Ticket(
        fact.ticket,
        fact.number,
        fact.business,
        issued_at=at,
        line_at=at,
        items=fact.items,
        priority=fact.priority,
        language=fact.language,
        tied=fact.window,
    )
    change.set_ticket(ticket)
    prefix = change.branch.businesses[fact.business].prefix
    digits = fact.number.removeprefix(prefix)
    if digits != fact.number and digits.isascii() and digits.isdigit() and len(digits) < 7:
        counters = change.state.counters
        counters[prefix] = max(counters.get(prefix, 0), int(digits))


def _call(change: _Change, ticket: Ticket, window: Window, *, again: bool) -> None:
    event = change.event
    if ticket.window != window.window:
        change.free_window(ticket)
        window = change.state.windows[window.window]
    called_at = ticket.called_at if ticket.state is TicketState.CALLED else event.at
    change.set_ticket(
        replace(
            ticket,
            state=TicketState.CALLED,
            window=window.window,
            called_at=called_at,
            calls=ticket.calls + 1,
            started_at=None,
            ended_at=None,
        )
    )
    change.move_window(window, WindowState.CALLING, ticket=ticket.ticket)
    change.state.calls.appendleft(
        Call(event.seq, ticket.ticket, ticket.number, window.window, event.at, again)
    )


@_apply.register
def _(fact: TicketCalled, change: _Change) -> None:
    if ticket := change.state.tickets.get(fact.ticket):
        _call(change, ticket, change.state.windows[fact.window], again=False)


@_apply.register
def _(fact: TicketRecalled, change: _Change) -> None:
    if ticket := change.state.tickets.get(fact.ticket):
        _call(change, ticket, change.state.windows[fact.window], again=True)


def _end(change: _Change, ticket: Ticket | None, state: TicketState) -> None:
    if ticket and (ticket.state, change.event.type) in lifecycle.TICKET:
        change.free_window(ticket)
        change.set_ticket(replace(ticket, state=state, ended_at=change.event.at))


@_apply.register
def _(fact: TicketNoShow, change: _Change) -> None:
    _end(change, change.state.tickets.get(fact.ticket), TicketState.NO_SHOW)


@_apply.register
def _(fact: TicketAbandoned, change: _Change) -> None:
    _end(change, change.state.tickets.get(fact.ticket), TicketState.ABANDONED)


@_apply.register
def _(fact: TicketTransferred, change: _Change) -> None:
    ticket = change.state.tickets.get(fact.ticket)
    if ticket is None or ticket.state in ENDED:
        return
    change.free_window(ticket)
    change.forget(subject_key("ticket", ticket.ticket))
    change.set_ticket(
        replace(
            ticket,
            state=TicketState.WAITING,
            business=fact.business or ticket.business,
            tied=fact.window,
            line_at=ticket.line_at if fact.keeps_place else change.event.at,
            window=None,
            called_at=None,
            started_at=None,
            start_implied=False,
            expected_s=None,
        )
    )


@_apply.register
def _(fact: ServiceStarted, change: _Change) -> None:
    ticket = change.state.tickets.get(fact.ticket)
    window = change.state.windows[fact.window]
    if ticket is None or ticket.window != fact.window or window.ticket != fact.ticket:
        return
    event = change.event
    change.set_ticket(
        replace(
            ticket,
            state=TicketState.SERVING,
            started_at=event.at,
            start_implied=event.implied,
            expected_s=fact.expected_s,
        )
    )
    change.move_window(window, WindowState.SERVING, since=event.at, expected_s=fact.expected_s)


@_apply.register
def _(fact: ServiceFinished, change: _Change) -> None:
    ticket = change.state.tickets.get(fact.ticket)
    if ticket is None:
        return
    at = change.event.at
    if ticket.state is TicketState.FINISHED:  # a late report mends what was implied
        change.set_ticket(replace(ticket, ended_at=at))
        return
    window = change.state.windows[fact.window]
    if ticket.state is not TicketState.SERVING or window.ticket != ticket.ticket:
        return
    change.set_ticket(replace(ticket, state=TicketState.FINISHED, ended_at=at))
    change.move_window(
        window,
        ticket=None,
        reason=fact.wrap_up,
        expected_s=fact.expected_s,
        freed_at=at,
        last_business=ticket.business,
    )


@_apply.register
def _(fact: StepStarted, change: _Change) -> None:
    window = change.state.windows[fact.window]
    running = {step.step_id for step in window.steps}
    if (window.state, change.event.type) in lifecycle.WINDOW and fact.step_id not in running:
        step = Step(fact.step_id, fact.step, fact.resource, fact.away, change.event.at, fact.expected_s)
        change.set_window(replace(window, steps=(*window.steps, step)))


@_apply.register
def _(fact: StepEnded, change: _Change) -> None:
    window = change.state.windows[fact.window]
    left = tuple(step for step in window.steps if step.step_id != fact.step_id)
    if left != window.steps:
        change.set_window(replace(window, steps=left))
        change.forget(subject_key("window", fact.window), about_key("return", fact.step_id))


@_apply.register
def _(fact: RangeTold, change: _Change) -> None:
    for subject in ("ticket", "window", "business"):
        if name := getattr(fact, subject):
            key = subject_key(subject, name)
            break
    else:
        return
    at = change.event.at
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
    )
    before = change.state.told.get(key, {})
    change.state.told[key] = {**before, about_key(fact.about, fact.step_id): told}


@_apply.register
def _(fact: EventCorrected, change: _Change) -> None:
    state = change.state
    undo = next((one for one in state.recent if one.seq == fact.corrects), None)
    if undo is None:
        return
    state.recent.remove(undo)
    for name, window in undo.windows.items():
        state.windows[name] = window
    for name, ticket in undo.tickets.items():
        if ticket is None:
            state.tickets.pop(name, None)
            state.told.pop(subject_key("ticket", name), None)
        else:
            state.tickets[name] = ticket
    for key, told in undo.told.items():
        if told:
            state.told[key] = told
        else:
            state.told.pop(key, None)
    calls = [call for call in state.calls if call.seq != fact.corrects]
    state.calls.clear()
    state.calls.extend(calls)


@_apply.register
def _(fact: SenderSilent, change: _Change) -> None:
    change.state.silent[fact.silent] = change.event.at


@_apply.register
def _(fact: SenderHeard, change: _Change) -> None:
    change.state.silent.pop(fact.heard, None)
