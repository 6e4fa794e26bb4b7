from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np
import pytest

from simulations.studies.demand import Kind
from simulations.studies.problems import ScenarioError
from simulations.studies.scenario import Counter, Rule, floor, reluctances

from .reference import BUSINESSES, CLOSES, OPENS, WINDOWS, reference


def test_the_reference_day_has_its_windows_and_hours() -> None:
    base = reference()
    np.testing.assert_array_equal(base.open_windows(), WINDOWS)
    assert base.window_hours == sum(WINDOWS) / 2


def test_kinds_that_nothing_tells_apart_stand_in_one_line() -> None:
    columns = floor(reference())
    np.testing.assert_array_equal(columns.line_of, [0, 1, 2, 3, 2, 3])  # the express window tells a from b, c
    np.testing.assert_array_equal(columns.rules.head_start, [0.0, inf, 0.0, inf])


def test_an_express_window_takes_what_is_expected_to_be_short_whatever_it_is_called() -> None:
    base = reference()
    express = Counter("0", ((OPENS, CLOSES),), dict.fromkeys(BUSINESSES, 0.0), express_s=240.0)
    takes = np.isfinite(reluctances(base.with_windows([express, *base.windows[1:]])))[0]
    assert takes.tolist() == [True, True, True, True, False, False]  # 84 s and 216 s, but not 420 s


def test_the_express_rule_goes_by_items_too() -> None:
    base = reference()
    kinds = (Kind("b", "normal", 1), Kind("b", "normal", 10), Kind("a"))
    few = replace(
        base,
        demand=replace(base.demand, kinds=kinds, expected=base.demand.expected[:, :3]),
        behaviour=replace(base.behaviour, item_factors={"b": {1: 0.6, 10: 3.0}}),
        windows=(
            Counter("1", ((OPENS, CLOSES),), dict.fromkeys(BUSINESSES, 0.0), express_s=240.0),
            Counter("2", ((OPENS, CLOSES),), dict.fromkeys(BUSINESSES, 0.0)),
        ),
    )
    assert np.isfinite(reluctances(few))[0].tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("turn_away_s", "closes"),
    [(None, inf), (CLOSES + 600.0, CLOSES + 600.0)],
)
def test_a_window_open_at_closing_goes_on_as_the_rule_says(turn_away_s: float | None, closes: float) -> None:
    base = reference()
    columns = floor(replace(base, rule=Rule(OPENS, CLOSES, turn_away_s)))
    last = [spells[np.isfinite(spells)].max(initial=0.0) for spells in columns.closes_at[0]]
    if turn_away_s is None:
        assert np.isinf(columns.closes_at[0][:3, 0]).all()
    else:
        assert last[:3] == [closes] * 3
    assert last[5] == OPENS + 14 * 1800.0 - 1800.0  # the sixth went home before
    np.testing.assert_allclose(columns.staffed_s.sum(), base.window_hours * 3600.0)


def test_a_business_without_a_window_is_named_with_what_is_lost() -> None:
    base = reference()
    with pytest.raises(ScenarioError, match="no open window ever takes 'c', for which 90 customers a day"):
        base.with_windows([replace(each, reluctance={"a": 0.0, "b": 0.0}) for each in base.windows])


def test_no_window_at_all_is_said() -> None:
    base = reference()
    with pytest.raises(ScenarioError, match="no window is ever open"):
        base.with_windows([replace(each, hours=()) for each in base.windows])


def test_closing_before_opening_is_said() -> None:
    with pytest.raises(ScenarioError, match="closing at 09:00 is not after opening at 17:00"):
        replace(reference(), rule=Rule(CLOSES, OPENS))
