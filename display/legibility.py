"""How large type must be so that people can read it from where they stand.

A character is as large as the angle that it fills. ISO 9241-303 (2011) asks for capitals of at least 16
minutes of arc, and prefers 20 to 22: at 20 minutes that is 5.8 mm of height for each metre of distance.
Chinese characters fill more of their line than capitals do, so the capitals decide.

A page cannot know how large its screen is: without a word it is taken for one of the size that its place
usually has.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import radians, tan

ARC_MINUTES = 20
CAPITAL = 0.72
"""Height of a capital, of the size of its type (Noto Sans: 0.714)."""
USUAL_INCHES: Mapping[str, float] = {"hall": 55, "window": 32, "desk": 15}
"""Diagonals of the screens that hang and stand there."""
SMALLEST: Mapping[str, float] = {"hall": 1.5, "window": 3.1, "desk": 2.8}
"""Size of the smallest type that is essential on each page, in hundredths of the screen's longer side."""
MOST = 3.0
"""No page is enlarged more than this: what there is to say has to fit as well."""
_MM_PER_INCH = 25.4
_LONGER_SIDE = 16 / (16**2 + 9**2) ** 0.5


def character_mm(metres: float) -> float:
    """The height of capitals that are read with ease from a distance, in millimetres."""
    return 1000 * metres * 2 * tan(radians(ARC_MINUTES / 60) / 2)


def enlargement(page: str, metres: float | None, inches: float | None = None) -> float:
    """How many times larger than drawn a page's small type should be; 1 where nobody says how far people are.

    ``page`` is one of ``SMALLEST``. The screen's size still has the last word: what does not fit gives way.
    """
    if metres is None:
        return 1.0
    side_mm = (inches or USUAL_INCHES[page]) * _MM_PER_INCH * _LONGER_SIDE
    drawn_mm = SMALLEST[page] / 100 * side_mm * CAPITAL
    return round(min(max(character_mm(metres) / drawn_mm, 1.0), MOST), 2)
