"""How well a wrap-up is known when the customer leaves: until the window is ready for the next one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import inf
from typing import Any

import numpy as np

from app.branch.branch_file import Branch
from app.history.row import HistoryRow
from estimator.observation import Observation
from estimator.pools import Pools

from .following import Following, taught

_RANGE = np.array([0.1, 0.5, 0.9])


@dataclass(frozen=True, slots=True)
class WrapUp:
    """Scores of ``n`` wrap-ups; ``None`` where there is nothing to score.

    ``mae_s`` is of the median, ``coverage`` of the 10th to 90th percentile, ``pinball_s`` the mean of the
    three percentiles' pinball losses. A spike at a few seconds cannot be cut to exactly 80 %.
    """

    n: int
    mae_s: float | None = None
    coverage: float | None = None
    width_s: float | None = None
    pinball_s: float | None = None

    def to_plain(self) -> dict[str, Any]:
        """As JSON-able data."""
        return asdict(self)


def wrap_up(
    branch: Branch,
    rows: Sequence[HistoryRow],
    pools: Pools,
    *,
    test_from: float,
    test_to: float = inf,
) -> WrapUp:
    """Learn the rows into the pools in the order of time, and foresee each wrap-up of the test period.

    A wrap-up is known where ``ready_at`` is, or by the next call at the window if somebody was waiting all
    the while. It is foreseen when it begins, from what was over before. ``test_from`` and ``test_to`` are
    epoch seconds. No rows, or none in the period, give no scores.
    """
    observations = taught(branch, rows)
    following = Following(pools, observations)
    foreseen = []
    for one in sorted((one for one in observations if one.kind == "wrap_up"), key=_began_at):
        if test_from <= _began_at(one) < test_to:
            following.until(_began_at(one))
            expected = pools.durations("wrap_up", one.business, teller=one.teller)
            foreseen.append((one.value_s, *expected.quantiles(_RANGE)))
    following.until(inf)
    return scored(np.array(foreseen, float).reshape(-1, 4))


def scored(foreseen: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> WrapUp:
    """The scores of wrap-ups [N, 4]: seconds it took, and the 10th, 50th and 90th percentile foreseen."""
    if not foreseen.size:
        return WrapUp(0)
    took_s, low_s, median_s, high_s = foreseen.T
    off = took_s[:, None] - foreseen[:, 1:]
    return WrapUp(
        n=len(foreseen),
        mae_s=float(np.abs(took_s - median_s).mean()),
        coverage=float(((low_s <= took_s) & (took_s <= high_s)).mean()),
        width_s=float((high_s - low_s).mean()),
        pinball_s=float(np.maximum(off * _RANGE, off * (_RANGE - 1)).mean()),
    )


def _began_at(one: Observation) -> float:
    return one.at - one.value_s
