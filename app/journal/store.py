"""The journal in SQLite: write-ahead log, synchronous, one writer thread with group commit.

The rest of the service knows this class only by its public methods; `tests/app/journal/test_contract.py`
holds any store to them, so that PostgreSQL can take this one's place when there is more than one process.
"""

import contextlib
import hashlib
import secrets
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing
from functools import partial
from itertools import chain, islice
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from app.journal import schema
from app.journal.errors import Conflict, Damaged, ReadOnly, Unavailable, WrongSchema, in_plain_words, naming
from app.journal.lock import WriterLock
from app.journal.names import Names
from app.journal.readers import Readers
from app.journal.records import PastTicket, Record
from app.journal.writer import GroupWriter

BUSY_TIMEOUT_S = 2.0
PAGE_ROWS = 1_000
LOG_BYTES = 8 << 20  # what the write-ahead log shrinks to after a burst
SNAPSHOTS_KEPT = 2
PACKED_FAST = 1  # zlib's level: a tenth of the size, at little more than the cost of writing it

_EVENT = "seq, sender, id, type, at, received_at, implied, v, ticket, body"
_PAST = ", ".join(f'"{column}"' for column in PastTicket._fields)  # "window" is a word of SQL


class Journal:
    """Events, snapshots and imported history of some branches, in one file.

    Writing methods answer with a future that is done once the disk has it; it fails with `Conflict` or
    `Unavailable`, and then nothing was written. Reading methods see all that was answered, may be called from
    any thread, and raise `Unavailable` when the store does not answer.
    """

    def __init__(
        self, path: Path, readers: Readers, writer: GroupWriter | None, lock: WriterLock | None
    ) -> None:
        self.path = path
        self._readers = readers
        self._writer = writer
        self._lock = lock
        self._names = None if writer is None else Names(self._size(), self._pages_of_names)

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> Self:
        """Open the journal at `path`; for writing, create or upgrade it where needed.

        Raises `AlreadyOpen` when another process (or journal) writes to it, `WrongSchema` when the file is no
        journal or a newer one's, `Unavailable` when it cannot be opened, `FileNotFoundError` when there is
        nothing to read.
        """
        if read_only:
            return cls._open_to_read(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = WriterLock.take(path)
        except OSError as error:
            raise Unavailable(f"{path} cannot be opened ({error})", 10.0) from error
        try:
            with naming(path):
                _prepare(path)
                readers, writer = (
                    Readers(partial(_connect, path, "ro")),
                    GroupWriter(partial(_connect, path, "rw")),
                )
                return cls(path, readers, writer, lock)
        except BaseException:
            lock.release()
            raise

    @classmethod
    def _open_to_read(cls, path: Path) -> Self:
        if not path.exists():
            raise FileNotFoundError(path)
        with naming(path), in_plain_words(), closing(_connect(path, "ro")) as connection:
            if not schema.is_current(connection, path):
                raise WrongSchema(f"{path} is of an older schema: open it once for writing")
        return cls(path, Readers(partial(_connect, path, "ro")), None, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Write what is queued, then let go of the file; may be called again."""
        if self._names is not None:
            self._names.close()
        self._readers.close()  # before: the last connection folds the log into the database, these may not
        if self._writer is not None:
            self._writer.close()
        if self._lock is not None:
            self._lock.release()

    # Events

    def branches(self) -> list[str]:
        """The branches that ever appeared here."""
        return [branch for (branch,) in self._readers.rows("SELECT branch FROM branches ORDER BY branch")]

    def epoch(self, branch: str) -> str:
        """The branch's epoch: random, made when the branch first appears, changed when history was lost."""
        rows = self._readers.rows("SELECT epoch FROM branches WHERE branch = ?", (branch,))
        if rows:
            return str(rows[0][0])
        return self._writing().submit(partial(_make_epoch, branch=branch, replace=False)).result()

    def new_epoch(self, branch: str) -> str:
        """Give the branch another epoch: what others know of it by the former one holds no longer."""
        return self._writing().submit(partial(_make_epoch, branch=branch, replace=True)).result()

    def last_seq(self, branch: str) -> int:
        """The `seq` of the last event, 0 before the first."""
        ((last,),) = self._readers.rows("SELECT max(seq) FROM events WHERE branch = ?", (branch,))
        return last or 0

    def append(self, branch: str, epoch: str, expected_seq: int, records: Sequence[Record]) -> Future[None]:
        """Append all of `records` (their `seq` dense from `expected_seq` + 1) or none.

        The future fails with `Conflict` when epoch, seq, event id or issued ticket do not fit what is stored,
        and with `Unavailable` when the store cannot write, or could not write what they were decided on.
        """
        seqs = [record.seq for record in records]
        if seqs != list(range(expected_seq + 1, expected_seq + 1 + len(records))):
            raise ValueError(f"records after {expected_seq} must be dense, got {seqs}")
        if self._names is not None:
            self._names.add(chain.from_iterable(_names(branch, record) for record in records))
        return self._writing().submit(
            partial(_append, branch=branch, epoch=epoch, expected_seq=expected_seq, records=records),
            rows=len(records),
            builds_on=(branch, expected_seq),
            makes=(branch, expected_seq + len(records)) if records else None,
        )

    def read(self, branch: str, after: int = 0, upto: int | None = None) -> Iterator[Record]:
        """Events in order, from `after` (not included) to `upto` (included; default: the last one now).

        Raises `Damaged` when one is missing.
        """
        upto = self.last_seq(branch) if upto is None else upto
        query = f"SELECT {_EVENT} FROM events WHERE branch = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?"  # noqa: S608
        while rows := self._readers.rows(query, (branch, after, upto, PAGE_ROWS)):
            if rows[-1][0] - after != len(rows):
                raise Damaged(f"{self.path}: events of {branch} after {after} are not dense")
            yield from map(_record, rows)
            after = rows[-1][0]

    def find(self, branch: str, sender: str, event_id: str) -> Record | None:
        """The event that `sender` named `event_id`."""
        if self._is_new((branch, sender, event_id)):
            return None
        query = f"SELECT {_EVENT} FROM events WHERE branch = ? AND sender = ? AND id = ?"  # noqa: S608
        rows = self._readers.rows(query, (branch, sender, event_id))
        return _record(rows[0]) if rows else None

    def ticket_known(self, branch: str, ticket: str) -> bool:
        """Whether `ticket` was ever issued in the branch."""
        if self._is_new((branch, ticket)):
            return False
        query = "SELECT 1 FROM events WHERE branch = ? AND ticket = ? AND type = 'ticket.issued'"
        return bool(self._readers.rows(query, (branch, ticket)))

    # Snapshots

    def save_snapshot(self, branch: str, seq: int, version: str, data: bytes) -> Future[None]:
        """Keep the fold up to `seq`, made by `version` of the fold.

        The last two of that version stay; older ones, and other versions', go. It is packed before it is
        queued, by the thread that calls: the writer is for what people wait for.
        """
        packed = zlib.compress(data, PACKED_FAST)
        checksum = _checksum(branch, seq, version, packed)
        return self._writing().submit(
            partial(_save_snapshot, branch=branch, seq=seq, version=version, checksum=checksum, packed=packed)
        )

    def load_snapshot(self, branch: str, version: str) -> tuple[int, bytes] | None:
        """The newest snapshot of that version as (seq, data), or None.

        One that is damaged, or ahead of the events, is passed over.
        """
        query = (
            "SELECT seq, checksum, data FROM snapshots "
            "WHERE branch = ? AND version = ? AND seq <= ? ORDER BY seq DESC"
        )
        for seq, checksum, packed in self._readers.rows(query, (branch, version, self.last_seq(branch))):
            if secrets.compare_digest(checksum, _checksum(branch, seq, version, packed)):
                with contextlib.suppress(zlib.error):  # not packed: an older program's
                    return seq, zlib.decompress(packed)
        return None

    # Imported history

    def add_history(self, branch: str, rows: Sequence[PastTicket]) -> Future[int]:
        """Keep past tickets; those already known stay as they are. The future has the number of new ones.

        Goes page by page, each durable by itself, so that events need not wait for the whole of an import;
        the same import again completes one that failed half-way.
        """
        whole: Future[int] = Future()
        whole.set_running_or_notify_cancel()
        writer = self._writing()

        def add_from(start: int, added: int) -> None:
            page = rows[start : start + PAGE_ROWS]
            if not page:
                whole.set_result(added)
                return
            future = writer.submit(partial(_add_history, branch=branch, rows=page), rows=len(page))
            future.add_done_callback(partial(go_on, start + len(page), added))

        def go_on(start: int, added: int, page: Future[int]) -> None:
            error = page.exception()
            if error is None:
                add_from(start, added + page.result())
            else:
                whole.set_exception(error)

        add_from(0, 0)
        return whole

    def history(self, branch: str) -> Iterator[PastTicket]:
        """Imported tickets in the order in which they were issued."""
        query = (
            f"SELECT {_PAST} FROM history WHERE branch = ? AND (issued_at, ticket) > (?, ?) "  # noqa: S608
            "ORDER BY issued_at, ticket LIMIT ?"
        )
        last = (float("-inf"), "")
        while rows := self._readers.rows(query, (branch, *last, PAGE_ROWS)):
            page = [PastTicket._make(row) for row in rows]
            yield from page
            last = (page[-1].issued_at, page[-1].ticket)

    def _is_new(self, name: tuple[str, ...]) -> bool:
        """Whether a name is certainly in no event; False: the journal has to be asked."""
        return self._names is not None and not self._names.may_hold(name)

    def _size(self) -> int:
        return sum(self.last_seq(branch) for branch in self.branches())

    def _pages_of_names(self) -> Iterator[list[tuple[str, ...]]]:
        """The names in all events, page by page."""
        for branch in self.branches():
            records = self.read(branch)
            while page := list(islice(records, PAGE_ROWS)):
                yield [name for record in page for name in _names(branch, record)]

    def _writing(self) -> GroupWriter:
        if self._writer is None:
            raise ReadOnly(f"{self.path} is open for reading")
        return self._writer


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    """Open a database (`mode` ro, rw, or rwc to create it) in autocommit mode, for one thread at a time."""
    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?mode={mode}",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")
    return connection


def _prepare(path: Path) -> None:
    with in_plain_words(), closing(_connect(path, "rwc")) as connection:
        current = schema.is_current(connection, path)
        if connection.execute("PRAGMA journal_mode = WAL").fetchone() != ("wal",):
            raise Unavailable("the file system cannot hold a write-ahead log", 60.0)
        if not current:
            schema.upgrade(connection)


def _names(branch: str, record: Record) -> Iterator[tuple[str, ...]]:
    """What nobody else in the branch may be called: the event, and the ticket that it issues."""
    yield branch, record.sender, record.id
    if record.ticket is not None:
        yield branch, record.ticket


def _record(row: tuple[int, str, str, str, float, float, int, int, str | None, str]) -> Record:
    seq, sender, event_id, kind, at, received_at, implied, v, ticket, body = row
    return Record(seq, sender, event_id, kind, at, received_at, bool(implied), v, ticket, body)


# What the writer runs, each inside its savepoint


def _make_epoch(connection: sqlite3.Connection, *, branch: str, replace: bool) -> str:
    then = "UPDATE SET epoch = excluded.epoch" if replace else "NOTHING"
    connection.execute(
        f"INSERT INTO branches (branch, epoch) VALUES (?, ?) ON CONFLICT DO {then}",  # noqa: S608
        (branch, secrets.token_hex(8)),
    )
    ((epoch,),) = connection.execute("SELECT epoch FROM branches WHERE branch = ?", (branch,)).fetchall()
    return str(epoch)


def _append(
    connection: sqlite3.Connection, *, branch: str, epoch: str, expected_seq: int, records: Sequence[Record]
) -> None:
    query = "SELECT epoch, (SELECT max(seq) FROM events WHERE branch = ?1) FROM branches WHERE branch = ?1"
    known, last = connection.execute(query, (branch,)).fetchone() or (None, None)
    if known != epoch:
        raise Conflict("epoch", f"branch {branch} is in epoch {known}, not {epoch}")
    if expected_seq < (last or 0):
        raise Conflict("seq", f"branch {branch} is at {last}, past {expected_seq}")
    if expected_seq > (last or 0):
        # Nothing that was ever committed looks like this: it was decided on top of a write that failed.
        raise Unavailable("what this was decided on could not be stored", 1.0)
    try:
        connection.executemany(
            "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (branch, r.seq, r.sender, r.id, r.type, r.at, r.received_at, r.implied, r.v, r.ticket, r.body)
                for r in records
            ],
        )
    except sqlite3.IntegrityError as error:
        raise _conflict(error) from error


def _conflict(error: sqlite3.IntegrityError) -> Exception:
    """Tell which of the two unique indexes it was; anything else is a fault of the caller."""
    if error.sqlite_errorcode != sqlite3.SQLITE_CONSTRAINT_UNIQUE:
        return error
    if "events.sender" in str(error):
        return Conflict("event", "an event of that sender and id is stored already")
    return Conflict("ticket", "that ticket was issued already")


def _save_snapshot(
    connection: sqlite3.Connection, *, branch: str, seq: int, version: str, checksum: bytes, packed: bytes
) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO snapshots (branch, version, seq, checksum, data) VALUES (?, ?, ?, ?, ?)",
        (branch, version, seq, checksum, packed),
    )
    connection.execute(
        "DELETE FROM snapshots WHERE branch = ?1 AND rowid NOT IN ("
        "SELECT rowid FROM snapshots WHERE branch = ?1 AND version = ?2 ORDER BY seq DESC LIMIT ?3)",
        (branch, version, SNAPSHOTS_KEPT),
    )


def _checksum(branch: str, seq: int, version: str, packed: bytes) -> bytes:
    digest = hashlib.sha256(f"{branch} {seq} {version}\n".encode())
    digest.update(packed)
    return digest.digest()


def _add_history(connection: sqlite3.Connection, *, branch: str, rows: Sequence[PastTicket]) -> int:
    values = ", ".join("?" * (1 + len(PastTicket._fields)))
    cursor = connection.executemany(
        f"INSERT INTO history (branch, {_PAST}) VALUES ({values}) ON CONFLICT DO NOTHING",  # noqa: S608
        [(branch, *row) for row in rows],
    )
    return cursor.rowcount
