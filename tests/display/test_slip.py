"""What a slip says, in each language."""

import pytest

from display.catalogues import LANGUAGES, spoken_as
from display.slip import Slip, slip
from display.speech import voice
from display.views import Shown

BRANCH = {"zh-Hans": "人民路支行", "en": "People's Road"}
BUSINESS = {"zh-Hans": "个人业务", "en": "Personal"}
AT = "2026-11-22T10:05:09.000+08:00"


def said(language: str, ahead: int = 3, wait: Shown | None = Shown(600, 1200)) -> Slip:  # noqa: B008 - a value
    return slip(BRANCH, BUSINESS, "A012", ahead, wait, AT, "http://b/t/x", voice(language))


def test_a_slip_says_the_number_the_place_the_range_and_the_time() -> None:
    found = said("en")
    assert (found.branch, found.number, found.business, found.link) == (
        "People's Road",
        "A012",
        "Personal",
        "http://b/t/x",
    )
    assert found.lines == (
        "3 ahead of you",
        "Expected wait: about 10–20 min",
        "Taken 2026-11-22 at 10:05",
    )
    assert said("zh-Hans").lines == ("前面还有 3 人", "预计等候 10–20 分钟", "取号时间 2026-11-22 10:05")


@pytest.mark.parametrize(
    ("language", "expected"),
    [("zh-Hans", "下一位就是您"), ("zh-Hant-TW", "下一位就是您"), ("en", "You are next")],
)
def test_nobody_ahead_is_said_as_such(language: str, expected: str) -> None:
    assert said(language, 0).lines[0] == expected


def test_near_is_within_and_nobody_serving_is_no_range() -> None:
    assert said("zh-Hant-TW", wait=Shown(0, 300)).lines[1] == "預計等候 5 分鐘內"
    assert said("zh-Hant-HK", wait=None).lines[1] == "現時沒有櫃位辦理此服務"
    beside = voice(spoken_as("en", ["zh-Hant-HK", "en"]))
    assert slip(BRANCH, BUSINESS, "A", 0, None, AT, "x", beside).lines[1].startswith("No counter open")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_says_all_of_it(language: str) -> None:
    found = said(language)
    assert found.language == language
    assert all((found.heading, found.follow, found.keep, *found.lines))
