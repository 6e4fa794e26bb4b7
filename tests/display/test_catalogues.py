"""The catalogues: complete, by hand, each in its own vocabulary; and who reads which."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

import display
from display.catalogues import (
    LANGUAGES,
    gettext_for,
    messages,
    pick_language,
    sentences,
    spoken_as,
    text_in,
)

PACKAGE = Path(display.__file__).parent
LOCALES = PACKAGE / "locale"
EVERY = sorted(path.relative_to(LOCALES).as_posix() for path in LOCALES.glob("*/LC_MESSAGES/*.po"))


def read(name: str) -> Catalog:
    with (LOCALES / name).open("rb") as file:
        return read_po(file, locale=name.split("/", maxsplit=1)[0], abort_invalid=True)


def lobby(language: str) -> dict[str, str]:
    return dict(messages(language, "lobby"))


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"\{\w*\}|%\(\w+\)s", text))


def extracted() -> Iterator[str]:
    for path in sorted(set(PACKAGE.rglob("*.py")) - {PACKAGE / "pages.py", PACKAGE / "page_words.py"}):
        for _, message, _, _ in extract_from_file("python", path, keywords={"N_": None}):
            assert isinstance(message, str)
            yield message


@pytest.mark.parametrize("name", EVERY)
def test_nothing_is_missing_fuzzy_obsolete_or_without_its_placeholders(name: str) -> None:
    catalogue = read(name)
    assert not catalogue.obsolete
    for message in catalogue:
        if message.id:
            assert isinstance(message.id, str)
            assert isinstance(message.string, str)
            assert message.string, message.id
            assert not message.fuzzy, message.id
            assert placeholders(message.string) == placeholders(message.id), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_catalogue_has_exactly_what_is_said(language: str) -> None:
    assert set(lobby(language)) == set(extracted())


def test_english_says_what_its_ids_say() -> None:
    assert all(said == message for message, said in lobby("en").items())


def test_in_hong_kong_english_has_counters_and_nothing_else_is_different() -> None:
    english = {message for message in lobby("en") if "window" in message.lower()}
    overlay = lobby("en-HK")
    assert set(overlay) == english
    assert not any("window" in said.lower() for said in overlay.values())
    assert sentences("en-HK").keys() == sentences("en").keys()
    assert spoken_as("en", ["zh-Hant-HK", "en"]) == "en-HK"
    assert spoken_as("en", ["zh-Hans", "en"]) == "en"
    assert spoken_as("zh-Hans", ["zh-Hant-HK", "zh-Hans"]) == "zh-Hans"


@pytest.mark.parametrize(
    ("language", "charset"), [("zh-Hans", "gb2312"), ("zh-Hant-TW", "big5"), ("zh-Hant-HK", "big5hkscs")]
)
def test_each_is_written_in_its_own_characters(language: str, charset: str) -> None:
    for said in lobby(language).values():
        characters = "".join(re.findall(r"[㐀-鿿]", said))
        assert characters.encode(charset).decode(charset) == characters


@pytest.mark.parametrize(
    ("language", "foreign"),
    [
        ("zh-Hans", ["号票", "柜台", "柜位", "来宾", "號"]),
        ("zh-Hant-TW", ["窗口", "櫃位", "職員", "籌", "工作人員", "櫃員", "打印", "屏幕", "号"]),
        ("zh-Hant-HK", ["窗口", "櫃檯", "行員", "櫃員", "號碼牌", "來賓", "列印", "什麼", "螢幕", "号"]),
    ],
)
def test_each_uses_its_own_words_and_none_promises(language: str, foreign: list[str]) -> None:
    for said in (*lobby(language).values(), *messages(language, "pages").values()):
        assert not [word for word in [*foreign, "承诺", "承諾", "保证", "保證"] if word in said]


NARROW = re.compile(r"(?<=[㐀-鿿}”」）%])(?:[:;?!](?!\d)|,)|[㐀-鿿}] ?\(")
"""What a reader of Chinese expects to be as wide as the characters."""


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant-TW", "zh-Hant-HK"])
def test_punctuation_is_as_wide_as_the_characters(language: str) -> None:
    """But for the comma of what screens and signs say, which the pages widen as they draw it."""
    narrow = "Screen not updating. Watch for your number or ask staff"
    for message, said in messages(language, "pages").items():
        assert message == narrow or not NARROW.search(said), said
    for said in lobby(language).values():
        assert set(NARROW.findall(said)) <= {","}, said
        assert not ("," in said and "，" in said), said
        assert "。" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_look_up_any_of_both_domains_and_keep_what_is_unknown(language: str) -> None:
    gettext = gettext_for(language)
    assert gettext("In service") == lobby(language)["In service"]
    assert gettext("Nobody ever wrote this") == "Nobody ever wrote this"


def test_a_language_without_a_catalogue_has_no_sentences() -> None:
    assert messages("fr", "lobby") == {}
    assert gettext_for("fr")("In service") == "In service"


@pytest.mark.parametrize(
    ("requested", "expected"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh_CN", "zh-Hans"),
        ("zh-TW", "zh-Hant-TW"),
        ("zh-Hant", "zh-Hant-TW"),
        ("zh-HK,zh;q=0.9", "zh-Hant-HK"),
        ("zh-MO", "zh-Hant-HK"),
        ("zh-Hant-HK", "zh-Hant-HK"),
        ("zh-Hans-HK", "zh-Hans"),
        ("yue", "zh-Hant-HK"),
        ("cmn-Hant", "zh-Hant-TW"),
        ("en-GB,en;q=0.7", "en"),
        ("fr-FR,fr;q=0.9,en;q=0.3", "en"),
        ("en;q=0.1, zh-TW;q=0.8", "zh-Hant-TW"),
        ("en;q=0, zh-TW", "zh-Hant-TW"),
        ("zh-TW;q=nonsense, en", "en"),
        ("fr", "zh-Hans"),
        ("*", "zh-Hans"),
        ("", "zh-Hans"),
        (None, "zh-Hans"),
    ],
)
def test_a_reader_gets_what_they_read(requested: str | None, expected: str) -> None:
    assert pick_language(requested, LANGUAGES) == expected


def test_a_reader_gets_the_nearest_of_what_there_is() -> None:
    assert pick_language("zh-TW", ["en", "zh-Hant-HK"]) == "zh-Hant-HK"
    assert pick_language("zh-HK", ["en", "zh-Hans"]) == "zh-Hans"
    assert pick_language("en", ["zh-Hant-TW"]) == "zh-Hant-TW"
    assert pick_language("en", []) == "zh-Hans"


@given(st.text(max_size=2000))
def test_any_header_gives_a_language(header: str) -> None:
    assert pick_language(header, LANGUAGES) in LANGUAGES


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh-Hans", "个人"),
        ("zh-Hant-TW", "個人"),
        ("zh-Hant-HK", "個人"),
        ("en", "Personal"),
        ("fr", "Personal"),
    ],
)
def test_a_text_is_read_in_the_nearest_language(language: str, expected: str) -> None:
    assert text_in({"zh-Hans": "个人", "en": "Personal", "zh-Hant-TW": "個人"}, language) == expected


def test_a_text_in_one_language_is_better_than_none() -> None:
    assert text_in({"zh-Hans": "个人"}, "en") == "个人"
    assert text_in({"zh-Hans": "", "en": "Personal"}, "zh-Hans") == "Personal"
    assert text_in({}, "en") is None
