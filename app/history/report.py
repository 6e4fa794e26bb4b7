"""From a table of text to the tickets in it, with everything said that had to be repaired or refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from app.branch.events import ID

from .repairs import Inversion, end_at_next_call, overlapping, put_in_order
from .row import OUTCOMES, TIMES, HistoryRow
from .table import COLUMNS
from .times import parse_time

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from .table import Table, TextRow

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the rows done and the rows in all, now and then and at the end."""

_IDS = ("ticket", "business", "priority", "window", "teller")
_NEEDED = ("ticket", "business")
_EVERY = 500


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was not used, and why. ``ticket_kept``: only the one value was left out, as if it were unknown."""

    line: int
    field: str
    value: str
    reason: str
    ticket_kept: bool = False


@dataclass(frozen=True, slots=True)
class HistoryReport:
    """The usable tickets in the order of the file, the number of rows read, and all that was amiss.

    ``repaired`` counts by kind: ``called_raised``, ``started_raised``, ``finished_raised``,
    ``ready_raised``, ``left_raised`` (inversions of 5 s or less), ``overlap_ended`` (a service that ended
    at the next call at its window), ``overlap_by_early_start`` (services that overlapped as written, but no
    longer once a start was raised to its call), ``wrap_up_ended``. Kinds that did not occur are absent.
    """

    rows: tuple[HistoryRow, ...]
    read: int
    repaired: Mapping[str, int]
    refused: tuple[Refusal, ...]

    @property
    def rows_refused(self) -> int:
        """How many rows could not be used at all."""
        return self.read - len(self.rows)


class _Unusable(Exception):
    def __init__(self, name: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.name, self.value, self.reason = name, value, reason


@dataclass(slots=True)
class _Reader:
    """Reads row after row, remembering the tickets seen and what had to be said."""

    columns: tuple[str, ...]
    zone: tzinfo
    stated: list[HistoryRow] = field(default_factory=list)
    ordered: list[HistoryRow] = field(default_factory=list)
    repaired: Counter[str] = field(default_factory=Counter)
    refused: list[Refusal] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)

    def feed(self, text: TextRow) -> None:
        try:
            cells = _cells(self.columns, text)
            stated = _parse(cells, self.zone)
            self._check_new(stated.ticket)
            row, inversions = put_in_order(stated)
            large = [inversion for inversion in inversions if not inversion.small]
            _check_order(large, cells)
            _check_use(row)
        except _Unusable as why:
            self.refused.append(Refusal(text.line, why.name, why.value, why.reason))
            return
        for inversion in large:
            name, reason = inversion.field, f"{_describe(inversion, cells)}; the ticket is used without it"
            self.refused.append(Refusal(text.line, name, cells[name], reason, ticket_kept=True))
        self.repaired.update(f"{inversion.field[:-3]}_raised" for inversion in inversions if inversion.small)
        self.lines[row.ticket] = text.line
        self.stated.append(stated)
        self.ordered.append(row)

    def _check_new(self, ticket: str) -> None:
        if ticket in self.lines:
            raise _Unusable("ticket", ticket, f"is the same ticket as on line {self.lines[ticket]}")

    def report(self) -> HistoryReport:
        rows, ended = end_at_next_call(self.ordered)
        counts = {
            "overlap_ended": len(ended["overlap"]),
            "overlap_by_early_start": len(overlapping(self.stated) - ended["overlap"]),
            "wrap_up_ended": len(ended["wrap_up"]),
        }
        repaired = dict(self.repaired) | {kind: count for kind, count in counts.items() if count}
        refused_rows = sum(not refusal.ticket_kept for refusal in self.refused)
        return HistoryReport(tuple(rows), len(rows) + refused_rows, repaired, tuple(self.refused))


def read_rows(table: Table, zone: tzinfo, progress: Progress | None = None) -> HistoryReport:
    """The history in ``table``; times without an offset are local to ``zone``. Nothing goes silently."""
    reader = _Reader(table.columns, zone)
    total = len(table.rows)
    for done, text in enumerate(table.rows, 1):
        reader.feed(text)
        if progress is not None and (done % _EVERY == 0 or done == total):
            progress(done, total)
    return reader.report()


def _cells(columns: Sequence[str], text: TextRow) -> dict[str, str]:
    cells = [cell.strip() for cell in text.cells]
    while len(cells) > len(columns) and not cells[-1]:
        cells.pop()
    if len(cells) != len(columns):
        row = ",".join(cells)[:200]
        raise _Unusable("row", row, f"has {len(cells)} columns where the header has {len(columns)}")
    named = dict(zip(columns, cells, strict=True))
    return {name: named[name] for name in COLUMNS}


def _parse(cells: Mapping[str, str], zone: tzinfo) -> HistoryRow:
    for name in _IDS:
        if not cells[name] and name in _NEEDED:
            raise _Unusable(name, "", "is missing")
        if cells[name] and not ID.fullmatch(cells[name]):
            raise _Unusable(name, cells[name], "is not an id: 1 to 64 of A–Z, a–z, 0–9, '.', '_', '-'")
    outcome = next((known for known in OUTCOMES if known == cells["outcome"].lower()), None)
    if outcome is None:
        raise _Unusable("outcome", cells["outcome"], f"is not one of {', '.join(OUTCOMES)}")
    times = {name: _time(name, cells[name], zone) for name in TIMES}
    issued = times.pop("issued_at")
    if issued is None:
        raise _Unusable("issued_at", "", "is missing")
    return HistoryRow(
        ticket=cells["ticket"],
        business=cells["business"],
        priority=cells["priority"] or None,
        window=cells["window"] or None,
        teller=cells["teller"] or None,
        issued_at=issued,
        outcome=outcome,
        **times,
    )


def _time(name: str, text: str, zone: tzinfo) -> float | None:
    if not text:
        return None
    try:
        return parse_time(text, zone)
    except ValueError:
        raise _Unusable(name, text, "is not a time such as 2026-11-21T09:30:00+08:00") from None


def _check_use(row: HistoryRow) -> None:
    """Refuse what says nothing about the outcome that it claims, or the contrary of it."""
    if row.outcome == "served":
        if row.begun_at is None:
            raise _Unusable(
                "called_at", "", "served, but none of called_at, started_at, finished_at is known"
            )
    else:
        for name in ("started_at", "finished_at", "ready_at"):
            if getattr(row, name) is not None:
                raise _Unusable("outcome", row.outcome, f"says {row.outcome}, but {name} is given")
    if row.outcome == "no_show" and row.called_at is None:
        raise _Unusable("called_at", "", "no_show, but when it was called is not known")
    if row.outcome != "abandoned" and row.place is None:
        raise _Unusable("window", "", f"{row.outcome}, but neither window nor teller is known")


def _check_order(large: Sequence[Inversion], cells: Mapping[str, str]) -> None:
    """One time that contradicts the others can be left out; with two it is not clear which are right."""
    if len(large) > 1:
        first, second = large[:2]
        reason = f"{_describe(first, cells)}, and {second.field} {_describe(second, cells)}"
        raise _Unusable(first.field, cells[first.field], reason)


def _describe(inversion: Inversion, cells: Mapping[str, str]) -> str:
    far = (
        f"{inversion.by_s:g} s before" if inversion.by_s > 0 else f"{-inversion.by_s / 86_400:.0f} days after"
    )
    return f"lies {far} {inversion.predecessor} ({cells[inversion.predecessor]})"
