import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.journal import Unavailable
from app.journal.readers import Readers


class Source:
    """Opens connections to a table with one row, and counts them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.opened: list[sqlite3.Connection] = []
        connection = self.connect()
        connection.executescript("CREATE TABLE t (n); INSERT INTO t VALUES (7)")
        self.opened.pop().close()

    def connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        self.opened.append(connection)
        return connection


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return Source(tmp_path / "t.db")


@pytest.fixture
def readers(source: Source) -> Iterator[Readers]:
    readers = Readers(source.connect)
    yield readers
    readers.close()


def test_one_thread_needs_one_connection(source: Source, readers: Readers) -> None:
    for _ in range(10):
        assert readers.rows("SELECT n FROM t WHERE n = ?", (7,)) == [(7,)]
    assert len(source.opened) == 1


def test_threads_need_no_more_than_they_are(source: Source, readers: Readers) -> None:
    results: list[object] = []

    def read() -> None:
        results.extend(readers.rows("SELECT n FROM t")[0][0] for _ in range(50))

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [7] * 200
    assert len(source.opened) <= 4


def test_what_fails_is_said_plainly_and_the_next_works(readers: Readers) -> None:
    with pytest.raises(Unavailable, match="storage failed"):
        readers.rows("SELECT nothing FROM nowhere")
    assert readers.rows("SELECT n FROM t") == [(7,)]


def test_closed(source: Source, readers: Readers) -> None:
    readers.rows("SELECT n FROM t")
    readers.close()
    readers.close()
    with pytest.raises(Unavailable, match="closed"):
        readers.rows("SELECT n FROM t")
    with pytest.raises(sqlite3.ProgrammingError):
        source.opened[0].execute("SELECT 1")


def test_a_connection_lent_while_closing_is_closed_on_its_return(source: Source, readers: Readers) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def wait() -> int:
        begun.set()
        go_on.wait()
        return 1

    connection = source.connect()
    connection.create_function("wait", 0, wait)
    readers._give_back(connection)
    results: list[object] = []
    thread = threading.Thread(target=lambda: results.extend(readers.rows("SELECT wait()")))
    thread.start()
    begun.wait()
    readers.close()
    go_on.set()
    thread.join()
    assert results == [(1,)]
    with pytest.raises(sqlite3.ProgrammingError):
        connection.execute("SELECT 1")
