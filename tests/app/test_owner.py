"""The one owner of a branch, without any I/O: what is accepted, followed, taken back and learned."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.branch.branch_file import parse
from app.branch.errors import BranchError, Malformed, OtherContent, Refused
from app.branch.events import (
    Event,
    EventCorrected,
    Fact,
    TicketCalled,
    TicketIssued,
    WindowOpened,
    WindowPaused,
    WindowResumed,
)
from app.owner import Accepted, Owner, fold_version

from .served import SMALL, TEN

BRANCH = parse(SMALL)


def nothing(_sender: str, _name: str) -> Event | None:
    return None


def unknown(_ticket: str) -> bool:
    return False


def accept(
    owner: Owner, *facts: Fact, sender: str = "local", at: float = TEN
) -> tuple[list[Accepted], list[Event]]:
    first = owner.head.seq
    events = [Event(f"{sender}{first}-{n}", sender, at, fact) for n, fact in enumerate(facts)]
    return owner.accept(events, at, nothing, unknown)


def commit(owner: Owner, *facts: Fact, sender: str = "local", at: float = TEN) -> None:
    for event in accept(owner, *facts, sender=sender, at=at)[1]:
        owner.commit(event)


def issued(n: int, business: str = "personal") -> TicketIssued:
    return TicketIssued(f"T{n}", f"A{n:03d}", business)


def test_nothing_is_shown_before_it_is_committed_and_all_is_forgotten_on_failure() -> None:
    owner = Owner(BRANCH)
    _, fresh = accept(owner, WindowOpened("1"), issued(1))
    assert (owner.head.seq, owner.state.seq) == (2, 0)
    owner.roll_back()
    assert owner.head == owner.state
    _, again = accept(owner, WindowOpened("1"), issued(1))
    assert [one.seq for one in again] == [one.seq for one in fresh] == [1, 2]
    for event in again:
        owner.commit(event)
    assert owner.head == owner.state


def test_a_refused_array_changes_nothing() -> None:
    owner = Owner(BRANCH)
    commit(owner, WindowOpened("1"))
    before = owner.head.copy()
    with pytest.raises(Refused, match="event 1: ") as refusal:
        accept(owner, issued(1), WindowOpened("1"), issued(2))
    assert refusal.value.detail == str(refusal.value)
    assert owner.head == before
    with pytest.raises(Malformed) as malformed:
        accept(owner, issued(1), issued(2), at=TEN - 10_000)
    assert malformed.value.field == "[0].at"


def test_the_same_event_within_one_request() -> None:
    owner = Owner(BRANCH)
    event = Event("x", "local", TEN, issued(1))
    answers, fresh = owner.accept([event, event], TEN, nothing, unknown)
    assert [answer.repeated for answer in answers] == [False, True]
    assert len(fresh) == 1
    other = Event("x", "local", TEN, issued(2))
    with pytest.raises(OtherContent):
        owner.accept([event, other], TEN, lambda _s, _n: event, unknown)


def test_a_ticket_of_an_earlier_day_is_not_issued_again() -> None:
    with pytest.raises(Refused, match="issued before"):
        Owner(BRANCH).accept([Event("x", "local", TEN, issued(1))], TEN, nothing, lambda _ticket: True)


def test_a_record_is_followed_in_its_order_only() -> None:
    source, follower = Owner(BRANCH), Owner(BRANCH)
    _, events = accept(source, WindowOpened("1"), issued(1), TicketCalled("T1", "1"))
    follower.follow(events[0])
    with pytest.raises(Refused, match="follows event 1"):
        follower.follow(events[2])
    for event in events[1:]:
        follower.follow(event)
    assert follower.head == follower.state == source.head


def test_the_forecast_of_one_question_is_always_the_same() -> None:
    owner = Owner(BRANCH)
    commit(owner, WindowOpened("1"), *(issued(n) for n in range(5)))
    question = owner.question(TEN + 1)
    assert owner.answer(question) == owner.answer(question)
    told = owner.tell(question, owner.answer(question), TEN + 1)
    for event in owner.say(told, TEN + 1):
        owner.commit(event)
    assert told
    again = owner.question(TEN + 2)
    assert owner.tell(again, owner.answer(again), TEN + 2) == []


def test_what_is_learned_later_is_the_same_and_a_snapshot_leaves_nothing_out() -> None:
    at_once, later, kept = Owner(BRANCH), Owner(BRANCH), Owner(BRANCH)
    events = [Event(f"e{n}", "local", TEN + 40 * n, issued(n), n + 1, TEN + 40 * n) for n in range(9)]
    for event in events:
        at_once.commit(event)
        later.commit(event, learn=False)
        kept.commit(event, learn=False)
    assert kept.snapshot() == at_once.snapshot()
    assert later.learned.to_plain() != at_once.learned.to_plain()
    assert later.learn(most=5)
    assert later.learned.to_plain() != at_once.learned.to_plain()
    assert not later.learn(most=5)
    assert later.learned.to_plain() == at_once.learned.to_plain()


def test_the_version_of_a_snapshot_knows_file_and_history() -> None:
    versions = {fold_version(text, rows) for text, rows in itertools.product(("a", "b"), (0, 1))}
    assert len(versions) == 4


FACTS = st.sampled_from(
    [
        *(WindowOpened(window) for window in ("1", "3")),
        *(WindowPaused(window, "tea") for window in ("1", "3")),
        *(WindowResumed(window) for window in ("1", "3")),
        *(issued(n) for n in range(4)),
        *(TicketCalled(f"T{n}", "1") for n in range(4)),
    ]
)


@settings(max_examples=60)
@given(st.lists(st.tuples(FACTS, st.sampled_from(["local", "machine"]), st.booleans()), max_size=25))
def test_head_and_state_agree_whatever_fails(steps: list[tuple[Fact, str, bool]]) -> None:
    """Some commits fail: the head is thrown away, and goes on from what is durable. Snapshots hold it all."""
    owner = Owner(BRANCH)
    for at, (fact, sender, durable) in enumerate(steps):
        event = Event(f"e{at}", sender, TEN + at, fact)
        try:
            _, fresh = owner.accept([event], TEN + at, nothing, unknown)
        except BranchError:
            continue
        if durable:
            for one in fresh:
                owner.commit(one)
        else:
            owner.roll_back()
        assert owner.head == owner.state
    restored = Owner.from_snapshot(BRANCH, owner.snapshot())
    assert restored.state == owner.state
    assert restored.snapshot() == owner.snapshot()


def live(owner: Owner, now: float) -> None:
    """What the service says by itself, and one pass."""
    for event in owner.say(owner.due({}, now), now):
        owner.commit(event)
    question = owner.question(now)
    for event in owner.say(owner.tell(question, owner.answer(question), now), now):
        owner.commit(event)


def served_day(owner: Owner, day: int, *, restart: bool) -> Owner:
    """Ten customers at a machine that does not say who is there; ``restart``: anew before each of them."""
    began = TEN + 86_400.0 * day
    for n in range(10):
        if restart:
            owner = Owner.from_snapshot(BRANCH, owner.snapshot())
        name, at = f"D{day}N{n}", began + 100.0 * n
        commit(owner, TicketIssued(name, f"A{n:03d}", "personal"), sender="machine", at=at)
        live(owner, at)
        if n > 1:
            commit(owner, TicketCalled(f"D{day}N{n - 2}", "1"), sender="machine", at=at + 10.0)
        live(owner, at + 50.0)
    return owner


def test_what_days_taught_is_the_same_after_any_restart_with_waits_pending() -> None:
    owner, restarted = Owner(BRANCH), Owner(BRANCH)
    for day in range(3):
        owner = served_day(owner, day, restart=False)
        restarted = served_day(restarted, day, restart=True)
        assert restarted.snapshot() == owner.snapshot()
    assert sum(owner.learned.calibration.seen) >= 20
    assert owner.learned.to_plain()["pending"]
    assert owner.learned.pools.presence.calls["1"].sum() > 0


def test_a_taken_back_call_teaches_no_wait() -> None:
    taught = []
    for undone in (False, True):
        owner = Owner(BRANCH)
        commit(owner, WindowOpened("1"), issued(1))
        live(owner, TEN + 1)
        commit(owner, TicketCalled("T1", "1"), at=TEN + 60)
        if undone:
            commit(owner, EventCorrected(owner.head.seq), at=TEN + 70)
        commit(owner, issued(2), at=TEN + 60 + BRANCH.undo_s + 1)
        taught.append(sum(owner.learned.calibration.seen))
    assert taught == [1, 0]


def test_nothing_said_before_changes_with_what_is_learned_after_it() -> None:
    owner = Owner(BRANCH)
    commit(owner, WindowOpened("1"), *(issued(n) for n in range(5)))
    question = owner.question(TEN + 1)
    before = owner.answer(question)
    for n in range(40):
        owner.learned.calibration.learn((60.0, 150.0, 300.0), 3_000.0, n % 5)
    after = owner.answer(question)
    assert after.windows == before.windows
    first, again = before.waits["T4"], after.waits["T4"]
    assert first is not None
    assert again is not None
    assert again.high_s > first.high_s
    live(owner, TEN + 2)
    told = owner.state.told["ticket/T4"]["wait"]
    assert told.high_s > first.high_s
    assert told.first_ahead == 4


def test_a_wait_for_whom_nobody_is_there_and_nobody_says_so_is_not_told() -> None:
    owner = Owner(BRANCH)
    commit(owner, issued(1), sender="machine")
    live(owner, TEN + 1)
    assert owner.forecast.waits == {"T1": None}
    assert "ticket/T1" not in owner.state.told
