from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from app.branch.branch_file import parse as branch_of
from simulations.staffing.planning import (
    drawn,
    half_hours,
    in_order,
    open_anytime,
    present,
    samples,
    windows_in,
)
from simulations.staffing.sampled import run
from simulations.studies.behaviour import Balking
from simulations.studies.resolving import learned, resolved
from simulations.studies.scenario import Counter, Scenario
from simulations.studies.scenario_file import parse
from simulations.studies.study import study

BRANCH = """
[branch]
id = "small"
names = "Small"
timezone = "UTC"
languages = ["en"]
[[business]]
id = "cash"
prefix = "A"
names = "Cash"
minutes = [1, 3, 8]
[[business]]
id = "loans"
prefix = "B"
names = "Loans"
minutes = [4, 8, 15]
[[window]]
id = "1"
businesses = ["cash"]
[[window]]
id = "2"
businesses = ["cash"]
[[window]]
id = "3"
businesses = ["cash", "loans"]
"""
TEXT = """
branch = "small.toml"
late_minutes = 10
opens = "09:00"
closes = "11:30"
[demand]
busyness_cv = 0.1
arrivals = { cash = [10, 20, 16, 12, 8], loans = [2, 2, 2, 2, 1] }
[staffing]
windows = [1, 2, 3, 2, 1]
which = ["3", "1"]
[behaviour]
patience_minutes = 20
"""


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    branch = branch_of(BRANCH)
    return resolved(parse(TEXT, "plan.toml", branch), branch, learned([], branch, None))


def bounds(scenario: Scenario) -> dict[str, np.ndarray]:
    slots = half_hours(scenario)
    return {"least": np.ones(slots, np.int64), "most": np.full(slots, 3)}


def test_the_half_hours_of_the_doors(scenario: Scenario) -> None:
    assert half_hours(scenario) == 5
    assert half_hours(replace(scenario, rule=replace(scenario.rule, closes_s=11.2 * 3600.0))) == 5
    assert half_hours(replace(scenario, rule=replace(scenario.rule, closes_s=11.0 * 3600.0))) == 4


def test_all_windows_are_free_to_open(scenario: Scenario) -> None:
    other = Counter("4", (), {"loans": 0.0}, speed=0.9)
    found = open_anytime(scenario, [other], {"1": 0.8})
    assert {each.hours for each in found.windows} == {((9 * 3600.0, 11.5 * 3600.0),)}
    assert {each.window: each.speed for each in found.windows} == {"1": 0.8, "2": 1.0, "3": 1.0, "4": 1.0}


def test_the_scenarios_own_roster_by_half_hours(scenario: Scenario) -> None:
    windows = windows_in(open_anytime(scenario), **bounds(scenario))
    table = present(scenario, windows)
    assert table.sum(axis=1).tolist() == [1, 2, 3, 2, 1]
    assert [windows.names[at] for at in np.flatnonzero(table[1])] == ["1", "3"]
    assert windows.until_s == np.inf
    sent_home = replace(scenario, rule=replace(scenario.rule, turn_away_s=42_000.0))
    assert windows_in(open_anytime(sent_home), **bounds(scenario)).until_s == 42_000.0


def test_it_does_what_the_study_does(scenario: Scenario) -> None:
    windows = windows_in(open_anytime(scenario), **bounds(scenario))
    found = run(
        drawn(open_anytime(scenario), windows, 7, np.arange(60)), windows, present(scenario, windows), 600.0
    )
    (theirs,) = study([scenario], 60, 7)
    assert found.arrivals.sum() == theirs.arrived.sum()
    assert found.left.sum() == theirs.left.sum()
    assert found.late.sum(axis=1) == pytest.approx(theirs.late.sum(axis=(1, 2)))


def test_who_turns_away_at_the_door_has_not_waited(scenario: Scenario) -> None:
    behaviour = replace(scenario.behaviour, balking=Balking((60.0, 600.0), (0.3, 0.9)))
    shy = open_anytime(replace(scenario, behaviour=behaviour))
    windows = windows_in(shy, **bounds(scenario))
    of = drawn(shy, windows, 7, np.arange(60))
    assert (of.stay == 0.0).any()
    found, before = (
        run(each, windows, present(scenario, windows), 600.0)
        for each in (of, drawn(open_anytime(scenario), windows, 7, np.arange(60)))
    )
    assert found.left.sum() > before.left.sum()
    assert found.waited_s.sum() < before.waited_s.sum()


def test_the_three_samples_have_no_day_in_common(scenario: Scenario) -> None:
    every = open_anytime(scenario)
    windows = windows_in(every, **bounds(scenario))
    with ThreadPoolExecutor(2) as pool:
        found = samples(every, windows, 3, sizes=(100, 600, 600), each=pool.map)
    assert [one.days for one in (found.learn, found.verify, found.report)] == [100, 600, 600]
    again = drawn(every, windows, 3, np.arange(100, 700))
    assert (found.verify.customers.service == again.customers.service).all()
    crowd = replace(every, demand=every.demand.scaled(50.0))
    assert samples(crowd, windows, 3, sizes=(120, 700, 601)).verify.days == 600


def test_an_order_is_found_where_one_is_needed(scenario: Scenario) -> None:
    every = open_anytime(scenario)
    windows = windows_in(every, **bounds(scenario))
    of = drawn(every, windows, 3, np.arange(60))
    found = in_order(windows, of)
    assert found.order is not None
    assert found.order[0] == 2  # the only one that takes loans
    assert in_order(found, of) is found
    assert windows_in(every, **bounds(scenario), which=("3", "1")).order == (2, 0, 1)
