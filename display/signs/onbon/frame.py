"""Frames: eight ``A5``, what is carried, ``5A``. Inside, neither byte may stand by itself.

``A5`` is written ``A6 02``, ``A6`` ``A6 01``, ``5A`` ``5B 02`` and ``5B`` ``5B 01``.
"""

from __future__ import annotations

START, END = 0xA5, 0x5A
STARTS = 8
MOST = 8_192
"""Bytes of a frame. The cards take less; what goes on for longer is no frame and is dropped."""

_ESCAPED = {0xA5: b"\xa6\x02", 0xA6: b"\xa6\x01", 0x5A: b"\x5b\x02", 0x5B: b"\x5b\x01"}
_PLAIN = {pair: byte for byte, pair in _ESCAPED.items()}
_MARKS = frozenset({0xA6, 0x5B})


def framed(body: bytes) -> bytes:
    """One frame."""
    return bytes([START]) * STARTS + escape(body) + bytes([END])


def escape(body: bytes) -> bytes:
    """The body without a start or an end in it."""
    return b"".join(_ESCAPED.get(byte, bytes([byte])) for byte in body)


def unescape(carried: bytes) -> bytes | None:
    """The body again; None where no body could have become this."""
    found = bytearray()
    at = 0
    while at < len(carried):
        if carried[at] in _MARKS:
            byte = _PLAIN.get(carried[at : at + 2])
            if byte is None:
                return None
            found.append(byte)
            at += 2
        else:
            found.append(carried[at])
            at += 1
    return bytes(found)


class Frames:
    """Finds frames in a stream of bytes, however it is cut, and whatever else is in it."""

    def __init__(self) -> None:
        self._held: bytearray | None = None

    def feed(self, data: bytes) -> list[bytes]:
        """The bodies of the frames that these bytes complete; bytes between frames are dropped.

        One start is enough to begin, as the cards have it: on a serial line the first of eight get lost.
        """
        found = []
        for byte in data:
            if byte == START:
                self._held = bytearray()
            elif self._held is not None and byte == END:
                body = unescape(bytes(self._held))
                if body:
                    found.append(body)
                self._held = None
            elif self._held is not None:
                self._held.append(byte)
                if len(self._held) > MOST:
                    self._held = None
        return found
