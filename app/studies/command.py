"""What the command ``simulate`` does, behind its options."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.text import Text

from .branches import Done, Failed, on_cores, on_dask, scenario_files
from .report import write_report
from .running import Study, replay, simulate
from .summary import branches_table, table

__all__ = ["branches_json", "branches_table", "failed", "of_branches", "of_scenario", "show", "write_report"]

Bars = Callable[[str], Callable[[int, int], None]]


def of_scenario(
    scenario: Path,
    versus: Path | None,
    days: int,
    seed: int,
    date: dt.date | None,
    *,
    anyway: bool,
    bars: Bars | None = None,
) -> Study:
    """Study one scenario, two of them, or a real day."""
    if date is not None:
        return replay(scenario, date, seed, anyway=anyway, bars=bars)
    return simulate(scenario, versus, days, seed, anyway=anyway, bars=bars)


def of_branches(folder: Path, days: int, seed: int, dask: str | None, bars: Bars) -> dict[Path, Done]:
    """Study every scenario file of a folder."""
    paths = scenario_files(folder)
    if dask is not None:
        return on_dask(dask, paths, days, seed, progress=bars("branches"))
    return on_cores(paths, days, seed, progress=bars("branches"))


def failed(done: dict[Path, Done]) -> list[str]:
    """Return the names of the files that could not be studied."""
    return [path.name for path, one in done.items() if isinstance(one, Failed)]


def branches_json(done: dict[Path, Done]) -> str:
    """Return the studies by file name; a failed one as its reason."""
    plain = {
        path.name: {"error": one.reason} if isinstance(one, Failed) else one for path, one in done.items()
    }
    return json.dumps(plain, ensure_ascii=False)


def show(study: Study, console: Console) -> None:
    """Print the verdict and, if there are figures, the table."""
    console.print(Text(study.verdict), soft_wrap=True)
    if study.outcomes:
        console.print(table(study))
