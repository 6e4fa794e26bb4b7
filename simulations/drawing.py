"""From a branch's present and what it has learned to an outlook: everybody of the next hours, drawn once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, inf, sqrt
from typing import NamedTuple

import numpy as np

from estimator.chance import Chance
from estimator.columns import Customers, Floats
from estimator.durations import sampled
from estimator.estimate import Basis, weakest
from estimator.forecast import hours, speeds, tables
from estimator.patience import Patience
from estimator.pools import Pools
from estimator.situation import Situation, WindowNow
from estimator.timeline import timeline
from simulations.outlook import PLAYED_S, Outlook, Sort

__all__ = ["DRAWS", "compile_kernels", "look_ahead"]

DRAWS, FEWEST = 200, 50
BUSYNESS_CV = 0.15
"""How much the arrivals of one day differ from those of another, beyond chance."""
_SPELLS = 3
_HOUR_S = 3600.0


def look_ahead(
    situation: Situation, pools: Pools, seed: Sequence[int], *, draws: int = DRAWS, work: int | None = None
) -> Outlook:
    """Draw the next hours of a branch; the same arguments give the same outlook.

    `work`: customers drawn at most; where it is short there are fewer draws, but 50.
    """
    return _Drawing(situation, pools, Chance.apart(seed), draws, work).outlook()


def compile_kernels() -> None:
    """Compile (or load from cache) what an outlook runs; call it at start-up, never in a request."""
    window = WindowNow(window="1", phase="open", reluctance={"a": 0.0})
    look_ahead(Situation(windows=(window,), businesses=("a",)), Pools(), (0,), draws=2).as_it_is()


class _Stream(NamedTuple):
    """People to come of one sort: how many are expected by each of some moments, and places for them."""

    sort: Sort
    moments_s: Floats
    expected: Floats
    slots: int


@dataclass(frozen=True, slots=True)
class _Drawing:
    situation: Situation
    pools: Pools
    chance: Chance
    draws: int
    work: int | None

    def outlook(self) -> Outlook:
        here, streams = self.here(), self.streams()
        members = [sort for sort, _, _ in here]
        for stream in streams:
            members += [stream.sort] * stream.slots
        draws = self.draws
        if self.work is not None:
            draws = min(draws, max(FEWEST, self.work // max(len(members), 1)))
        numbers = {sort: number for number, sort in enumerate(dict.fromkeys(members))}
        arrival = self.arrival(here, streams, draws)
        order = np.argsort(arrival, axis=1, kind="stable")
        come = np.isfinite(np.take_along_axis(arrival, order, axis=1))

        def flat(matrix: Floats) -> Floats:
            column: Floats = np.take_along_axis(matrix, order, axis=1)[come]
            return column

        of_member = np.array([numbers[sort] for sort in members], np.int64)
        sort = of_member[order[come]] if members else np.empty(0, np.int64)
        service, overhead = self.errands(members, here, tuple(numbers), draws)
        free_at, opens_at, closes_at = self.windows(draws)
        return Outlook(
            windows=self.situation.windows,
            sorts=tuple(numbers),
            day_start=np.concatenate((np.zeros(1, np.int64), np.cumsum(come.sum(axis=1)))),
            draw=np.nonzero(come)[0],
            sort=sort,
            customers=Customers(
                flat(arrival), sort, flat(service), flat(overhead), flat(self.patience(members, here, draws))
            ),
            free_at=free_at,
            opens_at=opens_at,
            closes_at=closes_at,
            speed=speeds(self.situation, self.pools, self.chance.pace, draws).T.copy(),
            basis=self.basis(numbers),
            hour=self.situation.hour,
            ends=not self.expected(PLAYED_S, (24.0 - self.situation.hour % 24.0) * _HOUR_S),
        )

    def here(self) -> list[tuple[Sort, float, int | None]]:
        """Return sort, wait so far and items of those who are here, by issue, then id."""
        waiting = sorted(self.situation.waiting, key=lambda one: (-one.waited_s, one.ticket))
        return [
            (
                self.sort(one.business, one.priority, one.window, one.items, one.expected_s),
                max(0.0, one.waited_s),
                one.items,
            )
            for one in waiting
        ]

    def sort(
        self,
        business: str,
        priority: str,
        window: str | None = None,
        items: int | None = None,
        expected_s: float | None = None,
    ) -> Sort:
        if expected_s is None:
            expected_s = self.pools.expected_service_s(business, items=items)
        return Sort(business, window, expected_s, self.situation.head_start.get(priority, 0.0))

    def streams(self) -> list[_Stream]:
        """Return who will come, by the rates of the hours: arrivals as an inhomogeneous Poisson process."""
        to_full_hour = (1.0 - self.situation.hour % 1.0) * _HOUR_S
        moments = np.array([0.0, *np.arange(to_full_hour, PLAYED_S, _HOUR_S), PLAYED_S])
        lengths = np.diff(moments)
        middles = moments[:-1] + lengths / 2
        rates = [self.rates(middle) for middle in middles.tolist()]
        streams = []
        for business, priority in sorted({name for hour in rates for name in hour}):
            if business not in self.situation.businesses:
                continue
            each = np.array([hour.get((business, priority), 0.0) for hour in rates])
            expected = np.concatenate(([0.0], np.cumsum(each * lengths)))
            most = float(expected[-1]) * (1.0 + 3.0 * BUSYNESS_CV)
            slots = ceil(most + 3.0 * sqrt(most) + 1.0)
            streams.append(_Stream(self.sort(business, priority), moments, expected, slots))
        return streams

    def rates(self, in_s: float) -> dict[tuple[str, str], float]:
        return self.pools.arrivals.rates(int(self.situation.hour + in_s / _HOUR_S) % 24)

    def expected(self, from_s: float, until_s: float) -> float:
        """Return arrivals a second in all the hours that begin between two moments; 0: nobody ever came."""
        moments = np.arange(from_s, until_s, _HOUR_S).tolist()
        return sum(sum(self.rates(moment).values()) for moment in moments)

    def arrival(
        self, here: Sequence[tuple[Sort, float, int | None]], streams: Sequence[_Stream], draws: int
    ) -> Floats:
        """Return when each comes [D, T]; infinite: not at all. The days differ in how busy they are."""
        rng, shape = self.chance.people, 1.0 / BUSYNESS_CV**2
        busy = rng.gamma(shape, 1.0 / shape, (draws, 1))
        present = np.array([-waited_s for _, waited_s, _ in here])
        columns = [np.broadcast_to(present, (draws, present.size))]
        for stream in streams:
            mass = np.cumsum(rng.standard_exponential((draws, stream.slots)), axis=1) / busy
            columns.append(np.interp(mass, stream.expected, stream.moments_s, right=inf))
        return np.concatenate(columns, axis=1)

    def errands(
        self,
        members: Sequence[Sort],
        here: Sequence[tuple[Sort, float, int | None]],
        sorts: Sequence[Sort],
        draws: int,
    ) -> tuple[Floats, Floats]:
        """Return every customer's service, and what the window needs beside it [D, T]: of no-shows, all."""
        businesses = list(dict.fromkeys(sort.business for sort in sorts))
        table = tables(self.situation, self.pools, businesses)
        chance = self.chance.services.random((2, draws, len(members)))
        share = self.pools.no_show_share()
        missing = chance[0] < share
        coming = np.where(missing, 0.0, (chance[0] - share) / (1.0 - share))
        service, overhead = np.empty_like(coming), np.empty_like(coming)
        of_member = np.array([businesses.index(sort.business) for sort in members], np.int64)
        for row in range(len(businesses)):
            mine = of_member == row
            service[:, mine] = sampled(table[row], coming[:, mine])
            overhead[:, mine] = sampled(table[row + len(businesses)], chance[1][:, mine])
        for column, (sort, _, items) in enumerate(here):
            service[:, column] *= self.pools.items_factor(sort.business, items)
        lost = sampled(table[-1], chance[1][missing])
        service[missing], overhead[missing] = 0.0, lost
        return service, overhead

    def patience(
        self, members: Sequence[Sort], here: Sequence[tuple[Sort, float, int | None]], draws: int
    ) -> Floats:
        """Return after how long in line each has gone [D, T], given that those who are here have not yet."""
        result = self.chance.people.standard_exponential((draws, len(members)))
        waited_s = np.zeros(len(members))
        waited_s[: len(here)] = [waited for _, waited, _ in here]
        businesses = np.array([sort.business for sort in members])
        for business in dict.fromkeys(sort.business for sort in members):
            mine, known = businesses == business, self.pools.patience(business)
            result[:, mine] = _reached(known, known.hazard(waited_s[mine]) + result[:, mine])
        return result

    def windows(self, draws: int) -> tuple[Floats, Floats, Floats]:
        """Return when each window is free [D, W], and the hours in which it calls [D, W, K]."""
        now = self.situation
        free = [
            timeline(each, self.pools, self.chance.of_window(each.phase), draws, now.hour).free
            for each in now.windows
        ]
        free_at = np.array(free).reshape(len(now.windows), draws).T.copy()
        stops_at, reopens_at = hours(now, self.pools)
        opens_at = np.full((draws, len(now.windows), _SPELLS), inf)
        closes_at = opens_at.copy()
        opens_at[:, :, 0], closes_at[:, :, 0] = -inf, stops_at
        opens_at[:, :, 1] = reopens_at
        return free_at, opens_at, closes_at

    def basis(self, sorts: Sequence[Sort] | dict[Sort, int]) -> Basis:
        """Return what is known least: of the services, and of whether anybody ever came."""
        if not self.pools.cases("arrival"):
            return "configured"
        return weakest(*(self.pools.basis("service", sort.business) for sort in sorts))


def _reached(patience: Patience, hazard: Floats) -> Floats:
    """Return when the cumulative hazard is reached, linear beyond the last step of its table."""
    cells = hazard / patience.step
    cell = np.minimum(cells.astype(np.int64), patience.times_s.size - 2)
    low = patience.times_s[cell]
    moment: Floats = low + (cells - cell) * (patience.times_s[cell + 1] - low)
    return moment
