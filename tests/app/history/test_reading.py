import csv
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.history import COLUMNS, HistoryError, read_rows, read_table
from app.history.reading import _read

TICKET = ["a", "cash", "", "1", "", "2026-01-05 09:00:00", "", "", "", "", "", "abandoned"]


def test_the_bytes_tell_the_kind_of_file_not_its_name(
    tmp_path: Path, xlsx: Callable[..., bytes], xls: Callable[..., bytes]
) -> None:
    parquet = io.BytesIO()
    pl.DataFrame([TICKET], schema=list(COLUMNS), orient="row").write_parquet(parquet)
    csv = f"{','.join(COLUMNS)}\n{','.join(TICKET)}\n".encode()
    path = tmp_path / "history.csv"
    sources = []
    for data in (csv, xlsx([COLUMNS, TICKET]), xls([COLUMNS, TICKET]), parquet.getvalue()):
        path.write_bytes(data)
        table = read_table(path)
        sources.append(table.source.split(",")[0])
        assert [list(row.cells) for row in table.rows] == [TICKET]
    assert sources == ["CSV", "Excel", "Excel", "Parquet"]


def test_errors_name_the_file(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match=r"none\.csv: cannot be opened: No such file"):
        read_table(tmp_path / "none.csv")
    (tmp_path / "empty.csv").touch()
    with pytest.raises(HistoryError, match=r"empty\.csv: the file is empty"):
        read_table(tmp_path / "empty.csv")


def test_the_heavy_libraries_are_not_imported_until_needed() -> None:
    code = "import sys, app.history; print(sorted({'polars', 'fastexcel', 'numpy'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


HEADER = (",".join(COLUMNS) + "\n").encode()
STARTS = (
    b"",
    b'""',
    b"sep=;\n",
    HEADER,
    HEADER + b'a,cash,"',
    HEADER.decode().encode("utf-16"),
    b"PK\x03\x04",
    b"PAR1",
)


@given(st.sampled_from(STARTS), st.binary(max_size=200))
def test_whatever_the_bytes_they_are_read_or_refused_for_a_reason(start: bytes, rest: bytes) -> None:
    try:
        table = _read(start + rest)
    except HistoryError as error:
        assert str(error)  # noqa: PT017 - either outcome is right
    else:
        report = read_rows(table, ZoneInfo("Asia/Shanghai"))
        assert report.read == len(table.rows)
        assert len(report.rows) + report.rows_refused == report.read


@given(st.lists(st.lists(st.text("a1,;:-/.T \t\"'\r\n线", max_size=6), min_size=12, max_size=12), max_size=4))
def test_no_row_goes_unsaid(rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([COLUMNS, *rows])
    report = read_rows(_read(text.getvalue().encode()), ZoneInfo("Asia/Shanghai"))
    filled = sum(any(cell.strip() for cell in row) for row in rows)
    assert len(report.rows) + len(report.refused) == report.read == filled
