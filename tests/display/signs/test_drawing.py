"""A board drawn: as large as it is, with what it shows where it is."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from display.cells import width
from display.signs.codec import Picture
from display.signs.drawing import to_svg, to_text
from display.signs.page import Grid

PICTURE = Picture(Grid(2, 16), ("A012 <&>", "正在办理"))


def test_a_box_on_a_terminal() -> None:
    drawn = to_text(PICTURE).splitlines()
    assert drawn[1:3] == ["│A012 <&>        │", "│正在办理        │"]
    assert {sum(2 if "一" <= one <= "鿿" else 1 for one in line) for line in drawn} == {18}
    assert width(PICTURE.rows[1]) == 8


def test_a_picture_that_a_browser_opens() -> None:
    root = ET.fromstring(to_svg(PICTURE))  # noqa: S314 - our own
    found = [(one.text, int(one.get("x", ""))) for one in root.iter("{http://www.w3.org/2000/svg}text")]
    assert ("".join(text or "" for text, _ in found)) == "A012<&>正在办理"
    assert found[-2:] == [("办", 48), ("理", 72)]


def test_a_dark_board_is_drawn_too() -> None:
    dark = Picture(Grid(1, 4), ())
    assert dark.dark
    assert to_text(dark).splitlines()[1] == "│    │"
    assert "<text" not in to_svg(dark)
