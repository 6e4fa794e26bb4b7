"""Text on a grid of cells, as boards and receipt printers have it, and where its rows end.

A cell is half as wide as it is high: an ASCII character takes one, any other takes two, as in their fonts.
"""

from __future__ import annotations

from collections.abc import Iterator

CLOSING = " ,.:;!?)，。：；！？、）"
"""No row begins with these."""


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
