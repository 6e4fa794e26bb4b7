import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulations.staffing.goals import Limits, Prices, Target
from simulations.staffing.opening import Windows
from simulations.staffing.sampled import Sample
from simulations.staffing.search import Looks, climb, descend, frontier, nested

from .small_branch import SLOTS, branch, days, express_branch


def looks(windows: Windows, of: Sample, goal: Target | Prices, share: float = 0.1) -> Looks:
    return Looks(of, windows, goal, Prices(), Limits(np.full(SLOTS, share), 1.0))


LEVELS = st.lists(st.integers(1, 5), min_size=SLOTS, max_size=SLOTS).map(np.array)


@settings(max_examples=10, deadline=None)
@given(LEVELS)
def test_a_descent_is_never_worse_than_its_beginning_and_no_single_change_is_better(
    start: np.ndarray,
) -> None:
    windows = branch()
    for goal in (Target(300.0), Prices()):
        one = looks(windows, days(20, 3, windows), goal)
        found = descend(one, windows.at_levels(start))
        assert one.value(found) <= one.value(windows.at_levels(start))


@settings(max_examples=10, deadline=None)
@given(LEVELS)
def test_a_climb_only_opens_and_meets_what_can_be_met(start: np.ndarray) -> None:
    windows = branch()
    one = looks(windows, days(20, 3, windows), Target(300.0))
    found = climb(one, windows.at_levels(start))
    assert (found >= windows.at_levels(start)).all()
    assert one.value(found)[0] == 0.0 or (found.sum(axis=1) == windows.most).any()


def test_the_best_of_all_rosters_is_found_on_a_small_case() -> None:
    windows = branch(3)
    of = days(30, 7, windows, crowd=0.6)
    for goal in (Target(300.0, 0.1), Prices()):
        one = looks(windows, of, goal)
        every = [windows.at_levels(np.array(each)) for each in np.ndindex(*[3] * SLOTS) if min(each) > 0]
        every += [windows.at_levels(1 + np.array(each)) for each in np.ndindex(*[3] * SLOTS)]
        best = one.value(one.best(every))
        found = one.value(descend(one, windows.at_levels(windows.most)))
        assert found[:2] == pytest.approx(best[:2], rel=0.01)


def test_express_windows_are_chosen_by_what_they_do() -> None:
    windows = express_branch()
    one = looks(windows, days(60, 2, windows, crowd=0.5), Target(600.0))
    found = descend(one, windows.at_levels(windows.most))
    assert one.value(found)[0] == 0.0
    assert found[:, 2:].sum() > found[:, :2].sum()  # most people are taken by the last two only


def test_the_frontier_goes_from_few_hours_to_many_and_waits_fall() -> None:
    windows = branch()
    one = looks(windows, days(40, 9, windows), Prices())
    middle = windows.at_levels(np.full(SLOTS, 3))
    tables = frontier(one, middle, 6.0, 13.0)
    hours = [windows.hours(table) for table in tables]
    assert hours == sorted(set(hours))
    assert (hours[0], hours[-1]) == (6.0, 13.0)
    assert any(table is middle for table in tables)
    costs = [float(Prices().of_customers(one.day(table))) for table in tables]
    assert costs == sorted(costs, reverse=True)


def test_a_roster_is_looked_at_once() -> None:
    windows = branch()
    one = looks(windows, days(5, 1, windows), Target())
    table = windows.at_levels(windows.most)
    assert one.day(table) is one.day(table.copy())
    assert len(one.seen) == 1


def test_an_order_found_is_an_order_kept() -> None:
    windows = express_branch()
    one = looks(windows, days(60, 2, windows, crowd=0.5), Prices())
    order = nested(one)
    assert set(order[:2]) == {2, 3}  # who takes all comes first
    assert sorted(order) == [0, 1, 2, 3]
    ordered = windows.ordered(order)
    found = descend(
        looks(ordered, days(60, 2, ordered, crowd=0.5), Prices()), ordered.at_levels(ordered.most)
    )
    for row in found:
        assert set(np.flatnonzero(row).tolist()) == set(order[: row.sum()])
