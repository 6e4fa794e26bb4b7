from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator import boosting
from estimator.boosting import ENOUGH, Boosting, fit

LEVELS = (0.1, 0.5, 0.9)

with_library = pytest.mark.skipif(
    not boosting.available(), reason="LightGBM, the extra `boost`, is not installed"
)


def waits(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features [N, 6], waits [N] and what the draws say of them [N, 4]: far too little when many wait."""
    line, hour = rng.integers(0, 20, count).astype(float), rng.uniform(9.0, 17.0, count)
    drawn = (60.0 + 30.0 * line)[:, None] * np.array([0.5, 0.9, 1.6, 1.0])
    happened = (60.0 + 30.0 * line) * np.where(line > 8, 2.0, 1.0) * rng.lognormal(0.0, 0.4, count)
    return np.column_stack((line, hour, drawn)), happened, drawn


def pinball(said: np.ndarray, happened: np.ndarray) -> float:
    """The mean loss of quantiles [N, 3]."""
    over = happened[:, None] - said
    return float(np.maximum(np.array(LEVELS) * over, (np.array(LEVELS) - 1.0) * over).mean())


@pytest.fixture(scope="module")
def stage() -> Boosting:
    features, happened, _ = waits(np.random.default_rng(1), 3000)
    fitted = fit(features, happened, LEVELS)
    assert fitted is not None
    return fitted


@pytest.mark.parametrize("count", [0, 1, ENOUGH - 1])
def test_of_too_few_waits_nothing_is_fitted_and_no_library_needed(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    assert fit(np.zeros((count, 2)), np.zeros(count), LEVELS) is None


def test_without_the_library_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    with pytest.raises(ImportError, match="lightgbm"):
        fit(np.zeros((ENOUGH, 2)), np.zeros(ENOUGH), LEVELS)


@with_library
def test_it_helps_where_the_draws_err(stage: Boosting) -> None:
    features, happened, drawn = waits(np.random.default_rng(2), 400)
    said = np.array([stage.said(row, each) for row, each in zip(features, drawn, strict=True)])
    assert said.shape == (400, 4)
    assert pinball(said[:, :3], happened) < 0.85 * pinball(drawn[:, :3], happened)
    assert abs((said[:, 3] - happened).mean()) < 0.7 * abs((drawn[:, 3] - happened).mean())


@with_library
def test_the_same_waits_give_the_same_stage(stage: Boosting) -> None:
    features, happened, drawn = waits(np.random.default_rng(1), 3000)
    again = fit(features, happened, LEVELS)
    assert again is not None
    for row, each in zip(features[:20], drawn[:20], strict=True):
        assert (again.said(row, each) == stage.said(row, each)).all()


@with_library
@settings(max_examples=40)
@given(
    st.lists(st.floats(-1e6, 1e6), min_size=6, max_size=6),
    st.lists(st.floats(0.0, 1e5), min_size=4, max_size=4),
)
def test_what_is_said_never_crosses_and_never_is_negative(
    stage: Boosting, features: list[float], drawn: list[float]
) -> None:
    """Whatever the features, also such as it never saw; and however the draws lie."""
    said = stage.said(np.array(features), np.array(drawn))
    assert np.isfinite(said).all()
    assert (said >= 0.0).all()
    assert (np.diff(said[:3]) >= 0.0).all()


class Always:
    """A model of which it is known what it says."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def predict(self, features: np.ndarray, num_threads: int) -> np.ndarray:
        assert num_threads == 1
        return np.full(len(features), self.seconds)


def test_both_have_a_say_and_a_crossing_is_lifted() -> None:
    stage = Boosting([Always(100.0), Always(40.0), Always(-500.0), Always(10.0)])
    said = stage.said(np.zeros(2), np.array([100.0, 100.0, 100.0, 60.0]))
    assert said.tolist() == [100.0, 100.0, 100.0, 30.0]
    assert stage.said(np.zeros(2), np.zeros(4)).tolist() == [60.0, 60.0, 60.0, 6.0]
