from __future__ import annotations

import json
from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimator.histogram import HALF_LIFE_S, SHORTEST_S, LogHistogram

durations = st.lists(
    st.tuples(st.floats(0.0, 1e8), st.floats(log(SHORTEST_S), log(1e6))), min_size=1, max_size=60
)


def of(values: list[tuple[float, float]]) -> LogHistogram:
    histogram = LogHistogram()
    for at, log_value in values:
        histogram.learn(at, log_value)
    return histogram


@given(durations)
def test_it_is_in_order_and_finite_and_a_fold(seen: list[tuple[float, float]]) -> None:
    histogram = of(seen)
    means, weights = histogram.between(0, histogram.weights.size)
    assert (np.diff(means) >= 0.0).all()
    assert (weights > 0.0).all()
    assert np.isfinite(means).all()
    restored = LogHistogram.from_plain(json.loads(json.dumps(histogram.to_plain())))
    assert restored.to_plain() == histogram.to_plain()


def test_quantiles_are_those_of_the_values_to_two_percent() -> None:
    logs = np.random.default_rng(0).normal(log(300.0), 0.8, 5_000)
    histogram = of([(0.0, each) for each in logs])
    for probability in (0.05, 0.25, 0.5, 0.75, 0.95):
        expected = np.quantile(logs, probability)
        assert histogram.log_quantiles([probability])[0] == pytest.approx(expected, abs=0.02)


def test_what_occurs_again_and_again_is_kept_exactly() -> None:
    histogram = of([(float(second), log(7.0)) for second in range(100)])
    means, _ = histogram.between(0, histogram.weights.size)
    assert exp(means[0]) == pytest.approx(7.0, rel=1e-12)


def test_after_its_half_life_a_value_weighs_half_however_late_it_comes() -> None:
    in_order = of([(0.0, log(10.0)), (HALF_LIFE_S, log(100.0))])
    late = of([(HALF_LIFE_S, log(100.0)), (0.0, log(10.0))])
    for histogram in (in_order, late):
        assert histogram.between(0, 768)[1] == pytest.approx([0.5, 1.0])


def test_what_has_faded_is_dropped_and_nothing_has_no_quantiles() -> None:
    histogram = of([(0.0, log(10.0)), (30 * HALF_LIFE_S, log(100.0))])
    histogram.drop_faded()
    assert histogram.between(0, 768)[1].tolist() == [1.0]
    with pytest.raises(ValueError, match="nothing"):
        LogHistogram().log_quantiles([0.5])
