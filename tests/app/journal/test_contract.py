"""What every store promises, whatever it is made of."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from app.journal import Conflict, Journal, PastTicket, Record, Unavailable

Make = Callable[..., Record]


def fill(journal: Journal, make: Make, branch: str, count: int) -> list[Record]:
    records = [make(seq) for seq in range(1, count + 1)]
    journal.append(branch, journal.epoch(branch), 0, records).result()
    return records


def past(number: int, **known: Any) -> PastTicket:  # noqa: ANN401 - any column
    row = PastTicket(f"t{number}", "cash", None, None, None, number, None, None, None, None, None, "served")
    return row._replace(**known)


class TestEvents:
    def test_an_empty_branch_has_nothing(self, journal: Journal) -> None:
        assert journal.last_seq("one") == 0
        assert list(journal.read("one")) == []
        assert journal.find("one", "local", "event-1") is None
        assert not journal.ticket_known("one", "t1")
        assert journal.branches() == []

    def test_what_is_appended_is_read_back_the_same(self, journal: Journal, make: Make) -> None:
        records = fill(journal, make, "one", 7)
        assert list(journal.read("one")) == records
        assert journal.last_seq("one") == 7
        assert journal.find("one", "local", "event-3") == records[2]
        assert all(type(record.implied) is bool for record in journal.read("one"))

    @pytest.mark.parametrize(
        ("after", "upto", "seqs"), [(0, 3, [1, 2, 3]), (3, None, [4, 5]), (5, None, []), (4, 9, [5])]
    )
    def test_a_part_is_read(
        self, journal: Journal, make: Make, after: int, upto: int | None, seqs: list[int]
    ) -> None:
        fill(journal, make, "one", 5)
        assert [record.seq for record in journal.read("one", after, upto)] == seqs

    def test_reading_crosses_pages(self, journal: Journal, make: Make) -> None:
        records = fill(journal, make, "one", 2_001)
        assert list(journal.read("one")) == records
        assert list(journal.read("one", 1_000, 2_000)) == records[1_000:2_000]

    def test_a_reader_ends_at_what_was_last_when_it_began(self, journal: Journal, make: Make) -> None:
        fill(journal, make, "one", 3)
        reading = journal.read("one")
        assert next(reading).seq == 1
        journal.append("one", journal.epoch("one"), 3, [make(4)]).result()
        assert [record.seq for record in reading] == [2, 3]

    def test_branches_do_not_touch_each_other(self, journal: Journal, make: Make) -> None:
        one, two = fill(journal, make, "one", 3), fill(journal, make, "two", 2)
        assert list(journal.read("one")) == one
        assert list(journal.read("two")) == two
        assert journal.branches() == ["one", "two"]

    def test_all_or_nothing(self, journal: Journal, make: Make) -> None:
        fill(journal, make, "one", 2)
        failed = journal.append("one", journal.epoch("one"), 2, [make(3), make(4, "event-1"), make(5)])
        assert isinstance(failed.exception(), Conflict)
        assert journal.last_seq("one") == 2
        assert journal.find("one", "local", "event-3") is None

    def test_nothing_may_be_appended(self, journal: Journal) -> None:
        assert journal.append("one", journal.epoch("one"), 0, []).result() is None
        assert journal.last_seq("one") == 0

    def test_seqs_must_be_dense(self, journal: Journal, make: Make) -> None:
        with pytest.raises(ValueError, match="dense"):
            journal.append("one", journal.epoch("one"), 0, [make(1), make(3)])

    def test_what_was_written_is_there_after_reopening(
        self, open_store: Callable[[], Journal], make: Make
    ) -> None:
        with open_store() as journal:
            records, epoch = fill(journal, make, "one", 5), journal.epoch("one")
        with open_store() as journal:
            assert list(journal.read("one")) == records
            assert journal.epoch("one") == epoch


class TestConflicts:
    def outcome(self, future: Future[None]) -> str:
        error = future.exception()
        assert isinstance(error, Conflict)
        return error.over

    def test_a_seq_that_has_moved_on(self, journal: Journal, make: Make) -> None:
        fill(journal, make, "one", 2)
        assert self.outcome(journal.append("one", journal.epoch("one"), 1, [make(2, "new")])) == "seq"
        assert journal.append("one", journal.epoch("one"), 2, [make(3)]).exception() is None

    def test_a_known_event(self, journal: Journal, make: Make) -> None:
        fill(journal, make, "one", 2)
        assert self.outcome(journal.append("one", journal.epoch("one"), 2, [make(3, "event-1")])) == "event"
        fill(journal, make, "two", 2)  # the same ids in another branch are others

    def test_a_known_ticket(self, journal: Journal, make: Make) -> None:
        epoch = journal.epoch("one")
        journal.append("one", epoch, 0, [make(1, kind="ticket.issued", ticket="a")]).result()
        journal.append("one", epoch, 1, [make(2, kind="ticket.called", ticket="a")]).result()
        again = make(3, kind="ticket.issued", ticket="a")
        assert self.outcome(journal.append("one", epoch, 2, [again])) == "ticket"
        assert journal.ticket_known("one", "a")
        assert not journal.ticket_known("one", "b")
        assert not journal.ticket_known("two", "a")

    def test_another_epoch(self, journal: Journal, make: Make) -> None:
        former = journal.epoch("one")
        later = journal.new_epoch("one")
        assert journal.epoch("one") == later != former
        assert self.outcome(journal.append("one", former, 0, [make(1)])) == "epoch"
        assert self.outcome(journal.append("unheard-of", former, 0, [make(1)])) == "epoch"
        journal.append("one", later, 0, [make(1)]).result()

    def test_epochs_differ_between_branches(self, journal: Journal) -> None:
        assert len({journal.epoch("one"), journal.epoch("two"), journal.epoch("one")}) == 2

    def test_what_was_decided_on_a_failed_write_is_no_conflict(self, journal: Journal, make: Make) -> None:
        fill(journal, make, "one", 1)
        epoch = journal.epoch("one")
        first = journal.append("one", epoch, 1, [make(2, "event-1")])
        second = journal.append("one", epoch, 2, [make(3)])
        third = journal.append("one", epoch, 3, [make(4)])
        assert self.outcome(first) == "event"
        assert isinstance(second.exception(), Unavailable)
        assert isinstance(third.exception(), Unavailable)
        too_late = journal.append("one", epoch, 4, [make(5)])
        assert isinstance(too_late.exception(), Unavailable)
        assert [record.id for record in journal.read("one")] == ["event-1"]
        journal.append("one", epoch, 1, [make(2)]).result()

    def test_one_that_does_not_fit_leaves_others_alone(self, journal: Journal, make: Make) -> None:
        fill(journal, make, "one", 1)
        epochs = {branch: journal.epoch(branch) for branch in ("one", "two")}
        futures = [
            journal.append("two", epochs["two"], 0, [make(1)]),
            journal.append("one", epochs["one"], 1, [make(2), make(3, "event-1")]),
            journal.append("two", epochs["two"], 1, [make(2)]),
        ]
        assert [future.exception() is None for future in futures] == [True, False, True]
        assert (journal.last_seq("one"), journal.last_seq("two")) == (1, 2)


class TestThreads:
    def test_many_writers_and_readers_at_once(self, journal: Journal, make: Make) -> None:
        def work(branch: str) -> list[Record]:
            epoch = journal.epoch(branch)
            for seq in range(60):
                journal.append(branch, epoch, seq, [make(seq + 1)]).result()
                assert journal.last_seq(branch) == seq + 1  # what was answered is seen
                assert [r.seq for r in journal.read(branch)] == list(range(1, seq + 2))
            return list(journal.read(branch))

        with ThreadPoolExecutor(8) as threads:
            results = list(threads.map(work, [f"branch-{n}" for n in range(8)]))
        assert results == [[make(seq) for seq in range(1, 61)]] * 8

    def test_a_caller_that_gives_up_changes_nothing(self, journal: Journal, make: Make) -> None:
        async def give_up() -> Future[None]:
            future = journal.append("one", journal.epoch("one"), 0, [make(1)])
            waiting = asyncio.ensure_future(asyncio.wrap_future(future))
            await asyncio.sleep(0)
            waiting.cancel()
            return future

        assert asyncio.run(give_up()).result() is None
        assert journal.last_seq("one") == 1


class TestSnapshots:
    def test_the_newest_of_a_version(self, journal: Journal, make: Make) -> None:
        fill(journal, make, "one", 9)
        assert journal.load_snapshot("one", "v1") is None
        for seq in (3, 5, 9):
            journal.save_snapshot("one", seq, "v1", b"%d" % seq).result()
        assert journal.load_snapshot("one", "v1") == (9, b"9")
        assert journal.load_snapshot("one", "v2") is None
        assert journal.load_snapshot("two", "v1") is None

    def test_again_at_the_same_seq(self, journal: Journal, make: Make) -> None:
        fill(journal, make, "one", 9)
        for data in (b"former", b"later"):
            journal.save_snapshot("one", 9, "v1", data).result()
        assert journal.load_snapshot("one", "v1") == (9, b"later")

    def test_one_ahead_of_the_events_is_passed_over(self, journal: Journal, make: Make) -> None:
        fill(journal, make, "one", 4)
        for seq in (4, 5):
            journal.save_snapshot("one", seq, "v1", b"%d" % seq).result()
        assert journal.load_snapshot("one", "v1") == (4, b"4")


class TestHistory:
    def test_in_the_order_of_issue(self, journal: Journal) -> None:
        rows = [past(number) for number in (3, 1, 2)]
        rows[0] = past(3, business="loan", priority="high", window="1", called_at=4.125, outcome="no_show")
        assert journal.add_history("one", rows).result() == 3
        assert list(journal.history("one")) == sorted(rows, key=lambda row: row.issued_at)
        assert list(journal.history("two")) == []

    def test_again_adds_nothing(self, journal: Journal) -> None:
        rows = [past(number) for number in range(10)]
        assert journal.add_history("one", rows[:6]).result() == 6
        assert journal.add_history("one", [past(0, business="other"), *rows[1:]]).result() == 4
        assert list(journal.history("one")) == rows
        assert journal.add_history("two", rows).result() == 10

    def test_many_pages_of_equal_times(self, journal: Journal) -> None:
        rows = sorted(past(number, issued_at=float(number // 1_500)) for number in range(3_001))
        assert journal.add_history("one", rows).result() == 3_001
        assert list(journal.history("one")) == sorted(rows, key=lambda row: (row.issued_at, row.ticket))

    def test_nothing(self, journal: Journal) -> None:
        assert journal.add_history("one", []).result() == 0


class TestClosing:
    def test_what_is_queued_is_written(self, open_store: Callable[[], Journal], make: Make) -> None:
        journal = open_store()
        epoch = journal.epoch("one")
        futures = [journal.append("one", epoch, seq, [make(seq + 1)]) for seq in range(500)]
        journal.close()
        assert all(future.done() and future.exception() is None for future in futures)
        with open_store() as again:
            assert again.last_seq("one") == 500

    def test_a_closed_journal_says_so(self, open_store: Callable[[], Journal], make: Make) -> None:
        journal = open_store()
        epoch = journal.epoch("one")
        journal.close()
        journal.close()
        assert isinstance(journal.append("one", epoch, 0, [make(1)]).exception(), Unavailable)
        assert isinstance(journal.add_history("one", [past(1)]).exception(), Unavailable)
        with pytest.raises(Unavailable, match="closed"):
            journal.last_seq("one")
