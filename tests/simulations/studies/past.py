"""Past days to learn from, drawn from what is known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np

from simulations.studies.past_days import PastDay

MONDAY = dt.date(2026, 11, 2)


def day(
    date: dt.date,
    issued: list[float],
    called: list[float] | None = None,
    finished: list[float] | None = None,
    *,
    left: list[float] | None = None,
    business: list[str] | None = None,
    window: list[str] | None = None,
    **more: list[float],
) -> PastDay:
    """A day of tickets; a call that is NaN: it left."""
    size = len(issued)
    unknown = np.full(size, np.nan)
    calls = unknown if called is None else np.array(called, float)
    there = ~np.isnan(calls)
    names = business or ["a"] * size
    windows = window or ["1"] * size
    return PastDay(
        date,
        tuple(names),
        ("normal",) * size,
        tuple(name if here else "" for name, here in zip(windows, there, strict=True)),
        tuple(f"t{name}" if here else "" for name, here in zip(windows, there, strict=True)),
        tuple("served" if here else "abandoned" for here in there),
        np.array(issued, float),
        calls,
        np.array(more.get("started", calls), float),
        unknown if finished is None else np.array(finished, float),
        np.array(more.get("ready", unknown), float),
        unknown if left is None else np.array(left, float),
        unknown,
    )


def arrivals(dates: list[dt.date], mean: Callable[[dt.date], float], seed: int) -> list[PastDay]:
    """Days with so many tickets on average, evenly from 9 to 11."""
    rng = np.random.default_rng(seed)
    return [
        day(date, sorted((9 * 3600 + 7200 * rng.random(rng.poisson(mean(date)))).tolist())) for date in dates
    ]


def days_from(first: dt.date, number: int) -> list[dt.date]:
    return [first + dt.timedelta(days=after) for after in range(number)]
