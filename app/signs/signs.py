"""All signs of a branch."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from functools import partial

from app.live import Live

from .line import Line
from .sign import Sign


class Signs:
    """The signs that a branch's file names, each following its window as a screen does."""

    def __init__(
        self, live: Live, rng: random.Random | None = None, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._live = live
        self._rng = rng or random.Random()  # noqa: S311 - it only spreads attempts
        self._now = now
        self._tasks: list[asyncio.Task[None]] = []
        self.lines = self._lines()

    def start(self) -> None:
        """Join the hub, and begin to connect."""
        for line in self.lines:
            for sign in line.signs:
                topic = f"window:{sign.window}"
                self._live.hub.join(topic, sign, partial(self._live.first, topic))
            self._tasks.append(asyncio.create_task(line.run()))

    async def stop(self) -> None:
        """Let go of all lines; the hub's goodbye has made the signs dark before."""
        for line in self.lines:
            for sign in line.signs:
                self._live.hub.leave(sign)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _lines(self) -> list[Line]:
        found: dict[tuple[str, int], Line] = {}
        for window in self._live.branch.windows.values():
            for plan in window.signs:
                line = found.setdefault(plan.line, Line(*plan.line, self._rng))
                sign = Sign(plan, window.id, self._live.branch.languages, line.wake, self._now)
                line.signs = (*line.signs, sign)
        return list(found.values())
