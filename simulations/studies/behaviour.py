"""How customers and tellers behave: services, what a call costs beside them, patience, and who stays away."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from estimator.durations import configured
from simulations.studies.uniforms import normals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from estimator.columns import Floats, Ints

__all__ = [
    "Balking",
    "Behaviour",
    "Cases",
    "by_minutes",
    "drawn",
    "exponential_patience",
    "hazard",
    "lognormal",
    "mean_of",
    "patiences",
]

_STEPS = 128  # of a patience table
_LAST = 4.0  # units of cumulative hazard that it covers
_SHORTEST_S = 1e-3


@dataclass(frozen=True, slots=True)
class Balking:
    """Who turns away on the wait shown: of those shown `waits_s` (ascending) the share `shares`.

    Between them linear, from none at no wait; beyond the last as there.
    """

    waits_s: tuple[float, ...] = ()
    shares: tuple[float, ...] = ()

    def longest_s(self, uniform: Floats) -> Floats:
        """Return for each the wait shown from which on it turns away; infinite: never."""
        if not self.waits_s:
            return np.full(uniform.shape, np.inf)
        shares, waits = (0.0, *self.shares), (0.0, *self.waits_s)
        return np.where(uniform < shares[-1], np.interp(uniform, shares, waits), np.inf)


@dataclass(frozen=True, slots=True)
class Cases:
    """What a part of the behaviour rests on: so many observations; their mean in seconds, or a share."""

    about: str
    key: str
    cases: int
    mean: float


@dataclass(frozen=True, slots=True, eq=False)
class Behaviour:
    """Quantile tables [Q] at equal steps of probability, in seconds, by business where it says so.

    `services` by business, at a window of speed 1. `walking`, `wrap_up`, `idle` (until the next is called
    though somebody waits), `no_show`: all that a called ticket costs the window if nobody comes. `patience`
    [129] by business: when the cumulative hazard reaches each of 128 equal steps to 4; infinite: nobody
    leaves. It is measured in the wait offered. `stays`: how long those who leave stay before; None: as long
    as they have patience. `item_factors` by business: by how much so many items lengthen a service. `speeds`
    by teller. `pace_cv`: by how much all services of a day vary together.
    """

    services: Mapping[str, Floats]
    walking: Floats
    wrap_up: Mapping[str, Floats]
    idle: Floats
    no_show: Floats
    no_show_share: float
    patience: Mapping[str, Floats]
    balking: Balking = field(default_factory=Balking)
    stays: Floats | None = None
    pace_cv: float = 0.0
    item_factors: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    speeds: Mapping[str, float] = field(default_factory=dict)
    cases: tuple[Cases, ...] = ()

    def expected_s(self, business: str, items: int | None = None) -> float:
        """Return the mean service, which the express rule asks for."""
        return mean_of(self.services[business]) * self.item_factor(business, items)

    def item_factor(self, business: str, items: int | None) -> float:
        """Return by how much so many items lengthen a service; 1 where they are not counted."""
        return self.item_factors.get(business, {}).get(items, 1.0) if items is not None else 1.0


def mean_of(table: Floats) -> float:
    """Return the mean of what is drawn from a quantile table."""
    return float((table[1:] + table[:-1]).mean()) / 2


def drawn(tables: Sequence[Floats], which: Ints, uniform: Floats) -> Floats:
    """Return the quantile of each's table, in seconds: `which` [N] of `tables` at `uniform` [N]."""
    size = len(tables[0])
    flat = np.concatenate(tables)
    place = uniform * (size - 1)
    below = place.astype(np.int64)
    place -= below
    below += which * size
    low = flat[below]
    result: Floats = flat[below + 1]
    result -= low
    result *= place
    result += low
    return result


def patiences(tables: Sequence[Floats], which: Ints, uniform: Floats) -> Floats:
    """Return how long each would wait: `which` [N] of `tables` [129] at `uniform` [N]."""
    hazard = -np.log(uniform)
    hazard *= _STEPS / _LAST
    below = np.minimum(hazard, _STEPS - 1).astype(np.int64)
    inside = np.minimum(hazard, float(_STEPS)) - below
    flat, size = np.concatenate(tables), _STEPS + 1
    start = below + which * size
    with np.errstate(invalid="ignore"):  # of nobody leaves: infinite less infinite
        result = flat[start] + inside * (flat[start + 1] - flat[start])
    beyond = np.flatnonzero(hazard > _STEPS)
    result[beyond] += (hazard[beyond] - _STEPS) * (_LAST / _STEPS) * _beyond_s(tables)[which[beyond]]
    result[np.isnan(result)] = np.inf
    return np.asarray(result)


def hazard(tables: Sequence[Floats], which: Ints, wait_s: Floats) -> Floats:
    """Return the cumulative hazard of each's patience [N] at a wait: `patiences` the other way round."""
    grid = np.linspace(0.0, _LAST, _STEPS + 1)
    found = np.zeros(which.size)
    for number, (times, beyond_s) in enumerate(zip(tables, _beyond_s(tables).tolist(), strict=True)):
        if np.isfinite(times[-1]):
            own = which == number
            beyond = np.maximum(0.0, wait_s[own] - times[-1]) / beyond_s
            found[own] = np.interp(wait_s[own], times, grid) + beyond
    return found


def _beyond_s(tables: Sequence[Floats]) -> Floats:
    """Return the mean patience beyond each table: people go on leaving at the mean rate within it."""
    return np.array([max(_SHORTEST_S, float(table[-1]) / _LAST) for table in tables])


def exponential_patience(mean_s: float) -> Floats:
    """Return the patience table of a constant hazard."""
    return np.asarray(np.linspace(0.0, _LAST, _STEPS + 1) * mean_s)


def by_minutes(low_s: float, middle_s: float, high_s: float) -> Floats:
    """Return the table of 10th, 50th and 90th percentile, as a branch file gives them."""
    return configured(low_s, middle_s, high_s, weight=1.0).table


def lognormal(mean_s: float, cv: float) -> Floats:
    """Return the table [1025] of a lognormal; its last entry gives it the mean."""
    grid = np.linspace(0.0, 1.0, 1025)
    variance = np.log1p(cv**2)
    inside = np.exp(np.log(mean_s) - variance / 2 + np.sqrt(variance) * normals(grid[1:-1]))
    table = np.concatenate(([0.0], inside, inside[-1:]))
    drawn_s = (table.sum() - (table[0] + table[-1]) / 2) / (table.size - 1)
    table[-1] = max(table[-2], table[-1] + 2 * (table.size - 1) * (mean_s - drawn_s))
    return table
