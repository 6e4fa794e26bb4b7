"""The tickets of a journal, imported ones and the service's own, as rows of history."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.branch.events import (
    Event,
    EventCorrected,
    ServiceFinished,
    ServiceStarted,
    TellerSignedIn,
    TicketAbandoned,
    TicketCalled,
    TicketIssued,
    TicketNoShow,
    TicketTransferred,
    WindowOpened,
    WindowReady,
)
from app.house import JOURNAL
from app.journal import Journal, PastTicket
from app.live import to_event

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from app.branch.branch_file import Branch

__all__ = ["JournalTicket", "journal_rows", "tickets"]


@dataclass(slots=True)
class JournalTicket:
    """A ticket of the service itself, as it went; the fields are those of history, and `items`."""

    ticket: str
    business: str
    priority: str | None
    issued_at: float
    items: int | None = None
    window: str | None = None
    teller: str | None = None
    called_at: float | None = None
    started_at: float | None = None
    finished_at: float | None = None
    ready_at: float | None = None
    left_at: float | None = None
    outcome: str = ""


def journal_rows(data: Path, branch: Branch) -> list[PastTicket | JournalTicket]:
    """Return all tickets of the branch that are over. `OSError` where there is no journal, `JournalError`."""
    with Journal.open(data / JOURNAL, read_only=True) as journal:
        own = tickets(map(to_event, journal.read(branch.id)), branch)
        return [*journal.history(branch.id), *own]


def tickets(events: Iterable[Event], branch: Branch) -> Iterator[JournalTicket]:
    """Return the tickets that are over, in the order of issue; what was taken back did not happen."""
    known = list(events)
    wrong = {event.fact.corrects for event in known if isinstance(event.fact, EventCorrected)}
    clerk = _Clerk(branch)
    for event in known:
        if event.seq not in wrong:
            clerk.take(event)
    yield from (ticket for ticket in clerk.tickets.values() if ticket.outcome)


class _Clerk:
    """Fills in the tickets, event by event."""

    def __init__(self, branch: Branch) -> None:
        self.branch = branch
        self.tickets: dict[str, JournalTicket] = {}
        self.tellers: dict[str, str | None] = {}
        self.last: dict[str, JournalTicket] = {}

    def take(self, event: Event) -> None:
        fact, at = event.fact, event.at
        if isinstance(fact, TicketIssued):
            business = self.branch.businesses.get(fact.business)
            items = fact.items if business and business.items else None
            self.tickets[fact.ticket] = JournalTicket(fact.ticket, fact.business, fact.priority, at, items)
        elif isinstance(fact, WindowOpened | TellerSignedIn):
            self.tellers[fact.window] = fact.teller or self.tellers.get(fact.window)
        elif isinstance(fact, WindowReady):
            last = self.last.pop(fact.window, None)
            if last is not None:
                last.ready_at = at
        elif isinstance(fact, TicketCalled | ServiceStarted | ServiceFinished | TicketNoShow):
            self._at_window(fact, at)
        elif isinstance(fact, TicketAbandoned | TicketTransferred):
            self._gone(fact, at)

    def _at_window(
        self, fact: TicketCalled | ServiceStarted | ServiceFinished | TicketNoShow, at: float
    ) -> None:
        ticket = self.tickets.get(fact.ticket)
        if ticket is None:
            return
        ticket.window, ticket.teller = fact.window, self.tellers.get(fact.window)
        if isinstance(fact, TicketCalled):
            before = self.last.pop(fact.window, None)
            if before is not None and ticket.issued_at <= (before.finished_at or at):
                before.ready_at = at  # it was there all the while: the call ended the wrap-up
            ticket.called_at, ticket.outcome, ticket.left_at = at, "", None
        elif isinstance(fact, ServiceStarted):
            ticket.started_at = at
        elif isinstance(fact, ServiceFinished):
            ticket.finished_at, ticket.outcome = at, "served"
            self.last[fact.window] = ticket
        else:
            ticket.left_at, ticket.outcome = at, "no_show"

    def _gone(self, fact: TicketAbandoned | TicketTransferred, at: float) -> None:
        ticket = self.tickets.get(fact.ticket)
        if ticket is None:
            return
        if isinstance(fact, TicketAbandoned):
            ticket.left_at, ticket.outcome = at, "abandoned"
            ticket.called_at = ticket.started_at = ticket.window = ticket.teller = None
        else:  # one visit to a window has ended, and it waits again: as two customers would
            self.tickets[f"{fact.ticket}/{at}"] = ticket
            ticket.finished_at, ticket.outcome = at, "served" if ticket.started_at is not None else ""
            again = JournalTicket(
                fact.ticket, fact.business or ticket.business, ticket.priority, at, ticket.items
            )
            self.tickets[fact.ticket] = again
