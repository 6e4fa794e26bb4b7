from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from math import inf
from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.backtest.floor import Floor, Kind, ended_at, moments, waited_until
from app.branch.branch_file import parse
from app.branch.events import parse_event
from app.branch.fold import fold
from app.branch.state import new_state
from app.history import HistoryRow, branch_for
from app.history.day import day_to_events
from app.situation import situation
from estimator.pools import Pools
from estimator.situation import Situation, TicketNow, WindowNow

from .conftest import FIRST, ZONE

if TYPE_CHECKING:
    from app.branch.branch_file import Branch

AT = FIRST.timestamp()
HEAD_START = {"high": 90.0}


def row(ticket: str, issued: float, **given: object) -> HistoryRow:
    """A ticket of business a without further fate; times in seconds since ``FIRST``."""
    fields: dict[str, object] = {
        "business": "a", "priority": None, "window": None, "teller": None, "called_at": None,
        "started_at": None, "finished_at": None, "ready_at": None, "left_at": None, "outcome": "served",
    }  # fmt: skip
    shifted = {
        name: AT + value if name.endswith("_at") and isinstance(value, float) else value
        for name, value in given.items()
    }
    return HistoryRow(ticket, issued_at=AT + issued, **(fields | shifted))  # type: ignore[arg-type]


def served(ticket: str, issued: float, called: float, finished: float, **given: object) -> HistoryRow:
    times = {"called_at": called, "started_at": called, "finished_at": finished}
    return row(ticket, issued, **{"window": "1", **times, **given})


LOBBY = [
    served("t1", 0.0, 0.0, 100.0, teller="wang"),
    row("t2", 20.0, left_at=70.0, outcome="abandoned"),
    served("t3", 30.0, 110.0, 200.0, priority="high"),
    served("t4", 40.0, 300.0, 420.0, business="b", window="2"),
    row("t5", 50.0),
]
"""Window 1 serves two; window 2 is first seen at 300 s; t2 leaves; of t5 nothing more is known."""


def floor_at(seconds: float, rows: list[HistoryRow] = LOBBY) -> Floor:
    """The floor after all that had happened by then."""
    floor = Floor(ZONE, HEAD_START)
    for moment in moments(rows):
        if moment.at <= AT + seconds:
            floor.see(moment)
    floor.now = AT + seconds
    return floor


def look(seconds: float, *, must_wait: bool = True) -> Situation:
    return floor_at(seconds).situation(Pools(), must_wait=must_wait)


def waiting(now: Situation) -> dict[str, tuple[str, str, float]]:
    return {one.ticket: (one.business, one.priority, one.waited_s) for one in now.waiting}


def test_moments_come_in_order_and_an_end_before_the_next_call() -> None:
    rows = [served("x", 0.0, 10.0, 50.0), served("y", 5.0, 50.0, 60.0), served("z", 50.0, 60.0, 60.0)]
    seen = [(one.at - AT, one.kind, one.row.ticket) for one in moments(reversed(rows))]
    assert seen == [
        (0.0, Kind.ISSUED, "x"),
        (5.0, Kind.ISSUED, "y"),
        (10.0, Kind.CALLED, "x"),
        (50.0, Kind.ENDED, "x"),
        (50.0, Kind.ISSUED, "z"),
        (50.0, Kind.CALLED, "y"),
        (60.0, Kind.ENDED, "y"),
        (60.0, Kind.ENDED, "z"),
        (60.0, Kind.CALLED, "z"),
    ]
    assert moments([]) == []


def test_when_a_wait_and_a_ticket_are_over() -> None:
    first, left, _, _, unknown = LOBBY
    assert [waited_until(one) - AT for one in (first, left, unknown)] == [0.0, 70.0, inf]
    assert [ended_at(one) - AT for one in (first, left)] == [100.0, 70.0]
    assert ended_at(row("x", 0.0, called_at=5.0, left_at=60.0, window="1", outcome="no_show")) == AT + 60.0


def test_an_empty_floor_has_an_empty_situation() -> None:
    floor = Floor(ZONE, HEAD_START)
    assert floor.situation(Pools(), must_wait=True).windows == ()
    assert (floor.away_s(), floor.turn_day(), floor.is_new_day(AT)) == ([], [], False)


def test_who_waits_is_who_has_come_and_not_been_called_nor_left() -> None:
    assert waiting(look(60.0)) == {
        "t2": ("a", "normal", 40.0),
        "t3": ("a", "high", 30.0),
        "t4": ("b", "normal", 20.0),
        "t5": ("a", "normal", 10.0),
    }
    assert set(waiting(look(80.0))) == {"t3", "t4", "t5"}
    assert set(waiting(look(310.0))) == {"t5"}
    assert look(60.0).head_start == {"normal": 0.0, "high": 90.0}
    assert look(60.0).hour == pytest.approx(9 + 1 / 60)


def test_a_window_serves_is_free_or_has_not_been_seen() -> None:
    (one,) = look(60.0).windows
    assert (one.window, one.phase, one.elapsed_s, one.teller) == ("1", "serving", 60.0, "wang")
    assert not one.reports_presence
    (free,) = look(105.0).windows
    assert (free.phase, free.elapsed_s, free.business) == ("open", 5.0, "a")
    one, two = look(350.0).windows
    assert (one.phase, one.elapsed_s) == ("open", 150.0)
    assert (two.phase, two.elapsed_s, two.business) == ("serving", 50.0, "b")
    assert floor_at(350.0).away_s() == [150.0]


def rostered(roster: str) -> Branch:
    return parse(branch_for(LOBBY, FIRST.date(), ZONE) + f"\n[roster]\n{roster}\n")


def test_whom_the_roster_has_away_is_away_unless_its_calls_deny_it() -> None:
    """Window 1 calls at 0 and at 110 s and is done at 200; window 2 at 300 s."""
    branch = rostered(
        """
opening = [{ window = "1", from = "09:00", to = "17:00" }, { window = "2", from = "09:30", to = "17:00" }]
break = [{ window = "1", from = "09:02", to = "09:12" }, { window = "2", from = "09:04", to = "09:12" }]
"""
    )
    phases = []
    for seconds in (60.0, 150.0, 250.0, 310.0, 800.0):
        floor = floor_at(seconds)
        floor.branch = branch
        phases.append(
            [
                (one.phase, one.closing, one.opens_in_s, one.stops_in_s, one.reopens_in_s, one.elapsed_s)
                for one in floor.situation(Pools(), must_wait=True).windows
            ]
        )
    assert phases == [
        [("serving", False, None, 60.0, 660.0, 60.0)],
        [("serving", True, None, 0.0, 570.0, 40.0)],
        [("closed", False, 470.0, None, None, 50.0)],
        [("closed", False, 410.0, None, None, 110.0), ("serving", False, None, None, None, 10.0)],
        [("open", False, None, None, None, 80.0), ("open", False, None, None, None, 380.0)],
    ]


def test_a_window_not_seen_today_is_due_when_the_roster_says() -> None:
    floor = floor_at(500.0)
    floor.branch = rostered(
        """
opening = [{ window = "1", from = "09:00", to = "17:00" }, { window = "2", from = "10:00", to = "15:00" }]
"""
    )
    floor.turn_day()
    floor.now = AT + 86_400.0 + 60.0
    one, two = floor.situation(Pools(), must_wait=True).windows
    assert (one.phase, one.opens_in_s, one.stops_in_s) == ("closed", -60.0, None)
    assert (two.phase, two.opens_in_s, two.stops_in_s) == ("closed", 3540.0, 6 * 3600.0 - 60.0)


def test_a_new_day_knows_the_windows_and_none_of_them_is_there() -> None:
    floor = floor_at(500.0)
    tomorrow = AT + 86_400.0
    assert not floor.is_new_day(AT + 3600.0)
    assert floor.is_new_day(tomorrow)
    assert [one.ticket for one in floor.turn_day()] == ["t1", "t2", "t3", "t4", "t5"]
    floor.now = tomorrow
    found = floor.situation(Pools(), must_wait=True)
    assert [one.phase for one in found.windows] == ["closed", "closed"]
    assert not waiting(found)
    assert floor.turn_day() == []


def test_a_service_over_midnight_goes_on() -> None:
    floor = floor_at(320.0)
    floor.turn_day()
    phases = {one.window: one.phase for one in floor.situation(Pools(), must_wait=True).windows}
    assert phases == {"1": "closed", "2": "serving"}


def test_a_business_day_changes_at_its_hour() -> None:
    floor = Floor(ZONE, HEAD_START, time(4))
    floor.now = datetime(2026, 3, 2, 23, tzinfo=ZONE).timestamp()
    assert not floor.is_new_day(datetime(2026, 3, 3, 3, 59, tzinfo=ZONE).timestamp())
    assert floor.is_new_day(datetime(2026, 3, 3, 4, tzinfo=ZONE).timestamp())


def test_somebody_whom_a_free_window_let_wait_is_known_only_where_that_is_clear() -> None:
    (clear,) = look(105.0).windows
    (unclear,) = look(105.0, must_wait=False).windows
    assert clear.eligible_waiting_for_s > 0.0
    assert unclear.eligible_waiting_for_s == 0.0
    one, two = look(500.0).windows  # only t5 waits, of business a
    assert (one.eligible_waiting_for_s > 0.0) == ("a" in one.reluctance)
    assert (two.eligible_waiting_for_s > 0.0) == ("a" in two.reluctance)


def test_a_window_was_passed_over_as_long_as_somebody_was_seen_to_wait() -> None:
    """t4, for business b, left the line at 300 s; window 1 was free since 200 s and takes b too."""
    one, _ = look(350.0).windows
    assert "b" in one.reluctance
    assert one.passed_over_s == pytest.approx(100.0)
    (before,) = look(250.0).windows
    assert before.passed_over_s == 0.0


def test_what_is_recent_is_forgotten_in_time() -> None:
    floor = floor_at(420.0)
    assert len(floor.issues) == 5
    assert [call.waited_s for call in floor.calls] == [0.0, 80.0, 260.0]
    floor.see(moments([row("late", 2000.0)])[0])
    assert list(floor.issues) == [AT + 2000.0]
    assert not floor.calls


def test_what_a_window_takes_follows_what_was_learned() -> None:
    floor = floor_at(350.0)
    pools = Pools()
    pools.presence.served = {"1": {"a": 40.0}, "2": {"b": 40.0}}
    pools.presence.could = {"1": {"a": 40.0, "b": 40.0}, "2": {"a": 40.0, "b": 40.0}}
    pools.presence.counts = {"1": {"a": 900.0}, "2": {"b": 900.0}}
    one, two = floor.situation(pools, must_wait=True).windows
    assert (set(one.reluctance), set(two.reluctance)) == ({"a"}, {"b"})


def generated(rng: np.random.Generator) -> list[HistoryRow]:
    """A day of three windows, two businesses, VIPs first, people who leave; services start at the call."""
    arrivals = np.cumsum(rng.exponential(40.0, 160)).round(1).tolist()
    free = {"1": 0.0, "2": 300.0, "3": 900.0}
    rows = []
    for number, issued in enumerate(arrivals):
        business = "b" if rng.random() < 0.3 else "a"
        fields = {"business": business, "priority": "high" if number % 7 == 0 else None}
        window = min(("1", "3") if business == "b" else ("1", "2", "3"), key=lambda one: free[one])
        called = round(max(free[window] + rng.exponential(15.0), issued), 1)
        if called - issued > 240.0:
            rows.append(row(f"n{number}", issued, left_at=issued + 200.0, outcome="abandoned", **fields))
            continue
        finished = round(called + rng.exponential(110.0) + 1.0, 1)
        free[window] = finished
        place = {"window": window, "teller": f"teller-{window}"}
        rows.append(served(f"n{number}", issued, called, finished, **fields, **place))
    return rows


def folded(branch: Branch, rows: list[HistoryRow]) -> Callable[[float], Situation]:
    """What the service's own fold knows of the same day, at moments in order."""
    plain = day_to_events(rows, FIRST.date(), ZONE)
    events = [replace(parse_event(each), seq=seq) for seq, each in enumerate(plain, 1)]
    state, done = new_state(branch), 0

    def at(moment: float) -> Situation:
        nonlocal done
        while done < len(events) and events[done].at <= moment:
            fold(branch, state, replace(events[done], received_at=events[done].at))
            done += 1
        return situation(branch, state, Pools(), moment)

    return at


def known(one: TicketNow) -> tuple[str, str, str, float]:
    return one.ticket, one.business, one.priority, round(one.waited_s, 2)


def busy(one: WindowNow) -> tuple[str | None, str | None, float]:
    return one.business, one.teller, round(one.elapsed_s, 2)


@pytest.mark.parametrize("seed", range(4))
def test_the_floor_says_what_the_service_itself_says_of_the_same_day(seed: int) -> None:
    """Who waits and for how long, who is served where and since when, the head starts and the hour."""
    rows = generated(np.random.default_rng(seed))
    branch = parse(branch_for(rows, FIRST.date(), ZONE))
    service, floor, coming = folded(branch, rows), Floor(ZONE, HEAD_START), moments(rows)
    last, compared = max(ended_at(one) for one in rows), 0
    for at in np.arange(AT, last, 17.03).tolist():
        while coming and coming[0].at <= at:
            floor.see(coming.pop(0))
        floor.now = at
        own, other = floor.situation(Pools(), must_wait=False), service(at)
        assert set(map(known, own.waiting)) == set(map(known, other.waiting))
        assert own.head_start == other.head_start
        assert own.hour == other.hour
        there = {one.window: one for one in other.windows}
        for one in own.windows:
            same = there[one.window]
            assert (one.phase == "serving") == (same.phase in ("calling", "serving"))
            if one.phase == "serving":
                assert busy(one) == busy(same)
                compared += 1
        unseen = there.keys() - {one.window for one in own.windows}
        assert all(there[name].phase == "closed" for name in unseen)
    assert compared > 100


def test_days_follow_each_other(month: list[HistoryRow]) -> None:
    floor, days = Floor(ZONE, HEAD_START), []
    for moment in moments(month):
        if floor.is_new_day(moment.at):
            days.append(len(floor.turn_day()))
        floor.see(moment)
    assert days == [80] * 11
    assert datetime.fromtimestamp(floor.now, ZONE).date() == (FIRST + timedelta(days=11)).date()
