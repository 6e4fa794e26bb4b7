"""The service's clock: wall time, or a demo's day that runs faster."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """What tells the service the time."""

    @property
    def speed(self) -> float:
        """Seconds of service time per second of wall time."""

    def now(self) -> float:
        """Epoch seconds, to the millisecond."""

    async def sleep(self, seconds: float) -> None:
        """Sleep so many seconds of service time."""


class WallClock:
    """The time of this machine."""

    speed = 1.0

    def now(self) -> float:
        """Epoch seconds, to the millisecond."""
        return round(time.time(), 3)

    async def sleep(self, seconds: float) -> None:
        """Sleep."""
        await asyncio.sleep(max(seconds, 0.0))


class FastClock:
    """A clock that starts where it is told and runs at a speed that can be changed while it runs."""

    def __init__(self, start: float, speed: float) -> None:
        self._base = start
        self._since = time.monotonic()
        self._speed = speed

    @property
    def speed(self) -> float:
        """Seconds of service time per second of wall time."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self.jump(self.now())
        self._speed = speed

    def jump(self, at: float) -> None:
        """Go on from another time."""
        self._base = at
        self._since = time.monotonic()

    def now(self) -> float:
        """Epoch seconds, to the millisecond."""
        return round(self._base + (time.monotonic() - self._since) * self._speed, 3)

    async def sleep(self, seconds: float) -> None:
        """Sleep so many seconds of service time, in short naps, since the speed may change."""
        until = self.now() + seconds
        while (left := until - self.now()) > 0:  # noqa: ASYNC110 - time itself is polled
            await asyncio.sleep(min(left / self._speed, 0.25))

    async def sleep_until(self, at: float) -> None:
        """Sleep until a service time."""
        await self.sleep(at - self.now())
