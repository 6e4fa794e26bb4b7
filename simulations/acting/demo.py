"""The demo's branch, its days and its past, by seed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from importlib.resources import files

import numpy as np

from app.branch import branch_file
from app.branch.branch_file import Branch
from simulations.acting.day import Day, draw
from simulations.acting.lobby import DEMO

SEED = 2026
PAST_DAYS = 15
BEGINS = time(10, 10)
"""Where the demo enters its first day: at the morning's peak, one window late and one on branch work."""
_PLAYED, _PAST = 0, 1
_SATURDAY = 5


def branch_text() -> str:
    """The demo's branch file."""
    return files("simulations.acting").joinpath("demo.toml").read_text(encoding="utf-8")


def branch() -> Branch:
    """The demo's branch."""
    return branch_file.parse(branch_text(), "simulations/acting/demo.toml")


def day(on: date, number: int = 0, seed: int = SEED) -> Day:
    """The ``number``-th day that the demo plays, put on a date: the same whatever the date."""
    return draw(DEMO, branch(), on, np.random.default_rng([seed, _PLAYED, number]))


def begins_at(played: Day) -> float:
    """``BEGINS`` on a day, in epoch seconds."""
    return datetime.combine(played.date, BEGINS, branch().zone).timestamp()


def past(before: date, days: int = PAST_DAYS, seed: int = SEED) -> Iterator[Day]:
    """So many workdays before a date, oldest first; none of them is ever played."""
    own = branch()
    for number, on in reversed(list(enumerate(_workdays(before, days)))):
        yield draw(DEMO, own, on, np.random.default_rng([seed, _PAST, number]))


def _workdays(before: date, days: int) -> list[date]:
    """Mondays to Fridays before a date, latest first."""
    found: list[date] = []
    on = before
    while len(found) < days:
        on -= timedelta(days=1)
        if on.weekday() < _SATURDAY:
            found.append(on)
    return found
