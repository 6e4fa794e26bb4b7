"""What is said of a call: any number and any label, in every language, from recordings that are there."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display import voice
from display.catalogues import LANGUAGES
from display.voice import TICKET, label_read, phrase, replaced, script, shipped, spelled, spoken

MOST_BYTES = 1_500_000
EVERY = shipped()["cmn"].chunks
numbers = st.text(string.ascii_uppercase + string.digits, min_size=1, max_size=6)
labels = st.one_of(
    st.integers(1, 64).map(str),
    st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=8),
)


@pytest.mark.parametrize(
    ("language", "beside", "said"),
    [
        ("zh-Hans", (), "please A 0 1 2 number-to 3 number-window"),
        ("zh-Hant-TW", (), "guest A 0 1 2 number-please-to 3 number-counter"),
        ("zh-Hant-HK", (), "please A 0 1 2 number-to 3 number-counter"),
        ("en", (), "A 0 1 2 to-window 3"),
        ("en", ("zh-Hant-HK",), "A 0 1 2 to-counter 3"),
    ],
)
def test_each_language_says_a_call_in_its_own_way(language: str, beside: tuple[str, ...], said: str) -> None:
    assert " ".join(spoken(shipped(), [language, *beside], "A012", "3")[language]) == said


def test_mandarin_and_cantonese_are_two_voices() -> None:
    files = {one["language"]: one["files"] for one in script(shipped(), LANGUAGES, {"w": "3"})}
    assert files["zh-Hans"]["3"] == files["zh-Hant-TW"]["3"] == "/static/voice/cmn/3.opus"
    assert files["zh-Hant-HK"]["3"] == "/static/voice/yue/3.opus"
    assert files["en"]["3"] == "/static/voice/en/3.opus"


@pytest.mark.parametrize(
    ("label", "read"),
    [
        ("3", "3"), ("03", "3"), ("64", "64"), ("３", "3"), ("①", "1"), ("101", "1 0 1"), ("0101", "0 1 0 1"),
        ("3号", "3"), ("第3号窗口", "3"), ("3號櫃檯", "3"), ("Counter 3", "3"), ("No. 3", "3"), ("二", "2"),
        ("十二", "12"), ("四十", "40"), ("VIP", "V I P"), ("vip-3", "V I P 3"), ("3A", "3 A"),
        ("贵宾", "贵宾"), ("贵宾1", "贵宾 1"), ("贵宾室", "贵宾"),
        ("理財 2", "理財 2"), ("☆", ""), ("", ""), ("火星3", ""),
    ],
)  # fmt: skip
def test_a_label_is_read_as_people_read_it(label: str, read: str) -> None:
    assert " ".join(label_read(label, EVERY)) == read


def test_a_name_that_nobody_recorded_sends_people_to_the_screen_not_to_another_window() -> None:
    assert spoken(shipped(), ["en"], "B7", "火星3") == {"en": ("B", "7", "look")}


def test_a_lettered_window_has_a_phrase_of_its_own() -> None:
    assert phrase(shipped(), "zh-Hans", (), "VIP")[-4:] == ("V", "I", "P", "window")
    assert phrase(shipped(), "zh-Hans", (), "VIP3")[-2:] == ("3", "number-window")


@given(numbers, labels)
def test_every_number_is_spoken_whole_whatever_the_window_is_called(number: str, label: str) -> None:
    for language, chunks in spoken(shipped(), LANGUAGES, number, label).items():
        known = shipped()[voice.VOICES[language]].chunks
        assert set(chunks) <= set(known)
        at = phrase(shipped(), language, LANGUAGES, label).index(TICKET)
        assert chunks[at : at + len(number)] == tuple(number)
    assert set(spoken(shipped(), LANGUAGES, number, label)) == set(LANGUAGES)


@given(st.text(max_size=64), st.text(max_size=64))
def test_anything_is_spoken_as_far_as_it_can_be(number: str, label: str) -> None:
    for chunks in spoken(shipped(), LANGUAGES, number, label).values():
        assert chunks
        assert TICKET not in chunks


@given(numbers, labels, st.sets(st.sampled_from(sorted(EVERY))))
def test_what_is_missing_is_left_out_and_the_rest_is_said(number: str, label: str, lost: set[str]) -> None:
    whole = shipped()["cmn"]
    left = {chunk: file for chunk, file in whole.chunks.items() if chunk not in lost}
    poor = {"cmn": voice.Voice("cmn", left, whole.calls)}
    parts = phrase(poor, "zh-Hans", (), label)
    assert set(parts) <= {*left, TICKET}
    assert spelled(number, left) == tuple(one for one in number if one not in lost)


@given(numbers, labels)
def test_the_page_is_given_all_it_needs_to_say_the_same(number: str, label: str) -> None:
    for given_to in script(shipped(), LANGUAGES, {"w": label}):
        said: list[str] = []
        for part in given_to["calls"]["w"]:
            said += [given_to["spelling"][one] for one in number] if part == TICKET else [part]
        assert tuple(said) == spoken(shipped(), LANGUAGES, number, label)[given_to["language"]]
        assert set(said) <= set(given_to["files"])


def test_small_and_wide_letters_are_spelled_too() -> None:
    spelling = script(shipped(), ["en"], {"w": "1"})[0]["spelling"]
    assert [spelling[one] for one in "aＡａ７7"] == ["A", "A", "A", "7", "7"]


def test_a_banks_own_recordings_go_first_and_bring_new_words() -> None:
    own = replaced(
        shipped()["cmn"], {"a": "/own/a.wav", "number-to": "/own/to.wav", "私人银行": "/own/private.wav"}
    )
    assert (own.chunks["A"], own.chunks["number-to"]) == ("/own/a.wav", "/own/to.wav")
    assert own.chunks["B"] == "/static/voice/cmn/B.opus"
    assert label_read("私人银行2", own.chunks) == ("私人银行", "2")
    assert label_read("私人银行2", EVERY) == ()


def test_a_language_that_nobody_speaks_is_not_spoken() -> None:
    assert spoken(shipped(), ["fr"], "A1", "1") == {}
    assert spoken({}, ["en"], "A1", "1") == {}
    assert script({}, ["en"], {"w": "1"}) == []


def test_the_recordings_are_all_there_and_small() -> None:
    files = [path for path in voice.HERE.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < MOST_BYTES
    there = {f"/static/voice/{path.relative_to(voice.HERE).as_posix()}" for path in files}
    named = {file for one in shipped().values() for file in one.chunks.values()}
    manifests = {f"/static/voice/{name}/voice.json" for name in shipped()}
    assert there == named | manifests | {f"/static/voice/{voice.CHIME}"}
    assert (voice.HERE / voice.CHIME).is_file()


@pytest.mark.parametrize("name", sorted(shipped()))
def test_a_voice_has_all_letters_all_windows_and_all_parts_of_its_phrases(name: str) -> None:
    one = shipped()[name]
    assert {*string.ascii_uppercase, *map(str, range(65))} <= set(one.chunks)
    for cases in one.calls.values():
        assert set(cases) == {"numbered", "named", "unseen"}
        parts = {part for parts in cases.values() for part in parts} - {TICKET, voice.WINDOW}
        assert parts <= set(one.chunks)
        assert all(part == part.lower() for part in parts)
    raw = json.loads((voice.HERE / name / "voice.json").read_text("utf-8"))
    assert "espeak-ng" in raw["made_with"]
