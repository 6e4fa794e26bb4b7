import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from app.journal import Journal, Unavailable, WrongSchema, schema

LAZY = """
import pathlib, sys
from app.journal import Journal
Journal.open(pathlib.Path(sys.argv[1])).close()
print("alembic" in sys.modules, "sqlalchemy" in sys.modules)
"""


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}


def test_an_empty_file_becomes_a_journal(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "j.db"
    Journal.open(path).close()
    assert tables(path) == {"alembic_version", "branches", "events", "history", "snapshots"}
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [
            (str(schema.VERSION),)
        ]


def test_the_newest_migration_is_our_version() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [str(schema.VERSION)]


def test_an_ordinary_start_loads_no_migration_tool(tmp_path: Path) -> None:
    Journal.open(tmp_path / "j.db").close()
    printed = subprocess.run(
        [sys.executable, "-c", LAZY, tmp_path / "j.db"], check=True, capture_output=True, text=True
    )
    assert printed.stdout == "False False\n"


@pytest.mark.parametrize("read_only", [False, True])
def test_a_newer_schema_is_refused_and_stays_untouched(tmp_path: Path, read_only: bool) -> None:
    path = tmp_path / "j.db"
    Journal.open(path).close()
    change(path, "PRAGMA user_version = 99")
    before = path.read_bytes()
    with pytest.raises(WrongSchema, match=rf"{path} has schema 99, .* newer Lobbyclock"):
        Journal.open(path, read_only=read_only)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "statements", [["CREATE TABLE other (n)"], ["PRAGMA application_id = 5"], ["PRAGMA user_version = 1"]]
)
def test_the_database_of_another_program_is_refused(tmp_path: Path, statements: list[str]) -> None:
    path = tmp_path / "j.db"
    change(path, *statements)
    before = path.read_bytes()
    with pytest.raises(WrongSchema, match="not a Lobbyclock journal"):
        Journal.open(path)
    assert path.read_bytes() == before


def test_reading_does_not_upgrade(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    path.touch()
    with pytest.raises(WrongSchema, match="open it once for writing"):
        Journal.open(path, read_only=True)
    assert path.stat().st_size == 0


def test_an_upgrade_is_all_or_nothing(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    change(path, "PRAGMA journal_mode = WAL")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA max_page_count = 6")
        with pytest.raises(sqlite3.OperationalError, match="full"):
            schema.upgrade(connection)
        assert not connection.in_transaction
    assert tables(path) == set()
    Journal.open(path).close()
    assert "events" in tables(path)


def test_a_path_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match="cannot be opened"):
        Journal.open(tmp_path / "file" / "j.db")
    (tmp_path / "directory").mkdir()
    with pytest.raises(Unavailable, match=f"{tmp_path}/directory: the journal cannot be opened"):
        Journal.open(tmp_path / "directory")
    (tmp_path / "text").write_text("no database\n" * 500)
    with pytest.raises((Unavailable, WrongSchema), match=f"{tmp_path}/text"):
        Journal.open(tmp_path / "text")
    with pytest.raises(FileNotFoundError):
        Journal.open(tmp_path / "missing.db", read_only=True)
