"""A lobby whose truth is known, and its days as they would have been kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simulations.studies.past_days import PastDay
from simulations.studies.scenario import Counter, Rule, Scenario, floor
from simulations.studies.study import called
from simulations.studies.traces import crowd, deeds

from .past import MONDAY, day, days_from
from .reference import BUSINESSES, CLOSES, OPENS, reference

ALL = dict.fromkeys(BUSINESSES, 0.0)
SKILLS = {str(window): BUSINESSES for window in range(6)}


def lobby() -> Scenario:
    """Six windows all day, so that what is read off the calls is what was."""
    base = reference()
    windows = tuple(Counter(str(number), ((OPENS, CLOSES),), ALL) for number in range(5))
    return replace(base, windows=windows, rule=Rule(OPENS, CLOSES))


def simulated(scenario: Scenario, days: int, slower: float = 1.0) -> list[PastDay]:
    """Days drawn from a scenario, as their tickets would have been kept; services longer by a factor."""
    people = crowd(scenario.demand, 77, np.arange(days))
    done = deeds(scenario.behaviour, scenario.rule, scenario.demand.kinds, people.kind, people.key)
    done = done._replace(service=done.service * slower)
    at, by = called(people, done, floor(scenario), np.ones(days))
    made = []
    for number, date in enumerate(days_from(MONDAY, days)):
        own = slice(people.day_start[number], people.day_start[number + 1])
        there = by[own] >= 0
        arrival = people.arrival[own]
        calls = np.where(there, at[own], np.nan)
        made.append(
            day(
                date,
                arrival.tolist(),
                calls.tolist(),
                (calls + done.service[own]).tolist(),
                left=np.where(there, np.nan, arrival + done.patience[own]).tolist(),
                business=[scenario.demand.kinds[kind].business for kind in people.kind[own]],
                window=[str(window) for window in by[own]],
            )
        )
    return made
