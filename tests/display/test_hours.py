from __future__ import annotations

from datetime import date

import pytest

from display.catalogues import LANGUAGES
from display.hours import LEVELS, DayHours, day_line, day_name, founded, wait_words
from display.speech import voice
from display.views import Shown

EN, ZH = voice("en"), voice("zh-Hans")


def test_a_day_that_has_a_quieter_time() -> None:
    day = DayHours(0, 12, known=True, quieter="14:30", wait=Shown(0, 300))
    assert day_line(day, EN) == "Monday: usually quieter at about 14:30, wait within about 5 min"
    assert day_line(day, ZH) == "星期一：14:30 左右通常较空，预计等候 5 分钟内"


def test_a_day_of_which_less_can_be_said() -> None:
    even = DayHours(4, 12, known=True, wait=Shown(300, 600))
    assert day_line(even, EN) == "Friday: about the same all day, wait about 5–10 min"
    assert day_line(DayHours(5, 2, known=False), EN) == "Saturday: too few days so far to say (2)"
    assert day_line(DayHours(6, 0, known=False), EN) == "Sunday: no visits so far"
    assert day_line(DayHours(3, 5, known=True), EN) == "Thursday: too few days so far to say (5)"


@pytest.mark.parametrize("language", [*LANGUAGES, "en-HK"])
def test_every_language_has_words(language: str) -> None:
    say = voice(language)
    assert day_name(6, say.language)
    assert len({day_name(day, say.language, short=True) for day in range(7)}) == 7
    assert len({say.say(level) for level in LEVELS.values()}) == 3
    assert "5–10" in wait_words(Shown(300, 600), say)
    assert "2026-09-01" in founded(12, date(2026, 9, 1), date(2026, 11, 20), say)
