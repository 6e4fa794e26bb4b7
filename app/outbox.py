"""Events on their way to the journal: while one batch is being written, the next gathers.

So all that comes in during a commit is handed over, written and answered together; alone, an event is handed
over in the same turn of the loop. Each event was decided on those before it, so a batch that is lost takes
with it all that has gathered since.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from app.branch.events import Event

QUEUE_ROWS = 10_000

Append = Callable[[Sequence[Event]], Future[None]]


@dataclass(slots=True, eq=False)
class _Parcel:
    """Events that were accepted together, and the future that ends when they are durable and folded."""

    events: list[Event]
    done: asyncio.Future[None]


class Outbox:
    """Hands events to ``append`` in their order; all in the event loop's thread.

    ``written`` is told of the events that are durable, ``lost`` once why those on their way are not, before
    whoever waits for them. At most about ``queue_rows`` events are on their way.
    """

    def __init__(
        self,
        append: Append,
        written: Callable[[Iterable[Event]], None],
        lost: Callable[[BaseException], BaseException],
        queue_rows: int = QUEUE_ROWS,
    ) -> None:
        self._append = append
        self._written = written
        self._lost = lost
        self._queue_rows = queue_rows
        self._gathered: list[_Parcel] = []
        self._flying: list[_Parcel] = []
        self._known: dict[tuple[str, str], tuple[Event, asyncio.Future[None]]] = {}

    @property
    def full(self) -> bool:
        """Whether more events would wait for too long."""
        return len(self._known) >= self._queue_rows

    def find(self, sender: str, name: str) -> Event | None:
        """The event of that sender and id, if it is on its way."""
        known = self._known.get((sender, name))
        return known[0] if known else None

    def flight(self, event: Event) -> asyncio.Future[None] | None:
        """What ends when an event on its way has arrived."""
        known = self._known.get((event.sender, event.id))
        return known[1] if known else None

    def put(self, events: list[Event]) -> asyncio.Future[None]:
        """Send events; the future ends when they are durable and folded, or with why they are not."""
        loop = asyncio.get_running_loop()
        parcel = _Parcel(events, loop.create_future())
        for event in events:
            self._known[event.sender, event.id] = (event, parcel.done)
        self._gathered.append(parcel)
        if not self._flying and len(self._gathered) == 1:
            loop.call_soon(self._send)  # in this turn of the loop others may come
        return parcel.done

    async def empty(self) -> None:
        """Wait until nothing is on its way."""
        while parcels := [*self._flying, *self._gathered]:
            await asyncio.wait([parcel.done for parcel in parcels])

    def _send(self) -> None:
        self._flying, self._gathered = self._gathered, []
        loop = asyncio.get_running_loop()
        try:
            appended = self._append([event for parcel in self._flying for event in parcel.events])
        except Exception as error:
            loop.call_soon(self._landed, error)  # nobody may be left waiting
            raise
        appended.add_done_callback(lambda future: loop.call_soon_threadsafe(self._landed, future.exception()))

    def _landed(self, error: BaseException | None) -> None:
        landed, self._flying = self._flying, []
        if error is None:
            self._forget(landed)
            self._written(event for parcel in landed for event in parcel.events)
            for parcel in landed:
                parcel.done.set_result(None)
        else:
            landed, self._gathered = [*landed, *self._gathered], []
            self._forget(landed)
            refusal = self._lost(error)
            for parcel in landed:
                parcel.done.set_exception(refusal)
                parcel.done.exception()  # looked at: that nobody waits for it is not worth a warning
        if self._gathered:
            self._send()

    def _forget(self, parcels: Iterable[_Parcel]) -> None:
        for parcel in parcels:
            for event in parcel.events:
                del self._known[event.sender, event.id]
