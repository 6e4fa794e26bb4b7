from __future__ import annotations

import numpy as np
import pytest

from simulations.studies.behaviour import (
    Balking,
    by_minutes,
    drawn,
    exponential_patience,
    hazard,
    lognormal,
    mean_of,
    patiences,
)

RNG = np.random.default_rng(1)
UNIFORM = RNG.random(200_000)
ALL_FIRST = np.zeros(UNIFORM.size, np.int64)


@pytest.mark.parametrize(("mean", "cv"), [(84.0, 0.6), (420.0, 0.8)])
def test_a_lognormal_has_its_mean_and_spread(mean: float, cv: float) -> None:
    table = lognormal(mean, cv)
    values = drawn([table], ALL_FIRST, UNIFORM)
    assert mean_of(table) == pytest.approx(mean)
    assert values.mean() == pytest.approx(mean, rel=0.01)
    assert values.std() / values.mean() == pytest.approx(cv, rel=0.03)


def test_each_is_drawn_from_its_own_table() -> None:
    tables = [np.array([1.0, 2.0]), np.array([10.0, 20.0])]
    values = drawn(tables, np.array([0, 1, 1]), np.array([0.5, 0.0, 0.75]))
    np.testing.assert_allclose(values, [1.5, 10.0, 17.5])


def test_a_constant_hazard_is_an_exponential_patience_also_far_out() -> None:
    values = patiences([exponential_patience(2700.0)], ALL_FIRST, UNIFORM)
    np.testing.assert_allclose(values, -2700.0 * np.log(UNIFORM), rtol=1e-9)


def test_short_patience_stays_exponential_far_out_too() -> None:
    values = patiences([exponential_patience(120.0)], ALL_FIRST, UNIFORM)
    np.testing.assert_allclose(values, -120.0 * np.log(UNIFORM), rtol=1e-9)


def test_who_never_leaves_has_endless_patience() -> None:
    patient = exponential_patience(60.0)
    tables = [np.full_like(patient, np.inf), patient]
    values = patiences(tables, np.arange(1000) % 2, RNG.random(1000))
    assert np.isinf(values[::2]).all()
    assert np.isfinite(values[1::2]).all()


def test_hazard_is_patience_the_other_way_round() -> None:
    tables = [exponential_patience(600.0), np.cumsum(np.arange(129.0)) / 10.0]
    which = np.arange(1000) % 2
    uniform = RNG.random(1000)
    np.testing.assert_allclose(
        np.exp(-hazard(tables, which, patiences(tables, which, uniform))), uniform, rtol=1e-6
    )


def test_balking_rises_with_the_wait_shown() -> None:
    longest = Balking((600.0, 1800.0), (0.1, 0.3)).longest_s(UNIFORM)
    assert (longest < 600.0).mean() == pytest.approx(0.1, abs=0.005)
    assert (longest < 1200.0).mean() == pytest.approx(0.2, abs=0.005)
    assert np.isinf(longest).mean() == pytest.approx(0.7, abs=0.005)
    assert np.isinf(Balking().longest_s(UNIFORM)).all()


def test_minutes_of_the_branch_file_are_a_table() -> None:
    table = by_minutes(60.0, 180.0, 600.0)
    assert (np.diff(table) >= 0.0).all()
    assert 170.0 < np.median(drawn([table], ALL_FIRST, UNIFORM)) < 190.0
