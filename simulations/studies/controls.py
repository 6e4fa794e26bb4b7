"""Control variates: what is known of the drawn days' luck, taken out of what comes of them.

How much work customers bring in each half-hour, how busy a day is and how slow its services are: of all of
these the expectation is known, and waits hang on them. What they explain of the days' errors is subtracted
(Lavenberg and Welch 1981, "A perspective on the use of control variables"). Each half of the days is cleared
with coefficients fitted on the other half, so that nothing becomes biased by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from simulations.studies.behaviour import mean_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from estimator.columns import Floats
    from simulations.studies.scenario import Scenario
    from simulations.studies.traces import Crowd, Deeds

__all__ = ["NONE", "Controls", "controls", "joined"]

_PERIODS = 16  # that a day's work is told by, at most
_ENOUGH = 10  # days for each coefficient: fewer, and fitting them costs more than they bring


@dataclass(frozen=True, eq=False)
class Controls:
    """`values` [D, P] of D days, each with expectation 0; P = 0: nothing is known."""

    values: Floats

    def cleared(self, errors: Floats) -> Floats:
        """Return the days' errors [D] without what the controls explain.

        They sum to what the controls change in the figure. With few days they are left as they are.
        """
        if not self._fits:
            return errors
        result = errors.copy()
        for own, other in ((0, 1), (1, 0)):
            result[own::2] -= self.values[own::2] @ (self._fits[other] @ errors[other::2])
        return result

    @cached_property
    def _fits(self) -> tuple[Floats, ...]:
        """For each half what makes coefficients [P] of its errors; empty if there are too few days."""
        days, number = self.values.shape
        if not number or days < 2 * _ENOUGH * number:
            return ()
        halves = (self.values[half::2] for half in (0, 1))
        return tuple(np.linalg.pinv(half - half.mean(axis=0)) for half in halves)


NONE = Controls(np.zeros((0, 0)))
"""For what is not drawn from a known demand."""


def controls(scenario: Scenario, crowd: Crowd, deeds: Deeds, busy: Floats, pace: Floats) -> Controls:
    """Return the controls of the days; `busy`, `pace` [D]: the days' factors."""
    days, slots = pace.size, scenario.demand.expected.shape[0]
    width = -(-slots // _PERIODS)
    periods = -(-slots // width)
    day = np.repeat(np.arange(days), np.diff(crowd.day_start))
    brought = np.bincount(day * periods + crowd.slot // width, deeds.service, days * periods)
    expected = np.add.reduceat(_expected_work(scenario), np.arange(0, slots, width))
    columns = [pace[:, None] * brought.reshape(days, periods) - expected]
    columns += [
        _moments(factor, cv)
        for factor, cv in ((busy, scenario.demand.busyness_cv), (pace, scenario.behaviour.pace_cv))
        if cv > 0.0
    ]
    return Controls(np.column_stack(columns))


def joined(parts: Sequence[Controls]) -> Controls:
    """Return the controls of the days of several."""
    return Controls(np.concatenate([part.values for part in parts]))


def _expected_work(scenario: Scenario) -> Floats:
    """Return the seconds of service expected in each slot [H]."""
    behaviour = scenario.behaviour
    each = [
        mean_of(behaviour.services[kind.business]) * behaviour.item_factor(kind.business, kind.items)
        for kind in scenario.demand.kinds
    ]
    comes = (1.0 - behaviour.no_show_share) * scenario.rule.service_factor
    return np.asarray(scenario.demand.expected @ np.array(each) * comes)


def _moments(factor: Floats, cv: float) -> Floats:
    """Return a factor of mean 1 and its square [D, 2], less what is expected: waits bend upwards in it."""
    return np.column_stack((factor - 1.0, np.square(factor) - 1.0 - cv**2))
