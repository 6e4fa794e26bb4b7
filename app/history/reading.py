"""From a path to a table: the kind of file is told by its first bytes, never by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import HistoryError
from .sheets import read_excel, read_parquet
from .text import read_text

if TYPE_CHECKING:
    from pathlib import Path

    from .table import Table

_ZIP, _COMPOUND, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PAR1"


def read_table(path: Path) -> Table:
    """The rows of a history file as text, with their line numbers.

    Read are CSV (UTF-8 with or without a byte order mark, UTF-16, GB18030; separated by ``,`` ``;`` or tab;
    any line ends), Excel and Parquet. Errors: ``HistoryError`` with the path and exactly why the file is
    not a history.
    """
    try:
        return _read(path.read_bytes())
    except OSError as error:
        raise HistoryError(f"{path}: cannot be opened: {error.strerror}.") from error
    except HistoryError as error:
        raise HistoryError(f"{path}: {error}") from None


def _read(data: bytes) -> Table:
    if data.startswith((_ZIP, _COMPOUND)):
        return read_excel(data)
    if data.startswith(_PARQUET):
        return read_parquet(data)
    return read_text(data)
