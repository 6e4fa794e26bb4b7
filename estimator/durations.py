"""A distribution of durations as a value: weighted seconds in order, and a heavy tail beyond the longest.

Nothing about time in a branch is normal or exponential, so the values themselves are the distribution. Where
they end it goes on as a Pareto tail whose index is Hill's estimate: then the remaining time grows with the
elapsed time, as observed, instead of shrinking to nothing at the longest duration ever seen.
(Hill 1975, "A simple general approach to inference about the tail of a distribution".)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from statistics import NormalDist

import numpy as np
from numba import njit

from estimator.columns import Floats

__all__ = [
    "GRID",
    "Durations",
    "configured",
    "mixed",
    "observed",
    "sampled",
    "summed",
    "together",
    "weighted",
]

GRID = np.linspace(0.0, 1.0, 257)
"""The probabilities of a quantile table."""

WIDENED = 1.25
"""Minutes set down by hand are too sure of themselves: by this their spread on the log scale grows."""

_SHORTEST_S = 0.05  # logarithms need something; no clock here resolves less
_TAIL_SHARE = 0.1  # the tail begins at the 90th percentile
_TAIL_INDEX, _TAIL_WEIGHT = 0.4, 10.0  # before data, as if from so many values
_LIGHTEST, _HEAVIEST = 0.05, 0.7  # the mean must exist, and survival be more than zero in floating point
_TAIL_VALUES = 4.0  # what the tail weighs against values seen beyond the elapsed time
_TAIL_POINTS = (np.arange(32) + 0.5) / 32


@dataclass(frozen=True, eq=False)
class Durations:
    """`values_s` [N], ascending and positive; `weights` [N], in observations; `tail`, its Pareto index.

    Never empty: N is at least 1.
    """

    values_s: Floats
    weights: Floats
    tail: float

    @cached_property
    def table(self) -> Floats:
        """Its quantiles at `GRID`: what is drawn from, by linear interpolation.

        The last is not the longest duration but what gives the draws the mean of the distribution.
        """
        return _table(self.values_s, self.weights)

    @cached_property
    def weight(self) -> float:
        """How many observations it stands for."""
        return float(self.weights.sum())

    def quantiles(self, probabilities: Floats) -> Floats:
        """Return the durations that are not exceeded with these probabilities [P], in seconds."""
        reached = np.cumsum(self.weights) - self.weights / 2
        quantiles: Floats = np.interp(probabilities * self.weight, reached, self.values_s)
        return quantiles

    def mean_s(self) -> float:
        """Return the mean, in seconds."""
        return float(self.values_s @ self.weights) / self.weight

    def log_moments(self) -> tuple[float, float]:
        """Return mean and standard deviation of the logarithm."""
        logs = np.log(self.values_s)
        mean = float(logs @ self.weights) / self.weight
        return mean, float(np.sqrt(max(0.0, float(np.square(logs - mean) @ self.weights) / self.weight)))

    def longer_than(self, elapsed_s: float) -> float:
        """Return the probability to exceed `elapsed_s`."""
        return float(_longer_than(self.values_s, self.weights, self.tail, float(elapsed_s)))

    def scaled(self, factor: float) -> Durations:
        """Return it with every duration multiplied."""
        scaled = Durations(self.values_s * factor, self.weights, self.tail)
        vars(scaled)["table"] = self.table * factor  # always, so that no result hangs on what was cached
        return scaled

    def weighing(self, weight: float) -> Durations:
        """Return it standing for so many observations."""
        return Durations(self.values_s, self.weights * (weight / self.weight), self.tail)

    def remaining(self, elapsed_s: float) -> Durations:
        """Return what is left after `elapsed_s`: the durations beyond it, and a share of the tail."""
        if elapsed_s <= 0.0:
            return self
        values_s, weights = _remaining(self.values_s, self.weights, self.tail, self.table, float(elapsed_s))
        return Durations(values_s, weights, self.tail)

    def told(self, told_s: float, spread: float) -> Durations:
        """Return it after a word about its length that errs by `spread` (standard deviation, log scale).

        Bayes with both normal on the log scale: the centre moves towards the word and the spread shrinks, as
        their precisions say; the shape stays that of the values.
        """
        mean, deviation = self.log_moments()
        trust = deviation**2 / (deviation**2 + spread**2)
        narrower = np.sqrt(1.0 - trust)
        centre = mean + trust * (np.log(max(told_s, _SHORTEST_S)) - mean)
        values_s = np.exp(centre + narrower * (np.log(self.values_s) - mean))
        return Durations(values_s, self.weights, max(_LIGHTEST, self.tail * float(narrower)))

    def thinned(self, weight: float) -> Durations:
        """Return 64 of its quantiles, standing for `weight` observations: what others may borrow."""
        return Durations(np.interp(_QUANTILES, GRID, self.table), np.full(64, weight / 64), self.tail)


_QUANTILES = (np.arange(64) + 0.5) / 64


@cache
def _normal_quantiles() -> Floats:
    return np.array([NormalDist().inv_cdf(float(p)) for p in _QUANTILES])


def _in_order(values_s: Floats, weights: Floats, tail: float) -> Durations:
    order = np.argsort(values_s, kind="stable")
    return Durations(np.maximum(values_s[order], _SHORTEST_S), weights[order], tail)


@lru_cache(maxsize=256)
def configured(p10_s: float, p50_s: float, p90_s: float, weight: float = 1.0) -> Durations:
    """Return a lognormal through three percentiles (each side its own spread), widened."""
    low, middle, high = np.log(np.maximum(np.maximum.accumulate((p10_s, p50_s, p90_s)), _SHORTEST_S))
    normal = _normal_quantiles() * WIDENED / NormalDist().inv_cdf(0.9)
    values_s = np.exp(middle + normal * np.where(normal < 0, middle - low, high - middle))
    return Durations(np.maximum(values_s, _SHORTEST_S), np.full(64, weight / 64), _TAIL_INDEX)


def observed(values_s: Floats) -> Durations:
    """Return the distribution of durations that were seen, each weighing one, with Hill's tail.

    ValueError without any.
    """
    return weighted(np.sort(values_s), np.ones(values_s.size))


def weighted(values_s: Floats, weights: Floats) -> Durations:
    """Return the distribution of durations [N], ascending, that weigh so much [N], with Hill's tail.

    ValueError without any.
    """
    if not values_s.size:
        raise ValueError("no durations, no distribution")
    values_s = np.maximum(values_s, _SHORTEST_S)
    reached = np.cumsum(weights)
    first = int(np.searchsorted(reached, reached[-1] * (1 - _TAIL_SHARE), side="right"))
    first = min(first, values_s.size - 1)
    hill = float(np.log(values_s[first:] / values_s[first]) @ weights[first:])
    tail = (hill + _TAIL_INDEX * _TAIL_WEIGHT) / (float(weights[first:].sum()) + _TAIL_WEIGHT)
    return Durations(values_s, weights, min(max(tail, _LIGHTEST), _HEAVIEST))


def together(*parts: Durations) -> Durations:
    """Return the mixture of several, each with its weight; its tail is that of the weightiest.

    ValueError without any.
    """
    if not parts:
        raise ValueError("no distributions, no mixture")
    return _in_order(
        np.concatenate([part.values_s for part in parts]),
        np.concatenate([part.weights for part in parts]),
        max(parts, key=lambda part: part.weight).tail,
    )


def summed(*tables: Floats) -> Floats:
    """Return the quantile table of the sum of independent durations, given theirs; of none, zeros."""
    if not tables:
        return np.zeros(GRID.size)
    total = tables[0]
    for table in tables[1:]:
        points, others = (np.interp(_QUANTILES, GRID, each) for each in (total, table))
        sums = np.sort(np.add.outer(points, others), axis=None, kind="stable")  # it merges the sorted rows
        total = np.interp(GRID, (np.arange(sums.size) + 0.5) / sums.size, sums)
    return total


def mixed(table: Floats, other: Floats, share: float) -> Floats:
    """Return the quantile table of what follows the one, but with this share (0 to 1) the other."""
    if share <= 0.0:
        return table
    values_s = np.concatenate((table, other))
    weights = np.concatenate(
        (np.full(table.size, (1.0 - share) / table.size), np.full(other.size, share / other.size))
    )
    order = np.argsort(values_s, kind="stable")
    reached = np.cumsum(weights[order])
    return np.interp(GRID, reached - weights[order] / 2, values_s[order])


def sampled(table: Floats, uniform: Floats) -> Floats:
    """Return the quantiles at `uniform`, each in [0, 1), of such a table: linear between its steps.

    No chance, no draws: an empty result.
    """
    return _sampled(table, uniform.ravel()).reshape(uniform.shape)


# Each pass asks this of every window: NumPy would take some forty calls, each for a few dozen numbers.


@njit(cache=True, nogil=True)
def _sampled(table: Floats, uniform: Floats) -> Floats:
    drawn = np.empty(uniform.shape[0])
    for draw in range(uniform.shape[0]):
        position = uniform[draw] * (table.shape[0] - 1)
        cell = int(position)
        drawn[draw] = table[cell] + (position - cell) * (table[cell + 1] - table[cell])
    return drawn


@njit(cache=True, nogil=True)
def _table(values_s: Floats, weights: Floats) -> Floats:
    """Return the quantiles at `GRID`, each value in the middle of its weight; the last for the mean."""
    weight = weights.sum()
    table = np.empty(GRID.shape[0])
    place, reached = 0, weights[0] / 2
    for cell in range(table.shape[0]):
        wanted = GRID[cell] * weight
        while place < values_s.shape[0] - 1:
            step = (weights[place] + weights[place + 1]) / 2
            if reached + step > wanted:
                break
            place, reached = place + 1, reached + step
        table[cell] = values_s[place]
        if place < values_s.shape[0] - 1 and wanted > reached:
            step = (weights[place] + weights[place + 1]) / 2
            table[cell] += (wanted - reached) / step * (values_s[place + 1] - values_s[place])
    mean_s = (values_s * weights).sum() / weight
    drawn_s = (table.sum() - (table[0] + table[-1]) / 2) / (table.shape[0] - 1)
    table[-1] = max(table[-2], table[-1] + 2 * (table.shape[0] - 1) * (mean_s - drawn_s))
    return table


@njit(cache=True, nogil=True)
def _longer_than(values_s: Floats, weights: Floats, tail: float, elapsed_s: float) -> float:
    """Return the probability to exceed `elapsed_s`: by the values, or beyond them by the tail."""
    beyond = weights[np.searchsorted(values_s, elapsed_s, side="right") :].sum()
    if beyond > 0.0:
        return beyond / weights.sum()  # type: ignore[no-any-return]
    reached = values_s[-1] / max(elapsed_s, values_s[-1])
    return weights[-1] / 2 / weights.sum() * reached ** (1 / tail)  # type: ignore[no-any-return]


@njit(cache=True, nogil=True)
def _remaining(
    values_s: Floats, weights: Floats, tail: float, table: Floats, elapsed_s: float
) -> tuple[Floats, Floats]:
    """Return what is left of the durations beyond `elapsed_s`, with points of the tail, and their weights."""
    first = np.searchsorted(values_s, elapsed_s, side="right")
    tail_begins_s = max(elapsed_s, np.interp(1 - _TAIL_SHARE, GRID, table))
    # The tail speaks only for those who get as far as where it begins.
    share = _longer_than(values_s, weights, tail, tail_begins_s) / _longer_than(
        values_s, weights, tail, elapsed_s
    )
    of_point = _TAIL_VALUES * min(1.0, share) / _TAIL_POINTS.shape[0]
    size = values_s.shape[0] - first + _TAIL_POINTS.shape[0]
    left_s, counts = np.empty(size), np.empty(size)
    seen, point = first, _TAIL_POINTS.shape[0] - 1  # its points descend
    for place in range(size):
        pareto_s = tail_begins_s * _TAIL_POINTS[point] ** -tail if point >= 0 else np.inf
        if seen < values_s.shape[0] and values_s[seen] <= pareto_s:
            left_s[place], counts[place] = values_s[seen] - elapsed_s, weights[seen]
            seen += 1
        else:
            left_s[place], counts[place] = pareto_s - elapsed_s, of_point
            point -= 1
    return np.maximum(left_s, _SHORTEST_S), counts
