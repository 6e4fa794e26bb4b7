"""What a business day says, when it is over, of who was there."""

from __future__ import annotations

from math import inf

from app.branch.branch_file import parse
from app.branch.events import (
    Event,
    Fact,
    ServiceFinished,
    ServiceStarted,
    TicketAbandoned,
    TicketCalled,
    TicketIssued,
    WindowOpened,
)
from app.branch.fold import fold
from app.branch.state import State, new_state
from app.journal import PastTicket
from app.learned import Learned
from app.workday import ended_by, past_workdays
from estimator.presence import Visit, Wait

from .served import SMALL, TEN

BRANCH = parse(SMALL)
TOLD = parse(SMALL.replace('reports = ["issued", ', 'reports = ["windows", "issued", '))
DAY_S = 86_400.0
FACTS: list[tuple[float, Fact]] = [
    *((0.0, TicketIssued(f"T{n}", f"A{n}", "personal")) for n in range(1, 5)),
    (20.0, WindowOpened("1")),
    (30.0, TicketCalled("T1", "1")),
    (40.0, ServiceStarted("T1", "1")),
    (90.0, ServiceFinished("T1", "1")),
    (100.0, TicketCalled("T2", "1")),
    (200.0, TicketAbandoned("T3")),
]


def event(at: float, fact: Fact, seq: int) -> Event:
    return Event(f"e{seq}", "machine", at, fact, seq, at)


def lived() -> State:
    state = new_state(BRANCH)
    for seq, (after_s, fact) in enumerate([(-1.0, TicketIssued("T0", "A0", "personal")), *FACTS], 1):
        one = event(TEN + after_s, fact, seq)
        assert ended_by(BRANCH, state, one) is None
        fold(BRANCH, state, one)
    return state


def test_a_day_is_over_with_the_first_event_of_the_next() -> None:
    state = lived()
    next_one = event(TEN + DAY_S, TicketIssued("N1", "A1", "personal"), 99)
    assert ended_by(TOLD, state, next_one) is None  # there everybody says who is there
    day = ended_by(BRANCH, state, next_one)
    assert day is not None
    assert list(day.visits) == [
        Visit("1", "personal", TEN, TEN + 30, TEN + 90),
        Visit("1", "personal", TEN, TEN + 100, None),
    ]
    assert list(day.waits) == [Wait("personal", TEN, TEN + until_s) for until_s in (30, 100, 200)]
    assert day.hour_of == {int(TEN // 3600): 10}
    fold(BRANCH, state, next_one)
    assert ended_by(BRANCH, state, event(TEN + DAY_S + 1, TicketIssued("N2", "A2", "personal"), 100)) is None
    other = ended_by(BRANCH, state, event(TEN + 2 * DAY_S, TicketIssued("M1", "A1", "personal"), 101))
    assert other is not None  # of whoever stayed over night nothing is known
    assert (other.visits, other.waits) == ([], [])


def past(ticket: str, issued_at: float, called_s: float | None, left_s: float | None = None) -> PastTicket:
    called = None if called_s is None else issued_at + called_s
    finished = None if called is None else called + 60
    left = None if left_s is None else issued_at + left_s
    outcome = "abandoned" if called is None else "served"
    return PastTicket(
        ticket, "personal", None, "1", None, issued_at, called, called, finished, None, left, outcome
    )


def test_a_day_knows_whom_the_roster_had_away() -> None:
    rostered = parse(
        SMALL
        + """
[roster]
opening = [{ window = "1", from = "09:00", to = "17:00" }, { window = "2", from = "09:00", to = "15:00" }]
break = [{ window = "1", from = "12:00", to = "12:45" }]
"""
    )
    rows = [past("a", TEN, 20.0), past("b", TEN, 30.0)._replace(window="2")]
    (day,) = past_workdays(rostered, rows)
    hour = 3600.0
    assert day.planned == {
        "1": [(TEN + 2 * hour, TEN + 2.75 * hour)],
        "2": [(TEN + 5 * hour, inf)],
    }


def test_history_is_days_too() -> None:
    rows = [
        past("b", TEN + DAY_S, 10.0),
        past("a", TEN, 20.0),
        past("c", TEN, None, 50.0),
        past("d", TEN, None),
    ]
    first, second = past_workdays(BRANCH, rows)
    assert list(first.visits) == [Visit("1", "personal", TEN, TEN + 20, TEN + 80)]
    assert list(first.waits) == [Wait("personal", TEN, TEN + 20), Wait("personal", TEN, TEN + 50)]
    assert list(second.visits) == [Visit("1", "personal", TEN + DAY_S, TEN + DAY_S + 10, TEN + DAY_S + 70)]
    assert list(past_workdays(TOLD, rows)) == []
    assert list(past_workdays(BRANCH, [])) == []
    learned = Learned(BRANCH)
    learned.learn_past(rows)
    assert learned.pools.presence.risk.keys() == {"1"}
    assert not any(learned.calibration.seen)
