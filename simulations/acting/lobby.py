"""A generated lobby: the true parameters of a branch that does not exist.

Every figure here is a parameter of the truth, so that what an estimator makes of the days drawn from it
(``day.draw``) can be held against what was put in. Durations are seconds, shares lie in 0 … 1.

The shapes are the field's: arrivals are a Poisson process whose rate changes by the half-hour and whose level
differs from day to day; services are lognormal (Brown et al. 2005, "Statistical Analysis of a Telephone Call
Center"), with a pace that all windows share on one day and one for each teller; wrap-ups are a mixture of a
short tidying and a tail of records; patience is lognormal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from math import erfc, exp, log, sqrt
from typing import Literal

import numpy as np

SLOT_S = 1800.0


@dataclass(frozen=True, slots=True)
class Lognormal:
    """A positive quantity by its mean and its coefficient of variation (cv)."""

    mean: float
    cv: float

    def draw(self, rng: np.random.Generator) -> float:
        """One value."""
        variance = log(1 + self.cv**2)
        return self.mean * exp(sqrt(variance) * float(rng.standard_normal()) - variance / 2)

    def longer_than(self, value: float) -> float:
        """The chance to exceed a value."""
        if value <= 0.0:
            return 1.0
        variance = log(1 + self.cv**2)
        return erfc((log(value / self.mean) + variance / 2) / sqrt(2 * variance)) / 2

    def quantile(self, normal: float) -> float:
        """The value at a standard normal deviate: 0 is the median, ±1.2816 the 90th and 10th percentile."""
        variance = log(1 + self.cv**2)
        return self.mean * exp(sqrt(variance) * normal - variance / 2)


@dataclass(frozen=True, slots=True)
class StepHabit:
    """A step that a service may have: how often, from where in the service, how long."""

    step: str
    share: float
    begins: float
    """From which part of the service on, 0 … 1."""
    duration: Lognormal
    resource: Literal["teller", "machine", "supervisor"] = "teller"
    away_share: float = 0.0


@dataclass(frozen=True, slots=True)
class WrapUpHabit:
    """What follows when the customer has left: mostly tidying, sometimes records."""

    tidying: Lognormal = Lognormal(9.0, 0.5)
    records: Lognormal = Lognormal(110.0, 0.6)
    records_share: float = 0.2


@dataclass(frozen=True, slots=True)
class BusinessHabit:
    """One kind of transaction, as it truly is."""

    share: float
    service: Lognormal
    steps: tuple[StepHabit, ...] = ()
    wrap_up: WrapUpHabit = WrapUpHabit()
    further_items: float = 0.0
    """Mean number of items beyond the first (Poisson); each adds ``item_share`` of a service."""
    item_share: float = 0.25
    transfer_share: float = 0.0
    transfer_to: str | None = None


@dataclass(frozen=True, slots=True)
class PauseHabit:
    """A reason for which a teller stops calling: how often an hour, how long."""

    reason: str
    per_hour: float
    duration: Lognormal


@dataclass(frozen=True, slots=True)
class Lobby:
    """Who comes, how long they take and how long they stay. The roster is the branch file's."""

    doors_open: time
    arrivals: tuple[float, ...]
    """Expected tickets in each half-hour from ``doors_open`` on; the doors close with the last one."""
    businesses: Mapping[str, BusinessHabit]
    tellers: Mapping[str, float]
    """By window, the teller's own pace: 1.1 takes a tenth longer than the mean."""
    priorities: Mapping[str, float] = field(default_factory=dict)
    languages: Mapping[str, float] = field(default_factory=dict)
    """Shares; whoever has none asks for the branch's first."""
    pauses: tuple[PauseHabit, ...] = ()
    busyness_cv: float = 0.05
    """Between days, of all arrivals."""
    pace_cv: float = 0.04
    """Between days, of all services."""
    patience: Lognormal = Lognormal(3900.0, 0.65)
    silent_share: float = 0.35
    """Of those who give up, how many just walk out: they are called in vain."""
    no_show_share: float = 0.04
    late_share: float = 0.3
    """Of those who miss their call, how many hear the second one; as many again come back later."""
    return_after: Lognormal = Lognormal(300.0, 0.5)
    walking: Lognormal = Lognormal(15.0, 0.45)
    recall_after_s: float = 35.0
    give_up_after_s: float = 80.0
    told_share: float = 0.3
    """How often a teller presses the key for the minutes of a service."""
    slip_share: float = 0.01
    """How often a teller presses *finish* too early and takes it back."""
    punctuality: Lognormal = Lognormal(70.0, 0.8)
    """How late a window opens, or comes back."""


_DATA_ENTRY = StepHabit("data_entry", 0.35, 0.08, Lognormal(110.0, 0.5))
_COPY = StepHabit("photocopy", 0.12, 0.2, Lognormal(125.0, 0.4), away_share=0.85)
_CASH = StepHabit("cash_counting", 0.35, 0.15, Lognormal(80.0, 0.5), "machine")
_APPROVAL = StepHabit("authorisation", 0.12, 0.6, Lognormal(110.0, 0.6), "supervisor", away_share=0.15)


def _often(habit: StepHabit, share: float, longer: float = 1.0) -> StepHabit:
    duration = Lognormal(habit.duration.mean * longer, habit.duration.cv)
    return StepHabit(habit.step, share, habit.begins, duration, habit.resource, habit.away_share)


DEMO = Lobby(
    doors_open=time(8, 30),
    arrivals=(14, 18, 23, 26, 24, 18, 13, 10, 9, 12, 20, 29, 31, 25, 15, 9, 4),
    businesses={
        "personal": BusinessHabit(
            0.70,
            Lognormal(258.0, 0.7),
            (_DATA_ENTRY, _CASH, _COPY, _APPROVAL),
            transfer_share=0.015,
            transfer_to="wealth",
        ),
        "corporate": BusinessHabit(
            0.16,
            Lognormal(400.0, 0.6),
            (_often(_DATA_ENTRY, 0.6, 1.6), _often(_CASH, 0.25, 1.5), _often(_APPROVAL, 0.4)),
            WrapUpHabit(records_share=0.35),
            further_items=1.2,
            transfer_share=0.01,
            transfer_to="exchange",
        ),
        "wealth": BusinessHabit(
            0.06,
            Lognormal(1320.0, 0.5),
            (_often(_DATA_ENTRY, 0.9, 3.0), _often(_COPY, 0.7, 1.3), _often(_APPROVAL, 0.6, 1.4)),
            WrapUpHabit(records=Lognormal(190.0, 0.6), records_share=0.5),
        ),
        "exchange": BusinessHabit(
            0.08,
            Lognormal(660.0, 0.5),
            (_often(_DATA_ENTRY, 0.7, 1.6), _often(_CASH, 0.5), _often(_APPROVAL, 0.6), _often(_COPY, 0.3)),
            WrapUpHabit(records_share=0.35),
        ),
    },
    tellers={"1": 0.9, "2": 1.0, "3": 1.1, "4": 0.95, "5": 1.0, "6": 1.15},
    priorities={"vip": 0.07, "elderly": 0.11},
    languages={"en": 0.04},
    pauses=(
        PauseHabit("break", 0.14, Lognormal(420.0, 0.35)),
        PauseHabit("vault", 0.05, Lognormal(660.0, 0.4)),
        PauseHabit("authorisation", 0.05, Lognormal(240.0, 0.4)),
        PauseHabit("copying", 0.05, Lognormal(200.0, 0.4)),
    ),
)
"""The demo's lobby: some 300 tickets, a peak at ten and one at half past two."""
