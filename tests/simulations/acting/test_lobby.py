from statistics import fmean, pstdev

import numpy as np
import pytest

from simulations.acting.lobby import DEMO, Lognormal


def test_a_lognormal_has_the_mean_and_the_variation_that_it_names() -> None:
    rng = np.random.default_rng(5)
    drawn = [Lognormal(285.0, 0.75).draw(rng) for _ in range(20_000)]
    assert fmean(drawn) == pytest.approx(285, rel=0.02)
    assert pstdev(drawn) / fmean(drawn) == pytest.approx(0.75, rel=0.05)


def test_a_lognormals_quantiles_are_those_of_its_draws() -> None:
    rng = np.random.default_rng(6)
    shape = Lognormal(60.0, 0.5)
    drawn = np.quantile([shape.draw(rng) for _ in range(20_000)], [0.1, 0.5, 0.9])
    assert [shape.quantile(at) for at in (-1.2816, 0, 1.2816)] == pytest.approx(drawn.tolist(), rel=0.03)


def test_the_demos_shares_are_shares() -> None:
    assert sum(habit.share for habit in DEMO.businesses.values()) == pytest.approx(1)
    for shares in (DEMO.priorities, DEMO.languages):
        assert sum(shares.values()) < 1
    assert 280 <= sum(DEMO.arrivals) <= 320


def test_the_chance_to_exceed_is_that_of_the_draws() -> None:
    rng = np.random.default_rng(7)
    shape = Lognormal(900.0, 0.7)
    drawn = np.array([shape.draw(rng) for _ in range(20_000)])
    for value in (0.0, 300.0, 900.0, 3000.0):
        assert shape.longer_than(value) == pytest.approx((drawn > value).mean(), abs=0.015)
