"""A little history: some days of one line before a few windows, some of which go away for a while."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from app.history.row import HistoryRow

COLUMNS = (
    "ticket", "business", "priority", "window", "teller", "issued_at", "called_at", "started_at",
    "finished_at", "ready_at", "left_at", "outcome",
)  # fmt: skip
FIRST = datetime(2026, 3, 2, tzinfo=UTC).timestamp()
DAY_S = 86_400.0


def days(count: int, tickets: int = 110, windows: int = 3, seed: int = 1) -> list[HistoryRow]:
    """First come, first served from 9 to 15 o'clock; who waits for too long leaves."""
    rng = np.random.default_rng(seed)
    return [row for day in range(count) for row in _day(rng, day, tickets, windows)]


def _day(rng: np.random.Generator, day: int, tickets: int, windows: int) -> list[HistoryRow]:
    begins = FIRST + day * DAY_S + 9 * 3600
    free = begins + rng.random(windows) * 600
    rows = []
    for number, issued in enumerate(np.sort(begins + rng.random(tickets) * 6 * 3600).round()):
        window = int(free.argmin())
        called = float(max(issued, free[window]).round())
        ticket = f"{day}-{number:03}"
        if called - issued > rng.exponential(2400.0):
            left = float(issued + round((called - issued) * rng.random()))
            rows.append(_row(ticket, None, float(issued), None, None, left))
            continue
        finished = called + round(rng.lognormal(6.1, 0.6))
        free[window] = finished + (rng.exponential(900.0) if rng.random() < 0.1 else 5.0)
        rows.append(_row(ticket, f"w{window}", float(issued), called, finished, None))
    return rows


def _row(
    ticket: str,
    window: str | None,
    issued: float,
    called: float | None,
    finished: float | None,
    left: float | None,
) -> HistoryRow:
    outcome = "abandoned" if window is None else "served"
    return HistoryRow(
        ticket, "a", None, window, window, issued, called, called, finished, None, left, outcome
    )


def write(rows: list[HistoryRow], path: Path) -> None:
    """The rows as the contract's CSV."""
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        for row in rows:
            writer.writerow(_cell(getattr(row, name)) for name in COLUMNS)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return datetime.fromtimestamp(value, UTC).isoformat()
    return "" if value is None else str(value)
