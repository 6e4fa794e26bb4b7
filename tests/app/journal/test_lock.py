import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.journal import AlreadyOpen, Journal
from app.journal.lock import WriterLock

HOLD = """
import sys, pathlib
from app.journal import Journal
journal = Journal.open(pathlib.Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


def test_one_holder_at_a_time(tmp_path: Path) -> None:
    first = WriterLock.take(tmp_path / "j.db")
    with pytest.raises(AlreadyOpen) as refused:
        WriterLock.take(tmp_path / "j.db")
    assert str(tmp_path / "j.db") in str(refused.value)
    assert f"process {os.getpid()}" in str(refused.value)
    assert refused.value.path == tmp_path / "j.db"
    first.release()
    first.release()
    WriterLock.take(tmp_path / "j.db").release()


def test_another_process_is_refused_until_the_first_dies(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(AlreadyOpen, match=f"process {other.pid}"):
            Journal.open(path)
        Journal.open(path, read_only=True).close()
        other.kill()
    Journal.open(path).close()


def test_a_refused_file_is_let_go(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    path.write_text("this is no database, but long enough to look like one" * 20)
    for _ in range(2):
        with pytest.raises(Exception, match="not a database"):
            Journal.open(path)
