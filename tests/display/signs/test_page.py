"""What a board's page holds, and what it says instead of what boards lack."""

from __future__ import annotations

from display.signs.page import Page, filled, plain


def test_what_boards_lack_is_written_otherwise() -> None:
    assert plain("15–20 分钟\x07\n…") == "15-20 分钟..."


def test_a_page_without_words_is_dark() -> None:
    assert Page().dark
    assert Page((" ", "")).dark
    assert not Page(("", "x")).dark


def test_pieces_stand_side_by_side_where_they_fit() -> None:
    assert filled(["A012", "办理中", "15-20分"], 11) == ["A012 办理中", "15-20分"]
    assert filled(["A012", "办理中", "15-20分"], 10) == ["A012", "办理中", "15-20分"]
    assert filled([], 10) == []
