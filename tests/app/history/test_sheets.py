import io
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from app.history import COLUMNS, HistoryError, read_rows
from app.history.sheets import read_excel, read_parquet

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC).timestamp()
SERIAL = 46027.375  # 2026-01-05 09:00 as Excel counts
TICKET = ["a", "cash", "", "1", "", "2026-01-05 09:00:00", "", "", "", "", "", "abandoned"]


def test_xlsx_with_dates_as_excel_keeps_them(xlsx: Callable[..., bytes]) -> None:
    cells = [cell or None for cell in TICKET]
    cells[5] = SERIAL  # type: ignore[call-overload]
    table = read_excel(xlsx([[], list(COLUMNS), cells, [], ["b", *cells[1:]]]))
    assert table.source == "Excel, sheet '历史'"
    assert [row.line for row in table.rows] == [3, 5]
    report = read_rows(table, ZoneInfo("UTC"))
    assert [(row.ticket, row.issued_at) for row in report.rows] == [("a", NINE), ("b", NINE)]


def test_xls(xls: Callable[..., bytes]) -> None:
    table = read_excel(xls([list(COLUMNS), TICKET]))
    assert table.source == "Excel, sheet '历史'"
    assert [row.issued_at for row in read_rows(table, ZoneInfo("UTC")).rows] == [NINE]


def test_a_workbook_without_a_history(xlsx: Callable[..., bytes]) -> None:
    with pytest.raises(
        HistoryError, match=r"line 1 of the file \(read as Excel, sheet '历史'\) lacks the columns business"
    ):
        read_excel(xlsx([["ticket", "when"], ["a", SERIAL]]))
    with pytest.raises(HistoryError, match="empty"):
        read_excel(xlsx([]))


def test_a_broken_workbook() -> None:
    with pytest.raises(HistoryError, match="not a workbook that can be read: calamine error"):
        read_excel(b"PK\x03\x04 and then nothing")


def parquet(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def test_parquet_with_times_of_its_own() -> None:
    data: dict[str, list[object]] = {name: [None, None] for name in COLUMNS}
    data |= {"ticket": [1, 2], "business": ["cash"] * 2, "outcome": ["abandoned"] * 2}
    nine = datetime(2026, 1, 5, 9)  # noqa: DTZ001 - local, as in many files
    frame = pl.DataFrame(data).with_columns(
        issued_at=pl.lit(nine).dt.replace_time_zone("Asia/Shanghai").dt.cast_time_unit("ns"),
        left_at=pl.lit(nine).dt.offset_by("1m"),
    )
    table = read_parquet(parquet(frame))
    assert (table.source, [row.line for row in table.rows]) == ("Parquet", [1, 2])
    rows = read_rows(table, ZoneInfo("Asia/Shanghai")).rows
    assert [(row.ticket, row.issued_at, row.left_at) for row in rows] == [
        (ticket, NINE - 8 * 3600, NINE - 8 * 3600 + 60) for ticket in "12"
    ]


def test_parquet_that_is_none() -> None:
    with pytest.raises(HistoryError, match="not a Parquet file that can be read"):
        read_parquet(b"PAR1 and no footer")
    with pytest.raises(HistoryError, match="lacks the columns ticket, business"):
        read_parquet(parquet(pl.DataFrame({"x": [1]})))
