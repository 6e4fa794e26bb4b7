"""The hub behind a real server, once with frames written directly and once through plain ASGI."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, MutableMapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI, WebSocket
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from app.hub import HEARD_BYTES, HEARD_MESSAGES, Hub, Message, TextScreen, serve_screen
from app.screen_protocol import uvicorn_options

PATIENCE_S = 60.0


@dataclass(eq=False)
class SlowScreen:
    """A screen in memory that takes messages only while it is not stalled."""

    stalled: bool = False
    shown: list[str] = field(default_factory=list)
    slot: str | None = None
    closed: int | None = None

    @property
    def busy(self) -> bool:
        return self.stalled

    def offer(self, message: Message) -> bool:
        if not self.stalled:
            self.shown.append(message.text)
            return False
        displaced, self.slot = self.slot is not None, message.text
        return displaced

    def resume(self) -> None:
        self.stalled = False
        if self.slot is not None:
            self.shown.append(self.slot)
        self.slot = None

    async def close(self, code: int) -> None:
        if self.stalled:
            await asyncio.Event().wait()
        self.closed = code

    def abort(self) -> None:
        self.closed = 1006


class Service:
    """A server on loopback whose one route is `serve_screen`; `first` counts how often it was asked."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - uvicorn's, of every type
        self.hub = Hub()
        self.asked = 0
        app = FastAPI()

        @app.websocket("/live/{topic}")
        async def live(websocket: WebSocket, topic: str) -> None:
            await serve_screen(websocket, self.hub, topic, self.first)

        config = {**uvicorn_options(), "log_level": "warning", "port": 0, **options}
        self.server = uvicorn.Server(uvicorn.Config(app, **config))

    def first(self) -> str:
        self.asked += 1
        return f"first {self.asked}"

    def connect(self, topic: str) -> connect:
        port = self.server.servers[0].sockets[0].getsockname()[1]
        return connect(f"ws://127.0.0.1:{port}/live/{topic}", compression=None, ping_interval=None)


@contextlib.asynccontextmanager
async def serving(service: Service) -> AsyncGenerator[Service]:
    running = asyncio.create_task(service.server._serve())
    await until(lambda: service.server.started)
    try:
        yield service
    finally:
        service.server.should_exit = True
        await running


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110 - the state of a server has no event
            await asyncio.sleep(0.002)


async def end_of(screen: ClientConnection) -> int:
    with contextlib.suppress(ConnectionClosed):
        while True:
            await asyncio.wait_for(screen.recv(), PATIENCE_S)
    assert screen.close_code is not None
    return screen.close_code


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, bool]]:
    return "asyncio", {"use_uvloop": True}


@pytest.fixture(params=["frames written directly", "through ASGI"])
def service(request: pytest.FixtureRequest) -> Service:
    plain = {"ws": "websockets-sansio"} if request.param == "through ASGI" else {}
    return Service(**plain)


class TestMessage:
    @given(st.text(max_size=300))
    def test_frame_is_what_the_protocol_would_send(self, text: str) -> None:
        message = Message.of(text)
        assert message == Message.of(text.encode())
        stream = StreamReader()
        stream.feed_data(message.frame)
        parser = Frame.parse(stream.read_exact, mask=False)
        with pytest.raises(StopIteration) as parsed:
            next(parser)
        frame = parsed.value.value
        assert (frame.opcode, bytes(frame.data).decode(), frame.fin) == (Opcode.TEXT, text, True)

    def test_bytes_that_are_no_text_are_refused(self) -> None:
        with pytest.raises(UnicodeDecodeError):
            Message.of(b"\xff")


class TestHubAlone:
    @given(
        st.lists(
            st.tuples(st.sampled_from(["publish", "stall", "resume", "pulse", "rejoin"]), st.integers(0, 2))
        )
    )
    def test_each_screen_sees_ever_newer_pictures_and_in_the_end_the_newest(
        self, happenings: list[tuple[str, int]]
    ) -> None:
        hub, screens, published = Hub(), [SlowScreen() for _ in range(3)], 0
        for screen in screens:
            hub.join("hall", screen)
        for what, which in happenings:
            screen = screens[which]
            if what == "publish":
                published += 1
                hub.publish("hall", f"{published:06}")
            elif what == "pulse":
                hub.pulse("pulse")
            elif what == "rejoin":
                hub.leave(screen)
                hub.join("hall", screen)
            elif what == "stall":
                screen.stalled = True
            else:
                screen.resume()
        for screen in screens:
            screen.resume()
            views = [text for text in screen.shown if text != "pulse"]
            assert all(earlier <= later for earlier, later in pairwise(views))
            assert (views or ["000000"])[-1] == f"{published:06}"
        handed_over = sum(len(screen.shown) for screen in screens)
        assert hub.counts.delivered == handed_over

    def test_pulse_leaves_a_waiting_view_alone_and_is_never_late(self) -> None:
        hub, screen, idle = Hub(), SlowScreen(), SlowScreen(stalled=True)
        hub.join("hall", screen)
        hub.join("hall", idle)
        screen.stalled = True
        hub.publish("window:1", "nobody looks")
        hub.publish("hall", "view")
        hub.pulse("pulse")
        screen.resume()
        idle.resume()
        assert screen.shown == idle.shown == ["view"]

    def test_first_picture_is_asked_for_only_where_nothing_is_kept(self) -> None:
        hub, early, late, later = Hub(), SlowScreen(), SlowScreen(), SlowScreen()
        hub.join("hall", early, lambda: "asked")
        hub.join("hall", late, lambda: pytest.fail("the newest is known"))
        hub.publish("hall", "kept")
        hub.join("hall", later, lambda: pytest.fail("the newest is known"))
        assert early.shown == late.shown == ["asked", "kept"]
        assert later.shown == ["kept"]

    def test_who_joins_hears_whether_what_is_kept_still_holds(self) -> None:
        hub, early, late, stalled = Hub(), SlowScreen(), SlowScreen(), SlowScreen(stalled=True)
        hub.join("hall", early)
        hub.publish("hall", "kept")
        hub.join("hall", late, pulse="pulse")
        hub.join("hall", stalled, pulse="pulse")
        stalled.resume()
        assert late.shown == ["kept", "pulse"]
        assert stalled.shown == early.shown == ["kept"]

    def test_nothing_is_kept_of_a_topic_that_nobody_watches(self) -> None:
        hub, screen = Hub(), SlowScreen()
        hub.join("hall", screen)
        hub.publish("hall", "old")
        hub.leave(screen)
        hub.leave(screen)
        hub.publish("hall", "unseen")
        assert not hub.topics()
        hub.join("hall", screen, lambda: None)
        assert screen.shown == ["old"]

    def test_joining_again_moves_the_screen(self) -> None:
        hub, screen = Hub(), SlowScreen()
        hub.join("hall", screen)
        hub.join("board", screen)
        hub.publish("hall", "elsewhere")
        hub.publish("board", "here")
        assert (list(hub.topics()), screen.shown, hub.counts.screens) == (["board"], ["here"], 1)

    def test_goodbye_is_the_last_word_and_waits_for_nobody(self) -> None:
        hub, screen, stalled = Hub(), SlowScreen(), SlowScreen(stalled=True)
        hub.join("hall", screen)
        hub.join("hall", stalled)

        async def close() -> None:
            leaving = asyncio.create_task(hub.drain_and_close("bye", grace_s=0.02))
            await asyncio.sleep(0)
            hub.publish("hall", "too late")
            await leaving

        asyncio.run(close())
        assert (screen.shown, screen.closed) == (["bye"], 1012)
        assert (stalled.slot, stalled.closed) == ("bye", 1006)
        assert hub.counts.screens == 0

    def test_goodbye_without_screens_is_immediate(self) -> None:
        hub = Hub()
        asyncio.run(hub.drain_and_close("bye"))
        assert hub.farewell == Message.of("bye")


@pytest.mark.anyio
class TestServed:
    async def test_joining_shows_the_newest_and_then_everything_in_order(self, service: Service) -> None:
        async with serving(service), service.connect("hall") as early:
            assert await early.recv() == "first 1"
            service.hub.publish("hall", "newest")
            assert await early.recv() == "newest"
            async with service.connect("hall") as late, service.connect("window:1") as other:
                assert await late.recv() == "newest"
                assert await other.recv() == "first 2"
                for number in range(200):
                    service.hub.publish("hall", f"view {number}")
                    assert [await early.recv(), await late.recv()] == [f"view {number}"] * 2
                assert service.hub.counts.delivered == 404
                await until(lambda: not any(screen.busy for screen in service.hub._topic_of))
                service.hub.pulse("pulse")
                assert [await screen.recv() for screen in (early, late, other)] == ["pulse"] * 3
            await until(lambda: list(service.hub.topics()) == ["hall"])

    async def test_text_in_every_language_and_length(self, service: Service) -> None:
        async with serving(service), service.connect("hall") as screen:
            await screen.recv()
            for text in ("", "请稍候 🕒", "办" * 40, "x" * 126, "x" * 70_000):
                service.hub.publish("hall", text)
                assert await screen.recv() == text

    async def test_closing_from_either_side_ends_the_membership(self, service: Service) -> None:
        async with serving(service), service.connect("hall") as screen, service.connect("hall") as other:
            await screen.recv()
            await other.recv()
            await other.close(1001)
            assert other.close_code == 1001
            await until(lambda: service.hub.counts.screens == 1)
            screen.transport.abort()
            await until(lambda: service.hub.counts.screens == 0)

    async def test_a_screen_that_talks_is_ignored_and_then_closed(self, service: Service) -> None:
        async with serving(service), service.connect("hall") as screen:
            for _ in range(HEARD_MESSAGES - 1):
                await screen.send("hello")
            assert await screen.recv() == "first 1"
            await screen.send(b"once too often")
            assert await end_of(screen) == 1008

    async def test_a_screen_that_sends_too_much_is_closed(self, service: Service) -> None:
        async with serving(service), service.connect("hall") as screen:
            await screen.send("x" * (HEARD_BYTES + 1))
            assert await end_of(screen) == 1009
            await until(lambda: service.hub.counts.screens == 0)

    async def test_goodbye_reaches_those_who_are_there_and_those_who_come(self, service: Service) -> None:
        async with serving(service), service.connect("hall") as there:
            await there.recv()
            await service.hub.drain_and_close("bye")
            async with service.connect("hall") as late:
                for screen in (there, late):
                    assert await screen.recv() == "bye"
                    assert await end_of(screen) == 1012
            assert service.hub.counts.screens == 0

    async def test_server_ends_with_screens_connected(self, service: Service) -> None:
        async with serving(service):
            screen = await service.connect("hall")
            await screen.recv()
        assert await end_of(screen) == 1012
        assert service.hub.counts.screens == 0


@pytest.mark.anyio
class TestTextScreen:
    async def test_newest_wins_while_the_server_cannot_send(self) -> None:
        sent: list[str] = []
        may_send = asyncio.Event()

        async def receive() -> dict[str, str]:
            return {"type": "websocket.connect"}

        async def send(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "websocket.send":
                await may_send.wait()
            sent.append(message.get("text", message["type"]))

        websocket = WebSocket({"type": "websocket", "extensions": {}}, receive, send)
        await websocket.accept()
        screen = TextScreen(websocket)
        sender = asyncio.create_task(screen.send_newest())
        assert not screen.offer(Message.of("0"))
        await asyncio.sleep(0)
        assert [screen.offer(Message.of(str(number))) for number in (1, 2, 3)] == [False, True, True]
        assert screen.busy
        may_send.set()
        await screen.close(1000)
        assert sent == ["websocket.accept", "0", "3", "websocket.close"]
        screen.offer(Message.of("after the close"))
        await sender
        assert len(sent) == 4


def test_test_client_sees_what_a_screen_sees() -> None:
    hub = Hub()
    app = FastAPI()

    @app.websocket("/live")
    async def live(websocket: WebSocket) -> None:
        await serve_screen(websocket, hub, "hall", lambda: "first")

    with TestClient(app) as client, client.websocket_connect("/live") as screen:
        assert screen.receive_text() == "first"
        screen.portal.call(hub.publish, "hall", "next")
        assert screen.receive_text() == "next"
    assert hub.counts.screens == 0


def test_a_failing_first_picture_leaves_no_screen_behind() -> None:
    hub = Hub()
    app = FastAPI()

    @app.websocket("/live")
    async def live(websocket: WebSocket) -> None:
        await serve_screen(websocket, hub, "hall", lambda: str(1 / 0))

    with (
        pytest.raises(ZeroDivisionError),
        TestClient(app) as client,
        client.websocket_connect("/live") as screen,
    ):
        screen.receive_text()
    assert hub.counts.screens == 0
