"""Still pages of text on a board's grid of cells. Nothing moves, so nothing may be longer than its row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from display.cells import width

PLAIN = str.maketrans({"–": "-", "—": "-", "−": "-", "…": "...", "’": "'", "“": '"', "”": '"', "\xa0": " "})
"""What fonts of boards lack or draw twice as wide, and what they have instead."""


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


def plain(text: str) -> str:
    """The text in characters that boards have: one kind of dash, and nothing that steers."""
    return "".join(one for one in text.translate(PLAIN) if one.isprintable())


def filled(pieces: Sequence[str], columns: int) -> list[str]:
    """Pieces side by side, as many on a row as fit, each whole. None may be wider than a row."""
    rows: list[str] = []
    for piece in pieces:
        if rows and width(rows[-1]) + 1 + width(piece) <= columns:
            rows[-1] += f" {piece}"
        else:
            rows.append(piece)
    return rows
