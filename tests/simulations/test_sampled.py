import numpy as np
import pytest

from estimator.columns import Customers
from simulations.sampled import first, mean_of, ratio_of, run, sample

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
    windows = branch(1, serve_all=False)
    closes_s = windows.closes_s
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


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(5)
    inside = 0
    for _ in range(400):
        crowd = rng.poisson(rng.gamma(9.0, 11.0, 60)).astype(float)
        late = rng.binomial(crowd.astype(int), np.clip(crowd / 500.0, 0, 1)).astype(float)
        truth = (
            (99.0 + 9.0 * 121.0 + 99.0**2) / 500.0 / 99.0
        )  # of a Poisson with gamma mean: E[n²] / 500 / E[n]
        found = ratio_of(late, crowd)
        inside += found.low <= truth <= found.high
    assert 0.90 < inside / 400 < 0.99
    assert mean_of(np.array([1.0, 3.0])).value == 2.0
    assert mean_of(np.array([1.0])).high == np.inf
    assert ratio_of(np.zeros(3), np.zeros(3)) == (0.0, 0.0, 0.0)
    assert ratio_of(np.ones(3), np.full(3, 4.0)) == pytest.approx((0.25, 0.25, 0.25))
