"""A past that a study can learn from: two windows, three weeks, and scenario files beside it."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from app.history.table import COLUMNS
from app.studies.advising import Advice, advise
from simulations.staffing.goals import Target

BRANCH = """
[branch]
id = "small"
names = "Small"
timezone = "Asia/Shanghai"
languages = ["en"]
[[business]]
id = "personal"
prefix = "A"
names = "Personal"
minutes = [1, 3, 8]
[[business]]
id = "corporate"
prefix = "B"
names = "Corporate"
minutes = [2, 6, 15]
[[window]]
id = "1"
businesses = ["personal"]
[[window]]
id = "2"
businesses = ["personal", "corporate"]
[[window]]
id = "3"
businesses = ["personal", "corporate"]
[priority.vip]
head_start_s = 300
names = "VIP"
"""
FIRST = dt.datetime(2026, 10, 19, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def rows(days: int, seed: int) -> list[dict[str, str]]:
    """Windows 2 and 3 from nine to three; who waits more than 25 minutes leaves after five."""
    rng = np.random.default_rng(seed)
    made = []
    for number in range(days):
        opens = FIRST + dt.timedelta(days=number)
        if opens.weekday() >= 5:
            continue
        free = {"2": 0.0, "3": 0.0}
        issued = np.sort(rng.random(rng.poisson(120)) * 6 * 3600.0)
        for ticket, at in enumerate(issued.tolist()):
            business = "corporate" if rng.random() < 0.2 else "personal"
            service = float(rng.lognormal(np.log(300.0 if business == "corporate" else 160.0), 0.5))
            window = min(free, key=lambda one: free[one])
            called = max(at, free[window])
            row = dict.fromkeys(COLUMNS, "") | {
                "ticket": f"{opens:%m%d}-{ticket}",
                "business": business,
                "issued_at": moment(opens, at),
            }
            if called - at > 1500.0:
                row |= {"left_at": moment(opens, at + 300.0), "outcome": "abandoned"}
            else:
                done = called + 10.0 + service
                free[window] = done + float(rng.exponential(15.0))
                row |= {
                    "window": window,
                    "teller": f"T{window}",
                    "called_at": moment(opens, called),
                    "started_at": moment(opens, called + 10.0),
                    "finished_at": moment(opens, done),
                    "ready_at": moment(opens, free[window]),
                    "outcome": "served",
                }
            made.append(row)
    return made


def moment(opens: dt.datetime, after_s: float) -> str:
    return (opens + dt.timedelta(seconds=after_s)).isoformat(timespec="milliseconds")


@pytest.fixture(scope="session")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``small.toml``, ``past.csv`` and the scenarios ``now`` and ``more``."""
    folder = tmp_path_factory.mktemp("studies")
    (folder / "small.toml").write_text(BRANCH)
    with (folder / "past.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows(24, 1))
    head = 'branch = "small.toml"\nhistory = "past.csv"\nweekday = "tuesday"\n'
    (folder / "now.toml").write_text(f'name = "as now"\n{head}')
    third = "[staffing]\nwindows = [3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3]\n"
    (folder / "more.toml").write_text(f'name = "a third window"\nopens = "09:00"\n{head}{third}')
    return folder


@pytest.fixture(scope="session")
def advice(past: Path) -> Advice:
    """What is recommended for the scenario ``now``, with six tellers and two days."""
    path = past / "asked.toml"
    crew = '[[roster.crew]]\nname = "tellers"\nmost = 6\n'
    days = "[roster]\nfrom = 2026-11-23\ndays = 2\nduty = []\n"
    path.write_text((past / "now.toml").read_text() + days + crew)
    return advise(path, Target(600.0, 0.2, 0.2))
