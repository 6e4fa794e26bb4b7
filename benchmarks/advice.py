"""CPU of one advice: the outlook drawn, for which passes wait; what is tried on it, for which none does.

The demo's branch through its day, after three weeks of learning; and a branch of twelve windows, three of
them closed, with 60, 200 and 1,000 people waiting. CPU time of the thread.

    python benchmarks/advice.py [--quick] [--show]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from app.owner import Owner
from benchmarks import branches
from benchmarks.forecast_pass import learned, situation
from estimator.pools import Pools
from estimator.situation import Situation
from simulations.acting import demo
from simulations.advice import Advice, advise
from simulations.drawing import DRAWS, compile_kernels, look_ahead

TARGET_S = 0.3
WORK = 120_000
WAITING = (60, 200, 1000)
SHUT = (2, 5, 7)

Case = tuple[str, Situation, Pools, tuple[int, ...]]


def of_the_demo(past_days: int, moments: int) -> list[Case]:
    """The demo's branch, from its morning's peak on."""
    cases: list[Case] = []
    for snapshot, now in branches.in_full_swing(past_days, moments):
        owner = Owner.from_snapshot(demo.branch(), snapshot)
        question = owner.question(now)
        name = f"the demo, {len(question.situation.waiting)} waiting"
        cases.append((name, question.situation, owner.learned.pools, question.seed))
    return cases


def of_twelve_windows(waiting: int) -> Case:
    """A busy branch of which three windows are closed."""
    now = situation(waiting, 12, np.random.default_rng(1))
    windows = tuple(
        replace(window, phase="closed", business=None) if number in SHUT else window
        for number, window in enumerate(now.windows)
    )
    pools = learned(np.random.default_rng(2))
    return f"12 windows, {waiting} waiting", replace(now, windows=windows), pools, (waiting,)


def timed(case: Case) -> tuple[float, float, Advice]:
    """CPU seconds of the drawing and of the trying, and what came of it."""
    _, now, pools, seed = case
    begun = time.thread_time()
    outlook = look_ahead(now, pools, seed, work=WORK)
    drawn = time.thread_time()
    advice = advise(outlook)
    return drawn - begun, time.thread_time() - drawn, advice


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer moments and repetitions")
    parser.add_argument("--show", action="store_true", help="print the advice, too")
    arguments = parser.parse_args()
    begun = time.perf_counter()
    compile_kernels()
    print(f"Kernels ready after {time.perf_counter() - begun:.2f} s; at most {DRAWS} draws.\n")
    cases = of_the_demo(*((5, 2) if arguments.quick else (15, 6)))
    cases += [of_twelve_windows(waiting) for waiting in WAITING]
    print("| branch | outlook ms | trying ms | CPU ms in all | target |\n|---|---|---|---|---|")
    for case in cases:
        rounds = [timed(case) for _ in range(2 if arguments.quick else 5)]
        drawing, trying = (1e3 * statistics.median(each[part] for each in rounds) for part in (0, 1))
        figures = f"{drawing:.0f} | {trying:.0f} | {drawing + trying:.0f} | {1e3 * TARGET_S:.0f}"
        print(f"| {case[0]} | {figures} |", flush=True)
        if arguments.show:
            print(rounds[0][2])


if __name__ == "__main__":
    main()
