"""From events to promises: whatever happens, in whatever order, every told range is accounted for once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.branch import check
from app.branch.events import (
    Event,
    EventCorrected,
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
    WindowClosed,
    WindowClosing,
    WindowOpened,
    WindowPaused,
    WindowReady,
    WindowResumed,
)
from app.branch.state import TicketState
from app.promises.ledger import REMEMBERED, Ledger, promises
from app.promises.promise import End, Promise
from tests.app.branch.branches import (
    A1,
    A2,
    B1,
    BRANCH,
    T0,
    Day,
    event_lists,
    lawful_days,
    lawful_presses,
    ticket,
)


def tell(about: str, low_s: float = 60.0, high_s: float = 120.0, **subject: str) -> RangeTold:
    return RangeTold(about, low_s, high_s, "branch", "first", **subject)  # type: ignore[arg-type]


class Told:
    """A day in which the service tells ranges, and what became of them."""

    def __init__(self) -> None:
        self.day = Day()

    def say(self, *facts: Fact, after: float = 10.0) -> Told:
        for fact in facts:
            speak = self.day.service if isinstance(fact, RangeTold) else self.day.say
            speak(fact, after=after)
        return self

    @property
    def promises(self) -> list[Promise]:
        return list(promises(BRANCH, self.day.events))

    @property
    def ends(self) -> list[tuple[str, End | None, float | None]]:
        """What each was about, how it ended, and how long after its first telling."""
        return [
            (one.about, one.end, one.ended_at - one.first.at if one.end else None) for one in self.promises
        ]


def waiting() -> Told:
    return Told().say(WindowOpened("1"), ticket(1), tell("wait", ticket=A1))


def serving() -> Told:
    begun = waiting().say(TicketCalled(A1, "1"), ServiceStarted(A1, "1"))
    return begun.say(tell("service", window="1"))


def test_a_wait_ends_with_the_call_and_a_service_with_the_customer_leaving() -> None:
    told = serving().say(ServiceFinished(A1, "1"), tell("wrap_up", window="1"), WindowReady("1"))
    assert told.ends == [("wait", End.CAME, 10.0), ("service", End.CAME, 10.0), ("wrap_up", End.CAME, 10.0)]
    assert {(one.number, one.business, one.window) for one in told.promises} == {("A001", "cash", "1")}


def test_a_call_ends_a_wrap_up() -> None:
    told = serving().say(ServiceFinished(A1, "1"), tell("wrap_up", window="1"), ticket(2))
    assert told.say(TicketCalled(A2, "1")).ends[-1] == ("wrap_up", End.CAME, 20.0)


def test_a_wrap_up_that_becomes_a_pause_is_not_fulfilled() -> None:
    done = serving().say(ServiceFinished(A1, "1"), tell("wrap_up", window="1"))
    told = done.say(WindowPaused("1", "break"), tell("return", window="1"), WindowResumed("1"))
    assert told.ends[-2:] == [("wrap_up", End.GONE, 10.0), ("return", End.CAME, 10.0)]


def test_a_window_that_closes_keeps_no_promise() -> None:
    for word in (WindowClosed("1"), WindowClosing("1")):
        told = Told().say(
            WindowOpened("1"), WindowPaused("1", "break"), tell("return", window="1"), replace(word)
        )
        assert told.ends == [("return", End.GONE, 10.0)]


def test_a_step_ends_by_its_key_or_with_its_service() -> None:
    for last in (StepEnded("1", "s1"), ServiceFinished(A1, "1")):
        told = serving().say(
            StepStarted("1", "s1", "copy"), tell("return", window="1", step_id="s1"), replace(last)
        )
        (step,) = [one for one in told.promises if one.about == "return"]
        assert (step.end, step.ended_at - step.first.at, step.number) == (End.CAME, 10.0, "A001")


def test_whoever_leaves_was_not_served_in_time_nor_late() -> None:
    assert waiting().say(TicketAbandoned(A1)).ends == [("wait", End.GONE, 10.0)]
    assert waiting().say(TicketAbandoned(A1, "day_end")).ends == [("wait", End.UNKNOWN, 10.0)]


def test_a_missed_call_was_a_call_and_a_recall_is_no_second_one() -> None:
    told = waiting().say(TicketCalled(A1, "1"), TicketNoShow(A1, "1"), TicketRecalled(A1, "1"), after=20.0)
    assert told.ends == [("wait", End.CAME, 20.0)]


def test_a_transfer_ends_the_service_unfulfilled_and_begins_another_wait() -> None:
    told = serving().say(TicketTransferred(A1, "corporate"), tell("wait", 300.0, 600.0, ticket=A1))
    told.say(WindowOpened("3"), TicketCalled(A1, "3"))
    assert told.ends == [("wait", End.CAME, 10.0), ("service", End.GONE, 10.0), ("wait", End.CAME, 20.0)]
    first, _, second = told.promises
    assert [(one.business, one.window) for one in (first, second)] == [("cash", "1"), ("corporate", "3")]


def test_all_that_is_told_of_one_wait_is_one_promise() -> None:
    told = waiting().say(tell("wait", 0.0, 60.0, ticket=A1), TicketCalled(A1, "1"))
    (wait,) = told.promises
    assert [one.low_s for one in wait.tellings] == [60.0, 0.0]


def test_what_has_not_ended_is_open() -> None:
    told = serving()
    assert told.ends == [("wait", End.CAME, 10.0), ("service", None, None)]


def test_ranges_for_whoever_comes_now_are_nobody_s() -> None:
    assert Told().say(tell("wait", business="cash")).promises == []


def test_a_call_that_is_taken_back_leaves_the_customer_waiting() -> None:
    told = waiting().say(TicketCalled(A1, "1"))
    told.say(EventCorrected(told.day.events[-1].seq), tell("wait", 0.0, 60.0, ticket=A1))
    assert told.ends == [("wait", None, None)]
    assert told.promises[0].window is None
    told.say(TicketCalled(A1, "1"))
    assert told.ends == [("wait", End.CAME, 40.0)]
    assert len(told.promises[0].tellings) == 2


def test_a_finish_that_is_taken_back_goes_on_and_its_wrap_up_never_was() -> None:
    told = serving().say(ServiceFinished(A1, "1"))
    seq = told.day.events[-1].seq
    told.say(tell("wrap_up", window="1"), EventCorrected(seq), ServiceFinished(A1, "1"))
    assert sorted(told.ends) == [
        ("service", End.CAME, 40.0),
        ("wait", End.CAME, 10.0),
        ("wrap_up", End.UNKNOWN, 10.0),
    ]


def test_a_start_that_is_taken_back_was_no_service() -> None:
    told = waiting().say(TicketCalled(A1, "1"), ServiceStarted(A1, "1"))
    seq = told.day.events[-1].seq
    told.say(tell("service", window="1"), EventCorrected(seq), ServiceStarted(A1, "1"))
    told.say(tell("service", 0.0, 60.0, window="1"), ServiceFinished(A1, "1"))
    assert [end for about, end, _ in told.ends if about == "service"] == [End.UNKNOWN, End.CAME]


def test_a_ticket_that_is_taken_back_never_waited() -> None:
    told = waiting()
    seq = next(one.seq for one in told.day.events if isinstance(one.fact, TicketIssued))
    assert told.say(EventCorrected(seq)).ends == [("wait", End.UNKNOWN, 10.0)]


def test_what_something_rests_on_is_not_taken_back() -> None:
    told = serving().say(ServiceFinished(A1, "1"))
    call = next(one.seq for one in told.day.events if isinstance(one.fact, TicketCalled))
    told.day.take(told.day.event(EventCorrected(call)))
    assert [end for _, end, _ in told.ends] == [End.CAME, End.CAME]


def test_a_late_report_says_when_that_was_which_had_been_implied() -> None:
    day = Day()
    day.report(TicketIssued(A1, "A001", "cash"))
    told_at = day.service(tell("wait", ticket=A1)).at
    day.report(ServiceStarted(A1, "1"), after=100.0)  # the call was lost
    day.report(TicketCalled(A1, "1"), at=told_at + 40.0, after=5.0)
    (wait,) = [one for one in promises(BRANCH, day.events) if one.about == "wait"]
    assert wait.ended_at == told_at + 40.0


def test_events_count_at_their_own_time_not_at_their_arrival() -> None:
    told = waiting()
    told_at = told.promises[0].first.at
    told.day.now += 200.0
    told.day.say(TicketCalled(A1, "1"), at=told_at + 55.0)
    assert told.ends == [("wait", End.CAME, 55.0)]


def test_what_was_forgotten_until_another_day_ended_nobody_knows_when() -> None:
    told = serving()
    told.day.now += 86_400.0
    assert told.say(ServiceFinished(A1, "1")).ends[-1][:2] == ("service", End.UNKNOWN)
    told = serving()
    told.day.now += 86_400.0
    assert told.say(WindowOpened("3")).ends[-1][:2] == ("service", End.UNKNOWN)


def test_a_ledger_that_begins_in_the_middle_believes_what_it_hears() -> None:
    told = serving().say(ServiceFinished(A1, "1"), tell("wrap_up", window="1"), WindowReady("1"))
    events = told.day.events
    begun = next(place for place, one in enumerate(events) if isinstance(one.fact, ServiceStarted))
    later = list(promises(BRANCH, events[begun + 1 :]))
    assert [(one.about, one.end, one.window) for one in later] == [
        ("service", End.CAME, "1"),
        ("wrap_up", End.CAME, "1"),
    ]


def test_what_is_over_is_given_out_and_forgotten() -> None:
    ledger = Ledger(100.0, lambda _: "")
    settled: list[Promise] = []
    seq = 0
    for number in range(REMEMBERED + 100):
        name = f"t{number}"
        facts = TicketIssued(name, name, "cash"), tell("wait", ticket=name), TicketCalled(name, "1")
        for fact in facts:
            seq += 1
            settled += ledger.take(Event(f"e{seq}", "local", T0 + 10.0 * seq, fact, seq))
    assert len(settled) >= REMEMBERED + 90
    assert len(ledger._recent) < 20
    assert len(ledger._turns) == REMEMBERED
    assert not ledger._spells


def tellings(events: Iterable[Event]) -> list[float]:
    """When each range was told that somebody was told of."""
    told = [one for one in events if isinstance(one.fact, RangeTold)]
    return sorted(one.at for one in told if getattr(one.fact, "business", None) is None)


@given(event_lists(most=60))
def test_every_told_range_is_in_one_promise_whatever_is_said(events: list[Event]) -> None:
    found = list(promises(BRANCH, events))
    assert sorted(one.at for promise in found for one in promise.tellings) == tellings(events)


@given(lawful_days(), st.data())
def test_every_told_range_of_a_lawful_day_is_in_one_promise(day: Day, data: st.DataObject) -> None:
    """Ranges are told all day long, presses are taken back; what is accepted is accounted for."""
    events: list[Event] = []
    for event in day.events:
        events.append(event)
        if data.draw(st.booleans()):
            window = data.draw(st.sampled_from(["1", "2", "3"]))
            about = data.draw(st.sampled_from(["service", "wrap_up", "return"]))
            events.append(replace(event, fact=tell(about, window=window), at=event.at + 0.5))
        if data.draw(st.booleans()):
            name = data.draw(st.sampled_from([A1, A2, B1]))
            events.append(replace(event, fact=tell("wait", ticket=name), at=event.at + 0.6))
        if data.draw(st.integers(0, 9)) == 0:
            events.append(replace(event, fact=EventCorrected(data.draw(st.integers(1, event.seq)))))
    events = [replace(event, id=f"e{seq}", seq=seq) for seq, event in enumerate(events, 1)]
    found = list(promises(BRANCH, events))
    assert sorted(one.at for promise in found for one in promise.tellings) == tellings(events)
    assert all(one.end is None or one.ended_at >= T0 for one in found)


@st.composite
def told_days(draw: st.DrawFn) -> Day:
    """A lawful day with presses taken back, in which everybody who begins to wait is told how long."""
    day = Day()
    for choice in draw(st.lists(st.integers(0, 10_000), max_size=40)):
        undo = day.event(EventCorrected(max(len(day.events), 1)))
        facts = lawful_presses(day)
        pressed = choice % 5 == 0 and check.lawful(BRANCH, day.state, undo)
        event = day.say(undo.fact if pressed else facts[choice % len(facts)], after=1.0 + choice % 7)
        if isinstance(event.fact, TicketIssued | TicketTransferred):
            day.service(tell("wait", ticket=event.fact.ticket), after=0.0)
    return day


@given(told_days())
def test_waits_end_as_the_branch_itself_has_it(day: Day) -> None:
    """The branch's own fold is the oracle: who waits by it has an open promise, and nobody else."""
    found = [one for one in promises(BRANCH, day.events) if one.about == "wait"]
    tickets = day.state.tickets.values()
    waiting = sorted(one.number for one in tickets if one.state is TicketState.WAITING)
    assert sorted(one.number or "" for one in found if one.end is None) == waiting
    called = sorted(one.number for one in tickets if one.called_at is not None)
    came = {(one.number, one.window) for one in found if one.end is End.CAME}
    assert set(called) <= {number for number, _ in came}
    for one in tickets:
        if one.called_at is not None and one.calls == 1:
            assert (one.number, one.window) in came
