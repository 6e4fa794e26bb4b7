"""Days gone by, acted in virtual time: what a branch would have learned from them, and its history file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from app.branch.branch_file import Branch
from app.branch.events import (
    Event,
    ServiceFinished,
    ServiceStarted,
    TicketAbandoned,
    TicketCalled,
    TicketIssued,
    TicketNoShow,
    TicketRecalled,
    TicketTransferred,
    WindowClosed,
    WindowPaused,
    WindowReady,
    format_moment,
)
from app.branch.observe import observations
from app.branch.state import State, TicketState
from estimator.observation import Observation
from simulations.acting.day import Day
from simulations.acting.virtual import live_through

COLUMNS = (
    *("ticket", "business", "priority", "window", "teller", "issued_at", "called_at", "started_at"),
    *("finished_at", "ready_at", "left_at", "outcome"),
)
Row = dict[str, str]
"""One ticket of history by the contract's columns; empty where unknown."""


@dataclass(slots=True)
class Past:
    """What several days left behind: ``rows`` for the history file, ``observations`` for the estimator.

    Both are in the order in which things happened. The observations say more than the rows can: steps,
    pauses, walks and calls in vain.
    """

    rows: list[Row] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)

    def csv(self) -> str:
        """The rows as the contract's history file."""
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        return text.getvalue()


def act(branch: Branch, days: Iterable[Day]) -> Past:
    """Act the days one after the other (see ``live_through``)."""
    past = Past()
    ledger = _Ledger(branch.zone)

    def watch(state: State, event: Event) -> None:
        past.observations += observations(branch, state, event)
        ledger.note(state, event)

    live_through(branch, days, watch)
    past.rows = [row for row in ledger.rows.values() if row["outcome"]]
    return past


@dataclass(slots=True)
class _Ledger:
    """Writes each ticket's row while its events go by."""

    zone: tzinfo = UTC
    rows: dict[str, Row] = field(default_factory=dict)
    _wrapping: dict[str, Row] = field(default_factory=dict)
    """By window, the row whose wrap-up has not ended."""

    def note(self, state: State, event: Event) -> None:
        at = format_moment(event.at, self.zone)
        match event.fact:
            case TicketIssued() as fact:
                self.rows[fact.ticket] = dict.fromkeys(COLUMNS, "") | {
                    "ticket": fact.ticket,
                    "business": fact.business,
                    "priority": fact.priority or "",
                    "issued_at": at,
                }
            case TicketCalled(ticket, window) | TicketRecalled(ticket, window):
                self._ready(window, at)
                if state.tickets[ticket].state is not TicketState.CALLED:
                    fresh = {"called_at": at, "left_at": "", "outcome": "", "window": window}
                    self.rows[ticket] |= fresh | {"teller": state.windows[window].teller or ""}
            case ServiceStarted(ticket):
                self.rows[ticket]["started_at"] = at
            case ServiceFinished(ticket, window):
                self.rows[ticket] |= {"finished_at": at, "outcome": "served"}
                self._wrapping[window] = self.rows[ticket]
            case TicketTransferred(ticket):
                gone = dict.fromkeys(("called_at", "started_at", "window", "teller"), "")
                self.rows[ticket] |= gone | {"business": event.fact.business or self.rows[ticket]["business"]}
            case TicketAbandoned(ticket):
                self.rows[ticket] |= {"left_at": at, "outcome": "abandoned"}
            case TicketNoShow(ticket):
                self.rows[ticket] |= {"left_at": at, "outcome": "no_show"}
            case WindowReady(window) | WindowPaused(window) | WindowClosed(window):
                self._ready(window, at)
            case _:
                pass

    def _ready(self, window: str, at: str) -> None:
        row = self._wrapping.pop(window, None)
        if row:
            row["ready_at"] = at
