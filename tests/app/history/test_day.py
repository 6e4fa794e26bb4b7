from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.branch.events import parse_event
from app.history import HistoryRow, day_to_events
from app.history.repairs import end_at_next_call, put_in_order

Make = Callable[..., HistoryRow]
DAY = date(2026, 1, 5)
NINE = datetime(2026, 1, 5, 9, tzinfo=UTC).timestamp()


def told(rows: list[HistoryRow]) -> list[tuple[str, str, float]]:
    """Whose, type, and seconds past nine."""
    events = [(raw, parse_event(raw)) for raw in day_to_events(rows, DAY, UTC)]
    return [(str(raw.get("ticket", raw.get("window"))), event.type, event.at - NINE) for raw, event in events]


def past_nine(make: Make, ticket: str, issued: float, **times: object) -> HistoryRow:
    given = {name: NINE + value if isinstance(value, int | float) else value for name, value in times.items()}
    return make(ticket, NINE + issued, **given)


def test_a_day_in_order_with_ties_in_the_order_of_life(row: Make) -> None:
    rows = [
        past_nine(row, "b", 60, called_at=60, started_at=60, finished_at=60, ready_at=60),
        past_nine(row, "a", 0, called_at=0, started_at=5, finished_at=60, ready_at=60),
        past_nine(row, "c", 60, called_at=60, started_at=70, finished_at=90),
        past_nine(row, "d", 50, left_at=60, outcome="abandoned", window=None),
    ]
    assert told(rows) == [
        ("a", "ticket.issued", 0),
        ("1", "window.opened", 0),
        ("a", "ticket.called", 0),
        ("a", "service.started", 5),
        ("d", "ticket.issued", 50),
        ("b", "ticket.issued", 60),
        ("c", "ticket.issued", 60),
        ("a", "service.finished", 60),
        ("1", "window.ready", 60),
        ("d", "ticket.abandoned", 60),
        ("b", "ticket.called", 60),
        ("b", "service.started", 60),
        ("b", "service.finished", 60),
        ("1", "window.ready", 60),
        ("c", "ticket.called", 60),
        ("c", "service.started", 70),
        ("c", "service.finished", 90),
        ("1", "window.closed", 90),
    ]


def test_the_contract_s_fields(row: Make) -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    rows = [row("a", NINE + 0.25, called_at=NINE + 9, business="PS", priority="high", teller="wang")]
    assert day_to_events(rows, DAY, shanghai, sender="q")[:3] == [
        {"id": "a.issued", "sender": "q", "type": "ticket.issued", "at": "2026-01-05T17:00:00.250+08:00",
         "ticket": "a", "number": "PS001", "business": "PS", "priority": "high"},
        {"id": "1.2026-01-05.opened", "sender": "q", "type": "window.opened",
         "at": "2026-01-05T17:00:09+08:00", "window": "1", "teller": "wang"},
        {"id": "a.called", "sender": "q", "type": "ticket.called", "at": "2026-01-05T17:00:09+08:00",
         "ticket": "a", "window": "1"},
    ]  # fmt: skip


def test_only_that_day_s_tickets_however_late_they_were_served(row: Make) -> None:
    rows = [
        past_nine(row, "a", -86400, called_at=10),
        past_nine(row, "b", 0, called_at=86400, finished_at=86500),
    ]
    assert {whose for whose, _, _ in told(rows)} == {"b", "1"}
    assert told(rows)[-1] == ("1", "window.closed", 86500)


def test_who_does_not_come_is_given_up_at_the_latest_with_the_next_call(row: Make) -> None:
    rows = [
        past_nine(row, "a", 0, called_at=10, outcome="no_show"),
        past_nine(row, "b", 0, called_at=40, left_at=55, outcome="no_show"),
        past_nine(row, "c", 0, called_at=70, outcome="no_show"),
        past_nine(row, "d", 0, called_at=5, outcome="abandoned"),
    ]
    ends = [event for event in told(rows) if event[1] in {"ticket.no_show", "ticket.abandoned"}]
    assert ends == [
        ("d", "ticket.abandoned", 10),
        ("a", "ticket.no_show", 40),
        ("b", "ticket.no_show", 55),
        ("c", "ticket.no_show", 70),
    ]


def test_unknown_times_have_no_events_but_a_served_ticket_starts(row: Make) -> None:
    rows = [
        past_nine(row, "a", 0, called_at=10),
        past_nine(row, "b", 0, finished_at=30),
        past_nine(row, "c", 0, outcome="abandoned", window=None),
    ]
    kinds = [
        (whose, kind, at) for whose, kind, at in told(rows) if whose in "abc" and kind != "ticket.issued"
    ]
    assert kinds == [
        ("a", "ticket.called", 10),
        ("a", "service.started", 10),
        ("b", "service.finished", 30),
    ]


def test_another_teller_at_the_window(row: Make) -> None:
    tellers = ("wang", None, "wang", "li", None, "chen")
    rows = [
        past_nine(row, f"t{at}", at, called_at=at, finished_at=at + 0.5, teller=teller)
        for at, teller in enumerate(tellers)
    ]
    events = day_to_events(rows, DAY, UTC)
    assert [(e["type"], e["teller"], e["id"]) for e in events if "teller" in e] == [
        ("window.opened", "wang", "1.2026-01-05.opened"),
        ("teller.signed_out", "wang", "t3.signed_out"),
        ("teller.signed_in", "li", "t3.signed_in"),
        ("teller.signed_out", "li", "t5.signed_out"),
        ("teller.signed_in", "chen", "t5.signed_in"),
    ]


def test_long_ids_stay_ids_and_differ(row: Make) -> None:
    rows = [past_nine(row, "x" * 63 + last, 0, called_at=1, finished_at=2, window="w" * 64) for last in "ab"]
    events = [parse_event(event) for event in day_to_events(rows, DAY, UTC)]
    assert len({event.id for event in events}) == len(events) == 8


@st.composite
def days(draw: st.DrawFn) -> list[HistoryRow]:
    rows = []
    for ticket in range(draw(st.integers(1, 8))):
        outcome = draw(st.sampled_from(("served", "abandoned", "no_show")))
        issued = NINE + draw(st.integers(0, 20))
        gaps = [draw(st.integers(0, 10)) for _ in range(4)]
        served = outcome == "served"
        called = issued + gaps[0] if outcome != "abandoned" else None
        started = issued + sum(gaps[:2]) if served and draw(st.booleans()) else None
        finished = issued + sum(gaps[:3]) if served and draw(st.booleans()) else None
        rows.append(
            HistoryRow(
                ticket=f"t{ticket}",
                business=draw(st.sampled_from(("cash", "loan"))),
                priority=None,
                window=draw(st.sampled_from("12")),
                teller=draw(st.sampled_from((None, "x", "y"))),
                issued_at=issued,
                called_at=called,
                started_at=started,
                finished_at=finished,
                ready_at=issued + sum(gaps) if served and draw(st.booleans()) else None,
                left_at=None if served else issued + sum(gaps[:2]),
                outcome=outcome,  # type: ignore[arg-type]
            )
        )
    return end_at_next_call([put_in_order(row)[0] for row in rows])[0]


LIFE = (
    "ticket.issued",
    "ticket.called",
    "service.started",
    "service.finished",
    "ticket.no_show",
    "ticket.abandoned",
)


@given(days())
def test_times_rise_ids_differ_and_each_window_holds_one_ticket(rows: list[HistoryRow]) -> None:
    events = [parse_event(raw) for raw in day_to_events(rows, DAY, UTC)]
    assert all(earlier.at <= later.at for earlier, later in pairwise(events))
    assert len({event.id for event in events}) == len(events)
    for row in rows:
        life = [event.type for event in events if getattr(event.fact, "ticket", None) == row.ticket]
        assert life == sorted(life, key=LIFE.index)
        assert life[0] == "ticket.issued"
    for window in "12":
        there = [event for event in events if getattr(event.fact, "window", None) == window]
        tickets = [getattr(event.fact, "ticket", None) for event in there]
        turns = list(dict.fromkeys(ticket for ticket in tickets if ticket))
        assert [ticket for ticket in tickets if ticket] == sorted(filter(None, tickets), key=turns.index)
        if there:
            assert (there[0].type, there[-1].type) == ("window.opened", "window.closed")


@given(days(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(rows: list[HistoryRow], random: Random) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert day_to_events(shuffled, DAY, UTC) == day_to_events(rows, DAY, UTC)
