from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given

from app.branch.events import (
    Event,
    Fact,
    RangeTold,
    ServiceFinished,
    ServiceStarted,
    StepEnded,
    StepStarted,
    TicketAbandoned,
    TicketCalled,
    TicketIssued,
    TicketNoShow,
    TicketRecalled,
    TicketTransferred,
    WindowOpened,
    WindowPaused,
    WindowReady,
    WindowResumed,
)
from app.branch.fold import fold
from app.branch.observe import observations
from app.branch.state import new_state

from .branches import A1, A2, BRANCH, T0, Day, event_lists, ticket

START: list[Fact] = [WindowOpened("1", "wang"), ticket(1, items=3), TicketCalled(A1, "1")]
SERVING: list[Fact] = [*START, ServiceStarted(A1, "1", 120.0)]


def learned(day: Day) -> list[tuple[str, float]]:
    """Kind and duration of all that the day's events taught."""
    state = new_state(BRANCH)
    found: list[tuple[str, float]] = []
    for event in day.events:
        found += [(one.kind, round(one.value_s, 3)) for one in observations(BRANCH, state, event)]
        fold(BRANCH, state, event)
    return found


def lived(*facts: tuple[Fact, float], sender: str = "local") -> Day:
    """A day of facts, each so many seconds after the last."""
    day = Day()
    for fact, after in facts:
        if sender == "local":
            day.say(fact, after=after)
        else:
            day.report(fact, sender, after=after)
    return day


def last_of(day: Day) -> list[dict[str, Any]]:
    """What the last event taught, without what says nothing."""
    state = new_state(BRANCH)
    for event in day.events[:-1]:
        fold(BRANCH, state, event)
    found = observations(BRANCH, state, day.events[-1])
    return [{name: value for name, value in asdict(one).items() if value not in (None, "")} for one in found]


def test_an_arrival() -> None:
    day = lived((ticket(1, priority="vip"), 0.0))
    assert last_of(day) == [
        {"kind": "arrival", "at": T0, "value_s": 0.0, "business": "cash", "priority": "vip",
         "day": 739_941, "hour": 9, "censored": False}
    ]  # fmt: skip
    assert last_of(lived((ticket(1), 0.0)))[0]["priority"] == "normal"


def test_a_service_with_all_that_is_known_of_it() -> None:
    day = lived(*((fact, 1.0) for fact in SERVING), (ServiceFinished(A1, "1"), 90.0))
    assert last_of(day) == [
        {"kind": "service", "at": day.now, "value_s": 90.0, "business": "cash", "teller": "wang", "items": 3,
         "told_s": 120.0, "hour": 9, "censored": False}
    ]  # fmt: skip


def test_a_whole_turn() -> None:
    day = lived(
        (WindowOpened("1"), 0.0), (ticket(1), 0.0), (TicketCalled(A1, "1"), 60.0),
        (ServiceStarted(A1, "1"), 15.0), (ServiceFinished(A1, "1", "records", 30.0), 90.0),
        (WindowReady("1"), 25.0),
    )  # fmt: skip
    turn = [("arrival", 0.0), ("patience", 60.0), ("idle", 60.0), ("walking", 15.0), ("service", 90.0)]
    assert learned(day) == [*turn, ("wrap_up", 25.0)]
    assert last_of(day)[0]["told_s"] == 30.0


def test_a_call_ends_a_wrap_up_and_so_does_a_recall() -> None:
    turn = [*((fact, 1.0) for fact in SERVING), (ServiceFinished(A1, "1"), 90.0), (ticket(2), 1.0)]
    day = lived(*turn, (TicketCalled(A2, "1"), 20.0))
    assert ("wrap_up", 21.0) in learned(day)
    day = lived(*turn, (TicketCalled(A2, "1"), 1.0), (TicketNoShow(A2, "1"), 30.0))
    assert last_of(day) == [{"kind": "no_show", "at": day.now, "value_s": 30.0, "censored": False}]
    day = lived(
        (WindowOpened("1"), 0.0), (ticket(2), 1.0), (TicketCalled(A2, "1"), 1.0),
        (TicketNoShow(A2, "1"), 1.0), (ticket(1), 1.0), (TicketCalled(A1, "1"), 1.0),
        (ServiceStarted(A1, "1"), 1.0),
        (ServiceFinished(A1, "1"), 1.0), (TicketRecalled(A2, "1"), 40.0),
    )  # fmt: skip
    assert (last_of(day)[0]["kind"], last_of(day)[0]["value_s"]) == ("wrap_up", 40.0)


@pytest.mark.parametrize(("reason", "censored"), [("left", False), ("day_end", True)])
def test_patience_is_seen_whole_only_in_those_who_left(reason: str, censored: bool) -> None:
    day = lived((ticket(1), 0.0), (TicketAbandoned(A1, reason), 300.0))
    assert last_of(day)[0]["censored"] is censored
    assert learned(day)[-1] == ("patience", 300.0)


def test_pauses_and_steps_by_name() -> None:
    pause = WindowPaused("1", "lunch", 600.0)
    day = lived((WindowOpened("1"), 0.0), (pause, 1.0), (WindowResumed("1"), 700.0))
    assert last_of(day) == [
        {"kind": "pause", "at": day.now, "value_s": 700.0, "name": "lunch", "told_s": 600.0,
         "censored": False}
    ]  # fmt: skip
    steps: list[Fact] = [StepStarted("1", "s1", "copy", expected_s=60.0), StepEnded("1", "s1")]
    day = lived(*((fact, 5.0) for fact in [*SERVING, *steps]))
    assert last_of(day)[0]["name"] == "copy"
    assert learned(day)[-1] == ("step", 5.0)


def test_idle_counts_from_when_somebody_could_be_called() -> None:
    turn = [*((fact, 1.0) for fact in SERVING), (ServiceFinished(A1, "1"), 90.0), (WindowReady("1"), 5.0)]
    assert learned(lived(*turn, (ticket(2), 50.0), (TicketCalled(A2, "1"), 4.0)))[-1] == ("idle", 4.0)
    reluctant = lived((WindowOpened("3"), 0.0), (ticket(1), 0.0), (TicketCalled(A1, "3"), 310.0))
    assert learned(reluctant)[-1] == ("idle", 10.0)


def test_an_unreported_wrap_up_is_seen_where_somebody_waited_all_along() -> None:
    turn = [*((fact, 1.0) for fact in SERVING), (ServiceFinished(A1, "1"), 90.0)]
    before = lived((ticket(2), 0.0), *turn, (TicketCalled(A2, "1"), 35.0), sender="poor")
    assert learned(before)[-1] == ("wrap_up", 35.0)
    after = lived(*turn, (ticket(2), 30.0), (TicketCalled(A2, "1"), 5.0), sender="poor")
    assert learned(after)[-1] == ("idle", 5.0)


def test_a_pause_or_a_no_show_in_between_is_no_wrap_up() -> None:
    turn = [(ticket(2), 0.0), *((fact, 1.0) for fact in SERVING), (ServiceFinished(A1, "1"), 90.0)]
    pause: list[tuple[Fact, float]] = [(WindowPaused("1", "lunch"), 1.0), (WindowResumed("1"), 1800.0)]
    assert learned(lived(*turn, *pause, (TicketCalled(A2, "1"), 5.0), sender="poor"))[-1] == ("idle", 5.0)
    missed: list[tuple[Fact, float]] = [(fact, 1.0) for fact in (*START, TicketNoShow(A1, "1"))]
    day = lived((ticket(2), 0.0), *missed, (TicketCalled(A2, "1"), 5.0), sender="poor")
    assert learned(day)[-1] == ("idle", 5.0)


def test_a_service_whose_start_was_lost_is_not_learned() -> None:
    day = lived(*((fact, 1.0) for fact in START), sender="machine")
    day.report(ServiceFinished(A1, "1"), after=100)
    assert not {"service", "walking"} & {kind for kind, _ in learned(day)}


def test_a_start_that_is_never_reported_is_good_enough_for_the_service_but_not_for_the_walk() -> None:
    day = lived(*((fact, 1.0) for fact in START), sender="poor")
    day.service(ServiceStarted(A1, "1"), after=20.0)
    day.report(ServiceFinished(A1, "1"), "poor", after=100.0)
    kinds = dict(learned(day))
    assert kinds["service"] == 100.0
    assert "walking" not in kinds


def test_an_end_that_was_implied_teaches_nothing_and_neither_does_its_late_report() -> None:
    day = lived(*((fact, 1.0) for fact in SERVING), (ticket(2), 1.0), sender="machine")
    day.report(TicketCalled(A2, "1"), after=90)
    day.report(ServiceFinished(A1, "1"), after=1, at=day.now - 60)
    assert "service" not in {kind for kind, _ in learned(day)}
    assert last_of(day) == []


def test_an_issue_that_was_implied_is_an_arrival_once_it_is_reported() -> None:
    day = Day()
    day.report(TicketCalled(A1, "1"))
    day.report(TicketIssued(A1, "A001", "cash"), at=day.now - 50)
    day.report(TicketIssued(A1, "A001", "cash"), at=day.now - 50)
    assert [kind for kind, _ in learned(day)].count("arrival") == 1


@given(event_lists())
def test_whatever_happens_durations_are_never_negative(events: list[Event]) -> None:
    state = new_state(BRANCH)
    for event in events:
        assert all(one.value_s >= 0 and one.at == event.at for one in observations(BRANCH, state, event))
        fold(BRANCH, state, event)


def test_what_follows_each_step_of_a_service() -> None:
    day = lived(
        *((fact, 1.0) for fact in SERVING),
        (StepStarted("1", "s1", "copy", "teller"), 10.0),
        (StepStarted("1", "s2", "copy", "supervisor"), 10.0),
        (StepEnded("1", "s1"), 10.0),
        (StepEnded("1", "s2"), 20.0),
        (ServiceFinished(A1, "1"), 30.0),
    )
    found = [one for one in last_of(day) if one["kind"] == "after_step"]
    assert [(one["name"], one["value_s"], one["business"]) for one in found] == [
        ("copy", 50.0, "cash"),
        ("copy", 30.0, "cash"),
    ]


def told(ticket: str, low_s: float, high_s: float, ahead: int, first_s: float = 0.0) -> RangeTold:
    first = {"first_s": first_s, "first_low_s": 60.0, "first_high_s": 300.0} if first_s else {}
    said = {} if first_s else {"p10_s": low_s + 1, "median_s": low_s + 2, "p90_s": high_s - 1}
    return RangeTold("wait", low_s, high_s, "branch", "first", ticket, ahead=ahead, **first, **said)  # type: ignore[arg-type]


def test_a_wait_is_held_against_what_was_told_first_and_the_depth_then() -> None:
    day = lived((WindowOpened("1"), 0.0), (ticket(1), 0.0))
    day.service(told(A1, 60.0, 300.0, 4), after=1.0)
    day.service(told(A1, 600.0, 900.0, 2, first_s=100.0), after=100.0)
    day.say(TicketCalled(A1, "1"), after=50.0)
    (wait,) = (one for one in last_of(day) if one["kind"] == "wait")
    assert wait == {"kind": "wait", "at": day.now, "value_s": 150.0, "business": "cash", "ahead": 4,
                    "p10_s": 61.0, "median_s": 62.0, "p90_s": 299.0, "censored": False}  # fmt: skip


def test_who_left_or_was_told_nothing_or_anew_teaches_no_wait() -> None:
    day = lived((WindowOpened("1"), 0.0), (ticket(1), 0.0), (ticket(2), 0.0))
    day.service(told(A1, 60.0, 300.0, 4))
    day.say(TicketAbandoned(A1))
    day.say(TicketCalled(A2, "1"))
    assert "wait" not in dict(learned(day))
    day.say(TicketTransferred(A2))
    day.service(told(A2, 0.0, 120.0, 0), after=10.0)
    day.say(TicketCalled(A2, "1"), after=7.0)
    assert dict(learned(day))["wait"] == 7.0
