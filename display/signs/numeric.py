"""Boards that show a number: ``01``, the board's address, ASCII, ``07``, on a line that many may share.

A board shows what was last said to it and never answers; one that hears nothing keeps its number, so a dark
window is said like any other: blanks on every cell. Where such a frame was published nobody here has found:
experimental.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .codec import Picture
from .page import Grid, Page, plain

START, END = 0x01, 0x07
MOST = 32
"""Longer than any board: what goes on for so long without an end is no frame."""
REFRESH_S = 20.0
"""A board that lost its power shows its number again after so long."""


@dataclass(frozen=True, slots=True)
class Numeric:
    """A board of so many digits. ``address`` is 1 to 255."""

    digits: int
    address: int = 1

    digits_only = True
    refresh_s = REFRESH_S
    answers = None
    experimental = "no published frame was found for it"

    @property
    def grid(self) -> Grid:
        """One row."""
        return Grid(1, self.digits)

    def frame(self, pages: Sequence[Page]) -> bytes:
        """The first row of the first page, at the right end; blanks where it would have to be cut."""
        row = plain(pages[0].rows[0]) if pages and pages[0].rows else ""
        said = row if row.isascii() and len(row) <= self.digits else ""
        return bytes([START, self.address]) + said.rjust(self.digits).encode("ascii") + bytes([END])

    def board(self) -> NumericBoard:
        """A simulated board at this address."""
        return NumericBoard(self)


class NumericBoard:
    """A board of digits, as its line sees it."""

    def __init__(self, codec: Numeric) -> None:
        self._codec = codec
        self._shown = b""
        self._held: bytearray | None = None

    def feed(self, data: bytes, _now: float) -> bytes:
        """Take bytes in; frames for other addresses pass by. Nothing is ever answered."""
        for byte in data:
            self._take(byte)
        return b""

    def _take(self, byte: int) -> None:
        held = self._held
        if held is not None and not held:
            held.append(byte)  # the address, which may be any byte
        elif byte == START:
            self._held = bytearray()
        elif held is not None and byte == END:
            if held[0] == self._codec.address:
                self._shown = bytes(held[1:])
            self._held = None
        elif held is not None:
            held.append(byte)
            if len(held) > MOST:
                self._held = None

    def picture(self, _now: float) -> Picture:
        """The number that was said last."""
        said = self._shown.decode("ascii", "replace").replace("\N{REPLACEMENT CHARACTER}", " ")
        return Picture(self._codec.grid, (plain(said)[: self._codec.digits],))
