"""Text in a card's encoding: rows, pages, what steers, and characters whose second byte is a backslash."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.catalogues import LANGUAGES, messages
from display.cells import width
from display.page_words import BOARD, COMMON
from display.signs.onbon.text import ENCODINGS, broken_by_itself, decode, encode
from display.signs.page import Page, plain

WRITTEN = st.text(st.characters(codec="gb2312", exclude_characters="\\・", min_codepoint=32), max_size=20)


def test_pages_are_rows_after_each_other_padded_to_whole_pages() -> None:
    text = encode((Page(("A012", "办理中")), Page(("Paused",))), 2, "gb2312", "\\C1")
    assert text == b"\\C1A012\\n" + "办理中".encode("gb2312") + b"\\nPaused\\n "
    assert decode(text, "gb2312") == ["A012", "办理中", "Paused", " "]


@given(st.lists(WRITTEN, min_size=1, max_size=4), st.sampled_from(ENCODINGS))
def test_rows_come_back(rows: list[str], encoding: str) -> None:
    text = encode((Page(tuple(rows)),), len(rows), encoding)
    assert decode(text, encoding) == [plain(row) or " " for row in rows]


def test_a_second_byte_that_is_a_backslash_steers_nothing() -> None:
    assert "誠n".encode("gb18030") == b"\xd5\\n"
    assert decode(encode((Page(("誠n",)),), 1, "gb18030"), "gb18030") == ["誠n"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_the_screens_can_be_written(language: str, encoding: str) -> None:
    if encoding == "gb2312" and "Hant" in language:
        pytest.skip("no traditional characters in GB 2312; the branch file refuses it")
    short = {messages(language, "pages")[one] for one in (*COMMON.values(), BOARD["about"], BOARD["within"])}
    for said in {*messages(language, "lobby").values(), *short}:
        row = plain(said)
        assert decode(encode((Page((row,)),), 1, encoding), encoding) == [row]


@pytest.mark.parametrize("lost", ["€", "😀", "㐀", "ñ"])
def test_what_a_card_has_no_character_for_is_marked(lost: str) -> None:
    assert encode((Page((f"a{lost}b",)),), 1, "gb2312") == b"a?b"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_dot_in_the_middle_is_written_by_either_name(encoding: str) -> None:
    assert encode((Page(("·・",)),), 1, encoding) == 2 * b"\xa1\xa4"


def test_a_backslash_cannot_be_written() -> None:
    assert encode((Page(("a\\nb",)),), 1, "gb2312") == b"a/nb"


def test_what_steers_is_not_shown() -> None:
    assert decode(b"\\FO000\\FE000\\C3PM10\\r\\n\\B0x\\Q", "gb2312") == ["PM10", "x\\Q"]


@given(st.binary(max_size=60), st.sampled_from(ENCODINGS))
def test_garbage_never_raises(text: bytes, encoding: str) -> None:
    assert all(row.isprintable() for row in decode(text, encoding))


@given(st.lists(WRITTEN, max_size=3), st.integers(2, 12))
def test_a_card_that_breaks_by_itself_loses_nothing(rows: list[str], columns: int) -> None:
    broken = broken_by_itself(rows, columns)
    assert "".join(broken) == "".join(rows)
    assert all(width(row) <= columns for row in broken)
