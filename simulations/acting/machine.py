"""The same days as a queue machine would report them: tickets, calls, and the end of each service.

It knows nothing of starts, of steps, of wrap-ups, nor of who is at the windows. A press that was taken back
it never had.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from app.branch.events import (
    SERVICE,
    Event,
    EventCorrected,
    ServiceFinished,
    TicketAbandoned,
    TicketCalled,
    TicketIssued,
    TicketNoShow,
    TicketRecalled,
    TicketTransferred,
)

SENDER = "machine"
KNOWS = (
    TicketIssued,
    TicketCalled,
    TicketRecalled,
    TicketNoShow,
    TicketAbandoned,
    TicketTransferred,
    ServiceFinished,
)
UNKNOWN = ("started_at", "ready_at")
"""Columns of a history that such a machine leaves empty."""


def reported(events: Iterable[Event]) -> Iterator[Event]:
    """What the machine reports of a branch's events, in their order, not yet numbered."""
    known = list(events)
    taken_back = {event.fact.corrects for event in known if isinstance(event.fact, EventCorrected)}
    for event in known:
        if event.sender == SERVICE or event.seq in taken_back or not isinstance(event.fact, KNOWS):
            continue
        fact = event.fact
        if isinstance(fact, ServiceFinished):
            fact = replace(fact, wrap_up=None, expected_s=None)
        yield replace(event, sender=SENDER, seq=0, fact=fact)


def rows(history: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """The rows of a history as far as the machine knows them."""
    return [{**row, **dict.fromkeys(UNKNOWN, "")} for row in history]
