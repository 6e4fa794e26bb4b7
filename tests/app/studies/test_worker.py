from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.studies.asked import AskedError
from app.studies.errand import errand


@pytest.fixture
def draft(past: Path, tmp_path: Path) -> Path:
    """A folder as the desk makes it."""
    for source, name in (("small.toml", "small.toml"), ("past.csv", "past.csv"), ("now.toml", "today.toml")):
        shutil.copy(past / source, tmp_path / name)
    shutil.copy(past / "more.toml", tmp_path / "scenario.toml")
    return tmp_path


def test_a_worker_ends_with_whoever_started_it(draft: Path) -> None:
    job = json.dumps({"do": "study", "folder": str(draft), "days": 2_000_000, "seed": 1})
    with subprocess.Popen(
        [sys.executable, "-m", "app.studies.worker", job], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdin is not None
        while not enough(worker.stdout.readline()):
            pass
        worker.stdin.close()
        assert worker.wait(30) == 1


def enough(line: bytes) -> bool:
    """Whether the simulation itself has begun; raises what the worker could not do."""
    told: dict[str, Any] = json.loads(line)
    assert "failed" not in told, told
    return bool(told.get("stage") == "days")


@pytest.mark.anyio
async def test_what_a_worker_cannot_do_is_an_answer(draft: Path) -> None:
    (draft / "scenario.toml").write_text('branch = "small.toml"\nlate_minutes = "long"\n')
    with pytest.raises(AskedError, match="long") as caught:
        await errand({"do": "study", "folder": str(draft), "days": 10, "seed": 1})
    assert caught.value.field == "late_minutes"
    assert str(draft) not in str(caught.value)


@pytest.mark.anyio
async def test_a_worker_that_dies_is_said_to_have_died(draft: Path) -> None:
    with pytest.raises(AskedError, match="ended before it was done"):
        await errand({"do": "study", "folder": str(draft)})  # without its days: a fault


def test_the_bar_follows_every_stage(draft: Path) -> None:
    told: list[tuple[str, int, int]] = []
    job = {"do": "study", "folder": str(draft), "days": 300, "seed": 1}
    found = asyncio.run(errand(job, lambda *words: told.append(words)))
    assert found["days"] == 300
    assert {stage for stage, _, _ in told} >= {"past days", "days"}
    assert told[-1] == ("days", 300, 300)
