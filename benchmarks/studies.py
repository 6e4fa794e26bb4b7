"""What-if studies: two scenarios over 1,000 days, what common customers are worth, SimPy, and many branches.

The branch is the reference day of 600 customers (see `reference_day.py`), written as a scenario. Times are of
the wall, medians of rounds, after loading; all figures are from one run.

    python benchmarks/studies.py [--quick]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from reference_day import ARRIVALS, MEANS, PATIENCE, SHARES, VARIATION, WINDOWS
from reference_engines import Day, by_simpy

from app.studies.preparing import prepare
from simulations.studies.compare import mean_wait, variance_ratio
from simulations.studies.scenario import Counter, Scenario, floor
from simulations.studies.study import called, study
from simulations.studies.traces import crowd, deeds

BRANCH = """
[branch]
id = "reference"
names = "Reference"
timezone = "UTC"
[priority.vip]
head_start_s = inf
"""
BUSINESSES = ("a", "b", "c")


def written(folder: Path) -> Path:
    """Write the reference day as a branch and a scenario."""
    parts = [BRANCH]
    parts += [
        f'[[business]]\nid = "{name}"\nprefix = "{name}"\nnames = "{name}"\nminutes = [1, 3, 8]'
        for name in BUSINESSES
    ]
    for window in range(max(WINDOWS)):
        takes = '["a"]' if window == 0 else '["a", "b", "c"]'
        parts.append(f'[[window]]\nid = "{window}"\nbusinesses = {takes}')
    (folder / "branches").mkdir()
    (folder / "branches" / "reference.toml").write_text("\n".join(parts))
    arrivals = [
        f"{name} = {[round(share * each, 6) for each in ARRIVALS]}"
        for name, share in zip(BUSINESSES, SHARES, strict=True)
    ]
    services = [
        f'[[behaviour.service]]\nbusiness = "{name}"\nmean_minutes = {mean}\ncv = {cv}'
        for name, mean, cv in zip(BUSINESSES, MEANS, VARIATION, strict=True)
    ]
    scenario = [
        'branch = "../branches/reference.toml"\nopens = "09:00"\n[demand]\npriority_shares = { vip = 0.1 }',
        "[demand.arrivals]",
        *arrivals,
        f"[behaviour]\npatience_minutes = {PATIENCE}",
        *services,
        f"[staffing]\nwindows = {list(WINDOWS)}",
    ]
    (folder / "scenarios").mkdir()
    path = folder / "scenarios" / "now.toml"
    path.write_text("\n".join(scenario))
    return path


def one_more(base: Scenario, begins: float, ends: float) -> Scenario:
    """The scenario with a window more, for everybody."""
    more = Counter("more", ((begins, ends),), dict.fromkeys(BUSINESSES, 0.0))
    return base.with_windows([*base.windows, more], "one more")


def what_if(base: Scenario, days: int, rounds: int) -> None:
    """Print what two scenarios take, on one core and on all."""
    pair = [base, one_more(base, 11.5 * 3600.0, 12.0 * 3600.0)]
    print("| two scenarios over 1,000 days | seconds | ns per customer |\n|---|---|---|")
    for workers in (1, 2):
        times, cpu = [], []
        for _ in range(rounds):
            begin, begin_cpu = time.perf_counter(), time.process_time()
            found = study(pair, days, workers=workers)
            times.append(time.perf_counter() - begin)
            cpu.append(time.process_time() - begin_cpu)
        customers = sum(each.arrived.sum() for each in found)
        seconds = statistics.median(times) * 1000 / days
        each = 1e9 * statistics.median(cpu) / customers
        print(f"| on {workers} thread{'s' if workers > 1 else ''} | {seconds:.3f} | {each:,.0f} |")


class Gain(NamedTuple):
    """By what the variance of independent days is divided: by common customers, and their luck known too."""

    common: float
    controlled: float
    begins_s: float
    gap_s: float


def gain(base: Scenario, days: int, begins: float, ends: float) -> Gain:
    """Return what a pair on the same days is worth for one window more."""
    before, after = study([base, one_more(base, begins, ends)], days)
    common = variance_ratio(before, after, controlled=False)
    gap_s = mean_wait(before, after).difference.value
    return Gain(common, variance_ratio(before, after), begins, gap_s)


def common_customers(base: Scenario, days: int) -> None:
    """Print by how much common customers lower the variance of a difference."""
    print("\nThe variance of the difference: independent days, divided by")
    print("\n| one window more | mean wait changes, s | common customers | and the days' luck taken out |")
    print("|---|---|---|---|")
    for busyness_cv in (0.0, 0.15):
        name = f"busyness of days varies by {busyness_cv:.0%}: " if busyness_cv else ""
        scenario = replace(base, demand=replace(base.demand, busyness_cv=busyness_cv))
        begins = [9 * 3600.0 + 1800.0 * slot for slot in range(len(WINDOWS))]
        found = [gain(scenario, days, each, each + 1800.0) for each in begins]
        for one in (min(found), max(found)):
            clock = f"{int(one.begins_s // 3600):02d}:{int(one.begins_s % 3600 // 60):02d}"
            row = f"| {name}for the half-hour from {clock} | {one.gap_s:+.1f} "
            print(f"{row}| {one.common:,.0f} | {one.controlled:,.0f} |")
        middle = [statistics.median(each) for each in zip(*found, strict=True)]
        print(f"| {name}for half an hour, the median of 16 | | {middle[0]:,.0f} | {middle[1]:,.0f} |")
        least = sum(one.controlled >= 50.0 for one in found), sum(one.common >= 50.0 for one in found)
        print(f"| {name}half-hours with at least 50, of 16 | | {least[1]} | {least[0]} |")
        whole = gain(scenario, days, 9 * 3600.0, 17 * 3600.0)
        print(f"| {name}all day | {whole.gap_s:+.1f} | {whole.common:,.1f} | {whole.controlled:,.1f} |")


def against_simpy(base: Scenario, days: int) -> None:
    """Print what SimPy takes for the same customers, called at the same moments by the same windows."""
    people = crowd(base.demand, 1, np.arange(days))
    done = deeds(base.behaviour, base.rule, base.demand.kinds, people.kind, people.key)
    done = done._replace(overhead=np.zeros_like(done.service))
    paces = np.ones(days)
    called(people, done, floor(base), paces)
    begin = time.process_time()
    at, by = called(people, done, floor(base), paces)
    ours = (time.process_time() - begin) / days
    numbers = {name: number for number, name in enumerate(BUSINESSES)}
    business = np.array([numbers[kind.business] for kind in base.demand.kinds])[people.kind]
    vip = np.array([kind.priority == "vip" for kind in base.demand.kinds])[people.kind]
    theirs = []
    for day in range(min(days, 12)):
        own = slice(people.day_start[day], people.day_start[day + 1])
        arrival = people.arrival[own] / 60.0 - 540.0
        found = by_simpy(
            Day(
                arrival.tolist(),
                business[own].tolist(),
                vip[own].tolist(),
                (done.service[own] / 60.0).tolist(),
                (done.patience[own] / 60.0).tolist(),
                list(WINDOWS),
            )
        )
        served = by[own] >= 0
        if not (found.by == by[own]).all() or not np.allclose(
            60.0 * found.at[served] + 32_400.0, at[own][served], atol=1e-4
        ):
            raise AssertionError(f"day {day}: SimPy calls others, or at other moments")
        theirs.append(found.seconds)
    simpy = statistics.median(theirs)
    print("\n| a day of the same customers | ms of CPU | times ours |\n|---|---|---|")
    print(f"| the kernel | {1e3 * ours:.3f} | 1 |\n| SimPy | {1e3 * simpy:.1f} | {simpy / ours:,.0f} |")


ALONE = """
import sys, time
from pathlib import Path
from app.studies.running import simulate
path, times, days = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
simulate(path, None, 10, workers=1)
print("ready", flush=True)
sys.stdin.readline()
for seed in range(times):
    simulate(path, None, days, seed, workers=1).to_plain()
print("done", flush=True)
"""


TOGETHER = """
import sys, time
from pathlib import Path
from app.studies.branches import on_cores, scenario_files
begin = time.perf_counter()
on_cores(scenario_files(Path(sys.argv[1])), int(sys.argv[2]), 1, workers=2)
print(time.perf_counter() - begin)
"""


def copies(path: Path, number: int, times: int, days: int) -> float:
    """Return how long so many independent processes take, each with so many studies of one branch."""
    command = [sys.executable, "-c", ALONE, str(path), str(times), str(days)]
    running = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(number)
    ]
    for each in running:
        if each.stdout is None or each.stdout.readline() != "ready\n":
            raise AssertionError("a copy did not start")
    begin = time.perf_counter()
    for each in running:
        if each.stdin is None:
            raise AssertionError("a copy cannot be told to begin")
        each.stdin.write("\n")
        each.stdin.flush()
    for each in running:
        each.communicate()
    return time.perf_counter() - begin


def many_branches(path: Path, number: int, days: int) -> None:
    """Print the speed-up of many branches on two cores against that of two independent copies of one."""
    for copy in range(1, number):
        (path.parent / f"{copy:03d}.toml").write_text(path.read_text())
    half = max(1, number // 2)
    alone, both = copies(path, 1, half, days) / half, copies(path, 2, half, days) / (2 * half)
    command = [sys.executable, "-c", TOGETHER, str(path.parent), str(days)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    together = float(done.stdout) / number
    print(f"\n| {number} branches, {days:,} days each | seconds a branch | speed-up |\n|---|---|---|")
    print(f"| one process | {alone:.3f} | 1 |")
    print(f"| two independent copies | {both:.3f} | {alone / both:.2f} |")
    print(f"| `--branches`, two processes, their start included | {together:.3f} | {alone / together:.2f} |")
    print(f"\n`--branches` has {both / together:.2f} of the speed-up of independent copies.")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer days and branches")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder))
        base = prepare(path).scenario
        base = replace(base, rule=replace(base.rule, wrap_up_factor=0.0))
        study([base], 10)
        what_if(base, 200 if quick else 1000, 3 if quick else 15)
        common_customers(base, 200 if quick else 1000)
        against_simpy(base, 4 if quick else 200)
        many_branches(path, 4 if quick else 100, 200 if quick else 1000)


if __name__ == "__main__":
    main()
