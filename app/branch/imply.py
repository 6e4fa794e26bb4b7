"""What must have happened before an authoritative sender's fact, when it left something out.

An existing queue machine reports facts and may lose some. Its word is never refused for order; instead what
lies between the known state and the fact is inserted, marked as implied, so that a lost event never leaves a
window stuck.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .branch_file import Branch
from .check import lawful
from .events import (
    SERVICE,
    Event,
    Fact,
    ServiceFinished,
    ServiceStarted,
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
from .fold import fold
from .state import State, TicketState, Window, WindowState


def implied(branch: Branch, state: State, event: Event) -> list[Event]:
    """The events to insert before ``event``, in order, if anything is missing. ``state`` is unchanged."""
    if lawful(branch, state, event):
        return []
    way = _Way(branch, state.copy(), event)
    return list(way.to(event.fact))


class _Way:
    """From a scratch state, one missing fact after another, to where a fact can follow."""

    def __init__(self, branch: Branch, scratch: State, event: Event) -> None:
        self.branch = branch
        self.scratch = scratch
        self.event = event

    def insert(self, fact: Fact, at: float | None = None) -> Iterator[Event]:
        """Whatever the fact itself needs, then the fact."""
        yield from self.to(fact)
        moment = self.event.at if at is None else at
        seq = self.scratch.seq + 1
        one = replace(
            self.event, id=f"implied-{seq}", sender=SERVICE, at=moment, fact=fact, seq=seq, implied=True
        )
        fold(self.branch, self.scratch, one)
        yield one

    def to(self, fact: Fact) -> Iterator[Event]:
        """What is missing before ``fact``."""
        match fact:
            case TicketCalled(ticket=ticket, window=window) | TicketRecalled(ticket=ticket, window=window):
                yield from self.waiting(ticket, window)
                yield from self.free(
                    window, unless_called=ticket if isinstance(fact, TicketRecalled) else None
                )
            case ServiceStarted(ticket=ticket, window=window) | TicketNoShow(ticket=ticket, window=window):
                yield from self.called(ticket, window)
            case ServiceFinished(ticket=ticket, window=window):
                yield from self.serving(ticket, window)
            case TicketAbandoned(ticket=ticket) | TicketTransferred(ticket=ticket):
                yield from self.known(ticket)
                if isinstance(fact, TicketAbandoned) and self.ticket_state(ticket) is TicketState.SERVING:
                    yield from self.insert(TicketTransferred(ticket))
            case WindowReady(window=window):
                yield from self.free(window, ready=False)
            case WindowPaused(window=window):
                yield from self.free(window)
            case WindowClosed(window=window) | WindowClosing(window=window):
                if self.window(window).state in {WindowState.CALLING, WindowState.SERVING} and isinstance(
                    fact, WindowClosed
                ):
                    yield from self.free(window)
            case _:
                return

    def window(self, name: str) -> Window:
        return self.scratch.windows[name]

    def ticket_state(self, name: str) -> TicketState | None:
        ticket = self.scratch.tickets.get(name)
        return ticket.state if ticket else None

    def known(self, name: str, window: str | None = None) -> Iterator[Event]:
        """A ticket nobody told us of was issued, at the latest now."""
        if self.ticket_state(name) is None:
            business = self.guess_business(name, window)
            number = name.rsplit("-", 1)[-1][:12]
            yield from self.insert(TicketIssued(name, number, business))

    def guess_business(self, ticket: str, window: str | None) -> str:
        number = ticket.rsplit("-", 1)[-1]
        for business in self.branch.businesses.values():
            digits = number.removeprefix(business.prefix)
            if digits != number and digits.isdigit():
                return business.id
        own = self.branch.windows[window].businesses if window else ()
        return next(iter(own or self.branch.businesses))

    def waiting(self, name: str, window: str) -> Iterator[Event]:
        """A ticket that is somewhere else already was sent on from there."""
        yield from self.known(name, window)
        ticket = self.scratch.tickets[name]
        elsewhere = ticket.window != window and ticket.state is TicketState.CALLED
        if elsewhere or ticket.state is TicketState.SERVING:
            yield from self.insert(TicketTransferred(name))

    def called(self, name: str, window: str) -> Iterator[Event]:
        ticket = self.scratch.tickets.get(name)
        if ticket is None or (ticket.state, ticket.window) != (TicketState.CALLED, window):
            if self.ticket_state(name) is TicketState.SERVING and ticket and ticket.window == window:
                return
            yield from self.insert(TicketCalled(name, window))

    def serving(self, name: str, window: str) -> Iterator[Event]:
        state = self.ticket_state(name)
        if state is TicketState.FINISHED:
            return
        ticket = self.scratch.tickets.get(name)
        if state is not TicketState.SERVING or (ticket and ticket.window != window):
            yield from self.start(name, window)

    def start(self, name: str, window: str) -> Iterator[Event]:
        """An unreported start is the call plus the walk to the window, at the latest now."""
        ticket = self.scratch.tickets.get(name)
        at = self.event.at
        if ticket and ticket.state is TicketState.CALLED and ticket.called_at is not None:
            at = min(at, ticket.called_at + self.branch.walking_s)
        yield from self.insert(ServiceStarted(name, window), at)

    def free(self, name: str, *, unless_called: str | None = None, ready: bool = True) -> Iterator[Event]:
        """Bring a window to where it can call, pause or close."""
        window = self.window(name)
        current = window.ticket
        if window.state is WindowState.CALLING and current and current != unless_called:
            reports = self.branch.sender(self.event.sender).reports
            if "start" in reports and "no_show" in reports and ready:
                yield from self.insert(TicketNoShow(current, name))
            else:
                yield from self.start(current, name)
        if self.window(name).state is WindowState.SERVING and current:
            yield from self.insert(ServiceFinished(current, name))
        if self.window(name).state is WindowState.PAUSED and isinstance(
            self.event.fact, TicketCalled | TicketRecalled | ServiceStarted | ServiceFinished | TicketNoShow
        ):
            yield from self.insert(WindowResumed(name))
        if self.window(name).state is WindowState.CLOSED and ready:
            yield from self.insert(WindowOpened(name))
