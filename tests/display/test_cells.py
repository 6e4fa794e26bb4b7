"""Rows of text: never too wide, nothing lost, no word or number broken needlessly."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from display.cells import width, words, wrapped

TEXT = st.text(st.sampled_from("aA01 ,:-办理中预计。"), max_size=40)


@pytest.mark.parametrize(("text", "cells"), [("", 0), ("A012", 4), ("办理中", 6), ("15分", 4)])
def test_wide_characters_take_two_cells(text: str, cells: int) -> None:
    assert width(text) == cells


@pytest.mark.parametrize(
    ("text", "columns", "rows"),
    [
        ("正在办理,预计还需 15-20 分钟", 16, ["正在办理,预计还", "需 15-20 分钟"]),
        ("In service. About 15-20 min left", 16, ["In service.", "About 15-20 min", "left"]),
        ("办理,好", 5, ["办理,", "好"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("", 8, []),
        ("Please keep this slip", 12, ["Please keep", "this slip"]),
        ("请保留此凭条,留意叫号", 10, ["请保留此凭", "条,留意叫", "号"]),
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


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C"])), st.integers(4, 48))
@settings(max_examples=60)
def test_any_text_keeps_to_a_printers_paper(text: str, columns: int) -> None:
    rows = wrapped(text, columns)
    assert "".join("".join(rows).split()) == "".join(text.split())
    assert all(width(row) <= columns for row in rows)
