from __future__ import annotations

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimator.factor import Factor, Items, Pace, Word

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
    mean, spread = pace.belief()
    assert abs(mean) <= 2.5
    assert 0.0 < spread <= 0.12


@given(ratios)
def test_a_word_always_keeps_some_error(seen: list[float]) -> None:
    word = Word()
    for each in seen:
        word.learn(each)
    factor, spread = word.belief()
    assert factor > 0.0
    assert spread > 0.0


def test_items_find_their_slope() -> None:
    items = Items()
    assert items.factor(9) == 1.0
    for number in range(400):
        items.learn(1 + number % 10, 0.8 * log(1 + number % 10))
    assert items.factor(10) / items.factor(1) == pytest.approx(10**0.8, rel=0.1)
    assert Items(*items.to_plain()) == items  # type: ignore[arg-type]
