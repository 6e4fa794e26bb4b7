from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.history.times import parse_time

BERLIN = ZoneInfo("Europe/Berlin")


def utc(*parts: int) -> float:
    return datetime(*parts, tzinfo=UTC).timestamp()  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-01-05T09:00:00+08:00", utc(2026, 1, 5, 1)),
        ("2026-01-05T09:00:00Z", utc(2026, 1, 5, 9)),
        ("2026-01-05 09:00:00.25Z", utc(2026, 1, 5, 9) + 0.25),
        ("2026-01-05T09:00:00", utc(2026, 1, 5, 8)),
        ("2026-01-05 09:00:00", utc(2026, 1, 5, 8)),
        ("2026-01-05 09:00:00.1239", utc(2026, 1, 5, 8) + 0.124),
        ("2026/1/5 9:00", utc(2026, 1, 5, 8)),
        ("2026/01/05 9:00:07", utc(2026, 1, 5, 8) + 7),
        ("2026-1-5 9:00:07.5", utc(2026, 1, 5, 8) + 7.5),
    ],
)
def test_times_as_they_are_written(text: str, at: float) -> None:
    assert parse_time(text, BERLIN) == at


def test_the_hour_that_comes_twice_is_the_first() -> None:
    assert parse_time("2026-10-25T02:30:00", BERLIN) == utc(2026, 10, 25, 0, 30)
    assert parse_time("2026-10-25T02:30:00+01:00", BERLIN) == utc(2026, 10, 25, 1, 30)


def test_the_hour_that_does_not_come_goes_on_from_before() -> None:
    assert (
        parse_time("2026-03-29T02:30:00", BERLIN)
        == utc(2026, 3, 29, 1, 30)
        == parse_time("2026-03-29T03:30", BERLIN)
    )


@pytest.mark.parametrize(
    "text",
    ["yesterday", "2026-01-05", "09:00:00", "2026-13-05T09:00:00", "2026-01-05T24:30:00", "2026/2/30 9:00",
     "5/1/2026 9:00", "1767600000", "2026-01-05T09:00:00+25:00", "2026/1/5 9:61", ""],
)  # fmt: skip
def test_what_is_not_a_time(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_time(text, BERLIN)


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1)),  # noqa: DTZ001
    st.integers(-14 * 60, 14 * 60),
)
def test_with_an_offset_the_zone_does_not_matter(local: datetime, minutes: int) -> None:
    moment = local.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    read = {parse_time(moment.isoformat(), zone) for zone in (BERLIN, ZoneInfo("Asia/Shanghai"), UTC)}
    assert read == {round(moment.timestamp(), 3)}
