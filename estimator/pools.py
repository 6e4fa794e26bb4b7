"""What a branch has learned: pools of durations, each borrowing from a wider one until it has its own.

A business borrows from the branch file's minutes (corrected by how far off the other businesses' were), a
step, pause or wrap-up from its kind as a whole, as if that were `_BORROWED` observations. Tellers differ from
a pool by a factor, and in one business from their factor elsewhere, both shrunk with n/(n + k) on the log
scale. The newest `_RECENT` values of each pool are kept, so memory is bounded and old habits are forgotten.
Learning and forgetting depend on the observations alone: the same ones always make the same pools.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from math import exp, isfinite, log
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from estimator import durations, patience
from estimator.arrivals import Arrivals
from estimator.factor import Factor, Items, Pace, Word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from estimator.durations import Durations
    from estimator.estimate import Basis
    from estimator.observation import Kind, Observation
    from estimator.patience import Patience

__all__ = ["Minutes", "Pools"]

Minutes = tuple[float, float, float]
"""10th, 50th and 90th percentile of a duration, in seconds (the branch file gives them in minutes)."""

_GUESSES: Final[dict[str, Minutes]] = {
    "service": (90.0, 300.0, 900.0),
    "wrap_up": (4.0, 20.0, 120.0),
    "walking": (4.0, 12.0, 30.0),
    "no_show": (30.0, 60.0, 120.0),
    "pause": (120.0, 600.0, 1800.0),
    "step": (30.0, 120.0, 480.0),
    "idle": (1.0, 3.0, 20.0),
    "opening": (2.0, 20.0, 300.0),
}
_RECENT = 2000
_BORROWED = 10.0
_TELLER_STRENGTH = 8.0  # (0.7 / 0.25)²: spread of one service against that between tellers, log scale
_TELLER_SPREAD = 0.25
_NO_SHOW_SHARE, _NO_SHOW_STRENGTH = 0.03, 20.0
_OUTLIER = 2.5  # a log ratio beyond this says more about the keys pressed than about the teller
_OWN, _FEW = 30, 5  # observations to stand alone; to say anything


@dataclass(slots=True)
class _Pool:
    """The newest values of one thing, oldest first; the sum of their logarithms; how many there ever were."""

    values: deque[float] = field(default_factory=lambda: deque(maxlen=_RECENT))
    logs: float = 0.0
    seen: int = 0
    own: tuple[int, Durations] | None = None
    fitted: tuple[tuple[int, int], Durations] | None = None

    def observed(self) -> Durations:
        if self.own is None or self.own[0] != self.seen:
            self.own = self.seen, durations.observed(np.array(self.values))
        return self.own[1]

    def learn(self, value_s: float) -> None:
        if len(self.values) == _RECENT:
            self.logs -= log(self.values[0])
        self.values.append(value_s)
        self.logs += log(value_s)
        self.seen += 1


@dataclass(slots=True)
class _Waits:
    """The newest waits that ended by leaving (1) or by being called (0), oldest first."""

    waited_s: deque[float] = field(default_factory=lambda: deque(maxlen=_RECENT))
    left: deque[int] = field(default_factory=lambda: deque(maxlen=_RECENT))
    fitted: Patience | None = None


class Pools:
    """All that a branch has learned; before that, what its file says, and without that a guess.

    So every question has an answer, also about a teller, a business or a reason that was never seen.

    `services` (by business) and `steps` (by step) are the branch file's percentiles, in seconds.
    """

    def __init__(
        self, services: Mapping[str, Minutes] | None = None, steps: Mapping[str, Minutes] | None = None
    ) -> None:
        self._minutes: dict[tuple[str, str], Minutes] = {
            **{("service", business): minutes for business, minutes in (services or {}).items()},
            **{("step", step): minutes for step, minutes in (steps or {}).items()},
        }
        self._pools: dict[tuple[str, str], _Pool] = {}
        self._tellers: dict[tuple[str, str, str], Factor] = {}
        self._file = Factor()  # services of all businesses against the branch file's minutes
        self._pace = Pace()
        self._words: dict[str, Word] = {}
        self._items: dict[str, Items] = {}
        self._waits: dict[str, _Waits] = {}
        self.arrivals = Arrivals()

    def learn(self, observation: Observation) -> None:
        """Take one observation in, in amortised constant time; ValueError if its duration is not one."""
        if not 0.0 <= observation.value_s < float("inf"):
            raise ValueError(f"not a duration: {observation.kind} of {observation.value_s} s")
        if observation.kind == "arrival":
            self.arrivals.learn(observation)
        elif observation.kind == "patience":
            self._learn_patience(observation)
        else:
            self._learn_duration(observation)

    def _learn_duration(self, observation: Observation) -> None:
        kind, key = observation.kind, observation.business or observation.name or ""
        value_s = round(max(observation.value_s, 0.1), 3)
        if observation.told_s:
            said = _bounded(log(value_s / max(observation.told_s, 0.1)))
            self._words.setdefault(kind, Word()).learn(said)
        if kind == "service" and observation.items:
            items = self._items.setdefault(key, Items())
            raw = log(value_s) - self._centre(kind, key)
            value_s = round(value_s / items.factor(observation.items), 3) or 0.001
            items.learn(observation.items, _bounded(raw))
        ratio = _bounded(log(value_s) - self._centre(kind, key))
        if kind == "service":
            teller = self._teller(kind, key, observation.teller)
            self._pace.learn(observation.at, _bounded(ratio - teller))
            if (kind, key) in self._minutes:
                self._file.learn(_bounded(log(value_s / self._minutes[kind, key][1])))
        if observation.teller:
            for scope in {"", key}:
                self._tellers.setdefault((kind, observation.teller, scope), Factor()).learn(ratio)
        for scope in {"", key}:
            self._pools.setdefault((kind, scope), _Pool()).learn(value_s)

    def _learn_patience(self, observation: Observation) -> None:
        for scope in {"", observation.business or ""}:
            waits = self._waits.setdefault(scope, _Waits())
            waits.waited_s.append(round(observation.value_s, 3))
            waits.left.append(0 if observation.censored else 1)
            waits.fitted = None

    def durations(self, kind: Kind, key: str | None = None, *, teller: str | None = None) -> Durations:
        """Return how long such things take: of a business, step or reason `key`, by a teller."""
        fitted = self._fitted(kind, key or "")
        factor = self._teller(kind, key or "", teller)
        return fitted.scaled(exp(factor)) if factor else fitted

    def service(self, business: str | None, *, teller: str | None, items: int | None = None) -> Durations:
        """Return how long a service takes at today's pace."""
        factor = exp(self._pace.belief()[0]) * self.items_factor(business, items)
        return self.durations("service", business, teller=teller).scaled(factor)

    def expected_service_s(
        self, business: str, *, items: int | None = None, teller: str | None = None
    ) -> float:
        """Return the mean service, in seconds, for the express rule: it does not follow the day's pace."""
        return self.durations("service", business, teller=teller).mean_s() * self.items_factor(
            business, items
        )

    def items_factor(self, business: str | None, items: int | None) -> float:
        """Return by how much so many items lengthen a service of the business."""
        known = self._items.get(business or "")
        return known.factor(items) if known and items else 1.0

    def told(self, kind: Kind) -> tuple[float, float]:
        """Return the factor that corrects tellers' own estimates of such a thing, and their spread (log)."""
        return self._words.get(kind, Word()).belief()

    def pace(self) -> tuple[float, float]:
        """Return mean and standard deviation of the logarithm of today's common factor of services."""
        return self._pace.belief()

    def teller_pace(self, teller: str | None) -> tuple[float, float]:
        """Return mean and standard deviation of the logarithm of a teller's factor in all businesses."""
        factor = self._tellers.get(("service", teller or "", ""), Factor())
        weight = factor.count + _TELLER_STRENGTH
        return factor.shrunk(_TELLER_STRENGTH), _TELLER_SPREAD * (_TELLER_STRENGTH / weight) ** 0.5

    def no_show_share(self) -> float:
        """Return the share of called tickets that nobody comes with."""
        missed, came = (self._seen(kind, "") for kind in ("no_show", "walking"))
        return (missed + _NO_SHOW_SHARE * _NO_SHOW_STRENGTH) / (missed + came + _NO_SHOW_STRENGTH)

    def patience(self, business: str) -> Patience:
        """Return the patience of the business's customers; everybody's, while few of them were seen."""
        waits = self._waits_of(business)
        if waits.fitted is None:
            waits.fitted = patience.fit(np.array(waits.waited_s, float), np.array(waits.left, float))
        return waits.fitted

    def _waits_of(self, business: str) -> _Waits:
        waits = self._waits.get(business)
        return waits if waits and len(waits.left) >= 200 else self._waits.setdefault("", _Waits())

    def basis(self, kind: Kind, key: str | None = None, *, teller: str | None = None) -> Basis:
        """Return what an estimate of such a duration rests on."""
        own = self._seen(kind, key or "") or self.cases(kind, key)
        if own < _OWN:
            return "pooled" if own >= _FEW or self._seen(kind, "") >= _OWN else "configured"
        if teller and self._tellers.get((kind, teller, key or ""), Factor()).count < _FEW:
            return "pooled"
        return "branch"

    def cases(self, kind: Kind, key: str | None = None, *, teller: str | None = None) -> int:
        """Return how many observations such an estimate rests on; of that teller only, if one is named.

        0 of what was never seen. Patience of few is everybody's.
        """
        key = key or ""
        if teller:
            return round(self._tellers.get((kind, teller, key), Factor()).count)
        if kind == "arrival":
            return sum(sum(hours) for (name, _), hours in self.arrivals.counts.items() if key in ("", name))
        if kind == "patience":
            return len(self._waits_of(key).left)
        pool = self._pools.get((kind, key))
        return len(pool.values) if pool else 0

    def teller_factor(self, kind: Kind, key: str | None = None, *, teller: str | None) -> float:
        """Return by how much a teller's durations of that kind differ from everybody's; 1 if unknown."""
        return exp(self._teller(kind, key or "", teller))

    def _seen(self, kind: str, key: str) -> int:
        pool = self._pools.get((kind, key))
        return pool.seen if pool else 0

    def _teller(self, kind: str, key: str, teller: str | None) -> float:
        """Return the logarithm of a teller's factor: in all, then in this business."""
        if teller is None or (kind, teller, "") not in self._tellers:
            return 0.0
        everywhere = self._tellers[kind, teller, ""].shrunk(_TELLER_STRENGTH)
        here = self._tellers.get((kind, teller, key))
        return here.shrunk(_TELLER_STRENGTH, everywhere) if here and key else everywhere

    def _file_factor(self) -> float:
        return self._file.shrunk(_BORROWED)

    def _centre(self, kind: str, key: str) -> float:
        """Return the mean logarithm of a pool with what it borrows."""
        minutes = self._minutes.get((kind, key))
        if minutes:
            borrowed = log(minutes[1]) + self._file_factor()
        else:
            borrowed = self._centre(kind, "") if key else log(_GUESSES[kind][1])
        pool = self._pools.get((kind, key))
        if pool is None:
            return borrowed
        return (pool.logs + _BORROWED * borrowed) / (len(pool.values) + _BORROWED)

    def _fitted(self, kind: str, key: str) -> Durations:
        pool = self._pools.setdefault((kind, key), _Pool())
        stamp = (pool.seen, self._seen(kind, ""))
        if pool.fitted is None or pool.fitted[0] != stamp:
            borrowed = self._borrowed(kind, key)
            own = [pool.observed()] if pool.values else []
            pool.fitted = stamp, durations.together(*own, borrowed)
        return pool.fitted[1]

    def _borrowed(self, kind: str, key: str) -> Durations:
        minutes = self._minutes.get((kind, key))
        if minutes:
            factor = exp(self._file_factor()) if kind == "service" else 1.0
            return durations.configured(*minutes, weight=_BORROWED).scaled(factor)
        if key:
            return self._fitted(kind, "").thinned(_BORROWED)
        return durations.configured(*_GUESSES[kind], weight=_BORROWED)

    def to_plain(self) -> dict[str, Any]:
        """Return everything learned as JSON-able data, equal for equal observations."""
        return {
            "pools": [
                [*name, pool.seen, pool.logs, list(pool.values)]
                for name, pool in sorted(self._pools.items())
                if pool.seen
            ],
            "tellers": [[*name, factor.to_plain()] for name, factor in sorted(self._tellers.items())],
            "file": self._file.to_plain(),
            "pace": self._pace.to_plain(),
            "words": {kind: word.to_plain() for kind, word in sorted(self._words.items())},
            "items": {business: items.to_plain() for business, items in sorted(self._items.items())},
            "waits": {
                name: [list(waits.waited_s), list(waits.left)]
                for name, waits in sorted(self._waits.items())
                if waits.left
            },
            "arrivals": self.arrivals.to_plain(),
        }

    @classmethod
    def from_plain(
        cls,
        plain: Mapping[str, Any],
        services: Mapping[str, Minutes] | None = None,
        steps: Mapping[str, Minutes] | None = None,
    ) -> Pools:
        """Make the pools that `to_plain` described, on the (perhaps newer) branch file's percentiles."""
        pools = cls(services, steps)
        for kind, key, seen, logs, values in plain["pools"]:
            pools._pools[kind, key] = _Pool(deque(values, maxlen=_RECENT), logs, seen)
        pools._tellers = {
            (kind, teller, key): Factor(*factor) for kind, teller, key, factor in plain["tellers"]
        }
        pools._file = Factor(*plain["file"])
        pools._pace = Pace(*plain["pace"])
        pools._words = {kind: Word(*word) for kind, word in plain["words"].items()}
        pools._items = {business: Items(*items) for business, items in plain["items"].items()}
        for name, (waited_s, left) in plain["waits"].items():
            pools._waits[name] = _Waits(deque(waited_s, maxlen=_RECENT), deque(left, maxlen=_RECENT))
        pools.arrivals = Arrivals.from_plain(plain["arrivals"])
        return pools


def _bounded(log_ratio: float) -> float:
    return max(-_OUTLIER, min(_OUTLIER, log_ratio)) if isfinite(log_ratio) else 0.0
