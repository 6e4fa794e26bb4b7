"""The bytes of a slip, on the library's own dummy."""

from dataclasses import replace

import pytest
import segno
from escpos.printer import Dummy  # type: ignore[import-untyped]

from app.branch.plan import PrinterPlan
from app.printing.commands import DOTS, commands_of
from display.slip import Slip

from .simulator import Paper, on_paper
from .slips import LINK, SLIP, plan


def printed(plan: PrinterPlan, slip: Slip = SLIP) -> Paper:
    dummy = Dummy()
    dummy._raw(commands_of(plan, slip))
    dummy.cut(mode="PART")
    return on_paper(dummy.output)


@pytest.mark.parametrize("width", [58, 80])
def test_a_slip_in_gb18030_is_text_and_a_code(width: int) -> None:
    paper = printed(plan(width=width))
    assert paper.lines == [
        "人民路支行",
        "您的排队号",
        "A012",
        "个人业务",
        *SLIP.lines,
        SLIP.follow,
        SLIP.keep,
    ]
    assert paper.sizes["A012"] == 8
    assert paper.sizes["个人业务"] == 2
    assert paper.sizes["前面还有 3 人"] == 1
    assert paper.cuts == 1
    assert {len(row) for row in paper.picture()} == {DOTS[width]}
    assert paper.code() == [list(row) for row in segno.make(LINK, micro=False, error="m").matrix]


def test_the_number_is_as_large_as_the_paper_lets_it_be() -> None:
    assert printed(plan(), replace(SLIP, number="ABC123")).sizes["ABC123"] == 8
    assert printed(plan(width=58), replace(SLIP, number="ABC123")).sizes["ABC123"] == 5


@pytest.mark.parametrize("width", [58, 80])
def test_names_of_sixty_characters_are_broken_and_whole(width: int) -> None:
    name = "个人外汇与跨境汇款业务" * 6
    paper = printed(plan(width=width), replace(SLIP, business=name[:60]))
    assert "".join(paper.lines).count(name[:60]) == 1


@pytest.mark.parametrize("width", [58, 80])
def test_a_slip_as_a_picture_has_its_code_and_no_text(width: int) -> None:
    paper = printed(plan(width=width, encoding="raster"))
    assert paper.text == ""
    rows = paper.picture()
    assert {len(row) for row in rows} == {DOTS[width]}
    inked = [at for at, row in enumerate(rows) if "1" in row]
    assert len(inked) > len(rows) / 3
    longer = printed(plan(width=width, encoding="raster"), replace(SLIP, business="汉" * 60))
    assert len(longer.picture()) > len(rows)
