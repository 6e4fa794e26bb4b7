"""Group commit, savepoints, what falls with what, the bounded queue."""

import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.journal import Conflict, Journal, Record, Unavailable
from app.journal.writer import GroupWriter


class Store:
    """A table of numbers, its writer, and the statements that the writer ran."""

    def __init__(self, path: Path, **bounds: int) -> None:
        self.path = path
        self.statements: list[str] = []
        self.connections = 0
        with self.look() as connection:
            connection.execute("CREATE TABLE numbers (n INTEGER PRIMARY KEY) STRICT")
        self.writer = GroupWriter(self.connect, **bounds)

    def connect(self) -> sqlite3.Connection:
        self.connections += 1
        connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        connection.set_trace_callback(self.statements.append)
        return connection

    @contextmanager
    def look(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.path, isolation_level=None)
        try:
            yield connection
        finally:
            connection.close()

    def numbers(self) -> list[int]:
        with self.look() as connection:
            return [n for (n,) in connection.execute("SELECT n FROM numbers ORDER BY n")]

    def hold(self) -> Callable[[], None]:
        """Keep the writer busy until the answer is called."""
        begun, go_on = threading.Event(), threading.Event()

        def work(_: sqlite3.Connection) -> None:
            begun.set()
            go_on.wait()

        self.writer.submit(work)
        begun.wait()
        return go_on.set

    def insert(self, *numbers: int, **chain: tuple[str, int]) -> Future[int]:
        def work(connection: sqlite3.Connection) -> int:
            for n in numbers:
                connection.execute("INSERT INTO numbers VALUES (?)", (n,))
            return sum(numbers)

        return self.writer.submit(work, rows=len(numbers), **chain)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "numbers.db", queue_rows=100, group_rows=80)
    yield store
    store.writer.close()


def test_all_that_waited_is_committed_together(store: Store) -> None:
    release = store.hold()
    futures = [store.insert(n) for n in range(64)]
    assert not any(future.done() for future in futures)
    release()
    assert [future.result() for future in futures] == list(range(64))
    assert store.statements.count("COMMIT") == 2  # the one that held it, and one for 64


def test_nothing_is_answered_before_its_commit(store: Store) -> None:
    seen: list[bool] = []
    release = store.hold()
    future = store.insert(1)
    future.add_done_callback(lambda _: seen.append(store.numbers() == [1]))
    release()
    store.writer.close()
    assert seen == [True]


def test_a_group_is_bounded(store: Store) -> None:
    release = store.hold()
    futures = [store.insert(*range(n, n + 30)) for n in (0, 30, 60)]
    release()
    wait(futures)
    assert store.statements.count("COMMIT") == 3  # 80 rows at most: 60, then 30


def test_one_request_may_be_larger_than_a_group(store: Store) -> None:
    assert store.insert(*range(300)).result() == sum(range(300))


def test_a_bad_request_leaves_its_group_alone(store: Store) -> None:
    release = store.hold()
    futures = [store.insert(1), store.insert(2, 3, 1), store.insert(4)]
    release()
    assert [type(future.exception()) for future in futures] == [
        type(None),
        sqlite3.IntegrityError,
        type(None),
    ]
    assert store.numbers() == [1, 4]
    assert store.connections == 1


def test_a_fault_of_the_caller_reaches_the_caller(store: Store) -> None:
    def fault(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO numbers VALUES (7)")
        raise ZeroDivisionError

    assert isinstance(store.writer.submit(fault).exception(), ZeroDivisionError)
    assert store.insert(1).result() == 1
    assert store.numbers() == [1]


def test_a_failed_commit_takes_its_group_and_what_was_built_on_it(store: Store) -> None:
    def break_down(connection: sqlite3.Connection) -> None:
        connection.execute(
            "PRAGMA query_only = ON"
        )  # the next write of this group meets a read-only database

    release = store.hold()
    first = store.insert(1, makes=("b", 1))
    store.writer.submit(break_down)
    second = store.insert(*range(2, 80), builds_on=("b", 1), makes=("b", 2))  # fills the group
    third = store.insert(80, builds_on=("b", 2), makes=("b", 3))
    another = store.insert(81)
    release()
    errors = [future.exception() for future in (first, second, third)]
    assert all(isinstance(error, Unavailable) for error in errors)
    assert "read-only" in str(errors[0])
    assert "decided on" in str(errors[2])
    assert another.result() == 81
    assert store.numbers() == [81]
    assert store.connections == 2


def test_a_repeated_attempt_is_not_taken_for_what_fell(store: Store) -> None:
    store.insert(0).result()
    release = store.hold()
    fallen = [
        store.insert(0, builds_on=("b", 0), makes=("b", 1)),
        store.insert(1, builds_on=("b", 1), makes=("b", 2)),
    ]
    again = [
        store.insert(2, builds_on=("b", 0), makes=("b", 1)),
        store.insert(3, builds_on=("b", 1), makes=("b", 2)),
        store.insert(4, builds_on=("b", 2), makes=("b", 3)),
    ]
    release()
    assert all(future.exception() is not None for future in fallen)
    assert [future.result() for future in again] == [2, 3, 4]


def test_a_full_queue_refuses(store: Store) -> None:
    release = store.hold()
    accepted = store.insert(*range(100))
    refused = store.insert(100).exception(timeout=0)
    assert isinstance(refused, Unavailable)
    assert refused.retry_after_s > 0
    release()
    assert accepted.result() == sum(range(100))
    assert store.insert(100).result() == 100


def test_nothing_can_be_cancelled(store: Store) -> None:
    release = store.hold()
    future = store.insert(1)
    assert not future.cancel()
    release()
    assert future.result() == 1


def test_a_store_that_cannot_be_opened_is_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "numbers.db"
    writer = GroupWriter(lambda: sqlite3.connect(path, isolation_level=None, check_same_thread=False))
    error = writer.submit(lambda c: c.execute("CREATE TABLE t (n)")).exception()
    assert isinstance(error, Unavailable)
    path.parent.mkdir()
    assert writer.submit(lambda c: c.execute("CREATE TABLE t (n)").fetchall()).result() == []
    writer.close()


@dataclass(frozen=True)
class Attempt:
    branch: str
    size: int
    fault: str  # none, a known `event` or `ticket`, another `epoch`; `wait`: for all, and decide afresh


attempts = st.builds(
    Attempt,
    st.sampled_from(["one", "two"]),
    st.integers(1, 4),
    st.sampled_from(["", "", "", "", "event", "ticket", "epoch", "wait"]),
)


class Decider:
    """Decides ahead of the disk, as the service does, and foretells each outcome by a model in memory."""

    def __init__(self, journal: Journal, branch: str) -> None:
        self.journal = journal
        self.branch = branch
        self.epoch = journal.epoch(branch)
        self.stored: list[Record] = []
        self.ahead = 0
        self.fallen = False
        self.expected: list[tuple[Future[None], type[Exception] | None]] = []

    def attempt(self, attempt: Attempt) -> None:
        if attempt.fault == "wait":
            wait([future for future, _ in self.expected])
            self.ahead, self.fallen = len(self.stored), False
            return
        fault = "" if self.fallen or not self.stored else attempt.fault
        records = self.decide(attempt.size, fault)
        epoch = "another" if fault == "epoch" else self.epoch
        future = self.journal.append(self.branch, epoch, self.ahead, records)
        self.ahead += len(records)
        if self.fallen:
            self.expected.append((future, Unavailable))
        elif fault:
            self.fallen = True
            self.expected.append((future, Conflict))
        else:
            self.stored += records
            self.expected.append((future, None))

    def decide(self, size: int, fault: str) -> list[Record]:
        name = str(len(self.expected))
        first = Record(self.ahead + 1, "s", name, "ticket.issued", 1.0, 2.0, False, 1, f"t{name}", "{}")
        if fault == "event":
            first = replace(first, id=self.stored[0].id)
        if fault == "ticket":
            first = replace(first, ticket=self.stored[0].ticket)
        more = [
            replace(first, seq=self.ahead + n, id=f"{name}.{n}", type="window.ready", ticket=None)
            for n in range(2, size + 1)
        ]
        return [first, *more]


@pytest.fixture(scope="module")
def shared_journal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journal]:
    with Journal.open(tmp_path_factory.mktemp("journal") / "j.db") as journal:
        yield journal


@settings(max_examples=150)
@given(script=st.lists(attempts, max_size=40))
def test_stored_is_exactly_what_was_acknowledged(shared_journal: Journal, script: list[Attempt]) -> None:
    deciders = {branch: Decider(shared_journal, f"{branch}-{uuid.uuid4().hex}") for branch in ("one", "two")}
    for attempt in script:
        deciders[attempt.branch].attempt(attempt)
    for decider in deciders.values():
        for future, error in decider.expected:
            assert type(future.exception()) is (error or type(None))
        assert list(shared_journal.read(decider.branch)) == decider.stored
