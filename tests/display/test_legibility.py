"""Type for a distance: the angle that characters fill, and its bounds."""

from __future__ import annotations

from math import atan, degrees

import pytest

from display.legibility import ARC_MINUTES, CAPITAL, MOST, SMALLEST, USUAL_INCHES, character_mm, enlargement


@pytest.mark.parametrize("metres", [0.5, 3, 10])
def test_characters_fill_the_angle_that_the_standard_prefers(metres: float) -> None:
    arc_minutes = 60 * degrees(2 * atan(character_mm(metres) / 2 / (1000 * metres)))
    assert arc_minutes == pytest.approx(ARC_MINUTES)
    assert 20 <= ARC_MINUTES <= 22


@pytest.mark.parametrize("page", SMALLEST)
def test_a_page_grows_with_the_distance_and_shrinks_with_its_screen(page: str) -> None:
    assert enlargement(page, None) == 1
    near, far = enlargement(page, 0.3), enlargement(page, 30)
    assert (near, far) == (1, MOST)
    assert enlargement(page, 4) >= enlargement(page, 3)
    assert enlargement(page, 4, 2 * USUAL_INCHES[page]) <= enlargement(page, 4)


def test_at_the_size_asked_for_the_smallest_type_is_large_enough() -> None:
    width_mm = 55 * 25.4 * 16 / (16**2 + 9**2) ** 0.5
    type_mm = SMALLEST["hall"] / 100 * width_mm * enlargement("hall", 5)
    assert type_mm * CAPITAL == pytest.approx(character_mm(5), rel=0.01)
