"""Pictures for printers."""

from dataclasses import replace
from pathlib import Path

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from app.printing.drawing import FONTS, QUIET, code, font_file, page

from .slips import LINK, SLIP


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(codec="ascii"), min_size=1, max_size=150), st.sampled_from([384, 576]))
def test_a_code_stands_in_the_middle_with_its_quiet_zone(link: str, dots: int) -> None:
    drawn = code(link, dots)
    matrix = segno.make(link, micro=False, error="m").matrix
    assert (drawn.width, len(drawn.bits)) == (dots, dots // 8 * drawn.height)
    scale = drawn.height // (len(matrix) + 2 * QUIET)
    rows = [
        "".join(f"{byte:08b}" for byte in drawn.bits[at : at + dots // 8])
        for at in range(0, len(drawn.bits), dots // 8)
    ]
    assert all("1" not in row for row in (*rows[: QUIET * scale], *rows[-QUIET * scale :]))
    assert rows[QUIET * scale].index("1") >= QUIET * scale
    assert drawn.height <= dots * 0.62


def test_the_module_is_large_enough_for_any_phone() -> None:
    assert code(LINK, 384).height / (len(segno.make(LINK, error="m").matrix) + 2 * QUIET) >= 4


def test_each_language_has_its_own_shapes() -> None:
    found = {
        page(replace(SLIP, business="直骨门戶", language=each), 384, None).bits
        for each in ("zh-Hans", "zh-Hant-TW", "zh-Hant-HK")
    }
    assert len(found) == 3


def test_a_font_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as missing:
        font_file(str(tmp_path / "none.ttc"))
    assert missing.value.filename == str(tmp_path / "none.ttc")
    assert font_file(None) in FONTS
