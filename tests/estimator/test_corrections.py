"""What is said of waits after some have ended: corrected for their depth, and still a range."""

from __future__ import annotations

from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimator.calibration import ENOUGH, SHIFT_S, Calibration
from estimator.corrections import calibrated
from estimator.estimate import Estimate, Forecast

LEVELS = (0.1, 0.5, 0.9)
TOLD = (0.2, 0.95)
PLAIN = Estimate(300.0, 1200.0, 600.0, 640.0, 240.0, 1000.0, "branch")
seconds = st.floats(0.0, 50_000.0)


def learned(*waits: tuple[float, float, float, int]) -> Calibration:
    calibration = Calibration(LEVELS)
    for low_s, high_s, happened_s, ahead in waits:
        calibration.learn((low_s, (low_s + high_s) / 2, high_s), happened_s, ahead)
    return calibration


def test_before_the_first_wait_has_ended_nothing_is_corrected() -> None:
    forecast = Forecast(waits={"T1": PLAIN, "T2": None}, waits_now={"personal": PLAIN})
    assert calibrated(forecast, Calibration(LEVELS), TOLD, {"T1": 3}, {}) is forecast
    assert calibrated(Forecast(), learned((0.0, 60.0, 90.0, 1)), TOLD, {}, {}) == Forecast()


def test_each_wait_is_corrected_for_its_depth_and_its_basis_says_so() -> None:
    calibration = learned(*[(240.0, 1000.0, 1500.0, 5)] * ENOUGH)
    forecast = Forecast(waits={"deep": PLAIN, "near": PLAIN, "never": None}, waits_now={"personal": PLAIN})
    said = calibrated(forecast, calibration, TOLD, {"deep": 5, "near": 0}, {"personal": 5})
    deep, near = said.waits["deep"], said.waits["near"]
    assert deep is not None
    assert near is not None
    assert said.waits["never"] is None
    assert (deep.basis, near.basis) == ("calibrated", "branch")
    assert deep.high_s > near.high_s > PLAIN.high_s  # all depths learn a little at once
    assert said.waits_now["personal"] == deep
    assert said.windows == forecast.windows
    exact = calibration.corrected((240.0, 600.0, 1000.0), 5)
    assert [deep.p10_s, deep.median_s, deep.p90_s] == pytest.approx(exact)


def test_what_lies_between_the_levels_is_corrected_by_its_place() -> None:
    calibration = Calibration(LEVELS)
    calibration.common = [0.0, 0.0, log(2.0)]
    assert calibration.factors((0.05, 0.7, 0.95), 0) == pytest.approx([1.0, 2.0**0.5, 2.0])


@given(
    st.lists(st.tuples(seconds, seconds, seconds, st.integers(0, 20)), max_size=60),
    st.tuples(seconds, seconds, seconds, seconds, seconds),
    st.integers(0, 20),
)
def test_it_stays_a_range_however_wrong_the_past_was(
    waits: list[tuple[float, float, float, int]],
    figures: tuple[float, float, float, float, float],
    ahead: int,
) -> None:
    p10_s, low_s, median_s, p90_s, high_s = sorted(figures)
    one = Estimate(low_s, high_s, median_s, median_s, p10_s, p90_s, "pooled")
    calibration = learned(*waits)
    said = calibrated(Forecast(waits={"T1": one}), calibration, TOLD, {"T1": ahead}, {}).waits["T1"]
    assert said is not None
    assert 0.0 <= said.low_s <= said.median_s <= said.high_s
    assert 0.0 <= said.p10_s <= said.median_s <= said.p90_s
    assert said.high_s <= (high_s + SHIFT_S) * exp(2.0) + 1e-6
    again = Calibration.from_plain(calibration.to_plain())
    assert calibrated(Forecast(waits={"T1": one}), again, TOLD, {"T1": ahead}, {}).waits["T1"] == said


def test_what_was_written_down_does_not_change_with_what_is_learned_later() -> None:
    calibration = learned((300.0, 1200.0, 1500.0, 5))
    plain = calibration.to_plain()
    before = repr(plain)
    calibration.learn((300.0, 700.0, 1200.0), 1500.0, 5)
    assert repr(plain) == before
