"""Frames that others published, and where. None was made by this project's codecs.

``DEALER`` stands on deanled.cn/html/Solution/equipmentassemblydisplay/330.html, in a page that repeats the
vendor's example of "send information for display" byte by byte. As printed, its CRC is wrong: the page's
author wrote the width of their own board, 80, over the example's. With width 18 the printed CRC is right, and
no other single byte of the header or of the fields makes it so.

``METEO`` are three updates one after the other, in a public program of a water works' weather boards;
``PING``, ``ASK``, ``CLOCK``, ``CLEAR`` and ``TAKEN`` (a card's answer) stand in the public firmware of a
water level gauge with such a board. Both are integrators' words, not the vendor's.
"""

from __future__ import annotations

DEALER_PRINTED = bytes.fromhex(
    "A5 A5 A5 A5 A5 A5 A5 A5 01 00 00 80 00 00 00 00 00 00 FE 02 32 00 A3 06 01 2D 00 00"
    "01 29 00 00 00 00 00 00 80 00 20 00 00 00 00 02 00 00 00 00 02 02 03 00 04 05 0E"
    "00 00 00 30 31 32 33 34 35 51 52 53 54 54 56 27 42 A8 7D 5A"
)
WIDTH_AT = 36
DEALER = DEALER_PRINTED[:WIDTH_AT] + b"\x18" + DEALER_PRINTED[WIDTH_AT + 1 :]

METEO = bytes.fromhex(
    "A5 A5 A5 A5 A5 A5 A5 A5 01 00 00 80 00 00 00 00 00 00 FE 02 35 00 A3 06 02 00 00 00 01 2C 00 00"
    "00 00 0C 00 40 00 0C 00 01 0A 01 02 00 00 00 00 01 01 01 00 17 02 11 00 00 00 5C 46 4F 30 30 30"
    "54 45 4D 50 45 52 3A 32 31 A1 E6 82 DA 5A"
    "A5 A5 A5 A5 A5 A5 A5 A5 01 00 00 80 00 00 00 00 00 00 FE 02 33 00 A3 06 02 00 00 00 01 2A 00 00"
    "00 00 18 00 40 00 0C 00 01 0A 01 02 00 00 00 00 01 01 01 00 17 02 0F 00 00 00 5C 46 4F 30 30 30"
    "48 55 4D 3A 36 36 25 52 48 36 7A 5A"
    "A5 A5 A5 A5 A5 A5 A5 A5 01 00 00 80 00 00 00 00 00 00 FE 02 2C 00 A3 06 02 00 00 00 01 23 00 00"
    "00 00 24 00 40 00 0C 00 01 0A 01 02 00 00 00 00 01 01 01 00 17 02 08 00 00 00 5C 46 4F 30 30 30"
    "20 20 DA F6 5A"
)

PING = bytes.fromhex("A5A5A5A5A5A5A5A5 01000080000000000000FE020500 A200010000 68F8 5A")
ASK = bytes.fromhex("A5A5A5A5A5A5A5A5 01000080000000000000FE020500 A102010000 2D40 5A")
CLOCK = bytes.fromhex("A5A5A5A5A5A5A5A5 01000080000000000000FE020D00 A20301080013200125111726 05 B03F 5A")
CLEAR = bytes.fromhex("A5A5A5A5A5A5A5A5 01000080000000000000FE020700 A306010200FF00 67CC 5A")
TAKEN = bytes.fromhex("A5A5A5A5A5A5A5A5 00800100000000000000FE020500 A000000000 64DC 5A")

ROWS = (METEO[:78], METEO[78:154], METEO[154:])
EVERY = (DEALER, *ROWS, PING, ASK, CLOCK, CLEAR, TAKEN)
