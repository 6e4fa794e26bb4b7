from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulations.studies.demand import Demand, DemandError, Kind, learned

from .past import MONDAY, arrivals, day, days_from
from .reference import demand


def test_weekdays_that_differ_are_kept_apart_when_there_are_days_enough() -> None:
    past = arrivals(days_from(MONDAY, 70), lambda date: 400.0 if date.weekday() == 0 else 100.0, 1)
    profile = learned(past)
    assert profile.demand(0).expected.sum() == pytest.approx(400.0, rel=0.04)
    assert profile.demand(2).expected.sum() == pytest.approx(100.0, rel=0.06)
    assert profile.demand(0).days == 10
    assert profile.busyness_cv < 0.03
    np.testing.assert_allclose(profile.demand(2).expected.sum(axis=1), 25.0, rtol=0.2)


def test_weekdays_that_do_not_differ_borrow_from_each_other() -> None:
    profile = learned(arrivals(days_from(MONDAY, 14), lambda _: 100.0, 2))
    totals = [profile.demand(weekday).expected.sum() for weekday in range(7)]
    seen = [
        sum(len(one) for one in arrivals(days_from(MONDAY, 14), lambda _: 100.0, 2)[at::7]) / 2
        for at in range(7)
    ]
    assert np.std(totals) < 0.5 * np.std(seen)


def test_a_weekday_never_seen_is_the_mean_of_the_others() -> None:
    profile = learned(arrivals([MONDAY, *days_from(MONDAY + dt.timedelta(days=7), 1)], lambda _: 200.0, 3))
    assert profile.days[3] == 0
    assert profile.demand(3).expected.sum() == pytest.approx(profile.demand(None).expected.sum())


def test_busyness_is_what_varies_beyond_poisson_noise() -> None:
    rng = np.random.default_rng(4)
    factors = rng.gamma(1 / 0.2**2, 0.2**2, 400)
    dates = days_from(MONDAY, 400)
    busy = dict(zip(dates, factors, strict=True))
    assert learned(arrivals(dates, lambda date: 300.0 * busy[date], 5)).busyness_cv == pytest.approx(
        0.2, abs=0.02
    )


def test_special_days_have_factors_with_their_cases() -> None:
    past = arrivals(days_from(MONDAY, 84), lambda date: 300.0 if date.day == 10 else 150.0, 6)
    profile = learned(past, lambda one: ("payday",) if one.date.day == 10 else ())
    factor = profile.factors["payday"]
    assert factor.days == 3
    assert 1.5 < factor.value < 2.0  # drawn to 1 by two days of the ordinary sort
    ordinary, special = profile.demand(1), profile.demand(1, ["payday"])
    assert special.expected.sum() == pytest.approx(factor.value * ordinary.expected.sum())
    assert profile.demand(1, ["holiday"]).expected.sum() == ordinary.expected.sum()


def test_without_tickets_nothing_can_be_learned() -> None:
    with pytest.raises(DemandError):
        learned([])
    with pytest.raises(DemandError):
        learned([day(MONDAY, [])])


@pytest.mark.parametrize("expected", [[[1.0, 2.0]], [[-1.0]], [[np.nan]]])
def test_demand_is_one_number_each_and_not_negative(expected: list[list[float]]) -> None:
    with pytest.raises(DemandError):
        Demand((Kind("a"),), np.array(expected), 0.0)


@given(st.floats(0.01, 5.0))
def test_scaling_scales_all_or_one_business(factor: float) -> None:
    base = demand()
    np.testing.assert_allclose(base.scaled(factor).expected, factor * base.expected)
    one = base.scaled(1.0, {"b": factor})
    np.testing.assert_allclose(one.of_business("b"), factor * base.of_business("b"))
    np.testing.assert_allclose(one.of_business("a"), base.of_business("a"))


def test_a_weekday_far_from_the_others_keeps_its_level_with_few_days() -> None:
    past = arrivals(days_from(MONDAY, 21), lambda date: 1000.0 if date.weekday() < 5 else 100.0, 11)
    profile = learned(past)
    assert profile.demand(6).expected.sum() == pytest.approx(100.0, rel=0.15)
    assert profile.busyness_cv < 0.05
