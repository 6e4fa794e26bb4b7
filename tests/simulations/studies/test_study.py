from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulations.studies.behaviour import Balking, exponential_patience
from simulations.studies.compare import compared, mean_wait, variance_ratio
from simulations.studies.outcome import Outcome
from simulations.studies.scenario import Counter, Rule, Scenario
from simulations.studies.study import Stopped, study

from .reference import BUSINESSES, CLOSES, OPENS, TRUE_LATE_B, TRUE_WAITS_MIN, behaviour, reference

ALL = dict.fromkeys(BUSINESSES, 0.0)


@pytest.fixture(scope="module")
def days() -> Outcome:
    (outcome,) = study([reference()], 2000)
    return outcome


def with_one_more(base: Scenario, begins: float = OPENS, ends: float = CLOSES) -> Scenario:
    return base.with_windows([*base.windows, Counter("more", ((begins, ends),), ALL)], "one more")


def test_the_reference_day_comes_out_true(days: Outcome) -> None:
    for business, minutes in zip(BUSINESSES, TRUE_WAITS_MIN, strict=True):
        _, low, high = days.mean_wait_s(business)
        assert low < 60.0 * minutes + 0.3  # the truth is known to half a hundredth of a minute
        assert high > 60.0 * minutes - 0.3
    late = days.late_called[:, :, 1].sum() / days.called[:, :, 1].sum()
    assert late == pytest.approx(TRUE_LATE_B, abs=0.0012)


@pytest.mark.parametrize("turn_away", [None, CLOSES + 300.0])
def test_every_arrival_ends_somehow(turn_away: float | None) -> None:
    base = reference(0.15)
    shy = replace(
        behaviour(), balking=Balking((300.0,), (0.3,)), no_show_share=0.05, no_show=np.full(2, 40.0)
    )
    crowded = replace(
        base,
        demand=base.demand.scaled(1.3),
        behaviour=shy,
        rule=replace(base.rule, turn_away_s=turn_away),
    )
    (found,) = study([crowded], 60)
    ends = found.called + found.left + found.balked + found.turned_away
    np.testing.assert_array_equal(found.arrived, ends)
    for part in (found.left, found.balked, found.no_shows):
        assert part.sum() > 0.0
    assert (found.turned_away.sum() > 0.0) == (turn_away is not None)
    assert (found.late <= found.arrived).all()
    assert (found.late_called <= found.late).all()
    np.testing.assert_allclose(found.waits.sum(), found.called.sum())
    if turn_away is not None:
        assert found.overtime_s.max() < 300.0 + 3600.0 * 3


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 8), st.floats(0.3, 1.5), st.integers(0, 2**31))
def test_one_window_more_never_hurts_first_come_first_served(number: int, factor: float, seed: int) -> None:
    base = reference()
    endless = np.full_like(exponential_patience(1.0), np.inf)
    one = replace(
        base,
        demand=base.demand.scaled(factor),
        behaviour=replace(base.behaviour, patience=dict.fromkeys(BUSINESSES, endless)),
        windows=tuple(Counter(str(each), ((OPENS, CLOSES),), ALL) for each in range(number)),
        rule=Rule(OPENS, CLOSES),
    )
    before, after = study([one, with_one_more(one)], 5, seed)
    assert (after.waited_s <= before.waited_s + 1e-3).all()
    np.testing.assert_array_equal(after.called, before.called)


def test_common_customers_make_a_difference_precise() -> None:
    base = reference()
    before, after = study([base, with_one_more(base, OPENS + 5 * 1800.0, OPENS + 6 * 1800.0)], 1500)
    assert variance_ratio(before, after) > 50.0
    difference = mean_wait(before, after)
    assert difference.difference.high < 0.0
    assert difference.worse_days < 0.02


def test_the_interval_of_a_difference_is_that_of_repetitions() -> None:
    base = reference()
    pair = [base, with_one_more(base, OPENS + 4 * 1800.0, OPENS + 6 * 1800.0)]
    found = [mean_wait(*study(pair, 60, seed)).difference for seed in range(40)]
    truth = np.mean([one.value for one in found])
    held = sum(one.low <= truth <= one.high for one in found)
    assert held >= 34  # of 40 intervals of 95 %: fewer has a chance of one in a thousand
    spread = np.std([one.value for one in found], ddof=1)
    assert np.mean([one.high - one.low for one in found]) / (2 * 2.0 * spread) == pytest.approx(1.0, abs=0.3)


def test_the_same_days_whatever_the_workers_and_scenarios_beside() -> None:
    base = reference(0.1)
    alone = study([base], 230, 5, workers=1)[0]
    beside = study([with_one_more(base), base], 230, 5, workers=3)[1]
    np.testing.assert_array_equal(alone.waited_s, beside.waited_s)
    np.testing.assert_array_equal(alone.busy_s, beside.busy_s)


def test_a_scenario_against_itself_differs_in_nothing() -> None:
    base = reference()
    for each in compared(*study([base, base], 20)):
        assert each.difference.value == 0.0 or np.isnan(each.difference.value)
        assert each.worse_days == 0.0 or np.isnan(each.worse_days)


def test_busy_hours_are_those_that_were_worked(days: Outcome) -> None:
    assert days.utilisation().value == pytest.approx(0.79, abs=0.01)  # the rest of .796 is overtime
    assert all(0.3 < days.utilisation(window).value < 1.0 for window in range(6))
    assert 100.0 < days.overtime().value < 600.0


def test_a_study_can_be_stopped_between_blocks() -> None:
    told: list[int] = []
    with pytest.raises(Stopped):
        study(
            [reference()],
            1000,
            workers=1,
            progress=lambda done, _: told.append(done),
            stopped=lambda: len(told) > 1,
        )
    assert told
    assert told[-1] < 1000


def test_progress_ends_with_all_days() -> None:
    told: list[tuple[int, int]] = []
    study([reference()], 250, progress=lambda done, whole: told.append((done, whole)))
    assert told[-1] == (250, 250)


def test_a_study_has_days() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        study([reference()], 0)
