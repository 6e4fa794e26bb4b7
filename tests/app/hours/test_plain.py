from __future__ import annotations

from datetime import date

from app.branch.branch_file import parse
from app.hours.plain import page_part, to_plain, view
from app.hours.week import HalfHour, Week, Weekday
from display.views import Shown
from tests.app.served import SMALL

BRANCH = parse(SMALL)
QUIET = HalfHour(28, 3.0, 30, (30.0, 60.0, 170.0), 0.2)
BUSY = HalfHour(29, 9.0, 90, (300.0, 600.0, 1100.0), 1.0)
RARE = HalfHour(30, 0.5, 4)
MONDAY = Weekday(0, 12, (QUIET, BUSY, RARE), QUIET)


def week(monday: Weekday) -> Week:
    return Week((monday, *(Weekday(day, 0) for day in range(1, 7))), date(2026, 1, 5), date(2026, 3, 1))


def test_a_quieter_time_is_told_where_the_wait_reads_shorter() -> None:
    assert view(MONDAY).quieter == "14:00"
    assert view(MONDAY).wait == Shown(0, 180)
    same = HalfHour(29, 9.0, 90, (35.0, 65.0, 175.0), 1.0)
    even = view(Weekday(0, 12, (QUIET, same), QUIET))
    assert (even.quieter, even.wait) == (None, Shown(0, 180))
    assert view(Weekday(0, 2)).wait is None


def test_the_answer_has_seconds_and_words() -> None:
    plain = to_plain(BRANCH, week(MONDAY))
    first, _, rare = plain["weekdays"][0]["half_hours"]
    assert first == {
        "at": "14:00",
        "people": 3.0,
        "busyness": 0.2,
        "level": "quiet",
        "cases": 30,
        "low_s": 30.0,
        "median_s": 60.0,
        "high_s": 170.0,
    }
    assert (rare["median_s"], rare["level"]) == (None, "quiet")
    assert plain["weekdays"][0]["says"]["zh-Hans"] == "星期一：14:00 左右通常较空，预计等候 3 分钟内"


def test_the_page_has_a_day_in_full_and_the_week_beside() -> None:
    part = page_part(BRANCH, week(MONDAY), 0, 29, "en")
    assert [(one["at"], one["now"], one["quietest"]) for one in part["half_hours"]] == [
        ("14:00", False, True),
        ("14:30", True, False),
        ("15:00", False, False),
    ]
    assert [one["wait"] for one in part["half_hours"]] == ["within about 3 min", "about 5–20 min", None]
    assert part["week_days"] == ["Mon"]
    assert [(at, [one and one["minutes"] for one in cells]) for at, cells in part["week"]] == [
        ("14:00", ["0–3"]),
        ("14:30", ["5–20"]),
        ("15:00", [None]),
    ]
    other = page_part(BRANCH, week(MONDAY), 3, None, "en")
    assert (other["half_hours"], other["founded"], other["sentence"]) == (
        [],
        None,
        "Thursday: no visits so far",
    )
