"""Boards of digits: one frame, many addresses on a line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.signs.numeric import Numeric
from display.signs.page import Page

NUMBERS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=6)


def test_the_frame_is_start_address_ascii_end() -> None:
    assert Numeric(4, 9).frame((Page(("A012",)),)) == b"\x01\x09A012\x07"
    assert Numeric(6, 1).frame((Page(("A012",)),)) == b"\x01\x01  A012\x07"
    assert Numeric(4).frame(()) == b"\x01\x01    \x07"


def test_what_would_be_cut_is_not_shown() -> None:
    assert Numeric(3).frame((Page(("A012",)),)) == b"\x01\x01   \x07"


@given(NUMBERS, st.integers(1, 255), st.integers(1, 255))
def test_a_board_shows_what_is_said_to_it_and_nothing_else(number: str, one: int, other: int) -> None:
    board = Numeric(6, one).board()
    assert board.feed(Numeric(6, one).frame((Page((number,)),)), 0) == b""
    assert board.picture(0).rows == (number.rjust(6),)
    board.feed(Numeric(6, other).frame((Page(("9",)),)), 0)
    assert board.picture(9).rows == ((number if one != other else "9").rjust(6),)


@given(st.binary(max_size=200), st.integers(1, 255))
def test_garbage_never_raises_and_the_next_frame_is_shown(garbage: bytes, address: int) -> None:
    codec = Numeric(4, address)
    board = codec.board()
    board.feed(garbage + b"\x07", 0)
    board.feed(codec.frame((Page(("A1",)),)) * 2, 0)
    assert len(board.picture(0).rows[0]) <= 4
    assert board.picture(0).rows == ("  A1",)


@pytest.mark.parametrize("cut", range(1, 7))
def test_a_frame_in_two_parts(cut: int) -> None:
    codec = Numeric(4)
    frame = codec.frame((Page(("A012",)),))
    board = codec.board()
    board.feed(frame[:cut], 0)
    board.feed(frame[cut:], 0)
    assert board.picture(0).rows == ("A012",)
