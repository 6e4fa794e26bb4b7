"""One thread that writes, and commits in groups.

A commit is dear (the disk must say that it has it), a row is cheap. So all that was queued while the previous
commit was under way is committed together: alone a request waits for one commit, in a crowd one commit serves
the crowd. A request that does not fit leaves the others alone: the group is then run again, each request in a
savepoint of its own (faults are too rare to pay for savepoints always). A commit that fails takes its whole
group with it; a request that fails, those that were decided on top of it.
"""

import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from app.journal.errors import Unavailable

QUEUE_ROWS = 10_000
GROUP_ROWS = 2_000

State = tuple[str, int]  # a branch as of a seq
T = TypeVar("T")

# Errors that tell of a request that does not fit, rather than of a store that does not work.
_OF_THE_REQUEST = (
    sqlite3.IntegrityError,
    sqlite3.ProgrammingError,
    sqlite3.DataError,
    sqlite3.InterfaceError,
)


@dataclass(eq=False, slots=True)
class _Job:
    work: Callable[[sqlite3.Connection], Any]
    rows: int
    makes: State | None
    predecessor: "_Job | None"
    future: Future[Any]
    result: Any = None
    error: BaseException | None = None

    def attempt(self, connection: sqlite3.Connection) -> bool:
        """Run, and say whether that went well; raise only what concerns the whole group."""
        self.error = None
        if self.predecessor is not None and self.predecessor.error is not None:
            self.error = Unavailable("what this was decided on could not be stored", 1.0)
            return False
        try:
            self.result = self.work(connection)
        except Exception as error:
            if isinstance(error, sqlite3.Error) and not isinstance(error, _OF_THE_REQUEST):
                raise
            self.error = error
        return self.error is None

    def answer(self) -> None:
        self.predecessor = None
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


def _each_by_itself(connection: sqlite3.Connection, group: list[_Job]) -> None:
    for job in group:
        connection.execute("SAVEPOINT request")
        if not job.attempt(connection):
            connection.execute("ROLLBACK TO request")
        connection.execute("RELEASE request")


class GroupWriter:
    """Runs requests in their order on a connection of its own; a request is answered after its commit.

    `connect` opens that connection (autocommit mode), and opens it again after a failure of the store. At
    most `queue_rows` rows wait; a commit takes at most `group_rows` or one request.
    """

    def __init__(
        self,
        connect: Callable[[], sqlite3.Connection],
        *,
        queue_rows: int = QUEUE_ROWS,
        group_rows: int = GROUP_ROWS,
    ) -> None:
        self._connect = connect
        self._queue_rows = queue_rows
        self._group_rows = group_rows
        self._connection: sqlite3.Connection | None = None
        self._queue: deque[_Job] = deque()
        self._queued_rows = 0
        self._in_flight: dict[State, _Job] = {}
        self._closing = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="journal-writer", daemon=True)
        self._thread.start()

    def submit(
        self,
        work: Callable[[sqlite3.Connection], T],
        *,
        rows: int = 1,
        builds_on: State | None = None,
        makes: State | None = None,
    ) -> Future[T]:
        """Queue `work`; the future has its result once durable, or `Unavailable`, or what `work` raised.

        A request that `builds_on` the state which one still in flight `makes` fails when that one does. The
        future cannot be cancelled: others may have been decided on top of it. `work` may run twice, and
        so touches nothing but its connection.
        """
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()
        with self._changed:
            refusal = self._refusal(rows)
            if refusal is None:
                predecessor = None if builds_on is None else self._in_flight.get(builds_on)
                job = _Job(work, rows, makes, predecessor, future)
                if makes is not None:
                    self._in_flight[makes] = job
                self._queue.append(job)
                self._queued_rows += rows
                self._changed.notify()
        if refusal is not None:
            future.set_exception(refusal)
        return future

    def close(self) -> None:
        """Write what is queued, then stop; may be called again."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def _refusal(self, rows: int) -> Unavailable | None:
        if self._closing:
            return Unavailable("the journal is closed", 5.0)
        if self._queue and self._queued_rows + rows > self._queue_rows:
            return Unavailable("too many events wait for the disk", 1.0)
        return None

    def _run(self) -> None:
        while group := self._next_group():
            self._commit(group)
            self._answer(group)
        self._disconnect()

    def _next_group(self) -> list[_Job]:
        """All that is queued, up to the bound; wait for the first; nothing: closed and empty."""
        with self._changed:
            while not self._queue and not self._closing:
                self._changed.wait()
            group: list[_Job] = []
            rows = 0
            while self._queue and (not group or rows + self._queue[0].rows <= self._group_rows):
                job = self._queue.popleft()
                group.append(job)
                rows += job.rows
            self._queued_rows -= rows
            return group

    def _commit(self, group: list[_Job]) -> None:
        try:
            connection = self._connection = self._connection or self._connect()
            connection.execute("BEGIN IMMEDIATE")
            if not all(job.attempt(connection) for job in group):
                connection.execute("ROLLBACK")
                connection.execute("BEGIN IMMEDIATE")
                _each_by_itself(connection, group)
            connection.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - the thread outlives any failure, each request is told of it
            self._disconnect()
            for job in group:
                job.error = Unavailable.because(error) if isinstance(error, sqlite3.Error) else error

    def _answer(self, group: list[_Job]) -> None:
        with self._changed:
            for job in group:
                if job.makes is not None and self._in_flight.get(job.makes) is job:
                    del self._in_flight[job.makes]
        for job in group:
            job.answer()

    def _disconnect(self) -> None:
        """Roll back what is open; the next group starts on a fresh connection."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None
