from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulations.outcome import Outcome
from simulations.past_days import PastDay
from simulations.replaying import replayed
from simulations.scenario import Counter, Rule, Scenario, floor
from simulations.study import called
from simulations.traces import crowd, deeds
from simulations.trust import Figure, as_it_was, figures, trust

from .past import MONDAY, day, days_from
from .reference import BUSINESSES, CLOSES, OPENS, behaviour, reference

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


def test_what_the_simulation_itself_made_it_finds_true() -> None:
    found = trust(simulated(lobby(), 6), behaviour(), {}, 300.0, skills=SKILLS, replications=60)
    assert found.holds
    assert found.mean_wait_s.inside or abs(found.mean_wait_s.bias) < 0.1
    assert len(found.days) == 6
    assert sum(one.mean_wait_s.inside for one in found.days) >= 4


def test_a_branch_that_is_slower_than_was_learned_is_not_believed() -> None:
    found = trust(simulated(lobby(), 6, 1.25), behaviour(), {}, 300.0, skills=SKILLS, replications=60)
    assert not found.holds
    assert found.doubts()[0].startswith("The mean wait was ")
    assert found.mean_wait_s.bias < -0.3


def test_without_days_there_is_nothing_to_check() -> None:
    with pytest.raises(ValueError, match="no past day"):
        trust([], behaviour(), {}, 300.0)


def test_bias_is_relative_to_what_happened() -> None:
    assert Figure(100.0, 110.0, 90.0, 120.0).bias == pytest.approx(0.1)
    assert Figure(0.0, 0.0, 0.0, 0.0).bias == 0.0
    assert Figure(0.0, 1.0, 0.0, 2.0).bias == np.inf


def test_a_day_as_it_was_has_its_own_customers_and_windows() -> None:
    (past,) = simulated(lobby(), 1)
    scenario = as_it_was(past, behaviour(), {}, {}, {})
    assert scenario.demand.expected.sum() == len(past)
    assert {each.window for each in scenario.windows} <= {"0", "1", "2", "3", "4"}
    rules = {"0": Counter("0", (), {"a": 0.0}, express_s=120.0)}
    assert as_it_was(past, behaviour(), {}, {}, rules).windows[0].express_s == 120.0


def test_what_nobody_took_on_that_day_everybody_takes() -> None:
    nan = float("nan")
    lost = day(MONDAY, [0, 5], [0, nan], [60, nan], business=["a", "b"], left=[nan, 50])
    (window,) = as_it_was(lost, behaviour(), {}, {}, {}).windows
    assert set(window.reluctance) == {"a", "b"}


def replays(past: PastDay, *others: Scenario) -> list[Outcome]:
    return replayed(past, [as_it_was(past, behaviour(), {}, SKILLS, {}), *others], 40)


def test_a_day_replayed_unchanged_is_about_what_it_was() -> None:
    (past,) = simulated(lobby(), 1)
    came, waited = figures(past)
    (found,) = replays(past)
    assert found.arrived.sum(axis=(1, 2)).tolist() == [len(past)] * 40
    assert found.mean_wait_s().value == pytest.approx(waited[came].mean(), rel=0.15)
    assert found.left.sum(axis=(1, 2)).mean() == pytest.approx((~came).sum(), abs=6)


def test_a_day_replayed_with_a_window_more_waits_less_in_every_draw() -> None:
    (past,) = simulated(lobby(), 1)
    base = as_it_was(past, behaviour(), {}, SKILLS, {})
    more = base.with_windows([*base.windows, Counter("more", ((OPENS, CLOSES),), ALL)], "more")
    before, after = replays(past, more)
    shorter = before.waited_s.sum(axis=(1, 2)) > after.waited_s.sum(axis=(1, 2))
    assert shorter.all()
