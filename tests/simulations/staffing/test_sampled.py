import numpy as np
import pytest

from estimator.columns import Customers
from simulations.staffing.sampled import first, run, sample, share_of

from .small_branch import SLOTS, branch, days


def people(arrivals: list[float], service_s: float, patience_s: float) -> Customers:
    size = len(arrivals)
    return Customers(
        np.array(arrivals),
        np.zeros(size, np.int64),
        np.full(size, service_s),
        np.zeros(size),
        np.full(size, patience_s),
    )


def test_waits_are_counted_where_the_customer_came() -> None:
    windows = branch(1)
    of = sample(np.array([0, 3]), people([1000.0, 1700.0, 1900.0], 900.0, 3600.0), windows)
    found = run(of, windows, windows.at_levels(windows.most), 300.0)
    assert found.arrivals[0, :2].tolist() == [2.0, 1.0]
    assert found.waited_s[0, :2].tolist() == [200.0, 900.0]
    assert found.late[0, :2].tolist() == [0.0, 1.0]
    assert found.left.sum() == 0.0
    assert found.late_share[:2].tolist() == [0.0, 1.0]


def test_who_left_waited_as_long_as_patience_lasted() -> None:
    windows = branch(1)
    of = sample(np.array([0, 2]), people([0.0, 10.0], 900.0, 400.0), windows)
    found = run(of, windows, windows.at_levels(windows.most), 300.0)
    assert found.left[0, 0] == 1.0
    assert found.waited_s[0, 0] == 400.0
    assert found.late[0, 0] == 1.0


def test_who_is_sent_away_waited_until_the_doors_shut() -> None:
    windows = branch(1, until_s=10_900.0)
    closes_s = windows.until_s
    of = sample(np.array([0, 2]), people([closes_s - 100.0, closes_s - 60.0], 900.0, np.inf), windows)
    found = run(of, windows, windows.at_levels(windows.most), 30.0)
    assert found.left[0, -1] == 1.0
    assert found.waited_s[0, -1] == 60.0


def test_who_never_comes_does_not_count() -> None:
    windows = branch(1)
    of = sample(np.array([0, 2, 3]), people([0.0, np.inf, 5.0], 60.0, 3600.0), windows)
    found = run(of, windows, windows.at_levels(windows.most), 300.0)
    assert found.arrivals.sum(axis=1).tolist() == [1.0, 1.0]
    assert found.left.sum() == 0.0
    assert first(of, 1).arrivals.tolist() == of.arrivals[:1].tolist()


def test_the_first_days_are_the_same_days() -> None:
    windows = branch()
    of = days(12, 3, windows)
    table = windows.at_levels(np.full(SLOTS, 3))
    whole, part = run(of, windows, table, 300.0), run(first(of, 5), windows, table, 300.0)
    assert (part.waited_s == whole.waited_s[:5]).all()
    assert (part.late == whole.late[:5]).all()
    assert first(of, 99) is of


def test_the_days_pace_makes_services_longer() -> None:
    windows = branch(1)
    of = sample(
        np.array([0, 2, 4]),
        people([0.0, 1.0, 0.0, 1.0], 100.0, 3600.0),
        windows,
        pace=np.array([1.0, 2.0]),
    )
    found = run(of, windows, windows.at_levels(windows.most), 300.0)
    assert found.waited_s[:, 0].tolist() == [99.0, 199.0]


def test_who_leaves_stays_as_long_as_was_said() -> None:
    windows = branch(1)
    of = sample(np.array([0, 2]), people([0.0, 0.0], 900.0, 400.0), windows, stay=np.array([9.0, 30.0]))
    found = run(of, windows, windows.at_levels(windows.most), 300.0)
    assert found.left.sum() == 1.0
    assert found.waited_s.sum() == 30.0


def test_of_nothing_the_share_is_nothing() -> None:
    assert share_of(np.zeros(3), np.zeros(3)) == (0.0, 0.0, 0.0)
    assert share_of(np.ones(3), np.full(3, 4.0)) == pytest.approx((0.25, 0.25, 0.25))
