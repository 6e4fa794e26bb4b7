"""Events on their way: gathered during a commit, answered together, and lost together."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from concurrent.futures import Future

import pytest

from app.branch.events import Event, TicketIssued
from app.outbox import Outbox

pytestmark = pytest.mark.anyio


class Disk:
    """A journal whose commits end when the test says so; keeps what it was handed and what was settled."""

    def __init__(self, queue_rows: int = 100) -> None:
        self.batches: list[list[str]] = []
        self.commits: list[Future[None]] = []
        self.folded: list[str] = []
        self.lost: list[BaseException] = []
        self.outbox = Outbox(self._append, self._written, self._lost, queue_rows)

    def _append(self, events: Sequence[Event]) -> Future[None]:
        self.batches.append([event.id for event in events])
        self.commits.append(Future())
        return self.commits[-1]

    def _written(self, events: Iterable[Event]) -> None:
        self.folded.extend(event.id for event in events)

    def _lost(self, error: BaseException) -> BaseException:
        self.lost.append(error)
        return ValueError("refused")


def event(name: str) -> Event:
    return Event(name, "local", 0.0, TicketIssued(name, name, "personal"))


async def turn() -> None:
    """Let the loop do all it can without the disk."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_what_comes_during_a_commit_is_the_next_batch() -> None:
    disk = Disk()
    flights = [disk.outbox.put([event("a")]), disk.outbox.put([event("b"), event("c")])]
    await turn()
    flights += [disk.outbox.put([event("d")]), disk.outbox.put([event("e")])]
    await turn()
    assert disk.batches == [["a", "b", "c"]]
    disk.commits[0].set_result(None)
    await asyncio.gather(*flights[:2])
    assert disk.batches == [["a", "b", "c"], ["d", "e"]]
    assert disk.folded == ["a", "b", "c"]
    assert not flights[2].done()
    disk.commits[1].set_result(None)
    await disk.outbox.empty()
    assert disk.folded == ["a", "b", "c", "d", "e"]


async def test_an_event_is_known_until_it_has_arrived() -> None:
    disk = Disk(queue_rows=2)
    sent = [event("a"), event("b")]
    flight = disk.outbox.put(sent)
    assert disk.outbox.find("local", "b") is sent[1]
    assert disk.outbox.flight(sent[0]) is flight
    assert disk.outbox.full
    await turn()
    disk.commits[0].set_result(None)
    await flight
    assert disk.outbox.find("local", "b") is None
    assert disk.outbox.flight(sent[0]) is None
    assert not disk.outbox.full


async def test_a_lost_batch_takes_with_it_what_was_decided_on_it() -> None:
    disk = Disk()
    first = disk.outbox.put([event("a")])
    await turn()
    second = disk.outbox.put([event("b")])
    disk.commits[0].set_exception(OSError("disk"))
    for flight in (first, second):
        with pytest.raises(ValueError, match="refused"):
            await flight
    assert (disk.batches, disk.folded, len(disk.lost)) == ([["a"]], [], 1)
    third = disk.outbox.put([event("b")])
    await turn()
    disk.commits[1].set_result(None)
    await third
    assert disk.folded == ["b"]


async def test_what_cannot_even_be_handed_over_leaves_nobody_waiting() -> None:
    disk = Disk()
    broken = Outbox(lambda _events: 1 // 0, disk._written, disk._lost)  # type: ignore[return-value]
    complaints: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, said: complaints.append(str(said)))
    with pytest.raises(ValueError, match="refused"):
        await broken.put([event("a")])
    assert (len(disk.lost), len(complaints)) == (1, 1)
    assert not broken.full
