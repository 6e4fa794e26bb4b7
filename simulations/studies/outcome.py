"""What came of a scenario: by day, half-hour and business, and every figure with how sure it is.

Days are independent, customers of one day are not: intervals are by day. A mean over customers is a ratio of
two totals, and its variance that of the days' linearised errors (Cochran 1977, "Sampling techniques", 6.3).
Figures of drawn days are cleared of their luck, as far as it is known (`controls`).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from estimator.columns import Floats, Ints
from simulations.studies import controls as control
from simulations.studies.controls import Controls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulations.studies.scenario import Floor, Scenario
    from simulations.studies.traces import Crowd, Deeds

__all__ = [
    "Estimate",
    "Grid",
    "Outcome",
    "average",
    "errors_of_ratio",
    "estimated",
    "grid_of",
    "ratio",
    "tallied",
    "together",
]

_STEPS = 160  # of the histogram of waits
_PER_OCTAVE, _FINEST_S = 16.0, 30.0
_NORMAL_95 = 1.959964


class Estimate(NamedTuple):
    """A figure and its 95 % confidence interval."""

    value: float
    low: float
    high: float


class Grid(NamedTuple):
    """The half-hours and businesses that figures are told by."""

    begins_s: float
    slot_s: float
    slots: int
    businesses: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """Totals by day, slot of arrival and business [D, H, B], and by day and window [D, W].

    `arrived` = `called` + `left` + `balked` + `turned_away`: called to a window (`no_shows` of them did not
    come), left before it, turned away at the wait shown, or sent home at the end. `waited_s`: of the called.
    `late`: who waited longer than `late_s`, those who left by how long they had; `late_called`: of the
    called. `busy_s`: while the doors were open, of `staffed_s` [W]. `overtime_s` [D]: from the doors' closing
    to the last customer's end. `waits` [H, B, bins]: a histogram of the waits of the called.
    """

    name: str
    grid: Grid
    windows: tuple[str, ...]
    late_s: float
    staffed_s: Floats
    arrived: Floats
    called: Floats
    no_shows: Floats
    left: Floats
    balked: Floats
    turned_away: Floats
    waited_s: Floats
    late: Floats
    late_called: Floats
    busy_s: Floats
    overtime_s: Floats
    waits: Floats
    controls: Controls = control.NONE
    """What is known of the days' luck."""

    @property
    def days(self) -> int:
        """How many days were simulated."""
        return int(self.arrived.shape[0])

    def mean_wait_s(self, business: str | None = None, slot: int | None = None) -> Estimate:
        """Return the mean wait of the called; NaN where nobody was."""
        return self._ratio(self.waited_s, self.called, business, slot, np.inf)

    def late_share(self, business: str | None = None, slot: int | None = None) -> Estimate:
        """Return P(wait > N) of those who came in, leavers by how long they had waited."""
        came = self.arrived - self.balked
        return self._ratio(self.late, came, business, slot)

    def lost_share(self, business: str | None = None, slot: int | None = None) -> Estimate:
        """Return the share of those who came that was never called: left, turned away, sent home."""
        lost = self.left + self.balked + self.turned_away
        return self._ratio(lost, self.arrived, business, slot)

    def a_day(self, totals: Floats, business: str | None = None, slot: int | None = None) -> Estimate:
        """Return the mean by day of some of the totals, such as `left`."""
        return bounded(average(self.chosen(totals, business, slot), self.controls))

    def utilisation(self, window: int | None = None) -> Estimate:
        """Return the share of its staffed time that a window, or all of them, was busy."""
        busy = self.busy_s.sum(axis=1) if window is None else self.busy_s[:, window]
        staffed = self.staffed_s.sum() if window is None else self.staffed_s[window]
        if staffed <= 0.0:
            return Estimate(np.nan, np.nan, np.nan)
        return bounded(average(busy / staffed, self.controls), 1.0)

    def overtime(self) -> Estimate:
        """Return the mean overtime, in seconds."""
        return bounded(average(self.overtime_s, self.controls))

    def wait_quantiles_s(
        self, probabilities: Sequence[float], business: str | None = None, slot: int | None = None
    ) -> Floats:
        """Return quantiles of the waits of the called, to within 3 %; NaN where nobody was."""
        chosen = self.waits if business is None else self.waits[:, [self.grid.businesses.index(business)]]
        counts = (chosen if slot is None else chosen[[slot]]).sum(axis=(0, 1))
        if counts.sum() <= 0.0:
            return np.full(len(probabilities), np.nan)
        reached = np.concatenate(([0.0], np.cumsum(counts))) / counts.sum()
        return np.interp(probabilities, reached, _EDGES_S)

    def chosen(self, totals: Floats, business: str | None, slot: int | None) -> Floats:
        """Return the totals by day [D] of a business and slot of arrival; None: of all."""
        if business is not None:
            totals = totals[:, :, self.grid.businesses.index(business)]
        else:
            totals = totals.sum(axis=2)
        return np.asarray(totals.sum(axis=1) if slot is None else totals[:, slot])

    def _ratio(
        self, over: Floats, under: Floats, business: str | None, slot: int | None, most: float = 1.0
    ) -> Estimate:
        chosen = self.chosen(over, business, slot), self.chosen(under, business, slot)
        return bounded(ratio(*chosen, self.controls), most)


def grid_of(scenarios: Sequence[Scenario]) -> Grid:
    """Return the half-hours and businesses that the scenarios have between them."""
    slot_s = scenarios[0].demand.slot_s
    begins = min(scenario.demand.begins_s for scenario in scenarios)
    ends = max(scenario.demand.ends_s for scenario in scenarios)
    names = dict.fromkeys(name for scenario in scenarios for name in scenario.demand.businesses)
    return Grid(begins, slot_s, round((ends - begins) / slot_s), tuple(names))


def tallied(
    scenario: Scenario,
    floor: Floor,
    grid: Grid,
    crowd: Crowd,
    deeds: Deeds,
    pace: Floats,
    called_at: Floats,
    called_by: Ints,
) -> Outcome:
    """Return what came of it, from what `run_days` wrote; `pace` [D] of the days' services."""
    days, windows = crowd.day_start.size - 1, len(scenario.windows)
    day = np.repeat(np.arange(days), np.diff(crowd.day_start))
    number = np.array([grid.businesses.index(kind.business) for kind in scenario.demand.kinds], np.int64)
    business = number[crowd.kind]
    offset = round((scenario.demand.begins_s - grid.begins_s) / grid.slot_s)
    place = (crowd.slot + offset) * len(grid.businesses) + business
    cell = day * (grid.slots * len(grid.businesses)) + place
    shape = (days, grid.slots, len(grid.businesses))

    def counted(which: Ints, weights: Floats | None = None) -> Floats:
        found = np.bincount(cell[which], weights, minlength=days * shape[1] * shape[2])
        return found.astype(float).reshape(shape)

    called = np.flatnonzero(called_by >= 0)
    lost = np.flatnonzero(called_by < 0)
    wait_s = called_at[called] - crowd.arrival[called]
    late_called = called[wait_s > scenario.late_s]
    end_s = scenario.rule.turn_away_s or max(scenario.rule.closes_s, scenario.demand.ends_s)
    never = np.isinf(called_at[lost])
    stayed_s = np.where(never, np.maximum(0.0, end_s - crowd.arrival[lost]), np.inf)
    leaves = deeds.patience[lost] < stayed_s
    balks = ~never & (called_at[lost] - crowd.arrival[lost] > deeds.balks[lost])
    stayed_s = np.minimum(stayed_s, np.minimum(deeds.stay[lost], called_at[lost] - crowd.arrival[lost]))
    late_lost = lost[~balks & (stayed_s > scenario.late_s)]
    window = called_by[called]
    service_s = deeds.service[called] * floor.speed[0, window] * pace[day[called]]
    done = called_at[called] + service_s + deeds.overhead[called]
    closes_s = scenario.rule.closes_s
    busy = np.minimum(done, closes_s) - np.minimum(called_at[called], closes_s)
    overtime = np.zeros(days)
    np.maximum.at(overtime, day[called], done - closes_s)
    cells = shape[1] * shape[2] * _STEPS
    return Outcome(
        scenario.name,
        grid,
        tuple(each.window for each in scenario.windows),
        scenario.late_s,
        floor.staffed_s,
        counted(np.arange(day.size)),
        counted(called),
        counted(called[~deeds.comes[called]]),
        counted(lost[leaves & ~balks]),
        counted(lost[balks]),
        counted(lost[~leaves & ~balks]),
        counted(called, wait_s),
        counted(np.concatenate((late_called, late_lost))),
        counted(late_called),
        np.bincount(day[called] * windows + window, busy, days * windows)
        .astype(float)
        .reshape(days, windows),
        overtime,
        np.bincount(place[called] * _STEPS + _step(wait_s), minlength=cells)
        .astype(float)
        .reshape(*shape[1:], _STEPS),
    )


def together(parts: Sequence[Outcome]) -> Outcome:
    """Return the outcome of all the days of several; at least one."""
    by_day = {"overtime_s", "busy_s"} | {
        *("arrived", "called", "no_shows", "left", "balked", "turned_away"),
        *("waited_s", "late", "late_called"),
    }
    first = parts[0]
    joined: dict[str, Any] = {
        each.name: np.concatenate([getattr(part, each.name) for part in parts])
        if each.name in by_day
        else getattr(first, each.name)
        for each in fields(Outcome)
    }
    joined["waits"] = np.sum([part.waits for part in parts], axis=0)
    joined["controls"] = control.joined([part.controls for part in parts])
    return Outcome(**joined)


def average(by_day: Floats, controls: Controls = control.NONE) -> Estimate:
    """Return the mean over days [D] with its interval; of one day it is not known how sure."""
    mean = float(by_day.mean())
    return estimated(mean, controls.cleared((by_day - mean) / by_day.size))


def ratio(over: Floats, under: Floats, controls: Controls = control.NONE) -> Estimate:
    """Return a ratio of the totals of days [D] with its interval; NaN if there is nothing to divide by."""
    whole = float(under.sum())
    if whole <= 0.0:
        return Estimate(np.nan, np.nan, np.nan)
    value = float(over.sum()) / whole
    return estimated(value, controls.cleared(errors_of_ratio(over, under)))


def bounded(estimate: Estimate, most: float = np.inf) -> Estimate:
    """Return a figure that lies from 0 to `most`, as its interval does: of few days it would be wider."""
    return Estimate(*(float(np.clip(each, 0.0, most)) for each in estimate))


def estimated(value: float, errors: Floats) -> Estimate:
    """Return a figure with its interval, from what each day [D] adds to its error; their sum moves it."""
    days, moved = errors.size, float(errors.sum())
    if days < 2:
        return Estimate(value, np.nan, np.nan)
    spread = float(np.square(errors - moved / days).sum()) * days / (days - 1)
    half = quantile_95(days - 1) * spread**0.5
    return Estimate(value + moved, value + moved - half, value + moved + half)


def errors_of_ratio(over: Floats, under: Floats) -> Floats:
    """Return what each day [D] adds to the error of the ratio of totals: to first order they sum to it."""
    whole = float(under.sum())
    return np.asarray((over - float(over.sum()) / whole * under) / whole)


def quantile_95(free: int) -> float:
    """Return Student's quantile of a 95 % interval (Cornish and Fisher's expansion; to 1 % from 3 on)."""
    z = _NORMAL_95
    if free < 3:
        return (12.706, 4.303)[free - 1]
    first, second = (z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return float(z + first / free + second / free**2 + third / free**3)


_EDGES_S = _FINEST_S * (2.0 ** (np.arange(_STEPS + 1) / _PER_OCTAVE) - 1.0)


def _step(wait_s: Floats) -> Ints:
    place = np.log2(1.0 + wait_s / _FINEST_S) * _PER_OCTAVE
    return np.minimum(place, _STEPS - 1).astype(np.int64)
