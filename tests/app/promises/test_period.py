"""Which days, and where they begin in the journal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.branch.errors import Malformed
from app.branch.events import Event, WindowOpened
from app.promises.period import MOST_DAYS, READ_ON_S, Period, period
from tests.app.branch.branches import BRANCH, T0

TODAY = date(2026, 11, 21)
DAY_S = 86_400.0


def test_by_default_it_is_the_week_up_to_today() -> None:
    assert period(BRANCH, T0) == Period(BRANCH, date(2026, 11, 15), TODAY)
    assert period(BRANCH, T0 - 6 * 3600).last == date(2026, 11, 20), "before the day changes at four"
    assert period(BRANCH, T0, last=date(2026, 11, 10)).first == date(2026, 11, 4)
    assert period(BRANCH, T0, first=date(2026, 11, 10)).last == date(2026, 11, 16)


def test_a_day_is_a_business_day() -> None:
    day = period(BRANCH, T0, TODAY, TODAY)
    assert (day.begins_at, day.ends_at) == (T0 - 5 * 3600, T0 + 19 * 3600)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (date(2026, 11, 22), TODAY, "from"),
        (date(2026, 1, 1), TODAY, "from"),
        (date.min, None, "from"),
        (None, date.max, "to"),
    ],
)
def test_what_are_no_days_is_refused_by_name(first: date | None, last: date | None, field: str) -> None:
    with pytest.raises(Malformed) as refused:
        period(BRANCH, T0, first, last)
    assert refused.value.field == field


@given(st.lists(st.floats(-10, 10), max_size=60), st.integers(0, 4), st.integers(0, 2))
def test_all_events_of_the_days_are_found_however_late_some_came(
    days: list[float], first: int, more: int
) -> None:
    """Events a few seconds out of order, as far as the branch lets them be."""
    at = sorted(T0 + DAY_S * day for day in days)
    jitter = [BRANCH.late_s if number % 3 else 0.0 for number in range(len(at))]
    stored = [
        Event(f"e{seq}", "local", moment - back, WindowOpened("1"), seq)
        for seq, (moment, back) in enumerate(zip(at, jitter, strict=True), 1)
    ]

    def events(after: int) -> Iterator[Event]:
        return iter(stored[after:])

    asked = Period(BRANCH, date(2026, 11, 18 + first), date(2026, 11, 18 + first + more))
    found = list(asked.events(events, len(stored)))
    assert {one.seq for one in stored if asked.begins_at <= one.at < asked.ends_at} <= {
        one.seq for one in found
    }
    margin = READ_ON_S + 2 * (BRANCH.late_s + BRANCH.ahead_s)
    assert all(asked.begins_at - margin <= one.at < asked.ends_at + margin for one in found)


def test_a_hundred_days_are_enough() -> None:
    assert MOST_DAYS == 100
