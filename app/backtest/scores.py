"""How good a forecast was, in figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from .waits import Outlook

Floats = NDArray[np.float64]

MISS = 2 / 0.2
"""What a second outside the 80 % range costs in the interval score (Winkler 1972): 2 over .2."""
LEVELS = np.array([0.1, 0.5, 0.9])


@dataclass(frozen=True, slots=True)
class Score:
    """Of ``n`` cases: the median's error, the mean's, and the 80 % range; seconds. None without a case.

    Smaller is better; ``pinball_s`` is the mean of the three quantiles', ``bias_s`` what was said less what
    happened; ``coverage`` belongs at .80.
    """

    n: int
    mae_s: float | None = None
    rmse_s: float | None = None
    bias_s: float | None = None
    winkler_s: float | None = None
    pinball_s: float | None = None
    coverage: float | None = None
    width_s: float | None = None

    def to_plain(self) -> dict[str, float | int | None]:
        """As JSON-able data."""
        return asdict(self)


def score(
    said: Sequence[Outlook], happened_s: Sequence[float], weights: Sequence[float] | None = None
) -> Score:
    """Return the score of what was said; the cases weigh alike where there are no ``weights``."""
    if not said:
        return Score(0)
    low, median, high, mean = np.array(
        [(one.low_s, one.median_s, one.high_s, one.mean_s) for one in said], float
    ).T
    happened = np.array(happened_s, float)
    weight = np.ones(len(said)) if weights is None else np.array(weights, float)

    def average(values: Floats) -> float:
        return round(float(values @ weight / weight.sum()), 4)

    outside = np.maximum(low - happened, 0.0) + np.maximum(happened - high, 0.0)
    off = happened[:, None] - np.column_stack((low, median, high))
    return Score(
        n=len(said),
        mae_s=average(np.abs(median - happened)),
        rmse_s=round(average(np.square(mean - happened)) ** 0.5, 4),
        bias_s=average(mean - happened),
        winkler_s=average(high - low + MISS * outside),
        pinball_s=average(np.maximum(off * LEVELS, off * (LEVELS - 1.0)).mean(axis=1)),
        coverage=average((low <= happened) & (happened <= high)),
        width_s=average(high - low),
    )
