"""A histogram of durations on the log scale that fades: the recent weeks weigh more than those before.

Bins are 2 % wide, so any number of durations fits into the same few kilobytes, in order and without sorting.
A bin remembers the mean of what fell into it: a duration that occurs again and again is kept exactly.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from estimator.kernel import Floats

__all__ = ["HALF_LIFE_S", "SHORTEST_S", "LogHistogram"]

HALF_LIFE_S: Final = 10 * 86_400.0
"""After so long an observation weighs half.

Learning on 1-12 January 1999 and looking at 13-20, what remains of a service is foreseen equally well with a
week or with three (MAE of the median 169.1 and 169.0 s; 169.5 with three days). Where services become half as
long again over night (40 a day, three tellers), 62 % of the gap are closed after six days; 53 % with three
weeks, 90 % with three days, for a tenth more noise and too little left of a business that is rare.
"""

SHORTEST_S: Final = 0.1
"""What is shorter counts as this: logarithms need something, and no key is pressed faster."""

_WIDTH: Final = 0.02
_BINS: Final = 768  # up to 130 hours
_ORIGIN: Final = log(SHORTEST_S)
_GONE: Final = 1e-6


class LogHistogram:
    """Weights and sums of logarithms by bin [768]; `at`, the newest observation in epoch seconds.

    The newest observation weighs 1. One that comes late weighs what it would by now.
    """

    __slots__ = ("at", "logs", "weights")

    def __init__(self) -> None:
        self.at = 0.0
        self.weights: Floats = np.zeros(_BINS)
        self.logs: Floats = np.zeros(_BINS)

    def learn(self, at: float, log_value: float) -> tuple[int, float, float]:
        """Take one duration; return its bin, its weight, and by what all before it faded."""
        age = (at - self.at) / HALF_LIFE_S
        fade, weight = (2.0**-age, 1.0) if age > 0.0 else (1.0, 2.0**age)
        if fade < 1.0:
            self.weights *= fade
            self.logs *= fade
            self.at = at
        cell = self.cell(log_value)
        self.weights[cell] += weight
        self.logs[cell] += weight * log_value
        return cell, weight, fade

    @staticmethod
    def cell(log_value: float) -> int:
        """Return the bin of a duration's logarithm."""
        return max(0, min(_BINS - 1, int((log_value - _ORIGIN) / _WIDTH)))

    def drop_faded(self) -> None:
        """Forget what weighs less than a millionth."""
        gone = self.weights < _GONE
        self.weights[gone] = self.logs[gone] = 0.0

    def log_quantiles(self, probabilities: Sequence[float]) -> Floats:
        """Return the quantiles of the logarithm; ValueError if it is empty."""
        means, weights = self.between(0, _BINS)
        if not means.size:
            raise ValueError("quantiles of nothing")
        reached = np.cumsum(weights)
        quantiles: Floats = np.interp(np.multiply(probabilities, reached[-1]), reached - weights / 2, means)
        return quantiles

    def between(self, first: int, last: int) -> tuple[Floats, Floats]:
        """Return the mean logarithms, ascending, and weights of the bins in [first, last) that have any."""
        weights = self.weights[first:last]
        filled = np.flatnonzero(weights)
        weights = weights[filled]
        return self.logs[first:last][filled] / weights, weights

    def to_plain(self) -> list[Any]:
        """Return it as plain numbers."""
        filled = np.flatnonzero(self.weights)
        return [self.at, filled.tolist(), self.weights[filled].tolist(), self.logs[filled].tolist()]

    @classmethod
    def from_plain(cls, plain: Sequence[Any]) -> LogHistogram:
        """Make the histogram that `to_plain` described."""
        histogram = cls()
        histogram.at, filled, weights, logs = plain
        histogram.weights[filled] = weights
        histogram.logs[filled] = logs
        return histogram
