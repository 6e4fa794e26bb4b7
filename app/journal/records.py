"""What the journal keeps: events as committed, and past tickets imported from elsewhere."""

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Record:
    """A committed event.

    `seq` is dense per branch from 1; `at` and `received_at` are epoch seconds (UTC); `body` is the canonical
    JSON of the event's own fields; (`sender`, `id`) is unique in the branch, and so is the `ticket` of a
    `ticket.issued`.
    """

    seq: int
    sender: str
    id: str
    type: str
    at: float
    received_at: float
    implied: bool
    v: int
    ticket: str | None
    body: str


class PastTicket(NamedTuple):
    """One ticket of imported history, in the contract's columns; times are epoch seconds (UTC) or unknown."""

    ticket: str
    business: str
    priority: str | None
    window: str | None
    teller: str | None
    issued_at: float
    called_at: float | None
    started_at: float | None
    finished_at: float | None
    ready_at: float | None
    left_at: float | None
    outcome: str
