import datetime as dt

import numpy as np
import pytest

from simulations.staffing.cover import cover
from simulations.staffing.opening import StaffingError
from simulations.staffing.rosters import Burden, Roster, Teller, Unfilled, roster
from simulations.staffing.seats import Seating, seat
from simulations.staffing.shifts import Crew, Shift

from .test_cover import NAMES, need

MONDAY = dt.date(2026, 11, 23)
WEEK = [MONDAY + dt.timedelta(days=day) for day in range(5)]


@pytest.fixture(scope="module")
def seating() -> Seating:
    found = cover(need([1, 2, 2, 2, 3, 3, 2, 2, 2, 1]))
    return seat(found, np.full(10, len(NAMES)))


@pytest.fixture(scope="module")
def week(seating: Seating) -> Roster:
    size = len(seating.cover.staff)
    away = {0: frozenset({MONDAY}), 1: frozenset({WEEK[2], WEEK[3]})}
    tellers = [Teller(f"T{number}", "tellers", away.get(number, frozenset())) for number in range(size + 2)]
    return roster(dict.fromkeys(WEEK, seating), tellers)


def test_every_shift_has_somebody_and_nobody_has_two(week: Roster, seating: Seating) -> None:
    assert len(week.turns) == len(WEEK) * len(seating.cover.staff)
    for date in WEEK:
        today = [turn for turn in week.turns if turn.date == date]
        assert len({turn.teller for turn in today}) == len(today)
        wanted = sorted(variant.shift.name for _, variant in seating.cover.staff)
        assert sorted(turn.variant.shift.name for turn in today) == wanted


def test_days_off_are_off(week: Roster) -> None:
    worked = {(turn.teller, turn.date) for turn in week.turns}
    assert not worked & {("T0", MONDAY), ("T1", WEEK[2]), ("T1", WEEK[3])}


def test_hours_and_days_are_bounded_and_counted(week: Roster) -> None:
    for teller, burden in week.burdens.items():
        mine = [turn for turn in week.turns if turn.teller == teller]
        assert burden.hours == sum(turn.variant.paid_slots for turn in mine) / 2 <= 40.0
        assert len(mine) <= 5


def test_the_burdens_lie_close_together(week: Roster) -> None:
    hours = [burden.hours for burden in week.burdens.values()]
    assert max(hours) - min(hours) <= 8.0
    for part in (1, 2):
        ends = [burden[part] for burden in week.burdens.values()]
        assert max(ends) - min(ends) <= 2


def test_what_was_before_weighs(seating: Seating) -> None:
    size = len(seating.cover.staff)
    had = [Burden(40.0, 5, 5) if number == 0 else Burden() for number in range(size + 1)]
    tellers = [Teller(f"T{number}", "tellers", so_far=each) for number, each in enumerate(had)]
    found = roster(dict.fromkeys(WEEK[:2], seating), tellers)
    assert all(turn.teller != "T0" for turn in found.turns)
    assert found.burdens["T0"] == Burden(40.0, 5, 5)


def test_there_is_rest_between_two_days() -> None:
    shifts = (Shift("early", 0, 6), Shift("late", 22, 28))  # until 23:00, and from 9:00
    found = cover(need([1] * 5 + [0] * 17 + [1] * 5, shifts=shifts, duties=()))
    sitting = seat(found, np.ones(27, int))
    tellers = [Teller(name, "tellers") for name in ("A", "B")]
    turns = roster(dict.fromkeys(WEEK, sitting), tellers).turns
    late = {(turn.teller, turn.date) for turn in turns if turn.variant.shift.name == "late"}
    early = {(turn.teller, turn.date) for turn in turns if turn.variant.shift.name == "early"}
    assert not {(teller, date + dt.timedelta(days=1)) for teller, date in late} & early


def test_what_nobody_can_work_is_named(seating: Seating) -> None:
    tellers = [Teller(f"T{number}", "tellers") for number in range(len(seating.cover.staff))]
    tellers[0] = Teller("T0", "tellers", frozenset({WEEK[1]}))
    with pytest.raises(Unfilled, match="2026-11-24") as raised:
        roster(dict.fromkeys(WEEK[:3], seating), tellers)
    assert [each.date for each in raised.value.vacancies] == [WEEK[1]]


def test_what_cannot_be_is_said(seating: Seating) -> None:
    with pytest.raises(StaffingError, match="at least one day"):
        roster({}, [])
    with pytest.raises(StaffingError, match="called A"):
        roster({MONDAY: seating}, [Teller("A", "tellers"), Teller("A", "tellers")])
    with pytest.raises(StaffingError, match="crew tellers"):
        roster({MONDAY: seating}, [Teller("A", "others")])


def test_the_same_roster_each_time_and_for_each_crew_its_own() -> None:
    crews = (Crew("loans", 3, windows=frozenset("4")), Crew("cash", 9, windows=frozenset("123")))
    sitting = seat(cover(need([4] * 10, crews=crews)), np.full(10, 4))
    tellers = [Teller(f"{crew}{number}", crew) for crew in ("loans", "cash") for number in range(8)]
    one, other = (roster(dict.fromkeys(WEEK[:2], sitting), tellers) for _ in range(2))
    assert one.turns == other.turns
    crew_of = {teller.name: teller.crew for teller in tellers}
    assert sorted(crew_of[turn.teller] for turn in one.turns) == sorted(
        2 * [crew.name for crew, _ in sitting.cover.staff]
    )
