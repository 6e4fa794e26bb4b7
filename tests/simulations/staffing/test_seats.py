from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulations.staffing.cover import cover
from simulations.staffing.seats import Seating, seat
from simulations.staffing.shifts import Crew

from .test_cover import NAMES, SLOTS, need

MOST = np.full(SLOTS, len(NAMES))


def at(seating: Seating, slot: int, kind: str) -> list[str]:
    return [
        spell.place.name
        for spells in seating.spells
        for spell in spells
        if spell.begins <= slot < spell.ends and spell.place.kind == kind
    ]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=SLOTS, max_size=SLOTS))
def test_everything_needed_is_taken_by_one_teller_each(levels: list[int]) -> None:
    found = cover(need(levels))
    seating = seat(found, MOST)
    assert (seating.table >= found.need.table).all()
    for slot in range(-1, SLOTS + 1):
        windows = at(seating, slot, "window")
        assert len(windows) == len(set(windows))
        if 0 <= slot < SLOTS:
            assert sorted(windows) == [
                name for name, there in zip(NAMES, seating.table[slot], strict=True) if there
            ]
        wanted = sorted(
            duty.name
            for duty, starts in zip(found.need.duties, found.duty_starts, strict=True)
            if starts <= slot < starts + duty.slots
            for _ in range(duty.tellers)
        )
        assert sorted(at(seating, slot, "duty")) == wanted


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=SLOTS, max_size=SLOTS))
def test_the_spells_of_each_are_the_shift(levels: list[int]) -> None:
    found = cover(need(levels))
    for (_, variant), spells in zip(found.staff, seat(found, MOST).spells, strict=True):
        assert spells[0].begins == variant.shift.starts
        assert spells[-1].ends == variant.shift.ends
        assert spells[-1].place.kind == "balancing"
        assert all(one.ends == other.begins for one, other in pairwise(spells))
        assert [(each.begins, each.ends) for each in spells if each.place.kind == "break"] == list(
            variant.breaks
        )


def test_whoever_is_spare_opens_a_window_where_one_may_be_open() -> None:
    found = cover(need([2] * SLOTS, crews=(Crew("tellers", 6, least=6),)))
    assert seat(found, MOST).table.sum() > 2 * SLOTS
    bounded = seat(found, np.full(SLOTS, 2))
    assert (bounded.table.sum(axis=1) == 2).all()
    assert any(at(bounded, slot, "spare") for slot in range(SLOTS))


def test_nobody_sits_where_the_crew_may_not() -> None:
    crews = (
        Crew("loans", 3, windows=frozenset("4"), duties=frozenset()),
        Crew("cash", 9, windows=frozenset("123")),
    )
    found = cover(need([4] * SLOTS, crews=crews))
    for (crew, _), spells in zip(found.staff, seat(found, MOST).spells, strict=True):
        assert all(crew.sits_at(each.place.name) for each in spells if each.place.kind == "window")
        assert crew.name == "cash" or not any(each.place.kind == "duty" for each in spells)


def test_a_teller_stays_at_one_window() -> None:
    found = cover(need([2] * SLOTS, duties=()))
    for spells in seat(found, np.full(SLOTS, 2)).spells:
        assert len({each.place.name for each in spells if each.place.kind == "window"}) <= 2
