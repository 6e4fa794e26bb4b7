"""Who is watching what, and how the newest picture gets there.

A hub belongs to one branch. Screens join a topic (`window:3`, `hall`, …); what is published to a topic goes
to each of them. Every message is a whole picture, so a screen that is too slow to take one simply gets the
next: it has one slot, the newest message wins it, and nobody else waits. The frame is built once, however
many screens show it.

All of it belongs to the event loop's thread, and nothing here awaits a screen except for saying goodbye.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Protocol, Self, cast

from fastapi import WebSocket, WebSocketDisconnect
from websockets.frames import Frame, Opcode

EXTENSION = "lobbyclock.screen"
"""Key of the ASGI scope's extension under which a server that can write frames itself offers its `Screen`."""

HEARD_BYTES = 1_024
HEARD_MESSAGES = 64
GOODBYE_S = 1.0


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent, as text and as the very bytes of its (unmasked, uncompressed) websocket frame."""

    text: str
    frame: bytes

    @classmethod
    def of(cls, content: bytes | str) -> Self:
        """Encode `content`, text or UTF-8 bytes; raises UnicodeError for anything else."""
        text = content if isinstance(content, str) else content.decode()
        payload = content.encode() if isinstance(content, str) else content
        return cls(text, Frame(Opcode.TEXT, payload).serialize(mask=False))


class Screen(Protocol):
    """One connection, as the hub sees it."""

    @property
    def busy(self) -> bool:
        """Whether something handed over earlier has not gone out yet."""

    def offer(self, message: Message) -> bool:
        """Send, or keep as the newest until that is possible; True if an older one was displaced unsent."""

    async def close(self, code: int) -> None:
        """Close once all that was offered has gone out."""

    def abort(self) -> None:
        """Drop the connection, with whatever has not gone out."""


@dataclass(frozen=True, slots=True)
class HubCounts:
    """How much the hub carries: screens joined now, and messages since it started."""

    screens: int
    topics: int
    delivered: int
    skipped: int


class Hub:
    """The screens of one branch by topic, and each topic's newest message."""

    def __init__(self) -> None:
        self._screens: dict[str, set[Screen]] = {}
        self._topic_of: dict[Screen, str] = {}
        self._newest: dict[str, Message] = {}
        self._offered = 0
        self._skipped = 0
        self._farewell: Message | None = None

    @property
    def farewell(self) -> Message | None:
        """The last word to a screen that comes now; None unless the hub is closing."""
        return self._farewell

    @property
    def counts(self) -> HubCounts:
        """For metrics; a message in a slot counts as delivered until a newer one displaces it."""
        delivered = self._offered - self._skipped
        return HubCounts(len(self._topic_of), len(self._screens), delivered, self._skipped)

    def topics(self) -> Collection[str]:
        """List the topics somebody watches: what nobody sees need not be rendered."""
        return self._screens.keys()

    def join(
        self,
        topic: str,
        screen: Screen,
        first: Callable[[], bytes | str | None] | None = None,
        pulse: bytes | str | None = None,
    ) -> None:
        """Add `screen` to `topic` and show it the newest message there, then the `pulse` of this moment.

        Where nothing is kept (nobody else watches), `first` is asked for the picture of this very moment, and
        what it gives is kept. It is called at once, so that no change can fall between. What is kept may be
        older than the screen's own last word from us: that it still holds is what the pulse says.
        """
        self.leave(screen)
        self._screens.setdefault(topic, set()).add(screen)
        self._topic_of[screen] = topic
        if topic not in self._newest and first is not None and (content := first()) is not None:
            self._newest[topic] = Message.of(content)
        if topic in self._newest:
            self._offer((screen,), self._newest[topic])
        if pulse is not None:
            self._offer_idle((screen,), pulse)

    def leave(self, screen: Screen) -> None:
        """Forget `screen`, and a topic's newest message with its last screen: it would go out of date unseen.

        A screen that is not in the hub is no error.
        """
        topic = self._topic_of.pop(screen, None)
        if topic is None:
            return
        watching = self._screens[topic]
        watching.discard(screen)
        if not watching:
            del self._screens[topic]
            self._newest.pop(topic, None)

    def publish(self, topic: str, content: bytes | str) -> None:
        """Show `content` on each screen of `topic`; whoever joins gets it first.

        A topic that nobody watches is no error; the content is dropped.
        """
        watching = self._screens.get(topic)
        if watching is None:
            return
        message = self._newest[topic] = Message.of(content)
        self._offer(watching, message)

    def pulse(self, content: bytes | str) -> None:
        """Send a sign of life to each screen that is not busy: it displaces no view; late it is no use."""
        self._offer_idle(self._topic_of, content)

    async def drain_and_close(
        self, farewell: bytes | str, code: int = 1012, grace_s: float = GOODBYE_S
    ) -> None:
        """Give each screen `farewell` and close it with `code` (1012: service restart).

        One that has not taken it after `grace_s` seconds is dropped. Whoever comes later, through
        `serve_screen`, gets the same.
        """
        self._farewell = Message.of(farewell)
        screens = list(self._topic_of)
        self._offer(screens, self._farewell)
        for screen in screens:
            self.leave(screen)  # nothing may displace the farewell
        closing = {asyncio.create_task(screen.close(code)): screen for screen in screens}
        if not closing:
            return
        _, late = await asyncio.wait(closing, timeout=grace_s)
        for task in late:
            task.cancel()
            closing[task].abort()
        await asyncio.gather(*closing, return_exceptions=True)

    def _offer_idle(self, screens: Iterable[Screen], content: bytes | str) -> None:
        self._offer([screen for screen in screens if not screen.busy], Message.of(content))

    def _offer(self, screens: Collection[Screen], message: Message) -> None:
        self._offered += len(screens)
        for screen in screens:
            if screen.offer(message):
                self._skipped += 1


class TextScreen:
    """A screen behind any ASGI server: one task sends, one slot holds the newest message meanwhile."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        self._slot: Message | None = None
        self._filled = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def busy(self) -> bool:
        """Whether a message waits or is being sent."""
        return not self._idle.is_set()

    def offer(self, message: Message) -> bool:
        """Fill the slot; True if that displaced a message."""
        displaced = self._slot is not None
        self._slot = message
        self._filled.set()
        self._idle.clear()
        return displaced

    async def close(self, code: int) -> None:
        """Close once the slot has been sent."""
        await self._idle.wait()
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # the other side was first
            await self._websocket.close(code)

    def abort(self) -> None:
        """Do nothing: ASGI cannot drop a connection; the server does when the application returns."""

    async def send_newest(self) -> None:
        """Send whatever is in the slot, one after the other, until the connection ends."""
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while await self._filled.wait():
                message, self._slot = cast("Message", self._slot), None
                self._filled.clear()
                await self._websocket.send_text(message.text)
                if self._slot is None:
                    self._idle.set()
        self._idle.set()


async def serve_screen(
    websocket: WebSocket,
    hub: Hub,
    topic: str,
    first: Callable[[], bytes | str | None] | None = None,
    pulse: Callable[[], bytes | str | None] = lambda: None,
) -> None:
    """Accept `websocket` and keep it in `hub` under `topic` until it goes; as in `Hub.join`.

    A screen has nothing to say: short messages are ignored, too many end it with 1008, a long one with 1009.
    """
    await websocket.accept()
    async with _screen_of(websocket) as screen:
        if hub.farewell is not None:
            screen.offer(hub.farewell)
            await screen.close(1012)
            return
        try:
            hub.join(topic, screen, first, pulse())
            await _listen(websocket)
        finally:
            hub.leave(screen)


@contextlib.asynccontextmanager
async def _screen_of(websocket: WebSocket) -> AsyncGenerator[Screen]:
    extension = websocket.scope.get("extensions", {}).get(EXTENSION)
    if extension is not None:
        yield extension["screen"]
        return
    screen = TextScreen(websocket)
    sender = asyncio.create_task(screen.send_newest())
    try:
        yield screen
    finally:
        sender.cancel()
        await asyncio.wait([sender])


async def _listen(websocket: WebSocket) -> None:
    for _ in range(HEARD_MESSAGES):
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            return
        if len(message.get("text") or message.get("bytes") or "") > HEARD_BYTES:
            await websocket.close(1009)
            return
    await websocket.close(1008, "a screen only listens")
