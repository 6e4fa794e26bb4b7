from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulations.studies.behaviour import lognormal
from simulations.studies.compare import compared, mean_wait, variance_ratio
from simulations.studies.controls import NONE, Controls
from simulations.studies.demand import Kind
from simulations.studies.outcome import Outcome, ratio
from simulations.studies.scenario import Counter, Scenario
from simulations.studies.study import study

from .reference import BUSINESSES, CLOSES, OPENS, reference

PLAIN = {"controls": NONE}


def one_more(base: Scenario) -> Scenario:
    more = Counter("more", ((OPENS, CLOSES),), dict.fromkeys(BUSINESSES, 0.0))
    return base.with_windows([*base.windows, more], "one more")


def varied() -> Scenario:
    """Half-hours of busy and slow days, with items, no-shows and shorter services: all that work hangs on."""
    base = reference(0.2)
    kinds = tuple(Kind(kind.business, kind.priority, 3) for kind in base.demand.kinds)
    behaviour = replace(
        base.behaviour,
        pace_cv=0.1,
        no_show_share=0.1,
        no_show=lognormal(30.0, 0.5),
        item_factors={"b": {3: 1.5}},
    )
    return replace(
        base,
        demand=replace(base.demand, kinds=kinds),
        behaviour=behaviour,
        rule=replace(base.rule, service_factor=0.9),
    )


def test_what_is_known_of_the_days_is_nothing_in_expectation() -> None:
    (found,) = study([varied()], 3000)
    values = found.controls.values
    assert values.shape == (3000, 16 + 2 + 2)
    error = values.mean(axis=0) / (values.std(axis=0) / 3000**0.5)
    assert np.abs(error).max() < 4.5


def test_a_long_day_is_told_by_few_periods() -> None:
    base = reference()
    long = replace(base.demand, expected=np.repeat(base.demand.expected, 3, axis=0)[:46] / 3)
    windows = [replace(each, hours=((OPENS, CLOSES),)) for each in base.windows]
    (found,) = study([replace(base, demand=long).with_windows(windows)], 1000)
    assert found.controls.values.shape == (1000, 16)
    error = found.controls.values.mean(axis=0) / (found.controls.values.std(axis=0) / 1000**0.5)
    assert np.abs(error).max() < 4.5


def test_with_few_days_figures_are_left_as_they_are() -> None:
    (found,) = study([reference()], 100)
    plain = replace(found, **PLAIN)
    assert found.mean_wait_s() == plain.mean_wait_s()
    assert found.overtime() == plain.overtime()


def test_a_line_is_found_and_taken_away_with_the_coefficients_of_the_other_half() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(size=(400, 3))
    errors = values @ [1.0, -2.0, 0.5] + 0.1 * rng.normal(size=400)
    cleared = Controls(values).cleared(errors)
    assert np.std(cleared) == pytest.approx(0.1, rel=0.1)
    even = np.linalg.lstsq(np.column_stack((np.ones(200), values[::2])), errors[::2], rcond=None)[0]
    np.testing.assert_allclose(cleared[1::2], errors[1::2] - values[1::2] @ even[1:])


def test_a_difference_is_that_of_the_figures_and_as_sure_as_several_times_the_days() -> None:
    before, after = study([reference(0.15), one_more(reference(0.15))], 1000)
    for each in compared(before, after):
        assert each.difference.value == pytest.approx(each.after - each.before)
    assert mean_wait(before, after).before == pytest.approx(before.mean_wait_s().value)
    assert variance_ratio(before, after) > 3.0 * variance_ratio(before, after, controlled=False)
    plain = mean_wait(replace(before, **PLAIN), replace(after, **PLAIN)).difference
    gap = mean_wait(before, after).difference
    assert 3.0 * (gap.high - gap.low) ** 2 < (plain.high - plain.low) ** 2


def part(whole: Outcome, days: slice) -> Outcome:
    """Return what came of some of the days."""
    names = ("arrived", "called", "waited_s", "late", "left", "balked", "turned_away", "overtime_s")
    return replace(
        whole,
        controls=Controls(whole.controls.values[days]),
        **{name: getattr(whole, name)[days] for name in names},
    )


def test_an_interval_of_differences_holds_the_truth_as_often_as_it_says() -> None:
    base = reference(0.15)
    short = replace(base, demand=replace(base.demand, expected=base.demand.expected[2:4]))
    size, times = 120, 300
    whole = study([short, one_more(short)], size * times)
    sums = [(one.waited_s.sum(axis=(1, 2)), one.called.sum(axis=(1, 2))) for one in whole]
    truth = ratio(*sums[1]).value - ratio(*sums[0]).value
    found = []
    for number in range(times):
        days = slice(size * number, size * (number + 1))
        found.append(mean_wait(*(part(one, days) for one in whole)).difference)
    held = [each.low <= truth <= each.high for each in found]
    assert np.mean(held) == pytest.approx(0.95, abs=0.03)
    values = np.array([each.value for each in found])
    assert abs(values.mean() - truth) < 3.0 * values.std() / times**0.5 + 0.3  # a ratio's own bias: 1/days
