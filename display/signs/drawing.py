"""A board's picture as a person sees it: on a terminal, or as an SVG."""

from __future__ import annotations

from xml.sax.saxutils import escape

from display.cells import cells, width

from .codec import Picture

CELL = 12
"""Half a character's height in the SVG."""


def to_text(picture: Picture) -> str:
    """A box of the board's size with its rows in it."""
    columns = picture.grid.columns
    edge = "─" * columns
    rows = [f"│{row}{' ' * (columns - width(row))}│" for row in _rows(picture)]
    return "\n".join([f"┌{edge}┐", *rows, f"└{edge}┘"])


def to_svg(picture: Picture) -> str:
    """Red on black, each character on its own cells."""
    wide, high = picture.grid.columns * CELL, picture.grid.rows * 2 * CELL
    rows = "".join(_svg_row(row, at) for at, row in enumerate(_rows(picture)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-6 -6 {wide + 12} {high + 12}">'
        f'<rect x="-6" y="-6" width="{wide + 12}" height="{high + 12}" fill="#111"/>'
        f'<g fill="#ff4136" font-family="monospace" font-size="{2 * CELL - 3}">{rows}</g></svg>\n'
    )


def _rows(picture: Picture) -> list[str]:
    return [*picture.rows, *[""] * (picture.grid.rows - len(picture.rows))]


def _svg_row(row: str, at: int) -> str:
    found, x = [], 0
    for one in row:
        if one != " ":
            found.append(f'<text x="{x * CELL}" y="{(2 * at + 2) * CELL - 5}">{escape(one)}</text>')
        x += cells(one)
    return "".join(found)
