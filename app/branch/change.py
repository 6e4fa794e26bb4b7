"""One event's effect on a state, with every record as it was before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from . import lifecycle
from .branch_file import Branch
from .events import SERVICE, Event, TicketAbandoned
from .state import State, Ticket, TicketState, Told, Undo, Window, WindowState, about_key, subject_key

_AT_REST = frozenset({WindowState.CLOSED, WindowState.PAUSED})


class Change:
    """Changes a state, and remembers enough to take the change back."""

    def __init__(self, branch: Branch, state: State, event: Event) -> None:
        self.branch = branch
        self.state = state
        self.event = event
        self._windows: dict[str, Window] = {}
        self._tickets: dict[str, Ticket | None] = {}
        self._told: dict[str, Mapping[str, Told]] = {}

    def set_window(self, window: Window) -> None:
        """Replace a window's record; what was told of its former state is over."""
        before = self.state.windows[window.window]
        if window == before:
            return
        self._windows.setdefault(window.window, before)
        self.state.windows[window.window] = window
        if (before.state, before.ticket) != (window.state, window.ticket):
            self.forget(subject_key("window", window.window))

    def add_ticket(self, ticket: Ticket) -> None:
        """Take a ticket in that was not there."""
        self._tickets.setdefault(ticket.ticket, None)
        self.state.tickets[ticket.ticket] = ticket

    def change_ticket(self, ticket: Ticket, **changes: object) -> None:
        """Change a ticket's record; a new state begins at the event's time."""
        if changes.get("state", ticket.state) is not ticket.state:
            changes["since"] = self.event.at
        self._tickets.setdefault(ticket.ticket, ticket)
        self.state.tickets[ticket.ticket] = replace(ticket, **changes)  # type: ignore[arg-type]

    def forget(self, key: str, about: str | None = None) -> None:
        """Stop telling of a subject, or one thing of it."""
        told = self.state.told.pop(key, {})
        gone = {name: one for name, one in told.items() if about in {None, name}}
        self._told[key] = {**gone, **self._told.get(key, {})}
        if left := {name: one for name, one in told.items() if name not in gone}:
            self.state.told[key] = left

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
            fresh = {"since": self.event.at, "reason": None, "expected_s": None, "reopens_at": None}
            changes = fresh | {"steps": (), "ended_steps": (), "coming": None} | changes
            if reached in _AT_REST:
                changes["freed_at"] = None
        if reached is WindowState.CLOSED:
            changes = {"closing": False, "businesses": None, "ticket": None} | changes
            changes["reason"] = changes.get("reason") or "closed"
        self.set_window(replace(window, state=reached, sender=self.sender(window), **changes))  # type: ignore[arg-type]

    def free_window(self, ticket: Ticket) -> None:
        """Let go of the window that called or serves a ticket."""
        window = self.state.windows.get(ticket.window or "")
        if window is None or window.ticket != ticket.ticket:
            return
        served = ticket.state is TicketState.SERVING
        freed_at = self.event.at if served else None
        last = ticket.business if served else window.last_business
        self.move_window(window, ticket=None, last_business=last, freed_at=freed_at)

    def undo(self) -> Undo | None:
        """What to put back to take this event back; None when there is nothing."""
        if not (self._windows or self._tickets):
            return None
        event = self.event
        return Undo(event.seq, event.at, event.type, self._windows, self._tickets, self._told)


def take_back(state: State, undo: Undo) -> None:
    """Put back what an event changed, and keep what has been told since of what it did not change."""
    present = {
        subject_key("window", name)
        for name, window in undo.windows.items()
        if (window.state, window.ticket) == (state.windows[name].state, state.windows[name].ticket)
    }
    state.windows.update(undo.windows)
    for name, ticket in undo.tickets.items():
        if ticket is None:
            state.tickets.pop(name, None)
            state.told.pop(subject_key("ticket", name), None)
        else:
            state.tickets[name] = ticket
    for key, told in undo.told.items():
        if key not in present:
            state.told.pop(key, None)
        if told:
            state.told[key] = {**state.told.get(key, {}), **told}
    for name in undo.windows:
        _tell_of_running_steps(state, name)
    calls = [call for call in state.calls if call.seq != undo.seq]
    state.calls.clear()
    state.calls.extend(calls)


def _tell_of_running_steps(state: State, window: str) -> None:
    """A step that was taken back has no return to be told of."""
    key = subject_key("window", window)
    running = {about_key("return", step.step_id) for step in state.windows[window].steps}
    told = state.told.pop(key, {})
    left = {name: one for name, one in told.items() if name in running or "/" not in name}
    if left:
        state.told[key] = left
