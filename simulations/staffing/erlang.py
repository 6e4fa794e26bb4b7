"""What is usually done: Erlang's formula, half-hour by half-hour. Baselines, and where our search begins.

SIPP (stationary, independent, period by period): the half-hour's own arrival rate in the M/M/n queue. MOL
(modified offered load; Jennings, Mandelbaum, Massey and Whitt 1996): the load that a branch with enough
windows would carry then, which lags behind the arrivals. Both know neither impatience, nor priorities, nor
skills, nor that days differ.
"""

from __future__ import annotations

from math import exp
from typing import NamedTuple

import numpy as np

from estimator.columns import Floats, Ints
from simulations.staffing.goals import Prices, Target
from simulations.staffing.opening import HOUR_S, Windows
from simulations.staffing.sampled import Sample

__all__ = ["Demand", "demand", "enough", "erlang_c", "levels", "wait_tail"]


class Demand(NamedTuple):
    """By half-hour [H]: arrivals, and the windows they keep busy: by their rate (SIPP), by presence (MOL)."""

    arrivals: Floats
    stationary: Floats
    modified: Floats
    service_s: float


def erlang_c(windows: int, load: float) -> float:
    """Return the share of customers who wait at all in M/M/n; 1 where the windows cannot carry the load."""
    if load <= 0.0:
        return 0.0
    if load >= windows:
        return 1.0
    blocked = 1.0
    for number in range(1, windows + 1):
        blocked = load * blocked / (number + load * blocked)
    return windows * blocked / (windows - load * (1.0 - blocked))


def wait_tail(windows: int, load: float, service_s: float, wait_s: float) -> float:
    """Return P(wait > wait_s) in M/M/n with mean service `service_s`."""
    if load >= windows:
        return 1.0 if load > 0.0 else 0.0
    return erlang_c(windows, load) * exp(-(windows - load) * wait_s / service_s)


def enough(goal: Target | Prices, load: float, service_s: float, slot_s: float, most: int) -> int:
    """Return how many windows Erlang's formula asks for: the fewest for a target, the cheapest for prices.

    Nobody leaves in that formula. At most `most`, also where that is not enough.
    """
    if isinstance(goal, Target):
        fits = (n for n in range(most) if wait_tail(n, load, service_s, goal.wait_s) <= goal.share)
        return next(fits, most)
    stable = [n for n in range(most + 1) if n > load]
    return min(stable, key=lambda n: _cost(goal, n, load, service_s, slot_s), default=most)


def levels(goal: Target | Prices, load: Floats, of: Demand, windows: Windows) -> Ints:
    """Return how many windows by half-hour [H] for such a load [H], within what the branch allows."""
    most = int(windows.most.max())
    found = [enough(goal, float(each), of.service_s, windows.slot_s, most) for each in load]
    return np.clip(np.array(found, np.int64), windows.least, windows.most)


def demand(of: Sample, windows: Windows) -> Demand:
    """Return what a sample of days asks for, of windows of speed 1; services with all that goes beside."""
    arrival, _, service, overhead, _ = of.customers
    comes = np.isfinite(arrival)
    busy_s = (service + overhead)[comes]
    arrivals = of.arrivals.mean(axis=0)
    service_s = float(busy_s.mean()) if busy_s.size else 0.0
    begins = arrival[comes] - windows.opens_s
    edges = np.arange(windows.slots + 1, dtype=float) * windows.slot_s
    present_s = _elapsed_s(edges, begins) - _elapsed_s(edges, begins + busy_s)  # if nobody had to wait
    return Demand(
        arrivals,
        arrivals * service_s / windows.slot_s,
        np.diff(present_s) / (of.days * windows.slot_s),
        service_s,
    )


def _elapsed_s(edges: Floats, times: Floats) -> Floats:
    """Return the seconds that have gone by since all these times, by each edge."""
    return np.array([np.maximum(0.0, edge - times).sum() for edge in edges], float)


def _cost(prices: Prices, windows: int, load: float, service_s: float, slot_s: float) -> float:
    mean_s = erlang_c(windows, load) * service_s / (windows - load)
    waiting = load * slot_s / service_s * mean_s / 60.0 if service_s else 0.0
    return prices.window_hour * windows * slot_s / HOUR_S + prices.waiting_minute * waiting
