"""The real history: a month of 27,917 calls to a bank."""

from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from app.branch.branch_file import parse
from app.branch.events import parse_event
from app.history import HistoryReport, branch_for, day_to_events

pytestmark = pytest.mark.january

ISRAEL = ZoneInfo("Asia/Jerusalem")
DAY = date(1999, 1, 13)


def test_every_ticket_is_used(january: HistoryReport) -> None:
    assert (january.read, len(january.rows), january.rows_refused) == (27_917, 27_917, 0)
    assert Counter(row.outcome for row in january.rows) == {"served": 25_015, "abandoned": 2_902}
    assert not any(row.ready_at for row in january.rows)


def test_starts_before_their_call(january: HistoryReport) -> None:
    """9,861 in all: most by a second or two and raised, some by more, which then do not count as starts."""
    contradictory = Counter((refusal.field, refusal.ticket_kept) for refusal in january.refused)
    assert contradictory == {("started_at", True): 87}
    assert january.repaired["started_raised"] == 9_774
    assert january.repaired["started_raised"] + contradictory["started_at", True] == 9_861
    assert january.repaired["finished_raised"] == 70


def test_overlaps(january: HistoryReport) -> None:
    """183 as written; 40 of them only because the later start was written before its call."""
    assert january.repaired["overlap_ended"] == 143
    assert january.repaired["overlap_by_early_start"] == 40


def test_windows_do_one_thing_at_a_time(january: HistoryReport) -> None:
    windows = defaultdict(list)
    for row in january.rows:
        if row.called_at is not None and row.finished_at is not None:
            windows[row.place].append((row.called_at, row.finished_at))
    for services in windows.values():
        assert all(earlier[1] <= later[0] for earlier, later in pairwise(sorted(services)))


def test_the_tickets_that_estimates_are_scored_on(january: HistoryReport) -> None:
    """Regular businesses, served after a wait, from 07:00 on, 21 to 31 January."""
    start = date(1999, 1, 21)
    from_seven = 7 * 3600
    waited = [
        row
        for row in january.rows
        if row.business != "IN" and row.called_at is not None and row.called_at > row.issued_at
        and (row.issued_at + 7200) // 86400 >= (start - date(1970, 1, 1)).days
        and (row.issued_at + 7200) % 86400 >= from_seven
    ]  # fmt: skip
    assert len(waited) == 3_368


def test_a_whole_day_as_events(january: HistoryReport) -> None:
    events = [parse_event(raw) for raw in day_to_events(january.rows, DAY, ISRAEL)]
    assert Counter(event.type for event in events) == {
        "ticket.issued": 1_439,
        "ticket.called": 1_177,
        "service.started": 1_170,
        "service.finished": 1_177,
        "ticket.abandoned": 262,
        "window.opened": 21,
        "window.closed": 21,
    }
    assert all(earlier.at <= later.at for earlier, later in pairwise(events))
    assert len({event.id for event in events}) == len(events)


def test_a_branch_file_that_fits_the_day(january: HistoryReport) -> None:
    branch = parse(branch_for(january.rows, DAY, ISRAEL))
    assert set(branch.businesses) == {"PS", "PE", "NW", "NE", "TT", "IN"}
    assert len(branch.windows) == 21
    assert branch.priorities["high"].head_start_s == 90
    assert branch.senders["history"].reports == {"issued", "start", "abandoned"}
    for raw in day_to_events(january.rows, DAY, ISRAEL):
        assert raw.get("window", "wa10c") in branch.windows
        assert raw.get("business", "PS") in branch.businesses
        number, prefix = str(raw.get("number", "")), branch.businesses[str(raw.get("business", "PS"))].prefix
        assert not number or (number.startswith(prefix) and len(number) <= 6)
