import json
from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.branch import branch_file
from app.branch.branch_file import Branch
from app.branch.events import Event, SenderHeard, SenderSilent, TicketCalled, WindowOpened
from app.branch.fold import fold_all
from app.branch.snapshot import from_plain, to_plain
from app.branch.state import Window, business_day, day_starts, new_state, out_of_touch, takes

from .branches import A1, BRANCH, T0, TEXT, Day, event_lists, fresh, ticket


def as_json(state: object) -> str:
    return json.dumps(to_plain(state))


@given(event_lists(), st.integers(0, 40))
def test_from_a_snapshot_or_whole_it_is_the_same_byte_for_byte(events: list[Event], cut: int) -> None:
    whole = fresh(events)
    kept = as_json(fresh(events[:cut]))
    restored = from_plain(json.loads(kept))
    assert as_json(restored) == kept
    assert as_json(fold_all(BRANCH, restored, events[cut:])) == as_json(whole)


@given(event_lists())
def test_the_numbers_are_those_of_the_open_tickets(events: list[Event]) -> None:
    tickets = fresh(events).tickets
    assert tickets.numbers == Counter(ticket.number for ticket in tickets.open.values())
    assert all(tickets.numbers.values())


@given(event_lists(), event_lists())
def test_a_copy_goes_its_own_way(events: list[Event], others: list[Event]) -> None:
    state = fresh(events)
    before = as_json(state)
    fold_all(BRANCH, state.copy(), others)
    assert as_json(state) == before


def a_branch(zone: str, change: str) -> Branch:
    return branch_file.parse(TEXT.replace("Asia/Shanghai", zone).replace('"04:00"', f'"{change}"'))


@pytest.mark.parametrize(
    ("local", "day"),
    [
        ("2026-11-21T03:59:59", "20261120"),
        ("2026-11-21T04:00:00", "20261121"),
        ("2026-11-22T03:00:00", "20261121"),
    ],
)
def test_a_business_day_changes_at_its_hour(local: str, day: str) -> None:
    at = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()
    assert business_day(BRANCH, at) == day


@given(
    st.sampled_from(["Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "America/Santiago"]),
    st.sampled_from(["00:00", "00:30", "02:00", "02:30", "04:00"]),
    st.sampled_from([(3, 8), (3, 29), (4, 5), (9, 6), (10, 4), (10, 25), (11, 1)]),
)
def test_days_follow_each_other_where_clocks_change(zone: str, change: str, date: tuple[int, int]) -> None:
    branch = a_branch(zone, change)
    noon = datetime(2026, *date, 12, tzinfo=ZoneInfo(zone)).timestamp()
    moments = [noon - 86_400 + 450 * step for step in range(192)]
    days = [business_day(branch, at) for at in moments]
    assert days == sorted(days)
    assert len(set(days)) in {2, 3}
    for at, day in zip(moments, days, strict=True):
        following = datetime.strptime(day, "%Y%m%d").date() + timedelta(days=1)  # noqa: DTZ007
        assert day_starts(branch, day) <= at < day_starts(branch, f"{following:%Y%m%d}")


def test_a_window_takes_its_plan_or_what_it_was_opened_for() -> None:
    assert takes(BRANCH, Window("3")) == {"corporate": 0.0, "cash": 300.0}
    assert takes(BRANCH, Window("3", businesses=("cash",))) == {"cash": 300.0}
    assert takes(BRANCH, Window("1", businesses=("corporate",))) == {"corporate": 0.0}


def test_a_silent_sender_puts_its_own_windows_out_of_touch() -> None:
    day = Day()
    day.service(SenderSilent("feed"))
    touch = {name: not out_of_touch(BRANCH, day.state, window) for name, window in day.state.windows.items()}
    assert touch == {"1": True, "2": False, "3": True}
    day.service(SenderHeard("feed"))
    assert not any(out_of_touch(BRANCH, day.state, window) for window in day.state.windows.values())


def test_a_silent_sender_without_windows_of_its_own_takes_those_it_reported_last() -> None:
    day = Day()
    day.report(WindowOpened("1"))
    day.say(WindowOpened("3"))
    day.service(SenderSilent("machine"))
    assert [name for name, one in day.state.windows.items() if out_of_touch(BRANCH, day.state, one)] == ["1"]
    day.report(ticket(1))  # any word of it is a sign of life
    assert not day.state.silent


def test_whoever_waits_is_given_in_the_order_of_the_line() -> None:
    day = Day()
    day.report(ticket(2), at=T0 + 1)
    day.report(ticket(1), at=T0)
    day.report(ticket(3), at=T0 + 2)
    day.report(TicketCalled("20261121-A003", "1"))
    assert [one.ticket for one in day.state.waiting()] == [A1, "20261121-A002"]


def test_a_new_branch_is_shut() -> None:
    state = new_state(BRANCH)
    assert list(state.windows) == ["1", "2", "3"]
    assert not state.tickets
