"""What must have happened before an authoritative sender's fact, when it left something out.

An existing queue machine reports facts and may lose some. Its word is never refused for order; instead what
lies between the known state and the fact is inserted, marked as implied, so that a lost event never leaves a
window stuck.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from . import lifecycle
from .branch_file import Branch
from .check import lawful
from .events import (
    SERVICE,
    Event,
    Fact,
    ServiceFinished,
    ServiceStarted,
    StepStarted,
    TicketAbandoned,
    TicketCalled,
    TicketIssued,
    TicketNoShow,
    TicketRecalled,
    TicketTransferred,
    WindowClosed,
    WindowOpened,
    WindowPaused,
    WindowReady,
    WindowResumed,
)
from .fold import fold
from .state import State, TicketState, Window, WindowState


def implied(branch: Branch, state: State, event: Event) -> list[Event]:
    """The events to insert before ``event``, in order, if anything is missing. ``state`` is unchanged.

    Nothing is missing before a fact that comes too late to change anything (``lifecycle.belated``).
    """
    if lawful(branch, state, event) or _belated(state, event):
        return []
    return list(_Way(branch, state.copy(), event).to(event.fact))


def _belated(state: State, event: Event) -> bool:
    name = getattr(event.fact, "ticket", None)
    window = getattr(event.fact, "window", None)
    record = state.windows.get(window or "") if name is None else state.tickets.get(name)
    return record is not None and lifecycle.belated(record, event.type, event.at)


class _Way:
    """From a scratch state, one missing fact after another, to where a fact can follow."""

    def __init__(self, branch: Branch, scratch: State, event: Event) -> None:
        self.branch = branch
        self.scratch = scratch
        self.event = event

    def insert(self, fact: Fact, at: float | None = None) -> Iterator[Event]:
        """Whatever the fact itself needs, then the fact."""
        if not lawful(self.branch, self.scratch, replace(self.event, fact=fact)):
            yield from self.to(fact)
        seq = self.scratch.seq + 1
        one = replace(
            self.event,
            id=f"implied-{seq}",
            sender=SERVICE,
            at=self.event.at if at is None else at,
            fact=fact,
            seq=seq,
            implied=True,
        )
        fold(self.branch, self.scratch, one)
        yield one

    def to(self, fact: Fact) -> Iterator[Event]:
        """What is missing before ``fact``."""
        yield from self.to_ticket_fact(fact) if hasattr(fact, "ticket") else self.to_window_fact(fact)

    def to_ticket_fact(self, fact: Fact) -> Iterator[Event]:
        match fact:
            case TicketCalled(ticket=ticket, window=window) | TicketRecalled(ticket=ticket, window=window):
                yield from self.in_line(ticket, window)
                yield from self.free(window, unless_called=ticket)
                yield from self.opened(window)
            case ServiceStarted(ticket=ticket, window=window):
                if not self.is_at(ticket, window, TicketState.SERVING):
                    yield from self.called(ticket, window)
            case TicketNoShow(ticket=ticket, window=window):
                yield from self.called(ticket, window)
            case ServiceFinished(ticket=ticket, window=window):
                yield from self.serving(ticket, window)
            case TicketAbandoned(ticket=ticket) | TicketTransferred(ticket=ticket):
                yield from self.known(ticket)
                if isinstance(fact, TicketAbandoned) and self.state_of(ticket) is TicketState.SERVING:
                    yield from self.insert(TicketTransferred(ticket))
            case _:
                return

    def to_window_fact(self, fact: Fact) -> Iterator[Event]:
        match fact:
            case WindowOpened(window=window):
                yield from self.free(window)
                yield from self.ready(window)
                yield from self.resumed(window)
            case WindowResumed(window=window):
                yield from self.free(window)
                yield from self.ready(window)
                yield from self.opened(window)
            case WindowPaused(window=window):
                yield from self.free(window)
                if self.window(window).state is WindowState.CLOSED:
                    yield from self.opened(window)
            case WindowClosed(window=window):
                yield from self.free(window)
            case WindowReady(window=window):
                yield from self.free(window, served=True)
            case StepStarted(window=window):
                current = self.window(window).ticket
                if current and self.window(window).state is WindowState.CALLING:
                    yield from self.start(current, window)
            case _:
                return

    def window(self, name: str) -> Window:
        return self.scratch.windows[name]

    def state_of(self, name: str) -> TicketState | None:
        ticket = self.scratch.tickets.get(name)
        return ticket.state if ticket else None

    def is_at(self, name: str, window: str, state: TicketState) -> bool:
        ticket = self.scratch.tickets.get(name)
        return ticket is not None and (ticket.state, ticket.window) == (state, window)

    def known(self, name: str, window: str | None = None) -> Iterator[Event]:
        """A ticket nobody told us of was issued, at the latest now."""
        if self.state_of(name) is None:
            number = name.rsplit("-", 1)[-1][:12] or name
            yield from self.insert(TicketIssued(name, number, self.guess_business(number, window)))

    def guess_business(self, number: str, window: str | None) -> str:
        """Whose prefix the number has, else what the window is there for."""
        for business in self.branch.businesses.values():
            digits = number.removeprefix(business.prefix)
            if digits != number and digits.isdigit():
                return business.id
        own = self.branch.windows[window].businesses if window else ()
        return next(iter(own or self.branch.businesses))

    def in_line(self, name: str, window: str) -> Iterator[Event]:
        """A ticket that is somewhere else already was sent on from there."""
        yield from self.known(name, window)
        called = self.state_of(name) is TicketState.CALLED
        elsewhere = called and not self.is_at(name, window, TicketState.CALLED)
        if elsewhere or self.state_of(name) is TicketState.SERVING:
            yield from self.insert(TicketTransferred(name))

    def called(self, name: str, window: str) -> Iterator[Event]:
        if not self.is_at(name, window, TicketState.CALLED):
            yield from self.insert(TicketCalled(name, window))

    def serving(self, name: str, window: str) -> Iterator[Event]:
        finished = self.state_of(name) is TicketState.FINISHED
        if not finished and not self.is_at(name, window, TicketState.SERVING):
            yield from self.start(name, window)

    def start(self, name: str, window: str) -> Iterator[Event]:
        """An unreported start is the call plus the walk to the window, at the latest now."""
        ticket = self.scratch.tickets.get(name)
        at = self.event.at
        if ticket and ticket.called_at is not None and self.is_at(name, window, TicketState.CALLED):
            at = min(at, ticket.called_at + self.branch.walking_s)
        yield from self.insert(ServiceStarted(name, window), at)

    def free(self, name: str, *, unless_called: str | None = None, served: bool = False) -> Iterator[Event]:
        """Let a window be done with its customer: missed, where starts are reported; else ``served``."""
        current = self.window(name).ticket
        if current is None or (current == unless_called and self.is_at(current, name, TicketState.CALLED)):
            return
        if self.window(name).state is WindowState.CALLING:
            if "start" in self.branch.sender(self.event.sender).reports and not served:
                yield from self.insert(TicketNoShow(current, name))
                return
            yield from self.start(current, name)
        yield from self.insert(ServiceFinished(current, name))

    def ready(self, name: str) -> Iterator[Event]:
        if self.window(name).state is WindowState.WRAPPING_UP:
            yield from self.insert(WindowReady(name))

    def resumed(self, name: str) -> Iterator[Event]:
        if self.window(name).state is WindowState.PAUSED:
            yield from self.insert(WindowResumed(name))

    def opened(self, name: str) -> Iterator[Event]:
        """End a pause; open what is shut."""
        yield from self.resumed(name)
        if self.window(name).state is WindowState.CLOSED:
            yield from self.insert(WindowOpened(name))
