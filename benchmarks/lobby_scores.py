"""Scores of what was said of waits: coverage by day and depth, error against people-ahead recalibrated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from app.promises.promise import KNOWN, End, Outcome, Promise

Floats = NDArray[np.float64]

DEPTHS = (1, 2, 4, 7, 11, 16, 24)
"""People ahead at which the next depth bin begins."""
ENOUGH = 200
"""Cases from which on a day or a depth counts alone; smaller ones are pooled with their neighbours."""
BINS, FEWEST = 24, 5


@dataclass(frozen=True, slots=True)
class Said:
    """One wait that was served: 10th, 50th and 90th percentile said of it, and how long it was (seconds).

    ``weight``: how many would have waited so long, of whom this one stayed. ``figure_s``: people-ahead.
    """

    low_s: float
    median_s: float
    high_s: float
    waited_s: float
    ahead: int
    day: str
    figure_s: float
    weight: float = 1.0

    @property
    def kept(self) -> bool:
        """Whether it came within the 80 % range."""
        return self.low_s <= self.waited_s <= self.high_s


@dataclass(frozen=True, slots=True)
class Group:
    """Some cases: how many, and what share of them came within, before and after their ranges."""

    name: str
    n: int
    coverage: float
    early: float
    late: float
    mean_s: float
    bias_s: float
    """Mean of waited − median said."""


def group(name: str, cases: Sequence[Said]) -> Group:
    """The group of these cases, at least one."""
    weight = np.array([one.weight for one in cases])
    kept = np.array([one.kept for one in cases])
    early = np.array([one.waited_s < one.low_s for one in cases])
    off = np.array([one.waited_s - one.median_s for one in cases])
    share = weight / weight.sum()
    return Group(
        name,
        len(cases),
        float(kept @ share),
        float(early @ share),
        float((~kept & ~early) @ share),
        float(np.array([one.waited_s for one in cases]) @ share),
        float(off @ share),
    )


def by_day(cases: Iterable[Said]) -> list[Group]:
    """A group for each day of enough cases; the smaller days together."""
    days: dict[str, list[Said]] = defaultdict(list)
    for one in cases:
        days[one.day].append(one)
    small = [one for own in days.values() if len(own) < ENOUGH for one in own]
    groups = [group(day, own) for day, own in sorted(days.items()) if len(own) >= ENOUGH]
    return groups + ([group("smaller days", small)] if small else [])


def by_depth(cases: Iterable[Said]) -> list[Group]:
    """A group for each depth bin."""
    bins: dict[int, list[Said]] = defaultdict(list)
    for one in cases:
        bins[sum(one.ahead >= begins for begins in DEPTHS)].append(one)
    edges = (0, *DEPTHS, None)
    return [
        group(f"{edges[number]}–{'' if (end := edges[number + 1]) is None else end - 1} ahead", own)
        for number, own in sorted(bins.items())
    ]


def mae_s(cases: Sequence[Said]) -> float:
    """The mean absolute error of the median."""
    return float(np.mean([abs(one.waited_s - one.median_s) for one in cases]))


def recalibrated_mae_s(learned: Sequence[tuple[float, float]], cases: Sequence[Said]) -> float:
    """The same of people-ahead, recalibrated: the median of what happened when the figure was about that.

    ``learned``: pairs of figure and wait from before the cases.
    """
    figures, waits = np.array(learned).T
    edges = np.unique(np.quantile(figures, np.linspace(0, 1, BINS + 1)[1:-1]))
    place = np.searchsorted(edges, figures, side="right")
    medians = [
        float(np.median(own if (own := waits[place == number]).size >= FEWEST else waits))
        for number in range(edges.size + 1)
    ]
    said = [medians[int(np.searchsorted(edges, one.figure_s, side="right"))] for one in cases]
    return float(np.mean([abs(one.waited_s - each) for one, each in zip(cases, said, strict=True)]))


@dataclass(frozen=True, slots=True)
class Told:
    """First told ranges that were held against what happened, and how often a wait's shown range changed."""

    n: int
    late: float
    early: float
    changes: float
    """In the median wait that ended with a call."""


def told(promises: Iterable[Promise], least_s: float = 0.0) -> Told | None:
    """How promises fared of which something is known and which took longer than `least_s`; None of none."""
    known = [
        one for one in promises if one.outcome(one.first) in KNOWN and one.ended_at - one.first.at > least_s
    ]
    if not known:
        return None
    outcomes = [one.outcome(one.first) for one in known]
    return Told(
        len(known),
        outcomes.count(Outcome.LATE) / len(known),
        outcomes.count(Outcome.EARLY) / len(known),
        median(one.changes for one in known if one.end is End.CAME),
    )


def coverage(spells: Iterable[tuple[tuple[float, float, float], float]]) -> Mapping[str, float]:
    """Of pairs of a said range (10th, 50th, 90th percentile) and what it took: coverage, misses, error."""
    rows = np.array([(*said, took) for said, took in spells]).reshape(-1, 4)
    low, median, high, took = rows.T
    if not rows.size:
        return {"n": 0}
    return {
        "n": len(rows),
        "coverage": float(((low <= took) & (took <= high)).mean()),
        "early": float((took < low).mean()),
        "late": float((took > high).mean()),
        "mae_s": float(np.abs(took - median).mean()),
    }
