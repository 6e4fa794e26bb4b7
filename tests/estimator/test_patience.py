from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimator import patience


def test_censored_exponential_patience_is_recovered() -> None:
    rng = np.random.default_rng(0)
    would_leave, called = rng.exponential(900.0, 20_000), rng.exponential(600.0, 20_000)
    fitted = patience.fit(np.minimum(would_leave, called), (would_leave < called).astype(float))
    assert fitted.hazard(450.0) == pytest.approx(0.5, rel=0.05)
    assert fitted.hazard(1800.0) == pytest.approx(2.0, rel=0.05)


def test_before_anything_is_known_patience_is_exponential() -> None:
    fitted = patience.fit(np.empty(0), np.empty(0))
    assert fitted.hazard(patience.MEAN_S) == pytest.approx(1.0)
    assert fitted.hazard(10 * patience.MEAN_S) == pytest.approx(10.0)


@given(st.lists(st.tuples(st.floats(0.0, 7200.0), st.sampled_from([0.0, 1.0])), max_size=40))
def test_the_hazard_only_rises_and_its_table_inverts_it(seen: list[tuple[float, float]]) -> None:
    rows = np.array(seen).reshape(-1, 2)
    fitted = patience.fit(rows[:, 0], rows[:, 1])
    assert (np.diff(fitted.times_s) >= 0.0).all()
    assert np.isfinite(fitted.times_s).all()
    moments = np.linspace(0.0, 20_000.0, 50)
    assert (np.diff(fitted.hazard(moments)) >= 0.0).all()
