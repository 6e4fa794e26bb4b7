from __future__ import annotations

import numpy as np
import pytest

from simulations.studies.scenario import Counter
from simulations.studies.trust import Figure, as_it_was, trust

from .lobbies import SKILLS, lobby, simulated
from .past import MONDAY, day
from .reference import behaviour


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


def test_a_day_on_which_nobody_served_says_nothing() -> None:
    nan = float("nan")
    idle = day(MONDAY, [0, 5], [nan, nan], left=[30, 50])
    with pytest.raises(ValueError, match="no past day"):
        trust([idle], behaviour(), {}, 300.0)
    found = trust([idle, *simulated(lobby(), 1)], behaviour(), {}, 300.0, skills=SKILLS, replications=5)
    assert len(found.days) == 1


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
