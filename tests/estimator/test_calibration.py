from __future__ import annotations

import json
from itertools import pairwise
from math import exp, inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimator.calibration import DEPTHS, ENOUGH, Calibration, depth_of

LEVELS = (0.1, 0.5, 0.9)
BIAS = {0: 0.6, 1: 1.0, 3: 1.6, 10: 2.5}
"""How much longer than forecast waits are, by people ahead."""
USUAL = np.exp(np.log(300.0) + 0.5 * np.array([-1.2816, 0.0, 1.2816])).tolist()
"""The quantiles of a lognormal wait that the forecast believes in, seconds."""

SECONDS = st.floats(0.0, 1e6)
QUANTILES = st.lists(SECONDS, min_size=3, max_size=3).map(sorted)
PEOPLE = st.integers(0, 30)
WAITS = st.lists(st.tuples(QUANTILES, SECONDS, PEOPLE, SECONDS, st.floats(0.0, 5.0)), max_size=60)


NEAR = np.array([0.02, 0.04, 0.02])
"""The middle follows more slowly than the ends."""


def after(waits: list[tuple[list[float], float, int, float, float]]) -> Calibration:
    made = Calibration(LEVELS)
    for quantiles, happened_s, ahead, mean_s, weight in waits:
        said = made.corrected(quantiles, ahead)
        made.learn(said, happened_s, ahead, mean_s=mean_s, weight=weight)
    return made


def followed(made: Calibration, waits: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    """Predict, then learn; whether each wait was within each quantile [N, levels]."""
    within = []
    for happened_s, people in zip(waits.tolist(), ahead.tolist(), strict=True):
        said = made.corrected(USUAL, people)
        within.append([happened_s <= each for each in said])
        made.learn(said, happened_s, people)
    return np.array(within)


def biased(rng: np.random.Generator, ahead: np.ndarray, change: float = 1.0) -> np.ndarray:
    factors = np.array([BIAS[people] for people in ahead.tolist()])
    return np.asarray(change * factors * rng.lognormal(np.log(300.0), 0.7, ahead.size))


def test_depths_begin_where_they_say() -> None:
    assert depth_of(0) == 0
    assert [depth_of(begins) for begins in DEPTHS] == list(range(1, len(DEPTHS) + 1))
    assert [depth_of(begins - 1) for begins in DEPTHS] == list(range(len(DEPTHS)))


def test_each_quantile_keeps_its_word_at_each_depth_whatever_the_forecast_gets_wrong() -> None:
    rng = np.random.default_rng(1)
    ahead = rng.choice(list(BIAS), 12_000)
    within = followed(Calibration(LEVELS), biased(rng, ahead), ahead)
    for people in BIAS:
        share = within[ahead == people][1500:].mean(axis=0)
        assert np.all(np.abs(share - LEVELS) <= NEAR), people


def test_it_keeps_it_when_the_branch_changes() -> None:
    rng = np.random.default_rng(2)
    ahead = rng.choice(list(BIAS), 16_000)
    waits = biased(rng, ahead)
    waits[8_000:] *= 0.4
    within = followed(Calibration(LEVELS), waits, ahead)
    for people, later, near in ((0, 300, NEAR), (1, 300, NEAR), (3, 300, NEAR), (10, 600, 2 * NEAR)):
        changed = within[8_000:][ahead[8_000:] == people]  # a deep wait counts less: there it takes longer
        assert np.all(np.abs(changed[later:].mean(axis=0) - LEVELS) <= 1.25 * near), people


def test_the_first_waits_already_teach_all_depths_something() -> None:
    rng, made = np.random.default_rng(3), Calibration(LEVELS)
    followed(made, biased(rng, np.full(200, 10)), np.full(200, 10))
    assert made.corrected(USUAL, 10) > made.corrected(USUAL, 0) > USUAL
    assert made.knows(10)
    assert not made.knows(0)


def test_what_shallow_waits_get_wrong_does_not_stay_with_the_deep_ones() -> None:
    """The shallow are many and said far too long; the deep, few and right, must hardly suffer for it."""
    rng, made = np.random.default_rng(6), Calibration(LEVELS)
    within = []
    for _ in range(400):
        for _ in range(9):
            made.learn(made.corrected(USUAL, 0), float(rng.lognormal(np.log(100.0), 0.5)), 0)
        happened_s = float(rng.lognormal(np.log(300.0), 0.5))
        said = made.corrected(USUAL, 30)
        within.append([happened_s <= each for each in said])
        made.learn(said, happened_s, 30)
    assert np.all(np.abs(np.mean(within, axis=0) - LEVELS) <= [0.06, 0.21, 0.11])


def test_it_counts_a_depth_as_known_after_enough_waits() -> None:
    made = Calibration(LEVELS)
    for seen in range(ENOUGH):
        assert made.knows(2) == (seen >= ENOUGH)
        made.learn(USUAL, 100.0, 2)
    assert made.knows(2)
    assert not made.knows(3)


def test_the_mean_loses_its_bias_and_no_single_wait_carries_it_off() -> None:
    rng, made = np.random.default_rng(4), Calibration(LEVELS)
    said = []
    for happened_s in rng.normal(400.0, 60.0, 3000).tolist():
        said.append(made.corrected_mean_s(300.0, 2))
        made.learn(USUAL, happened_s, 2, mean_s=said[-1])
    assert np.mean(said[500:]) == pytest.approx(400.0, abs=5.0)
    assert made.corrected_mean_s(300.0, 5) == 300.0
    before = made.corrected_mean_s(300.0, 2)
    made.learn(USUAL, 1e9, 2, mean_s=before)
    assert made.corrected_mean_s(300.0, 2) - before <= 3.0


def test_a_wait_that_stands_for_several_counts_as_so_many() -> None:
    """Half the waits are long, and each of these stands for three."""
    rng, made = np.random.default_rng(5), Calibration(LEVELS)
    beyond, total = np.zeros(3), 0.0
    for number in range(8000):
        long = rng.random() < 0.5
        happened_s = float(rng.uniform(500.0, 700.0) if long else rng.uniform(100.0, 500.0))
        weight = 3.0 if long else 1.0
        said = made.corrected(USUAL, 4)
        if number >= 1000:
            beyond += weight * (happened_s > np.array(said))
            total += weight
        made.learn(said, happened_s, 4, weight=weight)
    assert beyond / total == pytest.approx(1.0 - np.array(LEVELS), abs=0.02)


def test_what_weighs_nothing_moves_nothing() -> None:
    made = Calibration(LEVELS)
    made.learn(USUAL, 1e4, 2, mean_s=300.0, weight=0.0)
    assert made.corrected(USUAL, 2) == pytest.approx(USUAL)
    assert made.corrected_mean_s(300.0, 2) == 300.0


def test_without_waits_it_says_what_it_is_given() -> None:
    made = Calibration(LEVELS)
    assert made.corrected(USUAL, 0) == pytest.approx(USUAL)
    assert made.corrected_mean_s(123.0, 40) == 123.0
    assert Calibration(()).corrected([], 3) == []
    assert Calibration(()).factors((0.5, 0.9), 3) == [1.0, 1.0]


def test_who_is_over_without_waiting_is_told_no_wait_in_time() -> None:
    made = Calibration(LEVELS)
    for _ in range(3000):
        made.learn(made.corrected(USUAL, 0), 0.0, 0)
    assert made.corrected([0.0, 1.0, 5.0], 0)[:2] == [0.0, 0.0]


@pytest.mark.parametrize("happened_s", [-1.0, nan, inf])
def test_what_is_no_wait_is_refused_and_changes_nothing(happened_s: float) -> None:
    made = after([([10.0, 20.0, 30.0], 25.0, 1, 20.0, 1.0)])
    before = json.dumps(made.to_plain())
    with pytest.raises(ValueError, match="not a wait"):
        made.learn(USUAL, happened_s, 0)
    assert json.dumps(made.to_plain()) == before


@pytest.mark.parametrize("levels", [(0.0, 0.5), (0.5, 1.0), (0.9, 0.1), (nan,)])
def test_levels_that_are_none_are_refused(levels: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="not levels"):
        Calibration(levels)


def test_as_many_quantiles_as_levels() -> None:
    made = Calibration(LEVELS)
    before = json.dumps(made.to_plain())
    with pytest.raises(ValueError, match="argument"):
        made.corrected([1.0], 0)
    with pytest.raises(ValueError, match="argument"):
        made.learn([1.0, 2.0], 3.0, 0)
    assert json.dumps(made.to_plain()) == before


@given(WAITS, QUANTILES, PEOPLE)
def test_what_is_said_never_crosses_never_is_negative_and_is_bounded(
    waits: list[tuple[list[float], float, int, float, float]], quantiles: list[float], ahead: int
) -> None:
    made = after(waits)
    said = made.corrected(quantiles, ahead)
    assert all(0.0 <= low <= high for low, high in pairwise(said))
    assert said[-1] <= (quantiles[-1] + 30.0) * exp(4.0)
    assert made.corrected_mean_s(0.0, ahead) >= 0.0


@given(WAITS, WAITS)
def test_what_was_kept_goes_on_as_if_it_never_had_been(
    first: list[tuple[list[float], float, int, float, float]],
    then: list[tuple[list[float], float, int, float, float]],
) -> None:
    made = after(first)
    kept = json.dumps(made.to_plain())
    again = Calibration.from_plain(json.loads(kept))
    assert json.dumps(again.to_plain()) == kept
    for each in (made, again):
        for quantiles, happened_s, ahead, mean_s, weight in then:
            said = each.corrected(quantiles, ahead)
            each.learn(said, happened_s, ahead, mean_s=mean_s, weight=weight)
    assert again.to_plain() == made.to_plain()


def test_what_was_kept_stays_as_it_was() -> None:
    """A snapshot may be written while more is learned."""
    made = Calibration(LEVELS)
    kept = made.to_plain()
    before = json.dumps(kept)
    again = Calibration.from_plain(kept)
    for each in (made, again):
        each.learn(USUAL, 1e4, 3, mean_s=1.0)
    assert json.dumps(kept) == before


def test_it_learns_of_what_was_said_and_changes_nothing_said_before() -> None:
    """The correction moves by the miss of what was said, not of what would be said now."""
    made, other = Calibration(LEVELS), Calibration(LEVELS)
    said = made.corrected(USUAL, 3)
    as_said = list(said)
    made.learn(USUAL, 5000.0, 3)
    assert said == as_said
    assert made.corrected(USUAL, 3) > said
    other.learn([6000.0] * 3, 5000.0, 3)
    assert other.corrected(USUAL, 3) < said


@pytest.mark.parametrize(
    ("said", "mean_s", "weight"),
    [((nan, 1.0, 2.0), None, 1.0), ((1.0, 2.0, inf), None, 1.0), (USUAL, nan, 1.0), (USUAL, 1.0, nan),
     (USUAL, 1.0, -1.0)],
)  # fmt: skip
def test_what_is_no_figure_is_refused_and_changes_nothing(
    said: list[float], mean_s: float | None, weight: float
) -> None:
    """A weight that is none would have moved every correction as far as it goes, for good."""
    made = after([([10.0, 20.0, 30.0], 25.0, 1, 20.0, 1.0)])
    before = json.dumps(made.to_plain())
    with pytest.raises(ValueError, match="not figures"):
        made.learn(said, 25.0, 0, mean_s=mean_s, weight=weight)
    assert json.dumps(made.to_plain()) == before
