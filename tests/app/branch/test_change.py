from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.branch import decisions
from app.branch.errors import Refused
from app.branch.events import (
    EventCorrected,
    RangeTold,
    ServiceFinished,
    ServiceStarted,
    StepEnded,
    StepStarted,
    TicketCalled,
    TicketNoShow,
    TicketTransferred,
    WindowClosed,
    WindowOpened,
    WindowPaused,
)
from app.branch.snapshot import to_plain
from app.branch.state import State, TicketState, WindowState

from .branches import A1, A2, BRANCH, Day, assert_sound, lawful_days, lawful_presses, play, ticket

SERVING_A1 = (ticket(1), WindowOpened("1", "wang"), TicketCalled(A1, "1"), ServiceStarted(A1, "1"))


def as_shown(state: State) -> dict[str, Any]:
    """All but what only ever grows: the order, who was heard, numbers that were printed."""
    plain: dict[str, Any] = to_plain(state)
    for name in ("seq", "last_at", "heard", "reported", "day", "counters"):
        del plain[name]
    plain["calls"] = plain["calls"][:11]
    return plain


@settings(max_examples=60)
@given(lawful_days(most=20), st.integers(0, 10_000))
def test_taking_back_restores_all_that_was(day: Day, choice: int) -> None:
    before = as_shown(day.state)
    facts = lawful_presses(day)
    press = day.say(facts[choice % len(facts)], after=0.5)
    assume(day.state.recent and day.state.recent[-1].seq == press.seq)  # some presses change nothing
    day.say(EventCorrected(press.seq), after=0.5)
    assert as_shown(day.state) == before


@settings(max_examples=30)
@given(lawful_days(most=30))
def test_one_press_after_the_other_back_to_the_beginning(day: Day) -> None:
    taken_back = []
    while day.state.recent:
        try:
            last = day.state.recent[-1].seq
            day.say(EventCorrected(last), after=0.0)
        except Refused:
            break
        taken_back.append(last)
        assert_sound(day.state)
    assert taken_back == sorted(taken_back, reverse=True)


@settings(max_examples=40)
@given(lawful_days(most=30), st.integers(1, 30))
def test_only_what_nothing_rests_on_is_taken_back(day: Day, corrects: int) -> None:
    before = as_shown(day.state)
    seen = {one.seq: one for one in day.state.recent}
    try:
        day.say(EventCorrected(corrects), after=0.0)
    except Refused:
        # An authoritative sender is not refused, but then nothing happens.
        day.report(EventCorrected(corrects), after=0.0)
        assert as_shown(day.state) == before
    else:
        own = seen[corrects]
        later = [one for one in seen.values() if one.seq > corrects]
        assert not any(own.windows.keys() & one.windows.keys() for one in later)
        assert not any(own.tickets.keys() & one.tickets.keys() for one in later)
    assert_sound(day.state)


def test_a_correction_is_not_corrected() -> None:
    day = play(Day(), SERVING_A1)
    day.say(EventCorrected(4))
    for seq in (4, 5):
        with pytest.raises(Refused, match="cannot be taken back"):
            day.say(EventCorrected(seq))


def test_a_press_is_taken_back_within_the_bound() -> None:
    day = play(Day(), SERVING_A1)
    with pytest.raises(Refused, match="not a press of the last 120 s") as refusal:
        day.say(EventCorrected(4), after=121)
    assert refusal.value.rule == "only a recent press can be taken back"


def test_the_latest_press_comes_first() -> None:
    day = play(Day(), SERVING_A1)
    with pytest.raises(Refused, match=r"event 4 \(service.started\) rests on it"):
        day.say(EventCorrected(3))


def test_a_late_report_can_rest_on_a_press_as_well() -> None:
    day = play(Day(), SERVING_A1[:2])
    day.say(TicketCalled(A1, "1"), at=day.now - 100)
    with pytest.raises(Refused, match="rests on it"):
        day.say(EventCorrected(2), after=50)


def told(about: str, low_s: float, **subject: str) -> RangeTold:
    return RangeTold(about, low_s, low_s + 60, "history", "first", **subject)  # type: ignore[arg-type]


def test_what_was_told_of_a_state_comes_back_with_it() -> None:
    day = play(Day(), SERVING_A1)
    day.service(told("service", 60.0, window="1"))
    shown = day.state.told["window/1"]
    day.say(ServiceFinished(A1, "1"))
    day.service(told("wrap_up", 30.0, window="1"))
    day.say(EventCorrected(6))
    assert day.state.told["window/1"] == shown


def test_what_was_told_since_stays_where_the_state_stayed() -> None:
    day = play(Day(), SERVING_A1)
    day.service(told("service", 60.0, window="1"))
    step = day.say(StepStarted("1", "s1", "copy"))
    day.service(told("service", 120.0, window="1"))
    day.service(told("return", 30.0, window="1", step_id="s1"))
    day.say(EventCorrected(step.seq))
    assert {about: one.low_s for about, one in day.state.told["window/1"].items()} == {"service": 120.0}


def test_a_step_that_had_not_ended_is_told_of_again() -> None:
    day = play(Day(), [*SERVING_A1, StepStarted("1", "s1", "copy")])
    day.service(told("return", 30.0, window="1", step_id="s1"))
    end = day.say(StepEnded("1", "s1"))
    day.service(told("service", 120.0, window="1"))
    day.say(EventCorrected(end.seq))
    assert set(day.state.told["window/1"]) == {"service", "return/s1"}


def test_a_call_taken_back_leaves_the_hall() -> None:
    day = play(Day(), SERVING_A1[:3])
    day.say(EventCorrected(3))
    assert not day.state.calls
    assert day.state.tickets[A1].state is TicketState.WAITING


def test_a_ticket_taken_back_is_gone_but_its_number_is_not_printed_twice() -> None:
    day = play(Day(), [ticket(1)])
    day.service(told("wait", 60.0, ticket=A1))
    day.say(EventCorrected(1))
    assert not day.state.tickets
    assert not day.state.told
    assert decisions.issue(BRANCH, day.state, "cash", 1, None, None, day.now).number == "A002"


def test_undo_at_a_window_takes_its_latest_press() -> None:
    day = play(Day(), [*SERVING_A1, WindowOpened("2"), ticket(2), TicketCalled(A2, "2")])
    assert decisions.undo(BRANCH, day.state, "1", day.now) == EventCorrected(4)
    day.say(decisions.undo(BRANCH, day.state, "2", day.now))
    day.say(decisions.undo(BRANCH, day.state, "2", day.now))
    assert day.state.windows["2"].state is WindowState.CLOSED
    with pytest.raises(Refused, match="Window 2 has no press of the last 120 s"):
        decisions.undo(BRANCH, day.state, "2", day.now)


def test_undo_waits_for_the_window_that_came_after() -> None:
    day = play(Day(), [*SERVING_A1, TicketTransferred(A1), WindowOpened("2"), TicketCalled(A1, "2")])
    with pytest.raises(Refused, match="rests on it"):
        decisions.undo(BRANCH, day.state, "1", day.now)
    play(day, [TicketNoShow(A1, "2"), WindowPaused("2", "lunch"), WindowClosed("2")])
    with pytest.raises(Refused, match="rests on it"):
        decisions.undo(BRANCH, day.state, "1", day.now)
