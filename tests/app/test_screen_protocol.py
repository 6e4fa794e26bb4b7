"""The protocol against real sockets: clients that stop reading or flood, and uvicorn's own duties."""

import asyncio
import contextlib
import fcntl
import inspect
import socket
import struct
import sys
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI, WebSocket
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.asyncio.client import connect, unix_connect
from websockets.client import ClientProtocol
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.uri import parse_uri

from app.hub import EXTENSION, Hub, Message, serve_screen
from app.screen_protocol import UNSENT_BYTES, ScreenProtocol, uvicorn_options

PATIENCE_S = 60.0
SIOCOUTQNSD = 0x894B  # linux/sockios.h: bytes in the kernel's queue that were not sent yet
PICTURE = "x" * 1_990


def picture(number: int) -> str:
    return f"{number:06}{PICTURE}"


class Service:
    """A server on loopback; `screens` are the server's ends of the connections, in order."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - uvicorn's, of every type
        self.hub = Hub()
        self.screens: list[ScreenProtocol] = []
        self.sockets: list[WebSocket] = []
        app = FastAPI()

        @app.websocket("/live")
        async def live(websocket: WebSocket) -> None:
            self.screens.append(websocket.scope["extensions"][EXTENSION]["screen"])
            self.sockets.append(websocket)
            await serve_screen(websocket, self.hub, "hall")

        config = {**uvicorn_options(), "log_level": "critical", "port": 0, **options}
        self.server = uvicorn.Server(uvicorn.Config(app, **config))

    @property
    def port(self) -> int:
        port: int = self.server.servers[0].sockets[0].getsockname()[1]
        return port

    @property
    def uri(self) -> str:
        return f"ws://127.0.0.1:{self.port}/live"

    async def fill(self, screen: ScreenProtocol, start: int = 0) -> int:
        """Publish pictures until `screen` is stalled with one in its slot; give the number of the last."""
        for number in range(start, start + 20_000):
            self.hub.publish("hall", picture(number))
            if screen._slot is not None:
                return number
            if number % 20 == 0:
                await asyncio.sleep(0)
        pytest.fail("the screen never stalled")


class RawClient:
    """A websocket client that reads only when told to, through a small receive buffer."""

    def __init__(self, sock: socket.socket, protocol: ClientProtocol) -> None:
        self.sock = sock
        self.protocol = protocol
        self.frames: list[Frame] = []
        self.received = bytearray()

    @classmethod
    @contextlib.asynccontextmanager
    async def to(cls, service: Service) -> AsyncGenerator["RawClient"]:
        with socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            sock.setblocking(False)
            await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", service.port))
            client = cls(sock, ClientProtocol(parse_uri(service.uri)))
            joined = service.hub.counts.screens + 1
            client.protocol.send_request(client.protocol.connect())
            await client.flush()
            while not any(isinstance(event, Response) for event in client.protocol.events_received()):
                client.protocol.receive_data(await asyncio.get_running_loop().sock_recv(sock, 4_096))
            await until(lambda: service.hub.counts.screens == joined)
            yield client

    async def flush(self) -> None:
        for data in self.protocol.data_to_send():
            await asyncio.get_running_loop().sock_sendall(self.sock, data)

    async def read_until(self, holds: Callable[[list[Frame]], bool]) -> list[Frame]:
        """Read frames until `holds` of all of them, or the connection ends; give all of them."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(PATIENCE_S):
            while not holds(self.frames):
                data = await loop.sock_recv(self.sock, 65_536)
                if not data:
                    break
                self.received += data
                self.protocol.receive_data(data)
                self.frames += [
                    event for event in self.protocol.events_received() if isinstance(event, Frame)
                ]
                assert self.protocol.parser_exc is None
        return self.frames

    async def read_to_the_end(self) -> list[Frame]:
        with contextlib.suppress(ConnectionResetError):
            await self.read_until(lambda _: False)
        return self.frames


class HeldClock:
    """A loop's `call_later` whose time passes only when told to."""

    def __init__(self) -> None:
        self.waiting: list[tuple[float, asyncio.TimerHandle, Callable[[], None]]] = []

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        handle = asyncio.get_running_loop().call_later(3_600, callback)
        self.waiting.append((delay_s, handle, callback))
        return handle

    def pass_by(self, time_s: float) -> None:
        for delay_s, handle, callback in self.waiting:
            if delay_s <= time_s and not handle.cancelled():
                callback()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110 - the state of a server has no event
            await asyncio.sleep(0.002)


def texts(frames: list[Frame]) -> list[str]:
    return [bytes(frame.data).decode() for frame in frames if frame.opcode is Opcode.TEXT]


def shows(text: str) -> Callable[[list[Frame]], bool]:
    return lambda frames: text in texts(frames)


@contextlib.asynccontextmanager
async def serving(service: Service) -> AsyncGenerator[Service]:
    running = asyncio.create_task(service.server._serve())
    await until(lambda: service.server.started)
    try:
        yield service
    finally:
        service.server.should_exit = True
        await running


@pytest.fixture(params=[True, False], ids=["uvloop", "asyncio"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, bool]]:
    return "asyncio", {"use_uvloop": request.param}


@pytest.fixture
def service() -> Service:
    return Service()


class TestContractWithUvicorn:
    def test_minor_version_is_the_one_this_was_written_against(self) -> None:
        assert uvicorn.__version__.startswith("0.54.")

    @pytest.mark.parametrize(
        "method",
        [
            *("connection_made", "connection_lost", "eof_received", "pause_writing", "resume_writing"),
            *("data_received", "handle_ping", "keepalive_timeout", "run_asgi", "send", "shutdown"),
        ],
    )
    def test_each_method_we_extend_is_there_with_our_signature(self, method: str) -> None:
        ours, theirs = (
            [
                (parameter.name, parameter.kind)
                for parameter in inspect.signature(getattr(protocol, method)).parameters.values()
            ]
            for protocol in (ScreenProtocol, WebSocketsSansIOProtocol)
        )
        assert ours == theirs

    @pytest.mark.anyio
    async def test_each_attribute_we_use_is_there(self, service: Service) -> None:
        async with serving(service), connect(service.uri):
            await until(lambda: len(service.screens) == 1)
            screen = service.screens[0]
            assert isinstance(screen, ScreenProtocol)
            assert screen.writable.is_set()
            assert (screen.close_sent, screen.close_timer, screen.close_timeout) == (False, None, 10.0)
            assert screen.conn.state.name == "OPEN"
            assert screen.scope["extensions"][EXTENSION] == {"screen": screen}
            assert {"loop", "transport"} <= vars(screen).keys()

    def test_no_attribute_of_uvicorns_is_taken_by_us(self) -> None:
        ours = vars(ScreenProtocol).keys() - vars(WebSocketsSansIOProtocol).keys()
        used = set(WebSocketsSansIOProtocol.__init__.__code__.co_names)
        assert not {name for name in ours if not name.startswith("__")} & used

    def test_options_are_options(self) -> None:
        config = uvicorn.Config(FastAPI(), **uvicorn_options())
        config.load()
        assert config.ws_protocol_class is ScreenProtocol
        assert not config.ws_per_message_deflate


@pytest.mark.anyio
class TestStalled:
    async def test_one_of_twenty_delays_nobody_and_costs_one_picture(self, service: Service) -> None:
        async with serving(service), RawClient.to(service) as stalled, contextlib.AsyncExitStack() as stack:
            others = [
                await stack.enter_async_context(connect(service.uri, compression=None)) for _ in range(19)
            ]
            await until(lambda: service.hub.counts.screens == 20)
            transport = service.screens[0].transport
            for number in range(300):
                service.hub.publish("hall", picture(number))
                assert {await other.recv() for other in others} == {picture(number)}
                assert transport.get_write_buffer_size() <= len(picture(0)) + 4
            assert service.screens[0].busy
            assert service.hub.counts.skipped > 200
            assert service.hub.counts.delivered + service.hub.counts.skipped == 300 * 20

            seen = texts(await stalled.read_until(shows(picture(299))))
            assert seen == sorted(set(seen))
            assert len(seen) == 300 - service.hub.counts.skipped
            await until(lambda: not service.screens[0].busy)
            service.hub.publish("hall", "live again")
            assert texts(await stalled.read_until(shows("live again")))[-1] == "live again"

    @pytest.mark.skipif(sys.platform != "linux", reason="asks the Linux kernel about its queue")
    async def test_the_kernel_holds_few_outdated_pictures(self, service: Service) -> None:
        async with serving(service), RawClient.to(service):
            screen = service.screens[0]
            last = await service.fill(screen)
            for number in range(last, last + 100):
                service.hub.publish("hall", picture(number))
            answer = fcntl.ioctl(screen.transport.get_extra_info("socket").fileno(), SIOCOUTQNSD, b"\0" * 4)
            assert struct.unpack("i", answer)[0] <= UNSENT_BYTES + len(picture(0)) + 4

    async def test_pulse_passes_it_by(self, service: Service) -> None:
        async with serving(service), RawClient.to(service) as stalled:
            last = await service.fill(service.screens[0])
            before = service.hub.counts
            service.hub.pulse("pulse")
            assert service.hub.counts == before
            assert texts(await stalled.read_until(shows(picture(last))))[-1] == picture(last)

    async def test_stalling_again_and_again(self, service: Service) -> None:
        async with serving(service), RawClient.to(service) as client:
            last = 0
            for _ in range(5):
                last = await service.fill(service.screens[0], last + 1)
                seen = texts(await client.read_until(shows(picture(last))))
                assert seen == sorted(set(seen))

    async def test_a_huge_picture_stalls_it_again_and_holds_the_application_back(
        self, service: Service
    ) -> None:
        async with serving(service), RawClient.to(service) as client:
            screen = service.screens[0]
            client.protocol.max_message_size = None
            await service.fill(screen)
            service.hub.publish("hall", "x" * 8_000_000)
            await client.read_until(lambda _: screen._slot is None)
            assert screen.busy
            assert not screen.writable.is_set()
            await client.read_until(shows("x" * 8_000_000))
            await until(screen.writable.is_set)

    async def test_what_the_application_sends_stays_whole_and_comes_after_the_newest(
        self, service: Service
    ) -> None:
        async with serving(service), RawClient.to(service) as client:
            last = await service.fill(service.screens[0])
            sending = asyncio.create_task(service.sockets[0].send_text("by the application"))
            await asyncio.sleep(0)
            assert not sending.done()
            seen = texts(await client.read_until(shows("by the application")))
            assert seen[-2:] == [picture(last), "by the application"]
            await sending

    async def test_goodbye_waits_until_the_screen_reads_and_comes_last(self, service: Service) -> None:
        async with serving(service), RawClient.to(service) as client:
            await service.fill(service.screens[0])
            leaving = asyncio.create_task(service.hub.drain_and_close("bye", grace_s=PATIENCE_S))
            frames = await client.read_until(
                lambda frames: bool(frames) and frames[-1].opcode is Opcode.CLOSE
            )
            assert bytes(frames[-2].data) == b"bye"
            assert struct.unpack("!H", bytes(frames[-1].data)) == (1012,)
            await leaving
            await client.flush()
            await until(lambda: not service.server.server_state.connections)

    async def test_goodbye_drops_a_screen_that_never_reads(self, service: Service) -> None:
        async with serving(service), RawClient.to(service):
            await service.fill(service.screens[0])
            await service.hub.drain_and_close("bye", grace_s=0.02)
            await until(lambda: not service.server.server_state.connections)

    async def test_server_ends_all_the_same(self) -> None:
        service = Service(timeout_graceful_shutdown=None)
        async with contextlib.AsyncExitStack() as stack:
            await stack.enter_async_context(serving(service))
            await stack.enter_async_context(RawClient.to(service))
            await service.fill(service.screens[0])
            service.server.should_exit = True
            await until(lambda: not service.server.server_state.connections)
        assert service.hub.counts.screens == 0

    async def test_unanswered_pings_drop_it(self) -> None:
        service = Service(ws_ping_interval=3_600, ws_ping_timeout=0.01)
        async with serving(service), RawClient.to(service):
            await service.fill(service.screens[0])
            service.screens[0].send_keepalive_ping()
            await until(lambda: service.hub.counts.screens == 0)
            await until(lambda: not service.server.server_state.connections)

    async def test_half_closing_drops_it(self, service: Service) -> None:
        async with serving(service), RawClient.to(service) as client:
            await service.fill(service.screens[0])
            client.sock.shutdown(socket.SHUT_WR)
            await until(lambda: service.hub.counts.screens == 0)
            await until(lambda: not service.server.server_state.connections)

    async def test_saying_goodbye_without_reading_drops_it(self, service: Service) -> None:
        async with serving(service), RawClient.to(service) as client:
            await service.fill(service.screens[0])
            client.protocol.send_close(1001)
            await client.flush()
            await until(lambda: service.hub.counts.screens == 0)
            await until(lambda: not service.server.server_state.connections)

    async def test_its_pings_are_not_hoarded(self) -> None:
        pinged = []

        class Counting(ScreenProtocol):
            def handle_ping(self) -> None:
                pinged.append(self)
                super().handle_ping()

        service = Service(ws=Counting)
        async with serving(service), RawClient.to(service) as client:
            last = await service.fill(service.screens[0])
            held = service.screens[0].transport.get_write_buffer_size()
            for _ in range(500):
                client.protocol.send_ping(b"x" * 125)
                await client.flush()
            await until(lambda: len(pinged) == 500)
            assert service.screens[0].transport.get_write_buffer_size() <= held
            await client.read_until(shows(picture(last)))
            await until(lambda: not service.screens[0].busy)
            client.protocol.send_ping(b"answer me")
            await client.flush()
            frames = await client.read_until(lambda frames: frames[-1].opcode is Opcode.PONG)
            assert bytes(frames[-1].data) == b"answer me"


@pytest.mark.anyio
class TestClosing:
    async def test_nothing_is_written_after_the_close_frame(self, service: Service) -> None:
        async with serving(service), RawClient.to(service) as client:
            service.hub.publish("hall", "before")
            await service.screens[0].close(1000)
            service.hub.publish("hall", "after")
            await client.read_until(lambda frames: frames[-1:] != [] and frames[-1].opcode is Opcode.CLOSE)
            await client.flush()  # the answer; now the server ends the connection
            frames = await client.read_to_the_end()
            assert [frame.opcode for frame in frames] == [Opcode.TEXT, Opcode.CLOSE]
            assert client.received.endswith(frames[1].serialize(mask=False))

    async def test_nothing_is_written_after_the_peers_close(self, service: Service) -> None:
        async with serving(service), RawClient.to(service) as client:
            screen = service.screens[0]
            client.protocol.send_close(1000)
            await client.flush()
            await until(lambda: screen.conn.state.name != "OPEN")
            service.hub.publish("hall", "after")
            await screen.close(1000)
            frames = await client.read_to_the_end()
            assert [frame.opcode for frame in frames] == [Opcode.CLOSE]
            assert client.received == frames[0].serialize(mask=False)

    async def test_offering_to_a_connection_that_broke_is_harmless(self, service: Service) -> None:
        async with serving(service):
            async with RawClient.to(service):
                screen = service.screens[0]
            await until(lambda: screen.disconnected)
            await asyncio.sleep(0)  # the transport lets go of its socket
            service.hub.join("hall", screen)
            service.hub.publish("hall", "nobody")
            service.hub.leave(screen)

    @pytest.mark.parametrize("end", ["peer closes", "server ends", "dropped", "lost"])
    async def test_from_the_very_moment_of_its_end_it_takes_nothing(self, service: Service, end: str) -> None:
        async with serving(service), RawClient.to(service) as client:
            screen = service.screens[0]
            if end == "peer closes":
                client.protocol.send_close(1000)
                screen.data_received(b"".join(client.protocol.data_to_send()))
            elif end == "server ends":
                screen.shutdown()
            elif end == "dropped":
                screen.abort()
            else:
                screen.transport.abort()
                await until(lambda: screen.disconnected)
            assert not screen._ready
            assert not screen.offer(Message.of("after"))
            assert screen._slot is None
            await client.read_to_the_end()
            assert b"after" not in client.received

    async def test_an_unread_close_ends_in_a_drop(self, service: Service) -> None:
        async with serving(service), RawClient.to(service) as client:
            screen = service.screens[0]
            clock = screen.loop = HeldClock()  # type: ignore[assignment]
            await screen.close(1000)
            while not screen.busy:  # with pongs
                client.protocol.send_ping(b"x" * 125)
                await client.flush()
            clock.pass_by(screen.close_timeout)
            await until(lambda: not service.server.server_state.connections)

    async def test_closing_twice_is_harmless(self, service: Service) -> None:
        async with serving(service):
            async with RawClient.to(service):
                screen = service.screens[0]
                await screen.close(1000)
                await screen.close(1000)
                screen.abort()
            await until(lambda: screen.disconnected)
            screen.abort()
            await screen.close(1000)


@pytest.mark.anyio
class TestKeepalive:
    async def test_pings_go_on_between_our_frames(self) -> None:
        service = Service(ws_ping_interval=0.02, ws_ping_timeout=PATIENCE_S)
        async with serving(service), RawClient.to(service) as client:

            def pinged(times: int) -> Callable[[list[Frame]], bool]:
                return lambda frames: sum(frame.opcode is Opcode.PING for frame in frames) >= times

            for round_ in range(1, 4):
                service.hub.publish("hall", picture(round_))
                await client.read_until(pinged(round_))
                await client.flush()  # the pong
            assert texts(client.frames) == [picture(number) for number in (1, 2, 3)]
            assert service.hub.counts.screens == 1

    async def test_a_websockets_client_stays_connected(self) -> None:
        service = Service(ws_ping_interval=0.02, ws_ping_timeout=PATIENCE_S)
        async with serving(service), connect(service.uri) as client:
            await until(lambda: bool(service.screens) and service.screens[0].last_ping_rtt > 0)
            await (await client.ping())
            service.hub.publish("hall", "still here")
            assert await client.recv() == "still here"


@pytest.mark.anyio
async def test_compression_the_server_was_told_to_use_does_no_harm() -> None:
    service = Service(ws_per_message_deflate=True)
    async with serving(service), connect(service.uri, compression="deflate") as client:
        await until(lambda: service.hub.counts.screens == 1)
        service.hub.publish("hall", picture(1))
        assert await client.recv() == picture(1)
        await service.sockets[0].send_text(picture(2))
        assert await client.recv() == picture(2)


@pytest.mark.anyio
async def test_behind_a_unix_socket(tmp_path: Path) -> None:
    unix_path = str(tmp_path / "s")
    service = Service(uds=unix_path)
    async with serving(service), unix_connect(unix_path, "ws://localhost/live") as client:
        await until(lambda: service.hub.counts.screens == 1)
        service.hub.publish("hall", "hello")
        assert await client.recv() == "hello"
        await service.hub.drain_and_close("bye")
        assert await client.recv() == "bye"
        with pytest.raises(ConnectionClosed):
            await client.recv()
