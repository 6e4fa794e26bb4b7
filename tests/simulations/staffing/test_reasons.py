import numpy as np
import pytest

from simulations.staffing.goals import Limits, Prices, Target
from simulations.staffing.opening import flipped
from simulations.staffing.rated import rate
from simulations.staffing.reasons import reasons, unmet
from simulations.staffing.sampled import run

from .small_branch import SLOTS, branch, days, express_branch


def late(share: float, left: float = 1.0) -> Limits:
    return Limits(np.full(SLOTS, share), left)


def test_a_reason_is_what_happens_with_one_window_fewer() -> None:
    windows = branch()
    of = days(80, 4, windows)
    table = windows.at_levels(np.array([2, 3, 4, 4, 3, 1]))
    target = Target(600.0, 0.1)
    found = reasons(of, windows, table, target, Prices(), late(0.1))
    assert [reason.level for reason in found] == [2, 3, 4, 4, 3, 1]
    assert found[-1].window is None
    for reason in found[:-1]:
        assert reason.window is not None
        fewer = flipped(table, ((reason.slot, reason.window),))  # type: ignore[arg-type]
        share = run(of, windows, fewer, 600.0).late_share
        most = np.maximum(0.1, run(of, windows, table, 600.0).late_share) + 1e-12
        assert {failure.slot for failure in reason.fails} == set(np.flatnonzero(share > most).tolist())
        assert [failure.share for failure in reason.fails] == pytest.approx(
            [share[failure.slot] for failure in reason.fails]
        )
    assert found[2].fails


def test_with_prices_a_reason_is_what_the_day_would_cost_more() -> None:
    windows = branch()
    found = reasons(
        days(80, 4, windows),
        windows,
        windows.at_levels(np.full(SLOTS, 2)),
        Prices(),
        Prices(),
        late(1.0),
    )
    assert all(reason.fails == () and reason.cost is not None for reason in found)
    assert found[2].cost is not None
    assert found[2].cost.low > 0.0


def test_of_several_windows_the_one_missed_least_is_named() -> None:
    windows = express_branch()
    found = reasons(
        days(80, 4, windows),
        windows,
        windows.at_levels(windows.most),
        Target(300.0, 0.1),
        Prices(),
        late(0.1),
    )
    assert {reason.window for reason in found} == {1}


def test_the_nearest_half_hour_is_one_that_the_window_serves() -> None:
    """The third is next to its limit whatever happens in the last, which no window of it can help."""
    windows = branch()
    of, table = days(80, 4, windows), windows.at_levels(np.array([3, 4, 4, 5, 5, 3]))
    before = [each.value for each in rate(of, windows, table, 600.0, Prices()).late]
    allowed = Limits(np.array([1.0, 1.0, before[2] + 1e-6, 1.0, 1.0, 1.0]), 1.0)
    last = reasons(of, windows, table, Target(600.0, 0.1), Prices(), allowed)[-1]
    assert last.fails == ()
    assert last.worst is not None
    assert last.worst.slot >= SLOTS - 2  # who came before it may wait on in it
    assert last.worst.share > before[last.worst.slot]


def test_who_leaves_counts_among_what_is_missed() -> None:
    windows = express_branch()
    of, table = days(80, 4, windows), windows.at_levels(windows.most)
    target = Target(3600.0, 0.9, 0.01)
    found = reasons(of, windows, table, target, Prices(), late(0.9, 0.01))
    for reason in found:
        assert reason.window is not None
        assert reason.left_allowed >= 0.01
        others = [flipped(table, (flip,)) for flip in windows.closings(table, reason.slot)]
        left = [rate(of, windows, other, 3600.0, Prices()).left.value for other in others]
        assert reason.left_share == min(left)


def test_what_no_roster_meets_is_no_reason_for_a_window() -> None:
    windows = branch(5, most=2)
    of, target = days(80, 4, windows), Target(300.0, 0.1)
    missing = {each.slot: each.share for each in unmet(of, windows, target)}
    assert missing
    allowed = Limits(np.array([missing.get(slot, 0.1) + 0.01 for slot in range(SLOTS)]), 1.0)
    found = reasons(of, windows, windows.at_levels(windows.most), target, Prices(), allowed)
    for reason in found:
        assert all(failure.share > failure.allowed for failure in reason.fails)
    assert len(found[0].fails) < len(missing) + 1
    hopeless = max(missing, key=lambda slot: missing[slot])
    assert any(reason.worst and reason.worst.slot != hopeless for reason in found)


def test_what_cannot_be_met_is_named_with_what_would_help() -> None:
    windows = branch(5, most=2)
    of, target = days(80, 4, windows), Target(300.0, 0.1)
    found = unmet(of, windows, target)
    shares = run(of, windows, windows.at_levels(windows.most), 300.0).late_share
    assert [each.slot for each in found] == np.flatnonzero(shares > 0.1).tolist()
    assert found
    for each in found:
        assert each.share == shares[each.slot]
        assert each.wait_s > 300.0
        assert run(of, windows, windows.at_levels(windows.most), each.wait_s).late_share[each.slot] <= 0.1
        assert each.more_windows is not None


def test_what_can_be_met_is_not_named() -> None:
    windows = branch()
    assert unmet(days(40, 4, windows), windows, Target(900.0, 0.3)) == []
