"""Branch files, links, and a house that fails to open."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from itsdangerous import URLSafeSerializer

from app.branch.branch_file import BranchFileError
from app.branch.errors import Over, Unknown
from app.clock import WallClock
from app.house import SECRET, House, read_branch_file, read_branches
from app.journal import AlreadyOpen, Journal, Unavailable

from .served import SMALL, branch_file


def test_a_folder_of_branches(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(SMALL, "utf-8")
    (tmp_path / "b.toml").write_text("\ufeff" + SMALL.replace('id = "small"', 'id = "other"'), "utf-8")
    assert [file.branch.id for file in read_branches(tmp_path)] == ["small", "other"]
    (tmp_path / "c.toml").write_text(SMALL, "utf-8")
    with pytest.raises(BranchFileError, match=r"a\.toml"):
        read_branches(tmp_path)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(BranchFileError, match="holds no branch file"):
        read_branches(tmp_path)
    with pytest.raises(BranchFileError, match="cannot be read"):
        read_branch_file(tmp_path / "none.toml")
    (tmp_path / "gb.toml").write_bytes(SMALL.encode("gb18030"))
    with pytest.raises(BranchFileError, match=r"gb\.toml:4: .*save it as UTF-8"):
        read_branch_file(tmp_path / "gb.toml")


def test_links_last_as_long_as_the_installation_and_cannot_be_forged(tmp_path: Path) -> None:
    house = House([branch_file()], tmp_path, WallClock())
    token = house.token("small", "T1")
    with pytest.raises(Over, match="The day of this number is over"):
        house.by_token(token)  # there is no such ticket now
    house._journal.close()
    assert stat.S_IMODE((tmp_path / SECRET).stat().st_mode) == 0o600
    again = House([branch_file()], tmp_path, WallClock())
    assert again.token("small", "T1") == token
    again._journal.close()
    (tmp_path / SECRET).unlink()
    other = House([branch_file()], tmp_path, WallClock())
    assert other.token("small", "T1") != token
    for forged in (token, token[:-1], "x", ""):
        with pytest.raises(Unknown):
            other.by_token(forged)
    with pytest.raises(Unknown, match="small"):
        other.live("large")
    other._journal.close()


@pytest.mark.parametrize("kept", [b"", b" \n", b"\xff\xfe\x00 no text"])
def test_a_secret_that_somebody_emptied_is_made_anew(tmp_path: Path, kept: bytes) -> None:
    (tmp_path / SECRET).write_bytes(kept)
    house = House([branch_file()], tmp_path, WallClock())
    forged = URLSafeSerializer("", salt="ticket").dumps(["small", "T1"])
    with pytest.raises(Unknown):
        house.by_token(str(forged))
    with pytest.raises(Over):
        house.by_token(house.token("small", "T1"))
    house._journal.close()
    assert (tmp_path / SECRET).read_bytes().strip()


def test_a_record_that_is_damaged_is_named_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with Journal.open(path) as journal:
        journal.epoch("small")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE events")
        connection.commit()
    with pytest.raises(Unavailable, match=f"^{path}: "):
        House([branch_file()], tmp_path, WallClock())


def test_a_house_that_cannot_open_lets_go_of_the_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Journal.open(tmp_path / "journal.sqlite"), pytest.raises(AlreadyOpen):
        House([branch_file()], tmp_path, WallClock())
    with monkeypatch.context() as patch:
        patch.setattr("app.house.Live", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            House([branch_file()], tmp_path, WallClock())
    Journal.open(tmp_path / "journal.sqlite").close()
