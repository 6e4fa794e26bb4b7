"""The line to all signs at one host and port: connects, says what is due, and comes back when it is lost."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

import structlog

from .conversation import Conversation, conversation
from .sign import Sign
from .trouble import Trouble

FIRST_S, MOST_S = 1.0, 30.0
"""Seconds before the first attempt after a loss, twice as many before each further one, up to the second."""

log = structlog.get_logger(__name__)


class Line:
    """Signs that share a connection, as boards on one serial line do. ``rng`` spreads the attempts.

    ``trouble`` is what is wrong at present; None: every sign took what it was sent last. It is logged when it
    changes, not with every attempt. A sign that does not take its frame comes last from then on, and is the
    only one that counts as lost: the others wait for its answer, and never longer.
    """

    def __init__(self, host: str, port: int, rng: random.Random) -> None:
        self.trouble: str | None = "not connected yet"
        self.signs: Sequence[Sign] = ()
        self._host = host
        self._port = port
        self._rng = rng
        self._wake = asyncio.Event()
        self._failures = 0
        self._lost: Sequence[Sign] = ()

    def wake(self) -> None:
        """Something may be due."""
        self._wake.set()

    async def run(self) -> None:
        """Keep the signs right until cancelled."""
        while True:
            self._lost = self.signs
            try:
                async with conversation(
                    self._host, self._port, self.signs[0].codec.answers, self.wake
                ) as talk:
                    await self._talk(talk)
            except Trouble as error:
                self._note(str(error))
            except Exception as error:
                if self._note(f"{type(error).__name__}: {error}"):
                    log.exception("a sign cannot be driven", sign=f"{self._host}:{self._port}")
            for sign in self._lost:
                sign.lost()
            self._failures = 1 if any(sign.reached for sign in self.signs) else self._failures + 1
            await asyncio.sleep(self._pause())

    async def _talk(self, talk: Conversation) -> None:
        while True:
            self._wake.clear()
            for sign in self.signs:
                await self._show(talk, sign)
            if self._failures == 0:
                self._note(None)
            await self._wake.wait()
            talk.check()

    async def _show(self, talk: Conversation, sign: Sign) -> None:
        """Say what is due. Errors: what was wrong with it; then this sign alone is lost, and stands last."""
        try:
            if (frame := sign.due()) is not None:
                await talk.show(frame)
                sign.sent(frame)
                self._failures = 0
        except Exception:
            self._lost = (sign,)
            self.signs = (*(one for one in self.signs if one is not sign), sign)
            raise

    def _pause(self) -> float:
        """Seconds until the next attempt: twice as long each time, and nobody's at the same moment."""
        return float(self._rng.uniform(0.5, 1.0) * min(FIRST_S * 2 ** min(self._failures - 1, 16), MOST_S))

    def _note(self, trouble: str | None) -> bool:
        """Log a change; whether it is one."""
        if trouble == self.trouble:
            return False
        self.trouble = trouble
        about = {"sign": f"{self._host}:{self._port}", "windows": [sign.window for sign in self.signs]}
        if trouble:
            log.warning("sign lost", **about, reason=trouble)
        else:
            log.info("sign connected", **about)
        return True
