"""A business day that is over, as far as it says who was there: visits to windows, and who had to wait."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.attendance import is_unsaid
from app.branch import roster
from app.branch.branch_file import Branch
from app.branch.events import Event
from app.branch.state import State, Ticket, TicketState, business_date, business_day, day_starts
from app.journal import PastTicket
from estimator.presence import Visit, Wait

HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Workday:
    """What ``Presence.learn_day`` takes."""

    visits: Sequence[Visit]
    waits: Sequence[Wait]
    hour_of: Mapping[int, int]
    """Local hour of day by epoch hour."""
    planned: Mapping[str, Sequence[roster.Absence]]
    """By window: when the roster has it away."""


def ended_by(branch: Branch, state: State, event: Event) -> Workday | None:
    """The business day that is over with this event, seen from the state before it; None while it goes on.

    None, too, where every sender says who is there: then nobody has to find out.
    """
    if not state.day or not is_unsaid(branch) or business_day(branch, event.at) <= state.day:
        return None
    starts = day_starts(branch, state.day)
    tickets = [one for one in state.tickets.values() if one.line_at >= starts]
    visits = [
        Visit(one.window, one.business, one.line_at, one.called_at, _served_until(one))
        for one in tickets
        if one.window and one.called_at is not None
    ]
    waits = [
        Wait(one.business, one.line_at, until) for one in tickets if (until := _waited_until(one)) is not None
    ]
    return _workday(branch, visits, waits)


def past_workdays(branch: Branch, rows: Iterable[PastTicket]) -> Iterator[Workday]:
    """The business days of imported history, oldest first; none where every sender says who is there."""
    if not is_unsaid(branch):
        return
    days: dict[date, list[PastTicket]] = defaultdict(list)
    for row in rows:
        days[business_date(row.issued_at, branch.zone, branch.day_change)].append(row)
    for day in sorted(days):
        yield past_workday(branch, days[day])


def past_workday(branch: Branch, rows: Iterable[PastTicket]) -> Workday:
    """One business day of imported history; no rows give an empty one."""
    visits, waits = [], []
    for row in rows:
        begun = next((at for at in (row.called_at, row.started_at, row.finished_at) if at is not None), None)
        place = row.window or row.teller
        if place and begun is not None:
            visits.append(Visit(place, row.business, row.issued_at, begun, row.finished_at))
        until = row.left_at if begun is None else begun
        if until is not None:
            waits.append(Wait(row.business, row.issued_at, until))
    return _workday(branch, visits, waits)


def _workday(branch: Branch, visits: Sequence[Visit], waits: Sequence[Wait]) -> Workday:
    hours = {int(one.since // HOUR_S) for one in waits} | {int(one.until // HOUR_S) for one in waits}
    hours |= {int(one.called_at // HOUR_S) for one in visits}
    every = range(min(hours, default=0), max(hours, default=-1) + 1)
    hour_of = {hour: datetime.fromtimestamp(hour * HOUR_S, branch.zone).hour for hour in every}
    first_at = {one.window: one.called_at for one in reversed(visits)}
    planned = {window: roster.absences(branch, window, at) for window, at in first_at.items()}
    return Workday(visits, waits, hour_of, planned)


def _served_until(ticket: Ticket) -> float | None:
    return ticket.ended_at if ticket.state is TicketState.FINISHED else None


def _waited_until(ticket: Ticket) -> float | None:
    """When a wait ended; of one that was left to the end of the day, nobody knows."""
    if ticket.called_at is not None:
        return ticket.called_at
    return ticket.ended_at if ticket.state is TicketState.ABANDONED else None
