from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import fmean

import pytest

from app.branch.branch_file import LANGUAGES, Branch
from app.branch.events import (
    ServiceFinished,
    ServiceStarted,
    StepStarted,
    TicketNoShow,
    TicketRecalled,
    WindowClosed,
    WindowPaused,
)
from app.branch.fold import fold, fold_all
from app.branch.state import State, TicketState, Window, WindowState, new_state
from simulations.acting import demo
from simulations.acting.day import Day
from simulations.acting.lobby import DEMO
from simulations.acting.virtual import VirtualBranch, act

MONDAY = date(2026, 11, 23)


def states(service: VirtualBranch) -> list[dict[str, Window]]:
    """All windows after each event."""
    state, found = new_state(service.branch), []
    for event in service.events:
        fold(service.branch, state, event)
        found.append(dict(state.windows))
    return found


def waits_s(service: VirtualBranch) -> dict[str, list[float]]:
    """Waits from issue to first call, by the hour of the issue and, under "all", altogether."""
    issued: dict[str, float] = {}
    waits: dict[str, list[float]] = defaultdict(list)
    for event in service.events:
        ticket = getattr(event.fact, "ticket", "")
        if event.type == "ticket.issued":
            issued[ticket] = event.at
        elif event.type == "ticket.called" and ticket in issued:
            hour = datetime.fromtimestamp(issued[ticket], service.branch.zone).hour
            waited = event.at - issued.pop(ticket)
            waits[str(hour)].append(waited)
            waits["all"].append(waited)
    return waits


def test_the_branch_has_what_the_demo_promises(branch: Branch) -> None:
    assert len(branch.windows) == 6
    assert len(branch.businesses) == 4
    assert set(branch.priorities) == {"vip", "elderly"}
    assert all(0 < one.head_start_s < float("inf") for one in branch.priorities.values())
    for kind in (branch.businesses, branch.priorities, branch.steps):
        assert all(set(one.names) == set(LANGUAGES) for one in kind.values())
    assert not branch.steps["cash_counting"].public
    assert set(DEMO.businesses) == set(branch.businesses)
    assert set(DEMO.tellers) == set(branch.windows)
    assert {step.step for habit in DEMO.businesses.values() for step in habit.steps} == set(branch.steps)


def test_the_branch_files_minutes_are_near_the_truth(branch: Branch) -> None:
    for name, habit in DEMO.businesses.items():
        true = [habit.service.quantile(at) / 60 for at in (-1.2816, 0.0, 1.2816)]
        guessed = branch.businesses[name].minutes
        assert all(0.5 <= guess / one <= 2 for guess, one in zip(guessed, true, strict=True))


def test_the_first_day_is_believable(first_service: VirtualBranch) -> None:
    outcomes = Counter(ticket.state for ticket in first_service.state.tickets.values())
    tickets = outcomes.total()
    assert 250 <= tickets <= 350
    assert 0.02 <= outcomes[TicketState.ABANDONED] / tickets <= 0.06
    assert 0.02 <= outcomes[TicketState.NO_SHOW] / tickets <= 0.06
    waits = waits_s(first_service)
    minutes = {hour: max(some) / 60 for hour, some in waits.items()}
    assert 35 <= minutes["9"] <= 45
    assert 30 <= minutes["14"] <= 45
    assert minutes["all"] <= 45
    assert minutes["11"] < 15
    assert 8 <= fmean(waits["all"]) / 60 <= 20


@pytest.mark.parametrize("number", range(1, 6))
def test_later_days_are_believable_too(branch: Branch, number: int) -> None:
    service = act(branch, demo.day(MONDAY + timedelta(days=number), number))
    assert not service.refused
    assert 230 <= len(service.state.tickets) <= 370
    assert 4 <= fmean(waits_s(service)["all"]) / 60 <= 30


def test_every_feature_occurs_on_the_first_day(first_service: VirtualBranch) -> None:
    events = first_service.events
    happened = Counter(event.type for event in events)
    for kind in ("ticket.no_show", "ticket.transferred", "event.corrected", "ticket.abandoned"):
        assert 2 <= happened[kind] <= 20
    assert {event.fact.reason for event in events if isinstance(event.fact, WindowPaused)} >= {
        "break",
        "vault",
        "copying",
        "authorisation",
    }
    closings = [event.fact for event in events if isinstance(event.fact, WindowClosed)]
    assert {fact.reason for fact in closings} == {"closed", "lunch", "back_office", "not_yet_open"}
    assert all(fact.reopens_at for fact in closings if fact.reason != "closed")
    assert happened["window.closing"]
    told = {type(event.fact) for event in events if getattr(event.fact, "expected_s", None)}
    assert told == {WindowPaused, ServiceStarted, StepStarted, ServiceFinished}
    priorities = {ticket.priority for ticket in first_service.state.tickets.values()}
    assert priorities == {None, "vip", "elderly"}
    assert {ticket.language for ticket in first_service.state.tickets.values()} == {None, "en"}
    assert any(ticket.items > 1 for ticket in first_service.state.tickets.values())
    pictures = states(first_service)
    steps = [window.steps for windows in pictures for window in windows.values()]
    assert any(len(some) >= 2 for some in steps)
    assert any(step.away and step.step == "photocopy" for some in steps for step in some)
    missed = {event.fact.ticket for event in events if isinstance(event.fact, TicketNoShow)}
    recalled = Counter(event.fact.ticket for event in events if isinstance(event.fact, TicketRecalled))
    assert any(recalled[ticket] == 2 for ticket in missed), "somebody missed both calls and came back"


def test_the_demo_enters_where_there_is_much_to_see(first_service: VirtualBranch, first_day: Day) -> None:
    begins_at = demo.begins_at(first_day)
    before = (event for event in first_service.events if event.at < begins_at)
    state: State = fold_all(first_service.branch, new_state(first_service.branch), before)
    assert state.windows["5"].reason == "not_yet_open"
    assert state.windows["5"].reopens_at == begins_at + 20 * 60
    assert state.windows["6"].reason == "back_office"
    assert len(state.waiting()) >= 10
    serving = [one for one in state.windows.values() if one.state is WindowState.SERVING]
    assert len(serving) >= 3


def test_the_past_is_workdays_and_none_of_the_days_played(first_day: Day) -> None:
    days = list(demo.past(MONDAY, 6))
    assert [day.date.isoweekday() for day in days] == [5, 1, 2, 3, 4, 5]
    assert all(one.date < other.date for one, other in pairwise([*days, first_day]))
    assert len({day.customers[0].patience_s for day in (*days, first_day)}) == 7
