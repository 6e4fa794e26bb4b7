"""A board made of nothing: takes the connection of a real one, answers like it, and says what it shows."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self, cast

from display.signs.codec import Board, Codec, Picture

LOOK_S = 0.1
"""Seconds between two looks at the board: pages change and time out by themselves."""
MOST_UNREAD = 65_536
"""Bytes of answers that somebody may leave unread; then the connection is dropped."""
TURNS = 5


class Simulator:
    """A simulated board that listens at ``host`` and ``port`` (0: any that is free) while it is entered.

    It keeps what it shows over any number of connections, as a board does. Several boards share the line.
    """

    def __init__(
        self,
        *codecs: Codec,
        host: str = "127.0.0.1",
        port: int = 0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.port = port
        self.boards: tuple[Board, ...] = tuple(codec.board() for codec in codecs)
        self._host = host
        self._now = now
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Transport] = set()

    def picture(self, board: int = 0) -> Picture:
        """What a board shows now."""
        return self.boards[board].picture(self._now())

    async def watch(self, show: Callable[[Picture], None]) -> None:
        """Call ``show`` with each new picture of the first board, until cancelled."""
        last: Picture | None = None
        while True:
            picture = self.picture()
            if picture != last:
                show(picture)
                last = picture
            await asyncio.sleep(LOOK_S)

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self._hear), self._host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._server:
            self._server.close()
            for _ in range(TURNS):  # one that is being accepted has no transport yet
                await asyncio.sleep(0)
                for connection in list(self._connections):
                    connection.abort()
            await self._server.wait_closed()

    def _hear(self, connection: asyncio.Transport, data: bytes | None) -> None:
        """Take what a connection brings: bytes; nothing yet, when it is made; None, when it is lost."""
        if data is None:
            self._connections.discard(connection)
            return
        self._connections.add(connection)
        for board in self.boards:
            connection.write(board.feed(data, self._now()))
        if connection.get_write_buffer_size() > MOST_UNREAD:
            connection.abort()


class _Connection(asyncio.Protocol):
    """One connection to a simulated board."""

    def __init__(self, hear: Callable[[asyncio.Transport, bytes | None], None]) -> None:
        self._hear = hear
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._hear(self._transport, b"")

    def data_received(self, data: bytes) -> None:
        self._hear(self._transport, data)

    def connection_lost(self, _error: Exception | None) -> None:
        self._hear(self._transport, None)
