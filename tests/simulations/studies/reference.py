"""The reference day as a scenario: half-hours, three businesses, six windows, the first of them express."""

from __future__ import annotations

from math import inf

import numpy as np

from simulations.studies.behaviour import Behaviour, exponential_patience, lognormal
from simulations.studies.demand import Demand, Kind
from simulations.studies.hours import slots
from simulations.studies.scenario import Counter, Rule, Scenario

ARRIVALS = np.array([20, 30, 44, 56, 58, 46, 34, 26, 26, 34, 46, 56, 52, 36, 22, 14.0])
WINDOWS = (3, 3, 4, 5, 6, 6, 5, 4, 3, 4, 5, 6, 6, 5, 4, 3)
BUSINESSES = ("a", "b", "c")
OPENS, CLOSES = 9 * 3600.0, 17 * 3600.0
TRUE_WAITS_MIN = (0.94, 2.73, 2.71)
TRUE_LATE_B = 0.0097


def demand(busyness_cv: float = 0.0) -> Demand:
    kinds = tuple(Kind(business, priority) for business in BUSINESSES for priority in ("normal", "vip"))
    shares = np.array([share * part for share in (0.45, 0.40, 0.15) for part in (0.9, 0.1)])
    return Demand(kinds, ARRIVALS[:, None] * shares, OPENS, busyness_cv=busyness_cv)


def behaviour(patience_s: float = 1800.0) -> Behaviour:
    nothing = np.zeros(2)
    parameters = zip(BUSINESSES, (1.4, 3.6, 7.0), (0.6, 0.7, 0.8), strict=True)
    return Behaviour(
        {name: lognormal(60.0 * mean, cv) for name, mean, cv in parameters},
        nothing,
        dict.fromkeys(BUSINESSES, nothing),
        nothing,
        nothing,
        0.0,
        dict.fromkeys(BUSINESSES, exponential_patience(patience_s)),
    )


def windows() -> tuple[Counter, ...]:
    return tuple(
        Counter(
            str(window),
            slots([number > window for number in WINDOWS], OPENS),
            {"a": 0.0} if window == 0 else dict.fromkeys(BUSINESSES, 0.0),
        )
        for window in range(max(WINDOWS))
    )


def reference(busyness_cv: float = 0.0) -> Scenario:
    rule = Rule(OPENS, CLOSES, head_start={"vip": inf})
    return Scenario("reference", demand(busyness_cv), behaviour(), windows(), rule)
