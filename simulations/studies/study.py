"""Runs scenarios over many days, the same days for each, in blocks that can be stopped between."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from estimator.days import run_days
from simulations.studies.controls import controls
from simulations.studies.outcome import Grid, Outcome, grid_of, tallied, together
from simulations.studies.scenario import Floor, Scenario, floor
from simulations.studies.traces import Crowd, Deeds, busyness, crowd, customers, deeds, pace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from estimator.columns import Floats, Ints

__all__ = ["Progress", "Stopped", "called", "study"]

_BLOCK = 100  # days: a few milliseconds of one core

Progress: TypeAlias = "Callable[[int, int], None]"
"""Told after each block how many days are done, and of how many."""


class Stopped(Exception):
    """The study was stopped before it was done."""


def study(
    scenarios: Sequence[Scenario],
    days: int,
    seed: int = 1,
    *,
    workers: int = 2,
    progress: Progress | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> list[Outcome]:
    """Return what comes of each scenario on `days` days, which are the same for any number of workers.

    Errors: `Stopped` as soon as `stopped` says so; ValueError without days.
    """
    if days < 1:
        raise ValueError("a study needs at least one day")
    floors = [floor(scenario) for scenario in scenarios]
    grid = grid_of(scenarios)
    blocks = [np.arange(first, min(first + _BLOCK, days)) for first in range(0, days, _BLOCK)]
    parts: list[list[Outcome]] = [[] for _ in blocks]

    def work(number: int) -> int:
        if stopped():
            raise Stopped
        parts[number] = _block(scenarios, floors, grid, seed, blocks[number])
        return blocks[number].size

    done = 0
    with ThreadPoolExecutor(workers) as pool:
        futures: list[Future[int]] = [pool.submit(work, number) for number in range(len(blocks))]
        try:
            for future in as_completed(futures):
                done += future.result()
                if progress:
                    progress(done, days)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return [together(each) for each in zip(*parts, strict=True)]


def _block(
    scenarios: Sequence[Scenario], floors: Sequence[Floor], grid: Grid, seed: int, days: Ints
) -> list[Outcome]:
    """Run the scenarios on these days; what scenarios share is made once."""
    crowds: dict[int, Crowd] = {}
    done: dict[tuple[int, int, object], Deeds] = {}
    result = []
    for scenario, columns in zip(scenarios, floors, strict=True):
        if id(scenario.demand) not in crowds:
            crowds[id(scenario.demand)] = crowd(scenario.demand, seed, days)
        people = crowds[id(scenario.demand)]
        rule = scenario.rule
        key = (
            id(scenario.demand),
            id(scenario.behaviour),
            (rule.call_ahead, rule.wrap_up_factor, rule.service_factor, id(rule.saved)),
        )
        if key not in done:
            done[key] = deeds(scenario.behaviour, rule, scenario.demand.kinds, people.kind, people.key)
        paces = pace(scenario.behaviour.pace_cv, seed, days)
        calls = called(people, done[key], columns, paces)
        outcome = tallied(scenario, columns, grid, people, done[key], paces, *calls)
        busy = busyness(scenario.demand.busyness_cv, seed, days)
        result.append(replace(outcome, controls=controls(scenario, people, done[key], busy, paces)))
    return result


def called(people: Crowd, deeds_: Deeds, columns: Floor, paces: Floats) -> tuple[Floats, Ints]:
    """Return when each customer [N] is called and by which window, as `run_days` has it; `paces` [D]."""
    called_at, called_by = np.empty(people.arrival.size), np.empty(people.arrival.size, np.int64)
    run_days(
        people.day_start,
        customers(people, deeds_, columns),
        columns.rules,
        columns.free_at,
        columns.opens_at,
        columns.closes_at,
        columns.speed * paces[:, None],
        called_at,
        called_by,
    )
    return called_at, called_by
