"""The line to a printer, on a real socket."""

import pytest

from app.printing import line
from app.printing.status import Fault, PrinterError

from .simulator import COVER_OPEN, GARBAGE, PAPER_OUT, gone, simulated
from .slips import SLIP, plan


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A printer that answers may be on a machine that does not, for a while."""
    monkeypatch.setattr(line, "PATIENCE_S", 60.0)


def test_a_slip_is_on_the_paper() -> None:
    with simulated() as printer:
        line.send(plan(printer.port), SLIP)
        (paper,) = printer.papers()
    assert "个人业务" in paper.lines
    assert paper.code()


def test_one_that_answers_nothing_prints_where_it_is_not_asked() -> None:
    with simulated() as printer:
        printer.answers = {}
        line.send(plan(printer.port, asks=False), SLIP)
        assert printer.papers()[0].cuts == 1


@pytest.mark.parametrize(
    ("says", "fault"),
    [
        (PAPER_OUT, Fault.PAPER_OUT),
        (COVER_OPEN, Fault.COVER_OPEN),
        (GARBAGE, Fault.SILENT),
        (None, Fault.SILENT),
    ],
)
def test_one_that_cannot_print_says_why_and_gets_nothing(
    says: dict[int, int] | None, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    if says is None:
        monkeypatch.setattr(line, "PATIENCE_S", 0.4)
    with simulated(says) as printer:
        with pytest.raises(PrinterError) as refused:
            line.send(plan(printer.port), SLIP)
        assert refused.value.fault is fault
        assert printer.printed == 0


def test_paper_that_ends_within_a_slip_is_noticed() -> None:
    with simulated() as printer:
        printer.asked_again = PAPER_OUT
        with pytest.raises(PrinterError) as refused:
            line.send(plan(printer.port), SLIP)
    assert refused.value.fault is Fault.PAPER_OUT


def test_one_that_is_gone_is_unreachable() -> None:
    with pytest.raises(PrinterError) as refused:
        line.send(plan(gone()), SLIP)
    assert refused.value.fault is Fault.UNREACHABLE


def test_a_slip_that_cannot_be_made_is_no_fault_of_the_printer() -> None:
    with simulated() as printer:
        with pytest.raises(FileNotFoundError):
            line.send(plan(printer.port, encoding="raster", font="/gone.ttc"), SLIP)
        assert printer.printed == 0
