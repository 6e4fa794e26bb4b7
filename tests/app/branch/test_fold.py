import pytest
from hypothesis import given

from app.branch import branch_file
from app.branch.events import (
    Event,
    RangeTold,
    SenderSilent,
    ServiceFinished,
    ServiceStarted,
    StepEnded,
    StepStarted,
    TellerSignedIn,
    TellerSignedOut,
    TicketAbandoned,
    TicketCalled,
    TicketIssued,
    TicketNoShow,
    TicketRecalled,
    TicketTransferred,
    WindowClosed,
    WindowClosing,
    WindowOpened,
    WindowPaused,
    WindowReady,
    WindowResumed,
)
from app.branch.fold import fold
from app.branch.state import CALLS, TicketState, WindowState, new_state

from .branches import (
    A1,
    A2,
    B1,
    BRANCH,
    T0,
    TEXT,
    Day,
    assert_sound,
    event_lists,
    play,
    ticket,
)

SERVING_A1 = (ticket(1), WindowOpened("1", "wang"), TicketCalled(A1, "1"), ServiceStarted(A1, "1", 300.0))


@given(event_lists())
def test_nothing_that_anybody_says_breaks_the_fold(events: list[Event]) -> None:
    state = new_state(BRANCH)
    for event in events:
        fold(BRANCH, state, event)
        assert_sound(state)
        assert state.seq == event.seq
        assert state.last_at >= event.at


@given(event_lists())
def test_a_branch_file_that_lost_a_window_and_a_business_still_starts(events: list[Event]) -> None:
    text = TEXT
    for old, new in (
        ('businesses = ["cash", "corporate"]', 'businesses = ["cash"]'),
        ('id = "3"', 'id = "4"'),
        ('id = "corporate"', 'id = "loans"'),
        ('["corporate"]', '["loans"]'),
    ):
        text = text.replace(old, new)
    smaller = branch_file.parse(text)
    state = new_state(smaller)
    for event in events:
        fold(smaller, state, event)
        assert_sound(state)


def test_a_turn_from_the_ticket_to_the_next_customer() -> None:
    day = play(Day(), SERVING_A1)
    window, one = day.state.windows["1"], day.state.tickets[A1]
    assert (window.state, window.ticket, window.teller, window.since) == ("serving", A1, "wang", T0 + 4)
    assert (one.state, one.window, one.called_at, one.started_at) == ("serving", "1", T0 + 3, T0 + 4)
    assert window.expected_s == one.expected_s == 300.0

    day.say(StepStarted("1", "s1", "copy", "machine", away=True, expected_s=60.0))
    day.say(ServiceFinished(A1, "1", "records", 45.0), after=100)
    window, one = day.state.windows["1"], day.state.tickets[A1]
    assert (window.state, window.reason, window.expected_s, window.steps) == (
        "wrapping_up",
        "records",
        45.0,
        (),
    )
    assert (window.freed_at, window.last_business) == (one.ended_at, "cash")

    day.say(ticket(2))
    day.say(TicketCalled(A2, "1"))
    window = day.state.windows["1"]
    assert (window.state, window.reason, window.expected_s) == ("calling", None, None)
    assert [(call.number, call.again) for call in day.state.calls] == [("A002", False), ("A001", False)]


def test_a_pause_has_a_reason_an_estimate_and_an_end() -> None:
    day = play(Day(), [WindowOpened("1"), WindowPaused("1", "lunch", 1800.0)])
    window = day.state.windows["1"]
    assert (window.state, window.reason, window.expected_s) == ("paused", "lunch", 1800.0)
    day.say(WindowResumed("1"))
    window = day.state.windows["1"]
    assert (window.state, window.reason, window.expected_s) == ("open", None, None)


def test_closed_may_become_back_office_with_a_new_beginning() -> None:
    day = play(Day(), [WindowOpened("1"), WindowClosed("1", reopens_at=T0 + 3600)])
    assert (day.state.windows["1"].reason, day.state.windows["1"].reopens_at) == ("closed", T0 + 3600)
    day.say(WindowClosed("1", "back_office"))
    window = day.state.windows["1"]
    assert (window.state, window.reason, window.since) == ("closed", "back_office", day.now)


def test_a_pause_and_a_closing_for_the_same_reason_are_two_things() -> None:
    day = play(Day(), [WindowOpened("1"), WindowPaused("1", "fault"), WindowClosed("1", "fault")])
    assert day.state.windows["1"].since == day.now


@pytest.mark.parametrize(
    "end",
    [
        [ServiceFinished(A1, "1"), WindowReady("1")],
        [TicketTransferred(A1)],
        [ServiceFinished(A1, "1"), WindowPaused("1", "tidying"), WindowResumed("1")],
    ],
)
def test_a_closing_window_shuts_when_it_would_be_open_again(end: list[object]) -> None:
    day = play(Day(), [*SERVING_A1, WindowClosing("1")])
    assert day.state.windows["1"].closing
    play(day, end)  # type: ignore[arg-type]
    window = day.state.windows["1"]
    assert (window.state, window.reason, window.closing) == ("closed", "closed", False)


def test_at_rest_closing_is_closing_at_once() -> None:
    day = play(Day(), [WindowOpened("1", businesses=("cash",)), WindowClosing("1")])
    window = day.state.windows["1"]
    assert (window.state, window.closing, window.businesses) == ("closed", False, None)


def test_no_show_leaves_the_window_open_and_teaches_no_wrap_up() -> None:
    day = play(Day(), [ticket(1), WindowOpened("1"), TicketCalled(A1, "1"), TicketNoShow(A1, "1")])
    window = day.state.windows["1"]
    assert (window.state, window.ticket, window.freed_at, window.last_business) == ("open", None, None, None)
    day.say(TicketRecalled(A1, "1"))
    assert day.state.tickets[A1].state is TicketState.CALLED
    assert day.state.calls[0].again


def test_a_second_call_keeps_the_time_of_the_first() -> None:
    day = play(Day(), SERVING_A1[:3])
    day.say(TicketRecalled(A1, "1"), after=30)
    one = day.state.tickets[A1]
    assert (one.called_at, one.calls) == (T0 + 3, 2)


def test_whoever_gives_up_when_called_frees_the_window() -> None:
    day = play(Day(), SERVING_A1[:3])
    day.say(TicketAbandoned(A1), sender="phone")
    assert day.state.windows["1"].state is WindowState.OPEN
    assert day.state.windows["1"].sender == "local"


def test_a_transfer_keeps_the_place_in_line_or_takes_a_new_one() -> None:
    day = play(Day(), [*SERVING_A1, TicketTransferred(A1, "corporate", "3")])
    one = day.state.tickets[A1]
    assert (one.state, one.business, one.tied, one.line_at) == ("waiting", "corporate", "3", one.issued_at)
    assert (one.window, one.called_at, one.started_at, one.expected_s) == (None, None, None, None)
    assert day.state.windows["1"].state is WindowState.OPEN
    play(day, [WindowOpened("3"), TicketCalled(A1, "3"), TicketTransferred(A1, keeps_place=False)])
    assert day.state.tickets[A1].line_at == day.now
    assert day.state.tickets[A1].issued_at == T0 + 1


def test_steps_overlap_and_end_by_name() -> None:
    day = play(Day(), SERVING_A1)
    day.say(StepStarted("1", "s1", "copy"))
    day.say(StepStarted("1", "s2", "copy", "supervisor"))
    day.say(StepEnded("1", "s1"))
    assert [step.step_id for step in day.state.windows["1"].steps] == ["s2"]


def test_who_sits_there() -> None:
    day = play(Day(), [TellerSignedIn("1", "wang"), WindowOpened("1")])
    assert day.state.windows["1"].teller == "wang"
    day.say(TellerSignedOut("1", "wang"))
    assert day.state.windows["1"].teller is None


def test_the_hall_shows_the_latest_calls_only() -> None:
    day = Day()
    day.say(WindowOpened("1"))
    for number in range(1, CALLS + 3):
        one = ticket(number)
        play(day, [one, TicketCalled(one.ticket, "1"), TicketNoShow(one.ticket, "1")])
    assert len(day.state.calls) == CALLS
    assert day.state.calls[0].number == f"A{CALLS + 2:03d}"


def told(about: str, **subject: str) -> RangeTold:
    return RangeTold(about, 60.0, 120.0, "history", "first", **subject)  # type: ignore[arg-type]


def test_what_is_told_counts_from_then_and_remembers_the_first() -> None:
    day = play(Day(), [ticket(1)])
    day.service(RangeTold("wait", 60.0, 120.0, "history", "nearer", ticket=A1, ahead=3, rises=1, first_s=30.0,
                          first_low_s=90.0, first_high_s=180.0, due_s=100.0))  # fmt: skip
    one = day.state.told[f"ticket/{A1}"]["wait"]
    assert (one.at, one.low_s, one.high_s, one.ahead, one.rises) == (day.now, 60.0, 120.0, 3, 1)
    assert (one.first_at, one.first_low_s, one.first_high_s) == (day.now - 30, 90.0, 180.0)
    assert one.due_at == day.now + 100


def test_what_was_told_of_a_window_ends_with_its_state() -> None:
    day = play(Day(), SERVING_A1)
    day.service(told("service", window="1"))
    day.say(StepStarted("1", "s1", "copy"))
    day.service(told("return", window="1", step_id="s1"))
    assert set(day.state.told["window/1"]) == {"service", "return/s1"}
    day.say(StepEnded("1", "s1"))
    assert set(day.state.told["window/1"]) == {"service"}
    day.say(ServiceFinished(A1, "1"))
    assert "window/1" not in day.state.told


def test_a_word_about_nobody_is_told_to_nobody() -> None:
    day = Day()
    day.service(told("wait"))
    day.service(told("wait", business="cash"))
    assert set(day.state.told) == {"business/cash"}


def test_a_day_s_change_keeps_whoever_is_here_and_starts_the_numbers_again() -> None:
    day = play(Day(), [*SERVING_A1, ticket(2), ticket(1, "corporate"), WindowOpened("2")])
    play(day, [TicketCalled(A2, "2"), TicketNoShow(A2, "2")])
    day.service(told("wait", ticket=A2))
    day.service(told("wait", ticket=B1))
    day.say(WindowOpened("3"), after=86_400)
    assert set(day.state.tickets) == {A1, B1}
    assert set(day.state.told) == {f"ticket/{B1}"}
    assert (day.state.day, day.state.counters, len(day.state.calls)) == ("20261122", {}, 0)
    assert day.state.windows["1"].ticket == A1


def test_a_late_event_of_yesterday_does_not_count_for_today() -> None:
    change = T0 + 19 * 3600
    day = Day(now=change)
    day.say(TicketIssued("20261122-A001", "A001", "cash"))
    day.report(TicketIssued("20261121-A500", "A500", "cash"), at=change - 30)
    assert day.state.day == "20261122"
    assert day.state.counters == {"A": 1}


def test_a_late_report_mends_what_is_over() -> None:
    day = play(Day(), [*SERVING_A1, ServiceFinished(A1, "1")])
    day.report(ServiceFinished(A1, "1"), at=T0 + 4.5)
    assert day.state.tickets[A1].ended_at == T0 + 4.5
    day.report(ServiceStarted(A1, "1"), at=T0 + 3.5)
    assert day.state.tickets[A1].started_at == T0 + 3.5
    assert day.state.windows["1"].state is WindowState.WRAPPING_UP


def test_silence_is_remembered_until_a_word() -> None:
    day = Day()
    day.service(SenderSilent("machine"))
    assert day.state.silent == {"machine": day.now}
    day.report(WindowOpened("1"))
    assert day.state.silent == {}
    assert day.state.heard == {"machine": day.now}
    assert "lobbyclock" not in day.state.heard
