"""One sign: a screen in the hub that keeps the newest view of its window, and knows when to say it again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import orjson

from app.branch.signs import SignPlan
from app.hub import Message
from app.live import STALE_S
from display.signs import saying
from display.signs.page import Page
from display.signs.seen import window_view

from .codecs import codec_of


class Sign:
    """A sign over a window. ``woken`` is called when there may be something to send; ``now`` is in seconds.

    What it shows is said again before the sign's own time-out while the service is alive, and no longer: so
    whatever stops, the minutes vanish.
    """

    busy = False

    def __init__(
        self,
        plan: SignPlan,
        window: str,
        languages: Sequence[str],
        woken: Callable[[], None],
        now: Callable[[], float],
    ) -> None:
        self.plan = plan
        self.window = window
        self.codec = codec_of(plan)
        self._dark = self.codec.frame(())
        self._languages = plan.languages or tuple(languages)
        self._woken = woken
        self._now = now
        self._view: str | None = None
        self._heard_at = float("-inf")
        self._frame: bytes | None = None
        self._sent: bytes | None = None
        self._sent_at = self._due_at = float("-inf")
        self.reached = False
        """Whether it has taken a frame, and was not lost since."""
        self._leaving = False
        self._left = asyncio.Event()

    # what the hub calls

    def offer(self, message: Message) -> bool:
        """Keep a view as the newest, and take a pulse for a sign of life; True if a view was displaced."""
        if message.text.startswith('{"kind":"restarting"'):
            return False
        self._heard_at = self._now()
        displaced = False
        if message.text.startswith('{"kind":"view"'):
            displaced = self._view is not None
            self._view = message.text
        self._woken()
        return displaced

    async def close(self, _code: int) -> None:
        """Go dark before the service does: return once that has been said, or cannot be."""
        self._leaving = True
        if not self.reached:
            return
        self._woken()
        await self._left.wait()

    def abort(self) -> None:
        """Do nothing: the line drops its connection by itself."""

    # what its line asks

    def due(self) -> bytes | None:
        """The frame to be sent now, if any: news, or what the sign would soon forget."""
        if self._leaving:
            return None if self._left.is_set() else self._dark
        now = self._due_at = self._now()
        if (text := self._view) is not None:
            self._view = self._frame = None  # a view that cannot be said leaves no older one standing
            self._frame = self.codec.frame(self._pages(text))
        stale = now - self._heard_at > STALE_S
        if self._frame is None or stale:
            return None
        old = self._sent != self._frame or now - self._sent_at >= self.codec.refresh_s
        return self._frame if old else None

    def sent(self, frame: bytes) -> None:
        """The sign has taken a frame; its time-out began when that was due, or a little later."""
        self._sent, self._sent_at = frame, self._due_at
        self.reached = True
        if self._leaving and frame == self._dark:
            self._left.set()

    def lost(self) -> None:
        """Nobody knows what the sign shows now; one that leaves need not be waited for."""
        self._sent = None
        self.reached = False
        if self._leaving:
            self._left.set()

    def _pages(self, text: str) -> Sequence[Page]:
        view = window_view(orjson.loads(text)["view"])
        grid = self.codec.grid
        if self.codec.digits_only:
            return saying.number_page(view, grid.columns)
        return saying.pages(view, self._languages, grid)
