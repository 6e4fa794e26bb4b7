"""A past day as the events that a queue machine would have sent.

The history says what became of each ticket, not when windows opened and closed. So that the day can be
watched, a window opens with its first call and closes with the last thing known of it, which is what a plan
of that day would have said; between the two it is taken to be open. The branch file made for the day (see
``branchfile``) therefore does not list windows among what this sender reports.

A ticket of which it is not known when it left, or when its service started or ended, has no event for that:
an authoritative sender's gaps are filled by the service, by the next call or at the day's end.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, TypeAlias

from app.branch.events import format_moment

from .business_day import DAY_CHANGE, numbers, prefixes, split_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date as Date  # noqa: N812 - `date` is the argument everywhere
    from datetime import time, tzinfo

    from .row import HistoryRow

Plain: TypeAlias = dict[str, object]

SENDER = "history"
_ISSUES, _REST = 0, 1
_OPEN, _HAND_OVER, _CALL, _START, _FINISH, _END, _CLOSE = range(7)


@dataclass(frozen=True, slots=True)
class _Moment:
    """An event with its place among those of the same time.

    Issues come first: somebody is called in the second in which the ticket was printed. The rest goes
    ticket by ticket in the order in which they came to the windows, and for each in the order of its life;
    so a service that ends as the next ticket is called at its window ends before.
    """

    at: float
    phase: int
    turn: int
    stage: int
    id: str
    type: str
    fields: Plain

    @property
    def key(self) -> tuple[float, int, int, int]:
        return self.at, self.phase, self.turn, self.stage


def day_to_events(
    rows: Iterable[HistoryRow],
    date: Date,
    zone: tzinfo,
    *,
    day_change: time = DAY_CHANGE,
    sender: str = SENDER,
) -> list[Plain]:
    """The events of the business day ``date``, in order, as the contract writes them.

    The day's tickets are those issued on it, however late they were served. Ids are made from ticket and
    type, or window and date, so the same history gives the same events. Errors: ``HistoryError`` when the
    day has no ticket.
    """
    before, today = split_at(rows, date, zone, day_change)
    prefix = prefixes(row.business for row in [*before, *today])
    moments = [*_issues(today, numbers(today, prefix)), *_turns(today, date)]
    moments.sort(key=lambda moment: moment.key)
    return [
        {"id": moment.id, "sender": sender, "type": moment.type, "at": format_moment(moment.at, zone)}
        | moment.fields
        for moment in moments
    ]


def _issues(today: Sequence[HistoryRow], numbers: Sequence[str]) -> Iterator[_Moment]:
    for turn, (row, number) in enumerate(zip(today, numbers, strict=True)):
        fields: Plain = {"ticket": row.ticket, "number": number, "business": row.business}
        if row.priority is not None:
            fields["priority"] = row.priority
        yield _Moment(row.issued_at, _ISSUES, turn, _OPEN, _id(row.ticket, "issued"), "ticket.issued", fields)


def _turns(today: Sequence[HistoryRow], date: Date) -> Iterator[_Moment]:
    """All but the issues."""
    order = sorted(today, key=lambda row: row.turn)
    visits: dict[str, list[tuple[int, HistoryRow]]] = defaultdict(list)
    for turn, row in enumerate(order):
        if row.place is not None and row.begun_at is not None:
            visits[row.place].append((turn, row))
        elif row.left_at is not None:
            yield _of_ticket(row, row.left_at, turn, _END, "abandoned", "ticket.abandoned")
    for window, at_window in visits.items():
        yield from _window_day(window, at_window, date)


def _window_day(window: str, visits: Sequence[tuple[int, HistoryRow]], date: Date) -> Iterator[_Moment]:
    """One window's day: opened, each ticket that came to it, changes of teller in between, closed."""
    (first_turn, first), (last_turn, _) = visits[0], visits[-1]
    place: Plain = {"window": window}
    opened = place | ({"teller": first.teller} if first.teller else {})
    yield _Moment(
        first.came_at, _REST, first_turn, _OPEN, _id(window, f"{date}.opened"), "window.opened", opened
    )
    yield from _hand_overs(window, visits)
    nexts = [row.came_at for _, row in visits[1:]]
    for (turn, row), following in zip(visits, [*nexts, None], strict=True):
        yield from _visit(window, row, turn, following)
    closed_at = max(_ended(row) for _, row in visits)
    yield _Moment(closed_at, _REST, last_turn, _CLOSE, _id(window, f"{date}.closed"), "window.closed", place)


def _hand_overs(window: str, visits: Sequence[tuple[int, HistoryRow]]) -> Iterator[_Moment]:
    """Another teller at the same window: when is not known, so just before that teller's first call."""
    present = visits[0][1].teller
    for turn, row in visits[1:]:
        if row.teller is None or row.teller == present:
            continue
        for teller, verb in ((present, "signed_out"), (row.teller, "signed_in")):
            if teller is not None:
                fields: Plain = {"window": window, "teller": teller}
                event_id = _id(row.ticket, verb)
                yield _Moment(row.came_at, _REST, turn, _HAND_OVER, event_id, f"teller.{verb}", fields)
        present = row.teller


def _visit(window: str, row: HistoryRow, turn: int, following: float | None) -> Iterator[_Moment]:
    """One ticket at a window, from its call to the end; ``following``: when the next came to that window."""
    at_window: Plain = {"window": window}
    if row.called_at is not None:
        yield _of_ticket(row, row.called_at, turn, _CALL, "called", "ticket.called", at_window)
    started = row.started_at
    if row.outcome == "served" and started is None and row.finished_at is None:
        # Known to have been served, but not when: without a start it would pass for a no-show.
        started = row.called_at
    if started is not None:
        yield _of_ticket(row, started, turn, _START, "started", "service.started", at_window)
    if row.finished_at is not None:
        yield _of_ticket(row, row.finished_at, turn, _FINISH, "finished", "service.finished", at_window)
    if row.ready_at is not None:
        yield _Moment(row.ready_at, _REST, turn, _END, _id(row.ticket, "ready"), "window.ready", at_window)
    if row.outcome != "served":
        # Where it is not known when somebody who was called was given up: at the latest with the next call.
        given_up = next(time for time in (row.left_at, following, row.came_at) if time is not None)
        if row.outcome == "no_show":
            yield _of_ticket(row, given_up, turn, _END, "no_show", "ticket.no_show", at_window)
        else:
            yield _of_ticket(row, given_up, turn, _END, "abandoned", "ticket.abandoned")


def _of_ticket(
    row: HistoryRow, at: float, turn: int, stage: int, verb: str, kind: str, fields: Plain | None = None
) -> _Moment:
    return _Moment(
        at, _REST, turn, stage, _id(row.ticket, verb), kind, {"ticket": row.ticket} | (fields or {})
    )


def _ended(row: HistoryRow) -> float:
    left = None if row.outcome == "served" else row.left_at
    times = (row.started_at, row.finished_at, row.ready_at, left)
    return max([row.came_at, *(time for time in times if time is not None)])


def _id(whose: str, what: str) -> str:
    """``whose.what``, or a digest of ``whose`` where that would be longer than an id may be."""
    plain = f"{whose}.{what}"
    return plain if len(plain) <= 64 else f"{sha256(whose.encode()).hexdigest()[:32]}.{what}"
