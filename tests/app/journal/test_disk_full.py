"""The disk fills up for real."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHILD = Path(__file__).with_name("disk_full.py")
PRIVATE = ["unshare", "--user", "--map-root-user", "--mount"]


def outcome(*command: str | Path) -> dict[str, object]:
    child = subprocess.run(command, check=False, capture_output=True, text=True)
    assert child.returncode == 0, child.stderr
    result: dict[str, object] = json.loads(child.stdout)
    return result


def check(result: dict[str, object]) -> None:
    assert isinstance(result["acknowledged"], int)
    assert result["acknowledged"] > 50
    assert result["stored_is_acknowledged"]
    assert result["all_unavailable"]
    assert result["again"] == "None"
    assert result["in_the_end"]


def test_a_file_system_without_room(tmp_path: Path) -> None:
    """In a mount namespace of its own, so that nothing remains mounted whatever happens."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "none", str(tmp_path)]
    if (
        shutil.which("unshare") is None
        or subprocess.run([*PRIVATE, *mount], check=False, capture_output=True).returncode
    ):
        pytest.skip("this system lets us mount nothing, even privately")
    script = 'mount -t tmpfs -o size=3m none "$1" && exec "$2" "$3" "$1" tmpfs'
    result = outcome(*PRIVATE, "sh", "-c", script, "sh", tmp_path, sys.executable, CHILD)
    check(result)
    assert "the disk is full" in str(result["reason"])


def test_a_file_that_may_not_grow(tmp_path: Path) -> None:
    check(outcome(sys.executable, CHILD, tmp_path, "limit"))
