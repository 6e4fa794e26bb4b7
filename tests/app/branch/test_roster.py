"""The plan of the day, and what it says of a window of which nobody else says anything."""

from __future__ import annotations

from math import inf

import pytest

from app.branch import roster
from app.branch.branch_file import parse

from .branches import T0, TEXT

HOUR = 3600.0
BRANCH = parse(
    TEXT
    + """
[roster]
opening = [
  { window = "1", from = "09:00", to = "17:00" },
  { window = "2", from = "09:00", to = "11:00" },
  { window = "2", from = "13:00", to = "15:00" },
]
break = [{ window = "1", from = "12:00", to = "12:45" }]
back_office = [{ window = "1", from = "10:00", to = "10:30" }]
"""
)


def test_a_window_is_away_between_its_openings_and_within_them() -> None:
    assert roster.absences(BRANCH, "1", T0) == [
        (T0 + HOUR, T0 + 1.5 * HOUR),
        (T0 + 3 * HOUR, T0 + 3.75 * HOUR),
    ]
    assert roster.absences(BRANCH, "2", T0) == [(T0 + 2 * HOUR, T0 + 4 * HOUR), (T0 + 6 * HOUR, inf)]
    assert roster.absences(BRANCH, "nowhere", T0) == []
    assert roster.absences(BRANCH, "1", T0 + 24 * HOUR)[0][0] == T0 + 25 * HOUR


@pytest.mark.parametrize(
    ("called_h", "now_h", "since_h"),
    [(0.9, 0.95, None), (0.9, 1.0, 1.0), (0.9, 1.2, 1.0), (0.9, 2.0, 1.0), (1.1, 1.2, None), (0.9, 3.2, 3.0)],
)
def test_who_has_not_called_since_an_absence_began_seems_to_be_on_it(
    called_h: float, now_h: float, since_h: float | None
) -> None:
    found = roster.absence(BRANCH, "1", T0 + called_h * HOUR, T0 + now_h * HOUR)
    assert (found and found[0]) == (None if since_h is None else T0 + since_h * HOUR)


def test_a_closed_window_is_late_or_due_later_or_not_due() -> None:
    assert roster.due_at(BRANCH, "1", -inf, T0 - 60.0) == T0
    assert roster.due_at(BRANCH, "1", -inf, T0 + 60.0) == T0
    assert roster.due_at(BRANCH, "1", T0 + 30.0, T0 + 60.0) == T0 + 1.5 * HOUR
    assert roster.due_at(BRANCH, "2", -inf, T0 + 5.5 * HOUR) is None


def test_when_a_window_stops_and_opens_again() -> None:
    assert roster.stop(BRANCH, "1", T0, closing=False) == (T0 + HOUR, T0 + 1.5 * HOUR)
    assert roster.stop(BRANCH, "1", T0 + 1.1 * HOUR, closing=True) == (T0 + 1.1 * HOUR, T0 + 1.5 * HOUR)
    assert roster.stop(BRANCH, "2", T0 + 5 * HOUR, closing=False) == (T0 + 6 * HOUR, None)
    assert roster.stop(BRANCH, "1", T0 + 5 * HOUR, closing=False) == (None, None)
