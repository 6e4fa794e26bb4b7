"""Why a range is what it is: what is ahead, what it rests on, and what of it is uncertain most."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from math import inf
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from estimator.chance import SOURCES, Chance, Source
from estimator.forecast import affordable, play
from estimator.interval import Interval
from estimator.lines import line_up
from estimator.rests import Rest, rests_of_ticket, rests_of_window
from estimator.shapley import shapley
from estimator.timeline import Timeline, timeline

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from estimator.draws import Singles
    from estimator.estimate import Estimate, Forecast
    from estimator.kernel import Floats
    from estimator.lines import Lines, Place
    from estimator.pools import Pools
    from estimator.situation import Phase, Situation, TicketNow

__all__ = ["Ahead", "Server", "StepWhy", "TicketWhy", "WindowWhy", "why_ticket", "why_window"]

Flags = NDArray[np.bool_]

DRAWS = 500


@dataclass(frozen=True, slots=True)
class Ahead:
    """So many waiting tickets of one sort will likely be called before this one, by windows it waits for."""

    business: str
    priority: str
    tickets: int


@dataclass(frozen=True, slots=True)
class Server:
    """A window that may serve the ticket, once it has waited `helps_in_s` more; `next_call`: free again."""

    window: str
    phase: Phase
    helps_in_s: float
    next_call: Estimate


@dataclass(frozen=True, slots=True)
class TicketWhy:
    """Why a waiting ticket's range is what it is. `wait` is None where no window will take it.

    `comers`: how many, on average, are yet to come and go first; `leavers`: how many of those ahead leave.
    `next_free`: until the first of its windows may take somebody. `shares`: of the variance of the range,
    by source, 0 to 1, adding up to 1; empty where nothing is uncertain.
    """

    ticket: str
    wait: Estimate | None
    ahead: tuple[Ahead, ...] = ()
    comers: float = 0.0
    leavers: float = 0.0
    servers: tuple[Server, ...] = ()
    next_free: Interval | None = None
    rests: tuple[Rest, ...] = ()
    shares: Mapping[Source, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StepWhy:
    """An open step: how long it has lasted and will; the teller's word, and how much longer that made it."""

    step_id: str
    step: str
    away: bool
    elapsed_s: float
    remaining: Estimate | None
    told_s: float | None
    moved_s: float
    rest: Rest


@dataclass(frozen=True, slots=True)
class WindowWhy:
    """Why a window's range is what it is: of the service, the wrap-up, the pause, or until it calls next.

    `teller_factor`: by how much this teller's durations of that kind differ from everybody's. `told_s`: the
    teller's own estimate of the phase, given `told_ago_s` ago; the median is `moved_s` longer with it.
    """

    window: str
    phase: Phase
    elapsed_s: float
    remaining: Estimate | None
    teller: str | None
    teller_factor: float
    told_s: float | None
    told_ago_s: float
    moved_s: float
    steps: tuple[StepWhy, ...]
    rests: tuple[Rest, ...]


def why_ticket(
    situation: Situation,
    pools: Pools,
    told: Forecast,
    ticket: str,
    *,
    seed: Sequence[int],
    draws: int = DRAWS,
    work: int | None = None,
) -> TicketWhy:
    """Return why `told`, the forecast of this situation, says what it says of a waiting ticket.

    The same arguments give the same answer. `draws` and `work` as for `forecast`, but it plays up to 32
    times. KeyError for a ticket that does not wait there.
    """
    asked = next((one for one in situation.waiting if one.ticket == ticket), None)
    if asked is None:
        raise KeyError(ticket)
    return _Asked(replace(situation, businesses=()), pools, told, asked, tuple(seed), draws, work).why()


def why_window(
    situation: Situation,
    pools: Pools,
    told: Forecast,
    window: str,
    *,
    seed: Sequence[int],
    draws: int = DRAWS,
) -> WindowWhy:
    """Return why `told`, the forecast of this situation, says what it says of a window.

    The same arguments give the same answer. KeyError for a window that is not there.
    """
    now = next((one for one in situation.windows if one.window == window), None)
    if now is None:
        raise KeyError(window)
    foreseen = told.windows[window]
    remaining = foreseen.service or foreseen.wrap_up or foreseen.back or foreseen.next_call
    unsaid = replace(now, told=None, steps=tuple(replace(step, told=None) for step in now.steps))
    played, other = (
        timeline(each, pools, Chance.apart(seed).of_window(now.phase), draws) for each in (now, unsaid)
    )
    rests = rests_of_window(now, pools)
    return WindowWhy(
        window=window,
        phase=now.phase,
        elapsed_s=now.elapsed_s,
        remaining=remaining,
        teller=now.teller,
        teller_factor=pools.teller_factor(rests[0].kind, rests[0].key, teller=now.teller) if rests else 1.0,
        told_s=now.told.expected_s if now.told else None,
        told_ago_s=now.told.ago_s if now.told else 0.0,
        moved_s=_moved(_row(played), _row(other)) if now.told else 0.0,
        steps=tuple(
            StepWhy(
                step.step_id,
                step.step,
                step.away,
                step.elapsed_s,
                foreseen.steps.get(step.step_id),
                step.told.expected_s if step.told else None,
                _moved(played.steps[step.step_id], other.steps[step.step_id]) if step.told else 0.0,
                Rest.of(pools, "step", step.step, now.teller),
            )
            for step in now.steps
            if step.step_id in played.steps
        ),
        rests=rests,
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """One waiting ticket, and all that its answer is made of."""

    situation: Situation
    pools: Pools
    told: Forecast
    ticket: TicketNow
    seed: tuple[int, ...]
    draws: int
    work: int | None

    def why(self) -> TicketWhy:
        situation, pools = self.situation, self.pools
        lines = line_up(situation, pools)
        draws = affordable(lines, self.draws, self.work)
        mine = next(n for n, place in enumerate(lines.places) if place.ticket == self.ticket.ticket)
        place = lines.places[mine]
        windows, calls = play(situation, pools, lines, Chance.apart(self.seed), draws)
        before = self.before(lines, calls, mine)
        wait = self.told.waits.get(self.ticket.ticket)
        servers = self.servers(place)
        serving = {server.window for server in servers}
        sorts = {one.ticket: one for one in situation.waiting}
        ahead = Counter(
            (sorts[lines.places[row].ticket or ""].business, sorts[lines.places[row].ticket or ""].priority)
            for row in np.flatnonzero(before.mean(axis=1) >= 0.5)
        )
        comers = self.comers(lines, place, calls[mine], draws)
        return TicketWhy(
            ticket=self.ticket.ticket,
            wait=wait,
            ahead=tuple(Ahead(*sort, tickets) for sort, tickets in sorted(ahead.items())),
            comers=comers,
            leavers=self.leavers(lines, calls, before),
            servers=servers,
            next_free=self.next_free(place, windows),
            rests=rests_of_ticket(
                [window for window in situation.windows if window.window in serving],
                sorted({business for business, _ in ahead}),
                pools,
                comers=comers >= 0.05,
            ),
            shares=self.shares(lines, mine, draws, wait.high_s) if wait else {},
        )

    def before(self, lines: Lines, calls: Singles, mine: int) -> Flags:
        """Return in which draws each other ticket of the same windows is called first [N, D]."""
        shares_window = [_meet(place.reluctance, lines.places[mine].reluctance) for place in lines.places]
        first: Flags = (calls < calls[mine]) & np.array(shares_window)[:, np.newaxis]
        return first

    def comers(self, lines: Lines, place: Place, called: Singles, draws: int) -> float:
        """Return how many, on average, come from now on and stand before it when it is called."""
        later = lines.later(Chance.apart(self.seed).people, draws)
        known = np.isfinite(called)
        if not known.any():
            return 0.0
        result, column = 0.0, 0
        for stream in lines.streams:
            arrivals = later[known, column : column + stream.slots]
            column += stream.slots
            if not _meet(stream.reluctance, place.reluctance):
                continue
            if stream.head_start > place.head_start:  # else they stand behind it, and both may be infinite
                better = stream.head_start - place.head_start - place.waited_s
                first = arrivals < np.minimum(called[known, np.newaxis], better)
                result += float(first.sum(axis=1).mean())
        return result

    def leavers(self, lines: Lines, calls: Singles, before: Flags) -> float:
        """Return how many of those before it, on average, leave before they are called."""
        result = 0.0
        for place, called, first in zip(lines.places, calls, before, strict=True):
            if not first.any():
                continue
            patience = self.pools.patience(place.business)
            hazard = patience.hazard(place.waited_s + called[first].astype(float))
            stays = np.exp(patience.hazard(place.waited_s) - hazard)
            result += float((1.0 - stays).sum()) / called.size
        return result

    def servers(self, place: Place) -> tuple[Server, ...]:
        """Return the windows that may serve it and will call again."""
        return tuple(
            Server(window.window, window.phase, max(0.0, seconds - place.waited_s), free)
            for window, seconds in zip(self.situation.windows, place.reluctance, strict=True)
            if seconds < inf and (free := self.told.windows[window.window].next_call) is not None
        )

    def next_free(self, place: Place, windows: Sequence[Timeline]) -> Interval | None:
        """Return until the first of its windows may take somebody like it, 10th to 90th percentile."""
        rows = [
            np.maximum(near.next_call, seconds - place.waited_s)
            for near, seconds in zip(windows, place.reluctance, strict=True)
            if seconds < inf
        ]
        if not rows:
            return None
        ordered = np.sort(np.minimum.reduce(rows))
        low_s, high_s = (float(ordered[int(share * (ordered.size - 1))]) for share in (0.1, 0.9))
        return Interval(max(0.0, low_s), max(0.0, high_s)) if high_s < inf else None

    def shares(self, lines: Lines, mine: int, draws: int, high_s: float) -> dict[Source, float]:
        """Return the shares of variance of the wait, as far as the told range reaches."""

        def drawn(redrawn: Collection[Source]) -> Floats:
            calls = play(self.situation, self.pools, lines, Chance.apart(self.seed, redrawn), draws)[1]
            limited: Floats = np.minimum(calls[mine], high_s).astype(float)
            return limited

        windows = self.situation.windows
        pauses = any(window.phase == "paused" or window.opens_in_s is not None for window in windows)
        # What does not exist need not be played.
        return shapley(drawn, SOURCES if pauses else SOURCES[:-1])


def _meet(first: Sequence[float], second: Sequence[float]) -> bool:
    """Tell whether one window takes both."""
    return any(one < inf and other < inf for one, other in zip(first, second, strict=True))


def _row(near: Timeline) -> Floats:
    """Return what a window's range is made of, its pause or service before its next call."""
    return next(row for row in (near.service, near.back, near.next_call) if row is not None)


def _moved(row: Floats, other: Floats) -> float:
    """Return how much longer the median of the first is; 0 where one has none."""
    return float(np.median(row) - np.median(other)) if np.isfinite((row, other)).all() else 0.0
