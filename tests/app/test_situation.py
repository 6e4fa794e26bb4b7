from __future__ import annotations

from app.branch.branch_file import parse
from app.branch.events import (
    Event,
    Fact,
    ServiceFinished,
    ServiceStarted,
    StepEnded,
    StepStarted,
    TicketCalled,
    TicketIssued,
    WindowClosed,
    WindowClosing,
    WindowOpened,
)
from app.branch.fold import fold
from app.branch.snapshot import from_plain, to_plain
from app.branch.state import State, new_state
from app.situation import situation
from estimator.pools import Pools
from estimator.situation import EndedStep, WindowNow

from .served import SMALL, TEN

BRANCH = parse(SMALL)
SERVING: list[tuple[float, Fact]] = [
    (0.0, WindowOpened("1", "wang")),
    (1.0, TicketIssued("t1", "A001", "personal")),
    (2.0, TicketCalled("t1", "1")),
    (10.0, ServiceStarted("t1", "1")),
    (40.0, StepStarted("1", "s1", "copy")),
    (50.0, StepStarted("1", "s2", "copy")),
    (100.0, StepEnded("1", "s1")),
]


def state_after(facts: list[tuple[float, Fact]], sender: str = "local") -> State:
    state = new_state(BRANCH)
    for seq, (after_s, fact) in enumerate(facts, 1):
        fold(BRANCH, state, Event(f"e{seq}", sender, TEN + after_s, fact, seq, TEN + after_s))
    return state


def window(facts: list[tuple[float, Fact]], after_s: float, sender: str = "local") -> WindowNow:
    state = from_plain(to_plain(state_after(facts, sender)))
    return situation(BRANCH, state, Pools(), TEN + after_s).windows[0]


def test_a_service_knows_the_last_of_its_steps_that_is_over() -> None:
    assert window(SERVING[:-1], 90.0).after is None
    now = window(SERVING, 130.0)
    assert now.after == EndedStep("copy", 30.0)
    assert [(step.step_id, step.elapsed_s) for step in now.steps] == [("s2", 80.0)]


def test_a_service_that_is_over_leaves_no_steps() -> None:
    over = [*SERVING, (150.0, ServiceFinished("t1", "1"))]
    assert window(over, 160.0).after is None
    assert state_after(over).windows["1"].ended_steps == ()


def test_where_nobody_says_who_is_there_the_line_tells_how_long_a_window_was_not_ready() -> None:
    served = [*SERVING[:4], (150.0, ServiceFinished("t1", "1"))]
    someone: list[tuple[float, Fact]] = [
        (160.0, WindowOpened("2")),
        (170.0, TicketIssued("t2", "A002", "personal")),
        (200.0, TicketCalled("t2", "2")),
    ]
    assert window(served, 300.0).reports_presence
    idle = window(served, 300.0, "machine")
    assert (idle.reports_presence, idle.phase, idle.passed_over_s) == (False, "open", 0.0)
    assert idle.reluctance == BRANCH.windows["1"].reluctance
    assert window([*served, *someone], 300.0, "machine").passed_over_s == 50.0
    waiting = [*served, *someone[:2]]
    assert window(waiting, 300.0, "machine").eligible_waiting_for_s == 130.0


def test_who_closed_today_has_said_so_and_who_never_came_has_not() -> None:
    assert window([], 10.0).reports_presence  # nothing is known of who comes at this hour
    pools = Pools()
    pools.presence.newcomers[:, 10] = (20.0, 36_000.0)
    fresh = situation(BRANCH, state_after([]), pools, TEN).windows[0]
    assert (fresh.phase, fresh.reports_presence) == ("closed", False)  # only the machine could say so
    over = [*SERVING[:4], (150.0, ServiceFinished("t1", "1")), (160.0, WindowClosed("1"))]
    gone = window(over, 300.0, "machine")
    assert (gone.phase, gone.reports_presence) == ("closed", True)


ROSTER = parse(
    SMALL
    + """
[roster]
opening = [
  { window = "1", from = "09:00", to = "17:00" },
  { window = "2", from = "09:00", to = "15:00" },
  { window = "3", from = "09:00", to = "17:00" },
]
break = [{ window = "1", from = "12:00", to = "12:45" }]
"""
)
LUNCH = TEN + 2 * 3600.0
LUNCHED: list[tuple[float, Fact]] = [
    (LUNCH - TEN - 200.0, WindowOpened("1")),
    (LUNCH - TEN - 100.0, TicketIssued("t1", "A001", "personal")),
    (LUNCH - TEN - 60.0, TicketCalled("t1", "1")),
    (LUNCH - TEN - 50.0, ServiceStarted("t1", "1")),
]


def unsaid(facts: list[tuple[float, Fact]], now: float, sender: str = "machine") -> WindowNow:
    """Window 1, of which nobody says who is there, as the roster has it."""
    state = new_state(ROSTER)
    for seq, (after_s, fact) in enumerate(facts, 1):
        fold(ROSTER, state, Event(f"e{seq}", sender, TEN + after_s, fact, seq, TEN + after_s))
    return situation(ROSTER, state, Pools(), now).windows[0]


def test_who_is_served_when_the_break_begins_is_the_last_before_it() -> None:
    busy = unsaid(LUNCHED, LUNCH + 100.0)
    assert (busy.phase, busy.closing, busy.stops_in_s, busy.reopens_in_s) == ("serving", True, 0.0, 2600.0)
    before = unsaid(LUNCHED, LUNCH - 10.0)
    assert (before.closing, before.stops_in_s, before.reopens_in_s) == (False, 10.0, 2710.0)
    assert not unsaid(LUNCHED, LUNCH + 100.0, "local").closing  # there the teller would say so


def test_a_window_on_its_planned_break_is_away_until_its_end_though_nobody_says_so() -> None:
    over = [*LUNCHED, (LUNCH - TEN + 30.0, ServiceFinished("t1", "1"))]
    away = unsaid(over, LUNCH + 700.0)
    assert (away.phase, away.opens_in_s, away.stops_in_s) == ("closed", 2000.0, None)
    back = unsaid(over, LUNCH + 2700.0 + 40.0)  # as if it had just let its customer go
    assert (back.phase, back.reports_presence, back.elapsed_s) == ("open", False, 40.0)
    assert unsaid(over, LUNCH + 700.0, "local").phase == "wrapping_up"


def test_who_calls_during_a_planned_break_is_not_on_it() -> None:
    there = [
        *LUNCHED,
        (LUNCH - TEN + 30.0, ServiceFinished("t1", "1")),
        (LUNCH - TEN + 60.0, TicketIssued("t2", "A002", "personal")),
        (LUNCH - TEN + 61.0, TicketCalled("t2", "1")),
        (LUNCH - TEN + 70.0, ServiceStarted("t2", "1")),
    ]
    assert not unsaid(there, LUNCH + 100.0).closing
    over = [*there, (LUNCH - TEN + 90.0, ServiceFinished("t2", "1"))]
    assert unsaid(over, LUNCH + 100.0).phase == "open"


def test_a_window_whose_day_is_planned_to_be_over_is_gone() -> None:
    state = new_state(ROSTER)
    facts = [
        TicketIssued("t1", "A001", "personal"),
        WindowOpened("2"),
        TicketCalled("t1", "2"),
        ServiceStarted("t1", "2"),
        ServiceFinished("t1", "2"),
    ]
    for seq, fact in enumerate(facts, 1):
        at = TEN + 5 * 3600.0 - 100.0 + seq
        fold(ROSTER, state, Event(f"e{seq}", "machine", at, fact, seq, at))
    gone = situation(ROSTER, state, Pools(), TEN + 5 * 3600.0 + 60.0).windows[1]
    assert (gone.phase, gone.opens_in_s, gone.reports_presence) == ("closed", None, True)


OPENED = tuple(WindowOpened(window, "wang") for window in "123")


def planned(now: float, *facts: Fact) -> list[tuple[float | None, float | None]]:
    """When each window stops and reopens, in seconds from now."""
    state = new_state(ROSTER)
    for seq, fact in enumerate(facts, 1):
        fold(ROSTER, state, Event(f"e{seq}", "local", now, fact, seq, now))
    windows = situation(ROSTER, state, Pools(), now).windows
    return [(one.stops_in_s, one.reopens_in_s) for one in windows]


def test_a_break_has_an_end_but_a_part_time_window_stays_away() -> None:
    hour = 3600.0
    assert planned(TEN, *OPENED)[:2] == [(2 * hour, 2.75 * hour), (5 * hour, None)]


def test_when_the_doors_close_whoever_holds_a_ticket_is_still_served() -> None:
    assert planned(TEN + 6 * 3600.0, *OPENED) == [(None, None)] * 3


def test_a_window_that_closes_before_its_break_comes_back_after_it() -> None:
    before_noon = TEN + 6900.0
    assert planned(before_noon, *(fact for _, fact in SERVING[:4]), WindowClosing("1"))[0] == (0.0, 3000.0)


def test_a_window_that_closed_early_for_its_break_stops_after_it() -> None:
    assert planned(TEN + 6900.0, WindowOpened("1", "wang"), WindowClosed("1", "lunch"))[0] == (None, None)
