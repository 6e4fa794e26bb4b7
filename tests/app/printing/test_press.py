"""Slips in the background: nobody waits, none is printed twice, a printer's troubles are its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from app.branch.branch_file import Branch, BranchFileError, parse
from app.branch.plan import PrinterPlan
from app.printing import line, press
from app.printing.press import Job, Printed, Printing
from app.printing.status import Fault, PrinterError
from display.slip import Slip
from tests.app.served import SMALL

from .slips import SLIP

pytestmark = pytest.mark.anyio

PRINTERS = """
[[printer]]
id = "west"
host = "127.0.0.1"
kiosks = ["west"]

[[printer]]
id = "all"
host = "127.0.0.1"
"""


def branch(text: str = PRINTERS) -> Branch:
    return parse(SMALL + text)


class Hand:
    """Prints by hand: keeps what it got, and fails or waits when told so."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str]] = []
        self.fault: Fault | None = None
        self.free = threading.Event()
        self.free.set()

    def __call__(self, plan: PrinterPlan, slip: Slip) -> None:
        assert self.free.wait(60)
        if self.fault:
            raise PrinterError(self.fault)
        self.got.append((plan.id, slip.number))


async def until(found: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not found():  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.005)


async def settled(job: Job | None) -> Job:
    assert job is not None
    await until(lambda: job.printed is not Printed.QUEUED)
    return job


async def test_a_kiosk_s_own_printer_prints_and_the_other_one_for_all_others() -> None:
    hand = Hand()
    printing = Printing([branch()], hand)
    jobs = [printing.put("small", kiosk, kiosk, SLIP) for kiosk in ("west", "east")]
    assert [(await settled(job)).printed for job in jobs] == [Printed.DONE] * 2
    assert sorted(hand.got) == [("all", "A012"), ("west", "A012")]
    await printing.close()


async def test_without_a_printer_nothing_is_printed() -> None:
    printing = Printing([branch(PRINTERS.partition('[[printer]]\nid = "all"')[0])], Hand())
    assert printing.put("small", "east", "t", SLIP) is None
    assert not printing.has_printer("small", "east")
    assert printing.job("small", "t") is None
    await printing.close()


async def test_a_ticket_s_slip_is_printed_once_however_often_it_is_asked_for() -> None:
    hand = Hand()
    printing = Printing([branch()], hand)
    first = await settled(printing.put("small", "west", "t", SLIP))
    assert printing.put("small", "west", "t", SLIP) is first
    assert len(hand.got) == 1
    await printing.close()


async def test_a_slip_is_asked_for_at_once_while_the_printer_is_stuck() -> None:
    hand = Hand()
    hand.free.clear()
    printing = Printing([branch()], hand)
    stuck = printing.put("small", "west", "1", SLIP)
    assert stuck is not None
    assert stuck.printed is Printed.QUEUED
    hand.free.set()
    assert (await settled(stuck)).printed is Printed.DONE
    await printing.close()


async def test_a_printer_s_fault_is_known_until_it_prints_again() -> None:
    hand = Hand()
    hand.fault = Fault.PAPER_OUT
    printing = Printing([branch()], hand)
    job = await settled(printing.put("small", "west", "1", SLIP))
    assert (job.printed, job.fault) == (Printed.FAILED, Fault.PAPER_OUT)
    assert [one["fault"] for one in printing.to_plain("small")] == ["paper_out", None]
    hand.fault = None
    assert (await settled(printing.put("small", "west", "2", SLIP))).printed is Printed.DONE
    assert [one["fault"] for one in printing.to_plain("small")] == [None, None]
    await printing.close()


async def test_a_slip_that_comes_too_late_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    hand = Hand()
    printing = Printing([branch()], hand)
    monkeypatch.setattr(press, "STALE_S", -1.0)
    job = await settled(printing.put("small", "west", "1", SLIP))
    assert (job.printed, job.fault, hand.got) == (Printed.FAILED, Fault.LATE, [])
    assert printing.to_plain("small")[0]["fault"] is None
    await printing.close()


async def test_a_fault_of_our_own_fails_that_slip_only() -> None:
    broken = [True]

    def send(_plan: PrinterPlan, _slip: Slip) -> None:
        if broken:
            raise RuntimeError(broken.pop())

    printing = Printing([branch()], send)
    assert (await settled(printing.put("small", "west", "1", SLIP))).fault is Fault.BROKEN
    assert (await settled(printing.put("small", "west", "2", SLIP))).printed is Printed.DONE
    await printing.close()


async def test_only_the_last_slips_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "REMEMBERED", 2)
    printing = Printing([branch()], Hand())
    for ticket in ("1", "2", "3"):
        await settled(printing.put("small", "west", ticket, SLIP))
    assert [printing.job("small", ticket) is None for ticket in ("1", "2", "3")] == [True, False, False]
    await printing.close()


def test_a_printer_without_the_extra_is_an_error_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "installed", lambda: False)
    with pytest.raises(BranchFileError, match=r"pip install 'lobbyclock\[print\]'"):
        Printing([branch()])
    Printing([branch("")])


def test_a_font_that_is_not_there_is_an_error_at_start() -> None:
    text = '\n[[printer]]\nid = "p"\nhost = "p"\nencoding = "raster"\nfont = "/nowhere/font.ttc"\n'
    with pytest.raises(BranchFileError, match=r"/nowhere/font\.ttc"):
        Printing([branch(text)])
