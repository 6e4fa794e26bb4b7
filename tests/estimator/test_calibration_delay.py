"""Corrections in a lobby: while one deep wait lasts, dozens of others are foreseen."""

from __future__ import annotations

from collections import deque

import numpy as np

from estimator.calibration import Calibration


def widths(ahead: int, seed: int = 3) -> list[float]:
    """How far the 80 % ranges of true quantiles reach, when each wait is known `ahead` tickets later."""
    rng = np.random.default_rng(seed)
    calibration, open_waits = Calibration((0.1, 0.5, 0.9)), deque[tuple[list[float], float]]()
    found = []
    for _ in range(1500):
        said = calibration.corrected((900.0, 1500.0, 2500.0), ahead)
        waited_s = float(np.exp(np.log(1500.0) + 0.4 * rng.normal()))
        open_waits.append((said, waited_s))
        if len(open_waits) > ahead:
            calibration.learn(*open_waits.popleft(), ahead)
        found.append(said[2] - said[0])
    return found


def test_a_late_answer_does_not_make_the_ranges_swing() -> None:
    steady, deep = np.array(widths(1)[500:]), np.array(widths(40)[500:])
    assert abs(np.median(deep) / np.median(steady) - 1) < 0.15
    assert deep.std() < 1.5 * steady.std()
