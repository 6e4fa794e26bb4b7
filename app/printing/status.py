"""What a printer says of itself: its answers to DLE EOT n, as in Epson's ESC/POS command reference."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

ASKS: Mapping[int, bytes] = {n: b"\x10\x04" + bytes([n]) for n in (1, 2, 4)}
"""The real-time questions: 1 the printer, 2 why it is offline, 4 its paper."""
FIXED, AS_FIXED = 0x93, 0x12
"""Bits 0, 1, 4 and 7 of every answer are the same; a byte that has them otherwise is no answer."""


class Fault(StrEnum):
    """Why a printer prints nothing."""

    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"
    UNREACHABLE = "unreachable"
    SILENT = "silent"
    """It takes a connection, and does not answer or does not read."""
    LATE = "late"
    """Nothing is wrong with it, but whoever took the number will have gone."""
    BROKEN = "broken"
    """The service itself could not make the slip; the log says why."""


class PrinterError(Exception):
    """A slip that is not on paper. ``fault``: why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def answered(answer: bytes) -> int | None:
    """The status byte in what a printer sent, the last one there; None where there is none."""
    return next((byte for byte in reversed(answer) if byte & FIXED == AS_FIXED), None)


def fault_of(printer: int, offline: int, paper: int) -> Fault | None:
    """What the three status bytes say is wrong; None where the printer is ready."""
    if paper & 0x60 or offline & 0x20:
        return Fault.PAPER_OUT
    if offline & 0x04:
        return Fault.COVER_OPEN
    return Fault.OFFLINE if printer & 0x08 or offline & 0x40 else None
