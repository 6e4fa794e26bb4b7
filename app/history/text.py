"""CSV as it comes out of queue machines and spreadsheets: several encodings, separators and line ends."""

from __future__ import annotations

import codecs
import csv
import io
from typing import TYPE_CHECKING

from .errors import HistoryError
from .table import COLUMNS, Table, TextRow, table_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8 with a byte order mark"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_SEPARATORS = {",": "','", ";": "';'", "\t": "tab"}


def read_text(data: bytes) -> Table:
    """The table in a CSV file's bytes. Errors: ``HistoryError`` saying what was tried and where it failed."""
    text, encoding = decode(data)
    first = _header_line(text)
    if not first:
        raise HistoryError(f"the file is empty (read as {encoding} text).")
    separator = _separator(first)
    source = f"CSV, {encoding}, separated by {_SEPARATORS[separator]}"
    rows = _rows(text, separator, source)
    filled = (row for row in rows if "".join(row.cells).strip() and not _is_hint(row.cells[0]))
    header = next(filled, None) or TextRow(1, ())
    return table_of(source, header, rows)


def decode(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding: by its mark, else UTF-16 by its zeros, else UTF-8, else GB18030.

    GB18030 holds GBK and GB 2312. It comes last: almost any bytes decode as it. Errors: ``HistoryError``.
    """
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return _decode(data[len(mark) :], {codec: name})
    utf16 = _unmarked_utf16(data[:4096])
    if utf16:
        return _decode(data, {utf16: "UTF-16"})
    if 0 in data[:4096]:
        raise HistoryError("neither text, Excel nor Parquet: it has zero bytes.")
    return _decode(data, {"utf-8": "UTF-8", "gb18030": "GB18030"})


def _decode(data: bytes, names: Mapping[str, str]) -> tuple[str, str]:
    """The text by the first codec that reads all, and its name. Errors: where the best of them stopped."""
    failures = []
    for codec, name in names.items():
        try:
            return data.decode(codec), name
        except UnicodeDecodeError as error:
            failures.append((error.start, codec))
    start, codec = max(failures)
    before = data[:start].decode(codec)
    line = max(before.count("\n"), before.count("\r")) + 1
    raise HistoryError(
        f"not {' or '.join(names.values())} text: byte 0x{data[start]:02x} on line {line} cannot be read. "
        "Save it as UTF-8."
    )


def _unmarked_utf16(sample: bytes) -> str | None:
    """Text with Latin letters has a zero in every second byte of UTF-16, and none in the other half."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) <= len(sample) // 4 or min(even, odd):
        return None
    return "utf-16-be" if even else "utf-16-le"


def _is_hint(cell: str) -> bool:
    """Excel writes ``sep=;`` as the first line to tell itself the separator."""
    return cell.strip().lower().startswith("sep=")


def _header_line(text: str) -> str:
    lines = io.StringIO(text)
    return next((line for line in lines if line.strip(" \t\r\n,;") and not _is_hint(line)), "")


def _separator(header: str) -> str:
    """The separator that finds most of the contract's columns, else the most frequent one."""

    def found(separator: str) -> tuple[int, int]:
        names = [name.strip(' "\r\n').lower() for name in header.split(separator)]
        return sum(name in COLUMNS for name in names), len(names)

    return max(_SEPARATORS, key=found)


def _rows(text: str, separator: str, source: str) -> Iterator[TextRow]:
    # Strict: otherwise a quote that is never closed would swallow the rest of the file without a word.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise HistoryError(f"the row from line {line} on cannot be read as {source}: {error}.") from None
        yield TextRow(line, cells or [""])
        line = reader.line_num + 1
