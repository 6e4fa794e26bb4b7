"""The manager's sentence, in every language, honest with few cases and at both ends."""

from __future__ import annotations

from datetime import date

import pytest

from display.catalogues import LANGUAGES
from display.promises import last_week, sentence, spans, when

SUNDAY = date(2026, 11, 22)


def said(cases: int, late: int, language: str = "en", day: str = "last week") -> str:
    return sentence(day, cases, late, 20, language)


def test_it_says_what_part_was_longer() -> None:
    assert said(250, 10) == "Of the 250 waits last week, 4 % were longer than we said"
    assert said(250, 10, "zh-Hans", "上周") == "上周的 250 次等候中，有 4% 超过我们告知的时间"
    assert said(250, 10, "zh-Hant-TW", "上週") == "上週的 250 次等候中，有 4% 超過我們告知的時間"
    assert said(250, 10, "zh-Hant-HK", "上星期") == "上星期的 250 次輪候中，有 4% 超過我們告知的時間"


@pytest.mark.parametrize(
    ("cases", "late", "part"),
    [
        (0, 0, "Too few"),
        (19, 19, "Too few"),
        (20, 0, "None of the 20 waits"),
        (20, 20, "100 %"),
        (1000, 1, "less than 1 %"),
        (1000, 9, "less than 1 %"),
        (1000, 10, " 1 %"),
        (1000, 999, " 99 %"),
    ],
)
def test_no_rounding_makes_some_none_or_most_all(cases: int, late: int, part: str) -> None:
    assert part in said(cases, late)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_sentence(language: str) -> None:
    for cases, late in ((3, 1), (100, 0), (1000, 2), (100, 7)):
        day = when(date(2026, 11, 1), SUNDAY, SUNDAY, language)
        words = said(cases, late, language, day)
        assert str(cases) in words
        assert "2026-11-01" in words
        assert "{" not in words


def test_days_are_named_as_one_would_say() -> None:
    for name, words in (
        ("today", "today"),
        ("last_7_days", "in the last 7 days"),
        ("last_week", "last week"),
    ):
        assert when(*spans(SUNDAY)[name], SUNDAY, "en") == words
    assert when(date(2026, 11, 3), date(2026, 11, 3), SUNDAY, "en") == "on 2026-11-03"
    assert when(*spans(SUNDAY)["last_28_days"], SUNDAY, "en") == "from 2026-10-26 to 2026-11-22"


def test_last_week_is_the_whole_one_before_this() -> None:
    for today in (date(2026, 11, 16), date(2026, 11, 19), SUNDAY):
        assert last_week(today) == (date(2026, 11, 9), date(2026, 11, 15))
    assert last_week(date(2026, 11, 23)) == (date(2026, 11, 16), SUNDAY)
