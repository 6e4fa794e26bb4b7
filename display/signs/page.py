"""Still pages of text on a grid of cells, and what fits on them.

A cell is half as wide as it is high: an ASCII character takes one, any other takes two, as in the fonts of
the boards. Nothing moves, so nothing may be longer than its row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

PLAIN = str.maketrans({"–": "-", "—": "-", "−": "-", "…": "...", "’": "'", "“": '"', "”": '"', "\xa0": " "})
"""What fonts of boards lack or draw twice as wide, and what they have instead."""

CLOSING = " ,.:;!?)，。：；！？、）"


@dataclass(frozen=True, slots=True)
class Grid:
    """The size of a board: rows, and columns of half-width cells."""

    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Page:
    """What a board shows at one time: its rows from the top. One without any text is a dark board."""

    rows: tuple[str, ...] = ()

    @property
    def dark(self) -> bool:
        """Whether there is nothing to read."""
        return not any(row.strip() for row in self.rows)


DARK = Page()


def plain(text: str) -> str:
    """The text in characters that boards have: one kind of dash, and nothing that steers."""
    return "".join(one for one in text.translate(PLAIN) if one.isprintable())


def width(text: str) -> int:
    """How many cells a text takes."""
    return sum(cells(one) for one in text)


def cells(character: str) -> int:
    """How many cells a character takes."""
    return 1 if character.isascii() else 2


def wrapped(text: str, columns: int) -> list[str]:
    """A sentence on as many rows as it needs; a word or a number is broken only if no row could hold it."""
    rows: list[str] = []
    row = ""
    for word in words(text):
        if row and width(row + word.rstrip()) > columns:
            rows.append(row.rstrip())
            row = word.lstrip()
        else:
            row += word
        while width(row.rstrip()) > columns:
            head = _head(row, columns)
            rows.append(head)
            row = row[len(head) :]
    return [one for one in (*rows, row.rstrip()) if one.strip()]


def filled(pieces: Sequence[str], columns: int) -> list[str]:
    """Pieces side by side, as many on a row as fit, each whole. None may be wider than a row."""
    rows: list[str] = []
    for piece in pieces:
        if rows and width(rows[-1]) + 1 + width(piece) <= columns:
            rows[-1] += f" {piece}"
        else:
            rows.append(piece)
    return rows


def words(text: str) -> Iterator[str]:
    """The parts between which a row may end: at spaces, and beside wide characters, but before no mark."""
    word = ""
    for one in text:
        if word and (word[-1] == " " or not one.isascii() or not word[-1].isascii()) and one not in CLOSING:
            yield word
            word = ""
        word += one
    if word:
        yield word


def _head(text: str, columns: int) -> str:
    taken = 0
    for at, one in enumerate(text):
        taken += cells(one)
        if taken > columns:
            return text[: max(at, 1)]
    return text
