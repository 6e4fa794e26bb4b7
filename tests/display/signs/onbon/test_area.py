"""Updates of dynamic areas: fields where the vendor has them, held against published frames."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.signs.onbon.area import Area, Update, decode, encode, pixels
from display.signs.onbon.frame import Frames
from display.signs.onbon.packet import Broken
from display.signs.onbon.packet import decode as unpacked
from tests.display.signs.published import CLEAR, DEALER, METEO

BYTE, WORD = st.integers(0, 255), st.integers(0, 65_535)
AREAS = st.builds(
    Area,
    text=st.binary(max_size=40), width=WORD, height=WORD, left=WORD, top=WORD, number=BYTE, kind=BYTE,
    spacing=BYTE, run_mode=BYTE, timeout_s=WORD, reserved=st.binary(min_size=3, max_size=3), rows=BYTE,
    breaks=BYTE, enters=BYTE, leaves=BYTE, speed=BYTE, stands=BYTE,
)  # fmt: skip
UPDATES = st.builds(
    Update,
    st.lists(AREAS, max_size=3).map(tuple),
    st.none() | st.lists(BYTE, max_size=4).map(tuple),
    BYTE,
    WORD,
)


def data_of(frame: bytes) -> list[bytes]:
    return [unpacked(body).data for body in Frames().feed(frame)]


def test_the_vendors_example_means_what_its_text_says() -> None:
    (data,) = data_of(DEALER)
    update = decode(data)
    assert update.areas == (
        Area(
            b"012345QRSTTV'B", width=0x18, height=32, run_mode=0, timeout_s=2,
            rows=2, breaks=2, enters=3, speed=4, stands=5,
        ),
    )  # fmt: skip
    assert (update.gone, update.answer, update.reserved) == ((), 1, len(data) - 5)
    assert encode(update) == data


def test_the_weather_boards_rows() -> None:
    rows = data_of(METEO)
    areas = [decode(data).areas[0] for data in rows]
    assert [area.text for area in areas] == [b"\\FO000TEMPER:21\xa1\xe6", b"\\FO000HUM:66%RH", b"\\FO000  "]
    assert [(area.top, area.width, area.height) for area in areas] == [(at, 64, 12) for at in (12, 24, 36)]
    assert [encode(decode(data)) for data in rows] == rows


def test_all_areas_taken_away() -> None:
    (data,) = data_of(CLEAR)
    assert decode(data) == Update(gone=None, reserved=2)
    assert encode(decode(data)) == data


@given(UPDATES)
def test_an_update_comes_back(update: Update) -> None:
    assert decode(encode(update)) == update


@given(UPDATES, st.data())
def test_a_truncated_one_is_broken_and_nothing_else(update: Update, data: st.DataObject) -> None:
    whole = encode(update)
    with pytest.raises(Broken):
        decode(whole[: data.draw(st.integers(0, len(whole) - 1))])


@given(st.binary(max_size=80))
def test_garbage_is_broken_or_an_update(rest: bytes) -> None:
    try:
        found = decode(b"\xa3\x06" + rest)
    except Broken:
        return
    assert isinstance(found, Update)


def test_widths_are_bytes_unless_they_say_pixels() -> None:
    assert pixels(0x18) == 192
    assert pixels(0x8000 | 100) == 100
