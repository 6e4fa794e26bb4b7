from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.branch import branch_file, decisions
from app.branch.decisions import call_next, depths, due, issue, next_tickets, tickets_ahead
from app.branch.errors import Refused, Unknown
from app.branch.events import (
    Event,
    Fact,
    SenderHeard,
    SenderSilent,
    ServiceStarted,
    TicketAbandoned,
    TicketCalled,
    TicketIssued,
    WindowClosed,
    WindowClosing,
    WindowOpened,
)
from app.branch.fold import fold
from app.branch.state import ENDED, State, Ticket, TicketState, new_state

from .branches import A1, A2, A3, B1, BRANCH, T0, TEXT, Day, play, ticket


def brief(_: Ticket) -> float:
    return 60.0


def lengthy(_: Ticket) -> float:
    return 600.0


def called(day: Day, window: str, *, after: float = 0.0) -> str | None:
    call = call_next(BRANCH, day.state, window, brief, day.now + after)
    return call.ticket if call else None


def test_first_come_first_served_without_priorities() -> None:
    day = play(Day(), [WindowOpened("2"), ticket(2), ticket(1), ticket(1, "corporate")])
    assert called(day, "2") == A2
    assert [one.ticket for one in next_tickets(BRANCH, day.state, "2", brief, day.now)] == [A2, A1, B1]


def test_a_head_start_is_so_many_seconds_and_an_endless_one_is_always_first() -> None:
    day = play(Day(), [WindowOpened("2"), ticket(1)])
    day.say(ticket(2, priority="vip"), after=89)
    assert called(day, "2") == A2
    day = play(Day(), [WindowOpened("2"), ticket(1)])
    day.say(ticket(2, priority="vip"), after=91)
    assert called(day, "2") == A1
    day.say(ticket(3, priority="elderly"), after=3600)
    assert called(day, "2") == A3


def test_whoever_waits_is_called_though_their_sender_s_clock_is_ahead() -> None:
    day = play(Day(), [WindowOpened("2"), WindowOpened("3")])
    day.say(ticket(1), after=50)
    day.say(ticket(2), after=-10)
    assert called(day, "2", after=-45) == A2  # their order is that of what was reported
    assert [one.ticket for one in next_tickets(BRANCH, day.state, "2", brief, day.now - 45)] == [A2, A1]
    assert called(day, "3", after=299) is None
    assert called(day, "3", after=300) == A2


def test_a_reluctant_window_helps_out_after_so_long() -> None:
    day = play(Day(), [WindowOpened("3"), ticket(1)])
    assert called(day, "3", after=299) is None
    assert called(day, "3", after=300) == A1


def test_an_express_window_takes_what_is_short() -> None:
    day = play(Day(), [WindowOpened("1"), ticket(1)])
    assert call_next(BRANCH, day.state, "1", lengthy, day.now) is None
    assert called(day, "1") == A1


def test_a_window_is_open_for_what_it_was_opened_for() -> None:
    day = play(Day(), [WindowOpened("2", businesses=("corporate",)), ticket(1)])
    assert called(day, "2") is None


def test_a_ticket_tied_to_a_window_is_called_there_and_nowhere_else() -> None:
    day = play(Day(), [WindowOpened("1"), WindowOpened("2"), ticket(1, window="2"), ticket(2)])
    assert called(day, "1") == A2
    assert called(day, "2") == A1


def test_next_is_for_whoever_is_free() -> None:
    day = play(Day(), [ticket(1), ticket(2)])
    with pytest.raises(Refused, match="Window 1 is closed"):
        called(day, "1")
    play(day, [WindowOpened("1"), TicketCalled(A1, "1")])
    with pytest.raises(Refused, match="Window 1 is calling") as refusal:
        called(day, "1")
    assert refusal.value.rule == "next while open or wrapping up"
    day.say(WindowClosing("1"))
    with pytest.raises(Refused, match="Window 1 is closing"):
        called(day, "1")
    with pytest.raises(Unknown, match="no window '9' here; known: 1, 2, 3"):
        called(day, "9")


def test_nothing_is_changed_by_asking() -> None:
    day = play(Day(), [WindowOpened("2"), ticket(1)])
    assert called(day, "2") == called(day, "2") == A1
    assert day.state.tickets[A1].state is TicketState.WAITING


def test_how_many_stand_before_each() -> None:
    day = play(Day(), [WindowOpened("2"), ticket(1), ticket(2), ticket(3, priority="vip")])
    assert tickets_ahead(BRANCH, day.state, brief, day.now) == {A3: 0, A1: 1, A2: 2}
    closed = play(Day(), [ticket(1), ticket(1, "corporate"), ticket(2)])
    assert tickets_ahead(BRANCH, closed.state, brief, closed.now) == {A1: 0, B1: 1, A2: 2}


def test_numbers_go_on_where_others_left_off() -> None:
    day = play(Day(), [TicketIssued("elsewhere", "A041", "cash")])
    assert issue(BRANCH, day.state, "cash", 2, "vip", "en", day.now) == TicketIssued(
        "20261121-A042", "A042", "cash", 2, "vip", "en"
    )
    assert issue(BRANCH, day.state, "corporate", 1, None, None, day.now).number == "B001"


def test_a_new_day_starts_again_and_skips_who_is_still_here() -> None:
    day = play(Day(), [ticket(1), ticket(2)])
    tomorrow = day.now + 86_400
    first = issue(BRANCH, day.state, "cash", 1, None, None, tomorrow)
    assert (first.ticket, first.number) == ("20261122-A003", "A003")


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["issue", "issue", "call", "abandon", "tick"]),
            st.sampled_from(["cash", "corporate"]),
            st.sampled_from([1.0, 600.0, 20_000.0, 50_000.0]),
        ),
        max_size=40,
    )
)
def test_no_day_s_change_loses_or_doubles_a_ticket_or_a_number(
    doings: list[tuple[str, str, float]],
) -> None:
    day = Day()
    day.say(WindowOpened("2"))
    issued: list[str] = []
    ended: list[str] = []

    def end(fact: TicketAbandoned, at: float) -> None:
        ended.append(fact.ticket)
        day.service(fact, after=0.0, at=at)

    for doing, business, after in doings:
        day.now += after
        waiting = day.state.waiting()
        if doing == "issue":
            fact = issue(BRANCH, day.state, business, 1, None, None, day.now)
            open_now = {one.number for one in day.state.tickets.values() if one.state not in ENDED}
            assert fact.number not in open_now
            issued.append(fact.ticket)
            day.say(fact, after=0.0)
        elif doing == "call" and waiting and day.state.windows["2"].state == "open":
            play(day, [TicketCalled(waiting[0].ticket, "2"), ServiceStarted(waiting[0].ticket, "2")])
        elif doing == "abandon" and waiting:
            end(TicketAbandoned(waiting[-1].ticket), day.now)
        elif doing == "tick":
            for at, fact_due in due(BRANCH, day.state, {}, day.now):
                assert isinstance(fact_due, TicketAbandoned)
                end(fact_due, at)
            assert list(due(BRANCH, day.state, {}, day.now)) == []
    assert len(issued) == len(set(issued))
    assert len(ended) == len(set(ended))
    gone = set(issued) - set(ended)
    assert gone == {one.ticket for one in day.state.tickets.values() if one.state not in ENDED}


def test_the_day_s_end_finds_everybody_even_when_the_next_day_began_first() -> None:
    day = play(
        Day(), [WindowOpened("1"), ticket(1), ticket(2), TicketCalled(A2, "1"), ticket(1, "corporate")]
    )
    play(day, [WindowOpened("2"), TicketCalled(B1, "2"), ServiceStarted(B1, "2")])
    day.say(WindowOpened("3"), after=86_400)  # before the service had ticked
    found = list(due(BRANCH, day.state, {}, day.now))
    assert [fact for _, fact in found] == [TicketAbandoned(A1, "day_end"), TicketAbandoned(A2, "day_end")]
    for at, fact in found:
        assert at == day.state.last_at
        day.service(fact, after=0.0, at=at)
    assert list(due(BRANCH, day.state, {}, day.now)) == []
    assert day.state.tickets[B1].state is TicketState.SERVING
    assert day.state.windows["1"].ticket is None


@pytest.mark.parametrize(("date", "hours"), [("2026-03-28", 23), ("2026-10-24", 25), ("2026-06-01", 24)])
def test_the_day_ends_at_its_hour_on_days_of_any_length(date: str, hours: int) -> None:
    branch = branch_file.parse(TEXT.replace("Asia/Shanghai", "Europe/Berlin"))
    at = datetime.fromisoformat(f"{date}T04:00").replace(tzinfo=ZoneInfo("Europe/Berlin")).timestamp()
    state = new_state(branch)
    fold(branch, state, Event("e1", "local", at, ticket(1), 1, at))
    end = at + hours * 3600
    assert list(due(branch, state, {}, end - 1)) == []
    assert list(due(branch, state, {}, end + 7)) == [(end, TicketAbandoned(A1, "day_end"))]


def test_a_start_that_is_never_reported_is_the_call_plus_the_walk() -> None:
    day = Day()
    facts: list[Fact] = [ticket(1), ticket(2), WindowOpened("2"), WindowOpened("1"), TicketCalled(A1, "2")]
    for fact in [*facts, TicketCalled(A2, "1")]:
        day.report(fact, "poor")
    first, second = T0 + 5 + BRANCH.walking_s, T0 + 6 + BRANCH.walking_s
    assert list(due(BRANCH, day.state, {}, first - 1)) == []
    assert list(due(BRANCH, day.state, {}, second)) == [
        (first, ServiceStarted(A1, "2")),
        (second, ServiceStarted(A2, "1")),
    ]


def test_a_start_that_is_reported_is_waited_for() -> None:
    day = Day()
    for fact in (ticket(1), WindowOpened("1"), TicketCalled(A1, "1")):
        day.report(fact, "machine")
    assert SenderSilent("machine") in [fact for _, fact in due(BRANCH, day.state, {}, day.now + 600)]
    heard = {"machine": day.now + 600}
    assert list(due(BRANCH, day.state, heard, day.now + 600)) == []


def silence(state: State, heard: dict[str, float], now: float) -> list[Fact]:
    return [fact for _, fact in due(BRANCH, state, heard, now)]


def test_a_sender_is_silent_after_its_heartbeat_and_back_with_a_sign_of_life() -> None:
    day = Day()
    assert silence(day.state, {}, day.now + 999) == []  # it has never spoken
    day.report(WindowOpened("1"))
    assert silence(day.state, {}, day.now + 30) == []
    assert silence(day.state, {"machine": day.now + 10}, day.now + 40) == []
    assert silence(day.state, {}, day.now + 31) == [SenderSilent("machine")]
    day.service(SenderSilent("machine"), after=31)
    assert silence(day.state, {}, day.now + 60) == []
    assert silence(day.state, {"machine": day.now + 5}, day.now + 6) == [SenderHeard("machine")]


def test_the_last_press_is_looked_for_at_a_known_window() -> None:
    with pytest.raises(Unknown):
        decisions.last_press(Day().state, "9")
    assert decisions.last_press(Day().state, "1") is None


def test_a_window_that_only_calls_opened_is_shut_when_the_day_changes() -> None:
    """Who reports no windows reports no closing either: an empty counter must not say that it is open."""
    text = TEXT.replace('["issued", "windows", "no_show", "abandoned"]', '["issued"]')
    branch = branch_file.parse(text)
    state = new_state(branch)
    fold(branch, state, Event("e1", "poor", T0, WindowOpened("1"), 1, T0))
    fold(branch, state, Event("e2", "local", T0, WindowOpened("2"), 2, T0))
    assert list(due(branch, state, {}, T0 + 3_600)) == []
    assert [fact for _, fact in due(branch, state, {}, T0 + 86_400)] == [WindowClosed("1")]


def test_depths_are_those_of_who_waits_and_of_who_would_come_now() -> None:
    day = play(Day(), [WindowOpened("2"), ticket(1), ticket(2), ticket(1, "corporate")])
    found = depths(BRANCH, day.state, brief, day.now)
    assert found.tickets == tickets_ahead(BRANCH, day.state, brief, day.now)
    assert found.businesses == {"cash": 3, "corporate": 3}
    apart = play(Day(), [WindowOpened("1"), WindowOpened("3"), ticket(1), ticket(2)])
    assert depths(BRANCH, apart.state, brief, apart.now).businesses == {"cash": 2, "corporate": 0}
    nobody = depths(BRANCH, new_state(BRANCH), brief, T0)
    assert (nobody.tickets, nobody.businesses) == ({}, {"cash": 0, "corporate": 0})
