"""The demo's player: a generated day, or a day of real history, sent to the running service over HTTP.

Nothing here knows the service from within. Each press is a request with its own idempotency key, repeated
with the same key when the line fails, as a teller's page does it; so what the screens show is what they would
show in a branch. Days are acted by ``simulations``; the clock is the service's own.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from math import inf
from typing import Any, Protocol

import httpx2
import structlog

from app.clock import FastClock
from simulations.acting import demo
from simulations.acting.command import Answer, Command
from simulations.acting.day import Day
from simulations.acting.play import Play

EARLY_S = 300.0
"""The service's day begins so long before the doors open."""
LINGER_S = 600.0
"""After the last teller has left, the shut branch is shown for so long."""
STRIDE_S = 20.0
"""Leaping through recorded events, so much of their time goes into one array."""
RETRY_S = 0.5
ARRAY = 200
_LATER = frozenset({502, 503, 504})

log = structlog.get_logger(__name__)


class Player(Protocol):
    """What plays something to the service, press by press, in one of two gaits that may follow each other."""

    async def run(self, until: float = inf) -> None:
        """Play in the clock's time what is due before ``until`` (epoch seconds)."""

    async def leap(self, until: float) -> None:
        """Play what is due before ``until`` without the time in between: the clock leaps from press to press.

        Whatever the machine, no duration is falsified by the haste, as it would be by a clock that runs
        faster than the service can answer.
        """


@dataclass(frozen=True, slots=True)
class Line:
    """The way to one branch of the service: ``client`` has the service's base URL."""

    client: httpx2.AsyncClient
    branch: str

    async def post(self, path: str, body: object, key: str | None = None) -> Answer:
        """Post until it is answered, with the same key; a service that is away is waited for."""
        url = f"/api/v1/branches/{self.branch}{path}"
        headers = {"Idempotency-Key": key} if key else {}
        while True:
            try:
                response = await self.client.post(url, json=body, headers=headers)
            except httpx2.TransportError:
                await asyncio.sleep(RETRY_S)
                continue
            if response.status_code not in _LATER:
                return _answer(response)
            await asyncio.sleep(_retry_after(response))


class DayPlayer:
    """Plays a generated day: all actors at once, each waiting for its answers."""

    def __init__(self, play: Play, line: Line, clock: FastClock) -> None:
        self._play = play
        self._line = line
        self._clock = clock
        self._answered = asyncio.Event()

    async def run(self, until: float = inf) -> None:
        """See ``Player``; ends with the day."""
        async with asyncio.TaskGroup() as presses:
            while not self._play.finished and (now := self._clock.now()) < until:
                while command := self._play.step(now):
                    presses.create_task(self._carry_out(command))
                await self._until(min(self._play.next_at() or inf, until))

    async def leap(self, until: float) -> None:
        """See ``Player``; ends with the day."""
        while (at := self._play.next_at()) is not None and at < until:
            _forward(self._clock, at)
            async with asyncio.TaskGroup() as presses:
                while command := self._play.step(at):
                    presses.create_task(self._carry_out(command))
        _forward(self._clock, until)

    async def _carry_out(self, command: Command) -> None:
        answer = await self._line.post(command.path, command.body, command.id)
        if not answer.done:
            log.info("demo.refused", command=command.path, status=answer.status, answer=dict(answer.body))
        self._play.answer(command, answer, self._clock.now())
        self._answered.set()

    async def _until(self, at: float) -> None:
        """Sleep until something is due, or an answer may have made something due earlier."""
        nap = asyncio.create_task(self._clock.sleep_until(at))
        bell = asyncio.create_task(self._answered.wait())
        try:
            await asyncio.wait({nap, bell}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            nap.cancel()
            bell.cancel()
            self._answered.clear()


class EventsPlayer:
    """Posts recorded events (by the contract, in order) at their times: an authoritative sender's day."""

    def __init__(self, events: Iterable[Mapping[str, Any]], line: Line, clock: FastClock) -> None:
        self._left = deque((datetime.fromisoformat(event["at"]).timestamp(), event) for event in events)
        self._line = line
        self._clock = clock

    async def run(self, until: float = inf) -> None:
        """See ``Player``; ends with the last event. What is due together is posted together."""
        while self._left and self._left[0][0] < until:
            await self._clock.sleep_until(self._left[0][0])
            await self._post(self._due(self._clock.now()))

    async def leap(self, until: float) -> None:
        """See ``Player``; ends with the last event."""
        while self._left and self._left[0][0] < until:
            at = min(self._left[0][0] + STRIDE_S, until)
            _forward(self._clock, at)
            await self._post(self._due(at))
        _forward(self._clock, until)

    def _due(self, now: float) -> list[Mapping[str, Any]]:
        due = [self._left.popleft()[1]]
        while self._left and self._left[0][0] <= now and len(due) < ARRAY:
            due.append(self._left.popleft()[1])
        return due

    async def _post(self, events: Sequence[Mapping[str, Any]]) -> None:
        """An array is all or nothing: what one bad event would take with it is posted one by one."""
        answer = await self._line.post("/events", events)
        if answer.done:
            return
        if len(events) > 1:
            for event in events:
                await self._post([event])
            return
        log.warning("demo.refused", posted=events[0], status=answer.status, answer=dict(answer.body))


def morning(day: Day) -> float:
    """When the service's clock has to be at the beginning of a generated day."""
    return day.doors_open_at - EARLY_S


async def play_demo(
    line: Line, clock: FastClock, on: date, *, seed: int = demo.SEED, tag: str | None = None
) -> None:
    """Day after day of the demo's branch, for ever; the first is entered in the middle of its morning peak.

    ``clock`` stands at ``morning`` of the first day and already has the demo's speed. ``tag`` keeps the keys
    of two runs on the same journal apart; without it the time at which the demo was started does.
    """
    run = f"{datetime.now(UTC):%y%m%d%H%M%S}-" if tag is None else tag
    for number in count():
        day = demo.day(on + timedelta(days=number), number, seed)
        _forward(clock, morning(day))
        player = DayPlayer(Play(day, tag=run), line, clock)
        if number == 0:
            await player.leap(demo.begins_at(day))
        await player.run()
        await clock.sleep(LINGER_S)


def _forward(clock: FastClock, at: float) -> None:
    """A clock never goes back."""
    if clock.now() < at:
        clock.jump(at)


def _answer(response: httpx2.Response) -> Answer:
    try:
        body = response.json() if response.content else {}
    except ValueError:
        body = {"detail": response.text[:200]}
    return Answer(response.status_code, body if isinstance(body, dict) else {})


def _retry_after(response: httpx2.Response) -> float:
    said = response.headers.get("Retry-After", "")
    return min(float(said), 10.0) if said.isdigit() else RETRY_S
