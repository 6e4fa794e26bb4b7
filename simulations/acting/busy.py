"""A lobby that is not the demo's, to hold estimators against: people queue twice a day, up to an hour.

Its truth is what is written here and what ``day.draw`` makes of it; the branch file's minutes are off on
purpose.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from importlib.resources import files

import numpy as np

from app.branch import branch_file
from app.branch.branch_file import Branch
from simulations.acting.day import Day, draw
from simulations.acting.lobby import (
    BusinessHabit,
    Lobby,
    Lognormal,
    PauseHabit,
    StepHabit,
    WrapUpHabit,
)

MONDAY = date(2026, 3, 2)
WORKDAYS = 5

_ENTRY = StepHabit("data_entry", 0.5, 0.05, Lognormal(140.0, 0.6))
_COPY = StepHabit("photocopy", 0.3, 0.25, Lognormal(90.0, 0.5), away_share=0.9)
_COUNT = StepHabit("cash_counting", 0.5, 0.2, Lognormal(110.0, 0.6), "machine")
_APPROVAL = StepHabit("authorisation", 0.2, 0.5, Lognormal(170.0, 0.7), "supervisor", away_share=0.1)

BUSY = Lobby(
    doors_open=time(9, 0),
    arrivals=(16, 26, 36, 33, 23, 15, 11, 10, 12, 20, 34, 35, 27, 17, 10, 5),
    businesses={
        "cash": BusinessHabit(
            0.58,
            Lognormal(320.0, 0.65),
            (replace(_ENTRY, share=0.25), _COUNT, replace(_APPROVAL, share=0.1)),
            WrapUpHabit(Lognormal(12.0, 0.6), Lognormal(75.0, 0.5), 0.25),
            transfer_share=0.01,
            transfer_to="account",
        ),
        "account": BusinessHabit(
            0.24,
            Lognormal(610.0, 0.55),
            (_ENTRY, _COPY, _APPROVAL),
            WrapUpHabit(Lognormal(15.0, 0.5), Lognormal(150.0, 0.5), 0.45),
        ),
        "company": BusinessHabit(
            0.11,
            Lognormal(430.0, 0.7),
            (_ENTRY, replace(_COUNT, share=0.4), replace(_APPROVAL, share=0.4)),
            WrapUpHabit(Lognormal(10.0, 0.5), Lognormal(200.0, 0.7), 0.5),
            further_items=1.5,
            item_share=0.3,
        ),
        "loan": BusinessHabit(
            0.07,
            Lognormal(1500.0, 0.45),
            (replace(_ENTRY, share=0.9, duration=Lognormal(420.0, 0.5)), _COPY, _APPROVAL),
            WrapUpHabit(Lognormal(25.0, 0.5), Lognormal(300.0, 0.5), 0.6),
            transfer_share=0.03,
            transfer_to="account",
        ),
    },
    tellers={"1": 0.85, "2": 1.1, "3": 1.0, "4": 0.95, "5": 1.2, "6": 0.9, "7": 1.05, "8": 1.0},
    priorities={"vip": 0.05, "elderly": 0.14},
    pauses=(
        PauseHabit("break", 0.12, Lognormal(480.0, 0.4)),
        PauseHabit("vault", 0.06, Lognormal(540.0, 0.5)),
        PauseHabit("copying", 0.08, Lognormal(180.0, 0.5)),
    ),
    busyness_cv=0.1,
    pace_cv=0.06,
    patience=Lognormal(5400.0, 0.7),
    silent_share=0.3,
    no_show_share=0.05,
    walking=Lognormal(18.0, 0.5),
    told_share=0.2,
)
"""Some 330 tickets a day, a peak at ten and one after half past two; day by day a tenth more or less."""


def branch_text() -> str:
    """The branch file."""
    return files("simulations.acting").joinpath("busy.toml").read_text(encoding="utf-8")


def branch() -> Branch:
    """The branch."""
    return branch_file.parse(branch_text(), "simulations/acting/busy.toml")


def weeks(seed: int, count: int = 2, lobby: Lobby = BUSY) -> Iterator[Day]:
    """So many weeks of workdays from ``MONDAY`` on, in order; each day has a random stream of its own."""
    own = branch()
    for week in range(count):
        for number in range(WORKDAYS):
            on = MONDAY + timedelta(weeks=week, days=number)
            yield draw(lobby, own, on, np.random.default_rng([seed, week, number]))
