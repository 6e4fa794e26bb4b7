from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from simulations.staffing.goals import Prices, Target
from simulations.staffing.rated import rate
from simulations.staffing.recommend import Staffing, baselines, recommend

from .small_branch import SLOTS, branch, days, express_branch, samples

TARGET = Target(600.0, 0.1)


@pytest.fixture(scope="module")
def found() -> Staffing:
    windows = branch()
    return recommend(windows, TARGET, samples(windows))


def test_the_target_is_met_on_days_that_nobody_searched(found: Staffing) -> None:
    windows = branch()
    fresh = rate(days(2000, 77, windows), windows, found.best.table, 600.0, Prices())
    assert found.holds
    assert max(late.value for late in fresh.late) <= 0.1
    assert found.unmet == ()


def test_it_takes_no_more_hours_than_erlang(found: Staffing) -> None:
    assert set(found.baselines) == {"SIPP", "MOL"}
    assert found.best.hours <= min(rated.hours for rated in found.baselines.values())


def test_why_and_the_whole_curve(found: Staffing) -> None:
    assert [reason.slot for reason in found.reasons] == list(range(SLOTS))
    assert any(reason.fails for reason in found.reasons)
    hours = [rated.hours for rated in found.curve]
    assert hours == sorted(hours)
    assert found.best.hours in hours
    assert found.curve[0].waited_s.value > found.curve[-1].waited_s.value
    assert found.curve[0].late_s == 900.0


def test_the_same_samples_give_the_same_answer_with_any_number_of_threads(found: Staffing) -> None:
    windows = branch()
    with ThreadPoolExecutor(2) as pool:
        again = recommend(windows, TARGET, samples(windows), each=pool.map)
    assert (again.best.table == found.best.table).all()
    assert [rated.cost for rated in again.curve] == [rated.cost for rated in found.curve]
    assert again.reasons == found.reasons


@pytest.mark.parametrize("seed", [2, 3])
def test_the_cheapest_day_is_not_dearer_than_erlangs(seed: int) -> None:
    windows = branch()
    drawn = samples(windows, seed)
    best = recommend(windows, Prices(), drawn).best
    of = drawn.verify
    costs = [
        rate(of, windows, table, 900.0, Prices()).cost.value
        for table in baselines(windows, Prices(), drawn.learn).values()
    ]
    assert rate(of, windows, best.table, 900.0, Prices()).cost.value <= min(costs)


def test_fewer_may_leave_than_the_waits_alone_would_let() -> None:
    windows = branch()
    drawn = samples(windows)
    loose, strict = (recommend(windows, Target(900.0, 0.2, left), drawn) for left in (1.0, 0.05))
    assert loose.best.left.value > 0.05 >= strict.best.left.value
    assert strict.best.hours > loose.best.hours
    assert strict.holds


def test_where_too_many_leave_even_so_that_is_said() -> None:
    windows = branch(3)
    found = recommend(windows, Target(1800.0, 0.4, 0.01), samples(windows))
    assert found.least_left is not None
    assert found.least_left > 0.01
    assert found.best.left.value <= 1.05 * found.least_left + 0.01


def test_what_cannot_be_met_is_said_and_the_rest_is_met() -> None:
    windows = branch(5, most=3)
    found = recommend(windows, TARGET, samples(windows, crowd=1.2))
    slots = {each.slot for each in found.unmet}
    assert 2 in slots
    assert len(slots) < SLOTS
    assert all(late.value <= 0.1 for slot, late in enumerate(found.best.late) if slot not in slots)
    assert found.holds
    assert (found.best.levels <= 3).all()


def test_what_is_lost_anyway_opens_no_window_in_other_half_hours() -> None:
    most = np.array([5, 5, 2, 5, 5, 5])
    windows = branch(5, most=most)
    found = recommend(windows, TARGET, samples(windows))
    assert [each.slot for each in found.unmet] == [2]
    assert found.best.levels[0] <= recommend(branch(5), TARGET, samples(branch(5))).best.levels[0]
    assert found.best.levels[1] < 5


def test_skills_are_staffed_by_window() -> None:
    windows = express_branch()
    found = recommend(windows, Target(900.0, 0.15), samples(windows, crowd=0.5))
    assert found.holds
    assert found.best.table[:, 2].all()


def test_bounds_are_kept() -> None:
    least = np.array([2, 1, 1, 1, 1, 3])
    windows = branch(5, least=least)
    levels = recommend(windows, TARGET, samples(windows, number=60)).best.levels
    assert (levels >= least).all()
