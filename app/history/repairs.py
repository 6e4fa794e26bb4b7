"""What is put right in a history, and what cannot be.

Machines write a call and a start within the same second or two, in either order; and tellers press "finish"
late. A small inversion is therefore raised to its predecessor, and a service that reaches into the next
call at the same window ends with that call. A time that contradicts its predecessor by more than
``TOLERANCE_S``, or follows it by more than ``LONGEST_S``, is worth nothing, but the ticket still is: one
such time is left out as unknown; with two it cannot be told which of them is wrong.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from .row import HistoryRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

TOLERANCE_S = 5.0
LONGEST_S = 7 * 86_400.0
"""Nothing in a branch lasts for a week: a date so far off is a slip of the pen."""

_AFTER_ISSUE = {
    "served": ("called_at", "started_at", "finished_at", "ready_at"),
    "abandoned": ("called_at", "left_at"),
    "no_show": ("called_at", "left_at"),
}


@dataclass(frozen=True, slots=True)
class Inversion:
    """A time ``by_s`` seconds before ``predecessor``, which it should follow; negative: far after it."""

    field: str
    predecessor: str
    by_s: float

    @property
    def small(self) -> bool:
        """Whether it may be raised to its predecessor."""
        return 0.0 <= self.by_s <= TOLERANCE_S


def put_in_order(row: HistoryRow) -> tuple[HistoryRow, list[Inversion]]:
    """The row with issued ≤ called ≤ started ≤ finished ≤ ready, and what was inverted.

    Small inversions are raised to their predecessor; the times of large ones become ``None``, as do those
    more than ``LONGEST_S`` after their predecessor, and what follows is held against what came before them.
    """
    repaired: dict[str, float | None] = {}
    inversions = []
    predecessor, latest = "issued_at", row.issued_at
    for field in _AFTER_ISSUE[row.outcome]:
        time: float | None = getattr(row, field)
        if time is None:
            continue
        if not latest <= time <= latest + LONGEST_S:
            inversion = Inversion(field, predecessor, round(latest - time, 3))
            inversions.append(inversion)
            repaired[field] = latest if inversion.small else None
            if not inversion.small:
                continue
        predecessor, latest = field, max(time, latest)
    return (_with(row, repaired) if repaired else row), inversions


def overlapping(rows: Iterable[HistoryRow]) -> set[str]:
    """The tickets whose service, as the rows state it, reaches into the next service at the same window."""
    return {
        earlier.ticket
        for services in _by_place(row for row in rows if row.outcome == "served").values()
        for earlier, later in pairwise(sorted(services, key=_stated_start))
        if earlier.finished_at is not None and earlier.finished_at > _stated_start(later)
    }


def end_at_next_call(rows: Sequence[HistoryRow]) -> tuple[list[HistoryRow], Mapping[str, set[str]]]:
    """The rows, in their order, with nothing at a window lasting beyond the next call there.

    Beside them the tickets for which that was so: ``overlap`` where a service (or a wait for somebody who
    was called) had to end, ``wrap_up`` where only the wrap-up had to: a call ends it.
    """
    changed: dict[str, HistoryRow] = {}
    kinds: dict[str, set[str]] = {"overlap": set(), "wrap_up": set()}
    for at_place in _by_place(row for row in rows if row.begun_at is not None).values():
        for earlier, later in pairwise(sorted(at_place, key=lambda row: row.turn)):
            cut = _cut(earlier, later.came_at)
            if cut:
                changed[earlier.ticket] = _with(earlier, cut)
                kinds["wrap_up" if set(cut) == {"ready_at"} else "overlap"].add(earlier.ticket)
    return [changed.get(row.ticket, row) for row in rows], kinds


def _cut(row: HistoryRow, end: float) -> dict[str, float | None]:
    """The times of ``row`` that lie beyond ``end``, brought back to it."""
    fields = _AFTER_ISSUE[row.outcome]
    times = {field: getattr(row, field) for field in fields}
    return {field: end for field, time in times.items() if time is not None and time > end}


def _with(row: HistoryRow, times: Mapping[str, float | None]) -> HistoryRow:
    return replace(row, **times)  # type: ignore[arg-type]


def _by_place(rows: Iterable[HistoryRow]) -> dict[str, list[HistoryRow]]:
    places = defaultdict(list)
    for row in rows:
        if row.place is not None:
            places[row.place].append(row)
    return places


def _stated_start(row: HistoryRow) -> float:
    return row.came_at if row.started_at is None else row.started_at
