"""What can go wrong with a journal, and what SQLite's own errors mean in these words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Self

Over = Literal["epoch", "seq", "event", "ticket"]


class JournalError(Exception):
    """Anything a journal raises on purpose."""


class Conflict(JournalError):
    """What was to be written does not fit what is there; nothing was written.

    `over` says why: the `epoch` is another, the `seq` has moved on, the `event` (sender and id) or the issued
    `ticket` is known already.
    """

    def __init__(self, over: Over, message: str) -> None:
        super().__init__(message)
        self.over: Over = over


class Unavailable(JournalError):
    """The journal cannot do it now; nothing was written; it is worth trying again after `retry_after_s`."""

    def __init__(self, reason: str, retry_after_s: float) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after_s = retry_after_s

    @classmethod
    def because(cls, error: sqlite3.Error) -> Self:
        """Say in plain words what SQLite ran into."""
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        reason, retry_after_s = _REASONS.get(code, ("the storage failed", 10.0))
        return cls(f"{reason} ({error})", retry_after_s)


@contextmanager
def in_plain_words() -> Iterator[None]:
    """Let an error of SQLite leave as `Unavailable`."""
    try:
        yield
    except sqlite3.Error as error:
        raise Unavailable.because(error) from error


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Let `Unavailable` leave with the file it is about: at the start nobody knows which one that is."""
    try:
        yield
    except Unavailable as error:
        raise Unavailable(f"{path}: {error.reason}", error.retry_after_s) from error


_REASONS = {
    sqlite3.SQLITE_FULL: ("the disk is full", 10.0),
    sqlite3.SQLITE_BUSY: ("the journal is locked by another program", 2.0),
    sqlite3.SQLITE_LOCKED: ("the journal is locked by another program", 2.0),
    sqlite3.SQLITE_READONLY: ("the disk is read-only", 10.0),
    sqlite3.SQLITE_IOERR: ("the disk does not answer", 5.0),
    sqlite3.SQLITE_CANTOPEN: ("the journal cannot be opened", 5.0),
    sqlite3.SQLITE_CORRUPT: ("the journal is damaged", 60.0),
    sqlite3.SQLITE_NOTADB: ("the journal is damaged", 60.0),
}


class AlreadyOpen(JournalError):
    """Another process writes to this journal; a branch has exactly one writer."""

    def __init__(self, path: Path, holder: str) -> None:
        super().__init__(f"{path} is already open for writing by {holder}")
        self.path = path


class ReadOnly(JournalError):
    """A write was asked of a journal opened for reading."""


class WrongSchema(JournalError):
    """The file is not a journal that this version can use."""


class Damaged(JournalError):
    """Records that must be there are missing."""
