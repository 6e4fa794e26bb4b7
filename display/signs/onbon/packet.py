"""Packets: a header of 14 bytes, the data, and a CRC-16 over both. Numbers are little-endian.

========  =====  =============================================================
bytes     value  meaning
========  =====  =============================================================
0–1              address of the receiver; cards come with 1, ``FFFE`` is all
2–3              address of the sender; a computer is ``8000``
4–8       0      reserved (three bytes), bar code, kind of check
9                0: ordinary, 1: dynamic areas go before programmes
10               kind of card; ``FE`` fits any
11        2      version of the protocol
12–13            bytes of data
========  =====  =============================================================
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

COMPUTER = 0x8000
EVERYBODY = 0xFFFE
ANY_CARD = 0xFE
VERSION = 2
HEADER = struct.Struct("<HH5xBBBH")
CRC = struct.Struct("<H")


@dataclass(frozen=True, slots=True)
class Packet:
    """What is said, by whom, to whom. ``mode`` and ``device`` are the header's bytes 9 and 10."""

    data: bytes
    to: int = 1
    sender: int = COMPUTER
    mode: int = 0
    device: int = ANY_CARD

    def encode(self) -> bytes:
        """The packet with its CRC."""
        head = HEADER.pack(self.to, self.sender, self.mode, self.device, VERSION, len(self.data))
        return head + self.data + CRC.pack(crc16(head + self.data))


class Broken(ValueError):
    """Bytes that are no packet; ``args[0]`` says why."""


def decode(body: bytes) -> Packet:
    """The packet in a frame's body. Errors: ``Broken``."""
    if len(body) < HEADER.size + CRC.size:
        raise Broken(f"{len(body)} bytes are too few")
    head, said = body[: -CRC.size], body[-CRC.size :]
    if CRC.pack(crc16(head)) != said:
        raise Broken(f"its CRC should be {CRC.pack(crc16(head)).hex(' ')}, not {said.hex(' ')}")
    to, sender, mode, device, _, length = HEADER.unpack_from(head)
    if length != len(head) - HEADER.size:
        raise Broken(f"it says {length} bytes of data and has {len(head) - HEADER.size}")
    return Packet(head[HEADER.size :], to, sender, mode, device)


def crc16(data: bytes) -> int:
    """CRC-16/ARC: the polynomial 8005 reflected, from 0; ``123456789`` gives BB3D."""
    crc = 0
    for byte in data:
        crc = crc >> 8 ^ _TABLE[(crc ^ byte) & 0xFF]
    return crc


def _entry(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ (0xA001 if byte & 1 else 0)
    return byte


_TABLE = tuple(map(_entry, range(256)))
