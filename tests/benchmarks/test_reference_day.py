"""The reference day's known answers, and SimPy's account of the same customers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from estimator.days import run_days

if TYPE_CHECKING:
    from types import ModuleType

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import reference_day  # noqa: PLC0415
    finally:
        sys.path.remove(str(BENCHMARKS))
    return reference_day


@pytest.fixture(scope="module")
def days(reference: Any) -> tuple[Any, np.ndarray, np.ndarray]:  # noqa: ANN401
    traces = reference.Traces(2000, np.random.default_rng(20261122))
    arguments = reference.kernel_arguments(traces)
    run_days(*arguments)
    return traces, *arguments[-2:]


def test_the_answers_are_the_known_ones(reference: Any, days: Any) -> None:  # noqa: ANN401
    traces, called_at, called_by = days
    served = called_by >= 0
    day = np.repeat(np.arange(traces.days), np.diff(traces.day_start))
    wait = called_at - traces.arrival
    for business, known in enumerate((0.94, 2.73, 2.71)):
        mine = served & (traces.business == business)
        by_day = np.bincount(day[mine], wait[mine]) / np.bincount(day[mine])
        assert wait[mine].mean() == pytest.approx(known, abs=4 * by_day.std() / traces.days**0.5 + 0.005)
    assert (wait[served & (traces.business == 1)] > 15.0).mean() == pytest.approx(0.0097, abs=0.002)
    busy = traces.service[served].sum() / (traces.days * reference.SLOT * sum(reference.WINDOWS))
    assert busy == pytest.approx(0.796, abs=0.005)


@pytest.mark.parametrize("engine", ["by_simpy", "by_ciw"])
def test_other_engines_call_the_same_customers_to_the_same_windows(
    reference: Any,  # noqa: ANN401
    days: Any,  # noqa: ANN401
    engine: str,
) -> None:
    traces, called_at, called_by = days
    for number in range(5):
        reference.agrees(traces, number, getattr(reference, engine)(traces.day(number)), called_at, called_by)
