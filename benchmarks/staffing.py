"""The staffing test: window-hours and cost of our rosters and of Erlang's, held on 4,000 fresh days.

The reference day's demand, each day's crowd times a gamma factor (CV .15), all windows take all, up to ten of
them. The target: of every half-hour's arrivals at most 10 % wait longer than 10 minutes, those who left
counted by how long they had waited, and at most 10 % of a day's leave. The costs: 30 a window-hour, 4 a walk-
away, 0.2 a minute of waiting. We search on some days, verify on others, and what is printed is of a third
set, the same for all rosters. SIPP: Erlang C with each half-hour's own rate; MOL: with the load that lags
behind. Then shifts that cover it.

    python benchmarks/staffing.py [--quick]
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
from reference_day import Traces

sys.path.insert(0, str(Path(__file__).parent.parent))

from estimator.columns import Customers, rules
from simulations.staffing.cover import Need, cover
from simulations.staffing.goals import Prices, Target, parse_target
from simulations.staffing.opening import Open, Windows, windows_of
from simulations.staffing.rated import Rated, rate
from simulations.staffing.recommend import Samples, baselines, recommend
from simulations.staffing.sampled import Sample, sample
from simulations.staffing.seats import seat
from simulations.staffing.shifts import Crew, usual_duties, usual_shifts

SLOTS, CV = 16, 0.15
TARGET, PRICES = parse_target("P(wait>10)<=0.1"), Prices(30.0, 4.0, 0.2)
LEARN, VERIFY, REPORT = 300, 2000, 2000


class Row(NamedTuple):
    """One way to staff, over the seeds: rosters found on each, rated on fresh days; seconds, wall and CPU."""

    name: str
    rated: list[Rated]
    seconds: list[float]
    cpu: list[float]


def branch(windows: int) -> Windows:
    """Return the staffing test's windows."""
    takes_all = rules(np.array([0.0, np.inf] * 3), np.zeros((windows, 6)))
    return windows_of(takes_all, least=np.ones(SLOTS, np.int64), most=np.full(SLOTS, windows))


def days(number: int, seed: int, windows: Windows) -> Sample:
    """Return so many days of the staffing test."""
    rng = np.random.default_rng(seed)
    traces = Traces(number, rng, rng.gamma(CV**-2.0, CV**2.0, number))
    arrival, line, service, overhead, patience = traces.customers
    return sample(
        traces.day_start, Customers(60 * arrival, line, 60 * service, 60 * overhead, 60 * patience), windows
    )


def found(goal: Target | Prices, windows: Windows, seed: int) -> tuple[Open, float, float]:
    """Return what we recommend, with everything that goes with it, and the seconds: wall and CPU."""
    sizes = (LEARN, VERIFY, REPORT)
    drawn = Samples(*(days(size, 10 * seed + part, windows) for part, size in enumerate(sizes)))
    wall, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        table = recommend(windows, goal, drawn, each=pool.map).best.table
    return table, time.perf_counter() - wall, time.process_time() - cpu


def rows(seeds: range, windows: Windows, fresh: Sample) -> list[Row]:
    """Return the rosters of every seed, rated on the fresh days."""
    result = []
    for goal, label in ((TARGET, "target"), (PRICES, "cost")):
        ours = [found(goal, windows, seed) for seed in seeds]
        tables = {f"ours, {label}": [table for table, *_ in ours]}
        for seed in seeds:
            usual = baselines(windows, goal, days(LEARN, 10 * seed, windows))
            for name, table in usual.items():
                tables.setdefault(f"{name}, {label}", []).append(table)
        for name, each in tables.items():
            mine = name.startswith("ours")
            rated = [rate(fresh, windows, table, TARGET.wait_s, PRICES) for table in each]
            result.append(
                Row(
                    name,
                    rated,
                    [one[1] for one in ours] if mine else [],
                    [one[2] for one in ours] if mine else [],
                )
            )
    return result


def line(row: Row) -> str:
    """Return a row of the table: medians over the seeds, and the worst."""
    hours = [rated.hours for rated in row.rated]
    worst = [max(late.value for late in rated.late) for rated in row.rated]
    held = sum(share <= TARGET.share for share in worst)
    cost = statistics.median(rated.cost.value for rated in row.rated)
    left = statistics.median(rated.left.value for rated in row.rated)
    seconds = (
        f"{statistics.median(row.seconds):.1f} ({statistics.median(row.cpu):.1f})" if row.seconds else "–"
    )
    return (
        f"| {row.name} | {statistics.median(hours):.1f} ({min(hours):.1f}–{max(hours):.1f}) | "
        f"{max(worst):.3f} | {held} of {len(worst)} | {left:.1%} | {cost:,.0f} | {seconds} |"
    )


def shifts(windows: Windows, rated: Rated, fresh: Sample) -> str:
    """Return what shifts that cover a roster take, and what the staff that is then there does."""
    begin = time.perf_counter()
    need = Need(
        rated.table,
        windows.names,
        (Crew("tellers", 14),),
        tuple(usual_shifts(SLOTS)),
        tuple(usual_duties(SLOTS)),
    )
    staff = cover(need)
    seconds = time.perf_counter() - begin
    seated = rate(fresh, windows, seat(staff, windows.most).table, TARGET.wait_s, PRICES)
    worst = max(late.value for late in seated.late)
    return (
        f"Shifts that cover the {rated.hours:.1f} window-hours, with breaks, balancing, vault and back "
        f"office: {len(staff.staff)} tellers, {staff.paid_slots / 2:.1f} paid hours, {1e3 * seconds:.0f} ms. "
        f"Those who are there anyway open {seated.hours:.1f} window-hours: worst half-hour {worst:.3f}, cost "
        f"{seated.cost.value:,.0f}."
    )


def main() -> None:
    """Search, verify, and print the table of fresh days."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="one seed")
    quick = parser.parse_args().quick
    windows = branch(10)
    fresh = days(1000 if quick else 4000, 99_999, windows)
    found(PRICES, branch(2), 0)  # compiles
    table = rows(range(1, 2 if quick else 6), windows, fresh)
    print(
        "| roster | window-hours: median (range) | worst half-hour of all | holds | left | cost | s (CPU) |\n"
        "|---|---|---|---|---|---|---|"
    )
    for row in table:
        print(line(row))
    seconds = [found(TARGET, branch(8), seed)[1:] for seed in (range(1, 2) if quick else range(1, 4))]
    wall, cpu = (statistics.median(each) for each in zip(*seconds, strict=True))
    print(f"\nWith 8 windows: {wall:.1f} s ({cpu:.1f} s of CPU), with verification, reasons and curve.")
    print(shifts(windows, table[0].rated[0], fresh))


if __name__ == "__main__":
    main()
