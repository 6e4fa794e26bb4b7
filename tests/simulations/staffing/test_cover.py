from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulations.staffing.cover import Cover, Need, Uncovered, cover, covering
from simulations.staffing.opening import StaffingError
from simulations.staffing.shifts import Break, Crew, Duty, Shift, usual_duties, usual_shifts, variants

SLOTS, NAMES = 10, ("1", "2", "3", "4")


def need(levels: list[int], **others: object) -> Need:
    table = np.arange(len(NAMES)) < np.array(levels)[:, None]
    usual = {
        "crews": (Crew("tellers", 12),),
        "shifts": tuple(usual_shifts(len(levels), lengths=(11, 7))),
        "duties": tuple(usual_duties(len(levels))),
    }
    return Need(table, NAMES, **(usual | others))  # type: ignore[arg-type]


def at_work(found: Cover, slot: int) -> int:
    return sum(variant.works(slot) for _, variant in found.staff)


def on_duty(found: Cover, slot: int) -> int:
    pairs = zip(found.need.duties, found.duty_starts, strict=True)
    return sum(duty.tellers for duty, starts in pairs if starts <= slot < starts + duty.slots)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=SLOTS, max_size=SLOTS))
def test_a_cover_covers_windows_and_duties_in_every_half_hour(levels: list[int]) -> None:
    found = cover(need(levels))
    for slot in range(-1, SLOTS + 1):
        open_ = levels[slot] if 0 <= slot < SLOTS else 0
        assert at_work(found, slot) >= open_ + on_duty(found, slot)
    for duty, starts in zip(found.need.duties, found.duty_starts, strict=True):
        assert duty.earliest <= starts <= duty.latest


def test_it_takes_the_fewest_paid_hours() -> None:
    shifts = (
        Shift("all day", 0, 5, balancing=0),
        Shift("first", 0, 2, balancing=0),
        Shift("rest", 2, 5, balancing=0),
    )
    found = cover(need([1, 2, 1, 1, 1], shifts=shifts, duties=()))
    assert found.paid_slots == 7
    assert {variant.shift.name for _, variant in found.staff} in ({"all day", "first"}, {"first", "rest"})


def test_of_the_same_hours_with_fewer_people() -> None:
    shifts = (
        Shift("all day", 0, 4, balancing=0),
        Shift("first", 0, 2, balancing=0),
        Shift("rest", 2, 4, balancing=0),
    )
    assert len(cover(need([1, 1, 1, 1], shifts=shifts, duties=())).staff) == 1


def test_breaks_are_laid_where_few_are_needed() -> None:
    shift = Shift("day", 0, 9, (Break(2, 2, 5),))
    found = cover(need([2, 2, 2, 2, 1, 1, 2, 2], shifts=(shift,), duties=(), crews=(Crew("tellers", 3),)))
    assert len(found.staff) == 3
    assert all(at_work(found, slot) >= level for slot, level in enumerate([2, 2, 2, 2, 1, 1, 2, 2]))


def test_skills_are_respected() -> None:
    crews = (
        Crew("loans", 2, windows=frozenset("4")),
        Crew("cash", 9, windows=frozenset("123"), duties=frozenset()),
    )
    found = cover(
        need([4] * 4, crews=crews, duties=(Duty("vault", 1, 1, 0, 3),), shifts=tuple(usual_shifts(4)))
    )
    for slot in range(4):
        loans = sum(crew.name == "loans" and variant.works(slot) for crew, variant in found.staff)
        cash = sum(crew.name == "cash" and variant.works(slot) for crew, variant in found.staff)
        assert loans >= 1 + (found.duty_starts[0] == slot)
        assert cash >= 3


def test_least_and_most_staff_are_kept() -> None:
    crews = (Crew("old", 2, least=2), Crew("new", 9, least=1))
    staff = [crew.name for crew, _ in cover(need([2] * SLOTS, crews=crews)).staff]
    assert staff.count("old") == 2
    assert staff.count("new") >= 1


def test_the_same_need_has_the_same_cover() -> None:
    one, other = (cover(need([1, 2, 3, 4, 4, 3, 2, 2, 3, 1])) for _ in range(2))
    assert one.staff == other.staff
    assert one.duty_starts == other.duty_starts


def test_what_lacks_is_named_with_what_would_help() -> None:
    short = need([1, 2, 4, 4, 4, 2, 1, 1, 1, 1], crews=(Crew("tellers", 3),), duties=())
    with pytest.raises(Uncovered, match="10:00") as raised:
        cover(short)
    assert {each.slot for each in raised.value.shortages} <= set(range(SLOTS))
    assert any("more of tellers" in remedy for remedy in raised.value.remedies)
    more = int(raised.value.remedies[0].split()[0])
    assert covering(replace(short, crews=(Crew("tellers", 3 + more),)))
    assert not covering(replace(short, crews=(Crew("tellers", 2 + more),)))


def test_each_remedy_is_found() -> None:
    shift = Shift("day", 0, 9, (Break(2, 4, 4),))
    duty = Duty("vault", 1, 1, 4, 4)
    with pytest.raises(Uncovered) as raised:
        cover(need([1] * 8, shifts=(shift,), crews=(Crew("tellers", 2),), duties=(duty,)))
    assert "no vault (or at another time)" not in raised.value.remedies
    assert "breaks at any time of the shift" in raised.value.remedies
    with pytest.raises(Uncovered) as raised:
        cover(need([1] * 4, shifts=(Shift("late", 1, 5),), crews=(Crew("tellers", 2),), duties=()))
    assert raised.value.shortages[0].slot == 0
    assert "shifts that begin at any half-hour" not in raised.value.remedies  # none of them begins earlier
    with pytest.raises(Uncovered) as raised:
        cover(
            need(
                [2] * 4,
                shifts=(Shift("day", 0, 5),),
                crews=(Crew("tellers", 2),),
                duties=(Duty("vault", 1, 1, 0, 0),),
            )
        )
    assert "no vault (or at another time)" in raised.value.remedies


def test_nobody_can_sit_there() -> None:
    with pytest.raises(Uncovered, match="1 short"):
        cover(need([4] * 4, crews=(Crew("cash", 9, windows=frozenset("123")),), duties=()))


def test_more_must_work_than_any_shift_takes() -> None:
    with pytest.raises(StaffingError, match="lower the least"):
        cover(need([1] * 4, crews=(Crew("tellers", 9, least=1, shifts=frozenset()),), duties=()))


def test_no_window_and_no_duty_need_nobody() -> None:
    assert cover(need([0] * 4, duties=())).staff == ()
    assert variants(()) == []
