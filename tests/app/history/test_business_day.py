from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.history import HistoryError, HistoryRow
from app.history.business_day import numbers, prefixes, split_at

SHANGHAI = ZoneInfo("Asia/Shanghai")
FOUR = datetime(2026, 1, 5, 4, tzinfo=SHANGHAI).timestamp()


def test_the_days_before_and_the_day_in_order_of_issue(row: Callable[..., HistoryRow]) -> None:
    rows = [
        row(name, FOUR + at) for name, at in (("c", 90), ("old", -1), ("a", 0), ("next", 86400), ("b", 80))
    ]
    before, today = split_at(rows, date(2026, 1, 5), SHANGHAI)
    assert [one.ticket for one in before] == ["old"]
    assert [one.ticket for one in today] == ["a", "b", "c"]


def test_a_day_without_tickets_names_those_that_have_some(row: Callable[..., HistoryRow]) -> None:
    rows = [row("a", FOUR), row("b", FOUR + 86400), row("c", FOUR + 5 * 86400)]
    with pytest.raises(
        HistoryError, match=r"no ticket on 2026-01-07; .*: 3 from 2026-01-05 to 2026-01-10; the nearest"
    ):
        split_at(rows, date(2026, 1, 7), SHANGHAI)
    with pytest.raises(HistoryError, match="days with tickets: none"):
        split_at([], date(2026, 1, 7), SHANGHAI)


def test_prefixes_are_the_business_own_letters_where_free() -> None:
    assert prefixes(["PS", "PE", "personal", "42", "对公"]) == {
        "42": "A", "PE": "PE", "PS": "PS", "personal": "B", "对公": "C",
    }  # fmt: skip


@given(st.sets(st.text("ABab1-", min_size=1, max_size=3), max_size=20))
def test_prefixes_are_letters_and_differ(businesses: set[str]) -> None:
    found = prefixes(businesses)
    assert found.keys() == businesses
    assert len(set(found.values())) == len(businesses)
    assert all(
        1 <= len(letters) <= 2 and letters.isalpha() and letters.isupper() for letters in found.values()
    )


def test_more_businesses_than_letters() -> None:
    with pytest.raises(HistoryError, match="too many businesses"):
        prefixes(str(at) for at in range(703))


def test_numbers_count_each_business(row: Callable[..., HistoryRow]) -> None:
    today = [row(business=business) for business in ("PS", "NW", "PS")]
    assert numbers(today, {"PS": "PS", "NW": "N"}) == ["PS001", "N001", "PS002"]
