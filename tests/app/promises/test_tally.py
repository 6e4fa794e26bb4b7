"""Promises counted: the counts add up however they are cut, and the worst come first."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.branch.events import Event
from app.promises.ledger import promises
from app.promises.promise import End, Outcome, Promise, Telling
from app.promises.tally import ENOUGH, WORST, Outcomes, Tally, known, median, share
from tests.app.branch.branches import BRANCH, T0, event_lists

DAY_S = 86_400.0


def wait(took_s: float, *, at: float = T0, end: End = End.CAME, number: str = "A001") -> Promise:
    return Promise("wait", number, "cash", "1", (Telling(at, 300.0, 600.0),), end, at + took_s)


def tally(*found: Promise) -> Tally:
    return Tally(T0, T0 + DAY_S, BRANCH.zone).add_all(found)


@given(event_lists(most=60))
def test_counts_add_up_whatever_happened(events: list[Event]) -> None:
    found = list(promises(BRANCH, events))
    counted = Tally(0.0, 9e9, BRANCH.zone).add_all(found)
    assert sum(one.whole.first.total() for one in counted.about.values()) == len(found)
    for about, slices in counted.about.items():
        ours = [one for one in found if one.about == about]
        whole = slices.whole
        assert whole.first.total() == whole.last.total() == len(ours)
        assert whole.every.total() == sum(len(one.tellings) for one in ours)
        for cut in (slices.by_business, slices.by_hour, slices.by_window):
            for part in ("first", "last", "every"):
                pieces = sum((getattr(one, part) for one in cut.values()), Counter())
                assert pieces == getattr(whole, part)


def test_a_promise_belongs_to_the_day_it_was_first_told() -> None:
    counted = tally(wait(400, at=T0 - 1), wait(400), wait(90_000, at=T0 + DAY_S - 1), wait(1, at=T0 + DAY_S))
    assert counted.about["wait"].whole.first == {Outcome.KEPT: 1, Outcome.LATE: 1}
    assert set(counted.about["wait"].by_hour) == {9, 8}


def test_the_worst_come_first_and_no_more_than_are_asked_for() -> None:
    late = [wait(700 + number, number=f"A{number}") for number in range(WORST + 15)]
    early = [wait(200), wait(100), wait(250)]
    worst = tally(*late, *early).about["wait"].worst
    assert [gap.gap_s for gap in worst[Outcome.LATE].gaps()] == [
        100.0 + number for number in range(WORST + 14, 14, -1)
    ]
    assert [gap.gap_s for gap in worst[Outcome.EARLY].gaps()] == [200.0, 100.0, 50.0]


def test_of_equal_gaps_the_earlier_come_first_and_stay() -> None:
    same = [wait(700, number=f"A{number}") for number in range(WORST + 5)]
    gaps = tally(*same).about["wait"].worst[Outcome.LATE].gaps()
    assert [gap.number for gap in gaps] == [f"A{number}" for number in range(WORST)]


def test_who_left_after_the_time_was_told_too_little_and_is_among_the_worst() -> None:
    slices = tally(wait(900, end=End.GONE), wait(400, end=End.GONE)).about["wait"]
    assert slices.whole.first == {Outcome.LATE: 1, Outcome.VOID: 1}
    assert [gap.end for gap in slices.worst[Outcome.LATE].gaps()] == [End.GONE]
    assert slices.changes == {}


def test_too_few_cases_have_no_share() -> None:
    few: Outcomes = Counter({Outcome.KEPT: ENOUGH - 2, Outcome.LATE: 1, Outcome.VOID: 50, Outcome.OPEN: 9})
    assert known(few) == ENOUGH - 1
    assert share(few, Outcome.LATE) is None
    few[Outcome.EARLY] += 1
    assert share(few, Outcome.LATE) == 1 / ENOUGH


@given(st.lists(st.integers(0, 9)))
def test_the_median_of_counts_is_that_of_the_values(values: list[int]) -> None:
    ordered = sorted(values)
    middle = len(values) // 2
    expected = None
    if values:
        expected = ordered[middle] if len(values) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    assert median(Counter(values)) == (pytest.approx(expected) if values else None)
