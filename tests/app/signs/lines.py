"""What may be at the other end of a line: boards that are watched, and boards that are not well."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from app.signs.simulator import Simulator
from display.signs.codec import Board, Codec, Picture

PATIENCE_S = 60.0


class Hand:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


class Watched:
    """A simulated board that keeps what it was sent."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self.sent: list[bytes] = []

    def feed(self, data: bytes, now: float) -> bytes:
        self.sent.append(data)
        return self._board.feed(data, now)

    def picture(self, now: float) -> Picture:
        return self._board.picture(now)


def simulator(*codecs: Codec, port: int = 0, now: Callable[[], float] = time.monotonic) -> Simulator:
    found = Simulator(*codecs, port=port, now=now)
    found.boards = tuple(Watched(board) for board in found.boards)
    return found


@asynccontextmanager
async def server(talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]) -> AsyncIterator[int]:
    """Something that listens; gives its port."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.current_task())  # type: ignore[arg-type]
        try:
            await talk(reader, writer)  # type: ignore[misc]
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()
            await asyncio.sleep(0)  # the socket closes with the loop's next turn

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()
        for _ in range(5):  # one that is being accepted is not served yet
            await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def babbling(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers everything with something else."""
    while await reader.read(4_096):
        writer.write(b"HTTP/1.1 400 Bad Request\xa5\x00\x5a\xa5\xa6\x5a")
        await writer.drain()


async def flooding(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Never stops talking."""
    while True:
        writer.write(b"\xa5garbage" * 512)
        await writer.drain()


async def mute(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Takes everything in and says nothing."""
    while await reader.read(4_096):
        pass


def deaf() -> socket.socket:
    """Is connected to, and never reads."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    listening.bind(("127.0.0.1", 0))
    listening.listen(1)
    return listening


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def until(seen: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not seen():  # noqa: ASYNC110 - the other side tells nobody
            await asyncio.sleep(0.005)
