"""Promises counted: by what they were about, and in each by business, hour and window."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from itertools import count

from .promise import KNOWN, End, Outcome, Promise

ENOUGH = 20
"""With fewer cases, a share would say more about chance than about the branch."""
WORST = 20
"""So many of the worst gaps are kept, late and early, of each thing that is told of."""

Outcomes = Counter[Outcome]
Name = str | int | None
"""A business, a window, or an hour; None where there is none."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A first told range that was missed by ``gap_s``: told at ``at``, it took ``took_s``."""

    at: float
    low_s: float
    high_s: float
    took_s: float
    gap_s: float
    number: str | None
    business: str | None
    window: str | None
    end: End


@dataclass(slots=True)
class Score:
    """The outcomes of what was told first, of what was told last, and of all that was told."""

    first: Outcomes = field(default_factory=Counter)
    last: Outcomes = field(default_factory=Counter)
    every: Outcomes = field(default_factory=Counter)

    def add(self, first: Outcome, last: Outcome, every: Sequence[Outcome]) -> None:
        """Count what became of a promise's first, last and every telling."""
        self.first[first] += 1
        self.last[last] += 1
        for outcome in every:
            self.every[outcome] += 1


class Worst:
    """The widest gaps among all that are added."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Gap]] = []
        self._order = count(0, -1)

    def add(self, gap: Gap) -> None:
        """Keep a gap if it is among the widest; of equal ones those that were added earlier stay."""
        heapq.heappush(self._heap, (gap.gap_s, next(self._order), gap))
        if len(self._heap) > WORST:
            heapq.heappop(self._heap)

    def gaps(self) -> list[Gap]:
        """The widest first."""
        return [gap for _, _, gap in sorted(self._heap, reverse=True)]


def _worst() -> dict[Outcome, Worst]:
    return {Outcome.LATE: Worst(), Outcome.EARLY: Worst()}


@dataclass(slots=True)
class Slices:
    """All promises about one thing."""

    whole: Score = field(default_factory=Score)
    by_business: dict[Name, Score] = field(default_factory=dict)
    by_hour: dict[Name, Score] = field(default_factory=dict)
    by_window: dict[Name, Score] = field(default_factory=dict)
    changes: Counter[int] = field(default_factory=Counter)
    """How many of those that came saw the shown minutes change so often."""
    worst: dict[Outcome, Worst] = field(default_factory=_worst)


class Tally:
    """Counts the promises first told from ``begins_at`` up to ``ends_at`` (epoch seconds).

    Keeps counters and the worst gaps; what it needs does not grow with the number of promises.
    """

    def __init__(self, begins_at: float, ends_at: float, zone: tzinfo) -> None:
        self.about: dict[str, Slices] = {}
        self._begins_at = begins_at
        self._ends_at = ends_at
        self._zone = zone

    def add_all(self, promises: Iterable[Promise]) -> Tally:
        """Count promises; returns the same tally."""
        for promise in promises:
            if self._begins_at <= promise.first.at < self._ends_at:
                self._add(promise)
        return self

    def _add(self, promise: Promise) -> None:
        slices = self.about.setdefault(promise.about, Slices())
        hour = datetime.fromtimestamp(promise.first.at, self._zone).hour
        every = [promise.outcome(telling) for telling in promise.tellings]
        outcomes = every[0], promise.outcome(promise.last), every
        slices.whole.add(*outcomes)
        for names, name in (
            (slices.by_business, promise.business),
            (slices.by_hour, hour),
            (slices.by_window, promise.window),
        ):
            score = names.get(name)
            if score is None:
                score = names[name] = Score()
            score.add(*outcomes)
        if promise.end is End.CAME:
            slices.changes[promise.changes] += 1
        if every[0] in slices.worst and promise.end:
            slices.worst[every[0]].add(_gap(promise, every[0], promise.end))


def _gap(promise: Promise, outcome: Outcome, end: End) -> Gap:
    first = promise.first
    took_s = first.took_s(promise.ended_at)
    missed_s = took_s - first.high_s if outcome is Outcome.LATE else first.low_s - took_s
    return Gap(
        first.at,
        first.low_s,
        first.high_s,
        took_s,
        round(missed_s, 3),
        promise.number,
        promise.business,
        promise.window,
        end,
    )


def known(outcomes: Outcomes) -> int:
    """How many are kept, late or early."""
    return sum(outcomes[one] for one in KNOWN)


def share(outcomes: Outcomes, outcome: Outcome) -> float | None:
    """The part of the known outcomes that is this one; None where there are too few to say."""
    cases = known(outcomes)
    return outcomes[outcome] / cases if cases >= ENOUGH else None


def median(changes: Counter[int]) -> float | None:
    """The median of a count by value; None of nothing."""
    middle = changes.total() / 2
    seen = 0
    low: int | None = None
    for value in sorted(changes):
        seen += changes[value]
        if low is not None:
            return (low + value) / 2
        if seen > middle:
            return float(value)
        if seen == middle and seen:
            low = value
    return None
