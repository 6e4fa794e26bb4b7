from __future__ import annotations

import datetime as dt

import pytest

from simulations.studies.day_kinds import BEFORE_HOLIDAY, HOLIDAY, MAKE_UP, PAYDAY, country_of, sorts


def on(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2026-02-17", (HOLIDAY,)),
        ("2026-02-14", (MAKE_UP,)),  # a Saturday on which China works
        ("2026-09-30", (BEFORE_HOLIDAY,)),
        ("2026-11-21", ()),  # a Saturday like any other
        ("2026-11-24", ()),
    ],
)
def test_chinese_days_are_told_apart(date: str, expected: tuple[str, ...]) -> None:
    assert sorts(on(date), "CN") == expected


@pytest.mark.parametrize(
    ("date", "is_payday"),
    [("2026-11-09", False), ("2026-11-10", True), ("2026-11-12", True), ("2026-11-13", False)],
)
def test_a_payday_lasts_three_days(date: str, is_payday: bool) -> None:
    assert sorts(on(date), None, (10,)) == ((PAYDAY,) if is_payday else ())


def test_a_payday_that_a_month_lacks_is_its_last_day_and_goes_on_into_the_next() -> None:
    assert sorts(on("2026-02-28"), None, (31,)) == (PAYDAY,)
    assert sorts(on("2026-03-02"), None, (31,)) == (PAYDAY,)
    assert sorts(on("2026-03-03"), None, (31,)) == ()


def test_countries_go_by_time_zone_or_not_at_all() -> None:
    assert country_of("Asia/Shanghai") == "CN"
    assert country_of("UTC") is None
    with pytest.raises(KeyError):
        sorts(on("2026-11-24"), "XX")
