"""CPU time per message delivered: the hub, bare `broadcast()`, a `send_text` loop, and the floor in C.

All serve the same number of screens at the same time and take turns, so that whatever else the machine does
befalls each alike. The screens are in a process of their own, on another core. What counts is the server
process's CPU time (user and system) per message that a screen received; a message has 558 bytes, as a typical
view.

    python benchmarks/fanout.py [--quick]
"""

import argparse
import asyncio
import multiprocessing
import os
import resource
import select
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol, TextIO, cast

import uvicorn
import uvloop
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from websockets.asyncio.server import ServerConnection, broadcast, serve

from app.hub import Hub, Message, serve_screen
from app.screen_protocol import uvicorn_options

HERE = Path(__file__).parent
PAYLOAD_BYTES = 558
TEXT = "x" * PAYLOAD_BYTES
FRAME_BYTES = len(Message.of(TEXT).frame)
SERVER_CORE, SCREENS_CORE = 0, 1
HANDSHAKE = (
    b"GET /live HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def pin(core: int) -> None:
    """Stay on one core, where there is more than one."""
    if len(os.sched_getaffinity(0)) > 1:
        os.sched_setaffinity(0, {core})


def allow_many_sockets() -> None:
    """Raise this process's limit of open files as far as it may go."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


# The variants: each yields its port, the number of screens connected, and how to publish one message


@dataclass(frozen=True, slots=True)
class Variant:
    """A running server."""

    port: int
    screens: Callable[[], int]
    publish: Callable[[], Awaitable[None]]


@asynccontextmanager
async def uvicorn_serving(app: FastAPI, options: dict[str, Any]) -> AsyncIterator[int]:
    """Run `app`; give its port. It is left running: the process ends with it."""
    config = {**options, "port": 0, "log_level": "critical", "ws_ping_interval": None}
    server = uvicorn.Server(uvicorn.Config(app, **config))
    running = asyncio.create_task(server._serve())  # noqa: SLF001 - without its signal handlers
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    running.cancel()


@asynccontextmanager
async def hub() -> AsyncIterator[Variant]:
    """Give ours: frames written directly."""
    screens, app = Hub(), FastAPI()

    @app.websocket("/live")
    async def live(websocket: WebSocket) -> None:
        await serve_screen(websocket, screens, "hall")

    async def publish() -> None:
        screens.publish("hall", TEXT)

    async with uvicorn_serving(app, uvicorn_options()) as port:
        yield Variant(port, lambda: screens.counts.screens, publish)


@asynccontextmanager
async def send_text() -> AsyncIterator[Variant]:
    """Give what most would write in FastAPI: a loop that awaits each `send_text`."""
    screens: set[WebSocket] = set()
    app = FastAPI()

    @app.websocket("/live")
    async def live(websocket: WebSocket) -> None:
        await websocket.accept()
        screens.add(websocket)
        try:
            await websocket.receive_text()
        except WebSocketDisconnect:
            screens.discard(websocket)

    async def publish() -> None:
        for screen in screens:
            await screen.send_text(TEXT)

    async with uvicorn_serving(app, {**uvicorn_options(), "ws": "websockets-sansio"}) as port:
        yield Variant(port, lambda: len(screens), publish)


@asynccontextmanager
async def bare_broadcast() -> AsyncIterator[Variant]:
    """Give the websockets library's own server and `broadcast()`, without a web framework."""
    screens: set[ServerConnection] = set()

    async def live(connection: ServerConnection) -> None:
        screens.add(connection)
        await connection.wait_closed()
        screens.discard(connection)

    async def publish() -> None:
        broadcast(screens, TEXT)

    async with serve(live, "127.0.0.1", 0, compression=None, ping_interval=None) as server:
        yield Variant(next(iter(server.sockets)).getsockname()[1], lambda: len(screens), publish)


VARIANTS = {"hub": hub, "bare broadcast()": bare_broadcast, "send_text loop": send_text}
FLOOR = "floor: write(2) in C"
OURS, REFERENCE = "hub", "bare broadcast()"


def run_server(name: str, control: Connection) -> None:
    """Serve one variant; for each (messages, interval_s), publish and answer with the CPU seconds."""

    async def run() -> None:
        async with VARIANTS[name]() as variant:
            control.send(variant.port)
            while order := await asyncio.to_thread(control.recv):
                if order == "screens":
                    control.send(variant.screens())
                    continue
                messages, interval_s = order
                before = time.process_time()
                for _ in range(messages):
                    await variant.publish()
                    await asyncio.sleep(interval_s)
                control.send(time.process_time() - before)
            os._exit(0)  # thousands of closing handshakes would be of no interest

    pin(SERVER_CORE)
    allow_many_sockets()
    uvloop.run(run())


def run_screens(control: Connection) -> None:
    """Be the screens: connect as told, read and count; never decode."""
    pin(SCREENS_CORE)
    allow_many_sockets()
    buffer, received = bytearray(1 << 18), 0
    sockets: dict[int, socket.socket] = {}
    poller = select.epoll()
    poller.register(control.fileno(), select.EPOLLIN)
    while True:
        for descriptor, _ in poller.poll():
            if descriptor != control.fileno():
                received += sockets[descriptor].recv_into(buffer)
                continue
            order = control.recv()
            if order is None:
                return
            if order == "received":
                control.send(received)
                continue
            for screen in connect_screens(*order):
                sockets[screen.fileno()] = screen
                poller.register(screen.fileno(), select.EPOLLIN)
            control.send("connected")


def connect_screens(port: int, screens: int, handshake: bytes) -> list[socket.socket]:
    """Open so many connections; each has read its handshake's answer and nothing else."""
    connected = []
    for _ in range(screens):
        screen = socket.create_connection(("127.0.0.1", port))
        screen.sendall(handshake)
        answer = b""
        while handshake and not answer.endswith(b"\r\n\r\n"):
            answer += screen.recv(4_096)
        connected.append(screen)
    return connected


# The run


class Server(Protocol):
    """One variant's process, as the run sees it."""

    @property
    def port(self) -> int:
        """Where it listens."""

    @property
    def handshake(self) -> bytes:
        """What a screen says first."""

    def publish(self, messages: int, interval_s: float) -> float:
        """Give the CPU seconds that took."""

    def stop(self) -> None:
        """End the process."""


class PythonServer:
    """A variant in a process of its own."""

    handshake = HANDSHAKE

    def __init__(self, name: str) -> None:
        context = multiprocessing.get_context("fork")
        self._control, theirs = context.Pipe()
        self._process = context.Process(target=run_server, args=(name, theirs), daemon=True)
        self._process.start()

    @cached_property
    def port(self) -> int:
        """Where it listens; waits until it does."""
        port: int = self._control.recv()
        return port

    def screens(self) -> int:
        """Give the number of screens that are ready to receive."""
        self._control.send("screens")
        screens: int = self._control.recv()
        return screens

    def publish(self, messages: int, interval_s: float) -> float:
        """Give the CPU seconds that took."""
        self._control.send((messages, interval_s))
        cpu_s: float = self._control.recv()
        return cpu_s

    def stop(self) -> None:
        """End the process."""
        self._control.send(None)
        self._process.join()


class FloorServer:
    """The same in C, without websockets."""

    handshake = b""

    def __init__(self, screens: int) -> None:
        command = [
            *taskset(SERVER_CORE),
            str(HERE / "build" / "fanout_floor"),
            str(screens),
            str(FRAME_BYTES),
        ]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._orders = cast("TextIO", self._process.stdin)
        self._answers = cast("TextIO", self._process.stdout)
        self.port = int(self._answers.readline())

    def publish(self, messages: int, interval_s: float) -> float:
        """Give the CPU seconds that took."""
        self._orders.write(f"{messages} {int(interval_s * 1e6)}\n")
        self._orders.flush()
        return float(self._answers.readline())

    def stop(self) -> None:
        """End the process; the end of its input would not, as processes forked later hold it open."""
        self._process.kill()
        self._process.communicate()


def taskset(core: int) -> list[str]:
    """Give the command prefix that pins a program, where there is such a command and more than one core."""
    return (
        ["taskset", "-c", str(core)] if shutil.which("taskset") and len(os.sched_getaffinity(0)) > 1 else []
    )


def build_floor() -> bool:
    """Compile the floor; False, and a word about it, where there is no compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        print("(no C compiler: without the floor)", file=sys.stderr)
        return False
    (HERE / "build").mkdir(exist_ok=True)
    source, target = HERE / "fanout_floor.c", HERE / "build" / "fanout_floor"
    subprocess.run([compiler, "-O3", "-Wall", "-o", target, source], check=True)
    return True


class Screens:
    """The process of all screens."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("fork")
        self._control, theirs = context.Pipe()
        context.Process(target=run_screens, args=(theirs,), daemon=True).start()

    def connect(self, server: Server, screens: int) -> None:
        """Connect so many to `server`."""
        self._control.send((server.port, screens, server.handshake))
        self._control.recv()

    def received(self) -> int:
        """Give the bytes all of them received so far, once they receive no more."""
        earlier = -1
        while (received := self._count()) != earlier:
            earlier = received
            time.sleep(0.03)
        return earlier

    def stop(self) -> None:
        """End the process."""
        self._control.send(None)

    def _count(self) -> int:
        self._control.send("received")
        received: int = self._control.recv()
        return received


def measure(count: int, rounds: int, deliveries: int, *, floor: bool) -> dict[str, list[float]]:
    """Give the CPU microseconds per delivery of each variant at `count` screens, a figure for each round."""
    with ExitStack() as stack:
        servers: dict[str, Server] = {FLOOR: FloorServer(count)} if floor else {}
        servers |= {name: PythonServer(name) for name in VARIANTS}
        screens = Screens()
        stack.callback(screens.stop)
        for server in servers.values():
            stack.callback(server.stop)
            screens.connect(server, count)
        for server in servers.values():
            while isinstance(server, PythonServer) and server.screens() < count:
                time.sleep(0.05)
        # The screens need their time too: publish no faster than one core can read.
        messages, interval_s = max(10, deliveries // count), 0.002 + count * 15e-6
        figures: dict[str, list[float]] = {name: [] for name in servers}
        for number in range(-1, rounds):  # the first warms up
            for name, server in servers.items():
                before = screens.received()
                cpu_s = server.publish(messages, interval_s)
                delivered = (screens.received() - before) / FRAME_BYTES
                if delivered != messages * count:
                    print(f"({name}: {delivered:.0f} of {messages * count} delivered)", file=sys.stderr)
                if number >= 0:
                    figures[name].append(cpu_s / delivered * 1e6)
        return figures


def report(figures: dict[int, dict[str, list[float]]]) -> str:
    """Give a markdown table: each variant's median, and ours against the reference by interleaved pairs."""
    counts = list(figures)
    names = list(figures[counts[0]])
    lines = [
        "| server CPU µs per delivery | " + " | ".join(f"{count:,} screens" for count in counts) + " |",
        "|---|" + "---|" * len(counts),
    ]
    for name in names:
        medians = (f"{statistics.median(figures[count][name]):.1f}" for count in counts)
        lines.append(f"| {name} | " + " | ".join(medians) + " |")
    ratios = []
    for count in counts:
        pairs = zip(figures[count][OURS], figures[count][REFERENCE], strict=True)
        ratios.append(f"{statistics.median(ours / theirs for ours, theirs in pairs):.2f}")
    lines.append(f"| {OURS} / {REFERENCE}, median of pairs | " + " | ".join(ratios) + " |")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer screens and rounds")
    quick = parser.parse_args().quick
    counts, rounds, deliveries = ((200,), 3, 8_000) if quick else ((200, 1_000, 3_000), 5, 60_000)
    allow_many_sockets()
    floor = build_floor()
    figures = {count: measure(count, rounds, deliveries, floor=floor) for count in counts}
    print(report(figures))
    print(
        f"\n{PAYLOAD_BYTES} bytes a message; servers on core {SERVER_CORE}, screens on core {SCREENS_CORE}."
    )


if __name__ == "__main__":
    main()
