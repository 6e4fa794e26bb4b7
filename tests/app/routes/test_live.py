"""The live channel over real websockets."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.typing import Origin

from app import live as module
from tests.app.served import Serve, Served
from tests.app.test_live import locked

pytestmark = pytest.mark.anyio


def url(branch: Served, query: str, name: str = "small") -> str:
    return f"ws://{branch.url}/api/v1/branches/{name}/live?{query}"


async def view(socket: ClientConnection) -> dict[str, Any]:
    """The next view; pulses are passed over."""
    while True:
        message: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), 60))
        if message["kind"] == "view":
            return message


async def silence(socket: ClientConnection, seconds: float) -> None:
    """Until nothing came for so long."""
    with contextlib.suppress(TimeoutError):
        while True:
            await asyncio.wait_for(socket.recv(), seconds)


def order(message: dict[str, Any]) -> tuple[str, int, int]:
    return message["epoch"], message["seq"], message["view_no"]


async def test_the_view_on_joining_and_on_each_change(serve: Serve) -> None:
    async with (
        serve(sockets=True) as branch,
        connect(url(branch, "screen=window&window=1")) as screen,
        connect(url(branch, "screen=hall")) as hall,
    ):
        first = await view(screen)
        assert (first["screen"], first["view"]["state"]) == ("window:1", "closed")
        assert first["as_of"].endswith("+08:00")
        await view(hall)
        await branch.press("1", "open")
        opened = await view(screen)
        assert opened["view"]["state"] == "open"
        ticket = await branch.take()
        await branch.press("1", "next")
        messages = [opened]
        while messages[-1]["view"]["state"] != "calling":
            messages.append(await view(screen))
        assert messages[-1]["view"]["number"] == ticket["number"]
        orders = [order(one) for one in [first, *messages]]
        assert orders == sorted(set(orders))
        seen = await view(hall)
        while not seen["view"]["calls"]:
            seen = await view(hall)
        assert seen["view"]["calls"][0]["number"] == ticket["number"]


async def test_a_page_opened_in_between_takes_no_change_from_the_screens(serve: Serve) -> None:
    async with serve(sockets=True) as branch, connect(url(branch, "screen=window&window=1")) as screen:
        await view(screen)
        for name, state in (("open", "open"), ("pause", "paused"), ("resume", "open"), ("close", "closed")):
            await branch.press("1", name)
            branch.live.first("window:1")  # what a page does, before the pass
            message = await view(screen)
            while message["view"]["state"] != state:
                message = await view(screen)


async def test_the_operator_is_told_of_a_screen_s_wrong_clock(serve: Serve) -> None:
    async with serve(sockets=True) as branch:
        with capture_logs() as logs:
            for off_s in (0, -3600):
                clock = 1000 * (time.time() + off_s)
                async with connect(url(branch, f"screen=hall&clock={clock:.0f}")) as hall:
                    await view(hall)
        (told,) = [one for one in logs if one["event"] == "screen's clock is wrong"]
        assert (told["screen"], told["branch"], round(told["ahead_s"], -1)) == ("hall", "small", -3600)


async def test_a_ticket_s_own_screen_by_token(serve: Serve) -> None:
    async with serve(sockets=True) as branch:
        await branch.press("1", "open")
        ticket = await branch.take()
        token = ticket["url"].rsplit("/", 1)[1]
        async with connect(url(branch, f"screen=ticket&token={token}")) as phone:
            assert (await view(phone))["view"]["number"] == ticket["number"]
            await branch.press("1", "next")
            while (await view(phone))["view"]["state"] != "called":
                pass


async def test_a_refusal_is_an_answer_and_no_fault_in_the_log(
    serve: Serve, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A phone that goes on asking for yesterday's ticket fills no log."""
    async with serve(sockets=True) as branch:
        monkeypatch.setattr(logging.getLogger("uvicorn"), "propagate", True)
        with caplog.at_level("WARNING"):
            for query, status in (("screen=nope", 404), ("screen=ticket&token=x", 404), ("screen=desk", 422)):
                with pytest.raises(InvalidStatus) as refused:
                    await connect(url(branch, query))
                assert refused.value.response.status_code == status
                assert json.loads(refused.value.response.body)["status"] == status
            await asyncio.sleep(0.05)
        async with connect(url(branch, "screen=hall")) as hall:
            await view(hall)
    assert [one.getMessage() for one in caplog.records] == []


async def test_pulses_until_the_forecast_is_stale(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PULSE_S", 0.05)
    monkeypatch.setattr(module, "STALE_S", 1.0)
    monkeypatch.setattr(module, "TICK_S", 0.5)
    async with serve(sockets=True) as branch:
        await branch.press("1", "open")
        await branch.take()
        await branch.press("1", "next")
        await branch.press("1", "start")
        await branch.turn()
        async with connect(url(branch, "screen=board")) as screen:
            pulse = json.loads(await screen.recv())
            while pulse["kind"] != "pulse":
                pulse = json.loads(await screen.recv())
            assert pulse.keys() == {"kind", "as_of", "build"}
            with locked(tmp_path / "data"):
                branch.clock.jump(branch.clock.now() + 7200)  # something must be told, and cannot be
                async with asyncio.timeout(60):
                    await silence(screen, 1.5)
                    while branch.live.failure is None:  # noqa: ASYNC110 - the journal waits a while
                        await asyncio.sleep(0.05)
            async with asyncio.timeout(60):
                while json.loads(await screen.recv())["kind"] != "pulse":
                    pass


@pytest.mark.parametrize(
    ("query", "name", "status", "word"),
    [
        ("screen=cinema", "small", 404, "screen"),
        ("screen=window&window=9", "small", 404, "window"),
        ("screen=window", "small", 422, "window"),
        ("screen=ticket", "small", 422, "token"),
        ("screen=ticket&ticket=nobody", "small", 404, "ticket"),
        ("screen=ticket&token=forged", "small", 404, "ticket link"),
        ("screen=hall", "large", 404, "branch"),
    ],
)
async def test_what_there_is_not_is_denied(
    live_branch: Served, query: str, name: str, status: int, word: str
) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        async with connect(url(live_branch, query, name)):
            pass
    response = refusal.value.response
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = json.loads(response.body or b"")
    assert word in (problem["title"] + problem.get("field", ""))


@pytest.fixture
async def live_branch(serve: Serve) -> AsyncIterator[Served]:
    async with serve(sockets=True) as branch:
        yield branch


async def test_a_page_of_another_site_is_refused(live_branch: Served) -> None:
    for origin in ("http://evil.example", "null", f"http://{live_branch.url}.evil.example"):
        with pytest.raises(InvalidStatus) as refusal:
            async with connect(url(live_branch, "screen=hall"), origin=Origin(origin)):
                pass
        assert refusal.value.response.status_code == 403
    async with connect(url(live_branch, "screen=hall"), origin=Origin(f"http://{live_branch.url}")) as screen:
        await view(screen)


async def test_a_farewell_and_1012_when_the_service_stops(serve: Serve) -> None:
    async with serve(sockets=True) as branch:
        screens = [await connect(url(branch, f"screen={kind}")) for kind in ("hall", "board")]
        for screen in screens:
            await view(screen)
    for screen in screens:
        last: dict[str, Any] = {}
        with contextlib.suppress(ConnectionClosedError):
            while True:
                last = json.loads(await asyncio.wait_for(screen.recv(), 60))
        assert last == {"kind": "restarting", "retry_s": 2}
        assert screen.close_code == 1012


async def test_a_screen_that_joins_in_a_storm_ends_on_the_newest(serve: Serve) -> None:
    async with serve(sockets=True) as branch:
        await branch.press("1", "open")
        running = True

        async def storm() -> None:
            while running:
                await branch.press("1", "pause")
                await branch.press("1", "resume")

        task = asyncio.create_task(storm())
        last: list[dict[str, Any]] = []
        for _ in range(5):
            await asyncio.sleep(0.1)
            async with connect(url(branch, "screen=window&window=1")) as screen:
                seen = [await view(screen) for _ in range(3)]
                assert [order(one) for one in seen] == sorted(order(one) for one in seen)
        async with connect(url(branch, "screen=window&window=1")) as screen:
            running = False
            await task
            await branch.press("1", "close")
            while not last or last[-1]["view"]["state"] != "closed":
                last.append(await view(screen))
        assert last[-1]["seq"] >= (await branch.reported())[-1]["seq"]
