from __future__ import annotations

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulations.studies.hours import Spells, clock, columns, cut, joined, lasting, seconds, slots

SPELLS = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=8).map(
    lambda pairs: [(float(a), float(b)) for a, b in pairs]
)


def inside(spells: Spells | list[tuple[float, float]], at: float) -> bool:
    return any(begins <= at < ends for begins, ends in spells)


@given(SPELLS)
def test_joined_spells_hold_the_same_moments_in_order_and_apart(spells: list[tuple[float, float]]) -> None:
    result = joined(spells)
    for at in range(51):
        assert inside(result, at) == inside(spells, at)
    edges = [edge for spell in result for edge in spell]
    assert edges == sorted(set(edges))


@given(SPELLS, SPELLS)
def test_what_is_cut_away_is_gone_and_nothing_else(
    spells: list[tuple[float, float]], away: list[tuple[float, float]]
) -> None:
    result = cut(spells, away)
    for at in range(51):
        assert inside(result, at) == (inside(spells, at) and not inside(away, at))


def test_slots_that_touch_are_one_spell() -> None:
    assert slots([True, True, False, True], 100.0, 10.0) == ((100.0, 120.0), (130.0, 140.0))


def test_columns_are_padded_with_never() -> None:
    opens_at, closes_at = columns([((1.0, 2.0), (3.0, 4.0)), (), ((5.0, inf),)])
    np.testing.assert_array_equal(opens_at, [[1, 3], [inf, inf], [5, inf]])
    np.testing.assert_array_equal(closes_at, [[2, 4], [inf, inf], [inf, inf]])
    assert columns([()])[0].shape == (1, 1)


def test_how_long_spells_last_up_to_a_moment() -> None:
    assert lasting(((0.0, 10.0), (20.0, inf)), 25.0) == 15.0
    assert lasting(()) == 0.0


@given(st.integers(0, 2880))
def test_a_moment_is_read_as_it_is_written(minutes: int) -> None:
    assert seconds(clock(60.0 * minutes)) == 60.0 * minutes


@pytest.mark.parametrize("text", ["9", "9:5", "9:60", "48:01", "-1:00", "noon", "", ":"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=text or "^$"):
        seconds(text)


def test_the_end_has_no_clock() -> None:
    assert clock(inf) == "the end"
