"""What becomes of one told range, and of several told one after another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.promises.promise import End, Outcome, Promise, Telling

TOLD = Telling(1000.0, 300.0, 600.0)


@pytest.mark.parametrize(
    ("end", "took_s", "outcome"),
    [
        (End.CAME, 299.999, Outcome.EARLY),
        (End.CAME, 300.0, Outcome.KEPT),
        (End.CAME, 600.0, Outcome.KEPT),
        (End.CAME, 600.001, Outcome.LATE),
        (End.CAME, -0.001, Outcome.VOID),
        (End.GONE, 100.0, Outcome.VOID),
        (End.GONE, 500.0, Outcome.VOID),
        (End.GONE, 600.001, Outcome.LATE),
        (End.UNKNOWN, 500.0, Outcome.VOID),
        (End.UNKNOWN, 900.0, Outcome.VOID),
        (None, 900.0, Outcome.OPEN),
    ],
)
def test_a_range_is_kept_from_its_low_to_its_high_end(
    end: End | None, took_s: float, outcome: Outcome
) -> None:
    assert TOLD.outcome(end, 1000.0 + took_s) is outcome


def promise(*tellings: Telling, end: End | None = End.CAME, ended_at: float = 0.0) -> Promise:
    return Promise("wait", "A001", "cash", "1", tellings, end, ended_at)


def test_first_and_last_are_scored_by_themselves() -> None:
    later = Telling(1500.0, 600.0, 900.0)
    both = promise(TOLD, later, ended_at=2200.0)
    assert both.outcome(both.first) is Outcome.LATE
    assert both.outcome(both.last) is Outcome.KEPT


def test_what_was_told_when_it_was_over_is_not_the_last_word() -> None:
    after = Telling(1500.0, 0.0, 60.0)
    late_news = promise(TOLD, after, ended_at=1400.0)
    assert late_news.last is TOLD
    assert late_news.outcome(after) is Outcome.VOID
    assert promise(TOLD, after, end=None).last is after
    assert promise(after, ended_at=1400.0).last is after


def test_only_other_minutes_are_a_change() -> None:
    same = Telling(1200.0, 300.0, 600.0)
    shorter = Telling(1300.0, 0.0, 300.0)
    assert promise(TOLD).changes == 0
    assert promise(TOLD, same).changes == 0
    assert promise(TOLD, same, shorter, same).changes == 2


@given(st.floats(0, 1e5), st.floats(0, 1e5), st.floats(-1e5, 1e5), st.sampled_from([None, *End]))
def test_any_range_has_one_outcome(low_s: float, more_s: float, took_s: float, end: End | None) -> None:
    told = Telling(1e9, low_s, low_s + more_s)
    outcome = told.outcome(end, 1e9 + took_s)
    assert (outcome is Outcome.OPEN) == (end is None)
    if outcome is Outcome.LATE:
        assert took_s > told.high_s - 0.001
    if outcome is Outcome.EARLY:
        assert end is End.CAME
        assert took_s < told.low_s + 0.001
