from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.hours.week import BUSY, ENOUGH, ENOUGH_DAYS, QUIET, WEEKS, HalfHour, Week, usual_wait, usual_week

SHANGHAI = ZoneInfo("Asia/Shanghai")
FOUR = time(4)
MONDAY = date(2026, 3, 2)
"""Today; the days before it count."""

Visit = tuple[datetime, float, bool]


def week_of(visits: list[Visit], zone: ZoneInfo = SHANGHAI, today: date = MONDAY) -> Week:
    columns = (
        np.array([at.replace(tzinfo=zone).timestamp() for at, _, _ in visits], float),
        np.array([waited_s for _, waited_s, _ in visits], float),
        np.array([left for _, _, left in visits], float),
    )
    return usual_week(*columns, zone, FOUR, today)


def mondays(count: int, at: time, waited_s: float, people: int = 10, *, back: int = 1) -> list[Visit]:
    return [
        (datetime.combine(MONDAY - timedelta(weeks=weeks + back), at) + timedelta(seconds=n), waited_s, False)
        for weeks in range(count)
        for n in range(people)
    ]


def test_a_quieter_time_is_the_one_with_the_shortest_wait() -> None:
    visits = [*mondays(4, time(9), 900.0, 20), *mondays(4, time(10), 1200.0), *mondays(4, time(14, 30), 60.0)]
    week = week_of(visits)
    monday = week.weekdays[0]
    assert (monday.days, monday.known) == (4, True)
    assert monday.half_hours[0].at == time(9)
    assert monday.quietest is not None
    assert monday.quietest.at == time(14, 30)
    assert monday.quietest.wait_s == (60.0, 60.0, 60.0)
    by_time = {one.at: one for one in monday.half_hours}
    assert (by_time[time(9)].people, by_time[time(9)].level, by_time[time(9)].cases) == (20.0, "busy", 80)
    assert (by_time[time(10)].people, by_time[time(10)].level) == (10.0, "busy")  # nobody waits longer
    assert (by_time[time(14, 30)].people, by_time[time(14, 30)].busyness) == (10.0, 0.5)
    assert (by_time[time(11)].people, by_time[time(11)].wait_s, by_time[time(11)].level) == (
        0.0,
        None,
        "quiet",
    )
    assert (week.first, week.last) == (MONDAY - timedelta(weeks=4), MONDAY - timedelta(weeks=1))


def test_few_days_or_few_visits_say_nothing() -> None:
    short = week_of(mondays(ENOUGH_DAYS - 1, time(9), 60.0, 50)).weekdays[0]
    assert (short.days, short.known, short.half_hours, short.quietest) == (ENOUGH_DAYS - 1, False, (), None)
    few = week_of([*mondays(4, time(9), 60.0, 2), *mondays(4, time(10), 60.0)]).weekdays[0]
    assert few.half_hours[0].cases < ENOUGH
    assert few.half_hours[0].wait_s is None
    assert few.quietest is None  # one alone is not quieter than another
    assert week_of([]).weekdays[3].days == 0
    assert (week_of([]).first, week_of([]).last) == (None, None)


def test_today_and_what_is_long_past_do_not_count() -> None:
    visits = [*mondays(1, time(9), 60.0, back=0), *mondays(2, time(9), 60.0, back=WEEKS + 1)]
    assert week_of(visits).weekdays[0].days == 0
    assert week_of(mondays(1, time(9), 60.0, back=WEEKS)).weekdays[0].days == 1


def test_after_midnight_it_is_still_the_day_before() -> None:
    late = [(datetime.combine(date(2026, 2, 24), time(1)), 60.0, False)]  # Tuesday by the calendar
    assert [day.days for day in week_of(late).weekdays] == [1, 0, 0, 0, 0, 0, 0]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "UTC"])
def test_hours_are_the_clocks_on_the_wall_also_when_they_change(zone: str) -> None:
    today = date(2026, 4, 20)
    days = [today - timedelta(weeks=back) for back in range(1, 9)]  # clocks change in March
    visits = [(datetime.combine(day, time(9, 40)), 60.0, False) for day in days for _ in range(3)]
    monday = week_of(visits, ZoneInfo(zone), today).weekdays[0]
    assert [(one.at, one.cases) for one in monday.half_hours] == [(time(9, 30), 24)]


def test_a_wait_that_was_given_up_counts_as_longer() -> None:
    waited = np.arange(1.0, 11.0)
    stayed = usual_wait(waited, np.zeros(10))
    assert stayed == (2.0, 5.0, 8.0)
    left = np.zeros(10)
    left[[0, 1]] = 1.0
    assert usual_wait(waited, left)[1] > stayed[1]
    assert usual_wait(np.array([7.0]), np.zeros(1)) == (7.0, 7.0, 7.0)


@given(st.lists(st.tuples(st.floats(0, 7200), st.booleans()), min_size=1, max_size=60))
def test_a_usual_wait_is_ordered_and_was_seen(visits: list[tuple[float, bool]]) -> None:
    waited_s, left = np.array([one for one, _ in visits]), np.array([float(gone) for _, gone in visits])
    low, median, high = usual_wait(waited_s, left)
    assert low <= median <= high
    assert {low, median, high} <= set(waited_s.tolist())
    if not left.any():
        assert (waited_s <= high).mean() >= 0.8 - 1e-9
        assert (waited_s < low).mean() <= 0.2


@given(st.floats(0, 1))
def test_a_level_is_a_word_for_busyness(busyness: float) -> None:
    level = HalfHour(18, 1.0, 1, None, busyness).level
    assert level == ("quiet" if busyness < QUIET else "usual" if busyness < BUSY else "busy")


def test_where_nobody_waits_waiting_makes_nothing_busy() -> None:
    visits = [*mondays(4, time(9), 2.0, 10), *mondays(4, time(10), 20.0, 30)]
    first = week_of(visits).weekdays[0].half_hours[0]
    assert first.level == "quiet"
    assert first.busyness == pytest.approx(1 / 3)


def test_utc_is_a_zone_too() -> None:
    at = datetime(2026, 2, 23, 9, tzinfo=UTC).timestamp()
    week = usual_week(np.array([at]), np.array([1.0]), np.array([0.0]), UTC, FOUR, MONDAY)
    assert week.weekdays[0].days == 1
