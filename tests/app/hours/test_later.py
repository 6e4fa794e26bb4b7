"""Quieter later today: said by far or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from app.branch.branch_file import Branch, parse
from app.hours.later import later_today
from app.hours.plain import later_to_plain
from app.hours.week import HalfHour, Week, Weekday
from display.catalogues import LANGUAGES
from tests.app.served import SMALL, TEN, ZONE, Serve

from .test_almanac import remember

BRANCH = parse(SMALL)
BUSY = (300.0, 1200.0, 2400.0)
"""The usual wait now: 5 to 40 minutes, 20 in the middle."""
QUIET = (60.0, 300.0, 600.0)
LONG_S = 2400.0


def monday(*waits: tuple[float, float, float] | None, first: int = 20, days: int = 12) -> Week:
    """Half hours from ten o'clock on."""
    halves = tuple(HalfHour(first + n, 9.0, 50 if wait else 2, wait) for n, wait in enumerate(waits))
    return Week((Weekday(0, days, halves), *(Weekday(day, 0) for day in range(1, 7))))


def later(
    week: Week, at: float = TEN, longest_s: float | None = LONG_S, branch: Branch = BRANCH
) -> str | None:
    found = later_today(branch, week, at, longest_s)
    return f"{found.at:%H:%M}" if found else None


def test_the_next_half_hour_that_is_far_quieter_is_told() -> None:
    assert later(monday(BUSY, BUSY, QUIET, (30.0, 60.0, 120.0), QUIET)) == "11:00"


@pytest.mark.parametrize(
    "waits",
    [
        (BUSY, BUSY, BUSY, BUSY),
        (BUSY, (300.0, 900.0, 1500.0), BUSY),  # shorter, but not by far
        (BUSY, (60.0, 300.0, 2300.0), BUSY),  # it may well last as long
        ((60.0, 400.0, 900.0), (10.0, 150.0, 300.0), BUSY),  # not worth coming back for
        (BUSY, BUSY, QUIET),  # the last half hour: they are closing
        (BUSY, None, BUSY),
        (None, QUIET, BUSY),
        (BUSY,),
        (),
    ],
)
def test_nothing_is_told_that_is_not_true_by_far(
    waits: tuple[tuple[float, float, float] | None, ...],
) -> None:
    assert later(monday(*waits)) is None


def test_nothing_is_told_of_the_past_or_of_days_nobody_knows() -> None:
    week = monday(QUIET, BUSY, BUSY, QUIET, BUSY)
    assert later(week, TEN + 1800) == "11:30"
    assert later(week, TEN + 5400) is None
    assert later(week, TEN + 86_400 + 1800) is None
    assert later(monday(BUSY, QUIET, BUSY, days=2)) is None


def test_on_a_day_that_is_quiet_by_itself_nobody_is_sent_away() -> None:
    week = monday(BUSY, QUIET, BUSY)
    assert later(week, longest_s=None) is None
    assert later(week, longest_s=900.0) is None
    assert later(week, longest_s=1200.0) == "10:30"


def test_a_branch_that_has_closed_by_then_is_not_quiet() -> None:
    roster = '\n[[roster.opening]]\nwindow = "1"\nfrom = "09:00"\nto = "{}"\n'
    week = monday(BUSY, QUIET, BUSY)
    assert later(week, branch=parse(SMALL + roster.format("10:30"))) is None
    assert later(week, branch=parse(SMALL + roster.format("11:00"))) == "10:30"


def test_a_business_day_goes_on_after_midnight() -> None:
    """It changes at four: half past midnight is later than half past ten, and ten the next day's."""
    evening = (HalfHour(slot, 9.0, 50, wait) for slot, wait in ((47, BUSY), (48, QUIET), (49, QUIET)))
    halves = tuple(sorted((replace(one, slot=one.slot % 48) for one in evening), key=lambda one: one.slot))
    week = Week((Weekday(0, 12, halves), *(Weekday(day, 0) for day in range(1, 7))))
    assert later(week, TEN + 13.5 * 3600) == "00:00"
    assert later(monday(QUIET, BUSY, BUSY, first=0), TEN + 14.5 * 3600) is None
    roster = '\n[[roster.opening]]\nwindow = "1"\nfrom = "09:00"\nto = "{}"\n'
    assert later(week, TEN + 13.5 * 3600, branch=parse(SMALL + roster.format("23:59"))) is None


def test_it_is_said_in_every_language() -> None:
    found = monday(BUSY, QUIET, BUSY).weekdays[0].half_hours[1]
    plain = later_to_plain(BRANCH, replace(found, wait_s=QUIET))
    assert (plain["at"], plain["low_s"], plain["high_s"]) == ("10:30", 60, 600)
    assert plain["says"].keys() == set(LANGUAGES)
    assert plain["says"]["en"] == "Usually quieter at about 10:30, wait about 1–10 min"
    assert plain["says"]["zh-Hans"] == "10:30 左右通常较空，预计等候 1–10 分钟"
    assert later_to_plain(BRANCH, None) == {"at": None, "low_s": None, "high_s": None, "says": None}


@pytest.mark.anyio
async def test_it_can_be_asked_for(serve: Serve, tmp_path: Path) -> None:
    remember(tmp_path / "data", 28)
    half_past_nine = datetime.fromtimestamp(TEN, ZONE).replace(hour=9, minute=30).timestamp()
    async with serve(at=half_past_nine) as branch:
        assert (await branch.get("/hours/later"))["at"] is None  # half past nine is the quiet one


@pytest.mark.anyio
async def test_without_a_past_nothing_is_said(serve: Serve) -> None:
    async with serve() as branch:
        assert await branch.get("/hours/later") == {"at": None, "low_s": None, "high_s": None, "says": None}
