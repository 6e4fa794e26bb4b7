import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulations.staffing.opening import StaffingError
from simulations.staffing.shifts import Break, Crew, Duty, Shift, usual_duties, usual_shifts, variants


def test_every_way_to_place_the_breaks() -> None:
    shift = Shift("long", 2, 12, (Break(1, 1, 3), Break(2, 2, 5)))
    placed = [each.breaks for each in variants([shift])]
    assert ((3, 4), (4, 6)) in placed
    assert len(placed) == len(set(placed))
    for (_, first_ends), (second_begins, _) in placed:
        assert first_ends <= second_begins
    assert [each.breaks for each in variants([Shift("short", 0, 4)])] == [()]


def test_when_a_teller_works_and_is_paid() -> None:
    variant = variants([Shift("day", -1, 9, (Break(2, 3, 3), Break(1, 6, 6, paid=True)))])[0]
    assert [slot for slot in range(-3, 12) if variant.works(slot)] == [-1, 0, 1, 4, 6, 7]
    assert variant.paid_slots == 8


@given(st.integers(1, 40))
def test_the_usual_shifts_fit_any_day_and_reach_over_all_of_it(slots: int) -> None:
    shifts = usual_shifts(slots)
    assert min(shift.starts for shift in shifts) == -1
    assert max(shift.ends for shift in shifts) == slots + 1
    every = variants(shifts)
    assert all(any(each.works(slot) for each in every) for slot in range(-1, slots))
    assert all(duty.slots >= 1 for duty in usual_duties(slots))
    assert len({shift.name for shift in shifts}) == len(shifts)


def test_they_are_named_after_their_times() -> None:
    assert "08:30–17:00" in {shift.name for shift in usual_shifts(16, opens_s=9 * 3600.0)}


def test_what_cannot_be_is_said() -> None:
    with pytest.raises(StaffingError, match="over before"):
        Shift("short", 3, 4)
    with pytest.raises(StaffingError, match="a break does not fit"):
        Shift("day", 0, 8, (Break(2, 5, 6),))
    with pytest.raises(StaffingError, match="Duty vault"):
        Duty("vault", 0, 1, 0, 0)
    with pytest.raises(StaffingError, match="Crew tellers"):
        Crew("tellers", most=1, least=2)


def test_who_can_do_what() -> None:
    crew = Crew("juniors", 3, windows=frozenset("12"), duties=frozenset())
    assert crew.sits_at("1")
    assert not crew.sits_at("3")
    assert not crew.does("vault")
    assert Crew("seniors", 3).sits_at("3")
    assert Crew("seniors", 3).does("vault")
