"""A connection to a line of signs: one frame at a time, each taken and answered, or there is trouble.

Little is ever kept: what a sign says that is no answer is dropped, and one that does not read gets no second
frame. Errors of all methods: ``Trouble``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import cast

from display.signs.codec import Answer, Answers

from . import trouble
from .trouble import ANSWER_S, Trouble

MOST_BABBLE = 65_536
"""Bytes that may come without an answer among them; then it is no sign that is connected."""


@asynccontextmanager
async def conversation(
    host: str, port: int, answers: Answers | None, ended: Callable[[], None] = lambda: None
) -> AsyncIterator[Conversation]:
    """Connect, and close whatever happens; ``ended`` is called when the other side does."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(ANSWER_S):
            _, talk = await loop.create_connection(lambda: Conversation(answers, ended), host, port)
    except (OSError, UnicodeError) as error:
        raise trouble.unreachable(error, host, port) from None
    try:
        yield talk
    finally:
        await talk.close()


class Conversation(asyncio.Protocol):
    """The connection while it lasts."""

    def __init__(self, answers: Answers | None, ended: Callable[[], None]) -> None:
        self._answers = answers
        self._ended = ended
        self._transport: asyncio.Transport | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        self._said: list[Answer] = []
        self._answered = asyncio.Event()
        self._closed = asyncio.Event()
        self._babble = 0
        self._wrong: Trouble | None = None

    async def show(self, frame: bytes) -> None:
        """Send a frame, and wait until it is taken in and, from signs that answer, answered."""
        self.check()
        transport = cast("asyncio.Transport", self._transport)
        self._said.clear()
        self._babble = 0
        self._answered.clear()
        transport.write(frame)
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._writable.wait()
                if self._answers:
                    await self._answered.wait()
        except TimeoutError:
            raise self._late() from None
        self.check()
        for answer in self._said:
            if not answer.taken:
                raise trouble.refused(answer.reason)

    def check(self) -> None:
        """Raise what has gone wrong meanwhile."""
        if self._wrong:
            raise self._wrong

    async def close(self) -> None:
        """Close at once, with whatever has not gone out."""
        self._abort()
        await self._closed.wait()

    def _abort(self) -> None:
        if self._transport:
            self._transport.abort()

    def _late(self) -> Trouble:
        if not self._writable.is_set():
            return trouble.stalled()
        return trouble.babble() if self._babble else trouble.silent()

    def _fail(self, wrong: Trouble) -> None:
        """Remember the first trouble, and let whoever waits see it."""
        self._wrong = self._wrong or wrong
        self._writable.set()
        self._answered.set()
        self._ended()

    # what the transport calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport; anything that it could not send at once counts as not taken in."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=0)

    def data_received(self, data: bytes) -> None:
        """Look for answers; one that nobody waits for is forgotten with the next frame."""
        if self._answers is None:
            return
        found = self._answers.feed(data)
        if found:
            self._said = found[:1]
            self._answered.set()
        else:
            self._babble += len(data)
        if self._babble > MOST_BABBLE:
            self._fail(trouble.babble())
            self._abort()

    def pause_writing(self) -> None:
        """The other side does not read."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """It does again."""
        self._writable.set()

    def eof_received(self) -> None:
        """Let the transport close."""

    def connection_lost(self, _error: Exception | None) -> None:
        """The other side is gone."""
        self._closed.set()
        self._fail(trouble.gone())
