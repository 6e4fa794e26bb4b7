import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.journal import Unavailable, names
from app.journal.names import Names

Page = list[tuple[str, ...]]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "FIRST_REST_S", 0.0)
    monkeypatch.setattr(names, "REST_S", 0.0)


def filled(pages: list[Page], expected: int = 0) -> Names:
    made = Names(expected, lambda: pages)
    made._thread.join()
    return made


@given(st.lists(st.tuples(st.text(), st.text())), st.tuples(st.text(), st.text()))
def test_what_was_added_may_be_there(stored: list[tuple[str, ...]], later: tuple[str, str]) -> None:
    made = filled([stored, stored[:1]])
    made.add([later])
    assert all(made.may_hold(name) for name in [*stored, later])


def test_nearly_everything_else_is_certainly_not() -> None:
    expected = 1 << 20
    made = filled([[("b", f"e{n}") for n in range(expected)]], expected)
    assert sum(made.may_hold(("b", f"x{n}")) for n in range(10_000)) < 100


def test_until_it_is_filled_every_name_may_be_there() -> None:
    go_on = threading.Event()

    def pages() -> Iterator[Page]:
        go_on.wait()
        yield [("b", "e1")]

    made = Names(0, pages)
    made.add([("b", "e2")])
    assert made.may_hold(("b", "other"))
    go_on.set()
    made._thread.join()
    assert [made.may_hold(("b", name)) for name in ("e1", "e2", "other")] == [True, True, False]


def test_where_pages_cannot_be_read_every_name_may_be_there() -> None:
    def pages() -> Iterator[Page]:
        yield [("b", "e1")]
        raise Unavailable("the disk does not answer", 1.0)

    made = Names(0, pages)
    made._thread.join()
    assert made.may_hold(("b", "other"))


def test_closing_does_not_wait_for_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "FIRST_REST_S", 3_600.0)
    made = Names(0, list)
    made.close()
    made.close()
    assert made.may_hold(("b", "other"))
