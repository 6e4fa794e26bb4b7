from collections.abc import Callable
from datetime import UTC, date, datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.branch.branch_file import Branch, parse
from app.history import HistoryError, HistoryRow, branch_for
from app.history.branchfile import _minutes, _percentile

Make = Callable[..., HistoryRow]
DAY = date(2026, 1, 5)
NINE = datetime(2026, 1, 5, 9, tzinfo=UTC).timestamp()
YESTERDAY = NINE - 86400
LONDON = ZoneInfo("Europe/London")


def branch(rows: list[HistoryRow], **given: object) -> Branch:
    return parse(branch_for(rows, DAY, LONDON, **given))  # type: ignore[arg-type]


def service(make: Make, ticket: str, at: float, minutes: float, **given: object) -> HistoryRow:
    return make(ticket, at, called_at=at, started_at=at, finished_at=at + minutes * 60, **given)


def test_minutes_come_from_the_days_before(row: Make) -> None:
    before = [service(row, f"y{minutes}", YESTERDAY + minutes, minutes) for minutes in range(11)]
    after = service(row, "tomorrow", NINE + 86400, 500)
    found = branch([*before, service(row, "a", NINE, 90), after])
    assert found.businesses["cash"].minutes == (1, 5, 9)


def test_too_few_before_means_the_day_itself_and_the_file_says_so(row: Make) -> None:
    rows = [service(row, "y", YESTERDAY, 100), service(row, "a", NINE, 10), service(row, "b", NINE + 1, 20)]
    text = branch_for(rows, DAY, LONDON)
    assert parse(text).businesses["cash"].minutes == (11, 15, 19)
    assert "# from the day itself (2 services): too few on the days before" in text


def test_no_service_at_all_is_a_guess_that_says_so(row: Make) -> None:
    text = branch_for([row("a", NINE, outcome="abandoned", window=None)], DAY, LONDON)
    assert parse(text).businesses["cash"].minutes == (1, 5, 20)
    assert "# a guess" in text
    assert parse(text).windows["1"].businesses == ("cash",)


def test_windows_of_the_day_with_all_they_have_served(row: Make) -> None:
    rows = [
        service(row, "y1", YESTERDAY, 1, business="loan"),
        service(row, "y2", YESTERDAY, 1, business="gold", window="absent"),
        service(row, "a", NINE, 1),
        service(row, "b", NINE, 1, window=None, teller="wang.li"),
        service(row, "c", NINE, 1, window="a-very-long-name", business="x.y"),
    ]
    found = branch(rows)
    assert {name: window.reluctance for name, window in found.windows.items()} == {
        "1": {"cash": 0, "loan": 0},
        "a-very-long-name": {"x.y": 0},
        "wang.li": {"cash": 0},
    }
    assert [window.label for window in found.windows.values()] == ["1", "2", "wang.li"]
    assert list(found.businesses) == ["cash", "loan", "x.y"]
    assert [business.prefix for business in found.businesses.values()] == ["CA", "LO", "XY"]


def test_tickets_for_what_nobody_served_can_still_be_issued(row: Make) -> None:
    unserved = row("b", NINE, business="go.ld", outcome="abandoned", window=None)
    found = branch([service(row, "a", NINE, 1), unserved])
    assert found.windows["1"].reluctance == {"cash": 0, "go.ld": 3600}


def test_priorities_and_the_january_head_start(row: Make) -> None:
    rows = [
        service(row, str(at), NINE + at, 1, priority=name)
        for at, name in enumerate(("high", "normal", "v.ip", None))
    ]
    text = branch_for(rows, DAY, LONDON)
    assert {name: one.head_start_s for name, one in parse(text).priorities.items()} == {
        "high": 90,
        "normal": 0,
        "v.ip": 0,
    }
    assert text.count("# the history does not say") == 1


def test_the_sender_reports_what_the_history_knows(row: Make) -> None:
    called = row("a", NINE, called_at=NINE)
    assert branch([called]).senders["history"].reports == {"issued"}
    everything = [
        row("b", NINE, called_at=NINE, started_at=NINE, finished_at=NINE, ready_at=NINE),
        row("c", NINE, called_at=NINE, outcome="no_show"),
        row("d", NINE, outcome="abandoned"),
    ]
    sender = branch(everything).senders["history"]
    assert sender.reports == {"issued", "start", "ready", "no_show", "abandoned"}
    assert sender.authoritative


def test_the_branch_itself(row: Make) -> None:
    found = branch([service(row, "a", NINE, 1)], branch="north.1", day_change=time(5, 30))
    assert (found.id, found.timezone, found.day_change) == ("north.1", "Europe/London", time(5, 30))
    assert (found.late_share, found.early_share) == (0.05, 0.20)


def test_more_windows_than_a_branch_can_have(row: Make) -> None:
    rows = [service(row, str(at), NINE + at, 1, window=str(at)) for at in range(65)]
    with pytest.raises(HistoryError, match="65 windows served on that day; a branch has at most 64"):
        branch(rows)
    assert len(branch(rows[:64]).windows) == 64


seconds = st.lists(st.floats(0, 200_000), min_size=1, max_size=30).map(sorted)


@given(seconds, st.sampled_from((0.1, 0.5, 0.9)))
def test_percentiles_are_numpy_s(ascending: list[float], share: float) -> None:
    assert _percentile(ascending, share) == pytest.approx(np.quantile(ascending, share))


@given(seconds)
def test_minutes_always_rise(ascending: list[float]) -> None:
    minutes, _ = _minutes(ascending, ())
    assert all(low < high for low, high in pairwise([0, *minutes]))
    assert minutes[-1] <= 600
