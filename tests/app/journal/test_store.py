"""What is SQLite's own: locks, damage, the write-ahead log, reading from beside."""

import hashlib
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.journal import Conflict, Damaged, Journal, PastTicket, ReadOnly, Record, Unavailable, store

Make = Callable[..., Record]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "j.db"


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        assert connection.execute(statement).rowcount == 1


def test_a_locked_file(path: Path, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "BUSY_TIMEOUT_S", 0.05)
    with Journal.open(path) as journal, closing(sqlite3.connect(path, isolation_level=None)) as other:
        epoch = journal.epoch("one")
        other.execute("BEGIN EXCLUSIVE")
        futures = [journal.append("one", epoch, seq, [make(seq + 1)]) for seq in range(3)]
        errors = [future.exception() for future in futures]
        assert all(isinstance(error, Unavailable) for error in errors)
        assert isinstance(errors[0], Unavailable)
        assert "locked by another program" in errors[0].reason
        assert errors[0].retry_after_s > 0
        assert journal.last_seq("one") == 0
        other.execute("ROLLBACK")
        journal.append("one", epoch, 0, [make(1)]).result()
        assert list(journal.read("one")) == [make(1)]


def test_a_full_database(path: Path, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = store._connect

    def narrow(path: Path, mode: str) -> sqlite3.Connection:
        connection = connect(path, mode)
        connection.execute("PRAGMA max_page_count = 30")
        return connection

    Journal.open(path).close()
    monkeypatch.setattr(store, "_connect", narrow)
    with Journal.open(path) as journal:
        epoch = journal.epoch("one")
        acknowledged = 0
        while (
            error := journal.append("one", epoch, acknowledged, [make(acknowledged + 1)]).exception()
        ) is None:
            acknowledged += 1
        assert isinstance(error, Unavailable)
        assert "full" in error.reason
        assert acknowledged > 50
        assert list(journal.read("one")) == [make(seq + 1) for seq in range(acknowledged)]
        monkeypatch.setattr(store, "_connect", connect)
    with Journal.open(path) as journal:
        journal.append("one", epoch, acknowledged, [make(acknowledged + 1)]).result()


def test_reading_while_another_process_would_write(path: Path, make: Make) -> None:
    with Journal.open(path) as journal:
        epoch = journal.epoch("one")
        journal.append("one", epoch, 0, [make(1)]).result()
        with Journal.open(path, read_only=True) as reader:
            assert reader.epoch("one") == epoch
            assert list(reader.read("one")) == [make(1)]
            journal.append("one", epoch, 1, [make(2)]).result()
            assert reader.last_seq("one") == 2
    with Journal.open(path, read_only=True) as reader:
        assert reader.last_seq("one") == 2


def test_a_reader_does_not_write(path: Path, make: Make) -> None:
    Journal.open(path).close()
    with Journal.open(path, read_only=True) as reader:
        for write in (
            lambda: reader.append("one", "", 0, [make(1)]),
            lambda: reader.new_epoch("one"),
            lambda: reader.epoch("unheard-of"),
            lambda: reader.save_snapshot("one", 0, "v", b""),
            lambda: reader.add_history("one", []),
        ):
            with pytest.raises(ReadOnly, match=str(path)):
                write()


def test_the_log_stays_small_under_a_slow_reader(path: Path, make: Make) -> None:
    with Journal.open(path) as journal:
        epoch = journal.epoch("one")
        journal.append("one", epoch, 0, [make(seq) for seq in range(1, 2_001)]).result()
        reading = journal.read("one")
        next(reading)
        body = "x" * 2_000
        largest = 0
        for seq in range(2_000, 12_000, 100):
            records = [
                Record(n, "local", f"e{n}", "t", 1.0, 1.0, False, 1, None, body)
                for n in range(seq + 1, seq + 101)
            ]
            journal.append("one", epoch, seq, records).result()
            largest = max(largest, path.with_name("j.db-wal").stat().st_size)
        assert largest <= store.LOG_BYTES
        assert sum(1 for _ in reading) == 1_999
    assert not path.with_name("j.db-wal").exists()
    assert path.stat().st_size > 20_000_000


def test_a_missing_event_is_noticed(path: Path, make: Make) -> None:
    with Journal.open(path) as journal:
        journal.append("one", journal.epoch("one"), 0, [make(seq) for seq in range(1, 11)]).result()
        change(path, "DELETE FROM events WHERE seq = 5")
        with pytest.raises(Damaged, match="one"):
            list(journal.read("one"))
        assert [record.seq for record in journal.read("one", 5)] == [6, 7, 8, 9, 10]


def test_a_file_that_rots_is_noticed(path: Path, make: Make) -> None:
    with Journal.open(path) as journal:
        journal.append("one", journal.epoch("one"), 0, [make(seq) for seq in range(1, 2_001)]).result()
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(Unavailable, match="damaged"), Journal.open(path) as journal:
        list(journal.read("one"))


@pytest.mark.parametrize(
    "damage",
    ["data = x'00'", "checksum = x'00'", "seq = 8", "data = zeroblob(10)"],
)
def test_a_damaged_snapshot_is_passed_over(path: Path, make: Make, damage: str) -> None:
    with Journal.open(path) as journal:
        journal.append("one", journal.epoch("one"), 0, [make(seq) for seq in range(1, 10)]).result()
        for seq in (3, 7):
            journal.save_snapshot("one", seq, "v1", b"state at %d" % seq).result()
        assert journal.load_snapshot("one", "v1") == (7, b"state at 7")
        change(path, f"UPDATE snapshots SET {damage} WHERE seq = 7")  # noqa: S608
        assert journal.load_snapshot("one", "v1") == (3, b"state at 3")


def test_a_snapshot_that_was_not_packed_is_passed_over(path: Path, make: Make) -> None:
    with Journal.open(path) as journal:
        journal.append("one", journal.epoch("one"), 0, [make(1)]).result()
        bare = b"an older program's"
        checksum = hashlib.sha256(b"one 1 v1\n" + bare).hexdigest()
        values = f"'one', 'v1', 1, x'{checksum}', x'{bare.hex()}'"
        change(path, f"INSERT INTO snapshots (branch, version, seq, checksum, data) VALUES ({values})")  # noqa: S608
        assert journal.load_snapshot("one", "v1") is None
        journal.save_snapshot("one", 1, "v1", b"state " * 10_000).result()
        assert journal.load_snapshot("one", "v1") == (1, b"state " * 10_000)
        with closing(sqlite3.connect(path)) as connection:
            ((size,),) = connection.execute("SELECT length(data) FROM snapshots")
        assert size < 1_000


def test_two_snapshots_of_one_version_are_kept(path: Path) -> None:
    with Journal.open(path) as journal:
        journal.save_snapshot("other", 1, "v0", b"").result()
        for version, seq in (("v0", 1), ("v0", 2), ("v1", 3), ("v1", 4), ("v1", 5)):
            journal.save_snapshot("one", seq, version, b"").result()
    with closing(sqlite3.connect(path)) as connection:
        kept = connection.execute("SELECT branch, version, seq FROM snapshots ORDER BY 1, 2, 3").fetchall()
    assert kept == [("one", "v1", 4), ("one", "v1", 5), ("other", "v0", 1)]


def test_a_fault_of_the_caller_is_no_conflict(path: Path, make: Make) -> None:
    with Journal.open(path) as journal:
        epoch = journal.epoch("one")
        nameless = Record(1, "local", None, "t", 1.0, 1.0, False, 1, None, "")  # type: ignore[arg-type]
        error = journal.append("one", epoch, 0, [nameless]).exception()
        assert isinstance(error, sqlite3.IntegrityError)
        assert not isinstance(error, Conflict)
        journal.append("one", epoch, 0, [make(1)]).result()


def test_an_import_lets_events_pass(path: Path, make: Make) -> None:
    rows = [
        PastTicket(f"t{n}", "a", None, None, None, float(n), None, None, None, None, None, "served")
        for n in range(20_000)
    ]
    with Journal.open(path) as journal:
        epoch = journal.epoch("one")
        finished: list[str] = []
        both_are_queued = threading.Event()
        journal._writing().submit(lambda _: both_are_queued.wait())
        importing = journal.add_history("one", rows)
        importing.add_done_callback(lambda _: finished.append("import"))
        event = journal.append("one", epoch, 0, [make(1)])
        event.add_done_callback(lambda _: finished.append("event"))
        both_are_queued.set()
        assert importing.result() == 20_000
        assert event.result() is None
    assert finished == ["event", "import"]


def test_names_are_found_whoever_stored_them_and_no_others(
    tmp_path: Path, make: Callable[..., Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.journal.names.FIRST_REST_S", 0.0)
    with Journal.open(tmp_path / "journal.db") as journal:
        old = make(1, kind="ticket.issued", ticket="old")
        journal.append("one", journal.epoch("one"), 0, [old]).result()
    with Journal.open(tmp_path / "journal.db") as journal:
        assert journal._names is not None
        journal._names._thread.join()
        new = make(2, kind="ticket.issued", ticket="new")
        assert journal.find("one", "local", "event-2") is None
        journal.append("one", journal.epoch("one"), 1, [new]).result()
        found = [journal.find("one", "local", f"event-{seq}") for seq in (1, 2, 3)]
        assert found == [old, new, None]
        known = [journal.ticket_known("one", ticket) for ticket in ("old", "new", "other")]
        assert known == [True, True, False]
        assert journal.find("two", "local", "event-1") is None
