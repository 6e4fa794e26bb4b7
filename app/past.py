"""What imported history teaches: the same observations as the live events, as far as its columns go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import pairwise

from app.branch.branch_file import Branch
from app.branch.observe import NORMAL
from app.journal import PastTicket
from estimator.observation import Kind, Observation

BREAK_S = 4 * 3600.0
"""A window that called nobody for so long was not wrapping up."""


def past_observations(branch: Branch, rows: Iterable[PastTicket]) -> list[Observation]:
    """Everything that past tickets teach, in the order in which it ended. Empty input gives none."""
    tickets = list(rows)
    found = [one for row in tickets for one in _of_ticket(branch, row)]
    found += _between_customers(tickets)
    return sorted(found, key=lambda one: one.at)


def _of_ticket(branch: Branch, row: PastTicket) -> Iterator[Observation]:
    """One ticket's arrival, patience, walk, service and wrap-up."""
    local = datetime.fromtimestamp(row.issued_at, branch.zone)
    yield Observation(
        kind="arrival",
        at=row.issued_at,
        business=row.business,
        priority=row.priority or NORMAL,
        day=local.toordinal(),
        hour=local.hour,
    )
    yield from _patience(row)
    yield from _span("walking", row.called_at, row.started_at)
    started_at = _started_at(branch, row)
    if started_at is not None:
        hour = datetime.fromtimestamp(started_at, branch.zone).hour
        yield from _span("service", started_at, row.finished_at, row, hour)
    yield from _span("wrap_up", row.finished_at, row.ready_at, row)
    yield from _span("no_show", row.called_at, row.left_at if row.outcome == "no_show" else None)


def _started_at(branch: Branch, row: PastTicket) -> float | None:
    """When the service began; where only the call is known, after the branch's usual walk."""
    if row.started_at is not None or row.called_at is None or row.outcome != "served":
        return row.started_at
    return row.called_at + branch.walking_s


def _patience(row: PastTicket) -> Iterator[Observation]:
    """Who was called had patience for at least that long."""
    called = row.called_at is not None
    until = row.called_at if called else row.left_at if row.outcome == "abandoned" else None
    if until is not None and until >= row.issued_at:
        waited = until - row.issued_at
        yield Observation(kind="patience", at=until, value_s=waited, business=row.business, censored=called)


def _span(
    kind: Kind,
    start: float | None,
    end: float | None,
    of: PastTicket | None = None,
    hour: int | None = None,
) -> Iterator[Observation]:
    if start is None or end is None or end < start:
        return
    business, teller = (of.business, of.teller) if of else (None, None)
    yield Observation(kind=kind, at=end, value_s=end - start, business=business, teller=teller, hour=hour)


def _between_customers(rows: Iterable[PastTicket]) -> Iterator[Observation]:
    """From one customer to the next at the same window, where no ``ready_at`` says when wrap-up ended.

    If the next one was there all the while, that was wrap-up; if not, the window idled until the call.
    """
    served = sorted(
        (row for row in rows if row.called_at is not None and (row.window or row.teller)),
        key=lambda row: (row.window or row.teller or "", row.called_at or 0.0),
    )
    for before, after in pairwise(served):
        same = (before.window or before.teller) == (after.window or after.teller)
        if not same or before.finished_at is None or after.called_at is None:
            continue
        if not 0 <= after.called_at - before.finished_at <= BREAK_S:
            continue
        if after.issued_at > (before.ready_at or before.finished_at):
            yield from _span("idle", after.issued_at, after.called_at)
        elif before.ready_at is None:
            yield from _span("wrap_up", before.finished_at, after.called_at, before)
