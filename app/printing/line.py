"""The line to a printer: connects, asks how it is, sends a slip, asks again. Blocks; belongs in a thread."""

from __future__ import annotations

import socket
from importlib.util import find_spec
from typing import Any

from app.branch.plan import PrinterPlan
from display.slip import Slip

from .commands import commands_of
from .status import ASKS, Fault, PrinterError, answered, fault_of

PATIENCE_S = 3.0
"""So long a printer may take for one answer; somebody is standing there."""


def installed() -> bool:
    """Whether the extra ``print`` is there."""
    return find_spec("escpos") is not None and find_spec("PIL") is not None


def send(plan: PrinterPlan, slip: Slip) -> None:
    """Put a slip on paper. Errors: ``PrinterError``; then nothing was printed, or not all of it.

    Whatever else is raised has nothing to do with the printer: the slip could not be made.
    """
    from escpos.printer import Network  # type: ignore[import-untyped] # noqa: PLC0415 - only with the extra

    made = commands_of(plan, slip)
    printer = Network(plan.host, plan.port)
    try:
        # Its own way to connect knows no IPv6, and leaves a socket open where it fails.
        printer.device = socket.create_connection((plan.host, plan.port), PATIENCE_S)
    except OSError:
        raise PrinterError(Fault.UNREACHABLE) from None
    try:
        _look(printer, plan)
        printer._raw(made)  # noqa: SLF001 - the library's own name for bytes that are ready
        printer.cut(mode="PART")
        _look(printer, plan)
    except TimeoutError:
        raise PrinterError(Fault.SILENT) from None
    except OSError:
        raise PrinterError(Fault.UNREACHABLE) from None
    finally:
        printer.close()


def _look(printer: Any, plan: PrinterPlan) -> None:  # noqa: ANN401 - the library is not typed
    """Errors: ``PrinterError`` where the printer says that it cannot print, or says nothing it should."""
    if not plan.asks:
        return
    found = {n: answered(printer.query_status(question)) for n, question in ASKS.items()}
    if None in found.values():
        raise PrinterError(Fault.SILENT)
    if fault := fault_of(*(byte or 0 for byte in found.values())):
        raise PrinterError(fault)
