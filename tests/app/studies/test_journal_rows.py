from __future__ import annotations

from datetime import date

import numpy as np

from app.branch.events import EventCorrected, TicketCalled, TicketTransferred
from app.studies.journal_rows import tickets
from app.studies.past import past_days
from simulations.acting import demo
from simulations.acting.virtual import live_through

MONDAY = date(2026, 11, 23)


def test_a_generated_days_events_are_its_tickets() -> None:
    branch = demo.branch()
    events = live_through(branch, [demo.day(MONDAY)]).events
    found = list(tickets(events, branch))
    assert all(ticket.outcome in ("served", "abandoned", "no_show") for ticket in found)
    served = [ticket for ticket in found if ticket.outcome == "served"]
    assert all(
        ticket.issued_at <= ticket.called_at <= ticket.started_at <= ticket.finished_at
        for ticket in served
        if ticket.called_at is not None and ticket.started_at is not None and ticket.finished_at is not None
    )
    transfers = sum(isinstance(event.fact, TicketTransferred) for event in events)
    assert transfers
    assert len([one for one in served if one.ready_at is not None]) > 0.7 * len(served)
    assert {ticket.teller for ticket in served} == {"T01", "T02", "T03", "T04", "T05", "T06"}
    counted = [ticket.items for ticket in found if ticket.business == "corporate"]
    assert all(counted)
    assert all(ticket.items is None for ticket in found if ticket.business != "corporate")
    (day,) = past_days(found, branch.zone, branch.day_change)
    assert len(day) == len(found)
    assert (np.diff(day.issued) >= 0.0).all()
    assert np.nanmin(day.issued) > 8 * 3600.0


def test_what_was_taken_back_did_not_happen() -> None:
    branch = demo.branch()
    events = live_through(branch, [demo.day(MONDAY)]).events
    wrong = {event.fact.corrects for event in events if isinstance(event.fact, EventCorrected)}
    assert wrong
    calls = [event for event in events if isinstance(event.fact, TicketCalled) and event.seq in wrong]
    found = {ticket.ticket: ticket for ticket in tickets(events, branch)}
    assert all(
        found[call.fact.ticket].called_at != call.at
        for call in calls
        if isinstance(call.fact, TicketCalled) and call.fact.ticket in found
    )
