from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from simulations.studies.outcome import average, errors_of_ratio, grid_of, quantile_95, ratio, together
from simulations.studies.study import study

from .reference import reference

RNG = np.random.default_rng(2)


@pytest.mark.parametrize(
    ("free", "expected"), [(1, 12.706), (2, 4.303), (3, 3.182), (10, 2.228), (30, 2.042), (10_000, 1.960)]
)
def test_students_quantile(free: int, expected: float) -> None:
    assert quantile_95(free) == pytest.approx(expected, rel=0.01)


def test_an_interval_of_means_holds_the_truth_as_often_as_it_says() -> None:
    held = [one.low <= 3.0 <= one.high for one in (average(RNG.normal(3.0, 2.0, 12)) for _ in range(2000))]
    assert np.mean(held) == pytest.approx(0.95, abs=0.015)


def test_an_interval_of_ratios_holds_the_truth_as_often_as_it_says() -> None:
    held = []
    for _ in range(1000):
        under = RNG.poisson(50.0, 60).astype(float)
        over = under * RNG.normal(2.0, 0.5, 60)
        one = ratio(over, under)
        held.append(one.low <= 2.0 <= one.high)
    assert np.mean(held) == pytest.approx(0.95, abs=0.025)


def test_errors_of_a_ratio_sum_to_nothing() -> None:
    over, under = RNG.random(20), RNG.random(20)
    assert errors_of_ratio(over, under).sum() == pytest.approx(0.0, abs=1e-12)


def test_of_one_day_it_is_not_known_how_sure_and_of_nobody_nothing() -> None:
    assert isnan(average(np.array([3.0])).low)
    assert isnan(ratio(np.array([3.0]), np.array([1.0])).high)
    assert isnan(ratio(np.zeros(3), np.zeros(3)).value)


def test_quantiles_of_waits_are_those_of_the_histogram() -> None:
    (found,) = study([reference()], 300)
    low, middle, high = found.wait_quantiles_s((0.1, 0.9, 0.99), "b")
    assert low == pytest.approx(0.0, abs=2.0)
    assert middle == pytest.approx(463.0, rel=0.08)
    assert high > middle
    assert np.isnan(found.wait_quantiles_s((0.5,), "b", 0)).sum() == 0


def test_parts_together_are_the_whole() -> None:
    (whole,) = study([reference()], 300)
    again = together([whole, whole])
    assert again.days == 600
    assert ratio(again.waited_s.sum(axis=(1, 2)), again.called.sum(axis=(1, 2))).value == pytest.approx(
        ratio(whole.waited_s.sum(axis=(1, 2)), whole.called.sum(axis=(1, 2))).value
    )
    assert again.controls.values.shape == (600, 16)
    np.testing.assert_allclose(again.waits, 2 * whole.waits)


def test_a_grid_covers_all_scenarios() -> None:
    base = reference()
    grid = grid_of([base])
    assert (grid.begins_s, grid.slots, grid.businesses) == (32_400.0, 16, ("a", "b", "c"))


def test_an_interval_of_few_days_stays_where_the_figure_can_lie() -> None:
    (found,) = study([reference()], 2)
    figures = [found.late_share(), found.lost_share(), found.utilisation(), found.late_share("c", 15)]
    assert all(0.0 <= one.low <= one.value <= one.high <= 1.0 for one in figures)
    assert min(found.mean_wait_s("c", 15).low, found.overtime().low, found.a_day(found.left).low) >= 0.0
