"""Starting with a long journal: from after the imports to the first pass, in a fresh process.

The journal holds two weeks of a branch. A snapshot is kept every so many events, so the longest way back is
the snapshot and that many events; without one, all of them.

    python benchmarks/start.py [--quick]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from load import Day
from service import START, branch_text

from app import house
from app.branch.branch_file import parse
from app.branch.events import parse_event
from app.clock import FastClock
from app.house import JOURNAL
from app.journal import Journal
from app.live import SNAPSHOT_EVERY, to_record
from app.main import make_app
from app.owner import Owner, fold_version

EVENTS, QUICK_EVENTS = 100_000, 4_000
SECONDS_APART = 12.0
"""Between two events: 1,440 customers a day."""


class Time:
    """A clock for ``load.Day``, set by hand."""

    def __init__(self, at: float) -> None:
        self.at = at

    def now(self) -> float:
        """The branch's time."""
        return self.at


def fill(directory: Path, events: int, *, snapshot: bool) -> None:
    """Write a journal of so many events, with the oldest snapshot that a running service may have."""
    text, clock = branch_text(), Time(START)
    branch, day = parse(text, "bench.toml"), Day(clock, waiting=60)  # type: ignore[arg-type]
    owner = Owner(branch)
    with Journal.open(directory / JOURNAL) as journal:
        epoch = journal.epoch(branch.id)
        page = [parse_event(event) for event in day.opening()]
        while owner.state.seq < events:
            _, fresh = owner.accept(page, clock.at, lambda *_: None, lambda _: False)
            for event in fresh:
                owner.commit(event)
            records = [to_record(event) for event in fresh]
            journal.append(branch.id, epoch, fresh[0].seq - 1, records).result()
            kept = events - SNAPSHOT_EVERY < owner.state.seq
            if snapshot and kept:
                journal.save_snapshot(branch.id, owner.state.seq, fold_version(text, 0), owner.snapshot())
                snapshot = False
            page = []
            while len(page) < min(200, events - owner.state.seq):
                clock.at = round(clock.at + SECONDS_APART, 3)
                page.append(parse_event(day.next()))


def start(directory: Path, last: float) -> None:
    """Start the service there, in this process; print the seconds of each part."""

    async def run() -> None:
        text = branch_text()
        began = time.perf_counter()
        files = [house.BranchFile(parse(text, "bench.toml"), text)]
        home = house.House(files, directory, FastClock(last, 1.0))
        restored = time.perf_counter()
        app = make_app(home)
        async with app.router.lifespan_context(app):
            ready = time.perf_counter()
            [live] = home.lives.values()
            if live.failure:
                raise SystemExit(live.failure)
            print(json.dumps({"restore": restored - began, "whole": ready - began}), flush=True)

    asyncio.run(run())


def measure(journal: Path, runs: int, last: float) -> dict[str, float]:
    """Medians over fresh processes, each on a copy of the journal."""
    found: list[dict[str, Any]] = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory(dir=journal.parent) as copy:
            shutil.copytree(journal, copy, dirs_exist_ok=True)
            command = [sys.executable, __file__, "--start", copy, "--last", str(last)]
            found.append(json.loads(subprocess.check_output(command, text=True).splitlines()[0]))
    return {part: statistics.median(one[part] for one in found) for part in found[0]}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer events and runs")
    parser.add_argument("--start", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--last", type=float, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.start:
        start(arguments.start, arguments.last)
        return
    events, runs = (QUICK_EVENTS, 1) if arguments.quick else (EVENTS, 7)
    build = Path(__file__).parent / "build"
    build.mkdir(exist_ok=True)
    print(f"| {events:,} events journalled | restore, s | to the first pass, s |\n|---|---|---|", flush=True)
    for name, snapshot in (("with the oldest snapshot", True), ("without a snapshot", False)):
        with tempfile.TemporaryDirectory(dir=build) as directory:
            journal = Path(directory) / "journal"
            journal.mkdir()
            fill(journal, events, snapshot=snapshot)
            took = measure(journal, runs if snapshot else 1, START + SECONDS_APART * events)
        print(f"| {name} | {took['restore']:.2f} | {took['whole']:.2f} |", flush=True)
    print("\nBeyond the imports, in a fresh process; the compiled kernels come from their cache.")


if __name__ == "__main__":
    main()
