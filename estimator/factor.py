"""Running means of logarithms, shrunk towards what is known of more of the same while they rest on little."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt

__all__ = ["Factor", "Items", "Pace", "Share", "Spread", "Word"]

_REMEMBERED = 500.0  # observations: a teller of years ago is another teller


@dataclass(slots=True)
class Factor:
    """By how much one kind of thing differs from its pool, on the log scale."""

    count: float = 0.0
    total: float = 0.0

    def learn(self, log_ratio: float, remembered: float = _REMEMBERED) -> None:
        """Take one logarithm of observed over expected; about so many are remembered."""
        if self.count >= remembered:
            self.total *= 1 - 1 / remembered
            self.count *= 1 - 1 / remembered
        self.count += 1.0
        self.total += log_ratio

    def shrunk(self, strength: float, towards: float = 0.0) -> float:
        """Return its mean, weighing n/(n + strength) against `towards`: that alone before it has learned."""
        return (self.total + strength * towards) / (self.count + strength)

    def to_plain(self) -> list[float]:
        """Return it as plain numbers."""
        return [self.count, self.total]


@dataclass(slots=True)
class Spread:
    """How much one duration varies beside all that is known of it: a mean square, log scale."""

    count: float = 0.0
    squares: float = 0.0

    _VARIANCE, _STRENGTH = 0.49, 20.0

    def learn(self, residual: float) -> None:
        """Take one logarithm of observed over expected of just such a case."""
        if self.count >= _REMEMBERED:
            self.squares *= 1 - 1 / _REMEMBERED
            self.count *= 1 - 1 / _REMEMBERED
        self.count += 1.0
        self.squares += residual * residual

    def strength(self, between: float) -> float:
        """Return how many cases a mean must rest on to count half, if means differ by `between` (log sd)."""
        variance = (self.squares + self._STRENGTH * self._VARIANCE) / (self.count + self._STRENGTH)
        return variance / between**2

    def to_plain(self) -> list[float]:
        """Return it as plain numbers."""
        return [self.count, self.squares]


@dataclass(slots=True)
class Pace:
    """How today goes: services of one day share a speed, seen through the last few hours of them."""

    at: float = 0.0
    count: float = 0.0
    total: float = 0.0

    SPREAD = 0.12  # between days, log scale
    _FADES_S = 7200.0

    def learn(self, at: float, log_ratio: float) -> None:
        """Take one logarithm of observed over expected at a moment; earlier ones fade."""
        fade = exp(-max(0.0, at - self.at) / self._FADES_S)
        self.at = max(at, self.at)
        self.count = self.count * fade + 1.0
        self.total = self.total * fade + log_ratio

    def belief(self, strength: float) -> tuple[float, float]:
        """Return mean and standard deviation of the day's log speed factor, shrunk by so many cases."""
        weight = self.count + strength
        return self.total / weight, self.SPREAD * sqrt(strength / weight)

    def to_plain(self) -> list[float]:
        """Return it as plain numbers."""
        return [self.at, self.count, self.total]


@dataclass(slots=True)
class Word:
    """How good estimates of tellers have been: log ratios of what happened to what was said."""

    count: float = 0.0
    total: float = 0.0
    squares: float = 0.0

    _STRENGTH, _SPREAD = 10.0, 0.45

    def learn(self, log_ratio: float) -> None:
        """Take one logarithm of what happened over what was said."""
        if self.count >= _REMEMBERED:
            kept = 1 - 1 / _REMEMBERED
            self.count, self.total, self.squares = self.count * kept, self.total * kept, self.squares * kept
        self.count += 1.0
        self.total += log_ratio
        self.squares += log_ratio * log_ratio

    def belief(self, towards: tuple[float, float] = (0.0, _SPREAD)) -> tuple[float, float]:
        """Return the bias of such a word and the error left, both on the log scale, shrunk `towards` others'.

        The mean of a normal-inverse-gamma posterior: who is as wrong as others is believed as much as they.
        """
        weight = self.count + self._STRENGTH
        bias = (self.total + self._STRENGTH * towards[0]) / weight
        around = self.squares - 2 * bias * self.total + self.count * bias * bias
        prior = self._STRENGTH * (towards[1] ** 2 + (bias - towards[0]) ** 2)
        return bias, sqrt((max(around, 0.0) + prior) / weight)

    def to_plain(self) -> list[float]:
        """Return it as plain numbers."""
        return [self.count, self.total, self.squares]


@dataclass(slots=True)
class Share:
    """How often something happens; before anything was seen `prior`, as if of `strength` cases."""

    count: float = 0.0
    hits: float = 0.0

    def learn(self, *, hit: bool) -> None:
        """Take one case."""
        if self.count >= _REMEMBERED:
            self.count *= 1 - 1 / _REMEMBERED
            self.hits *= 1 - 1 / _REMEMBERED
        self.count += 1.0
        self.hits += hit

    def mean(self, prior: float, strength: float) -> float:
        """Return the share, between 0 and 1."""
        return (self.hits + prior * strength) / (self.count + strength)

    def to_plain(self) -> list[float]:
        """Return it as plain numbers."""
        return [self.count, self.hits]


@dataclass(slots=True)
class Items:
    """How the number of items lengthens a service: a slope between logarithms, by ridge regression."""

    count: int = 0
    items: float = 0.0
    ratios: float = 0.0
    squares: float = 0.0
    products: float = 0.0

    _SLOPE, _STRENGTH, _FEW = 0.3, 10.0, 5

    def learn(self, items: int, log_ratio: float) -> None:
        """Take one service of so many items, as a logarithm of observed over expected of any number."""
        number = log(max(items, 1))
        self.count += 1
        self.items += number
        self.ratios += log_ratio
        self.squares += number * number
        self.products += number * log_ratio

    def factor(self, items: int) -> float:
        """Return by how much so many items lengthen a service, against the usual number of them.

        1 while few have been seen.
        """
        if self.count < self._FEW:
            return 1.0
        usual = self.items / self.count
        spread = self.squares - usual * self.items
        together = self.products - usual * self.ratios
        slope = (together + self._SLOPE * self._STRENGTH) / (spread + self._STRENGTH)
        return exp(min(max(slope, 0.0), 1.0) * (log(max(items, 1)) - usual))

    def to_plain(self) -> list[float]:
        """Return it as plain numbers."""
        return [self.count, self.items, self.ratios, self.squares, self.products]
