r"""The text of an area: characters in the card's encoding, and what steers them after a backslash.

``\n`` begins a row, ``\C1`` to ``\C3`` colour what follows red, green, yellow; ``\FO000`` and ``\FE000``
choose the font of Chinese and of ASCII characters. A backslash of one's own cannot be written.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence

from display.cells import cells
from display.signs.page import Page, plain

ENCODINGS = ("gb18030", "gb2312")
NEW_ROW = b"\\n"
NOWHERE = "?"
"""Stands for a character that the card's fonts lack."""
_TWINS = {"·": "・", "・": "·"}
"""One dot in the card's fonts, which the two encodings take for different characters."""
UNREAD = "\N{REPLACEMENT CHARACTER}"
_STEERS = re.compile(rb"C[0-9]|F[OE][0-9]{3}|B[0-9]|[nr]")


def encode(pages: Sequence[Page], rows: int, encoding: str, before: str = "") -> bytes:
    """The text of pages of so many rows; ``before`` stands at its beginning and steers."""
    lines = [line for page in pages for line in _whole(page, rows)]
    said = [b"".join(_bytes(one, encoding) for one in plain(line).replace("\\", "/")) for line in lines]
    return before.encode("ascii") + NEW_ROW.join(said)


def decode(text: bytes, encoding: str) -> list[str]:
    """The rows of a text, without what steers them; what cannot be read is a white box."""
    rows = [""]
    for one in _characters(text, encoding):
        if one == "\n":
            rows.append("")
        else:
            rows[-1] += one
    return rows


def broken_by_itself(rows: Sequence[str], columns: int) -> list[str]:
    """Rows as a card makes them that breaks by itself: wherever the next character has no room."""
    found: list[str] = []
    for row in rows:
        found.append("")
        taken = 0
        for one in row:
            if taken + cells(one) > columns:
                found.append("")
                taken = 0
            found[-1] += one
            taken += cells(one)
    return found


def _whole(page: Page, rows: int) -> list[str]:
    """All rows of a page, so that the next page begins where this one ends; an empty row is a space."""
    return [row or " " for row in (*page.rows[:rows], *[""] * (rows - len(page.rows)))]


def _bytes(one: str, encoding: str) -> bytes:
    """One or two bytes: characters of four are in no card's fonts."""
    for each in (one, _TWINS.get(one, one)):
        with contextlib.suppress(UnicodeEncodeError):
            found = each.encode(encoding)
            if len(found) == (1 if each.isascii() else 2):
                return found
    return NOWHERE.encode("ascii")


def _characters(text: bytes, encoding: str) -> Iterator[str]:
    at = 0
    while at < len(text):
        if text[at] >= 0x80:
            one = text[at : at + 2].decode(encoding, "replace")[:1]  # a second byte may be a backslash
            yield one if one.isprintable() else UNREAD
            at += 2
        elif text[at : at + 1] == b"\\" and (found := _STEERS.match(text, at + 1)):
            if found[0] == b"n":
                yield "\n"
            at = found.end()
        else:
            yield chr(text[at]) if chr(text[at]).isprintable() else ""
            at += 1
