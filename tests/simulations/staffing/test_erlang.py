from math import exp, factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimator.columns import Customers, rules
from simulations.staffing.erlang import demand, enough, erlang_c, levels, wait_tail
from simulations.staffing.goals import Prices, Target
from simulations.staffing.opening import windows_of
from simulations.staffing.sampled import run, sample

from .small_branch import ARRIVALS, branch, days


@given(st.integers(1, 30), st.floats(0.01, 0.99))
def test_erlang_c_is_its_textbook_sum(windows: int, used: float) -> None:
    load = windows * used
    last = load**windows / factorial(windows) / (1.0 - used)
    assert erlang_c(windows, load) == pytest.approx(
        last / (sum(load**k / factorial(k) for k in range(windows)) + last), rel=1e-9
    )


def test_its_edges() -> None:
    assert erlang_c(3, 0.0) == 0.0
    assert erlang_c(3, 3.0) == 1.0
    assert wait_tail(0, 0.0, 60.0, 600.0) == 0.0
    assert wait_tail(2, 2.5, 60.0, 600.0) == 1.0
    assert wait_tail(1, 0.5, 60.0, 120.0) == pytest.approx(0.5 * exp(-1.0))


def test_the_kernel_agrees_with_erlang_where_erlang_applies() -> None:
    rng = np.random.default_rng(8)
    size, service_s, gap_s = 400_000, 180.0, 80.0
    arrival = np.cumsum(rng.exponential(gap_s, size))
    service = rng.exponential(service_s, size)
    endless = windows_of(
        rules(np.zeros(1), np.zeros((3, 1))),
        least=np.full(1, 3),
        most=np.full(1, 3),
        slot_s=float(arrival[-1]) + 1.0,
    )
    columns = Customers(arrival, np.zeros(size, np.int64), service, np.zeros(size), np.full(size, np.inf))
    of = sample(np.array([0, size]), columns, endless)
    late = run(of, endless, endless.at_levels(endless.most), 120.0).late_share[0]
    assert late == pytest.approx(wait_tail(3, service_s / gap_s, service_s, 120.0), rel=0.05)


def test_the_fewest_for_a_target_and_the_cheapest_for_prices() -> None:
    target = Target(600.0, 0.1)
    for load in (0.3, 2.2, 5.0):
        found = enough(target, load, 240.0, 1800.0, 20)
        assert wait_tail(found, load, 240.0, 600.0) <= 0.1 < wait_tail(found - 1, load, 240.0, 600.0)
    assert enough(target, 50.0, 240.0, 1800.0, 20) == 20
    assert enough(Prices(), 2.2, 240.0, 1800.0, 20) >= 3
    assert enough(Prices(), 50.0, 240.0, 1800.0, 20) == 20


def test_demand_counts_arrivals_and_the_load_that_lags_behind() -> None:
    windows = branch()
    asked = demand(days(400, 4, windows), windows)
    assert asked.arrivals == pytest.approx(ARRIVALS, rel=0.05)
    assert asked.service_s == pytest.approx(0.7 * 270.0 + 0.3 * 90.0 + 15.0, rel=0.03)
    assert asked.stationary == pytest.approx(asked.arrivals * asked.service_s / 1800.0)
    assert asked.modified[0] < asked.stationary[0]
    assert asked.modified[-1] > asked.stationary[-1]
    found = levels(Target(), asked.stationary, asked, windows)
    assert (found >= windows.least).all()
    assert (found <= windows.most).all()
