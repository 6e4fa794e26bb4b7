import numpy as np
import pytest

from simulations.staffing.goals import Prices
from simulations.staffing.rated import difference, rate
from simulations.staffing.sampled import run

from .small_branch import SLOTS, branch, days


def test_a_rating_is_of_the_days_it_was_made_on() -> None:
    windows = branch()
    of = days(80, 4, windows)
    table = windows.at_levels(np.full(SLOTS, 3))
    rated, found = rate(of, windows, table, 300.0, Prices()), run(of, windows, table, 300.0)
    assert [late.value for late in rated.late] == pytest.approx(found.late_share.tolist())
    assert rated.left.value == pytest.approx(found.left.sum() / found.arrivals.sum())
    assert rated.hours == 9.0
    by_hand = 270.0 + (4.0 * found.left.sum() + 0.2 * found.waited_s.sum() / 60.0) / 80
    assert rated.cost.value == pytest.approx(by_hand)
    assert rated.late_all.low < rated.late_all.value < rated.late_all.high
    assert rated.levels.tolist() == [3] * SLOTS


def test_days_in_common_make_a_difference_narrow() -> None:
    windows = branch()
    of, others = days(200, 4, windows), days(200, 5, windows)
    four, five = (windows.at_levels(np.full(SLOTS, level)) for level in (4, 5))
    one, other = (rate(of, windows, table, 300.0, Prices()) for table in (four, five))
    apart = rate(others, windows, five, 300.0, Prices())
    paired, unpaired = difference(one, other), difference(one, apart)
    assert paired.hours == -3.0
    assert paired.cost.high - paired.cost.low < 0.6 * (unpaired.cost.high - unpaired.cost.low)
    assert 0.0 <= paired.worse_share <= 1.0
    assert difference(one, one).worse_share == 0.0
    assert paired.late.value == pytest.approx(one.late_all.value - other.late_all.value)
    assert paired.late.high - paired.late.low < 0.8 * (unpaired.late.high - unpaired.late.low)
