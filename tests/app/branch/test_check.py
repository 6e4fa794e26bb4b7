import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.branch import check, lifecycle
from app.branch.errors import BranchError, Malformed, Refused, Unknown
from app.branch.events import (
    OWN,
    TYPES,
    Event,
    Fact,
    SenderHeard,
    ServiceFinished,
    ServiceStarted,
    StepEnded,
    StepStarted,
    TellerSignedIn,
    TellerSignedOut,
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
)
from app.branch.snapshot import to_plain

from .branches import A1, A2, B1, BRANCH, PRESSES, T0, Day, assert_sound, lawful_days, play, ticket

SERVING_A1: list[Fact] = [
    ticket(1),
    WindowOpened("1", "wang"),
    TicketCalled(A1, "1"),
    ServiceStarted(A1, "1"),
]


@given(st.lists(PRESSES, max_size=40))
def test_what_is_refused_changes_nothing_and_what_is_taken_obeys_the_tables(facts: list[Fact]) -> None:
    day = Day()
    for fact in facts:
        before = json.dumps(to_plain(day.state))
        tickets, windows = dict(day.state.tickets), dict(day.state.windows)
        try:
            event = day.say(fact)
        except BranchError:
            assert json.dumps(to_plain(day.state)) == before
            continue
        assert_sound(day.state)
        for name, now in day.state.tickets.items():
            old = tickets.get(name)
            if old is not now:
                assert lifecycle.TICKET[old.state if old else None, event.type] is now.state
        for name, window in day.state.windows.items():
            if window is not windows[name]:
                reached = lifecycle.WINDOW[windows[name].state, event.type]
                assert window.state is reached or (window.state == "closed" and windows[name].closing)


@settings(max_examples=50)
@given(lawful_days(most=25), PRESSES)
def test_what_the_tables_lack_is_refused(day: Day, fact: Fact) -> None:
    window = day.state.windows.get(getattr(fact, "window", None) or "")
    ticket_ = day.state.tickets.get(getattr(fact, "ticket", ""))
    kind = day.event(fact).type
    of_window = window and not isinstance(fact, TicketIssued | TicketTransferred)
    if (of_window and window and (window.state, kind) not in lifecycle.WINDOW) or (
        ticket_ and (ticket_.state, kind) not in lifecycle.TICKET
    ):
        assert not check.lawful(BRANCH, day.state, day.event(fact))


@pytest.mark.parametrize(
    ("before", "fact", "rule", "says"),
    [
        ([], WindowReady("1"), "a window that is closed has no window.ready", "when it is wrapping_up"),
        (SERVING_A1, TicketCalled(A1, "1"), "a serving ticket has no ticket.called", A1),
        ([*SERVING_A1, ticket(2)], TicketCalled(A2, "1"), "a window that is serving", "when it is open"),
        (SERVING_A1, WindowClosed("1"), "a window that is serving has no window.closed", "Window 1"),
        ([ticket(1)], ticket(1), "a ticket is issued once", A1),
        (
            [ticket(1)],
            TicketIssued("other", "A001", "cash"),
            "a number is one customer's at a time",
            "which is waiting",
        ),
        (
            [*SERVING_A1, WindowClosing("1"), ServiceFinished(A1, "1"), ticket(2)],
            TicketCalled(A2, "1"),
            "a closing window calls nobody",
            "no further customer",
        ),
        (
            [*SERVING_A1[:3], WindowOpened("2")],
            TicketRecalled(A1, "2"),
            "a window speaks of its own customer",
            "at window 1",
        ),
        (
            [*SERVING_A1[:3], TicketNoShow(A1, "1"), ticket(2), TicketCalled(A2, "1")],
            TicketRecalled(A1, "1"),
            "one call at a time",
            A2,
        ),
        ([*SERVING_A1, WindowOpened("2")], ServiceFinished(A1, "2"), "a window that is open", "serving"),
        (
            [*SERVING_A1, ticket(2), WindowOpened("2"), TicketCalled(A2, "2"), ServiceStarted(A2, "2")],
            ServiceFinished(A1, "2"),
            "a window speaks of its own customer",
            f"Window 2 has {A2}, not {A1}",
        ),
        ([WindowOpened("1"), WindowClosed("1")], WindowClosed("1"), "a closed window", "closed already"),
        ([*SERVING_A1, StepStarted("1", "s", "copy")], StepStarted("1", "s", "copy"), "a step begins", ""),
        (SERVING_A1, StepEnded("1", "s"), "a step ends once", "No step s"),
        ([TellerSignedIn("1", "li")], TellerSignedIn("1", "wang"), "one teller at a window", "li is"),
        ([TellerSignedIn("1", "li")], TellerSignedOut("1", "wang"), "who is there signs out", "wang"),
    ],
)  # fmt: skip
def test_a_refusal_names_its_rule(before: list[Fact], fact: Fact, rule: str, says: str) -> None:
    day = play(Day(), before)
    with pytest.raises(Refused) as refusal:
        day.say(fact)
    assert refusal.value.rule.startswith(rule)
    assert says in refusal.value.detail


def test_a_number_is_free_again_once_its_customer_is_gone() -> None:
    day = play(Day(), [*SERVING_A1, ServiceFinished(A1, "1")])
    day.say(TicketIssued("other", "A001", "cash"))


@pytest.mark.parametrize(("after", "taken"), [(899.0, True), (901.0, False)])
def test_a_missed_ticket_is_recalled_within_the_bound(after: float, taken: bool) -> None:
    day = play(Day(), [*SERVING_A1[:3], TicketNoShow(A1, "1")])
    assert check.lawful(BRANCH, day.state, day.event(TicketRecalled(A1, "1"), at=day.now + after)) is taken


@pytest.mark.parametrize(
    ("fact", "what", "name", "known"),
    [
        (WindowOpened("9"), "window", "9", ["1", "2", "3"]),
        (WindowOpened("1", businesses=("cash", "gold")), "business", "gold", ["cash", "corporate"]),
        (TicketIssued("t", "X1", "gold"), "business", "gold", ["cash", "corporate"]),
        (ticket(1, priority="king"), "priority", "king", ["elderly", "vip"]),
        (StepStarted("1", "s", "dance"), "step", "dance", ["copy"]),
        (TicketCalled(B1, "1"), "ticket", B1, [A1]),
    ],
)
def test_what_is_unknown_is_answered_with_what_is_known(
    fact: Fact, what: str, name: str, known: list[str]
) -> None:
    day = play(Day(), [WindowOpened("1"), ticket(1)])
    with pytest.raises(Unknown) as unknown:
        day.say(fact)
    assert (unknown.value.what, unknown.value.name, unknown.value.known) == (what, name, known)
    assert f"There is no {what} {name!r} here; known: {known[0]}" in unknown.value.detail


def test_a_step_s_resource_is_one_of_three() -> None:
    day = play(Day(), [WindowOpened("1")])
    with pytest.raises(Malformed, match="teller, machine, supervisor, not 'moon'") as wrong:
        day.say(StepStarted("1", "s", "copy", "moon"))
    assert wrong.value.field == "resource"


def test_a_late_event_within_the_bound_keeps_its_own_time() -> None:
    day = play(Day(), [WindowOpened("1")])
    day.say(ticket(1), at=day.now - 299)
    assert day.state.tickets[A1].issued_at == day.now - 300
    assert day.state.last_at == T0 + 1


@pytest.mark.parametrize(("off_s", "says"), [(-302.0, "before the last event"), (62.0, "in the future")])
def test_a_clock_beyond_the_bounds_is_refused_naming_at(off_s: float, says: str) -> None:
    day = play(Day(), [WindowOpened("1")])
    before = to_plain(day.state)
    with pytest.raises(Malformed, match=says) as wrong:
        day.say(ticket(1), at=day.now + off_s)
    assert wrong.value.field == "at"
    assert to_plain(day.state) == before


@pytest.mark.parametrize("kind", sorted(OWN))
def test_only_the_service_speaks_for_itself(kind: str) -> None:
    fact = SenderHeard("feed") if kind != "range.told" else None
    if fact and TYPES[kind] is type(fact):
        with pytest.raises(Malformed, match="service itself") as wrong:
            check.check_sender(Event("e", "local", T0, fact))
        assert wrong.value.field == "type"
    with pytest.raises(Malformed, match="choose another") as wrong:
        check.check_sender(Event("e", "lobbyclock", T0, WindowPaused("1", "lunch")))
    assert wrong.value.field == "sender"


@given(st.lists(st.tuples(st.sampled_from(["1", "2", "3"]), st.booleans()), max_size=12))
def test_two_tellers_never_get_the_same_ticket(presses: list[tuple[str, bool]]) -> None:
    """Each press is decided on what the teller saw, which may be some presses old, and taken in order."""
    from app.branch import decisions  # noqa: PLC0415

    day = play(Day(), [WindowOpened("1"), WindowOpened("2"), WindowOpened("3", businesses=("cash",))])
    play(day, [ticket(1), ticket(2), ticket(3), ticket(1, "corporate")])
    seen = day.state.copy()
    got: list[str] = []
    for window, looks in presses:
        if looks:
            seen = day.state.copy()
        try:
            call = decisions.call_next(BRANCH, seen, window, lambda _: 0.0, day.now + 400)
            if call:
                day.say(call)
                got.append(call.ticket)
        except Refused:
            continue
    assert len(got) == len(set(got))
