"""What a forecast says: estimates, each a range with its summary figures and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from estimator.interval import Interval

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Basis", "Estimate", "Forecast", "WindowForecast", "weakest"]

Basis = Literal["configured", "pooled", "branch", "calibrated"]
"""`configured`: the branch file's minutes; `pooled`: little of its own yet; `branch`: its own history;
`calibrated`: corrected by what became of what was said before."""

_STRENGTH: tuple[Basis, ...] = ("configured", "pooled", "branch", "calibrated")


def weakest(*bases: Basis) -> Basis:
    """Return the weakest of several bases; an estimate is no better founded than its worst part.

    Of none: `branch`, for nothing weakens it.
    """
    return min(bases, key=_STRENGTH.index, default="branch")


class Estimate(NamedTuple):
    """A duration to come, in seconds: told range (low, high), median, mean, and 10th and 90th percentile.

    A tuple, since each pass makes one of everybody who waits.
    """

    low_s: float
    high_s: float
    median_s: float
    mean_s: float
    p10_s: float
    p90_s: float
    basis: Basis

    @property
    def interval(self) -> Interval:
        """The range to tell."""
        return Interval(self.low_s, self.high_s)


@dataclass(frozen=True, slots=True)
class WindowForecast:
    """What is expected of one window; what does not apply is None.

    `service`: until the customer leaves. `next_call`: until it calls again, whatever it does now; None if it
    will not. `wrap_up`: the same while it wraps up. `back`: until the teller is back from a pause or from a
    step away from the window. `steps`: what is left of each open step, by step id.
    """

    service: Estimate | None = None
    next_call: Estimate | None = None
    wrap_up: Estimate | None = None
    back: Estimate | None = None
    steps: Mapping[str, Estimate] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Forecast:
    """One pass over the branch: all estimates come from the same draws, so they agree with one another.

    `windows` by window; `waits` by waiting ticket: until it is called, if its customer stays; `waits_now` by
    business: for a ticket of normal priority taken now. None: no window takes it now or at a known time.
    """

    windows: Mapping[str, WindowForecast] = field(default_factory=dict)
    waits: Mapping[str, Estimate | None] = field(default_factory=dict)
    waits_now: Mapping[str, Estimate | None] = field(default_factory=dict)
