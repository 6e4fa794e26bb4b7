"""Small histories, and the files of old and new spreadsheets, written byte by byte."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias
from zoneinfo import ZoneInfo

import pytest

from app.history import COLUMNS, HistoryReport, HistoryRow, Table, TextRow, read_rows, read_table

Cell: TypeAlias = str | float | None
HEADER = ",".join(COLUMNS)
JANUARY = Path(__file__).parents[4] / "shared" / "data" / "anonymous_bank_1999_01.csv"


@pytest.fixture(scope="session")
def january() -> HistoryReport:
    if not JANUARY.exists():
        pytest.skip(f"the real history is not there: {JANUARY}")
    return read_rows(read_table(JANUARY), ZoneInfo("Asia/Jerusalem"))


@pytest.fixture
def read() -> Callable[..., HistoryReport]:
    """Reads rows of the contract's columns given as CSV lines, in UTC or another zone."""

    def reading(*lines: str, zone: str = "UTC") -> HistoryReport:
        rows = [TextRow(line, text.split(",")) for line, text in enumerate(lines, 2)]
        return read_rows(Table("CSV", COLUMNS, rows), ZoneInfo(zone))

    return reading


@pytest.fixture
def row() -> Callable[..., HistoryRow]:
    """A row served at window 1, with times in seconds; whatever is given overrules it."""

    def making(ticket: str = "a", issued_at: float = 0.0, **given: object) -> HistoryRow:
        fields: dict[str, object] = {
            "business": "cash", "priority": None, "window": "1", "teller": None, "called_at": None,
            "started_at": None, "finished_at": None, "ready_at": None, "left_at": None, "outcome": "served",
        }  # fmt: skip
        return HistoryRow(ticket, issued_at=issued_at, **(fields | given))  # type: ignore[arg-type]

    return making


@pytest.fixture
def xlsx() -> Callable[[Sequence[Sequence[Cell]]], bytes]:
    """An Office Open XML workbook; numbers are shown as dates and times, as Excel keeps these."""

    def cell(at: str, value: Cell) -> str:
        if value is None:
            return ""
        if isinstance(value, str):
            return f'<c r="{at}" t="inlineStr"><is><t>{value}</t></is></c>'
        return f'<c r="{at}" s="1"><v>{value!r}</v></c>'

    def cells(line: int, row: Sequence[Cell]) -> str:
        return "".join(cell(f"{chr(65 + at)}{line}", value) for at, value in enumerate(row))

    def writing(rows: Sequence[Sequence[Cell]]) -> bytes:
        body = "".join(f'<row r="{line}">{cells(line, row)}</row>' for line, row in enumerate(rows, 1) if row)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, text in (_XLSX | {"xl/worksheets/sheet1.xml": _SHEET.format(body)}).items():
                archive.writestr(name, text)
        return buffer.getvalue()

    return writing


_OOXML = "http://schemas.openxmlformats.org"
_MAIN = f"{_OOXML}/spreadsheetml/2006/main"
_RELATIONS = f"{_OOXML}/officeDocument/2006/relationships"
_PACKAGE = f"{_OOXML}/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SHEET = f'<worksheet xmlns="{_MAIN}"><sheetData>{{}}</sheetData></worksheet>'
_XLSX = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" '
    f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
    f'ContentType="{_TYPE}.sheet.main+xml"/>'
    "</Types>",
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r" '
    f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
    '<sheet name="历史" sheetId="1" r:id="s"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="s" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="t" Type="{_RELATIONS}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><cellXfs count="2"><xf numFmtId="0"/>'
    '<xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>',
}


@pytest.fixture
def xls() -> Callable[[Sequence[Sequence[str]]], bytes]:
    """A workbook of Excel 97: BIFF8 records in a compound file of one table, one directory and one stream."""

    def record(kind: int, body: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def begin(kind: int) -> bytes:
        return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 0, 0, 0))

    def workbook(sheet_at: int) -> bytes:
        name = struct.pack("<IHBB", sheet_at, 0, 2, 1) + "历史".encode("utf-16-le")
        return begin(5) + record(0x85, name) + record(0x0A)

    def label(line: int, column: int, text: str) -> bytes:
        return record(0x204, struct.pack("<HHHHB", line, column, 0, len(text), 1) + text.encode("utf-16-le"))

    def writing(rows: Sequence[Sequence[str]]) -> bytes:
        labels = (label(r, c, text) for r, row in enumerate(rows) for c, text in enumerate(row) if text)
        stream = workbook(len(workbook(0))) + begin(0x10) + b"".join(labels) + record(0x0A)
        return _compound(stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0"))

    return writing


def _compound(stream: bytes) -> bytes:
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    sectors = [table, end, *range(3, len(stream) // 512 + 2), end]
    sectors += [free] * (128 - len(sectors))

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        raw = f"{name}\0".encode("utf-16-le") if name else b""
        head = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, free, free, child)
        return head + bytes(36) + struct.pack("<IQ", start, size)

    directory = entry("Root Entry", 5, 1, end, 0) + entry("Workbook", 2, free, 2, len(stream))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header += bytes(6) + struct.pack("<9I", 0, 1, 1, 0, 4096, end, 0, end, 0)
    header += struct.pack("<109I", 0, *[free] * 108)
    return header + struct.pack("<128I", *sectors) + directory + entry("", 0, free, 0, 0) * 2 + stream
