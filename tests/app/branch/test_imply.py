import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.branch.check import lawful
from app.branch.events import (
    Event,
    Fact,
    ServiceFinished,
    ServiceStarted,
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
from app.branch.imply import implied
from app.branch.snapshot import to_plain
from app.branch.state import ENDED, State, TicketState, WindowState

from .branches import (
    A1,
    A2,
    BRANCH,
    T0,
    TEXT,
    Day,
    assert_sound,
    event_lists,
    lawful_days,
    play,
    ticket,
)

BUSY = {WindowState.CALLING, WindowState.SERVING}
CALLED_A1: list[Fact] = [ticket(1), WindowOpened("1"), TicketCalled(A1, "1")]


def as_said(state: State, fact: Fact) -> bool:  # noqa: C901, PLR0911, PLR0912 - one line for each kind of fact
    """Whether ticket and window are where the fact says that they are."""
    window = state.windows.get(getattr(fact, "window", None) or "")
    one = state.tickets.get(getattr(fact, "ticket", ""))
    match fact:
        case WindowOpened():
            return window is not None and window.state is WindowState.OPEN
        case WindowPaused():
            return window is not None and window.state is WindowState.PAUSED
        case WindowResumed():
            return window is not None and window.state in {WindowState.OPEN, WindowState.CLOSED}
        case WindowClosing():
            return window is not None and (window.closing or window.state is WindowState.CLOSED)
        case WindowClosed():
            return window is not None and window.state is WindowState.CLOSED
        case WindowReady():
            return window is not None and window.state not in {*BUSY, WindowState.WRAPPING_UP}
        case TellerSignedIn(teller=teller):
            return window is not None and window.teller == teller
        case TellerSignedOut():
            return window is not None and window.teller is None
        case TicketIssued():
            return one is not None
        case TicketCalled() | TicketRecalled():
            return one is not None and one.state is TicketState.CALLED and one.window == fact.window
        case ServiceStarted():
            return one is not None and one.state is TicketState.SERVING and one.window == fact.window
        case ServiceFinished():
            return one is not None and one.state is TicketState.FINISHED
        case TicketNoShow():
            return one is not None and one.state is TicketState.NO_SHOW
        case TicketAbandoned():
            return one is not None and one.state in ENDED
        case TicketTransferred():
            return one is not None and one.state is TicketState.WAITING
        case _:
            return True


@settings(max_examples=80)
@given(lawful_days(), st.lists(st.booleans(), min_size=40, max_size=40), st.sampled_from(["machine", "poor"]))
def test_lost_events_never_leave_a_window_stuck(day: Day, lost: list[bool], sender: str) -> None:
    """Each report that does arrive is followed, and every window can serve the next customer."""
    copy = Day()
    for event, is_lost in zip(day.events, lost, strict=False):
        if is_lost:
            continue
        copy.now = event.at
        copy.report(event.fact, sender, after=0.0)
        assert_sound(copy.state)
        assert as_said(copy.state, event.fact), event.fact
    for window in BRANCH.windows:
        one = TicketIssued(f"next-{window}", f"N{window}", "cash")
        for fact in (one, TicketCalled(one.ticket, window), ServiceFinished(one.ticket, window)):
            copy.report(fact, sender)
            assert as_said(copy.state, fact)
        copy.report(WindowReady(window), sender)
        assert copy.state.windows[window].state in {WindowState.OPEN, WindowState.CLOSED}


@given(event_lists())
def test_whatever_is_reported_is_taken_and_all_that_is_implied_is_lawful(events: list[Event]) -> None:
    day = Day()
    for event in events:
        before = to_plain(day.state)
        missing = implied(BRANCH, day.state, event)
        assert to_plain(day.state) == before
        for one in missing:
            assert one.implied
            assert one.sender == "lobbyclock"
            ended = getattr(day.state.tickets.get(getattr(one.fact, "ticket", "")), "state", None) in ENDED
            closing = isinstance(one.fact, TicketCalled) and day.state.windows[one.fact.window].closing
            assert lawful(BRANCH, day.state, one) or ended or closing
            day.take(one)
        day.take(event)
        assert_sound(day.state)


@given(lawful_days())
def test_nothing_is_implied_where_nothing_is_missing(day: Day) -> None:
    copy = Day()
    for event in day.events:
        assert implied(BRANCH, copy.state, event) == []
        copy.take(event)


def types(events: list[Event]) -> list[str]:
    return [event.type.removeprefix("ticket.").removeprefix("service.") for event in events]


def test_a_whole_turn_is_implied_by_its_end() -> None:
    day = Day()
    events = day.report(ServiceFinished(A1, "1"))
    assert types(events) == ["issued", "window.opened", "called", "started", "finished"]
    assert [event.implied for event in events] == [True, True, True, True, False]
    assert day.state.tickets[A1].start_implied
    assert day.state.tickets[A1].business == "cash"


def test_the_next_call_says_that_the_last_one_was_missed_or_served() -> None:
    day = play(Day(), [*CALLED_A1, ticket(2)])
    assert types(day.report(TicketCalled(A2, "1"))) == ["no_show", "called"]

    day = play(Day(), [*CALLED_A1, ticket(2)])
    events = day.report(TicketCalled(A2, "1"), "poor", after=60)
    assert types(events) == ["started", "finished", "called"]
    assert events[0].at == T0 + 3 + BRANCH.walking_s

    day = play(Day(), [*CALLED_A1, ServiceStarted(A1, "1"), ticket(2)])
    assert types(day.report(TicketCalled(A2, "1"))) == ["finished", "called"]


def test_ready_says_that_somebody_was_served() -> None:
    day = play(Day(), CALLED_A1)
    assert types(day.report(WindowReady("1"))) == ["started", "finished", "window.ready"]
    assert day.state.windows["1"].state is WindowState.OPEN


def test_a_call_elsewhere_says_that_the_ticket_was_sent_on() -> None:
    day = play(Day(), [*CALLED_A1, ServiceStarted(A1, "1"), WindowOpened("2")])
    assert types(day.report(TicketCalled(A1, "2"))) == ["transferred", "called"]
    assert day.state.windows["1"].state is WindowState.OPEN


def test_a_call_again_at_the_same_window_misses_nobody() -> None:
    day = play(Day(), CALLED_A1)
    assert types(day.report(TicketCalled(A1, "1"), "poor")) == ["called"]
    assert day.state.tickets[A1].calls == 2
    assert day.state.calls[0].again


def test_somebody_who_was_taken_for_served_and_is_missed_after_all() -> None:
    day = play(Day(), CALLED_A1)
    day.service(ServiceStarted(A1, "1"), after=20)
    assert types(day.report(TicketNoShow(A1, "1"), "poor")) == ["transferred", "called", "no_show"]
    assert day.state.windows["1"].state is WindowState.OPEN


@pytest.mark.parametrize(
    ("before", "fact", "missing"),
    [
        ([WindowOpened("1"), WindowPaused("1", "lunch")], WindowOpened("1"), ["window.resumed"]),
        ([*CALLED_A1, ServiceStarted(A1, "1")], WindowOpened("1"), ["finished", "window.ready"]),
        ([*CALLED_A1, ServiceStarted(A1, "1")], WindowClosed("1"), ["finished"]),
        ([*CALLED_A1, ServiceStarted(A1, "1")], WindowPaused("1", "lunch"), ["finished"]),
        ([], WindowPaused("1", "lunch"), ["window.opened"]),
        ([], WindowResumed("1"), ["window.opened"]),
        (CALLED_A1, StepStarted("1", "s", "copy"), ["started"]),
        ([*CALLED_A1, ServiceStarted(A1, "1")], TicketAbandoned(A1), ["transferred"]),
        (
            [WindowOpened("1"), WindowPaused("1", "lunch"), ticket(1)],
            TicketCalled(A1, "1"),
            ["window.resumed"],
        ),
    ],
)
def test_what_lies_between(before: list[Fact], fact: Fact, missing: list[str]) -> None:
    day = play(Day(), before)
    events = day.report(fact)
    assert types(events[:-1]) == missing
    assert as_said(day.state, fact)


def test_finished_first_and_sent_on_then() -> None:
    day = play(Day(), [*CALLED_A1, ServiceStarted(A1, "1"), ServiceFinished(A1, "1")])
    day.report(TicketTransferred(A1, "corporate"))
    assert day.state.tickets[A1].state is TicketState.WAITING
    assert day.state.windows["1"].state is WindowState.WRAPPING_UP


@pytest.mark.parametrize(
    "fact", [TicketCalled(A1, "1"), ServiceStarted(A1, "1"), ServiceFinished(A1, "1"), TicketTransferred(A1)]
)
def test_what_comes_after_what_followed_from_it_moves_nothing(fact: Fact) -> None:
    start: list[Fact] = [*CALLED_A1, ServiceStarted(A1, "1"), ServiceFinished(A1, "1"), ticket(2)]
    day = play(Day(), [*start, TicketCalled(A2, "1")])
    events = day.report(fact, at=T0 + 2.5)
    assert len(events) == 1
    assert day.state.tickets[A1].state is TicketState.FINISHED
    assert day.state.windows["1"].ticket == A2


def test_a_ready_that_the_next_call_overtook_ends_no_call() -> None:
    day = play(Day(), [*CALLED_A1, ServiceStarted(A1, "1"), ServiceFinished(A1, "1"), ticket(2)])
    day.report(TicketCalled(A2, "1"))
    assert types(day.report(WindowReady("1"), at=day.now)) == ["window.ready"]
    assert day.state.windows["1"].state is WindowState.CALLING


def test_somebody_who_was_missed_and_had_been_served_after_all() -> None:
    day = play(Day(), [*CALLED_A1, ticket(2)])
    day.report(TicketCalled(A2, "1"))
    assert day.state.tickets[A1].state is TicketState.NO_SHOW
    day.report(ServiceStarted(A1, "1"), at=T0 + 3.5)
    assert (day.state.tickets[A1].state, day.state.tickets[A1].started_at) == ("finished", T0 + 3.5)


def test_a_late_issue_says_what_had_been_guessed() -> None:
    day = Day()
    day.report(TicketCalled(A1, "2"))
    assert day.state.tickets[A1].issue_implied
    day.report(TicketIssued(A1, "A001", "corporate", priority="vip"), at=T0 - 100)
    one = day.state.tickets[A1]
    assert (one.business, one.priority, one.issued_at) == ("corporate", "vip", T0 - 100)
    assert (one.state, one.issue_implied) == ("called", False)


@pytest.mark.parametrize(
    ("name", "number", "business"),
    [("20261121-B007", "B007", "corporate"), ("strange", "strange", "cash"), ("x-", "x-", "cash")],
)
def test_a_ticket_that_nobody_told_of_gets_a_number_and_a_business(
    name: str, number: str, business: str
) -> None:
    day = Day()
    day.report(TicketCalled(name, "2"))
    assert (day.state.tickets[name].number, day.state.tickets[name].business) == (number, business)


def test_ready_that_is_never_reported_is_not_waited_for() -> None:
    assert 'reports = ["issued", "windows", "no_show", "abandoned"]' in TEXT
    day = Day()
    for fact in [*CALLED_A1, ServiceFinished(A1, "1")]:
        day.report(fact, "poor")
    window = day.state.windows["1"]
    assert (window.state, window.freed_at, window.last_business) == ("open", day.now, "cash")
