"""Recorded events again: the same views each time, however they are fed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.branch.branch_file import Branch, parse
from app.branch.errors import Refused
from app.branch.events import Event, TicketCalled, WindowOpened, parse_event
from app.history import branch_for, day_to_events, read_rows, read_table
from app.owner import Owner
from app.replay import Message, Replay, is_recorded
from simulations.acting import demo
from simulations.acting.play import Play
from simulations.acting.virtual import VirtualBranch, run

from .served import SMALL, TEN, Serve

JANUARY = Path(__file__).parents[3] / "shared" / "data" / "anonymous_bank_1999_01.csv"


def replayed(
    branch: Branch, events: Iterable[Event], *, recorded: bool = False
) -> tuple[list[Message], bytes]:
    replay = Replay(Owner(branch), recorded=recorded)
    messages = list(replay.run(events))
    return messages, replay.owner.snapshot()


@pytest.fixture(scope="module")
def hour() -> list[Event]:
    """The first hour and a half of a generated day, as strict senders report it."""
    day = demo.day(date(2026, 3, 2), seed=3)
    service = VirtualBranch(demo.branch())
    run(Play(day), service)
    until = service.events[0].at + 4_500
    return [replace(event, seq=0) for event in service.events if event.at < until][:110]


def test_a_day_replayed_is_the_same_however_it_is_fed(hour: list[Event]) -> None:
    branch = demo.branch()
    whole, end = replayed(branch, hour)
    assert len(whole) > 200
    assert replayed(branch, hour) == (whole, end)
    learned = json.loads(end)["learned"]
    assert any(learned["calibration"]["seen"])
    piecewise: list[Message] = []
    replay = Replay(Owner(branch), recorded=False)
    for at, event in enumerate(hour):
        if at in {7, 50, 51}:
            replay = Replay.from_snapshot(branch, replay.snapshot())
        piecewise += list(replay.feed(event))
    piecewise += list(replay.finish())
    assert piecewise == whole
    assert replay.owner.snapshot() == end


def test_views_come_in_order_and_only_when_they_change(hour: list[Event]) -> None:
    messages, _ = replayed(demo.branch(), hour[:60])
    last: dict[str, object] = {}
    numbers = []
    for topic, message in messages:
        plain = json.loads(message)
        assert plain["screen"] == topic
        assert last.get(topic) != plain["view"]
        last[topic] = plain["view"]
        numbers.append((plain["seq"], plain["view_no"]))
    assert numbers == sorted(set(numbers))


@pytest.mark.anyio
async def test_a_live_journal_is_followed_as_it_stands(serve: Serve) -> None:
    async with serve() as branch:
        await branch.press("1", "open")
        await branch.take()
        await branch.tell({"type": "service.finished", "ticket": "20260302-A009", "window": "2"})
        await branch.tell({"type": "ticket.called", "ticket": "20260302-A001", "window": "2"})
        await branch.turn(30)
        await branch.turn(400)
        exported = [parse_event(plain) for plain in await branch.events()]
        state, shown = branch.live.owner.snapshot(), branch.view("window:2")
    assert is_recorded(exported)
    replay = Replay(Owner(parse(SMALL)), recorded=True)
    messages = list(replay.run(exported))
    assert replay.owner.snapshot() == state
    last = [json.loads(message)["view"] for topic, message in messages if topic == "window:2"][-1]
    assert last.get("range") == shown.get("range")
    told = [one for one in exported if one.type == "range.told"]
    assert told
    assert replay.owner.state.seq == exported[-1].seq  # nothing new was told
    with pytest.raises(Refused, match="follows event 0"):
        replayed(parse(SMALL), exported[1:], recorded=True)


def test_what_is_not_lawful_stops_the_replay() -> None:
    opened = Event("a", "local", TEN, WindowOpened("1"))
    called = Event("b", "local", TEN, TicketCalled("T1", "1"))
    with pytest.raises(Exception, match="T1"):
        replayed(parse(SMALL), [opened, called])


@pytest.mark.january
@pytest.mark.skipif(not JANUARY.exists(), reason="the real history is not beside the project")
def test_the_first_hour_of_a_real_day_twice() -> None:
    zone, day = ZoneInfo("UTC"), date(1999, 1, 13)
    rows = read_rows(read_table(JANUARY), zone).rows
    branch = parse(branch_for(rows, day, zone))
    events = [parse_event(plain) for plain in day_to_events(rows, day, zone)]
    start = events[0].at
    morning = [event for event in events if event.at < start + 3_600]
    assert len(morning) > 20
    first = replayed(branch, morning)
    assert len(first[0]) > 50
    assert replayed(branch, morning) == first
