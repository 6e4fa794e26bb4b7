"""Excel and Parquet as tables of text. The libraries are heavy, so they are imported where they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import HistoryError
from .table import Table, TextRow, table_of

if TYPE_CHECKING:
    from polars import DataFrame


def read_excel(data: bytes) -> Table:
    """The first sheet of a workbook (.xlsx, .xls …) that is a history. Errors: ``HistoryError``."""
    import fastexcel  # noqa: PLC0415

    reasons = []
    try:
        workbook = fastexcel.read_excel(data)
        for name in workbook.sheet_names:
            # Without a header row and without skipping, a row's place is the number that Excel shows.
            sheet = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()
            try:
                return _sheet(f"Excel, sheet {name!r}", sheet)
            except HistoryError as error:
                reasons.append(str(error))
    except fastexcel.FastExcelError as error:
        raise HistoryError(f"not a workbook that can be read: {str(error).splitlines()[0]}.") from None
    raise HistoryError(" ".join(reasons) or "the workbook has no sheet.")


def _sheet(source: str, frame: DataFrame) -> Table:
    rows = [
        TextRow(line, ["" if cell is None else cell for cell in cells])
        for line, cells in enumerate(frame.iter_rows(), 1)
    ]
    filled = (place for place, row in enumerate(rows) if any(cell.strip() for cell in row.cells))
    first = next(filled, None)
    if first is None:
        raise HistoryError(f"the file is empty (read as {source}).")
    return table_of(source, rows[first], rows[first + 1 :])


def read_parquet(data: bytes) -> Table:
    """The table in a Parquet file; its times keep their time zone, if any. Errors: ``HistoryError``."""
    import polars as pl  # noqa: PLC0415

    try:
        frame = pl.read_parquet(data)
        texts = frame.select(pl.all().cast(pl.String))
    except pl.exceptions.PolarsError as error:
        raise HistoryError(f"not a Parquet file that can be read: {str(error).splitlines()[0]}.") from None
    rows = (
        TextRow(record, ["" if cell is None else cell for cell in cells])
        for record, cells in enumerate(texts.iter_rows(), 1)
    )
    return table_of("Parquet", TextRow(0, frame.columns), rows)
