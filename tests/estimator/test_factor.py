from __future__ import annotations

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimator.factor import Factor, Items, Pace, Share, Spread, Word

ratios = st.lists(st.floats(-2.5, 2.5), max_size=50)


@given(ratios, st.floats(-1.0, 1.0))
def test_a_factor_lies_between_what_it_saw_and_what_it_borrows(seen: list[float], towards: float) -> None:
    factor = Factor()
    for each in seen:
        factor.learn(each)
    mean = sum(seen) / len(seen) if seen else towards
    low, high = sorted((mean, towards))
    assert low - 1e-9 <= factor.shrunk(8.0, towards) <= high + 1e-9


def test_a_factor_forgets() -> None:
    factor = Factor()
    for each in [1.0] * 1000 + [-1.0] * 2000:
        factor.learn(each)
    assert factor.shrunk(8.0) < -0.9


@given(st.lists(st.tuples(st.floats(0.0, 1e6), st.floats(-2.5, 2.5)), max_size=50))
def test_the_pace_is_never_surer_than_it_should_be(seen: list[tuple[float, float]]) -> None:
    pace = Pace()
    for at, ratio in seen:
        pace.learn(at, ratio)
    mean, spread = pace.belief(34.0)
    assert abs(mean) <= 2.5
    assert 0.0 < spread <= 0.12


@given(ratios)
def test_a_word_always_keeps_some_error(seen: list[float]) -> None:
    word = Word()
    for each in seen:
        word.learn(each)
    bias, spread = word.belief()
    assert abs(bias) <= 2.5
    assert spread > 0.0


def test_a_word_of_which_little_is_known_is_as_good_as_the_others() -> None:
    assert Word().belief((0.4, 0.2)) == pytest.approx((0.4, 0.2))


def test_where_durations_vary_much_it_takes_more_of_them_to_tell_means_apart() -> None:
    steady, wild = Spread(), Spread()
    for sign in (1.0, -1.0) * 100:
        steady.learn(0.3 * sign)
        wild.learn(1.2 * sign)
    assert steady.strength(0.2) < Spread().strength(0.2) < wild.strength(0.2)
    assert wild.strength(0.2) == pytest.approx(1.44 / 0.04, rel=0.1)


def test_a_share_starts_at_what_is_usual_and_follows() -> None:
    share = Share()
    assert share.mean(0.03, 20.0) == pytest.approx(0.03)
    for number in range(2_000):
        share.learn(hit=number % 5 == 0)
    assert share.mean(0.03, 20.0) == pytest.approx(0.2, abs=0.02)


def test_items_find_their_slope() -> None:
    items = Items()
    assert items.factor(9) == 1.0
    for number in range(400):
        items.learn(1 + number % 10, 0.8 * log(1 + number % 10))
    assert items.factor(10) / items.factor(1) == pytest.approx(10**0.8, rel=0.1)
    assert Items(*items.to_plain()) == items  # type: ignore[arg-type]
