"""The reference day: our kernel against C++, SimPy and Ciw on the same customers, in one run.

A branch of six windows and three businesses, 600 arrivals a day in two peaks, window 0 express, one customer
in ten a VIP, everybody impatient. CPU time of one core, medians of interleaved rounds. All engines must agree
customer by customer: who is called, when, by which window, and who leaves. Ciw has neither skills nor windows
that last from shift to shift; a subclass of its node adds both.

    python benchmarks/reference_day.py [--quick]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from reference_engines import SLOT, Day, by_ciw, by_simpy, takes

from estimator.columns import Customers, rules
from estimator.days import run_days

if TYPE_CHECKING:
    from collections.abc import Callable

    from reference_engines import Called

HERE = Path(__file__).parent
ARRIVALS = (20, 30, 44, 56, 58, 46, 34, 26, 26, 34, 46, 56, 52, 36, 22, 14)  # expected, by half-hour
WINDOWS = (3, 3, 4, 5, 6, 6, 5, 4, 3, 4, 5, 6, 6, 5, 4, 3)
SHARES, MEANS, VARIATION = (0.45, 0.40, 0.15), np.array([1.4, 3.6, 7.0]), np.array([0.6, 0.7, 0.8])
VIPS, PATIENCE = 0.1, 30.0


class Traces:
    """The customers of many days as columns; minutes from opening. `busyness` [days]: of their crowds."""

    def __init__(self, days: int, rng: np.random.Generator, busyness: np.ndarray | None = None) -> None:
        factors = np.ones(days) if busyness is None else busyness
        counts = rng.poisson(factors[:, None] * ARRIVALS)
        self.days = days
        self.day_start = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts.sum(axis=1))))
        day = np.repeat(np.arange(days), counts.sum(axis=1))
        slot = np.repeat(np.tile(np.arange(len(ARRIVALS)), days), counts.ravel())
        arrival = SLOT * (slot + rng.random(slot.size))
        self.arrival = arrival[np.lexsort((arrival, day))]
        self.business = rng.choice(3, slot.size, p=SHARES)
        self.vip = rng.random(slot.size) < VIPS
        variance = np.log1p(VARIATION**2)
        log_mean = np.log(MEANS) - variance / 2
        normal = rng.standard_normal(slot.size)
        self.service = np.exp(log_mean[self.business] + np.sqrt(variance)[self.business] * normal)
        self.patience = rng.exponential(PATIENCE, slot.size)

    @property
    def customers(self) -> Customers:
        """The columns of the kernel: a line for each business and priority."""
        lines = 2 * self.business + self.vip
        return Customers(self.arrival, lines, self.service, np.zeros_like(self.service), self.patience)

    def day(self, number: int) -> Day:
        """One of the days, as lists."""
        part = slice(self.day_start[number], self.day_start[number + 1])
        columns = (self.arrival, self.business, self.vip, self.service, self.patience)
        return Day(*(column[part].tolist() for column in columns), windows=list(WINDOWS))


def hours() -> tuple[np.ndarray, np.ndarray]:
    """Return `opens_at`, `closes_at` [W, K]: neighbouring half-hours are one, and the last one never ends."""
    count = max(WINDOWS)
    spans: list[list[list[float]]] = [[] for _ in range(count)]
    for slot, number in enumerate(WINDOWS):
        for window in range(number):
            if spans[window] and spans[window][-1][1] == SLOT * slot:
                spans[window][-1][1] += SLOT
            else:
                spans[window].append([SLOT * slot, SLOT * (slot + 1)])
    table = np.full((2, count, max(map(len, spans))), np.inf)
    for window, each in enumerate(spans):
        table[:, window, : len(each)] = np.transpose(each)
    table[1][table[1] == SLOT * len(WINDOWS)] = np.inf
    return table[0].copy(), table[1].copy()


def kernel_arguments(traces: Traces) -> tuple[object, ...]:
    """Return what `run_days` takes for these days."""
    count = max(WINDOWS)
    reluctance = np.array(
        [[0.0 if takes(w, line // 2) else np.inf for line in range(6)] for w in range(count)]
    )
    opens_at, closes_at = hours()
    return (
        traces.day_start,
        traces.customers,
        rules(np.array([0.0, np.inf] * 3), reluctance),
        np.zeros((1, count)),
        opens_at[None],
        closes_at[None],
        np.ones((1, count)),
        np.empty(traces.arrival.size),
        np.empty(traces.arrival.size, np.int64),
    )


class Yardstick:
    """The C++ program at work on the same days."""

    def __init__(self, traces: Traces, build: Path) -> None:
        day_start, customers, our_rules, _, opens_at, closes_at, speed, *_ = kernel_arguments(traces)
        self.size = traces.arrival.size
        self.answer = build / "reference_day.called"
        path = build / "reference_day.columns"
        with path.open("wb") as file:
            columns = (day_start, *customers, our_rules.head_start, our_rules.reluctance)  # type: ignore[misc, attr-defined]
            for column in (*columns, opens_at, closes_at, speed):
                flat = np.ascontiguousarray(column, float).ravel()
                file.write(np.uint64(flat.size).tobytes() + flat.tobytes())
        self.process = subprocess.Popen(
            [build / "reference_day", path, self.answer],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def run(self) -> float:
        """Return the CPU seconds of all the days."""
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("the yardstick has no pipes")
        self.process.stdin.write("\n")
        return float(self.process.stdout.readline())

    def close(self) -> tuple[np.ndarray, np.ndarray]:
        """End it, and return what it worked out."""
        self.process.communicate()
        called_at, called_by = np.fromfile(self.answer).reshape(2, self.size)
        return called_at, called_by


def ours(arguments: tuple[object, ...]) -> float:
    """Return the CPU seconds of all the days."""
    begin = time.process_time()
    run_days(*arguments)
    return time.process_time() - begin


def agrees(traces: Traces, number: int, called: Called, at: np.ndarray, by: np.ndarray) -> None:
    """AssertionError unless an engine called the same customers of one day, then and there."""
    part = slice(traces.day_start[number], traces.day_start[number + 1])
    served = by[part] >= 0
    if not (called.by == by[part]).all() or not np.allclose(called.at[served], at[part][served], atol=1e-7):
        raise AssertionError(f"day {number}: not the same customers, moments and windows")


def answers(traces: Traces, at: np.ndarray, by: np.ndarray) -> None:
    """Print what the days were like."""
    wait, served = at - traces.arrival, by >= 0
    means = [wait[served & (traces.business == business)] for business in range(3)]
    work = traces.service[served].sum() / (traces.days * SLOT * sum(WINDOWS))
    print(
        f"Mean wait by business {', '.join(f'{each.mean():.2f}' for each in means)} min; "
        f"P(wait > 15) of the second {(means[1] > 15.0).mean():.4f}; utilisation {work:.3f}; "
        f"{1.0 - served.mean():.1%} left.\n"
    )


def main() -> None:
    """Build the yardstick, measure, compare and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer days")
    quick = parser.parse_args().quick
    build = HERE / "build"
    build.mkdir(exist_ok=True)
    source, program = HERE / "reference_day.cpp", build / "reference_day"
    subprocess.run(["g++", "-O3", "-march=native", "-std=c++17", "-o", program, source], check=True)
    traces = Traces(500 if quick else 4000, np.random.default_rng(20261122))
    arguments = kernel_arguments(traces)
    run_days(*arguments)
    at, by = arguments[-2:]
    answers(traces, at, by)
    yardstick = Yardstick(traces, build)
    yardstick.run()
    engines: dict[str, Callable[[Day], Called]] = {"SimPy": by_simpy, "Ciw, subclassed": by_ciw}
    slow: dict[str, list[float]] = {name: [] for name in engines}
    pairs = []
    for number in range(4 if quick else 40):
        pairs.append((ours(arguments), yardstick.run()))
        for name, engine in engines.items():
            called = engine(traces.day(number))
            agrees(traces, number, called, at, by)
            slow[name].append(called.seconds / (traces.day_start[number + 1] - traces.day_start[number]))
    their_at, their_by = yardstick.close()
    if not ((their_at == at).all() and (their_by == by).all()):
        raise AssertionError("not what the yardstick works out")
    customers = traces.arrival.size
    fast = [statistics.median(pair[side] for pair in pairs) / customers for side in (0, 1)]
    rows = {"our kernel": fast[0], "C++ -O3, the same algorithm": fast[1]}
    rows |= {name: statistics.median(each) for name, each in slow.items()}
    print("| engine | ns per customer | days per second | our kernel is faster by |\n|---|---|---|---|")
    for name, seconds in rows.items():
        times = statistics.median(pair[1] / pair[0] for pair in pairs) if "C++" in name else seconds / fast[0]
        rate = customers / traces.days * seconds
        print(f"| {name} | {1e9 * seconds:,.0f} | {1 / rate:,.0f} | {times:,.2f} |")
    print(f"\nThe same on {len(pairs)} days of SimPy and Ciw, and on {traces.days} of C++.")


if __name__ == "__main__":
    main()
