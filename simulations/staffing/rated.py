"""What a roster of windows is worth on days that had no part in finding it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from estimator.columns import Floats, Ints
from simulations.staffing.goals import Prices
from simulations.staffing.opening import Open, Windows
from simulations.staffing.sampled import Sample, run, share_of
from simulations.studies.outcome import Estimate, average, errors_of_ratio, estimated

__all__ = ["Difference", "Rated", "difference", "rate"]


@dataclass(frozen=True, slots=True, eq=False)
class Rated:
    """A roster on D days, with intervals of 95 % by day.

    `late` [H]: the share of each half-hour's arrivals that waited longer than `late_s`; `late_all` of the
    day's, `left` of them left. `waited_s`: mean of all arrivals; `waited_by_slot_s` [H]. `cost_by_day` [D];
    `late_errors` [D]: what each day adds to the error of `late_all`.
    """

    table: Open
    hours: float
    late_s: float
    late: tuple[Estimate, ...]
    late_all: Estimate
    left: Estimate
    waited_s: Estimate
    waited_by_slot_s: tuple[Estimate, ...]
    cost: Estimate
    cost_by_day: Floats
    late_errors: Floats

    @property
    def levels(self) -> Ints:
        """How many windows are open in each half-hour [H]."""
        levels: Ints = self.table.sum(axis=1)
        return levels


@dataclass(frozen=True, slots=True)
class Difference:
    """One roster less another on the same days, and the share of days on which it costs more."""

    hours: float
    cost: Estimate
    late: Estimate
    worse_share: float


def rate(of: Sample, windows: Windows, table: Open, late_s: float, prices: Prices) -> Rated:
    """Return what a roster does on these days."""
    found = run(of, windows, table, late_s)
    came, late, left, waited_s = (
        days.sum(axis=1) for days in (found.arrivals, found.late, found.left, found.waited_s)
    )
    hours = windows.hours(table)
    cost = prices.window_hour * hours + prices.walk_away * left + prices.waiting_minute * waited_s / 60.0
    by_slot = list(zip(found.late.T, found.waited_s.T, found.arrivals.T, strict=True))
    return Rated(
        table=table,
        hours=hours,
        late_s=late_s,
        late=tuple(share_of(part, whole) for part, _, whole in by_slot),
        late_all=share_of(late, came),
        left=share_of(left, came),
        waited_s=share_of(waited_s, came),
        waited_by_slot_s=tuple(share_of(part, whole) for _, part, whole in by_slot),
        cost=average(cost),
        cost_by_day=cost,
        late_errors=errors_of_ratio(late, came) if came.any() else np.zeros(came.size),
    )


def difference(one: Rated, other: Rated) -> Difference:
    """Return how a roster differs from another that was rated on the same days."""
    cost = one.cost_by_day - other.cost_by_day
    return Difference(
        one.hours - other.hours,
        average(cost),
        estimated(one.late_all.value - other.late_all.value, one.late_errors - other.late_errors),
        float((cost > 0.0).mean()),
    )
