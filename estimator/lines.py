"""The lines that people stand in, as columns for the queue kernel.

Tickets that the same windows may call after the same waits, with the same head start, stand in one line.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import ceil, inf, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from estimator.columns import rules
from estimator.discipline import Waiting, WindowRule, reluctance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from estimator.columns import Floats, Ints, Rules
    from estimator.pools import Pools
    from estimator.situation import Situation

__all__ = ["Lines", "Place", "Stream", "line_up"]

_LONGEST_S = 10_800.0  # nobody's wait depends on who comes later than that
_MOST = 64  # of one stream


class Place(NamedTuple):
    """One ticket in line, or (ticket None) the probe of a business: a ticket taken now.

    A tuple, since each pass makes one of everybody who waits.
    """

    ticket: str | None
    business: str
    waited_s: float
    items: int | None
    reluctance: tuple[float, ...]
    head_start: float


@dataclass(frozen=True, slots=True)
class Stream:
    """People yet to come of one business and priority, `rate` a second, as far as they matter."""

    business: str
    rate: float
    until_s: float
    slots: int
    reluctance: tuple[float, ...]
    head_start: float


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """N tickets here (`places`, by issue, then id) and S streams of those to come, T in all, in L lines.

    `line` [T] in which each stands. `stream_start` [S + 1]: where among those to come each stream begins, and
    the last one ends. `rules`: of the L lines and W windows.
    """

    places: list[Place]
    streams: list[Stream]
    line: Ints
    stream_start: Ints
    rules: Rules

    def later(self, rng: np.random.Generator, draws: int) -> Floats:
        """Return when those to come do come, in each draw [D, T - N]; infinite for those who do not.

        Nobody to come: no columns. No draws: no rows.
        """
        gaps = rng.standard_exponential((draws, int(self.stream_start[-1])))
        rates = np.array([stream.rate for stream in self.streams], float)
        return _come(gaps, self.stream_start, rates, np.array([each.until_s for each in self.streams], float))


@njit(cache=True, nogil=True)
def _come(gaps: Floats, stream_start: Ints, rate: Floats, until_s: Floats) -> Floats:
    """Return when those to come do, from the gaps between them, in mean gaps of their stream [D, slots]."""
    times = np.empty_like(gaps)
    for draw in range(gaps.shape[0]):
        for stream in range(rate.shape[0]):
            reached = 0.0
            for slot in range(stream_start[stream], stream_start[stream + 1]):
                reached += gaps[draw, slot]
                moment = reached / rate[stream]
                times[draw, slot] = moment if moment <= until_s[stream] else np.inf
    return times


def line_up(situation: Situation, pools: Pools) -> Lines:
    """Return who waits, a probe for every business behind them, and who may yet come and matter.

    Of an empty branch the columns are empty, and without windows `reluctance` is [0, L].
    """
    clerk = _Clerk(situation, pools)
    places = clerk.places()
    streams = clerk.streams(places)
    keys: dict[tuple[tuple[float, ...], float], int] = {}
    here = [keys.setdefault((place.reluctance, place.head_start), len(keys)) for place in places]
    to_come = [keys.setdefault((stream.reluctance, stream.head_start), len(keys)) for stream in streams]
    slots = np.array([stream.slots for stream in streams], np.int64)
    return Lines(
        places=places,
        streams=streams,
        line=np.concatenate((np.array(here, np.int64), np.repeat(np.array(to_come, np.int64), slots))),
        stream_start=np.concatenate((np.zeros(1, np.int64), np.cumsum(slots))),
        rules=rules(
            np.array([head_start for _, head_start in keys], float),
            np.array([each for each, _ in keys], float).reshape(len(keys), len(situation.windows)).T.copy(),
        ),
    )


class _Clerk:
    """Knows the windows' rules, and remembers what it has looked up for tickets of one sort."""

    def __init__(self, situation: Situation, pools: Pools) -> None:
        self.situation = situation
        self.pools = pools
        self.rules = [
            WindowRule(window.window, window.reluctance, window.express_s) for window in situation.windows
        ]
        self.express = any(rule.express_s is not None for rule in self.rules)
        self.known: dict[tuple[str, str | None, float], tuple[float, ...]] = {}

    def places(self) -> list[Place]:
        """Return the waiting tickets by issue, then id, then the probes."""
        waiting = sorted(self.situation.waiting, key=lambda ticket: (-ticket.waited_s, ticket.ticket))
        head_start = self.situation.head_start
        return [
            Place(
                ticket.ticket,
                ticket.business,
                max(0.0, ticket.waited_s),
                ticket.items,
                self.reluctance(ticket.business, ticket.window, ticket.items, ticket.expected_s),
                head_start.get(ticket.priority, 0.0),
            )
            for ticket in waiting
        ] + [
            Place(None, business, 0.0, None, self.reluctance(business), 0.0)
            for business in dict.fromkeys(self.situation.businesses)
        ]

    def reluctance(
        self,
        business: str,
        window: str | None = None,
        items: int | None = None,
        expected_s: float | None = None,
    ) -> tuple[float, ...]:
        """Return for every window how long a ticket of this sort must wait for it."""
        if not self.express:
            expected_s = 0.0
        elif expected_s is None:
            expected_s = self.pools.expected_service_s(business, items=items)
        sort = (business, window, expected_s)
        if sort not in self.known:
            ticket = Waiting("", business, "", 0.0, expected_s, window)
            self.known[sort] = tuple(reluctance(ticket, rule) for rule in self.rules)
        return self.known[sort]

    def streams(self, places: list[Place]) -> list[Stream]:
        """Return those to come on whom it can depend when somebody who is here is called.

        Those with a greater head start go first until it is used up. Others may be called while somebody is
        not yet eligible at a window that helps out late: who is here, or the last who goes first. Whoever
        comes after that finds nobody left whom they could keep from a window. What people with an infinite
        head start find on their coming is followed no longer than that.
        """
        if not places:
            return []
        least = min(place.head_start for place in places)
        kept = {place.reluctance for place in places}
        kept_s = max((seconds for each in kept for seconds in each if seconds < inf), default=0.0)
        drained_s = self.drained_s(places)
        rates = self.pools.arrivals.rates(int(self.situation.hour))
        head_starts = {priority: self.situation.head_start.get(priority, 0.0) for _, priority in rates}
        ahead_s = max((each - least for each in head_starts.values() if least < each < inf), default=0.0)
        streams = []
        for (business, priority), rate in rates.items():
            head_start = head_starts[priority]
            until_s = drained_s if head_start == inf > least else min(ahead_s + kept_s, drained_s)
            if until_s <= 0.0:
                continue
            expected = rate * until_s
            slots = min(_MOST, ceil(expected + 3.0 * sqrt(expected) + 1.0))
            streams.append(Stream(business, rate, until_s, slots, self.reluctance(business), head_start))
        return streams

    def drained_s(self, places: Sequence[Place]) -> float:
        """Return a generous guess of when all who are here will have been called."""
        windows = sum(window.phase != "closed" and not window.closing for window in self.situation.windows)
        sizes = Counter(place.business for place in places)
        work_s = sum(size * self.pools.expected_service_s(business) for business, size in sizes.items())
        return min(_LONGEST_S, 1800.0 + 1.5 * work_s / max(1, windows))
