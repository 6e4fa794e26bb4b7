"""The virtual branch against checks that know nothing of the domain's code."""

import re
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from app.branch import branch_file
from app.branch.branch_file import Branch
from app.branch.check import lawful
from app.branch.events import SERVICE, event_to_plain, parse_event
from app.branch.fold import fold
from app.branch.snapshot import to_plain
from app.branch.state import TicketState, new_state
from simulations.acting import demo
from simulations.acting.command import Answer, Command
from simulations.acting.day import Day, draw
from simulations.acting.lobby import DEMO, BusinessHabit, Lobby, Lognormal
from simulations.acting.play import Play
from simulations.acting.virtual import VirtualBranch, act, run

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize("seed", [demo.SEED, 1, 2, 3])
def test_every_event_is_lawful_for_a_strict_sender(branch: Branch, seed: int) -> None:
    service = act(branch, demo.day(MONDAY, 0, seed))
    assert service.refused == []
    state = new_state(branch)
    for event in service.events:
        said = parse_event(event_to_plain(event, branch.zone))
        assert lawful(branch, state, said), event
        assert event.at >= state.last_at
        fold(branch, state, said)
    assert to_plain(state) == to_plain(service.state)


def test_the_same_day_makes_the_same_events(branch: Branch, first_service: VirtualBranch) -> None:
    assert act(branch, demo.day(MONDAY)).events == first_service.events


def test_the_day_ends_with_everybody_served_or_gone(first_service: VirtualBranch) -> None:
    left = {ticket.state for ticket in first_service.state.tickets.values()}
    assert left == {TicketState.FINISHED, TicketState.NO_SHOW, TicketState.ABANDONED}
    windows = first_service.state.windows.values()
    assert {(one.state.value, one.reason, one.teller) for one in windows} == {("closed", "closed", None)}


def test_who_is_called_stood_first(branch: Branch, first_service: VirtualBranch) -> None:
    """First come, first served among equals; with the head starts at a business's own windows."""
    head_start = {None: 0.0} | {name: one.head_start_s for name, one in branch.priorities.items()}
    born: dict[str, tuple[float, str | None]] = {}
    line: dict[str, str] = {}
    for event in first_service.events:
        plain = event_to_plain(event)
        ticket = str(plain.get("ticket"))
        match event.type:
            case "ticket.issued":
                born[ticket] = (event.at, plain.get("priority"))
                line[ticket] = plain["business"]
            case "ticket.transferred":
                line[ticket] = plain["business"]
            case "ticket.abandoned":
                del line[ticket]
            case "ticket.called":
                business = line.pop(ticket)
                at, priority = born[ticket]
                rivals = [born[other] for other, own in line.items() if own == business]
                assert at <= min((came for came, own in rivals if own == priority), default=at)
                if business in branch.windows[plain["window"]].businesses:
                    place = at - head_start[priority]
                    assert place <= min((came - head_start[own] for came, own in rivals), default=place)


PLAIN = """
[branch]
id = "plain"
names = { en = "One window" }
timezone = "Asia/Shanghai"
[[business]]
id = "all"
prefix = "A"
names = { en = "All" }
minutes = [1, 2, 5]
[[window]]
id = "1"
businesses = ["all"]
[[roster.opening]]
window = "1"
from = "08:30"
to = "12:30"
"""

CALM = Lobby(
    doors_open=DEMO.doors_open,
    arrivals=(12.0,) * 8,
    businesses={"all": BusinessHabit(1.0, Lognormal(100.0, 0.8))},
    tellers={"1": 1.0},
    patience=Lognormal(9e9, 0.1),
    no_show_share=0.0,
    slip_share=0.0,
    told_share=0.0,
)


@pytest.mark.parametrize("seed", range(5))
def test_one_window_follows_lindleys_recursion(seed: int) -> None:
    """D. V. Lindley 1952: who comes is called when free, or 3 s after coming to an idle window."""
    plain = branch_file.parse(PLAIN)
    day = draw(CALM, plain, MONDAY, np.random.default_rng(seed))
    service = act(plain, day)
    called = [event.at for event in service.events if event.type == "ticket.called"]
    free_at = day.tellers[0].stints[0].opens_at
    pace = day.tellers[0].pace
    expected = []
    for customer in day.customers:
        errand = customer.errands[0]
        at = free_at if customer.arrives_at <= free_at else customer.arrives_at + 3.0
        expected.append(at)
        free_at = at + customer.walking_s + errand.service_s * pace + errand.wrap_up_s
    assert len(called) > 50
    assert called == pytest.approx(expected, abs=0.01)


def test_a_press_out_of_order_is_refused_and_changes_nothing(branch: Branch) -> None:
    service = VirtualBranch(branch)
    before = to_plain(service.state)
    for name in ("start", "finish", "next", "undo", "ready", "sign-out"):
        answer = service.ask(Command(f"c-{name}", 1e9, name, {}, "1"))
        assert answer.status == 409
        assert answer.body["detail"]
    assert to_plain(service.state) == before
    assert len(service.refused) == 6


def test_next_in_an_empty_lobby_calls_nobody(branch: Branch) -> None:
    service = VirtualBranch(branch)
    assert service.ask(Command("c-1", 1e9, "open", {"teller": "T1"}, "1")).done
    assert service.ask(Command("c-2", 1e9, "next", {}, "1")) == Answer(204)


def test_whoever_still_waits_at_the_days_end_is_gone_the_next_morning(branch: Branch, first_day: Day) -> None:
    nobody = replace(first_day, tellers=first_day.tellers[:1])
    service = act(branch, nobody)
    waiting = len(service.state.waiting())
    assert waiting
    service.turn(first_day.doors_open_at + timedelta(days=1).total_seconds())
    ends = [event for event in service.events if event.sender == SERVICE]
    assert len(ends) == waiting
    assert not service.state.waiting()


def test_a_day_may_follow_another(branch: Branch) -> None:
    service = VirtualBranch(branch)
    for number in range(2):
        day = demo.day(MONDAY + timedelta(days=number), number)
        service.turn(day.doors_open_at - 3600)
        run(Play(day), service)
    assert service.refused == []
    assert {one.ticket[:8] for one in service.state.tickets.values()} == {"20261124"}


def test_paths_are_those_of_the_contract() -> None:
    commands = [
        Command("1", 0.0, "issue", {"business": "personal"}),
        Command("2", 0.0, "abandon", {}, ticket="20261123-A001"),
        Command("3", 0.0, "back-office", {}, "6"),
    ]
    paths = [command.path for command in commands]
    assert paths == ["/tickets", "/tickets/20261123-A001/abandon", "/windows/6/back-office"]
    assert all(re.fullmatch(r"(/[A-Za-z0-9._-]+)+", path) for path in paths)
