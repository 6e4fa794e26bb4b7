"""How long people wait before they leave: a hazard, since those who were called first never tell.

The cumulative hazard is Nelson and Aalen's, each step shrunk towards a constant hazard as in Hjort's beta
process (1990): as if so many people more had been at risk all along. Where nobody was seen to wait that long
the constant hazard goes on alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from estimator.kernel import Floats


__all__ = ["Patience", "fit"]

MEAN_S = 2700.0
"""Mean patience before anything is known."""

_AT_RISK = 10.0  # how many people that guess weighs
_CELLS, _LAST = 128, 4.0  # of the table, in units of cumulative hazard; one in fifty is more patient


@dataclass(frozen=True, slots=True, eq=False)
class Patience:
    """`times_s` [129]: when the cumulative hazard reaches each of 128 equal steps of `step`; then linear."""

    times_s: Floats
    step: float = _LAST / _CELLS

    def hazard(self, waited_s: Floats | float) -> Floats:
        """Return the cumulative hazard after `waited_s`; the patience from there on adds an exponential.

        Empty in, empty out.
        """
        grid = np.arange(self.times_s.size) * self.step
        beyond = np.maximum(0.0, waited_s - self.times_s[-1]) / MEAN_S
        return np.asarray(np.interp(waited_s, self.times_s, grid) + beyond)


def fit(waited_s: Floats, left: Floats) -> Patience:
    """Return the patience of people who waited so long and then left (1) or were called (0).

    Of nobody it is the guess: a constant hazard.
    """
    order = np.argsort(waited_s, kind="stable")
    times = np.concatenate(([0.0], waited_s[order]))
    weight = np.arange(times.size - 1, 0, -1) + _AT_RISK
    guessed = np.diff(times) / MEAN_S * _AT_RISK / weight
    steps = np.column_stack((guessed, left[order] / weight)).ravel()  # time passes, then somebody leaves
    hazards = np.concatenate(([0.0], np.cumsum(steps)))
    moments = np.concatenate(([0.0], np.repeat(times[1:], 2)))
    grid = np.linspace(0.0, _LAST, _CELLS + 1)
    inside = np.interp(grid, hazards, moments)
    return Patience(np.where(grid <= hazards[-1], inside, moments[-1] + (grid - hazards[-1]) * MEAN_S))
