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
READ = 4_096


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
        self._connections: set[asyncio.Task[None]] = set()

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
        self._server = await asyncio.start_server(self._serve, self._host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._server:
            self._server.close()
            connections = list(self._connections)
            for connection in connections:
                connection.cancel()
            await asyncio.gather(*connections, return_exceptions=True)
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = cast("asyncio.Task[None]", asyncio.current_task())
        self._connections.add(connection)
        try:
            while data := await reader.read(READ):
                for board in self.boards:
                    writer.write(board.feed(data, self._now()))
                await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            pass  # the other side's way to say goodbye, and ours
        finally:
            self._connections.discard(connection)
            writer.transport.abort()
            await asyncio.sleep(0)  # the socket closes with the loop's next turn
