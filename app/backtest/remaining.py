"""How well what remains of a service is known: a look every 20 s at each service under way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import pairwise
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.branch.branch_file import Branch
from app.history.row import HistoryRow
from estimator.observation import Observation
from estimator.pools import Pools

from .following import Following, taught

EVERY_S = 20.0
LONG_S = 900.0
_BINS_S = (0.0, 60.0, 180.0, 420.0, LONG_S, 1800.0, inf)
_RANGE = np.array([0.1, 0.5, 0.9])

Looks = NDArray[np.float64]
"""A row for each look: seconds elapsed, seconds left, 10th, 50th, 90th percentile foreseen, the baseline."""


@dataclass(frozen=True, slots=True)
class Remaining:
    """Scores of ``n`` looks; ``None`` where there is nothing to score.

    ``mae_s`` is of the median, ``coverage`` of the 10th to 90th percentile, ``coverage_past_900_s`` the same
    where 15 minutes have passed, ``pinball_s`` the mean of the three percentiles' pinball losses. The
    baseline is the mean of the business less what has elapsed, but not below 0.
    """

    n: int
    mae_s: float | None = None
    coverage: float | None = None
    coverage_past_900_s: float | None = None
    n_past_900_s: int = 0
    width_s: float | None = None
    pinball_s: float | None = None
    baselines: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    by_elapsed: Sequence[Mapping[str, float]] = ()

    def to_plain(self) -> dict[str, Any]:
        """As JSON-able data."""
        return asdict(self)


def remaining(
    branch: Branch,
    rows: Sequence[HistoryRow],
    pools: Pools,
    *,
    test_from: float,
    test_to: float = inf,
    every_s: float = EVERY_S,
) -> Remaining:
    """Learn the rows into the pools in the order of time, and look at each service begun in the test period.

    ``test_from`` and ``test_to`` are epoch seconds; a look knows what was over before it. Each served ticket
    counts whose start and finish are known. No rows, or none in the period, give no scores.
    """
    return scored(looks(branch, rows, pools, test_from=test_from, test_to=test_to, every_s=every_s))


def looks(
    branch: Branch,
    rows: Sequence[HistoryRow],
    pools: Pools,
    *,
    test_from: float,
    test_to: float = inf,
    every_s: float = EVERY_S,
) -> Looks:
    """The looks themselves [N, 6], in the order of time; see ``Looks`` and ``remaining``."""
    following, means = Following(pools, taught(branch, rows)), _Means()
    found = []
    for look in _moments(branch, rows, test_from, test_to, every_s):
        means.learn(following.until(look.at))
        service = pools.service(look.business, teller=look.teller, hour=look.hour)
        foreseen = service.remaining(look.elapsed_s).quantiles(_RANGE)
        usual_s = max(means.of(look.business) - look.elapsed_s, 0.0)
        found.append((look.elapsed_s, look.left_s, *foreseen, usual_s))
    following.until(inf)
    return np.array(found, float).reshape(-1, 6)


def scored(looks: Looks) -> Remaining:
    """The scores of looks [N, 6]; all None where there are none."""
    if not looks.size:
        return Remaining(0)
    elapsed_s, left_s, low_s, median_s, high_s, usual_s = looks.T
    inside = (low_s <= left_s) & (left_s <= high_s)
    long = elapsed_s >= LONG_S
    off = left_s[:, None] - looks[:, 2:5]
    return Remaining(
        n=len(looks),
        mae_s=float(np.abs(left_s - median_s).mean()),
        coverage=float(inside.mean()),
        coverage_past_900_s=float(inside[long].mean()) if long.any() else None,
        n_past_900_s=int(long.sum()),
        width_s=float((high_s - low_s).mean()),
        pinball_s=float(np.maximum(off * _RANGE, off * (_RANGE - 1)).mean()),
        baselines={"mean_minus_elapsed": {"mae_s": float(np.abs(left_s - usual_s).mean())}},
        by_elapsed=[
            {
                "from_s": begins_s,
                "n": int(here.sum()),
                "mae_s": float(np.abs(left_s - median_s)[here].mean()),
                "coverage": float(inside[here].mean()),
            }
            for begins_s, ends_s in pairwise(_BINS_S)
            if (here := (begins_s <= elapsed_s) & (elapsed_s < ends_s)).any()
        ],
    )


@dataclass(frozen=True, slots=True)
class _Look:
    """A moment in a service: what is known of it then, and what was left of it."""

    at: float
    elapsed_s: float
    left_s: float
    business: str
    teller: str | None
    hour: int


def _moments(
    branch: Branch, rows: Iterable[HistoryRow], test_from: float, test_to: float, every_s: float
) -> list[_Look]:
    """Every look at every service begun in the test period, in the order of time."""
    found = []
    for row in rows:
        start, finish = row.started_at, row.finished_at
        if row.outcome != "served" or start is None or finish is None or not test_from <= start < test_to:
            continue
        hour = datetime.fromtimestamp(start, branch.zone).hour
        for elapsed_s in np.arange(0.0, finish - start, every_s).tolist():
            left_s = finish - start - elapsed_s
            found.append(_Look(start + elapsed_s, elapsed_s, left_s, row.business, row.teller, hour))
    return sorted(found, key=lambda look: look.at)


class _Means:
    """The mean service of each business so far; of all, for one that has none."""

    def __init__(self) -> None:
        self._totals: defaultdict[str, tuple[float, int]] = defaultdict(lambda: (0.0, 0))

    def learn(self, observations: Iterable[Observation]) -> None:
        for one in observations:
            if one.kind == "service":
                for scope in ("", one.business or ""):
                    total, count = self._totals[scope]
                    self._totals[scope] = total + one.value_s, count + 1

    def of(self, business: str) -> float:
        total, count = self._totals.get(business) or self._totals.get("") or (0.0, 1)
        return total / count
