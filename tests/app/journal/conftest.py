"""Journals to test, and events to put into them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.journal import Journal, Record

# Every store that there is; the contract suite runs on each.
STORES: dict[str, Callable[[Path], Journal]] = {
    "sqlite": lambda directory: Journal.open(directory / "journal.db")
}


def event(seq: int, name: str | None = None, kind: str = "window.ready", ticket: str | None = None) -> Record:
    at = 1_790_000_000.125 + seq
    body = f'{{"n":{seq},"words":"收尾"}}'
    return Record(seq, "local", name or f"event-{seq}", kind, at, at + 0.25, seq % 3 == 0, 1, ticket, body)


@pytest.fixture
def make() -> Callable[..., Record]:
    return event


@pytest.fixture(params=STORES)
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Journal]:
    """Open the same store anew each time it is called."""
    return lambda: STORES[request.param](tmp_path)


@pytest.fixture
def journal(open_store: Callable[[], Journal]) -> Iterator[Journal]:
    with open_store() as journal:
        yield journal
