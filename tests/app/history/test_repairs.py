from collections.abc import Callable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.history import HistoryRow
from app.history.repairs import LONGEST_S, TOLERANCE_S, end_at_next_call, overlapping, put_in_order
from app.history.row import OUTCOMES

Make = Callable[..., HistoryRow]
CHAIN = ("issued_at", "called_at", "started_at", "finished_at", "ready_at")


def test_an_ordered_row_stays_itself(row: Make) -> None:
    ordered = row(called_at=10, started_at=12, finished_at=60, ready_at=60)
    assert put_in_order(ordered) == (ordered, [])
    assert put_in_order(ordered)[0] is ordered


def test_a_small_inversion_is_raised_and_so_is_what_then_lies_before(row: Make) -> None:
    repaired, inversions = put_in_order(row(called_at=10, started_at=8, finished_at=9))
    assert (repaired.called_at, repaired.started_at, repaired.finished_at) == (10, 10, 10)
    assert [(one.field, one.predecessor, one.by_s, one.small) for one in inversions] == [
        ("started_at", "called_at", 2, True),
        ("finished_at", "started_at", 1, True),
    ]


def test_five_seconds_are_small_and_more_are_not(row: Make) -> None:
    assert put_in_order(row(called_at=10, started_at=5))[0].started_at == 10
    repaired, inversions = put_in_order(row(called_at=10, started_at=4.999, finished_at=60))
    assert (repaired.called_at, repaired.started_at, repaired.finished_at) == (10, None, 60)
    assert [(one.by_s, one.small) for one in inversions] == [(5.001, False)]


def test_what_follows_after_more_than_a_week_is_no_time_of_this_ticket(row: Make) -> None:
    kept, none = put_in_order(row(called_at=LONGEST_S, finished_at=LONGEST_S + 9))
    assert (kept.called_at, kept.finished_at, none) == (LONGEST_S, LONGEST_S + 9, [])
    repaired, slips = put_in_order(row(called_at=LONGEST_S + 1, started_at=4, finished_at=9))
    assert (repaired.called_at, repaired.started_at, repaired.finished_at) == (None, 4, 9)
    assert [(one.field, one.by_s, one.small) for one in slips] == [("called_at", -LONGEST_S - 1, False)]


def test_unknown_times_are_passed_over(row: Make) -> None:
    repaired, inversions = put_in_order(row(issued_at=100, finished_at=98))
    assert (repaired.called_at, repaired.finished_at) == (None, 100)
    assert inversions[0].predecessor == "issued_at"


def test_leaving_is_held_against_the_call(row: Make) -> None:
    repaired, _ = put_in_order(row(issued_at=0, called_at=30, left_at=27, outcome="no_show"))
    assert repaired.left_at == 30
    served, inversions = put_in_order(row(issued_at=10, called_at=30, left_at=3))
    assert (served.left_at, inversions) == (3, [])


def test_a_service_ends_at_the_next_call(row: Make) -> None:
    rows = [
        row("a", called_at=0, started_at=1, finished_at=50, ready_at=55),
        row("b", called_at=40, started_at=41, finished_at=60),
        row("c", called_at=45, finished_at=50, window="2"),
    ]
    repaired, kinds = end_at_next_call(rows)
    assert (repaired[0].finished_at, repaired[0].ready_at) == (40, 40)
    assert repaired[1:] == rows[1:]
    assert kinds == {"overlap": {"a"}, "wrap_up": set()}
    assert overlapping(rows) == {"a"}


def test_a_call_ends_a_wrap_up(row: Make) -> None:
    rows = [row("a", called_at=0, finished_at=30, ready_at=55), row("b", called_at=40)]
    repaired, kinds = end_at_next_call(rows)
    assert (repaired[0].finished_at, repaired[0].ready_at) == (30, 40)
    assert kinds == {"overlap": set(), "wrap_up": {"a"}}
    assert overlapping(rows) == set()


def test_tellers_stand_for_windows_that_are_not_known(row: Make) -> None:
    rows = [
        row("a", window=None, teller="t1", called_at=0, finished_at=50),
        row("b", window=None, teller="t1", called_at=40),
        row("c", window=None, teller="t2", called_at=45),
    ]
    assert end_at_next_call(rows)[1]["overlap"] == {"a"}


@st.composite
def histories(draw: st.DrawFn) -> list[HistoryRow]:
    times = st.none() | st.integers(0, 60).map(float)

    def row(ticket: int) -> HistoryRow:
        outcome = draw(st.sampled_from(OUTCOMES))
        served = outcome == "served"
        return HistoryRow(
            ticket=f"t{ticket}",
            business="cash",
            priority=None,
            window=draw(st.sampled_from("12")),
            teller=None,
            issued_at=draw(st.integers(0, 30).map(float)),
            called_at=draw(times),
            started_at=draw(times) if served else None,
            finished_at=draw(times) if served else None,
            ready_at=draw(times) if served else None,
            left_at=None if served else draw(times),
            outcome=outcome,
        )

    return [row(ticket) for ticket in range(draw(st.integers(0, 8)))]


@given(histories())
def test_after_the_repairs_times_are_in_order_and_windows_do_one_thing_at_a_time(
    rows: list[HistoryRow],
) -> None:
    repaired, _ = end_at_next_call([put_in_order(row)[0] for row in rows])
    assert [row.ticket for row in repaired] == [row.ticket for row in rows]
    for row in repaired:
        known = [time for time in (getattr(row, name) for name in CHAIN) if time is not None]
        assert known == sorted(known)
    for window in "12":
        visits = [row for row in repaired if row.window == window and row.begun_at is not None]
        for earlier, later in pairwise(sorted(visits, key=lambda row: row.turn)):
            left = None if earlier.outcome == "served" else earlier.left_at
            ends = (earlier.started_at, earlier.finished_at, earlier.ready_at, left)
            assert all(end <= later.came_at for end in ends if end is not None)


@given(histories())
def test_repairs_are_done_once(rows: list[HistoryRow]) -> None:
    ordered = [put_in_order(row)[0] for row in rows]
    assert [put_in_order(row) for row in ordered] == [(row, []) for row in ordered]
    ended, _ = end_at_next_call(ordered)
    assert end_at_next_call(ended) == (ended, {"overlap": set(), "wrap_up": set()})


@given(histories())
def test_times_move_by_no_more_than_the_tolerance_upwards(rows: list[HistoryRow]) -> None:
    for row in rows:
        ordered, inversions = put_in_order(row)
        raised = {one.field for one in inversions if one.small}
        dropped = {one.field for one in inversions if not one.small}
        for name in (*CHAIN[1:], "left_at"):
            before, after = getattr(row, name), getattr(ordered, name)
            if name in raised:
                assert 0 < after - before <= TOLERANCE_S
            else:
                assert after == (None if name in dropped else before)
