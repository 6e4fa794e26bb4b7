"""How many windows, and which, in each half-hour: searched on some days, verified on others, told of a third.

A roster that is best on a sample looks better there than it is. What fresh days say is therefore made part
of the search: where a half-hour misses the target on them, its limit on the sample is lowered by as much,
and the search goes on from where it was. The figures that are returned are of days that neither step saw.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from estimator.columns import Floats
from simulations.staffing import erlang
from simulations.staffing.goals import Limits, Prices, Target, day_of, shares
from simulations.staffing.opening import Open, Windows
from simulations.staffing.rated import Rated, rate
from simulations.staffing.reasons import Reason, Unmet, least_left, reasons, unmet
from simulations.staffing.sampled import Sample, first, run
from simulations.staffing.search import Each, Looks, climb, descend, frontier

__all__ = ["Samples", "Staffing", "baselines", "recommend"]

CURVE_WAIT_S = 900.0
"""The curve of hours against waits counts those who wait longer."""

_COARSE_DAYS, _CURVE_DAYS, _REASON_DAYS = 50, 40, 500
_ROUNDS = 8
_SEARCHED = 5  # rounds of searching again; then windows are only added
_CURVE = (0.8, 1.35)  # of the hours recommended
_CURVE_POINTS = 10
_OPENING_H = 1.0 / 12.0  # of its teller, to open a window: of rosters with the same hours, the steadier
_SURE = 0.5  # of the half width of 95 %: one standard error


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Days of three different seeds: to search on, to verify and repair with, to report of."""

    learn: Sample
    verify: Sample
    report: Sample


@dataclass(frozen=True, slots=True, eq=False)
class Staffing:
    """A recommendation.

    `best` on the report's days, with `baselines` (Erlang's) by name on the same. `holds`: whether it meets
    the target there, apart from what is `unmet` with all windows, and `least_left`, the share that leaves
    even then where that is more than may; `rounds`: how often fresh days were asked.
    `curve`: from few to many window-hours (their `late_s` is 15 min), the roster itself among them.
    """

    goal: Target | Prices
    best: Rated
    holds: bool
    rounds: int
    unmet: tuple[Unmet, ...]
    least_left: float | None
    reasons: tuple[Reason, ...]
    baselines: dict[str, Rated]
    curve: tuple[Rated, ...]


def recommend(
    windows: Windows,
    goal: Target | Prices,
    samples: Samples,
    *,
    prices: Prices | None = None,
    each: Each = map,
) -> Staffing:
    """Return the fewest window-hours that meet a target, or the cheapest day.

    `prices`: what waits and walk-aways cost where the goal is a target: of rosters with the same hours the
    one they make cheaper is taken. `each` is `map`, or that of a pool of threads. The same samples give the
    same answer.
    """
    priced = goal if isinstance(goal, Prices) else prices or Prices()
    late_s = goal.wait_s if isinstance(goal, Target) else CURVE_WAIT_S
    missing = unmet(samples.verify, windows, goal, each) if isinstance(goal, Target) else []
    lost = least_left(samples.verify, windows, goal) if isinstance(goal, Target) else None
    allowed = _allowed(windows, goal, samples.verify)
    search = _Search(windows, goal, priced, samples, allowed, each)
    table = search.cheapest() if isinstance(goal, Prices) else search.fewest()
    rivals = baselines(windows, goal, samples.learn)
    names = list(rivals)
    best, *rated = each(
        lambda one: rate(samples.report, windows, one, late_s, priced), [table, *rivals.values()]
    )
    return Staffing(
        goal=goal,
        best=best,
        holds=_holds(best, goal, {one.slot for one in missing}, lost),
        rounds=search.rounds,
        unmet=tuple(missing),
        least_left=lost,
        reasons=tuple(
            reasons(first(samples.report, _REASON_DAYS), windows, table, goal, priced, allowed, each)
        ),
        baselines=dict(zip(names, rated, strict=True)),
        curve=tuple(_curve(windows, table, priced, samples, each)),
    )


def baselines(windows: Windows, goal: Target | Prices, of: Sample) -> dict[str, Open]:
    """Return what Erlang's formula would staff by the demand of these days."""
    asked = erlang.demand(of, windows)
    loads = {"SIPP": asked.stationary, "MOL": asked.modified}
    return {
        name: windows.at_levels(erlang.levels(goal, load, asked, windows)) for name, load in loads.items()
    }


class _Search:
    """The way from a first guess to a roster that fresh days confirm."""

    def __init__(
        self,
        windows: Windows,
        goal: Target | Prices,
        prices: Prices,
        samples: Samples,
        allowed: Limits,
        each: Each,
    ) -> None:
        self.windows, self.goal, self.prices = windows, goal, prices
        self.samples, self.allowed, self.each = samples, allowed, each
        self.rounds = 0

    def cheapest(self) -> Open:
        """Return the cheapest roster, and never a dearer one than Erlang's, on the days to verify with."""
        guesses = list(baselines(self.windows, self.goal, self.samples.learn).values())
        rough = self._looks(first(self.samples.learn, _COARSE_DAYS))
        found = descend(self._looks(self.samples.learn), descend(rough, rough.best(guesses)))
        self.rounds = 1
        return self._looks(self.samples.verify).best([found, *guesses])

    def fewest(self) -> Open:
        """Return the roster of fewest hours that the days to verify with confirm, if there is one."""
        guess = baselines(self.windows, self.goal, self.samples.learn)["MOL"]
        table = descend(self._looks(first(self.samples.learn, _COARSE_DAYS)), guess)
        looks = self._looks(self.samples.learn)
        while self.rounds < _ROUNDS:
            table = (descend if self.rounds < _SEARCHED else climb)(looks, table)
            self.rounds += 1
            beyond = self._beyond(table, self.allowed)
            if beyond.late.max() <= 0.0 and beyond.left <= 0.0:
                break
            lower = looks.limits.below(shares(looks.day(table)), beyond)
            looks = replace(looks, limits=_attainable(lower, self.windows, self.goal, self.samples.learn))
        return table

    def _beyond(self, table: Open, asked: Limits) -> Limits:
        """Return by how much fresh days exceed what is asked, plus a standard error; 0 where not."""
        late_s = self.goal.wait_s if isinstance(self.goal, Target) else np.inf
        fresh = rate(self.samples.verify, self.windows, table, late_s, self.prices)
        share = self.goal.share if isinstance(self.goal, Target) else 1.0
        sure = np.where(asked.late > share, 0.0, _SURE)  # what all windows miss cannot be made surer
        late = np.array([each.value for each in fresh.late])
        late += sure * [each.high - each.value for each in fresh.late]
        left = fresh.left.value + _SURE * (fresh.left.high - fresh.left.value)
        return Limits(np.maximum(0.0, late - asked.late), max(0.0, left - asked.left))

    def _looks(self, of: Sample) -> Looks:
        opening = self.prices.window_hour * _OPENING_H if isinstance(self.goal, Target) else 0.0
        allowed = _allowed(self.windows, self.goal, of)
        return Looks(of, self.windows, self.goal, self.prices, allowed, opening, self.each)


def _allowed(windows: Windows, goal: Target | Prices, of: Sample) -> Limits:
    """Return what the goal allows; where these days cannot meet it, a little more than all windows attain."""
    if isinstance(goal, Prices):
        return Limits(np.ones(windows.slots), 1.0)
    return _attainable(Limits(np.full(windows.slots, goal.share), goal.left_share), windows, goal, of)


def _attainable(limits: Limits, windows: Windows, goal: Target | Prices, of: Sample) -> Limits:
    """Return the limits, nowhere below what all windows attain on these days where that misses the goal.

    Else windows would be opened all day for the little that they do in a half-hour that is lost anyway.
    """
    if isinstance(goal, Prices):
        return limits
    fullest = shares(day_of(run(of, windows, windows.at_levels(windows.most), goal.wait_s)))
    late = np.where(fullest.late > goal.share, np.maximum(limits.late, _about(fullest.late)), limits.late)
    left = float(_about(np.array([fullest.left]))[0])
    return Limits(late, max(limits.left, left) if fullest.left > goal.left_share else limits.left)


def _about(share: Floats) -> Floats:
    return np.minimum(1.0, 1.02 * share + 0.005)


def _holds(best: Rated, goal: Target | Prices, unmet_slots: set[int], lost: float | None) -> bool:
    if isinstance(goal, Prices):
        return True
    met = (late.value <= goal.share for slot, late in enumerate(best.late) if slot not in unmet_slots)
    return all(met) and (lost is not None or best.left.value <= goal.left_share)


def _curve(windows: Windows, table: Open, prices: Prices, samples: Samples, each: Each) -> list[Rated]:
    """Return rosters of fewer and more hours than the one recommended, each rated on the report's days."""
    limits = Limits(np.ones(windows.slots), 1.0)
    looks = Looks(first(samples.learn, _CURVE_DAYS), windows, prices, prices, limits, each=each)
    hours = windows.hours(table)
    tables = frontier(looks, table, _CURVE[0] * hours, _CURVE[1] * hours)
    here = next(place for place, one in enumerate(tables) if one is table)
    chosen = sorted({*np.linspace(0, len(tables) - 1, _CURVE_POINTS).round().astype(int).tolist(), here})
    of = first(samples.report, _REASON_DAYS)
    return list(each(lambda one: rate(of, windows, one, CURVE_WAIT_S, prices), [tables[i] for i in chosen]))
