"""The player against the domain in virtual time, behind a line that fails."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import httpx2
import pytest

from app.branch.events import event_to_plain
from app.clock import FastClock
from app.demo import DayPlayer, EventsPlayer, Line, morning
from simulations.acting import demo
from simulations.acting.command import ABANDON, ISSUE, Answer, Command
from simulations.acting.day import Day
from simulations.acting.play import Play
from simulations.acting.virtual import VirtualBranch, act

MONDAY = date(2026, 11, 23)
EARLY = 600.0


class LoopClock(FastClock):
    """Time that passes only while somebody sleeps: a busy machine's seconds are none of it."""

    def now(self) -> float:
        return self._base

    async def sleep(self, seconds: float) -> None:
        for _ in range(100):  # as long as an answer takes, and longer
            await asyncio.sleep(0)
        self.jump(max(self.now(), self.now() + seconds))


@dataclass
class Counterpart:
    """The service's side of the line: idempotent by key, and now and then failing after the deed."""

    clock: FastClock
    service: VirtualBranch = field(default_factory=lambda: VirtualBranch(demo.branch()))
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: Counter[str] = field(default_factory=Counter)

    def handle(self, request: httpx2.Request) -> httpx2.Response:
        key = request.headers["Idempotency-Key"]
        self.requests[key] += 1
        if key not in self.answers:
            self.answers[key] = self.service.ask(self._command(key, request))
        if len(self.requests) % 50 == 0 and self.requests[key] == 1:
            raise httpx2.ReadError("the line is down", request=request)
        if len(self.requests) % 50 == 25 and self.requests[key] == 1:
            return httpx2.Response(503, headers={"Retry-After": "0"})
        answer = self.answers[key]
        return httpx2.Response(answer.status, json=dict(answer.body) if answer.status != 204 else None)

    def _command(self, key: str, request: httpx2.Request) -> Command:
        parts = request.url.path.removeprefix("/api/v1/branches/demo/").split("/")
        body, at = json.loads(request.content), self.clock.now()
        if parts == ["tickets"]:
            return Command(key, at, ISSUE, body)
        if parts[0] == "tickets":
            return Command(key, at, ABANDON, body, ticket=parts[1])
        return Command(key, at, parts[2], body, window=parts[1])


def client(handle: Callable[[httpx2.Request], httpx2.Response]) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.MockTransport(handle), base_url="http://branch")


@pytest.fixture
def day() -> Day:
    return demo.day(MONDAY)


def test_a_leap_presses_every_key_once_and_at_its_time(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.demo.RETRY_S", 0.0)
    until = day.doors_open_at + 2400
    clock = LoopClock(morning(day), 1.0)
    counterpart = Counterpart(clock)

    async def leap() -> None:
        async with client(counterpart.handle) as line:
            await DayPlayer(Play(day), Line(line, "demo"), clock).leap(until)

    asyncio.run(leap())
    assert clock.now() == until
    assert max(counterpart.requests.values()) == 2, "the failing line was tried again with the same key"
    assert counterpart.service.refused == []
    issued = [event for event in counterpart.service.events if event.type == "ticket.issued"]
    assert len(issued) == sum(one.arrives_at < until for one in day.customers)
    at = [event.at for event in counterpart.service.events]
    assert at == sorted(at)


def test_a_run_keeps_to_the_clock_and_goes_on_where_a_leap_ended(day: Day) -> None:
    few = replace(day, customers=day.customers[:20])
    begins = day.doors_open_at + 600
    clock = LoopClock(morning(day), 1.0)
    counterpart = Counterpart(clock)

    async def play() -> None:
        async with client(counterpart.handle) as line:
            player = DayPlayer(Play(few), Line(line, "demo"), clock)
            await player.leap(begins)
            await player.run(begins + 600)

    asyncio.run(play())
    assert clock.now() >= begins + 600
    assert counterpart.service.refused == []
    opened = [event for event in counterpart.service.events if event.type == "window.opened"]
    assert len(opened) == 5
    assert any(event.at > begins for event in counterpart.service.events)


def test_recorded_events_are_posted_in_order_and_a_bad_one_takes_none_with_it() -> None:
    plain = [event_to_plain(event) for event in act(demo.branch(), demo.day(MONDAY)).events[:400]]
    begins_at = demo.day(MONDAY).doors_open_at - EARLY
    clock = FastClock(begins_at, 1000.0)
    got: list[str] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        events = json.loads(request.content)
        if any(event["id"] == plain[7]["id"] for event in events):
            return httpx2.Response(409, json={"detail": "refused"})
        got.extend(event["id"] for event in events)
        return httpx2.Response(201, json=[])

    async def play() -> None:
        async with client(handle) as line:
            player = EventsPlayer(plain, Line(line, "demo"), clock)
            await player.leap(begins_at + timedelta(minutes=75).total_seconds())
            assert 0 < len(got) < len(plain) - 1
            await player.run()

    asyncio.run(play())
    assert got == [event["id"] for event in plain if event is not plain[7]]
