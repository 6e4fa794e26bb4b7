"""Packets: header and checksum, held against published frames."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.signs.onbon.frame import Frames, framed
from display.signs.onbon.packet import ANY_CARD, COMPUTER, Broken, Packet, crc16, decode
from tests.display.signs.published import DEALER, DEALER_PRINTED, EVERY, METEO, TAKEN, WIDTH_AT

PACKETS = st.builds(
    Packet,
    st.binary(max_size=80),
    st.integers(0, 65_535),
    st.integers(0, 65_535),
    st.integers(0, 255),
    st.integers(0, 255),
)


def test_the_checksum_is_crc_16_arc() -> None:
    assert crc16(b"123456789") == 0xBB3D
    assert crc16(b"") == 0


@pytest.mark.parametrize("frame", EVERY, ids=lambda frame: frame[22:30].hex())
def test_published_frames_are_read_and_written_back_byte_for_byte(frame: bytes) -> None:
    (body,) = Frames().feed(frame)
    packet = decode(body)
    assert framed(packet.encode()) == frame
    assert packet.device == ANY_CARD


def test_who_speaks_to_whom() -> None:
    (command,) = Frames().feed(DEALER)
    (answer,) = Frames().feed(TAKEN)
    assert (decode(command).to, decode(command).sender) == (1, COMPUTER)
    assert (decode(answer).to, decode(answer).sender) == (COMPUTER, 1)


def test_several_in_one_stream() -> None:
    assert [len(decode(body).data) for body in Frames().feed(METEO)] == [0x35, 0x33, 0x2C]


def test_the_dealers_frame_is_wrong_as_printed_and_its_checksum_says_where() -> None:
    (body,) = Frames().feed(DEALER_PRINTED)
    with pytest.raises(Broken, match="its CRC should be bd 6f, not a8 7d"):
        decode(body)
    said = int.from_bytes(body[-2:], "little")
    fits = [
        (at, byte)
        for at in range(len(body) - 2 - 14)  # the header and the fields; the text is the author's own
        for byte in range(256)
        if crc16(body[:at] + bytes([byte]) + body[at + 1 : -2]) == said
    ]
    assert fits == [(WIDTH_AT - 8, 0x18)]


@given(PACKETS)
def test_a_packet_comes_back(packet: Packet) -> None:
    assert decode(packet.encode()) == packet


@given(PACKETS, st.data())
def test_a_changed_byte_is_noticed(packet: Packet, data: st.DataObject) -> None:
    body = bytearray(packet.encode())
    at = data.draw(st.integers(0, len(body) - 1))
    body[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Broken, match="CRC"):
        decode(bytes(body))


@given(st.binary(max_size=60))
def test_what_is_no_packet_says_so(body: bytes) -> None:
    with pytest.raises(Broken):
        decode(body)


def test_lengths_that_do_not_agree_are_noticed() -> None:
    body = Packet(b"abc").encode()[:-2]
    longer = body + b"d"
    with pytest.raises(Broken, match="says 3 bytes of data and has 4"):
        decode(longer + crc16(longer).to_bytes(2, "little"))
