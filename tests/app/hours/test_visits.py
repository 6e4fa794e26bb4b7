from __future__ import annotations

import numpy as np
import orjson
import pytest

from app.hours import visits as module
from app.hours.visits import Visits
from app.journal import PastTicket, Record


class Book:
    """Records in order."""

    def __init__(self) -> None:
        self.visits = Visits()
        self.seq = 0

    def add(self, at: float, kind: str, *, implied: bool = False, **fields: object) -> int:
        self.seq += 1
        issued = kind == "ticket.issued" and not implied
        ticket = str(fields["ticket"]) if issued else None
        body = orjson.dumps(fields).decode()
        self.visits.add(Record(self.seq, "local", f"e{self.seq}", kind, at, at, implied, 1, ticket, body))
        return self.seq

    def found(self) -> list[tuple[float, float, float]]:
        return list(zip(*(column.tolist() for column in self.visits.columns()), strict=True))


@pytest.fixture
def book() -> Book:
    return Book()


def test_a_call_ends_the_wait_and_so_does_leaving(book: Book) -> None:
    for number in (1, 2, 3):
        book.add(10.0 * number, "ticket.issued", ticket=f"t{number}", number="A", business="a")
    book.add(100.0, "ticket.called", ticket="t1", window="1")
    book.add(130.0, "ticket.abandoned", ticket="t2", reason="left")
    book.add(140.0, "ticket.recalled", ticket="t1", window="1")
    book.add(150.0, "ticket.called", ticket="t1", window="1")
    assert book.found() == [(10.0, 90.0, 0.0), (20.0, 110.0, 1.0)]


def test_what_nobody_saw_tells_nothing(book: Book) -> None:
    book.add(0.0, "ticket.issued", implied=True, ticket="t1", number="A", business="a")
    book.add(5.0, "ticket.called", ticket="t1", window="1")
    book.add(10.0, "ticket.issued", ticket="t2", number="A", business="a")
    book.add(99.0, "ticket.called", implied=True, ticket="t2", window="1")
    book.add(100.0, "ticket.issued", ticket="t3", number="A", business="a")
    book.add(999.0, "ticket.abandoned", ticket="t3", reason="day_end")
    book.add(1000.0, "ticket.called", ticket="t3", window="1")
    assert book.found() == []


def test_a_wrong_press_was_never_there(book: Book) -> None:
    wrong = book.add(0.0, "ticket.issued", ticket="t1", number="A", business="a")
    book.add(1.0, "event.corrected", corrects=wrong, reason="undo")
    book.add(2.0, "ticket.called", ticket="t1", window="1")
    book.add(3.0, "ticket.issued", ticket="t2", number="A", business="a")
    call = book.add(10.0, "ticket.called", ticket="t2", window="1")
    book.add(11.0, "event.corrected", corrects=call, reason="undo")
    assert book.found() == []
    book.add(63.0, "ticket.called", ticket="t2", window="2")
    book.add(64.0, "event.corrected", corrects=1, reason="undo")
    assert book.found() == [(3.0, 60.0, 0.0)]


def test_memory_is_bounded(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CORRECTABLE", 3)
    for number in range(10):
        book.add(100.0 * number, "ticket.issued", ticket=f"t{number}", number="A", business="a")
        book.add(100.0 * number + 5, "ticket.called", ticket=f"t{number}", window="1")
    book.add(2000.0, "ticket.issued", ticket="waits", number="A", business="a")
    assert [visit[0] for visit in book.found()] == [100.0 * number for number in range(10)]
    assert len(book.visits._ended) == len(book.visits._issued) == 3
    book.visits.forget(500.0)
    assert [visit[0] for visit in book.found()] == [500.0, 600.0, 700.0, 800.0, 900.0]


def test_imported_tickets_count_as_far_as_they_tell() -> None:
    def past(**more: object) -> PastTicket:
        plain = dict.fromkeys(PastTicket._fields) | {"ticket": "t", "business": "a", "outcome": "served"}
        return PastTicket(**(plain | {"issued_at": 100.0} | more))  # type: ignore[arg-type]

    visits = Visits()
    visits.add_past(
        [
            past(called_at=160.0, started_at=170.0),
            past(started_at=170.0),
            past(left_at=400.0, outcome="abandoned"),
            past(called_at=150.0, left_at=200.0, outcome="no_show"),
            past(finished_at=500.0),
            past(called_at=99.0),
        ]
    )
    _, waited_s, left = visits.columns()
    np.testing.assert_array_equal(waited_s, [60.0, 70.0, 300.0, 50.0])
    np.testing.assert_array_equal(left, [0.0, 0.0, 1.0, 0.0])


def test_nothing_gives_nothing() -> None:
    assert [column.size for column in Visits().columns()] == [0, 0, 0]
