"""The journal: what happened, append-only, dense per branch, durable before it answers."""

from app.journal.errors import (
    AlreadyOpen,
    Conflict,
    Damaged,
    JournalError,
    ReadOnly,
    Unavailable,
    WrongSchema,
    naming,
)
from app.journal.records import PastTicket, Record
from app.journal.store import Journal

__all__ = [
    "AlreadyOpen",
    "Conflict",
    "Damaged",
    "Journal",
    "JournalError",
    "PastTicket",
    "ReadOnly",
    "Record",
    "Unavailable",
    "WrongSchema",
    "naming",
]
