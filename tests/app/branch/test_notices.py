"""Notices to the hall: how long they stand, what is refused, and that a day takes them along."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from app.branch import branch_file
from app.branch.errors import Malformed, Refused, Unknown
from app.branch.events import NoticePosted, NoticeWithdrawn, WindowOpened, parse_event
from app.branch.notices import MOST, day_ends, standing, stands_until
from app.branch.snapshot import from_plain, to_plain

from .branches import BRANCH, T0, TEXT, Day

HOUR = 3600.0
WORDS = (("und", "Closing at four"),)
FOUR = T0 + 19 * HOUR
"""04:00 of the next morning, when the business day changes."""


def up(day: Day, now: float) -> list[str]:
    return [one.notice for one in standing(day.state.notices.values(), now)]


def test_it_stands_for_an_hour_until_it_says_and_never_beyond_the_day() -> None:
    assert day_ends(BRANCH, T0) == FOUR
    assert stands_until(BRANCH, T0, None) == T0 + HOUR
    assert stands_until(BRANCH, T0, T0 + 60) == T0 + 60
    assert stands_until(BRANCH, T0, T0 + 48 * HOUR) == FOUR
    assert stands_until(BRANCH, FOUR - 60, None) == FOUR


def test_it_ends_by_itself_with_or_without_another_event() -> None:
    day = Day()
    day.say(NoticePosted("n1", WORDS), at=T0)
    day.say(NoticePosted("n2", WORDS, T0 + 60), at=T0)
    assert up(day, T0 + 59) == ["n1", "n2"]
    assert up(day, T0 + 60) == ["n1"]
    assert up(day, T0 + HOUR) == []
    day.say(WindowOpened("1"), after=HOUR)
    assert day.state.notices == {}


def test_it_is_withdrawn_once_and_may_be_posted_again() -> None:
    day = Day()
    day.say(NoticePosted("n1", WORDS))
    with pytest.raises(Refused, match="up already"):
        day.say(NoticePosted("n1", WORDS))
    day.say(NoticeWithdrawn("n1"))
    assert up(day, day.now) == []
    with pytest.raises(Unknown, match="no notice 'n1'"):
        day.say(NoticeWithdrawn("n1"))
    day.say(NoticePosted("n1", WORDS))


def test_what_is_over_before_it_begins_and_what_is_too_much_are_refused() -> None:
    day = Day()
    with pytest.raises(Refused, match="over before it is up"):
        day.say(NoticePosted("n1", WORDS, T0))
    for number in range(MOST):
        day.say(NoticePosted(f"n{number}", WORDS))
    with pytest.raises(Refused, match=f"{MOST} notices are up"):
        day.say(NoticePosted("more", WORDS))


def test_a_snapshot_keeps_it() -> None:
    day = Day()
    day.say(NoticePosted("n1", (("en", "Closing at four"), ("zh-Hans", "今天四点关门"))))
    kept = from_plain(json.loads(json.dumps(to_plain(day.state))))
    assert kept.notices == day.state.notices
    assert kept.copy().notices is not kept.notices


def test_a_language_that_nobody_here_speaks_is_refused_and_yet_read_back() -> None:
    fact = NoticePosted("n1", (("fr", "Fermé"),))
    day = Day()
    with pytest.raises(Unknown, match="no language 'fr'"):
        day.say(fact)
    day.take(day.event(fact))  # of a time when it was spoken here
    assert up(day, day.now) == ["n1"]


def test_another_day_change_is_another_end() -> None:
    branch = branch_file.parse(TEXT.replace('"04:00"', '"12:00"'))
    assert day_ends(branch, T0) == T0 + 3 * HOUR
    assert day_ends(replace(branch, timezone="Europe/Berlin"), T0) == T0 + 10 * HOUR


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "text must be 1 to 200 readable characters, not ''"),
        ("x" * 201, "text must be 1 to 200 readable characters, not 201 characters"),
        ({}, "text must be a text, or texts by language"),
        ({"not a language": "x"}, "text must be a text, or texts by language"),
        ({"en": " \n "}, "text must be 1 to 200 readable characters"),
        ("turned \u202eround", "text must be 1 to 200 readable characters"),
    ],
)
def test_words_that_cannot_be_shown_are_refused_in_a_clear_sentence(text: object, said: str) -> None:
    raw = {
        "id": "e1",
        "type": "notice.posted",
        "at": "2026-11-21T09:00:00+08:00",
        "notice": "n1",
        "text": text,
    }
    with pytest.raises(Malformed) as refused:
        parse_event(raw)
    assert refused.value.detail.startswith(said)


def test_right_to_left_words_and_their_joiners_are_taken_as_they_are() -> None:
    words = "می‌خواهیم ساعت ۱۶ ببندیم"
    raw = {
        "id": "e1",
        "type": "notice.posted",
        "at": "2026-11-21T09:00:00+08:00",
        "notice": "n1",
        "text": words,
    }
    assert parse_event(raw).fact == NoticePosted("n1", (("und", words),))
