"""The hub's fast path: uvicorn's websocket protocol, to whose transport finished frames are written directly.

Everything else stays uvicorn's: handshake, pings, closing, ASGI. All writes, its and ours, are whole frames
handed to one transport on one thread, so they cannot interleave. What must hold beside that:

- nothing is written once a close frame was sent or received;
- while the transport is paused (the kernel takes no more) there is one slot, the newest message, sent on
  resuming;
- the kernel's own queue is short (`TCP_NOTSENT_LOWAT`), or it would hold thousands of outdated pictures;
- a peer that reads nothing can neither keep a closed connection nor make us queue pongs.

It relies on the inner workings of uvicorn 0.54; `tests/app/test_screen_protocol.py` states on which.
"""

import contextlib
import socket
import sys
from asyncio import BaseTransport
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

from app.http_protocol import HttpProtocol
from app.hub import EXTENSION, HEARD_BYTES, Message

if TYPE_CHECKING:
    from uvicorn._types import ASGISendEvent

UNSENT_BYTES = 16 * 1024
TCP_NOTSENT_LOWAT = 25  # linux/tcp.h; `socket` has no name for it in Python 3.11
PING_S = 20.0
GRACE_S = 5


class ScreenProtocol(WebSocketsSansIOProtocol):
    """A `Screen` that the application finds in its scope's extensions (`app.hub.EXTENSION`)."""

    _paused = False
    _ready = False  # open and not paused: one look instead of four, on the path that every delivery takes
    _slot: bytes | None = None

    @property
    def busy(self) -> bool:
        """Whether bytes handed over earlier still wait in this process."""
        return self._paused

    def offer(self, message: Message) -> bool:
        """Write the frame now, or keep it as the newest; True if an older one was displaced.

        On a closed connection it is dropped.
        """
        if self._ready:
            self.transport.write(message.frame)
            return False
        if not self._is_open():
            return False
        displaced = self._slot is not None
        self._slot = message.frame
        return displaced

    async def close(self, code: int) -> None:
        """Close through uvicorn, once the slot is empty; no error if the other side was first."""
        with contextlib.suppress(ClientDisconnected, RuntimeError):
            await self.send({"type": "websocket.close", "code": code, "reason": ""})

    def abort(self) -> None:
        """Drop the connection, with whatever has not gone out."""
        self._slot = None
        self.transport.abort()
        self._look()

    def _is_open(self) -> bool:
        return self.conn.state is State.OPEN and not self.transport.is_closing()

    def _look(self) -> None:
        """Look again whether frames may be written: after whatever may have opened, closed or paused it."""
        self._ready = not self._paused and self._is_open()

    # What uvicorn does, and a little more

    def connection_made(self, transport: BaseTransport) -> None:
        """Keep both queues short: the transport's at the rest of a write, the kernel's at `UNSENT_BYTES`."""
        super().connection_made(transport)
        self.transport.set_write_buffer_limits(high=0)
        sock = transport.get_extra_info("socket")
        if sys.platform == "linux" and sock is not None and sock.family in (socket.AF_INET, socket.AF_INET6):
            sock.setsockopt(socket.IPPROTO_TCP, TCP_NOTSENT_LOWAT, UNSENT_BYTES)

    async def run_asgi(self) -> None:
        """Show the application this screen; when it has returned, do not wait for a stalled peer to read."""
        self.scope["extensions"][EXTENSION] = {"screen": self}
        await super().run_asgi()
        self._look()
        if self.transport.is_closing():
            self._drop_if_stalled()

    def pause_writing(self) -> None:
        """Begin to keep the newest message only."""
        self._paused = True
        self._look()
        super().pause_writing()

    def resume_writing(self) -> None:
        """Send what was kept; that may pause the transport again, and then nobody else may write either."""
        self._paused = False
        self._look()
        frame, self._slot = self._slot, None
        if frame is not None and self._ready:
            self.transport.write(frame)
        if not self._paused:
            super().resume_writing()

    def data_received(self, data: bytes) -> None:
        """As uvicorn; the peer may have closed, or broken the rules."""
        super().data_received(data)
        self._look()

    def handle_ping(self) -> None:
        """Answer, unless earlier bytes still wait: who pings and never reads would make us hoard pongs."""
        if self._paused and self.conn.close_rcvd is None:
            self.conn.data_to_send()
            return
        super().handle_ping()

    async def send(self, message: "ASGISendEvent") -> None:
        """As uvicorn, but an unanswered close ends in a drop: mere closing waits for the peer to read."""
        await super().send(message)
        self._look()
        if message["type"] == "websocket.http.response.body" and self.close_sent:
            self.handshake_complete = True  # a refusal is an answer; uvicorn logs it as an error of ours
        if self.close_timer is not None:
            self.close_timer.cancel()
            self.close_timer = self.loop.call_later(self.close_timeout, self.transport.abort)

    def keepalive_timeout(self) -> None:
        """As uvicorn, but do not wait for a silent peer to read."""
        super().keepalive_timeout()
        self._drop_if_stalled()

    def shutdown(self) -> None:
        """As uvicorn, which says 1012; the application then returns, and a stalled peer is dropped there."""
        super().shutdown()
        self._look()

    def eof_received(self) -> None:
        """As uvicorn, whose transport closes now, but do not wait for a stalled peer to read."""
        super().eof_received()
        self._drop_if_stalled()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of the slot as well."""
        self._slot = None
        super().connection_lost(exc)
        self._look()

    def _drop_if_stalled(self) -> None:
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        self._look()


def uvicorn_options() -> dict[str, Any]:
    """Give the keyword arguments of `uvicorn.Config` under which screens and senders are served well."""
    return {
        "ws": ScreenProtocol,
        "ws_ping_interval": PING_S,
        "ws_ping_timeout": PING_S,
        "ws_max_size": HEARD_BYTES,
        "ws_per_message_deflate": False,
        "loop": "uvloop",
        "http": HttpProtocol,
        "timeout_graceful_shutdown": GRACE_S,
    }
