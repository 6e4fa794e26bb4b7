"""Killed under load: every acknowledged event is there afterwards, in order, once."""

import subprocess
import sys
from pathlib import Path

from app.journal import Journal

CHILD = Path(__file__).with_name("appends.py")
KILLED_AFTER = (1, 60, 700, 2_500)  # acknowledgements


def acknowledged_until_killed(path: Path, count: int) -> dict[str, int]:
    """The last acknowledged seq of each branch, of a process killed after `count` acknowledgements."""
    last: dict[str, int] = {}
    with subprocess.Popen([sys.executable, CHILD, path], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for number, line in enumerate(child.stdout, start=1):
            if number == count:
                child.kill()  # what it wrote before it died still comes through the pipe
            if line.endswith("\n"):
                branch, seq = line.split()
                last[branch] = int(seq)
    assert child.returncode == -9
    return last


def test_kill_under_load(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    seen: dict[str, int] = {}
    for count in KILLED_AFTER:
        seen |= acknowledged_until_killed(path, count)
        with Journal.open(path) as journal:
            for branch, acknowledged in seen.items():
                ids = [record.id for record in journal.read(branch)]  # raises if they are not dense
                assert len(ids) >= acknowledged
                assert ids == [f"{branch}-{seq}" for seq in range(1, len(ids) + 1)]
    assert sum(seen.values()) > sum(KILLED_AFTER)
