"""Visits: who took a number when, and how long it was until the call, or until they left."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import orjson

from app.journal import PastTicket, Record
from estimator.columns import Floats

CORRECTABLE = 2_000
"""So many visits may still be taken back; a wrong press is noticed long before."""
DAY_END = "day_end"


class Visit(NamedTuple):
    """A number taken at ``issued_at`` (epoch seconds), called after ``waited_s``, or ``left`` by then."""

    issued_at: float
    waited_s: float
    left: bool


class Visits:
    """Folds records into visits, a few bytes for each; what a correction takes back was never there."""

    def __init__(self) -> None:
        self._waiting: dict[str, float] = {}
        self._ended: OrderedDict[int, tuple[str, Visit]] = OrderedDict()
        self._issued: OrderedDict[int, str] = OrderedDict()
        self._issued_at, self._waited_s, self._left = array("d"), array("f"), array("b")

    def add_past(self, rows: Iterable[PastTicket]) -> None:
        """Take imported tickets; those of which nobody knows how long they waited tell nothing."""
        for row in rows:
            begun = row.called_at if row.called_at is not None else row.started_at
            until = row.left_at if begun is None and row.outcome == "abandoned" else begun
            if until is not None and until >= row.issued_at:
                self._keep(Visit(row.issued_at, until - row.issued_at, begun is None))

    def add(self, record: Record) -> None:
        """Take one record of the journal, in order."""
        if record.type == "ticket.issued" and record.ticket is not None:
            self._waiting[record.ticket] = record.at
            self._issued[record.seq] = record.ticket
            if len(self._issued) > CORRECTABLE:
                self._issued.popitem(last=False)
        elif record.type in {"ticket.called", "ticket.abandoned"}:
            self._end(record, orjson.loads(record.body))
        elif record.type == "event.corrected":
            self._take_back(orjson.loads(record.body)["corrects"])

    def _end(self, record: Record, body: dict[str, Any]) -> None:
        """Somebody is called for the first time, or leaves before; at the day's end nobody knows when."""
        issued_at = self._waiting.pop(body["ticket"], None)
        left = record.type == "ticket.abandoned"
        if issued_at is None or record.implied or (left and body.get("reason") == DAY_END):
            return
        self._ended[record.seq] = body["ticket"], Visit(issued_at, max(record.at - issued_at, 0.0), left)
        if len(self._ended) > CORRECTABLE:
            self._keep(self._ended.popitem(last=False)[1][1])

    def _take_back(self, seq: int) -> None:
        """A call that was wrong leaves its ticket waiting; a number given by mistake was never taken."""
        if seq in self._ended:
            ticket, visit = self._ended.pop(seq)
            self._waiting[ticket] = visit.issued_at
        elif seq in self._issued:
            self._waiting.pop(self._issued.pop(seq), None)

    def _keep(self, visit: Visit) -> None:
        self._issued_at.append(visit.issued_at)
        self._waited_s.append(visit.waited_s)
        self._left.append(visit.left)

    def forget(self, before: float) -> None:
        """Let go of what was issued before a moment."""
        kept = list(zip(self._issued_at, self._waited_s, self._left, strict=True))
        self._issued_at, self._waited_s, self._left = array("d"), array("f"), array("b")
        for issued_at, waited_s, left in kept:
            if issued_at >= before:
                self._keep(Visit(issued_at, waited_s, bool(left)))
        self._waiting = {ticket: at for ticket, at in self._waiting.items() if at >= before}

    def columns(self) -> tuple[Floats, Floats, Floats]:
        """When each number was taken, how long until the call, whether they left before [N] (1 or 0)."""
        recent = [visit for _, visit in self._ended.values()]
        kept = (self._issued_at, self._waited_s, self._left)
        columns = zip(*recent, strict=True) if recent else ((), (), ())
        first, second, third = (
            np.concatenate((np.array(old, float), np.array(new, float)))
            for old, new in zip(kept, columns, strict=True)
        )
        return first, second, third
