"""A month of a small branch whose truth is known, and the real January."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from app.branch.branch_file import Branch, parse
from app.history import HistoryReport, HistoryRow, branch_for, read_rows, read_table

JANUARY = Path(__file__).parents[4] / "shared" / "data" / "anonymous_bank_1999_01.csv"
ZONE = ZoneInfo("Asia/Jerusalem")
FIRST = datetime(2026, 3, 2, 9, tzinfo=ZONE)


@pytest.fixture(scope="session")
def month() -> list[HistoryRow]:
    """Twelve days, two windows, two businesses; services lognormal (a: 4 min, b: 10), wrap-ups of 20 s."""
    rng, rows = np.random.default_rng(0), []
    for day in range(12):
        for window in ("1", "2"):
            free = (FIRST + timedelta(days=day)).timestamp()
            for number in range(40):
                business = "ab"[int(rng.random() < 0.3)]
                service_s = round(float(rng.lognormal(np.log({"a": 240.0, "b": 600.0}[business]), 0.6)), 1)
                ready = free + service_s + round(float(rng.exponential(20.0)), 1)
                times = (free - 300.0, free, free, free + service_s, ready, None)
                place = (None, window, f"t{window}")
                rows.append(HistoryRow(f"{day}-{window}-{number}", business, *place, *times, "served"))
                free = ready
    return rows


@pytest.fixture(scope="session")
def branch(month: list[HistoryRow]) -> Branch:
    return parse(branch_for(month, FIRST.date() + timedelta(days=6), ZONE))


@pytest.fixture(scope="session")
def half() -> float:
    """When the first six days are over."""
    return (FIRST + timedelta(days=6, hours=-6)).timestamp()


@pytest.fixture(scope="session")
def january() -> HistoryReport:
    if not JANUARY.exists():
        pytest.skip(f"the real history is not there: {JANUARY}")
    return read_rows(read_table(JANUARY), ZONE)


@pytest.fixture(scope="session")
def january_branch(january: HistoryReport) -> Branch:
    """As known on the last day of learning."""
    tenth = datetime(1999, 1, 11, tzinfo=ZONE).timestamp()
    known = [row for row in january.rows if row.issued_at < tenth]
    return parse(branch_for(known, date(1999, 1, 10), ZONE))
