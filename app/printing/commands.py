"""A slip as a printer's commands: what stands on it, as text in GB18030 or as a picture, and its QR code."""

from __future__ import annotations

from collections.abc import Iterator

from app.branch.plan import PrinterPlan
from display.cells import wrapped
from display.slip import Slip

from .drawing import Picture, code, page

COLUMNS = {58: 32, 80: 48}
"""Of the smallest characters, on paper so wide (mm); a Chinese character takes two."""
DOTS = {58: 384, 80: 576}
"""That a line has, at 203 dots an inch."""
LARGEST = 8
BAND = 128
"""A picture goes in bands of so many lines: small printers have small buffers."""

START = b"\x1b@"
CHINESE = b"\x1c&"
CENTRED = b"\x1ba\x01"


def commands_of(plan: PrinterPlan, slip: Slip) -> bytes:
    """A whole slip, but for the cut. Errors: ``FileNotFoundError`` where it is drawn and its font is gone."""
    parts = _drawn(plan, slip) if plan.encoding == "raster" else _written(plan, slip)
    return START + b"".join(parts)


def _drawn(plan: PrinterPlan, slip: Slip) -> Iterator[bytes]:
    yield from _raster(page(slip, DOTS[plan.width], plan.font))


def _written(plan: PrinterPlan, slip: Slip) -> Iterator[bytes]:
    columns = COLUMNS[plan.width]
    yield CHINESE + CENTRED
    yield _line(slip.branch, columns)
    yield b"\n" + _line(slip.heading, columns)
    yield _line(slip.number, columns, min(LARGEST, max(columns // len(slip.number), 1)))
    yield b"\n" + _line(slip.business, columns, 2)
    for text in slip.lines:
        yield _line(text, columns)
    yield b"\n"
    yield from _raster(code(slip.link, DOTS[plan.width]))
    yield b"\n" + _line(slip.follow, columns)
    yield _line(slip.keep, columns)


def _line(text: str, columns: int, size: int = 1) -> bytes:
    """A text so many times as large, broken where the paper ends.

    GS ! sizes what is Latin, FS W the Chinese characters of printers that size these apart.
    """
    scale = bytes([(size - 1) << 4 | size - 1])
    double = b"\x1cW" + (b"\x01" if size > 1 else b"\x00")
    lines = "\n".join(wrapped(text, columns // size))
    return b"\x1d!" + scale + double + (lines + "\n").encode("gb18030")


def _raster(picture: Picture) -> Iterator[bytes]:
    """GS v 0 for each band of a picture."""
    across = picture.width // 8
    for top in range(0, picture.height, BAND):
        rows = picture.bits[top * across : (top + BAND) * across]
        head = across.to_bytes(2, "little") + (len(rows) // across).to_bytes(2, "little")
        yield b"\x1dv0\x00" + head + rows
