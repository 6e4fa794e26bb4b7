"""Reads what a summary needs from the journal, in a thread, without holding up the branch."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator

from app.branch.events import Event
from app.live import Live

from .ledger import promises
from .period import Period
from .tally import Tally

STRETCH, PAUSE_S = 20, 0.0005
"""After so many events the reading thread rests, so that events, forecasts and screens come first."""


class Archive:
    """Summaries of what branches said and what happened, one at a time however many are asked for."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def tally(self, live: Live, period: Period) -> Tally:
        """The promises of a period, counted. Errors: ``Unavailable``, ``Damaged``."""
        async with self._turn:
            return await asyncio.to_thread(_counted, live, period, live.owner.state.seq)


def _counted(live: Live, period: Period, last_seq: int) -> Tally:
    tally = Tally(period.begins_at, period.ends_at, live.branch.zone)
    return tally.add_all(promises(live.branch, _unhurried(period.events(live.events, last_seq))))


def _unhurried(events: Iterable[Event]) -> Iterator[Event]:
    for number, event in enumerate(events, 1):
        yield event
        if number % STRETCH == 0:
            time.sleep(PAUSE_S)
