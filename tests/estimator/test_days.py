from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from estimator import kernel
from estimator.columns import Customers, Roster, rules, scratch
from estimator.days import run_days

if TYPE_CHECKING:
    from collections.abc import Callable

DAYS, WINDOWS, LINES = 7, 3, 4


def lobby(rosters: int) -> dict[str, Any]:
    """Days of different length, one of them empty; windows that open late, pause and close."""
    rng = np.random.default_rng(3)
    sizes = np.array([30, 0, 80, 45, 60, 1, 20])
    reluctance = np.where(rng.random((WINDOWS, LINES)) < 0.6, 0.0, rng.choice([40.0, inf], (WINDOWS, LINES)))
    hours = np.sort(rng.random((rosters, WINDOWS, 4)) * 900.0, axis=2).reshape(rosters, WINDOWS, 2, 2)
    hours[:, 0, 1, 1] = inf  # so that somebody is there in the end
    return {
        "day_start": np.concatenate(([0], np.cumsum(sizes))),
        "customers": Customers(
            arrival=np.concatenate([np.sort(rng.random(size) * 600.0) for size in sizes]),
            line=rng.integers(0, LINES, sizes.sum()),
            service=rng.exponential(30.0, sizes.sum()),
            overhead=np.full(sizes.sum(), 2.0),
            patience=rng.exponential(200.0, sizes.sum()),
        ),
        "rules": rules(np.array([0.0, 0.0, 90.0, inf]), reluctance),
        "free_at": rng.random((rosters, WINDOWS)) * 100.0,
        "opens_at": hours[..., 0].copy(),
        "closes_at": hours[..., 1].copy(),
        "speed": 0.5 + rng.random((rosters, WINDOWS)),
    }


def run(given: dict[str, Any], function: Callable[..., None] = run_days) -> tuple[np.ndarray, np.ndarray]:
    tickets = given["customers"].arrival.size
    called_at, called_by = np.full(tickets, 7.0), np.full(tickets, 7)
    function(*given.values(), called_at, called_by)
    return called_at, called_by


def test_the_compiled_days_are_their_python_source_bit_for_bit(
    undecorated: Callable[..., Callable[..., Any]],
) -> None:
    given = lobby(DAYS)
    for compiled, plain in zip(run(given), run(given, undecorated(run_days)), strict=True):
        assert compiled.tobytes() == plain.tobytes()


@pytest.mark.parametrize("rosters", [1, DAYS])
def test_each_day_runs_by_itself_with_its_roster(rosters: int) -> None:
    given = lobby(rosters)
    called_at, called_by = run(given)
    assert (called_by >= 0).mean() > 0.5
    for day in range(DAYS):
        part = slice(given["day_start"][day], given["day_start"][day + 1])
        size, which = part.stop - part.start, min(day, rosters - 1)
        at, by = np.full(size, inf), np.full(size, -1)
        kernel.run(
            Customers(*(column[part] for column in given["customers"])),
            given["rules"],
            Roster(*(given[name][which] for name in ("free_at", "opens_at", "closes_at", "speed"))),
            size,
            scratch(size, LINES, WINDOWS),
            at,
            by,
        )
        assert (at == called_at[part]).all()
        assert (by == called_by[part]).all()


def test_nobody_is_called_out_of_hours_and_each_window_serves_one_at_a_time() -> None:
    given = lobby(DAYS)
    called_at, called_by = run(given)
    for day in range(DAYS):
        for window in range(WINDOWS):
            part = np.arange(given["day_start"][day], given["day_start"][day + 1])
            mine = part[called_by[part] == window]
            mine = mine[np.argsort(called_at[mine])]
            begins = called_at[mine]
            opens_at, closes_at = given["opens_at"][day, window], given["closes_at"][day, window]
            inside = (opens_at <= begins[:, None]) & (begins[:, None] < closes_at)
            assert inside.any(axis=1).all()
            ends = begins + given["customers"].service[mine] * given["speed"][day, window] + 2.0
            assert (begins[1:] >= ends[:-1] - 1e-9).all()


def test_hours_that_touch_are_one() -> None:
    given = lobby(1) | {"opens_at": np.zeros((1, WINDOWS, 1)), "closes_at": np.full((1, WINDOWS, 1), inf)}
    slots = np.tile(np.arange(5) * 60.0, (1, WINDOWS, 1))
    split = given | {"opens_at": slots, "closes_at": np.where(slots == 240.0, inf, slots + 60.0)}
    for whole, parts in zip(run(given), run(split), strict=True):
        assert (whole == parts).all()


def test_threads_run_the_same_days() -> None:
    given = lobby(DAYS)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(run, [given, given])
    assert (first[0] == second[0]).all()
    assert (first[1] == second[1]).all()
