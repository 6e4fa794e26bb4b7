import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from icalendar import Calendar

from simulations.staffing.calendars import calendar
from simulations.staffing.cover import cover
from simulations.staffing.rosters import Roster, Teller, roster
from simulations.staffing.seats import seat

from .test_cover import need

MONDAY = dt.date(2026, 11, 23)
NOW = dt.datetime(2026, 11, 22, 10, tzinfo=dt.UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="module")
def found() -> Roster:
    sitting = seat(cover(need([1, 2, 2, 2, 3, 3, 2, 2, 2, 1])), np.full(10, 4))
    tellers = [Teller(name, "tellers") for name in ("Ann", "Bo", "Chen, 陈", "Dai", "Eve", "Fu", "Gao")]
    return roster({MONDAY: sitting}, tellers)


def events(text: bytes) -> list[object]:
    return list(Calendar.from_ical(text).walk("VEVENT"))


def test_every_turn_is_an_event_at_its_time(found: Roster) -> None:
    text = calendar(found, SHANGHAI, NOW, branch="main")
    for event, turn in zip(events(text), found.turns, strict=True):
        starts = dt.datetime(2026, 11, 23, 9, tzinfo=SHANGHAI) + turn.variant.shift.starts * dt.timedelta(
            minutes=30
        )
        assert event["DTSTART"].dt == starts  # type: ignore[index]
        assert turn.teller in event["SUMMARY"]  # type: ignore[index]
        assert "balancing" in event["DESCRIPTION"]  # type: ignore[index]
    assert b"BEGIN:VTIMEZONE" in text


def test_one_teller_alone(found: Roster) -> None:
    who = found.turns[0].teller
    assert len(events(calendar(found, SHANGHAI, NOW, branch="main", teller=who))) == 1
    assert events(calendar(found, SHANGHAI, NOW, branch="main", teller="nobody")) == []


def test_the_same_shift_is_the_same_event_in_the_next_export(found: Roster) -> None:
    one, other = (
        [event["UID"] for event in events(calendar(found, SHANGHAI, now, branch="main"))]  # type: ignore[index]
        for now in (NOW, NOW + dt.timedelta(days=1))
    )
    assert one == other
    assert calendar(found, SHANGHAI, NOW, branch="main") == calendar(found, SHANGHAI, NOW, branch="main")
    assert len(set(one)) == len(one)
