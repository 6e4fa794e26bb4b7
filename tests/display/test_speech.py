"""One language's voice."""

from __future__ import annotations

import pytest

from display.catalogues import MissingMessageError
from display.speech import voice, voices


def test_what_no_catalogue_has_is_an_error_that_names_language_and_message() -> None:
    with pytest.raises(MissingMessageError, match="zh-Hans: Nobody ever wrote this"):
        voice("zh-Hans").say("Nobody ever wrote this")


def test_voices_come_in_the_branchs_order_and_are_made_once() -> None:
    pair = voices(["zh-Hant-HK", "en"])
    assert [language for language, _ in pair] == ["zh-Hant-HK", "en"]
    assert voices(["zh-Hant-HK", "en"]) is pair


def test_english_beside_hong_kongs_chinese_says_counter() -> None:
    said = "Window closed. Please wait for your number"
    spoken = dict(voices(["zh-Hant-HK", "en"]))["en"]
    assert spoken.say(said) == "Counter closed. Please wait for your number"
    assert spoken.language == "en"
    assert dict(voices(["zh-Hans", "en"]))["en"].say(said) == said
