"""What a branch has learned: pools of durations, each borrowing from a wider one until it has its own.

A business borrows from the branch file's minutes (corrected by how far off the other businesses' were), a
step, pause or wrap-up from its kind as a whole, as if that were `_BORROWED` observations; what follows a step
in one business, from what follows it in all. A pool holds durations as they would be for the usual teller,
hour and number of items; what these make of them are factors beside it. The recent weeks weigh more, memory
is bounded, and what cannot be true is set aside and reported.
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
from estimator.effects import Effects
from estimator.factor import Factor, Items, Share, Word
from estimator.histogram import SHORTEST_S
from estimator.pool import Pool, Suspect
from estimator.presence import Presence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from estimator.durations import Durations
    from estimator.estimate import Basis
    from estimator.kernel import Floats
    from estimator.observation import Kind, Observation
    from estimator.patience import Patience

__all__ = ["Minutes", "Pools", "SetAside", "Suspect"]

Minutes = tuple[float, float, float]
"""10th, 50th and 90th percentile of a duration, in seconds (the branch file gives them in minutes)."""

_GUESSES: Final[dict[str, Minutes]] = {
    "service": (90.0, 300.0, 900.0),
    "wrap_up": (4.0, 20.0, 120.0),
    "walking": (4.0, 12.0, 30.0),
    "no_show": (30.0, 60.0, 120.0),
    "pause": (120.0, 600.0, 1800.0),
    "step": (30.0, 120.0, 480.0),
    "after_step": (10.0, 120.0, 600.0),
    "idle": (1.0, 3.0, 20.0),
    "opening": (2.0, 20.0, 300.0),
}
_SPIKY: Final = {"wrap_up", "idle", "opening", "after_step"}  # much at once, and a tail that is no mistake
_RECENT = 2000
_BORROWED = 10.0
_NO_SHOW_SHARE, _NO_SHOW_STRENGTH = 0.03, 20.0
_OUTLIER = 2.5  # a log ratio beyond this says more about the keys pressed than about the teller
_OWN, _FEW = 30, 5  # observations to stand alone; to say anything


@dataclass(frozen=True, slots=True)
class SetAside:
    """Of `seen` durations of one thing, how many were set aside as impossible, with the latest of them.

    A service left open over lunch is `too_long`, a start and finish pressed at once `too_short`.
    """

    kind: Kind
    key: str
    seen: int
    too_long: int
    too_short: int
    examples: tuple[Suspect, ...]


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
        self._pools: dict[tuple[str, str], Pool] = {}
        self._fitted_at: dict[tuple[str, str], tuple[tuple[int, int], Durations]] = {}
        self._made: dict[str, dict[tuple[Any, ...], Durations]] = {}  # by kind, until one more is learned
        self._summed: dict[tuple[tuple[Kind, str | None], ...], tuple[tuple[Durations, ...], Floats]] = {}
        self._effects: dict[str, Effects] = {}
        self._file = Factor()  # services of all businesses against the branch file's minutes
        self._words: dict[tuple[str, str], Word] = {}
        self._items: dict[str, Items] = {}
        self._no_shows = Share()
        self._waits: dict[str, _Waits] = {}
        self.arrivals = Arrivals()
        self.presence = Presence()

    def learn(self, observation: Observation) -> None:
        """Take one observation in, in constant time; ValueError if its duration or its moment is none.

        A `wait` is for the calibration: it teaches nothing about durations.
        """
        if not 0.0 <= observation.value_s < float("inf"):
            raise ValueError(f"not a duration: {observation.kind} of {observation.value_s} s")
        if not isfinite(observation.at):  # all that comes later would fade beside it
            raise ValueError(f"not a moment: {observation.kind} at {observation.at}")
        if observation.kind == "arrival":
            self.arrivals.learn(observation)
        elif observation.kind == "patience":
            self._learn_patience(observation)
        elif observation.kind != "wait":
            self._learn_duration(observation)

    def _learn_duration(self, observation: Observation) -> None:
        """Take a duration into its pools and, if it can be believed, into all that explains durations."""
        kind, key, teller = observation.kind, _key(observation), observation.teller
        self._made.pop(kind, None)
        if kind in ("no_show", "service"):  # who came was served; when the service began is not always told
            self._no_shows.learn(hit=kind == "no_show")
        log_value = log(max(observation.value_s, SHORTEST_S))
        effects = self._effects.setdefault(kind, Effects())
        log_items = log(self.items_factor(key, observation.items)) if kind == "service" else 0.0
        lasting = effects.lasting(key, teller, observation.hour)
        centre = self._centre(kind, key)
        if not self._pool(kind, key).learn(
            observation.at, log_value - log_items - lasting, scale=log_items + lasting, teller=teller
        ):
            return
        for wider in _wider(key):
            self._pool(kind, wider).learn(observation.at, log_value - log_items - lasting)
        ratio = _bounded(log_value - log_items - centre)
        effects.learn(key, teller, observation.hour, observation.at, ratio)
        if observation.told_s:
            self._learn_word(observation, log_value - log(max(observation.told_s, SHORTEST_S)))
        if kind == "service":
            if observation.items:
                unexplained = _bounded(log_value - lasting - centre)
                self._items.setdefault(key, Items()).learn(observation.items, unexplained)
            if (kind, key) in self._minutes:
                self._file.learn(_bounded(log_value - log_items - log(self._minutes[kind, key][1])))

    def _learn_word(self, observation: Observation, log_ratio: float) -> None:
        for scope in {"", observation.teller or ""}:
            self._words.setdefault((observation.kind, scope), Word()).learn(_bounded(log_ratio))

    def _learn_patience(self, observation: Observation) -> None:
        for scope in {"", observation.business or ""}:
            waits = self._waits.setdefault(scope, _Waits())
            waits.waited_s.append(round(observation.value_s, 3))
            waits.left.append(0 if observation.censored else 1)
            waits.fitted = None

    def durations(self, kind: Kind, key: str | None = None, *, teller: str | None = None) -> Durations:
        """Return how long such things take: of a business, step or reason `key`, by a teller."""
        made = self._made.setdefault(kind, {})
        if (key, teller) not in made:
            made[key, teller] = self._scaled(kind, key or "", self._of(kind).teller(key or "", teller))
        return made[key, teller]

    def service(
        self,
        business: str | None,
        *,
        teller: str | None,
        items: int | None = None,
        hour: int | None = None,
    ) -> Durations:
        """Return how long a service takes at today's pace, one that began in this local hour (0-23)."""
        made = self._made.setdefault("service", {})
        of = business, teller, items, hour
        if of not in made:
            effects, key = self._of("service"), business or ""
            here = effects.lasting(key, teller, hour) + effects.pace_belief()[0]
            made[of] = self._scaled("service", key, here + log(self.items_factor(business, items)))
        return made[of]

    def summed(self, *parts: tuple[Kind, str | None]) -> Floats:
        """Return the quantile table of such things one after the other; summed anew only after learning."""
        fitted = tuple(self.durations(kind, key) for kind, key in parts)
        known = self._summed.get(parts)
        if known is None or any(one is not other for one, other in zip(known[0], fitted, strict=True)):
            tables = [each.table for each in fitted]
            if len(parts) > 2:  # as what they begin with, which others may share
                tables = [self.summed(*parts[:-1]), tables[-1]]
            known = self._summed[parts] = fitted, durations.summed(*tables)
        return known[1]

    def after_step(self, step: str, business: str | None) -> tuple[Durations, float]:
        """Return how long a service goes on after such a step has ended, and how far that can be believed.

        That is a share: 0 where no such step was seen, near 1 after dozens in this business; what was seen in
        other businesses counts for half at most.
        """
        key = f"{step}/{business}" if business else step
        own = self._weight("after_step", key)
        elsewhere = max(0.0, self._weight("after_step", step) - own)
        known = own + min(elsewhere, _BORROWED)
        return self._fitted("after_step", key), known / (known + _BORROWED)

    def expected_service_s(
        self, business: str, *, items: int | None = None, teller: str | None = None
    ) -> float:
        """Return the mean service, in seconds, for the express rule: it does not follow the day's pace."""
        mean_s = self.durations("service", business, teller=teller).mean_s()
        return mean_s * self.items_factor(business, items)

    def items_factor(self, business: str | None, items: int | None) -> float:
        """Return by how much so many items lengthen a service of the business."""
        known = self._items.get(business or "")
        return known.factor(items) if known and items else 1.0

    def told(self, kind: Kind, teller: str | None = None) -> tuple[float, float]:
        """Return the factor that corrects a teller's own estimates of such a thing, and their spread (log).

        For a teller of whom little is known: those of all tellers.
        """
        bias, spread = self._words.get((kind, ""), Word()).belief()
        if teller and (kind, teller) in self._words:
            bias, spread = self._words[kind, teller].belief((bias, spread))
        return exp(bias), spread

    def pace(self) -> tuple[float, float]:
        """Return mean and standard deviation of the logarithm of today's common factor of services."""
        return self._of("service").pace_belief()

    def teller_pace(self, teller: str | None) -> tuple[float, float]:
        """Return mean and standard deviation of the logarithm of a teller's factor in all businesses."""
        return self._of("service").teller_belief(teller)

    def no_show_share(self) -> float:
        """Return the share of called tickets that nobody comes with."""
        return self._no_shows.mean(_NO_SHOW_SHARE, _NO_SHOW_STRENGTH)

    def pause_share(self) -> float:
        """Return the share of services after which the teller pauses before calling again."""
        pauses = self._weight("pause", "")
        return pauses / (pauses + self._weight("service", "") + _BORROWED)

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
        if teller and self._of(kind).seen(teller, key or "") < _FEW:
            return "pooled"
        return "branch"

    def cases(self, kind: Kind, key: str | None = None, *, teller: str | None = None) -> int:
        """Return how many observations such an estimate rests on; of that teller only, if one is named.

        0 of what was never seen. Patience of few is everybody's.
        """
        key = key or ""
        if teller:
            return round(self._of(kind).seen(teller, key))
        if kind == "arrival":
            return sum(sum(hours) for (name, _), hours in self.arrivals.counts.items() if key in ("", name))
        if kind == "patience":
            return len(self._waits_of(key).left)
        return self._seen(kind, key)

    def teller_factor(self, kind: Kind, key: str | None = None, *, teller: str | None) -> float:
        """Return by how much a teller's durations of that kind differ from everybody's; 1 if unknown."""
        return exp(self._of(kind).teller(key or "", teller))

    def set_aside(self) -> tuple[SetAside, ...]:
        """Return what was seen and not believed, by kind and key; empty where all was plausible."""
        return tuple(
            SetAside(kind, key, pool.seen, pool.too_long, pool.too_short, tuple(pool.examples))  # type: ignore[arg-type]
            for (kind, key), pool in sorted(self._pools.items())
            if pool.examples and not self._is_wider(kind, key)
        )

    def _is_wider(self, kind: str, key: str) -> bool:
        """Whether other pools are part of this one: they report for it."""
        return any(kind == other and key in _wider(name) for other, name in self._pools)

    def _pool(self, kind: str, key: str) -> Pool:
        if (kind, key) not in self._pools:
            self._pools[kind, key] = Pool(spiky=kind in _SPIKY)
        return self._pools[kind, key]

    def _of(self, kind: str) -> Effects:
        return self._effects.get(kind) or Effects()

    def _seen(self, kind: str, key: str) -> int:
        pool = self._pools.get((kind, key))
        return pool.seen if pool else 0

    def _weight(self, kind: str, key: str) -> float:
        pool = self._pools.get((kind, key))
        return pool.weight if pool else 0.0

    def _file_factor(self) -> float:
        return self._file.shrunk(_BORROWED)

    def _centre(self, kind: str, key: str) -> float:
        """Return the mean logarithm of a pool with what it borrows."""
        minutes = self._minutes.get((kind, key))
        if minutes:
            borrowed = log(minutes[1]) + self._file_factor()
        else:
            borrowed = self._centre(kind, _wider(key)[-1]) if key else log(_GUESSES[kind][1])
        pool = self._pools.get((kind, key))
        if pool is None:
            return borrowed
        return (pool.total + _BORROWED * borrowed) / (pool.weight + _BORROWED)

    def _scaled(self, kind: str, key: str, log_factor: float) -> Durations:
        fitted = self._fitted(kind, key)
        return fitted.scaled(exp(log_factor)) if log_factor else fitted

    def _fitted(self, kind: str, key: str) -> Durations:
        """Return a pool's durations with what it borrows; made anew only after it has learned."""
        stamp = (self._seen(kind, key), self._seen(kind, ""))
        known = self._fitted_at.get((kind, key))
        if known is None or known[0] != stamp:
            borrowed = self._borrowed(kind, key)
            pool = self._pools.get((kind, key))
            own = pool.observed() if pool else None
            known = stamp, durations.together(own, borrowed) if own else borrowed
            self._fitted_at[kind, key] = known
        return known[1]

    def _borrowed(self, kind: str, key: str) -> Durations:
        minutes = self._minutes.get((kind, key))
        if minutes:
            factor = exp(self._file_factor()) if kind == "service" else 1.0
            return durations.configured(*minutes, weight=_BORROWED).scaled(factor)
        if key:
            return self._fitted(kind, _wider(key)[-1]).thinned(_BORROWED)
        return durations.configured(*_GUESSES[kind], weight=_BORROWED)

    def to_plain(self) -> dict[str, Any]:
        """Return everything learned as JSON-able data, equal for equal observations."""
        return {
            "pools": [[*name, *pool.to_plain()] for name, pool in sorted(self._pools.items())],
            "effects": {kind: effects.to_plain() for kind, effects in sorted(self._effects.items())},
            "file": self._file.to_plain(),
            "words": [[*name, *word.to_plain()] for name, word in sorted(self._words.items())],
            "items": {business: items.to_plain() for business, items in sorted(self._items.items())},
            "no_shows": self._no_shows.to_plain(),
            "waits": {
                name: [list(waits.waited_s), list(waits.left)]
                for name, waits in sorted(self._waits.items())
                if waits.left
            },
            "arrivals": self.arrivals.to_plain(),
            "presence": self.presence.to_plain(),
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
        for kind, key, *pool in plain["pools"]:
            pools._pools[kind, key] = Pool.from_plain(pool, spiky=kind in _SPIKY)
        pools._effects = {kind: Effects.from_plain(effects) for kind, effects in plain["effects"].items()}
        pools._file = Factor(*plain["file"])
        pools._words = {(kind, teller): Word(*word) for kind, teller, *word in plain["words"]}
        pools._items = {business: Items(*items) for business, items in plain["items"].items()}
        pools._no_shows = Share(*plain["no_shows"])
        for name, (waited_s, left) in plain["waits"].items():
            pools._waits[name] = _Waits(deque(waited_s, maxlen=_RECENT), deque(left, maxlen=_RECENT))
        pools.arrivals = Arrivals.from_plain(plain["arrivals"])
        pools.presence = Presence.from_plain(plain["presence"])
        return pools


def _key(observation: Observation) -> str:
    """Return the pool of an observation within its kind. What follows a step is kept by business too."""
    if observation.kind == "after_step":
        return "/".join(part for part in (observation.name, observation.business) if part)
    return observation.business or observation.name or ""


def _wider(key: str) -> list[str]:
    """Return the keys of the pools that a key is part of, widest first: of `copy/cash` all, and `copy`."""
    return ["", *key.split("/")[:1]] if "/" in key else [""] if key else []


def _bounded(log_ratio: float) -> float:
    return max(-_OUTLIER, min(_OUTLIER, log_ratio)) if isfinite(log_ratio) else 0.0
