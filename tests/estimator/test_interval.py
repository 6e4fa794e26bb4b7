from __future__ import annotations

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimator.interval import Interval

durations = st.floats(0, 1e6)
intervals = st.tuples(durations, durations).map(lambda bounds: Interval(min(bounds), max(bounds)))


@pytest.mark.parametrize("bounds", [(-1.0, 2.0), (3.0, 2.0), (nan, 2.0), (1.0, nan), (-inf, 0.0)])
def test_what_is_no_interval_of_durations_is_refused(bounds: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="not an interval"):
        Interval(*bounds)


@given(intervals, durations)
def test_membership_and_width(interval: Interval, value: float) -> None:
    assert (value in interval) == (interval.low_s <= value <= interval.high_s)
    assert interval.low_s in interval
    assert interval.high_s in interval
    assert interval.width_s >= 0.0


@given(intervals, durations, durations)
def test_what_is_left_later_is_an_interval_and_later_again_the_same(
    interval: Interval, first: float, second: float
) -> None:
    left = interval.after(first)
    assert left.high_s == max(0.0, interval.high_s - first)
    assert left.after(second).low_s == pytest.approx(interval.after(first + second).low_s, abs=1e-6)


@given(intervals, intervals)
def test_containing_each_other_is_being_equal(one: Interval, other: Interval) -> None:
    assert one.contains(one)
    assert (one.contains(other) and other.contains(one)) == (one == other)
