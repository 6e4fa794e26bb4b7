from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulations.studies.behaviour import Balking
from simulations.studies.scenario import floor
from simulations.studies.traces import busyness, crowd, customers, deeds, pace

from .reference import ARRIVALS, OPENS, behaviour, demand, reference

DAYS = np.arange(400)


def test_a_crowd_is_as_expected() -> None:
    people = crowd(demand(), 1, DAYS)
    counts = np.diff(people.day_start)
    assert counts.mean() == pytest.approx(ARRIVALS.sum(), rel=0.01)
    assert counts.var() == pytest.approx(ARRIVALS.sum(), rel=0.2)
    np.testing.assert_allclose(np.bincount(people.slot) / DAYS.size, ARRIVALS, rtol=0.06)
    np.testing.assert_array_equal((people.arrival - OPENS) // 1800.0, people.slot)
    for day in range(0, 400, 50):
        own = people.arrival[people.day_start[day] : people.day_start[day + 1]]
        assert (np.diff(own) >= 0.0).all()
    assert np.unique(people.key).size == people.key.size


@settings(max_examples=20)
@given(st.floats(1.0, 2.0), st.integers(0, 2**32))
def test_more_customers_are_the_same_ones_and_some_besides(factor: float, seed: int) -> None:
    few, many = (crowd(one, seed, np.arange(3)) for one in (demand(), demand().scaled(factor)))
    at = np.flatnonzero(np.isin(many.key, few.key))
    assert at.size == few.key.size
    for column in ("arrival", "kind", "slot", "key"):
        np.testing.assert_array_equal(getattr(many, column)[at], getattr(few, column))


def test_any_block_of_days_is_made_by_itself() -> None:
    whole, part = crowd(demand(0.15), 3, np.arange(10)), crowd(demand(0.15), 3, np.arange(4, 6))
    own = slice(whole.day_start[4], whole.day_start[6])
    np.testing.assert_array_equal(whole.key[own], part.key)
    np.testing.assert_array_equal(whole.arrival[own], part.arrival)


def test_a_later_opening_leaves_the_other_half_hours_their_customers() -> None:
    late = replace(demand(), expected=demand().expected[4:], begins_s=OPENS + 4 * 1800.0)
    whole, part = crowd(demand(), 1, np.arange(2)), crowd(late, 1, np.arange(2))
    assert set(part.key.tolist()) == set(whole.key[whole.slot >= 4].tolist())


def test_busyness_and_pace_have_mean_one_and_their_spread() -> None:
    for factors in (busyness(0.15, 1, np.arange(20_000)), pace(0.15, 1, np.arange(20_000))):
        assert factors.mean() == pytest.approx(1.0, abs=0.005)
        assert factors.std() == pytest.approx(0.15, abs=0.005)
    assert (busyness(0.0, 1, DAYS) == 1.0).all()
    assert (pace(0.0, 1, DAYS) == 1.0).all()


def test_very_many_customers_are_counted_too() -> None:
    people = crowd(demand().scaled(100.0), 1, np.arange(3))
    assert np.diff(people.day_start).mean() == pytest.approx(100.0 * ARRIVALS.sum(), rel=0.01)


def test_nobody_expected_is_nobody() -> None:
    assert crowd(demand().scaled(0.0), 1, DAYS).arrival.size == 0


def test_no_shows_cost_the_window_and_are_not_served() -> None:
    people = crowd(demand(), 1, np.arange(20))
    base = reference()
    shy = replace(behaviour(), no_show_share=0.2, no_show=np.array([60.0, 60.0]))
    done = deeds(shy, base.rule, base.demand.kinds, people.kind, people.key)
    assert (~done.comes).mean() == pytest.approx(0.2, abs=0.02)
    assert (done.service[~done.comes] == 0.0).all()
    assert (done.overhead[~done.comes] == 60.0).all()
    assert (done.overhead[done.comes] == 0.0).all()


def test_wrap_up_is_shortened_saved_and_overlapped_by_calling_ahead() -> None:
    people = crowd(demand(), 1, np.arange(5))
    base = reference()
    slow = replace(
        behaviour(), walking=np.array([20.0, 20.0]), wrap_up=dict.fromkeys("abc", np.array([30.0, 30.0]))
    )

    def overhead(**rule: object) -> np.ndarray:
        changed = replace(base.rule, **rule)  # type: ignore[arg-type]
        return deeds(slow, changed, base.demand.kinds, people.kind, people.key).overhead

    assert (overhead() == 50.0).all()
    assert (overhead(call_ahead=True) == 30.0).all()
    assert (overhead(wrap_up_factor=0.5) == 35.0).all()
    saved = overhead(saved=((0.4, np.array([10.0, 10.0])),))
    assert set(saved.tolist()) == {40.0, 50.0}
    assert (saved == 40.0).mean() == pytest.approx(0.4, abs=0.03)
    assert (overhead(saved=((1.0, np.array([99.0, 99.0])),)) == 20.0).all()  # no wrap-up is less than none


def test_who_turns_away_stays_in_the_kernel_as_long_as_the_wait_it_would_accept() -> None:
    people = crowd(demand(), 1, np.arange(5))
    base = reference()
    shown = replace(behaviour(), balking=Balking((600.0,), (0.5,)))
    done = deeds(shown, base.rule, base.demand.kinds, people.kind, people.key)
    columns = customers(people, done, floor(base))
    np.testing.assert_array_equal(columns.patience, np.minimum(done.patience, done.balks))
    assert np.isinf(done.balks).mean() == pytest.approx(0.5, abs=0.03)
