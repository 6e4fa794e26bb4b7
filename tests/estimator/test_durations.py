from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimator import durations
from estimator.durations import Durations

seconds = st.floats(0.1, 20_000)
pools = st.lists(seconds, min_size=1, max_size=60).map(lambda values: durations.observed(np.array(values)))
elapsed = st.floats(0.0, 50_000)


def sound(each: Durations) -> bool:
    return bool(
        np.isfinite(each.table).all()
        and (each.table > 0.0).all()
        and (np.diff(each.values_s) >= 0.0).all()
        and (each.weights > 0.0).all()
        and 0.0 < each.tail < 1.0
    )


@given(pools, elapsed)
def test_what_remains_is_a_distribution_whatever_has_passed(pool: Durations, passed: float) -> None:
    left = pool.remaining(passed)
    assert sound(left)
    assert left.mean_s() > 0.0


@given(pools, elapsed)
def test_what_remains_are_the_longer_ones_and_a_tail_that_weighs_four_at_most(
    pool: Durations, passed: float
) -> None:
    left = pool.remaining(passed)
    if passed == 0.0:
        assert left is pool
        return
    longer_s = pool.values_s[pool.values_s > passed] - passed
    assert np.isin(np.maximum(longer_s, 0.05), left.values_s).all()
    assert left.values_s.size == longer_s.size + 32
    assert longer_s.size < left.weight <= longer_s.size + 4.0 + 1e-9


@given(pools)
def test_a_table_lies_between_the_middles_of_the_weights_and_keeps_the_mean(pool: Durations) -> None:
    middles = np.cumsum(pool.weights) - pool.weights / 2
    expected = np.interp(durations.GRID * pool.weight, middles, pool.values_s)
    assert pool.table[:-1] == pytest.approx(expected[:-1], rel=1e-9)
    drawn_s = np.trapezoid(pool.table, durations.GRID)
    assert drawn_s == pytest.approx(pool.mean_s()) or pool.table[-1] == pool.table[-2]


@given(pools, elapsed, elapsed)
def test_survival_falls_from_one_towards_nothing(pool: Durations, one: float, other: float) -> None:
    first, last = sorted((one, other))
    assert pool.longer_than(0.0) == pytest.approx(1.0)
    assert 0.0 < pool.longer_than(last) <= pool.longer_than(first) + 1e-12


@given(pools, st.floats(1.0, 10_000), st.floats(0.01, 2.0), elapsed)
def test_a_word_leaves_a_distribution_and_draws_it_near(
    pool: Durations, told: float, spread: float, passed: float
) -> None:
    after = pool.told(told, spread)
    assert sound(after)
    assert sound(after.remaining(passed))
    mean, deviation = pool.log_moments()
    new_mean, new_deviation = after.log_moments()
    assert new_deviation <= deviation + 1e-9
    assert abs(new_mean - np.log(told)) <= abs(mean - np.log(told)) + 1e-9


def test_a_word_is_bayes_with_normals_on_the_log_scale() -> None:
    rng = np.random.default_rng(0)
    pool = durations.observed(rng.lognormal(6.0, 0.8, 2000))
    mean, deviation = pool.log_moments()
    after = pool.told(1200.0, 0.4)
    precision = 1 / deviation**2 + 1 / 0.4**2
    expected = (mean / deviation**2 + np.log(1200.0) / 0.4**2) / precision
    assert after.log_moments() == pytest.approx((expected, precision**-0.5), rel=1e-6)


def test_what_remains_of_an_exponential_is_the_same_exponential() -> None:
    pool = durations.observed(np.random.default_rng(1).exponential(300.0, 200_000))
    left = pool.remaining(400.0)
    assert left.mean_s() == pytest.approx(300.0, rel=0.03)
    assert np.interp(0.5, durations.GRID, left.table) == pytest.approx(300.0 * np.log(2), rel=0.03)


def test_beyond_the_longest_ever_seen_what_remains_grows() -> None:
    pool = durations.observed(np.random.default_rng(2).lognormal(5.0, 0.7, 500))
    longest = pool.values_s[-1]
    means = [pool.remaining(factor * longest).mean_s() for factor in (1.0, 2.0, 4.0)]
    assert means[0] < means[1] < means[2]
    assert means[0] > 0.1 * longest


def test_a_few_values_do_not_promise_an_end() -> None:
    pool = durations.observed(np.array([100.0, 110.0, 120.0]))
    left = pool.remaining(119.0)
    assert np.interp(0.8, durations.GRID, left.table) > 20.0


def test_minutes_set_down_by_hand_are_widened() -> None:
    table = durations.configured(180.0, 480.0, 1200.0).table
    p10, p50, p90 = np.interp([0.1, 0.5, 0.9], durations.GRID, table)
    assert p10 < 180.0
    assert p50 == pytest.approx(480.0, rel=0.01)
    assert p90 > 1200.0
    assert durations.configured(5.0, 5.0, 5.0).mean_s() == pytest.approx(5.0)


def test_a_mixture_weighs_its_parts() -> None:
    few, many = durations.observed(np.full(10, 10.0)), durations.observed(np.full(90, 100.0))
    assert durations.together(few, many).mean_s() == pytest.approx(91.0)
    assert durations.together(few, many.thinned(10.0)).mean_s() == pytest.approx(55.0)


def test_the_sum_of_two_has_the_sum_of_their_means_and_variances() -> None:
    rng = np.random.default_rng(3)
    one, other = (durations.observed(rng.gamma(3.0, scale, 5000)) for scale in (20.0, 10.0))
    table = durations.summed(one.table, other.table)
    drawn = durations.sampled(table, rng.random(200_000))
    assert drawn.mean() == pytest.approx(90.0, rel=0.02)
    assert drawn.std() == pytest.approx((3 * 20**2 + 3 * 10**2) ** 0.5, rel=0.05)


@given(pools, st.lists(st.floats(0.0, 1.0, exclude_max=True), min_size=1))
def test_draws_are_interpolated_quantiles(pool: Durations, uniform: list[float]) -> None:
    chance = np.array(uniform)
    expected = np.interp(chance, durations.GRID, pool.table)
    assert durations.sampled(pool.table, chance) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("share", [0.0, 0.03, 0.5, 1.0])
def test_a_mixture_is_a_table_within_the_bounds_of_its_parts(share: float) -> None:
    short, long = (durations.configured(0.5 * middle, middle, 3 * middle).table for middle in (10.0, 600.0))
    mixture = durations.mixed(short, long, share)
    assert (np.diff(mixture) >= 0.0).all()
    assert mixture.shape == short.shape
    assert short[0] <= mixture[0]
    assert mixture[-1] <= long[-1]


def test_a_mixture_has_the_mean_of_its_parts() -> None:
    short, long = (durations.configured(0.8 * middle, middle, 1.3 * middle).table for middle in (10.0, 600.0))
    assert durations.mixed(short, long, 0.1).mean() == pytest.approx(
        0.9 * short.mean() + 0.1 * long.mean(), rel=0.04
    )
    assert durations.mixed(short, long, 0.0) is short
