"""One pool: the durations of one thing, what of them to believe, and what was set aside.

A ticket left open over lunch, or a finish pressed with the start, is no service. Once there are `_ENOUGH`
cases, what lies far outside the bulk is set aside: it is reported, and never shapes a range. The bulk is
measured by quantiles of the logarithm, one half at a time, as durations are skewed on that scale too
(Hampel's identifier, Davies and Gather 1993, with a quantile for each side in place of one median absolute
deviation). As it is measured anew all the time, what one case in six does is soon the bulk itself.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from math import exp, log
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from estimator import durations
from estimator.histogram import LogHistogram

if TYPE_CHECKING:
    from collections.abc import Sequence

    from estimator.durations import Durations
    from estimator.kernel import Floats

__all__ = ["Pool", "Suspect"]

_ENOUGH, _AGAIN = 30, 32  # cases before the bulk is known; until it is measured anew
_LONG, _SHORT = 4.0, 4.5  # deviations from the median
_NARROWEST = 0.25  # of a deviation, log scale: clockwork is no reason to suspect whoever is off by a third
_BULK: Final = (0.16, 0.5, 0.84)  # minus one deviation, median, plus one, were it normal
_ENDLESS = log(8 * 3600.0)
_FORGOTTEN, _PRESSED = log(300.0), log(10.0)  # nothing shorter was left open, nothing longer a wrong press
_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Suspect:
    """A duration that was set aside: when it ended (epoch seconds), whose it was, the limit that it broke."""

    at: float
    value_s: float
    limit_s: float
    teller: str | None = None


@dataclass(slots=True)
class Pool:
    """Logarithms of durations, `seen` of them; `low` to `high` is what is believed.

    `spiky`: a spike with a long tail that is no mistake (wrap-ups with breaks among them), so only what
    lasts longer than a working day is set aside.
    """

    spiky: bool = False
    histogram: LogHistogram = field(default_factory=LogHistogram)
    seen: int = 0
    low: float = -np.inf
    high: float = np.inf
    weight: float = 0.0
    total: float = 0.0
    too_long: int = 0
    too_short: int = 0
    examples: deque[Suspect] = field(default_factory=lambda: deque(maxlen=_EXAMPLES))
    young: list[tuple[float, float, float, str | None]] = field(default_factory=list)
    _own: tuple[int, Durations] | None = None

    def learn(self, at: float, log_value: float, *, scale: float = 0.0, teller: str | None = None) -> bool:
        """Take one duration, and return whether it is believed.

        `scale` is the logarithm of the factor that was taken out of it: a report gives it back.
        """
        _, weight, fade = self.histogram.learn(at, log_value)
        self.seen += 1
        self.weight *= fade
        self.total *= fade
        believed = self.low <= log_value <= self.high
        if believed:
            self.weight += weight
            self.total += weight * log_value
        else:
            self._set_aside(at, log_value, scale, teller)
        if self.seen <= _ENOUGH:
            self.young.append((at, log_value, scale, teller))
        if self.seen >= _ENOUGH and (self.seen - _ENOUGH) % _AGAIN == 0:
            self._measure()
        return believed

    def _set_aside(self, at: float, log_value: float, scale: float, teller: str | None) -> None:
        long = log_value > self.high
        self.too_long += long
        self.too_short += not long
        limit = self.high if long else self.low
        self.examples.append(
            Suspect(at, round(exp(log_value + scale), 3), round(exp(limit + scale), 3), teller)
        )

    def _measure(self) -> None:
        """Find the bulk, and what of all that was seen lies about it: what came first is judged now."""
        self.histogram.drop_faded()
        low, middle, high = self.histogram.log_quantiles(_BULK)
        if self.spiky:
            self.high = _ENDLESS
        else:
            self.low = min(float(middle - _SHORT * max(middle - low, _NARROWEST)), _PRESSED)
            reach = float(middle + _LONG * max(high - middle, _NARROWEST))
            self.high = min(max(reach, _FORGOTTEN), _ENDLESS)
        means, weights = self.believed()
        self.weight = float(weights.sum())
        self.total = float(means @ weights)
        for at, log_value, scale, teller in self.young:
            if not self.low <= log_value <= self.high:
                self._set_aside(at, log_value, scale, teller)
        self.young.clear()

    def believed(self) -> tuple[Floats, Floats]:
        """Return the logarithms within the limits, ascending, and their weights."""
        means, weights = self.histogram.between(0, self.histogram.weights.size)
        first = int(np.searchsorted(means, self.low, side="left"))
        last = int(np.searchsorted(means, self.high, side="right"))
        return means[first:last], weights[first:last]

    def observed(self) -> Durations | None:
        """Return the distribution of what is believed, None if there is nothing."""
        if self._own is None or self._own[0] != self.seen:
            means, weights = self.believed()
            if not means.size:
                return None
            self._own = self.seen, durations.weighted(np.exp(means), weights)
        return self._own[1]

    def to_plain(self) -> list[Any]:
        """Return it as plain data."""
        limits = [limit if np.isfinite(limit) else None for limit in (self.low, self.high)]
        examples = [[one.at, one.value_s, one.limit_s, one.teller] for one in self.examples]
        young = [list(one) for one in self.young]
        counts = [self.seen, self.weight, self.total, self.too_long, self.too_short]
        return [counts, limits, examples, young, self.histogram.to_plain()]

    @classmethod
    def from_plain(cls, plain: Sequence[Any], *, spiky: bool) -> Pool:
        """Make the pool that `to_plain` described."""
        (seen, weight, total, too_long, too_short), (low, high), examples, young, histogram = plain
        return cls(
            spiky,
            LogHistogram.from_plain(histogram),
            seen,
            -np.inf if low is None else low,
            np.inf if high is None else high,
            weight,
            total,
            too_long,
            too_short,
            deque((Suspect(*one) for one in examples), maxlen=_EXAMPLES),
            [(at, log_value, scale, teller) for at, log_value, scale, teller in young],
        )
