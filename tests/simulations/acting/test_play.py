from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import count
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.branch.branch_file import Branch
from app.branch.state import TicketState, WindowState
from simulations.acting import demo
from simulations.acting.command import Answer, Command
from simulations.acting.day import Day
from simulations.acting.play import Play
from simulations.acting.virtual import VirtualBranch, act, run

MONDAY = date(2026, 11, 23)


def test_a_play_is_over_when_the_last_teller_has_left(branch: Branch, first_day: Day) -> None:
    play = Play(first_day)
    assert play.next_at() is not None
    run(play, VirtualBranch(branch))
    assert play.finished
    assert play.next_at() is None
    assert play.step(float("inf")) is None


def test_command_ids_are_unique_and_carry_the_tag(first_day: Day) -> None:
    play = Play(first_day, tag="x-")
    commands = [play.step(first_day.doors_open_at + 60) for _ in range(8)]
    ids = [command.id for command in commands if command]
    assert len(ids) == len(set(ids)) > 5
    assert all(name.startswith("x-20261123-") for name in ids)


def test_nothing_is_due_before_its_time(first_day: Day) -> None:
    play = Play(first_day)
    at = play.next_at()
    assert at is not None
    assert at == first_day.doors_open_at - 120
    assert play.step(at - 0.01) is None
    assert play.step(at)


@settings(max_examples=5)
@given(seed=st.integers(0, 2**32), lag_s=st.floats(0.1, 20))
def test_answers_may_come_late_and_in_any_order(seed: int, lag_s: float) -> None:
    """As over HTTP: several presses on their way at once, each answered when it pleases the line."""
    rng = Random(seed)
    branch, day = demo.branch(), demo.day(MONDAY)
    day = replace(day, customers=day.customers[:90])
    play, service = Play(day), VirtualBranch(branch)
    flying: list[tuple[float, int, Command, Answer]] = []
    now, numbers = day.doors_open_at - 300, count()
    while not play.finished:
        moments = [at for at in (play.next_at(), min(flying)[0] if flying else None) if at is not None]
        now = max(now, min(moments))
        while flying and min(flying)[0] <= now:
            landing = min(flying)
            flying.remove(landing)
            play.answer(landing[2], landing[3], now)
        while command := play.step(now):
            answer = service.ask(replace(command, at=round(now, 3)))
            flying.append((now + rng.uniform(0.01, lag_s), next(numbers), command, answer))
    refused = Counter(command.name for command, _ in service.refused)
    assert set(refused) <= {"abandon", "start"}, "only where a call and a leaving customer cross"
    assert {window.state for window in service.state.windows.values()} == {WindowState.CLOSED}
    assert not service.state.waiting()


def test_a_long_break_of_the_line_delays_services_and_does_not_shorten_them(
    branch: Branch, first_day: Day
) -> None:
    play, service = Play(first_day), VirtualBranch(branch)
    gone_at, gone_s = first_day.doors_open_at + 3600, 600.0
    while (at := play.next_at()) is not None:
        now = gone_at + gone_s if gone_at <= at < gone_at + gone_s else at
        while command := play.step(now):
            play.answer(command, service.ask(replace(command, at=round(now, 3))), now)
    assert service.refused == []
    started: dict[str, float] = {}
    for event in service.events:
        ticket = getattr(event.fact, "ticket", "")
        if event.type == "service.started":
            started[ticket] = event.at
        elif event.type == "service.finished":
            assert event.at - started[ticket] > 10


def test_a_ticket_from_elsewhere_is_served_like_any_other(branch: Branch, first_day: Day) -> None:
    """Somebody takes a ticket at a kiosk of the running demo."""
    play, service = Play(replace(first_day, customers=())), VirtualBranch(branch)
    issue = Command("kiosk-1", first_day.doors_open_at + 3600, "issue", {"business": "personal"})
    ticket = ""
    while (at := play.next_at()) is not None:
        if not ticket and at > issue.at:
            ticket = str(service.ask(issue).body["ticket"])
        while command := play.step(at):
            play.answer(command, service.ask(command), at)
    served = service.state.tickets[ticket]
    assert served.state is TicketState.FINISHED
    assert served.called_at is not None
    assert served.called_at - served.issued_at <= 30


def test_tellers_go_on_when_somebody_else_was_at_the_keys(branch: Branch, first_day: Day) -> None:
    play, service = Play(first_day), VirtualBranch(branch)
    meddled = 0
    while (at := play.next_at()) is not None:
        while command := play.step(at):
            if command.name == "start" and command.window == "2" and meddled < 3:
                meddled += 1
                assert service.ask(Command(f"other-{meddled}", command.at, "start", {}, "2")).done
                assert service.ask(Command(f"away-{meddled}", command.at, "finish", {}, "2")).done
            play.answer(command, service.ask(command), at)
    assert meddled == 3
    assert {command.name for command, _ in service.refused} == {"start"}
    served = Counter(ticket.window for ticket in service.state.tickets.values())
    assert served["2"] > 20


def test_without_customers_a_day_is_only_its_roster(branch: Branch, first_day: Day) -> None:
    service = act(branch, replace(first_day, customers=()))
    kinds = {event.type.split(".")[0] for event in service.events}
    assert kinds == {"window", "teller"}


@pytest.mark.parametrize("status", [404, 409, 503])
def test_a_service_that_refuses_everything_does_not_keep_the_tellers(first_day: Day, status: int) -> None:
    play = Play(first_day)
    while (at := play.next_at()) is not None:
        while command := play.step(at):
            play.answer(command, Answer(status), at)
    assert play.finished
