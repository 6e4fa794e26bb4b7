"""The service of one branch when its journal fails, when it is restarted, and when the day changes."""

from __future__ import annotations

import asyncio
import json
import resource
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from app import screens
from app.branch.branch_file import parse
from app.branch.events import Event, TicketIssued, WindowOpened
from app.clock import FastClock
from app.hub import Hub
from app.journal import Journal, Unavailable
from app.live import LESSONS, Live, restore
from app.outbox import QUEUE_ROWS
from app.owner import TICK_S

from .served import SMALL, TEN, Serve, Served, moment

pytestmark = pytest.mark.anyio


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Another program holds the journal for writing."""
    other = sqlite3.connect(data / "journal.sqlite")
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.rollback()
        other.close()


@contextmanager
def full(data: Path) -> Iterator[None]:
    """No file may grow beyond what the log has now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    log = data / "journal.sqlite-wal"
    resource.setrlimit(resource.RLIMIT_FSIZE, (max(log.stat().st_size, 16_384), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


Failing = Callable[[Path], AbstractContextManager[None]]


async def seqs(branch: Served) -> list[int]:
    return [event["seq"] for event in await branch.events()]


@pytest.mark.parametrize("failing", [locked, full])
async def test_a_journal_that_fails_is_a_503_and_nothing_half_written(
    small: Served, tmp_path: Path, failing: Failing
) -> None:
    await asyncio.gather(*(small.take() for _ in range(3)))
    await small.turn()
    before = await small.events()
    with failing(tmp_path / "data"):
        answers = await asyncio.gather(
            small.post("/windows/1/next", key="n1"),
            small.post("/windows/1/next", key="n1"),
            small.post("/windows/3/pause", {"reason": "x" * 60}),
            *(small.post("/tickets", {"business": "personal"}) for _ in range(6)),
            small.post(
                "/events",
                [
                    {
                        "id": f"e{one}",
                        "type": "ticket.abandoned",
                        "ticket": "20260302-A001",
                        "at": moment(TEN),
                    }
                    for one in range(1)
                ],
            ),
        )
        refused = [answer for answer in answers if answer.status_code == 503]
        written = [answer for answer in answers if answer.status_code < 300]
        assert len(refused) + len(written) == len(answers)
        assert refused
        assert all(int(answer.headers["retry-after"]) >= 1 for answer in refused)
        assert all("Nothing was recorded" in answer.json()["detail"] for answer in refused)
        if failing is locked:
            assert not written
            assert await small.events() == before
            state = await small.get("")
            assert state["seq"] == before[-1]["seq"]
            assert state["windows"][0]["state"] == "open"
    answer = await small.post("/windows/1/next", key="n1")
    assert (answer.status_code, answer.json()["number"]) == (200, "A001")
    stored = await seqs(small)
    assert stored == list(range(1, len(stored) + 1))
    calls = [event for event in await small.events() if event["type"] == "ticket.called"]
    assert len(calls) == 1
    await small.take("corporate")


async def test_what_is_told_goes_on_when_the_disk_does(small: Served, tmp_path: Path) -> None:
    await small.take()
    await small.press("1", "next")
    await small.press("1", "start")
    await small.turn()
    with locked(tmp_path / "data"):
        small.clock.jump(small.clock.now() + 3600)
        small.live._wake.set()
        async with asyncio.timeout(60):
            while small.live.failure is None:  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.02)
        unwell = await small.client.get("/healthz")
        assert (unwell.status_code, "locked" in unwell.json()["small"]) == (503, True)
        assert (await small.get(""))["failure"] == small.live.failure
    await small.turn()
    assert (await small.client.get("/healthz")).json() == {"small": None}
    view = small.view("window:1")
    assert view["overdue"]
    told = [event for event in await small.events() if event.get("about") == "service"]
    assert told[-1]["reason"] == "longer"


async def test_a_ticket_taken_once_the_disk_is_back_has_its_range(small: Served, tmp_path: Path) -> None:
    """Though the last pass failed, and the next one is yet to come."""
    await small.turn()
    with locked(tmp_path / "data"):
        small.clock.jump(small.clock.now() + 86_400)  # a day's end has to be written
        small.live._wake.set()
        assert (await small.post("/tickets", {"business": "personal"})).status_code == 503
        async with asyncio.timeout(60):
            while small.live._failed is None:  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.02)
    taken = await small.take()
    assert taken["wait"]["high_s"] > 0
    assert taken["wait"]["text"]


async def test_a_ticket_does_not_wait_for_a_forecast_that_goes_on_failing(
    small: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise ArithmeticError("no range")

    monkeypatch.setattr(type(small.live.owner), "answer", fail)
    async with asyncio.timeout(60):
        for number in ("A001", "A002"):
            taken = await small.take()
            assert (taken["number"], taken["wait"]["high_s"]) == (number, None)
    assert "no range" in str(small.live.failure)


def issue(n: int) -> Event:
    return Event(f"i{n}", "local", TEN, TicketIssued(f"T{n}", f"A{n:03d}", "personal"))


@asynccontextmanager
async def alone(data: Path, queue_rows: int = QUEUE_ROWS) -> AsyncIterator[Live]:
    """A branch without forecasts."""
    with Journal.open(data / "journal.sqlite") as journal:
        yield Live(parse(SMALL), SMALL, journal, Hub(), FastClock(TEN, 1.0), queue_rows=queue_rows)


async def test_a_full_queue_takes_nothing_back_that_was_accepted(tmp_path: Path) -> None:
    async with alone(tmp_path, queue_rows=4) as live:
        done = await asyncio.gather(*(live.take([issue(n)]) for n in range(60)), return_exceptions=True)
        kept = [one[0].event for one in done if isinstance(one, list)]
        assert all(isinstance(one, list | Unavailable) for one in done)
        assert 0 < len(kept) < 60
        assert [event.seq for event in kept] == list(range(1, len(kept) + 1))
        assert list(live.events(0)) == kept
        assert live.owner.head.tickets.keys() == live.owner.state.tickets.keys()
        assert len(live.owner.state.tickets) == len(kept)
        (again,) = await live.take([issue(99)])
        assert again.event.seq == len(kept) + 1


async def test_a_refused_press_shows_in_the_health_until_the_journal_writes_again(
    small: Served, tmp_path: Path
) -> None:
    """Also where nothing else has to be written: a quiet branch must not look well while it refuses."""
    await small.turn()
    with locked(tmp_path / "data"):
        refused = await small.post("/windows/1/pause", {"reason": "break"})
        assert refused.status_code == 503
        assert (await small.client.get("/healthz")).status_code == 503
    small.live._wake.set()
    async with asyncio.timeout(60):
        while small.live.failure is not None:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.02)
    assert (await small.client.get("/healthz")).status_code == 200


async def test_after_a_failure_the_next_is_decided_on_what_is_durable(tmp_path: Path) -> None:
    async with alone(tmp_path) as live:
        await live.take([issue(1)])
        with locked(tmp_path):
            flights = [asyncio.create_task(live.take([issue(n)])) for n in (2, 3)]
            repeated = asyncio.create_task(live.take([issue(2)]))
            done = await asyncio.gather(*flights, repeated, return_exceptions=True)
            assert [type(one) for one in done] == [Unavailable] * 3
        assert list(live.owner.head.tickets) == ["T1"]
        (again,) = await live.take([issue(2)])
        assert (again.event.seq, again.repeated) == (2, False)


# Restart: the fold of the journal, a snapshot and the live state are one


async def busy_hour(branch: Served) -> None:
    """Some of everything, the last presses still within the bound of undo, one of them taken back."""
    for one in range(6):
        await branch.take(
            "corporate" if one % 3 == 2 else "personal", priority=None if one % 2 else "elderly"
        )
    await branch.tell({"type": "window.opened", "window": "2"})
    await branch.press("1", "next")
    await branch.press("1", "start", {"expected_s": 300})
    await branch.press("1", "step", {"step": "approval", "step_id": "s1", "away": True})
    await branch.turn(200)
    await branch.press("1", "step-end", {"step_id": "s1"})
    await branch.press("1", "finish", {"wrap_up": "records"})
    await branch.turn(100)
    await branch.press("1", "next")
    await branch.press("1", "no-show")
    await branch.press("3", "next")
    await branch.press("3", "undo")
    await branch.press("3", "next")
    await branch.press("3", "start")
    await branch.press("1", "pause", {"reason": "tea", "expected_s": 600})
    await branch.turn()


async def test_a_restart_is_the_same_state_byte_for_byte(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serve() as branch:
        await branch.press("1", "open", {"teller": "t1"})
        await branch.press("3", "open")
        await busy_hour(branch)
        await branch.live._keep_snapshot()  # events follow it, and undone ones among them
        await branch.press("3", "finish")
        await branch.press("3", "undo")
        branch.clock.jump((branch.clock.now() // TICK_S + 1) * TICK_S)  # the restart falls into the same tick
        await branch.turn()
        topics = screens.topics(branch.live.picture())
        shown = {topic: branch.view(topic) for topic in topics}
        assert shown["window:3"]["range"]
        now = branch.clock.now()
    data = branch.live.owner.snapshot()
    with Journal.open(tmp_path / "data" / "journal.sqlite", read_only=True) as journal:
        whole, version, kept = restore(parse(SMALL), SMALL, journal)
        assert kept > 0
        assert whole.snapshot() == data
        monkeypatch.setattr(journal, "load_snapshot", lambda _branch, _version: None)
        folded, _, kept = restore(parse(SMALL), SMALL, journal)
        assert kept == 0
        assert folded.snapshot() == data
        assert folded.head == folded.state
        assert restore(parse(SMALL), SMALL + "\n# changed", journal)[1] != version
    async with serve(at=now) as branch:
        assert {topic: branch.view(topic) for topic in topics} == shown
        (await branch.press("3", "finish")).json()


async def test_a_snapshot_that_was_learned_while_a_forecast_was_made_is_whole(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serve() as branch:
        await branch.press("1", "open")
        await branch.take()
        for name in ("next", "start", "finish"):
            await branch.press("1", name)
        branch.clock.jump(branch.clock.now() + 300)
        branch.live._wake.set()
        await branch.press("1", "ready")  # committed while the thread may be drawing
    with Journal.open(tmp_path / "data" / "journal.sqlite", read_only=True) as journal:
        kept = restore(parse(SMALL), SMALL, journal)[0].snapshot()
        monkeypatch.setattr(journal, "load_snapshot", lambda _branch, _version: None)
        assert restore(parse(SMALL), SMALL, journal)[0].snapshot() == kept


async def test_the_service_starts_on_a_branch_that_has_become_smaller(serve: Serve) -> None:
    async with serve() as branch:
        await branch.press("1", "open")
        await branch.press("3", "open", {"businesses": ["corporate"]})
        await branch.take("corporate")
        kept = await branch.take()
        await branch.press("3", "next")
        await branch.press("3", "start")
        await branch.press("1", "next")
        await branch.press("1", "transfer", {"window": "3"})
        await branch.turn()
        now = branch.clock.now()
    smaller = SMALL.replace('[[window]]\nid = "3"\nbusinesses = ["corporate"]\n', "")
    head, _, tail = smaller.partition('[[business]]\nid = "corporate"')
    smaller = head + tail[tail.index("[[window]]") :]
    smaller = smaller.replace("reluctance = { corporate = 600 }\n", "")
    async with serve(smaller, at=now) as branch:
        state = await branch.get("")
        assert [window["window"] for window in state["windows"]] == ["1", "2"]
        assert [ticket["ticket"] for ticket in state["tickets"]] == [kept["ticket"]]
        assert (await branch.press("1", "next")).json()["ticket"] == kept["ticket"]
        assert branch.live.failure is None
        for topic in screens.topics(branch.live.picture()):
            branch.view(topic)
    async with serve(at=now) as branch:  # and the file that was there before finds everything again
        assert len((await branch.get(""))["tickets"]) == 2


# An existing queue machine


async def test_lost_events_of_the_machine_are_implied_in_order(small: Served) -> None:
    answer = await small.tell({"type": "service.finished", "ticket": "20260302-A007", "window": "2"})
    assert answer.status_code == 201
    events = await small.events()
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    facts = [(e["type"], e.get("implied", False)) for e in events if not e["type"].startswith("range")][2:]
    assert facts == [
        ("ticket.issued", True),
        ("window.opened", True),
        ("ticket.called", True),
        ("service.started", True),
        ("service.finished", False),
    ]
    assert answer.json()[0]["seq"] == next(e["seq"] for e in events if e["type"] == "service.finished")


async def test_a_late_report_of_an_implied_issue_is_taken(small: Served) -> None:
    await small.tell({"type": "ticket.called", "ticket": "T9", "window": "2"})
    late = {"type": "ticket.issued", "ticket": "T9", "number": "B009", "business": "corporate"}
    assert (await small.tell(late)).status_code == 201
    assert (await small.get("/tickets/T9"))["business"] == "corporate"
    assert (await small.tell(late)).status_code == 409  # but only once


async def test_an_unreported_start_follows_the_walk_and_wrap_up_is_shown(small: Served) -> None:
    await small.take()
    await small.take()
    await small.tell({"type": "window.opened", "window": "2"})
    await small.tell({"type": "ticket.called", "ticket": "20260302-A001", "window": "2"})
    await small.turn(10)
    assert small.view("window:2")["state"] == "calling"
    await small.turn(15)
    assert small.view("window:2")["state"] == "serving"
    started = [event for event in await small.events() if event["type"] == "service.started"]
    assert [event["sender"] for event in started] == ["lobbyclock"]
    await small.turn(60)
    await small.tell({"type": "service.finished", "ticket": "20260302-A001", "window": "2"})
    await small.turn()
    view = small.view("window:2")
    assert view["state"] == "wrapping_up"
    assert "number" not in view


async def test_a_silent_machine_leaves_no_confident_screens(serve: Serve) -> None:
    async with serve() as branch:
        await branch.tell({"type": "window.opened", "window": "2"})
        await branch.tell({"type": "ticket.called", "ticket": "20260302-A001", "window": "2"})
        await branch.tell({"type": "service.started", "ticket": "20260302-A001", "window": "2"})
        await branch.take()
        await branch.turn()
        assert branch.view("window:2")["range"]
        assert branch.view("hall")["waits"][0]["range"]
        await branch.turn(70)
        view = branch.view("window:2")
        assert (view["out_of_touch"], view.get("range")) == (True, None)
        assert "range" not in branch.view("hall")["waits"][0]
        assert "range" not in branch.view("ticket:20260302-A001")
        assert (await branch.get("/tickets/20260302-A002"))["range"] is None
        assert (await branch.take())["wait"]["low_s"] is None
        assert not branch.view("window:1")["out_of_touch"]
        await branch.turn(1)
        await branch.post("/heartbeat", {"sender": "machine"})
        await branch.turn()
        assert not branch.view("window:2")["out_of_touch"]
        await branch.turn(70)
        assert branch.view("window:2")["out_of_touch"]
    async with serve(at=TEN + 200) as branch:
        assert branch.view("window:2")["out_of_touch"]
        await branch.turn(30)
        assert branch.view("window:2")["out_of_touch"]
        await branch.tell({"type": "service.finished", "ticket": "20260302-A001", "window": "2"})
        await branch.turn()
        assert not branch.view("window:2")["out_of_touch"]
        kinds = [event["type"] for event in await branch.events() if event["type"].startswith("sender.")]
        assert kinds == ["sender.silent", "sender.heard", "sender.silent"]


# The day's change


async def test_the_day_changes_once_and_loses_nobody(serve: Serve) -> None:
    evening = TEN + 17.9 * 3600  # 03:54
    async with serve(at=evening) as branch:
        await branch.press("1", "open")
        served = await branch.take()
        await branch.press("1", "next")
        await branch.press("1", "start")
        waiting = await branch.take()
        await branch.turn()
        await branch.turn(420)  # past four
        assert branch.view(f"ticket:{waiting['ticket']}")["state"] == "abandoned"
        ended = [event for event in await branch.events() if event["type"] == "ticket.abandoned"]
        assert [(event["ticket"], event["reason"]) for event in ended] == [(waiting["ticket"], "day_end")]
        now = branch.clock.now()
    async with serve(at=now) as branch:
        await branch.turn()
        events = await branch.events()
        assert sum(event["type"] == "ticket.abandoned" for event in events) == 1
        new = await branch.take()  # A001 is still being served
        assert (new["number"], new["ticket"]) == ("A002", "20260303-A002")
        await branch.press("1", "finish")
        assert (await branch.take())["number"] == "A003"
        assert served["number"] == "A001"
        page = await branch.client.get("/t/" + waiting["url"].rsplit("/", 1)[1])
        assert page.status_code == 410  # the link ends with its day
        await branch.turn(86_400)
        assert (await branch.take())["number"] == "A001"
        for one in (served, waiting):
            gone = await branch.client.get("/t/" + one["url"].rsplit("/", 1)[1])
            assert gone.status_code == 410


async def test_every_range_shown_was_told_before(serve: Serve) -> None:
    """Whatever a screen shows stands in the journal with a lower or the same seq."""
    async with serve() as branch:
        await branch.press("1", "open")
        await branch.press("3", "open")
        await busy_hour(branch)
        seen: list[tuple[int, str, int, int]] = []
        for _ in range(12):
            await branch.turn(150)
            for topic in ("hall", "window:1", "window:3", "desk:3"):
                first = json.loads(branch.live.first(topic) or b"")
                seen += [(first["seq"], topic, *one) for one in _ranges(first["view"])]
        told = [event for event in await branch.events() if event["type"] == "range.told"]
        assert len(seen) > 20
        for seq, topic, low_s, high_s in seen:
            assert any(
                event["seq"] <= seq and (event["low_s"], event["high_s"]) == (low_s, high_s) for event in told
            ), (seq, topic, low_s, high_s)
        await branch.press("1", "close")
        await branch.press("3", "finish")
        await branch.press("3", "close")
        await branch.turn()
        assert not list(_ranges(branch.view("hall")))


def _ranges(plain: object) -> Iterator[tuple[int, int]]:
    if isinstance(plain, list):
        for one in plain:
            yield from _ranges(one)
    elif isinstance(plain, dict):
        if "low_s" in plain:
            yield plain["low_s"], plain["high_s"]
        for one in plain.values():
            yield from _ranges(one)


async def test_events_read_back_are_those_that_were_sent(tmp_path: Path) -> None:
    async with alone(tmp_path) as live:
        sent = Event("x", "local", TEN + 0.123, WindowOpened("1", "t1", ("personal",)))
        ((accepted),) = await live.take([sent])
        assert list(live.events(0)) == [accepted.event]
        assert live.find("local", "x") == accepted.event


async def test_a_sender_is_answered_before_the_next_forecast(
    small: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    live, think = small.live, small.live.owner.answer
    order: list[str] = []
    monkeypatch.setattr(live.owner, "answer", lambda asked: (order.append("thinks"), think(asked))[1])
    await small.turn()
    for n in range(20):
        order.clear()
        (accepted,) = await live.take([issue(n)])
        order.append("answered")
        await live.passed(accepted.event.seq)
        assert order[0] == "answered"


async def test_people_hear_of_an_event_before_anything_is_learned_of_it(
    small: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = small.live
    order: list[str] = []

    def noting(what: object, name: str) -> None:
        done = getattr(what, name)
        monkeypatch.setattr(what, name, lambda *given: (order.append(name), done(*given))[1])

    async with live._one_thought:  # between two passes
        for what, name in ((live, "_publish"), (live.owner, "learn"), (live.owner, "prepare")):
            noting(what, name)
        *_, last = await live.take([issue(n) for n in range(3 * LESSONS)])
    await live.passed(last.event.seq)
    async with live._one_thought:
        assert order[0] == "_publish"
        assert order.count("learn") > 3
        assert order[-1] == "prepare"
        assert not live.owner.learn()
