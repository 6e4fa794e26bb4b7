from __future__ import annotations

import json
from math import log

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from estimator.pool import Pool


def pool_of(values: list[float], *, spiky: bool = False) -> Pool:
    pool = Pool(spiky=spiky)
    for at, value in enumerate(values):
        pool.learn(float(at), log(value), teller="t")
    return pool


@given(st.lists(st.floats(0.1, 1e6), min_size=1, max_size=120), st.booleans())
def test_it_is_the_same_from_a_snapshot(values: list[float], spiky: bool) -> None:
    pool = pool_of(values, spiky=spiky)
    plain = json.loads(json.dumps(pool.to_plain()))
    restored = Pool.from_plain(plain, spiky=spiky)
    for each in (pool, restored):
        each.learn(1e4, log(200.0))
    assert restored.to_plain() == pool.to_plain()
    assert restored.observed() is not None


def test_nothing_is_set_aside_before_thirty_cases_then_all_that_came_is_judged() -> None:
    usual = [250.0, 300.0, 360.0] * 9
    pool = pool_of([*usual, 50_000.0, 300.0])
    assert (pool.seen, pool.too_long) == (29, 0)
    assert not pool.learn(30.0, log(300.0)) or pool.too_long == 1
    assert pool.examples[0].value_s == 50_000.0
    assert pool.examples[0].at == 27.0
    observed = pool.observed()
    assert observed is not None
    assert observed.values_s[-1] < 400.0


def test_limits_are_wide_enough_for_what_is_only_unusual() -> None:
    values = np.random.default_rng(1).lognormal(log(300.0), 0.6, 20_000)
    pool = pool_of(values.tolist())
    assert pool.too_long + pool.too_short <= 5


def test_short_things_are_not_forgotten_and_long_ones_not_a_wrong_press() -> None:
    pool = pool_of([10.0] * 100 + [200.0] + [900.0] * 2)
    assert pool.too_long == 2
    pool = pool_of([3_000.0] * 100 + [60.0] + [2.0])
    assert pool.too_short == 1


def test_a_report_gives_back_the_factor_that_was_taken_out() -> None:
    pool = pool_of([300.0] * 40)
    assert not pool.learn(99.0, log(20_000.0), scale=log(2.0), teller="u")
    (suspect,) = pool.examples
    assert (suspect.value_s, suspect.teller) == (40_000.0, "u")
    assert suspect.limit_s == 1630.969  # e × 300 s, twice


def test_of_a_mixture_with_a_tail_only_what_outlasts_a_working_day_is_set_aside() -> None:
    pool = pool_of([5.0] * 90 + [3_000.0] * 5 + [40_000.0], spiky=True)
    assert (pool.too_long, pool.too_short) == (1, 0)


def test_nothing_believed_is_no_distribution() -> None:
    assert Pool().observed() is None
