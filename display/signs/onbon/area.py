"""The command ``A3 06``: dynamic areas, written and taken away.

=========  ==========================================================================================
bytes      meaning
=========  ==========================================================================================
2          command: ``A3 06``
1          1: the card shall answer, 2: it need not
2          reserved; the vendor's own program writes the length of what follows, others 0
1, n       how many areas to take away, and which; ``FF`` takes all
1          how many areas are written; then for each:
2          bytes of the area: 27, and its text
1          kind of area, 0: text
2, 2       left and top; 2, 2: width and height. Left and width in bytes (8 pixels), others in pixels;
           left and width with their highest bit set are in pixels too
1          the area's number
1          pixels between rows
1          run mode: 0 go round, 1 stay on the last page, 2 go round and vanish after the time-out
2          time-out in seconds
3          reserved: sound, more fields, alignment
1, 1       rows: 1 one, 2 many; breaks: 1 only where the text says so, 2 by itself
1, 1, 1    how text enters: 1 stands still, 2 at once, 3 to the left …; how it leaves; how fast, 0 to 24
1          how long a page stands, in halves of a second
4          bytes of text
=========  ==========================================================================================
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from .packet import Broken

COMMAND = b"\xa3\x06"
ANSWER, NO_ANSWER = 1, 2
ALL = 0xFF
VANISH = 2
STILL = 1
MANY_ROWS, OWN_BREAKS = 2, 1

HEAD = struct.Struct("<BHHHHBBBH3sBBBBBBI")
LENGTH = struct.Struct("<H")
PIXELS = 0x8000


@dataclass(frozen=True, slots=True)
class Area:
    """One dynamic area. ``left`` and ``width`` are as they stand in the frame; see ``pixels``."""

    text: bytes
    width: int
    height: int
    left: int = 0
    top: int = 0
    number: int = 0
    kind: int = 0
    spacing: int = 0
    run_mode: int = VANISH
    timeout_s: int = 0
    reserved: bytes = bytes(3)
    rows: int = MANY_ROWS
    breaks: int = OWN_BREAKS
    enters: int = STILL
    leaves: int = 0
    speed: int = 0
    stands: int = 0


@dataclass(frozen=True, slots=True)
class Update:
    """One command. ``gone``: numbers of areas to take away, or None for all of them."""

    areas: tuple[Area, ...] = ()
    gone: tuple[int, ...] | None = ()
    answer: int = ANSWER
    reserved: int = 0


def encode(update: Update) -> bytes:
    """The data of a packet. Errors: ``struct.error`` for numbers that the fields cannot hold."""
    gone = bytes([ALL]) if update.gone is None else bytes([len(update.gone), *update.gone])
    areas = b"".join(LENGTH.pack(HEAD.size + len(area.text)) + _packed(area) for area in update.areas)
    head = COMMAND + bytes([update.answer]) + LENGTH.pack(update.reserved)
    return head + gone + bytes([len(update.areas)]) + areas


def decode(data: bytes) -> Update:
    """The command in a packet's data. Errors: ``Broken``."""
    if data[:2] != COMMAND or len(data) < 7:
        raise Broken("it is no update of dynamic areas")
    (reserved,) = LENGTH.unpack_from(data, 3)
    count, at = data[5], 6
    named = 0 if count == ALL else count
    gone = None if count == ALL else tuple(data[at : at + named])
    at += named
    if at >= len(data):
        raise Broken("it ends before its areas")
    number, at = data[at], at + 1
    areas = []
    for _ in range(number):
        area, at = _unpacked(data, at)
        areas.append(area)
    return Update(tuple(areas), gone, data[2], reserved)


def pixels(measure: int) -> int:
    """A left or a width in pixels."""
    return measure & ~PIXELS if measure & PIXELS else measure * 8


def _packed(area: Area) -> bytes:
    return (
        HEAD.pack(
            *(
                area.kind,
                area.left,
                area.top,
                area.width,
                area.height,
                area.number,
                area.spacing,
                area.run_mode,
            ),
            *(area.timeout_s, area.reserved, area.rows, area.breaks, area.enters, area.leaves, area.speed),
            *(area.stands, len(area.text)),
        )
        + area.text
    )


def _unpacked(data: bytes, at: int) -> tuple[Area, int]:
    begins = at + LENGTH.size
    if begins + HEAD.size > len(data):
        raise Broken("it ends within an area")
    (length,) = LENGTH.unpack_from(data, at)
    kind, left, top, width, height, number, spacing, run_mode, timeout_s, *more = HEAD.unpack_from(
        data, begins
    )
    reserved, rows, breaks, enters, leaves, speed, stands, bytes_ = more
    ends = begins + length
    text = data[begins + HEAD.size : ends]
    if ends > len(data) or len(text) != bytes_:
        raise Broken(f"an area says {bytes_} bytes of text and has {len(text)}")
    area = Area(
        text, width, height, left, top, number, kind, spacing, run_mode, timeout_s, reserved,
        rows, breaks, enters, leaves, speed, stands,
    )  # fmt: skip
    return area, ends
