"""Read connections, lent to whichever thread asks."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from app.journal.errors import Unavailable


class Readers:
    """As many connections as threads read at once, kept for the next one.

    Each query runs to its end before its connection is given back: a reader never keeps an old picture of
    the database open, which would stop SQLite from reusing its write-ahead log.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._idle: list[sqlite3.Connection] = []
        self._closed = False

    def rows(self, query: str, parameters: Sequence[object] = ()) -> list[Any]:
        """All rows of `query`; raise `Unavailable` when the store does not answer."""
        if self._closed:
            raise Unavailable("the journal is closed", 5.0)
        try:
            connection = self._borrow()
            rows = connection.execute(query, parameters).fetchall()
        except sqlite3.Error as error:
            raise Unavailable.because(error) from error
        self._give_back(connection)
        return rows

    def close(self) -> None:
        """Close what is idle; what is lent closes on its return. May be called again."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    def _borrow(self) -> sqlite3.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return self._connect()

    def _give_back(self, connection: sqlite3.Connection) -> None:
        self._idle.append(connection)
        if self._closed:
            self.close()
