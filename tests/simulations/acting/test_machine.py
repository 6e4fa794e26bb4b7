from collections import Counter

import pytest

from app.branch.branch_file import Branch
from app.branch.events import Event
from app.owner import Owner
from simulations.acting import busy, machine
from simulations.acting.past import act as live_and_record
from simulations.acting.virtual import act


@pytest.fixture(scope="module")
def branch() -> Branch:
    return busy.branch()


@pytest.fixture(scope="module")
def events(branch: Branch) -> list[Event]:
    return act(branch, next(busy.weeks(12))).events


def test_it_reports_tickets_calls_and_ends_only(events: list[Event]) -> None:
    kinds = Counter(event.type for event in machine.reported(events))
    assert set(kinds) == {
        *("ticket.issued", "ticket.called", "ticket.recalled", "ticket.no_show", "ticket.abandoned"),
        *("ticket.transferred", "service.finished"),
    }
    assert {event.sender for event in machine.reported(events)} == {machine.SENDER}


def test_a_branch_follows_it(branch: Branch, events: list[Event]) -> None:
    owner = Owner(branch)
    for event in machine.reported(events):
        for due in owner.say(owner.due({}, event.at), event.at):
            owner.commit(due)
        for fresh in owner.accept([event], event.at, lambda *_: None, lambda _: False)[1]:
            owner.commit(fresh)
    pools = owner.learned.pools
    served = sum(event.type == "service.finished" for event in machine.reported(events))
    assert pools.cases("service") > 0.9 * served
    assert pools.cases("step") == 0
    assert pools.no_show_share() < 0.2


def test_its_history_knows_neither_starts_nor_wrap_ups(branch: Branch) -> None:
    rows = live_and_record(branch, [next(busy.weeks(12))]).rows
    known = machine.rows(rows)
    assert [row["finished_at"] for row in known] == [row["finished_at"] for row in rows]
    assert {row[name] for row in known for name in machine.UNKNOWN} == {""}
    assert any(row["ready_at"] for row in rows)
