"""One forecast pass: from a branch's present and what it has learned to every range that people are told.

The same draws give every window's remaining time and every ticket's wait, so no two screens contradict
each other. The waits are *offered* waits, "if you stay": a ticket's own patience never shortens its wait,
only that of those behind it.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import numpy as np

from estimator.chance import Chance
from estimator.draws import draw_calls
from estimator.durations import GRID, mixed, summed
from estimator.estimate import Basis, Estimate, Forecast, WindowForecast, weakest
from estimator.lines import line_up
from estimator.situation import Situation, TicketNow, WindowNow
from estimator.timeline import Timeline, timeline

if TYPE_CHECKING:
    from estimator.draws import Singles
    from estimator.kernel import Floats
    from estimator.lines import Lines
    from estimator.observation import Kind
    from estimator.pools import Pools
    from estimator.situation import Phase

__all__ = [
    "Estimate",
    "Forecast",
    "WindowForecast",
    "affordable",
    "compile_kernels",
    "forecast",
    "play",
    "prepare",
]

FEWEST = 50
"""Draws that a range needs, however long the line."""


def forecast(
    situation: Situation,
    pools: Pools,
    rng: np.random.Generator,
    *,
    draws: int = 1000,
    work: int | None = None,
    late_share: float = 0.05,
    early_share: float = 0.20,
) -> Forecast:
    """Return all ranges of the branch from one set of draws.

    `work`: tickets drawn at most, those to come included; where it is short there are fewer draws, but 50.
    A told range is late (what it promised takes longer than its high end) with `late_share`, early with
    `early_share`. The same situation, pools and state of `rng` give the same forecast. Without windows no
    wait has a range; without anything at all the forecast is empty. ValueError for fewer than one draw, or
    shares that leave no range.
    """
    if draws < 1 or not 0.0 < early_share < 1.0 - late_share < 1.0:
        raise ValueError(f"no range from {draws} draws, early {early_share}, late {late_share}")
    lines = line_up(situation, pools)
    draws = affordable(lines, draws, work)
    windows, waits = play(situation, pools, lines, Chance.shared(rng), draws)
    businesses = {ticket.business for ticket in situation.waiting}
    bases = [_window_basis(window, businesses, pools) for window in situation.windows]
    collector = _Collector(draws, late_share, early_share)
    for window, near in zip(situation.windows, windows, strict=True):
        collector.window(window, near, pools)
    collector.add_all(waits, _wait_bases(lines, bases, pools))
    return _assembled(situation, windows, lines, collector.estimates())


def affordable(lines: Lines, draws: int, work: int | None) -> int:
    """Return how many of the draws `work` allows (tickets drawn at most), but at least 50 of them."""
    return draws if work is None else min(draws, max(FEWEST, work // max(lines.line.size, 1)))


def play(
    situation: Situation, pools: Pools, lines: Lines, chance: Chance, draws: int
) -> tuple[list[Timeline], Singles]:
    """Return every window's near future, and until each place in line is called in every draw [N, D].

    Seconds, infinite if never. Empty lines or no windows give empty results, or nobody called.
    """
    windows = [
        timeline(window, pools, chance.of_window(window.phase), draws, situation.hour)
        for window in situation.windows
    ]
    return windows, _waits(situation, pools, lines, windows, chance, draws)


def prepare(situation: Situation, pools: Pools) -> None:
    """Have the pools make most of what a forecast asks of them; they remember it until they learn more."""
    tables(situation, pools, list(situation.businesses))


def compile_kernels() -> None:
    """Compile (or load from cache) what `forecast` runs; call it at start-up, never in a request."""
    from estimator.pools import Pools  # noqa: PLC0415 - only here; its value is built from above

    phases: tuple[Phase, ...] = ("calling", "serving")
    windows = tuple(
        WindowNow(window=phase, phase=phase, reluctance={"a": 0.0}, business="a", elapsed_s=60.0)
        for phase in phases
    )
    situation = Situation(windows=windows, waiting=(TicketNow(ticket="1", business="a"),), businesses=("a",))
    forecast(situation, Pools(), np.random.default_rng(0), draws=2)


def _waits(
    situation: Situation,
    pools: Pools,
    lines: Lines,
    windows: list[Timeline],
    chance: Chance,
    draws: int,
) -> Singles:
    """Return until each place in line is called, in every draw [N, D]; infinite if never."""
    if not lines.places:
        return np.empty((0, draws), np.float32)
    members = [place.business for place in lines.places]
    for stream in lines.streams:
        members += [stream.business] * stream.slots
    kinds = {business: row for row, business in enumerate(dict.fromkeys(members))}
    business_row = np.array([kinds[business] for business in members], np.int64)
    patience = [pools.patience(business) for business in kinds]
    waited_s = np.zeros(len(members))
    waited_s[: len(lines.places)] = [place.waited_s for place in lines.places]
    hazard = np.zeros(len(members))
    for row, each in enumerate(patience):
        mine = business_row == row
        hazard[mine] = each.hazard(waited_s[mine])
    probe = np.zeros(len(members), bool)
    probe[: len(lines.places)] = [place.ticket is None for place in lines.places]
    sorts = [(place.business, place.items) for place in lines.places]
    factor = {sort: pools.items_factor(*sort) for sort in set(sorts)}
    factors = [factor[sort] for sort in sorts]
    step = patience[0].step
    return draw_calls(
        tables(situation, pools, list(kinds)),
        business_row,
        np.array(factors + [1.0] * (len(members) - len(factors))),
        business_row + len(kinds),
        2 * len(kinds),
        pools.no_show_share(),
        np.array([each.times_s for each in patience]),
        np.where(probe, -1, business_row),
        hazard / step,
        1.0 / step,
        -waited_s[: len(lines.places)],
        lines.later(chance.people, draws),
        lines.stream_start,
        lines.line,
        lines.rules,
        np.array([near.free for near in windows]).reshape(len(windows), draws),
        *hours(situation, pools),
        speeds(situation, pools, chance.pace, draws),
        chance.services.random((draws, len(members), 2), np.float32),
        chance.people.standard_exponential((draws, len(members)), np.float32),
    )


def tables(situation: Situation, pools: Pools, businesses: list[str]) -> Floats:
    """Return the quantile tables of services by business, of what comes around them, and of no-shows."""
    reported = not situation.windows or any(window.reports_ready for window in situation.windows)
    before: list[tuple[Kind, str | None]] = [("walking", None)]
    if reported:
        before.append(("idle", None))
    services = [
        pools.service(business, teller=None, hour=int(situation.hour)).table for business in businesses
    ]
    if _unsaid(situation):
        around = [summed(pools.summed(*before), pools.presence.away().table(GRID))] * len(businesses)
    else:
        share = pools.pause_share()
        wraps: list[tuple[tuple[Kind, str | None], ...]] = [
            (*before, ("wrap_up", business)) for business in businesses
        ]
        around = [mixed(pools.summed(*wrap), pools.summed(*wrap, ("pause", None)), share) for wrap in wraps]
    return np.array([*services, *around, pools.summed(("no_show", None), ("idle", None))])


def _unsaid(situation: Situation) -> bool:
    """Whether of no window that may call anybody it is reported who is there."""
    there = [window for window in situation.windows if window.phase != "closed"] or situation.windows
    return bool(there) and not any(window.reports_presence for window in there)


def hours(situation: Situation, pools: Pools) -> tuple[Floats, Floats]:
    """Return when each window stops calling [W] and when it begins again [W], as late as usual."""
    stops_at = [-inf if each.closing else each.stops_in_s for each in situation.windows]
    late_s = float(pools.durations("opening").table[GRID.size // 2])
    reopens_at = [
        inf if stops is None or each.reopens_in_s is None else max(0.0, each.reopens_in_s) + late_s
        for each, stops in zip(situation.windows, stops_at, strict=True)
    ]
    return np.array([inf if stops is None else stops for stops in stops_at], float), np.array(
        reopens_at, float
    )


def speeds(situation: Situation, pools: Pools, rng: np.random.Generator, draws: int) -> Floats:
    """Return every window's factor of services to come [W, D]: its teller's, and what the day shares."""
    tellers = np.array([pools.teller_pace(window.teller) for window in situation.windows]).reshape(-1, 2)
    day_spread = pools.pace()[1]
    mean, spread = tellers[:, :1], tellers[:, 1:]
    normal = rng.standard_normal((len(situation.windows) + 1, draws))
    centred = mean - (spread**2 + day_spread**2) / 2  # the spread alone must not lengthen the mean
    factors: Floats = np.exp(centred + spread * normal[1:] + day_spread * normal[0])
    return factors


def _wait_bases(lines: Lines, windows: list[Basis], pools: Pools) -> list[Basis]:
    """Return what the wait of each place rests on: its own business, and the windows that may call it."""
    known: dict[tuple[str, tuple[float, ...]], Basis] = {}
    found = []
    for place in lines.places:
        sort = (place.business, place.reluctance)
        if sort not in known:
            can = [basis for basis, seconds in zip(windows, place.reluctance, strict=True) if seconds < inf]
            known[sort] = weakest(pools.basis("service", place.business), *can)
        found.append(known[sort])
    return found


def _window_basis(window: WindowNow, waiting: set[str], pools: Pools) -> Basis:
    """Return what waits at this window rest on: its present customer's business and those it will call."""
    businesses = {business for business in waiting if business in window.reluctance}
    if window.business and window.phase in ("calling", "serving"):
        businesses.add(window.business)
    return weakest(*(pools.basis("service", business) for business in businesses))


class _Collector:
    """Gathers rows of draws, to sort them all at once and read the estimates off."""

    def __init__(self, draws: int, late_share: float, early_share: float) -> None:
        self.rows: list[Floats | Singles] = []  # each of one row [D] or several [N, D]
        self.bases: list[Basis] = []
        self.positions = np.array([early_share, 1.0 - late_share, 0.5, 0.1, 0.9]) * (draws - 1)

    def add(self, row: Floats | Singles, basis: Basis) -> None:
        self.rows.append(row)
        self.bases.append(basis)

    def add_all(self, rows: Singles, bases: list[Basis]) -> None:
        """Add rows [N, D], which is quicker than one after the other."""
        self.rows.append(rows)
        self.bases += bases

    def window(self, window: WindowNow, near: Timeline, pools: Pools) -> None:
        """Add what is known of a window, in the order in which `_assembled` takes it."""
        service = pools.basis("service", window.business, teller=window.teller)
        wrap_up = pools.basis("wrap_up", window.business, teller=window.teller)
        pause = pools.basis("pause", window.reason)
        steps = {step.step_id: pools.basis("step", step.step) for step in window.steps}
        now: dict[str, Basis] = {"serving": service, "wrapping_up": wrap_up, "paused": pause}
        self.add(near.next_call, weakest(now.get(window.phase, "branch"), wrap_up))
        if near.service is not None:
            self.add(near.service, weakest(service, *steps.values()))
        if near.back is not None:
            self.add(near.back, pause if window.phase == "paused" else weakest(*steps.values()))
        for step_id, row in near.steps.items():
            self.add(row, steps[step_id])

    def estimates(self) -> list[Estimate | None]:
        """Return an estimate for each row, None where the range has no end."""
        if not self.bases:
            return []
        rows = np.vstack(self.rows, dtype=np.float32, casting="same_kind")  # milliseconds do, and sort faster
        rows.sort(axis=1)
        below = self.positions.astype(np.int64)
        above = np.minimum(below + 1, rows.shape[1] - 1)
        low, high = rows[:, below].astype(float), rows[:, above].astype(float)
        known = np.isfinite(high.sum(axis=1))
        rows[~known] = low[~known] = high[~known] = 0.0
        finite = np.isfinite(rows)
        means = np.where(finite, rows, 0.0).sum(axis=1, dtype=float) / finite.sum(axis=1)
        quantiles = low + (self.positions - below) * (high - low)
        figures = np.column_stack((quantiles[:, :3], means, quantiles[:, 3:])).tolist()
        return [
            Estimate(low_s, high_s, median_s, mean_s, p10_s, p90_s, basis) if told else None
            for (low_s, high_s, median_s, mean_s, p10_s, p90_s), basis, told in zip(
                figures, self.bases, known.tolist(), strict=True
            )
        ]


def _assembled(
    situation: Situation, windows: list[Timeline], lines: Lines, estimates: list[Estimate | None]
) -> Forecast:
    """Give each estimate its place, in the order in which the rows were added."""
    left = iter(estimates)
    by_window = {}
    for window, near in zip(situation.windows, windows, strict=True):
        next_call = next(left)
        by_window[window.window] = WindowForecast(
            next_call=next_call,
            wrap_up=next_call if window.phase == "wrapping_up" else None,
            service=next(left) if near.service is not None else None,
            back=next(left) if near.back is not None else None,
            steps={step_id: told for step_id in near.steps if (told := next(left))},
        )
    waits: dict[str, Estimate | None] = {}
    waits_now: dict[str, Estimate | None] = {}
    for place, estimate in zip(lines.places, left, strict=True):
        if place.ticket is None:
            waits_now[place.business] = estimate
        else:
            waits[place.ticket] = estimate
    return Forecast(by_window, waits, waits_now)
