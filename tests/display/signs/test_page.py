"""What fits on a grid of cells: rows never too wide, nothing lost, no word or number broken needlessly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.signs.page import DARK, Page, filled, plain, width, words, wrapped

TEXT = st.text(st.sampled_from("aA01 ,:-办理中预计。"), max_size=40)


@pytest.mark.parametrize(("text", "cells"), [("", 0), ("A012", 4), ("办理中", 6), ("15分", 4)])
def test_wide_characters_take_two_cells(text: str, cells: int) -> None:
    assert width(text) == cells


def test_what_boards_lack_is_written_otherwise() -> None:
    assert plain("15–20 分钟\x07\n…") == "15-20 分钟..."


def test_a_page_without_words_is_dark() -> None:
    assert DARK.dark
    assert Page((" ", "")).dark
    assert not Page(("", "x")).dark


@pytest.mark.parametrize(
    ("text", "columns", "rows"),
    [
        ("正在办理,预计还需 15-20 分钟", 16, ["正在办理,预计还", "需 15-20 分钟"]),
        ("In service. About 15-20 min left", 16, ["In service.", "About 15-20 min", "left"]),
        ("办理,好", 5, ["办理,", "好"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("", 8, []),
    ],
)
def test_sentences_break_where_a_reader_would(text: str, columns: int, rows: list[str]) -> None:
    assert wrapped(text, columns) == rows


@given(TEXT, st.integers(2, 20))
def test_no_row_is_too_wide_and_nothing_is_lost(text: str, columns: int) -> None:
    rows = wrapped(text, columns)
    assert all(0 < width(row) <= columns for row in rows)
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")


@given(TEXT)
def test_words_are_the_text(text: str) -> None:
    assert "".join(words(text)) == text


def test_pieces_stand_side_by_side_where_they_fit() -> None:
    assert filled(["A012", "办理中", "15-20分"], 11) == ["A012 办理中", "15-20分"]
    assert filled(["A012", "办理中", "15-20分"], 10) == ["A012", "办理中", "15-20分"]
    assert filled([], 10) == []
