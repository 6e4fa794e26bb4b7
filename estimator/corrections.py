"""A forecast as it is said: its waits corrected by what became of waits that were told before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from estimator.calibration import SHIFT_S, depth_of
from estimator.estimate import Estimate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from estimator.calibration import Calibration
    from estimator.estimate import Forecast

__all__ = ["calibrated"]


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

    def corrected(estimate: Estimate | None, ahead: int) -> Estimate | None:
        depth = depth_of(ahead)
        if depth not in stretches:
            stretches[depth] = _Stretch.of(calibration, told, ahead)
        return stretches[depth].said(estimate) if estimate else None

    return replace(
        forecast,
        waits={name: corrected(one, tickets.get(name, 0)) for name, one in forecast.waits.items()},
        waits_now={name: corrected(one, businesses.get(name, 0)) for name, one in forecast.waits_now.items()},
    )


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The factors of one depth on the calibration's scale."""

    low: float
    high: float
    median: float
    p10: float
    p90: float
    known: bool

    @classmethod
    def of(cls, calibration: Calibration, told: tuple[float, float], ahead: int) -> _Stretch:
        low, high, median, p10, p90 = calibration.factors((*told, 0.5, 0.1, 0.9), ahead)
        return cls(low, high, median, p10, p90, calibration.knows(ahead))

    def said(self, one: Estimate) -> Estimate:
        median_s = _times(one.median_s, self.median)
        low_s = min(_times(one.low_s, self.low), median_s)
        high_s = max(_times(one.high_s, self.high), median_s)
        return Estimate(
            low_s,
            high_s,
            median_s,
            _times(one.mean_s, self.median),
            min(_times(one.p10_s, self.p10), median_s),
            max(_times(one.p90_s, self.p90), median_s),
            "calibrated" if self.known else one.basis,
        )


def _times(seconds: float, factor: float) -> float:
    return max(0.0, (seconds + SHIFT_S) * factor - SHIFT_S)
