"""Who is at the windows, and who will be back, where nobody reports it: learned from services alone.

A window that has let its customer go becomes *ready* again some time later. When, is seen only while
somebody waits whom it could call: if it does not call, it is not ready. So readiness has a hazard by the time
since the last customer left, with the waiting of others as the time at risk and a call as the event (the
counting-process estimate of Aalen 1978, here in steps). Short turnarounds, coffee breaks, lunch and going
home are one curve. Each window's curve is the common one times a factor in four zones of time, shrunk
towards one.

A window not seen today comes at a rate by the hour of day, measured in the same way. What it serves is
learned by days, since tellers change their skills from day to day: a share of the days on which it serves a
business, and today's services as evidence.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from math import fsum, inf, isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from estimator.kernel import Floats

__all__ = ["EDGES_S", "Away", "Planned", "Presence", "Visit", "Wait"]

EDGES_S = np.concatenate(((0, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 30, 45), np.geomspace(60.0, 43_200.0, 28)))
"""Where the steps of the hazard begin; the last goes on for ever."""

_WIDTHS_S = np.diff(np.append(EDGES_S, 2 * EDGES_S[-1]))
_ZONES = np.searchsorted((12.0, 120.0, 1200.0), EDGES_S, side="right")  # turnaround, errand, break, gone
_STRENGTH = 5.0  # calls that a window's factor borrows from the common curve
_GUESSED_S = np.array([20.0, 120.0, 900.0, 14_400.0])[_ZONES]  # mean time to readiness, before data
_GUESS_WEIGHT_S = 60.0  # time at risk that the guess weighs, in each step
_NEWCOMER_S, _NEWCOMER_WEIGHT_S = 3600.0, 600.0
_SERVES, _SHARE = 0.5, 0.1  # before data: serves a business on half of the days, a tenth of its customers
_DAYS = 2.0  # days that those weigh
_LEAST = 10  # services a day that say something about what is served
_RARE = 0.04  # of a window's services: less is not its business
_SHORT_S = 2.0  # who was called sooner did not wait
_FADE = 0.97  # what a day of learning leaves of the days before: half after 23 days


@dataclass(frozen=True, slots=True)
class Visit:
    """A customer at a window, in epoch seconds; `ended_at` None where it is not known."""

    window: str
    business: str
    issued_at: float
    called_at: float
    ended_at: float | None


@dataclass(frozen=True, slots=True)
class Wait:
    """Somebody waited, in epoch seconds, until called or gone."""

    business: str
    since: float
    until: float


Planned = tuple[float, float]
"""A planned absence, from when until when, in epoch seconds; the latter infinite: for the rest of the day."""


@dataclass(frozen=True, slots=True, eq=False)
class Away:
    """The time from a customer's leaving until the window is ready: cumulative hazard at `EDGES_S` [K]."""

    hazard: Floats

    def ready_s(self, passed_over_s: float, exponential: Floats) -> Floats:
        """Return draws of that time [D], given that it is longer than `passed_over_s`; infinite: gone.

        `exponential` [D] are standard exponentials. Never less than `passed_over_s`.
        """
        reached = np.interp(passed_over_s, EDGES_S, self.hazard) + exponential
        drawn = np.interp(reached, self.hazard, EDGES_S)
        drawn[reached > self.hazard[-1]] = inf
        return np.maximum(drawn, passed_over_s)

    def chance(self, passed_over_s: float, until_s: float) -> float:
        """Return how likely the window is ready by `until_s`, if it was not by `passed_over_s`."""
        passed, until = np.interp((passed_over_s, max(passed_over_s, until_s)), EDGES_S, self.hazard)
        return float(-np.expm1(passed - until))

    def table(self, grid: Floats) -> Floats:
        """Return its quantiles at the probabilities `grid` [Q], the last step's end standing for gone."""
        return np.interp(-np.log1p(-np.minimum(grid, 1 - 1e-9)), self.hazard, EDGES_S)


@dataclass(slots=True)
class Presence:
    """All that has been learned of it. Days are learned whole, when they are over."""

    risk: dict[str, Floats] = field(default_factory=dict)
    """By window: seconds at risk in each step of the hazard."""
    calls: dict[str, Floats] = field(default_factory=dict)
    """By window: calls in each step."""
    newcomers: Floats = field(default_factory=lambda: np.zeros((2, 24)))
    """By local hour: windows' first calls of the day while somebody waited, and window-seconds of waiting."""
    served: dict[str, dict[str, float]] = field(default_factory=dict)
    """By window and business: days on which it served that, of those with enough services to say so."""
    could: dict[str, dict[str, float]] = field(default_factory=dict)
    """By window and business: on how many of them it would have been seen to, if it served it every day."""
    counts: dict[str, dict[str, float]] = field(default_factory=dict)
    """By window and business: its services."""
    _curves: dict[str, Away] = field(default_factory=dict)
    _habits: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)

    def learn_day(
        self,
        visits: Sequence[Visit],
        waits: Sequence[Wait],
        hour_of: Mapping[int, int],
        planned: Mapping[str, Sequence[Planned]] = MappingProxyType({}),
    ) -> None:
        """Take one business day in. `hour_of`: local hour of day by epoch hour (`at // 3600`) of that day.

        `planned`: by window, absences that are in the roster, in order. One that was taken teaches nothing,
        for who knows the roster need not guess it; at its end the window counts as if it had just let a
        customer go. Nothing is learned from a day without visits.
        """
        if not visits:
            return
        self._fade()
        by_window: dict[str, list[Visit]] = defaultdict(list)
        for visit in sorted(visits, key=lambda one: one.called_at):
            by_window[visit.window].append(visit)
        waited = [wait for wait in waits if wait.until - wait.since >= _SHORT_S]
        spells: dict[frozenset[str], Floats] = {}
        for window, own in by_window.items():
            businesses = _businesses(own)
            if businesses not in spells:
                spells[businesses] = _merged(one for one in waited if one.business in businesses)
            self._learn_window(window, own, businesses, spells[businesses], planned.get(window, ()))
            self._learn_served(window, own)
        self._learn_newcomers(by_window, _merged(waited), hour_of)
        self._curves.clear()
        self._habits.clear()

    def away(self, window: str | None = None) -> Away:
        """Return the curve of a window; of None, and of one that was never seen, the common one."""
        name = window if window in self.risk else None
        key = name or ""
        if key not in self._curves:
            common = self._common()
            rate = common if name is None else common * self._factor(name, common)
            self._curves[key] = Away(np.concatenate(([0.0], np.cumsum(rate * _WIDTHS_S)[:-1])))
        return self._curves[key]

    def newcomer_rate(self, hour: int) -> float:
        """Return the rate at which a window not seen today comes while people wait, per second."""
        calls, seconds = self.newcomers[:, hour % 24]
        guess = _NEWCOMER_WEIGHT_S / (24 * _NEWCOMER_S)
        return float((calls + guess) / (seconds + _NEWCOMER_WEIGHT_S))

    def serves(self, window: str, today: Mapping[str, int], businesses: Iterable[str]) -> dict[str, float]:
        """Return for each business how likely the window serves it today; `today`: services by business."""
        total = sum(today.values())
        result = {}
        for business in businesses:
            if today.get(business):
                result[business] = 1.0
                continue
            prior, share = self._habit(window, business)
            unseen = prior * (1.0 - share) ** total
            result[business] = unseen / (unseen + 1.0 - prior) if prior < 1.0 else 1.0
        return result

    def _habit(self, window: str, business: str) -> tuple[float, float]:
        """Return on which share of its days a window serves a business, and which share of the customers."""
        if (window, business) not in self._habits:
            served = fsum(own.get(business, 0.0) for own in self.served.values())
            could = fsum(own.get(business, 0.0) for own in self.could.values())
            general = min(1.0, (served + _SERVES * _DAYS) / (could + _DAYS))
            own_days = self.served.get(window, {}).get(business, 0.0)
            own_could = self.could.get(window, {}).get(business, 0.0)
            prior = min(1.0, (own_days + general * _DAYS) / (own_could + _DAYS))
            self._habits[window, business] = prior, self._share(business)
        return self._habits[window, business]

    def _share(self, business: str) -> float:
        """Return a business's share of the services at windows that ever serve it."""
        own = [counts for counts in self.counts.values() if counts.get(business)]
        count = fsum(counts[business] for counts in own)
        return (count + _SHARE) / (fsum(each for counts in own for each in counts.values()) + 1.0)

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON-able data, equal for equal days."""
        return {
            "risk": {window: row.tolist() for window, row in sorted(self.risk.items())},
            "calls": {window: row.tolist() for window, row in sorted(self.calls.items())},
            "newcomers": self.newcomers.tolist(),
            "served": {window: dict(sorted(days.items())) for window, days in sorted(self.served.items())},
            "could": {window: dict(sorted(days.items())) for window, days in sorted(self.could.items())},
            "counts": {window: dict(sorted(own.items())) for window, own in sorted(self.counts.items())},
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Presence:
        """Make what `to_plain` described."""
        return cls(
            {window: np.array(row) for window, row in plain["risk"].items()},
            {window: np.array(row) for window, row in plain["calls"].items()},
            np.array(plain["newcomers"]),
            {window: dict(days) for window, days in plain["served"].items()},
            {window: dict(days) for window, days in plain["could"].items()},
            {window: dict(own) for window, own in plain["counts"].items()},
        )

    def _fade(self) -> None:
        for row in (*self.risk.values(), *self.calls.values(), self.newcomers):
            np.multiply(row, _FADE, out=row)
        for by_window in (self.served, self.could, self.counts):
            for own in by_window.values():
                for business in own:
                    own[business] *= _FADE

    def _learn_window(
        self,
        window: str,
        visits: Sequence[Visit],
        businesses: frozenset[str],
        spells: Floats,
        planned: Sequence[Planned],
    ) -> None:
        risk = self.risk.setdefault(window, np.zeros(EDGES_S.size))
        calls = self.calls.setdefault(window, np.zeros(EDGES_S.size))
        for before, after in zip(visits, [*visits[1:], None], strict=True):
            if before.ended_at is None:
                continue
            until, free_at = after.called_at if after else inf, before.ended_at
            for leaves_at, back_at in planned:
                if before.called_at <= leaves_at and back_at <= until:
                    risk += _at_risk(spells, free_at, min(leaves_at, until))
                    free_at = max(free_at, back_at)
            risk += _at_risk(spells, free_at, until)
            waited = after and after.business in businesses and after.called_at - after.issued_at >= _SHORT_S
            if after and waited and after.called_at >= free_at:
                calls[_step(after.called_at - free_at)] += 1.0

    def _learn_served(self, window: str, visits: Sequence[Visit]) -> None:
        if len(visits) < _LEAST:
            return
        served, could = self.served.setdefault(window, {}), self.could.setdefault(window, {})
        counts = self.counts.setdefault(window, {})
        for business, seen in Counter(visit.business for visit in visits).items():
            served[business] = served.get(business, 0.0) + 1.0
            counts[business] = counts.get(business, 0.0) + seen
        for business in {name for own in self.counts.values() for name in own}:
            seen_to = 1.0 - (1.0 - self._share(business)) ** len(visits)
            could[business] = could.get(business, 0.0) + seen_to

    def _learn_newcomers(
        self, by_window: Mapping[str, Sequence[Visit]], spells: Floats, hour_of: Mapping[int, int]
    ) -> None:
        firsts = [visits[0] for visits in by_window.values()]
        # Of all windows ever seen each is awaited until its first call; who stays away, for the whole day.
        called_at = np.full(max(len(self.risk), len(firsts)), inf)
        called_at[: len(firsts)] = [first.called_at for first in firsts]
        for since, until in spells:
            for epoch_hour in range(int(since // 3600), int(until // 3600) + 1):
                begins, ends = max(since, epoch_hour * 3600.0), min(until, (epoch_hour + 1) * 3600.0)
                awaited_s = np.maximum(0.0, np.minimum(called_at, ends) - begins).sum()
                self.newcomers[1, hour_of.get(epoch_hour, 12)] += awaited_s
        for first in firsts:
            if first.called_at - first.issued_at >= _SHORT_S:
                self.newcomers[0, hour_of.get(int(first.called_at // 3600), 12)] += 1.0

    def _common(self) -> Floats:
        windows = sorted(self.risk)  # one order, whichever was seen first: the last bit depends on it
        risk = sum((self.risk[window] for window in windows), np.zeros(EDGES_S.size))
        calls = sum((self.calls[window] for window in windows), np.zeros(EDGES_S.size))
        return np.asarray((calls + _GUESS_WEIGHT_S / _GUESSED_S) / (risk + _GUESS_WEIGHT_S))

    def _factor(self, window: str, common: Floats) -> Floats:
        expected = np.bincount(_ZONES, common * self.risk[window], 4)
        seen = np.bincount(_ZONES, self.calls[window], 4)
        return np.asarray(((seen + _STRENGTH) / (expected + _STRENGTH))[_ZONES])


def _businesses(visits: Sequence[Visit]) -> frozenset[str]:
    """Return what the window served that day, but for the odd exception."""
    seen = Counter(visit.business for visit in visits)
    return frozenset(business for business, count in seen.items() if count >= _RARE * len(visits))


def _merged(waits: Iterable[Wait]) -> Floats:
    """Return when at least one of them waited [S, 2], in order and apart."""
    spells: list[list[float]] = []
    for wait in sorted(waits, key=lambda one: one.since):
        if spells and wait.since <= spells[-1][1]:
            spells[-1][1] = max(spells[-1][1], wait.until)
        else:
            spells.append([wait.since, wait.until])
    return np.array(spells).reshape(-1, 2)


def _within(spells: Floats, since: float, until: float) -> Iterable[tuple[float, float]]:
    first = int(np.searchsorted(spells[:, 1], since, side="right"))
    for begins, ends in spells[first:]:
        if begins >= until:
            return
        yield max(begins, since), min(ends, until)


def _at_risk(spells: Floats, free_at: float, until: float) -> Floats:
    """Return for how long, in each step since it was free, a window let somebody wait."""
    total = np.zeros(EDGES_S.size)
    for since, end in _within(spells, free_at, until):
        total += _time_in_steps(since - free_at, end - free_at)
    return total


def _time_in_steps(since_s: float, until_s: float) -> Floats:
    ends = np.append(EDGES_S[1:], inf)
    return np.asarray(np.maximum(0.0, np.minimum(until_s, ends) - np.maximum(since_s, EDGES_S)))


def _step(seconds: float) -> int:
    if not isfinite(seconds):
        raise ValueError(f"not a time: {seconds}")
    return int(np.searchsorted(EDGES_S, seconds, side="right")) - 1
