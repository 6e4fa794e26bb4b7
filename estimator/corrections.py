"""A forecast as it is said: its waits corrected by what became of waits that were told before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from estimator.calibration import SHIFT_S, depth_of
from estimator.estimate import Estimate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from estimator.calibration import Calibration
    from estimator.estimate import Forecast

__all__ = ["calibrated"]

_LOWER, _MEDIAN, _UPPER = [0, 4], 2, [1, 5]
"""Places of an estimate's figures: below the median, and above it."""


def calibrated(
    forecast: Forecast,
    calibration: Calibration,
    told: tuple[float, float],
    tickets: Mapping[str, int],
    businesses: Mapping[str, int],
) -> Forecast:
    """Return the forecast with every wait corrected for its depth, and nothing else changed.

    `told`: the levels of the told low and high. `tickets`: people ahead of each waiting ticket; `businesses`:
    ahead of one taken now; none, where not named. What is said at other levels than the calibration's is
    corrected by its place between them. Where enough waits of a depth were seen, the basis is `calibrated`.
    Before the first wait has ended, it is the forecast as it was.
    """
    if not any(calibration.seen):
        return forecast
    stretches: dict[int, _Stretch] = {}

    def stretch(ahead: int) -> _Stretch:
        depth = depth_of(ahead)
        if depth not in stretches:
            stretches[depth] = _Stretch.of(calibration, told, ahead)
        return stretches[depth]

    both = (forecast.waits, tickets), (forecast.waits_now, businesses)
    pairs = [
        (one, stretch(ahead.get(name, 0)))
        for estimates, ahead in both
        for name, one in estimates.items()
        if one
    ]
    said = iter(_said(pairs))
    waits, waits_now = (
        {name: next(said) if one else None for name, one in estimates.items()} for estimates, _ in both
    )
    return replace(forecast, waits=waits, waits_now=waits_now)


class _Stretch(NamedTuple):
    """The factors of one depth on the calibration's scale, in the order of an estimate's figures."""

    factors: tuple[float, ...]
    known: bool

    @classmethod
    def of(cls, calibration: Calibration, told: tuple[float, float], ahead: int) -> _Stretch:
        low, high, median, p10, p90 = calibration.factors((*told, 0.5, 0.1, 0.9), ahead)
        return cls((low, high, median, median, p10, p90), calibration.knows(ahead))


def _said(pairs: Sequence[tuple[Estimate, _Stretch]]) -> list[Estimate]:
    """Return each estimate stretched, its figures still in order."""
    if not pairs:
        return []
    figures = np.array([one[:-1] for one, _ in pairs])
    factors = np.array([stretch.factors for _, stretch in pairs])
    figures = np.maximum((figures + SHIFT_S) * factors - SHIFT_S, 0.0)
    medians = figures[:, _MEDIAN, None]
    figures[:, _LOWER] = np.minimum(figures[:, _LOWER], medians)
    figures[:, _UPPER] = np.maximum(figures[:, _UPPER], medians)
    return [
        Estimate(low_s, high_s, median_s, mean_s, p10_s, p90_s, "calibrated" if stretch.known else one.basis)
        for (low_s, high_s, median_s, mean_s, p10_s, p90_s), (one, stretch) in zip(
            figures.tolist(), pairs, strict=True
        )
    ]
