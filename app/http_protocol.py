"""Uvicorn's HTTP protocol, but an answer's head and body leave in one write.

Each write is a system call, and wakes who waits for the answer: uvicorn's two cost a tenth of what it takes
to keep an event. It relies on uvicorn 0.54; `tests/app/test_http_protocol.py` states on what.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_ENDS = b"\r\n\r\n"


class HttpProtocol(HttpToolsProtocol):
    """Writes through a `HeadKept`."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """As uvicorn, for HTTP."""
        super().connection_made(transport)
        self.transport = cast("asyncio.Transport", HeadKept(transport, self.loop))

    def handle_websocket_upgrade(self) -> None:
        """As uvicorn; the websocket protocol has its own way of writing."""
        self.transport = cast("HeadKept", self.transport).bare
        super().handle_websocket_upgrade()


class HeadKept:
    """A transport that keeps a head until its body comes, or until the loop's next turn."""

    def __init__(self, bare: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self.bare = bare
        self._loop = loop
        self._head = b""

    def write(self, data: bytes) -> None:
        """Write what was kept with this; or keep it, if it may be a head."""
        if self._head:
            data, self._head = self._head + data, b""
        elif data.endswith(HEAD_ENDS):
            self._head = data
            self._loop.call_soon(self._flush)
            return
        self.bare.write(data)

    def close(self) -> None:
        """Write what was kept, and close."""
        self._flush()
        self.bare.close()

    def _flush(self) -> None:
        if self._head:
            head, self._head = self._head, b""
            self.bare.write(head)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever else a transport can do
        return getattr(self.bare, name)
