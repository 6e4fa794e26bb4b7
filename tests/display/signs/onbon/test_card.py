"""A card shows what its frames say: pages in turn, until they time out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.signs.codec import Answer
from display.signs.onbon import area
from display.signs.onbon.answer import CardAnswers, encode
from display.signs.onbon.area import Area, Update
from display.signs.onbon.card import Card
from display.signs.onbon.frame import Frames, framed
from display.signs.onbon.packet import EVERYBODY, Packet, decode
from display.signs.page import Grid, Page
from tests.display.signs.published import CLEAR, CLOCK, DEALER, DEALER_PRINTED, PING, ROWS, TAKEN

CARD = Card(128, 32)
PAGES = (Page(("A012", "正在办理 15-20分")), Page(("A012", "15-20 min")))


def update_of(frame: bytes) -> Update:
    (body,) = Frames().feed(frame)
    return area.decode(decode(body).data)


def test_the_grid_is_the_board_in_characters() -> None:
    assert Card(128, 32).grid == Grid(2, 16)
    assert Card(192, 32, font=32).grid == Grid(1, 12)
    assert Card(64, 24, font=24).grid == Grid(1, 5)


def test_the_chinese_of_a_page_is_on_the_board_and_taken() -> None:
    board = CARD.board()
    assert CARD.answers.feed(board.feed(CARD.frame(PAGES), 0)) == [Answer(taken=True)]
    assert board.picture(0).rows == ("A012", "正在办理 15-20分")


def test_pages_stand_still_for_their_time_and_come_round() -> None:
    board = CARD.board()
    board.feed(CARD.frame(PAGES), 100)
    english = ("A012", "15-20 min")
    shown = [board.picture(100 + at).rows == english for at in (0, 3.9, 4, 7.9, 8)]
    assert shown == [False, False, True, True, False]


def test_what_is_not_said_again_vanishes_by_itself() -> None:
    board = CARD.board()
    board.feed(CARD.frame(PAGES), 0)
    assert not board.picture(CARD.timeout_s - 0.1).dark
    assert board.picture(CARD.timeout_s).dark
    board.feed(CARD.frame(PAGES), 40)
    board.feed(CARD.frame(PAGES), 60)
    assert not board.picture(80).dark
    assert CARD.refresh_s * 3 <= CARD.timeout_s


def test_no_pages_are_a_page_of_blanks() -> None:
    board = CARD.board()
    board.feed(CARD.frame(PAGES), 0)
    board.feed(CARD.frame(()), 1)
    assert board.picture(1).dark
    (blank,) = update_of(CARD.frame(())).areas
    assert blank.text == b" \\n "


def test_the_fields_are_those_of_a_still_area_in_memory_that_times_out() -> None:
    card = Card(64, 16, x=128, y=16, address=7, area=3, library=2, colour="yellow", page_s=5, timeout_s=90)
    (body,) = Frames().feed(card.frame((Page(("A1",)),)))
    assert (decode(body).to, decode(body).mode) == (7, 0)
    assert area.decode(decode(body).data) == Update(
        (
            Area(
                b"\\FO002\\FE002\\C3A1", width=8, height=16, left=16, top=16, number=3, run_mode=2,
                timeout_s=90, rows=2, breaks=1, enters=1, stands=10,
            ),
        ),
        answer=1,
    )  # fmt: skip


def test_a_card_of_the_sixth_kind_is_in_dynamic_mode() -> None:
    (body,) = Frames().feed(Card(64, 16, dynamic=True).frame(()))
    assert decode(body).mode == 1
    assert "no published frame" in Card(64, 16, dynamic=True).experimental


def test_published_frames_are_shown() -> None:
    board = Card(192, 32).board()
    assert board.feed(DEALER, 0) == TAKEN
    assert board.picture(0).rows == ("012345QRSTTV'B", "")
    assert board.feed(CLEAR, 1) == TAKEN
    assert board.picture(1).dark


def test_a_weather_boards_rows_are_shown_in_its_own_font() -> None:
    card = Card(512, 48, font=12)
    board = card.board()
    for one, row in zip(ROWS, ("TEMPER:21℃", "HUM:66%RH"), strict=False):
        assert board.feed(one, 0) == b""  # it asks for no answer
        assert row in board.picture(0).rows
    assert "TEMPER:21℃" not in board.picture(0).rows  # all are the same area


@pytest.mark.parametrize("command", [PING, CLOCK])
def test_other_commands_are_answered_and_draw_nothing(command: bytes) -> None:
    board = CARD.board()
    board.feed(CARD.frame(PAGES), 0)
    assert board.feed(command, 0) == TAKEN
    assert not board.picture(0).dark


def test_a_wrong_checksum_is_refused_and_another_address_is_not_heard() -> None:
    board = CARD.board()
    refusal = board.feed(DEALER_PRINTED, 0)
    assert refusal == framed(encode(5).encode())
    assert not CardAnswers().feed(refusal)[0].taken
    assert board.feed(Card(128, 32, address=2).frame(PAGES), 0) == b""
    assert board.picture(0).dark
    assert board.feed(Card(128, 32, address=EVERYBODY).frame(PAGES), 0)
    assert not board.picture(0).dark


def test_areas_lie_beside_each_other() -> None:
    board = Card(128, 16).board()
    board.feed(Card(64, 16).frame((Page(("A012",)),)), 0)
    board.feed(Card(64, 16, x=64, area=1).frame((Page(("窗口",)),)), 0)
    assert board.picture(0).rows == ("A012    窗口",)


def sent(one: Area) -> bytes:
    return framed(Packet(area.encode(Update((one,)))).encode())


def test_other_run_modes_as_others_use_them() -> None:
    board = Card(64, 16).board()
    board.feed(sent(Area(b"a\\nb\\nc", 8, 16, run_mode=1, stands=2)), 0)
    assert [board.picture(at).rows[0] for at in (0, 1, 2, 99)] == ["a", "b", "c", "c"]
    board.feed(sent(Area("一二三四五".encode("gb2312"), 8, 16, run_mode=0, breaks=2, stands=2)), 0)
    assert [board.picture(at).rows[0] for at in (0, 1, 2)] == ["一二三四", "五", "一二三四"]
    board.feed(sent(Area("一二三四五".encode("gb2312"), 8, 16, run_mode=0, rows=1, stands=2)), 0)
    assert board.picture(1).rows[0] == "五"


AREAS = st.builds(
    Area,
    text=st.binary(max_size=30), width=st.integers(0, 65_535), height=st.integers(0, 65_535),
    left=st.integers(0, 65_535), top=st.integers(0, 65_535), run_mode=st.integers(0, 3),
    timeout_s=st.integers(0, 9), rows=st.integers(0, 3), breaks=st.integers(0, 3), stands=st.integers(0, 9),
)  # fmt: skip


@given(AREAS, st.floats(0, 100))
def test_whatever_an_area_says_the_picture_stays_on_the_board(one: Area, at: float) -> None:
    board = CARD.board()
    board.feed(sent(one), 0)
    picture = board.picture(at)
    assert len(picture.rows) == picture.grid.rows


@given(st.binary(max_size=200))
def test_garbage_never_raises(garbage: bytes) -> None:
    board = CARD.board()
    board.feed(garbage, 0)
    board.feed(CARD.frame(PAGES), 1)
    assert not board.picture(1).dark
