"""Ranges corrected as waits resolve: each quantile that is said keeps its word in the long run.

For each depth in the queue and each level there is one correction on a logarithmic scale, moved after every
wait that has ended: up a little when the wait was longer than said, down when it was not, in such proportion
that it rests where the level says (the quantile tracking of Angelopoulos, Candès and Tibshirani 2023, which
puts the adaptive level of Gibbs and Candès 2021 on the scale of the quantile itself). So the share of waits
beyond a quantile is its level at each depth, whatever the forecast gets wrong, and it stays so when the
branch changes. A common correction for all depths learns at once, and is all there is at first; the more
waits there are, the less each of them moves it. Else the shallow ones, which are many and may be wrong in
their own way, would drag the deepest with them, whose own corrections follow only slowly.

While a deep wait lasts, about as many others are foreseen with the same correction as people stand ahead, and
each of them then says the same again. So what a wait teaches is divided by that number; else, where dozens
wait, the corrections swing from too short to too long (delayed feedback: Joulani, György, Szepesvári 2013).

Predict, then learn: ``learn`` takes what was *said*, and nothing it learns changes what was said before.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from math import exp, isfinite, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["DEPTHS", "ENOUGH", "SHIFT_S", "Calibration", "depth_of"]

DEPTHS = (1, 2, 3, 4, 6, 9, 14, 22)
"""People ahead at which the next depth begins."""
ENOUGH = 30
"""Waits at a depth from which on it counts as calibrated."""

SHIFT_S = 30.0
"""Below it the scale is nearly linear: a wait of 2 s instead of 1 is no error of a factor 2."""

_STEP, _LEAST = 0.1, 0.15  # of one wait, on the logarithmic scale; what is left of it after many
_COMMON, _COMMON_LEAST = 0.3, 0.1  # part of the step that moves all depths together; what is left of it
_MIDDLE = 0.5  # part of the step that a middle quantile takes: every wait moves it, so it would follow moods
_MOST = 2.0  # no correction, and not both together, goes beyond a factor of exp(2)
_MEAN_STEP, _MEAN_MOST_S = 0.02, 150.0
_AT_ONCE = 3.0  # people ahead up to which a wait counts whole


def depth_of(ahead: int) -> int:
    """Return the depth, from 0 on, of a ticket with so many people ahead."""
    return bisect_right(DEPTHS, ahead)


@dataclass(slots=True)
class Calibration:
    """Corrections of the quantiles at `levels`, in ascending order, by depth.

    `common` [levels], `own` [depths][levels]: corrections on the logarithmic scale; `seen` [depths]: waits
    learned from; `mean_s` [depths]: correction of the mean, in seconds.
    """

    levels: tuple[float, ...]
    common: list[float] = field(init=False)
    own: list[list[float]] = field(init=False)
    seen: list[int] = field(init=False)
    mean_s: list[float] = field(init=False)

    def __post_init__(self) -> None:
        """Start without corrections. ValueError for levels outside (0, 1) or not in order."""
        if not all(0.0 < level < 1.0 for level in self.levels) or list(self.levels) != sorted(self.levels):
            raise ValueError(f"not levels: {self.levels}")
        self.common = [0.0] * len(self.levels)
        self.own = [[0.0] * len(self.levels) for _ in range(len(DEPTHS) + 1)]
        self.seen = [0] * (len(DEPTHS) + 1)
        self.mean_s = [0.0] * (len(DEPTHS) + 1)

    def corrected(self, quantiles_s: Sequence[float], ahead: int) -> list[float]:
        """Return the quantiles at `levels` as they are to be said: never negative, in ascending order."""
        own = self.own[depth_of(ahead)]
        result: list[float] = []
        for seconds, common, extra in zip(quantiles_s, self.common, own, strict=True):
            said = (seconds + SHIFT_S) * exp(_bounded(common + extra)) - SHIFT_S
            result.append(max(said, result[-1] if result else 0.0))
        return result

    def factors(self, levels: Sequence[float], ahead: int) -> list[float]:
        """Return what quantiles at any levels are multiplied by: between the known levels, by their place.

        The scale is shifted: (seconds + `SHIFT_S`) times the factor, less `SHIFT_S`, as in `corrected`.
        1 where there are no levels.
        """
        if not self.levels:
            return [1.0] * len(levels)
        own = self.own[depth_of(ahead)]
        known = [_bounded(common + extra) for common, extra in zip(self.common, own, strict=True)]
        return [exp(each) for each in np.interp(levels, self.levels, known).tolist()]

    def corrected_mean_s(self, mean_s: float, ahead: int) -> float:
        """Return the mean as it is to be said."""
        return max(0.0, mean_s + self.mean_s[depth_of(ahead)])

    def learn(
        self,
        said_s: Sequence[float],
        happened_s: float,
        ahead: int,
        *,
        mean_s: float | None = None,
        weight: float = 1.0,
    ) -> None:
        """Learn from one wait that ended: the quantiles (and the mean) that had been said of it.

        `weight`: how many such waits it stands for, those who left included. ValueError, and nothing is
        learned, if it is no duration, or what was said of it no figures.
        """
        if not (isfinite(happened_s) and happened_s >= 0.0):
            raise ValueError(f"not a wait: {happened_s} s")
        if not all(map(isfinite, (*said_s, mean_s or 0.0, weight))) or weight < 0.0:
            raise ValueError(f"not figures: said {said_s}, mean {mean_s}, weight {weight}")
        pairs = list(zip(said_s, self.levels, strict=True))  # before anything is changed
        depth = depth_of(ahead)
        self.seen[depth] += 1
        fading = max(_LEAST, 1.0 / sqrt(self.seen[depth]))
        common = _COMMON * max(_COMMON_LEAST, 1.0 / sqrt(sum(self.seen)))
        weight /= max(1.0, ahead / _AT_ONCE)
        own = self.own[depth]
        for number, (said, level) in enumerate(pairs):
            missed = weight * ((happened_s > said) - (1.0 - level))
            missed *= _MIDDLE if 0.25 < level < 0.75 else 1.0
            own[number] = _bounded(own[number] + _STEP * fading * missed)
            self.common[number] = _bounded(self.common[number] + _STEP * common * missed)
        if mean_s is not None:
            error_s = max(-_MEAN_MOST_S, min(_MEAN_MOST_S, happened_s - mean_s))
            self.mean_s[depth] += _MEAN_STEP * weight * error_s

    def knows(self, ahead: int) -> bool:
        """Tell whether it has seen enough waits of that depth."""
        return self.seen[depth_of(ahead)] >= ENOUGH

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON-able data, equal for equal waits; what is learned later does not change it."""
        return {
            "levels": list(self.levels),
            "common": list(self.common),
            "own": [list(row) for row in self.own],
            "seen": list(self.seen),
            "mean_s": list(self.mean_s),
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Calibration:
        """Make what `to_plain` described."""
        made = cls(tuple(plain["levels"]))
        made.common, made.own = list(plain["common"]), [list(row) for row in plain["own"]]
        made.seen, made.mean_s = list(plain["seen"]), list(plain["mean_s"])
        return made


def _bounded(correction: float) -> float:
    return max(-_MOST, min(_MOST, correction))
