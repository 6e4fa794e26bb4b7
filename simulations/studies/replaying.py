"""A day that was, with a change: its own customers, and what is not known of them drawn.

Who was served keeps its service (as long as it would have been at the usual teller) and, having put up with
its wait, puts up with at least that. Who left did not put up with the wait offered to it; what its service
would have been is drawn. So one day gives a spread, which is that of not knowing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulations.studies.behaviour import hazard, patiences
from simulations.studies.outcome import Outcome, grid_of, tallied
from simulations.studies.scenario import floor
from simulations.studies.study import called
from simulations.studies.tolerance import offered
from simulations.studies.traces import PATIENCE, deeds
from simulations.studies.trust import repeated
from simulations.studies.uniforms import uniforms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from estimator.columns import Floats, Ints
    from simulations.studies.past_days import PastDay
    from simulations.studies.scenario import Scenario
    from simulations.studies.traces import Crowd, Deeds

__all__ = ["replayed"]


def replayed(day: PastDay, scenarios: Sequence[Scenario], replications: int, seed: int = 1) -> list[Outcome]:
    """Return what comes of each scenario on that day; their demand must have the day's kinds."""
    grid = grid_of(scenarios)
    result = []
    for scenario in scenarios:
        people = repeated(day, scenario, replications, seed)
        drawn = deeds(scenario.behaviour, scenario.rule, scenario.demand.kinds, people.kind, people.key)
        own = _own(day, scenario, people, drawn)
        columns, even = floor(scenario), np.ones(replications)
        result.append(
            tallied(scenario, columns, grid, people, own, even, *called(people, own, columns, even))
        )
    return result


def _own(day: PastDay, scenario: Scenario, people: Crowd, drawn: Deeds) -> Deeds:
    times = people.day_start.size - 1
    speeds = np.array([scenario.behaviour.speeds.get(teller, 1.0) for teller in day.teller])
    known = day.finished - day.started
    service = np.where(np.isnan(known), 0.0, known) / speeds * scenario.rule.service_factor
    is_known = np.tile(~np.isnan(known), times)
    patience = _patience(day, scenario, people)
    stayed = np.nan_to_num(day.left - day.issued, nan=np.inf)
    left = np.array([outcome == "abandoned" for outcome in day.outcome])
    stay = np.where(np.tile(left, times), np.tile(np.maximum(0.0, stayed), times), drawn.stay)
    absent = np.array([outcome == "no_show" for outcome in day.outcome])
    return drawn._replace(
        service=np.where(is_known, np.tile(service, times), drawn.service),
        patience=patience,
        stay=stay,
        comes=np.where(is_known, True, drawn.comes & ~np.tile(absent, times)),  # noqa: FBT003
    )


def _patience(day: PastDay, scenario: Scenario, people: Crowd) -> Floats:
    """Return how long a wait each would put up with, given what it did put up with."""
    names = list(dict.fromkeys(kind.business for kind in scenario.demand.kinds))
    tables = [scenario.behaviour.patience[name] for name in names]
    business: Ints = np.array([names.index(name) for name in day.business], np.int64)
    waits, left, _ = offered(day)
    survival = np.exp(-hazard(tables, business, np.where(np.isfinite(waits), waits, 1e9)))
    uniform = uniforms(people.key, PATIENCE).reshape(-1, len(day))
    given = np.where(left > 0.0, survival + (1.0 - survival) * uniform, survival * uniform)
    times = people.day_start.size - 1
    return patiences(tables, np.tile(business, times), np.maximum(given, 1e-300).ravel())
