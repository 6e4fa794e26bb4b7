"""A study in a process of its own, so that no live branch waits for it: one job in, JSON lines out.

``python -m app.studies.worker JOB`` with the job as JSON. Its standard input is its lifeline: when that ends,
because the service stopped or died, so does the worker. It writes no file.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.branch.branch_file import BranchFileError
from app.history import HistoryError
from app.journal import JournalError
from simulations.staffing.goals import Target
from simulations.studies.problems import StudyError

from .advising import advise
from .asked import SCENARIO, TODAY, WITHOUT, said
from .plain import advice_to_plain, study_to_plain, survey
from .running import simulate

_NICE = 15  # screens and tellers come first
_EVERY_S = 0.1


def main(job: str) -> int:
    """Do the job and say what comes of it. What cannot be done is an answer, too."""
    os.nice(_NICE)
    threading.Thread(target=_end_with_the_service, daemon=True).start()
    asked = json.loads(job)
    folder = Path(asked["folder"])
    try:
        _say(result=_done(asked, folder))
    except (BranchFileError, HistoryError, JournalError, StudyError, OSError) as error:
        told = said(error, folder)
        _say(failed=str(told), field=told.field)
    return 0


def _done(asked: dict[str, Any], folder: Path) -> dict[str, Any]:
    if asked["do"] == "survey":
        return survey(folder / TODAY, folder / WITHOUT)
    if asked["do"] == "advise":
        goal = Target(asked["late_s"], asked["late_share"], asked["late_share"])
        return advice_to_plain(advise(folder / SCENARIO, goal, asked["seed"], bars=_bars_before_a_search))
    study = simulate(folder / TODAY, folder / SCENARIO, asked["days"], asked["seed"], workers=1, bars=_bars)
    return study_to_plain(study)


def _bars(stage: str) -> Callable[[int, int], None]:
    last = -_EVERY_S

    def bar(done: int, total: int) -> None:
        nonlocal last
        if done >= total or time.monotonic() - last >= _EVERY_S:
            last = time.monotonic()
            _say(stage=stage, done=done, total=total)

    return bar


def _bars_before_a_search(stage: str) -> Callable[[int, int], None]:
    """The same; when the last is full, the search has begun, of which nobody knows how long it takes."""
    bar = _bars(stage)

    def followed(done: int, total: int) -> None:
        bar(done, total)
        if stage == "past days" and done >= total:
            _say(stage="days", done=0, total=0)

    return followed


def _say(**words: Any) -> None:  # noqa: ANN401 - JSON
    sys.stdout.write(json.dumps(words, ensure_ascii=False, allow_nan=False) + "\n")
    sys.stdout.flush()


def _end_with_the_service() -> None:
    while os.read(0, 64):
        pass
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
