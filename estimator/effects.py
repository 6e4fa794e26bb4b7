"""What makes a duration longer or shorter than its pool: the teller, the hour of day, how today goes.

All effects are factors, their logarithms add up. Each is a running mean of what the others leave over, shrunk
with n/(n + k): k is the variance of one duration over that between tellers (or hours), so where durations
vary much, it takes more of them to believe in a difference. In one business a teller (or an hour) is shrunk
towards what it is in all. What tellers have in common is no effect of theirs: the pool has to follow it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from estimator.factor import Factor, Pace, Spread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Effects"]

_TELLERS: Final = 0.2
"""How much tellers differ (standard deviation, log scale)."""

_HOURS: Final = 0.08
_HERE: Final = 0.5  # of that: how much one differs in one business from elsewhere
_LATELY: Final = 50.0


class Effects:
    """The effects on one kind of durations, such as services, in all businesses."""

    def __init__(self) -> None:
        self.spread = Spread()
        self.pace = Pace()
        self._tellers = _Effect(_TELLERS)
        self._hours = _Effect(_HOURS)

    def learn(self, key: str, teller: str | None, hour: int | None, at: float, log_ratio: float) -> None:
        """Take one logarithm of observed over expected of the pool `key`."""
        by_teller, by_hour = self.teller(key, teller), self.hour(key, hour)
        residual = log_ratio - by_teller - by_hour
        self._tellers.learn(teller, key, log_ratio - by_hour, self.spread)
        self._hours.learn(None if hour is None else str(hour), key, log_ratio - by_teller, self.spread)
        self.spread.learn(residual)
        self.pace.learn(at, residual)

    def lasting(self, key: str, teller: str | None, hour: int | None) -> float:
        """Return the logarithm of the factor of teller and hour: what is the same on another day."""
        return self.teller(key, teller) + self.hour(key, hour)

    def teller(self, key: str, teller: str | None) -> float:
        """Return the logarithm of a teller's factor; 0 for one who is not known."""
        return self._tellers.of(teller, key, self.spread)

    def hour(self, key: str, hour: int | None) -> float:
        """Return the logarithm of a local hour's factor; 0 for one that is not known."""
        return self._hours.of(None if hour is None else str(hour), key, self.spread)

    def pace_belief(self) -> tuple[float, float]:
        """Return mean and standard deviation of the logarithm of today's factor."""
        return self.pace.belief(self.spread.strength(Pace.SPREAD))

    def teller_belief(self, teller: str | None) -> tuple[float, float]:
        """Return mean and standard deviation of the logarithm of a teller's factor in all businesses."""
        strength = self.spread.strength(_TELLERS)
        return self.teller("", teller), _TELLERS * (strength / (self.seen(teller, "") + strength)) ** 0.5

    def seen(self, teller: str | None, key: str) -> float:
        """Return how many of a teller's durations in the pool `key` are remembered."""
        return self._tellers.seen(teller, key)

    def to_plain(self) -> list[Any]:
        """Return them as plain data."""
        effects = (self._tellers.to_plain(), self._hours.to_plain())
        return [self.spread.to_plain(), self.pace.to_plain(), *effects]

    @classmethod
    def from_plain(cls, plain: Sequence[Any]) -> Effects:
        """Make the effects that `to_plain` described."""
        effects = cls()
        spread, pace, tellers, hours = plain
        effects.spread, effects.pace = Spread(*spread), Pace(*pace)
        effects._tellers.restore(tellers)
        effects._hours.restore(hours)
        return effects


class _Effect:
    """The effect of who (or when) it is, in all businesses (key `""`) and in each; `between`: its sd."""

    def __init__(self, between: float) -> None:
        self._between = between
        self._factors: dict[tuple[str, str], Factor] = {}
        self._usual: dict[str, Factor] = {}

    def learn(self, who: str | None, key: str, log_ratio: float, spread: Spread) -> None:
        if who is None:
            return
        for scope in {"", key}:
            self._factors.setdefault((who, scope), Factor()).learn(log_ratio)
            usual = self._mean(who, scope, spread)
            self._usual.setdefault(scope, Factor()).learn(usual, _LATELY)

    def of(self, who: str | None, key: str, spread: Spread) -> float:
        """Return the logarithm of the factor, against what is usual there."""
        if who is None or (who, "") not in self._factors:
            return 0.0
        scope = key if (who, key) in self._factors else ""
        return self._mean(who, scope, spread) - self._usually(scope)

    def seen(self, who: str | None, key: str) -> float:
        return self._factors[who, key].count if who and (who, key) in self._factors else 0.0

    def _mean(self, who: str, scope: str, spread: Spread) -> float:
        """Return the mean in all, shrunk towards the usual; then in this business, shrunk towards that."""
        in_all = self._factors[who, ""].shrunk(spread.strength(self._between), self._usually(""))
        if not scope:
            return in_all
        towards = in_all - self._usually("") + self._usually(scope)
        return self._factors[who, scope].shrunk(spread.strength(self._between * _HERE), towards)

    def _usually(self, scope: str) -> float:
        usual = self._usual.get(scope)
        return usual.total / usual.count if usual else 0.0

    def to_plain(self) -> list[Any]:
        return [
            [[*name, *factor.to_plain()] for name, factor in sorted(self._factors.items())],
            _plain(self._usual),
        ]

    def restore(self, plain: Sequence[Any]) -> None:
        factors, usual = plain
        self._factors = {(who, key): Factor(*factor) for who, key, *factor in factors}
        self._usual = {scope: Factor(*factor) for scope, factor in usual.items()}


def _plain(factors: Mapping[str, Factor]) -> dict[str, list[float]]:
    return {name: factor.to_plain() for name, factor in sorted(factors.items())}
