from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from estimator import durations
from estimator.columns import rules
from estimator.draws import draw_calls
from estimator.patience import MEAN_S, fit

if TYPE_CHECKING:
    from collections.abc import Callable

PERCENTILES = [(60.0, 180.0, 500.0), (200.0, 400.0, 900.0), (5.0, 20.0, 90.0), (40.0, 60.0, 90.0)]


def columns(present: int, later: int, windows: int, draws: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """A line of those who are here, and two of those to come, with head starts of 90 and 300 s."""
    rng = np.random.default_rng(5)
    tickets = present + later
    known = fit(np.empty(0), np.empty(0))
    waited_s = np.sort(rng.random(present) * 900.0)[::-1]
    hazard = np.concatenate((known.hazard(waited_s), np.zeros(later)))
    return {
        "tables": np.array([durations.configured(*percentiles).table for percentiles in PERCENTILES]),
        "service_row": rng.integers(0, 2, tickets),
        "service_factor": np.ones(tickets),
        "overhead_row": np.full(tickets, 2),
        "no_show_row": 3,
        "no_show_share": 0.05,
        "patience_times": known.times_s[None],
        "patience_row": np.zeros(tickets, np.int64),
        "hazard_cells": hazard / known.step,
        "cells_per_hazard": 1.0 / known.step,
        "arrival": -waited_s,
        "later": np.concatenate(
            [np.cumsum(rng.exponential(60.0, (draws, n)), axis=1) for n in (later // 2, later - later // 2)],
            axis=1,
        ),
        "stream_start": np.array([0, later // 2, later]),
        "line": np.repeat([0, 1, 2], [present, later // 2, later - later // 2]),
        "rules": rules(np.array([0.0, 90.0, 300.0]), np.zeros((windows, 3))),
        "free_at": rng.random((windows, draws)) * 300.0,
        "stops_at": np.full(windows, inf),
        "reopens_at": np.full(windows, inf),
        "speed": np.ones((windows, draws)),
        "uniform": rng.random((draws, tickets, 2), np.float32),
        "exponential": rng.standard_exponential((draws, tickets), np.float32),
    } | more


@pytest.mark.parametrize(("present", "later", "windows"), [(12, 4, 3), (5, 0, 1), (0, 3, 2), (4, 0, 0)])
def test_the_compiled_draws_are_their_python_source_bit_for_bit(
    undecorated: Callable[..., Callable[..., Any]], present: int, later: int, windows: int
) -> None:
    given = columns(present, later, windows, 20)
    assert draw_calls(**given).tobytes() == undecorated(draw_calls)(**given).tobytes()


def test_nobody_is_called_before_a_window_is_free() -> None:
    given = columns(10, 3, 3, 200)
    calls = draw_calls(**given)
    assert (calls.min(axis=0) >= given["free_at"].min(axis=0).astype(np.float32)).all()
    assert np.isfinite(calls).all()
    assert (np.diff(calls, axis=0) >= 0.0).all()  # one line: first come, first served


def test_a_window_calls_nobody_over_its_break() -> None:
    given = columns(10, 0, 1, 200, stops_at=np.array([400.0]), reopens_at=np.array([2000.0]))
    calls = draw_calls(**given)
    assert np.isfinite(calls).all()
    assert ((calls < 400.0) | (calls >= 2000.0)).all()
    assert (calls >= 2000.0).any(axis=0).all()


def test_a_ghosts_place_costs_the_window_nothing() -> None:
    given = columns(3, 0, 1, 100, patience_row=np.array([0, -1, 0]))
    calls = draw_calls(**given)
    assert (calls[1] == calls[2]).all()


def test_patience_follows_its_hazard() -> None:
    """One who has been waiting leaves within the next t seconds with 1 - exp(-t / mean)."""
    draws, gap_s = 20_000, 900.0
    given = columns(3, 0, 1, draws, no_show_share=0.0, free_at=np.full((1, draws), gap_s))
    given["tables"] = np.full_like(given["tables"], 10.0)
    calls = draw_calls(**given)
    stayed = (calls[1] > gap_s).mean()  # the second waits for the first, if the first stayed
    assert stayed == pytest.approx(np.exp(-gap_s / MEAN_S), abs=4 * (0.25 / draws) ** 0.5)
