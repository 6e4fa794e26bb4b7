"""One forecast pass (12 windows, 1,000 draws) against the same pass in C++, and how it grows.

CPU time of the process, medians of interleaved pairs in one run. The whole of `forecast` is timed: fitting
what remains, drawing, the queue kernel, the estimates. The yardstick (forecast_pass.cpp, `g++ -O3
-march=native`) gets the fitted tables for nothing. Both must agree on every ticket's mean wait.

    python benchmarks/forecast_pass.py [--quick] [--plot FILE]
"""

import argparse
import statistics
import subprocess
import time
from math import inf
from pathlib import Path
from typing import Any
from unittest import mock

import matplotlib as mpl
import numpy as np

from estimator import forecast as passes
from estimator.draws import draw_calls
from estimator.lines import line_up
from estimator.observation import Observation
from estimator.pools import Pools
from estimator.situation import Phase, Situation, TicketNow, WindowNow
from estimator.timeline import timeline

mpl.use("Agg")
from matplotlib import pyplot as plt

HERE = Path(__file__).parent
DRAWS = 1000
MEAN_S = {"personal": 240.0, "cash": 150.0, "corporate": 480.0, "wealth": 900.0}
PHASES: tuple[Phase, ...] = ("serving",) * 8 + ("wrapping_up", "paused", "open", "calling")
Numbers = np.ndarray


def learned(rng: np.random.Generator) -> Pools:
    """Return the pools of a branch after some weeks."""
    pools = Pools({name: (0.4 * mean, 0.8 * mean, 2.0 * mean) for name, mean in MEAN_S.items()})
    for number in range(6000):
        business = list(MEAN_S)[number % 4]
        teller, at = f"t{number % 12}", 20.0 * number
        kinds = {
            "service": MEAN_S[business] * rng.lognormal(-0.2, 0.65),
            "wrap_up": rng.exponential(5.0 if rng.random() < 0.7 else 60.0),
            "walking": rng.gamma(4.0, 3.0),
            "idle": rng.exponential(4.0),
            "pause": rng.lognormal(6.0, 0.5),
        }
        for kind, value in kinds.items():
            pools.learn(Observation(kind=kind, at=at, value_s=value, business=business, teller=teller))  # type: ignore[arg-type]
        called = rng.random() < 0.9
        pools.learn(
            Observation(
                kind="patience", at=at, value_s=rng.exponential(600), business=business, censored=called
            )
        )
        arrives = {
            "day": number // 1000,
            "hour": 8 + number % 10,
            "priority": "high" if number % 9 == 0 else None,
        }
        pools.learn(Observation(kind="arrival", at=at, business=business, **arrives))  # type: ignore[arg-type]
        if number % 40 == 0:
            pools.learn(Observation(kind="no_show", at=at, value_s=45.0 + rng.exponential(15.0)))
    return pools


def situation(waiting: int, windows: int, rng: np.random.Generator) -> Situation:
    """Return a busy branch: windows of three businesses each, most of them serving; some VIPs wait."""
    names = list(MEAN_S)
    return Situation(
        windows=tuple(
            WindowNow(
                window=f"{number}",
                phase=PHASES[number % 12],
                reluctance={name: 0.0 for at, name in enumerate(names) if (at + number) % 4},
                teller=f"t{number % 12}",
                business=names[(number + 1) % 4],
                elapsed_s=float(rng.random() * 300.0),
            )
            for number in range(windows)
        ),
        waiting=tuple(
            TicketNow(
                ticket=f"{number:04}",
                business=names[number % 4],
                priority="high" if number % 9 == 0 else "normal",
                waited_s=float(rng.random() * 1800.0),
            )
            for number in range(waiting)
        ),
        businesses=tuple(names),
        head_start={"high": 90.0},
        hour=10.0,
    )


class Yardstick:
    """The C++ program at work on one situation."""

    def __init__(self, now: Situation, pools: Pools, name: str) -> None:
        path = HERE / "build" / f"{name}.columns"
        with path.open("wb") as file:
            for column in columns(now, pools):
                flat = np.ascontiguousarray(column, float).ravel()
                file.write(np.uint64(flat.size).tobytes() + flat.tobytes())
        self.process = subprocess.Popen(
            [HERE / "build" / "forecast_pass", path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def run(self, seed: int) -> tuple[float, Numbers]:
        """Return the CPU seconds of one pass, and the mean waits in the order of the columns."""
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("the yardstick has no pipes")
        self.process.stdin.write(f"{seed}\n")
        seconds, *means = map(float, self.process.stdout.readline().split())
        return seconds, np.array(means)

    def close(self) -> None:
        """End it: it stops at the end of its input."""
        self.process.communicate()


def columns(now: Situation, pools: Pools) -> list[Any]:
    """Return what the yardstick reads: the columns that the kernel gets, and how to draw the others."""
    caught: dict[str, Any] = {}
    names = draw_calls.py_func.__code__.co_varnames[: draw_calls.py_func.__code__.co_argcount]

    def catch(*given: Any) -> Numbers:  # noqa: ANN401 - whatever the kernel takes
        caught.update(zip(names, given, strict=True))
        return draw_calls(*given)

    with mock.patch.object(passes, "draw_calls", catch):
        passes.forecast(now, pools, np.random.default_rng(0), draws=2)
    streams = line_up(now, pools).streams
    rng, many = np.random.default_rng(1), 200_000
    cells = caught["tables"].shape[1] - 1
    tables = [quantiles(timeline(window, pools, rng, many).next_call, cells) for window in now.windows]
    tellers = np.array([pools.teller_pace(window.teller) for window in now.windows])
    return [
        [DRAWS, cells, caught["no_show_row"]],
        [caught["no_show_share"], caught["cells_per_hazard"], pools.pace()[1]],
        np.array([0.2, 0.95, 0.5, 0.1, 0.9]) * (DRAWS - 1),
        *(caught[name] for name in ("tables", "service_row", "service_factor", "overhead_row")),
        *(caught[name] for name in ("patience_times", "patience_row", "hazard_cells", "arrival")),
        [stream.slots for stream in streams],
        [stream.rate for stream in streams],
        [stream.until_s for stream in streams],
        caught["line"],
        caught["rules"].head_start,
        caught["rules"].reluctance,
        caught["stops_at"],
        tables,
        tellers[:, 0],
        tellers[:, 1],
    ]


def quantiles(drawn: Numbers, cells: int) -> Numbers:
    """Return a table of quantiles whose highest cell has the mean of the draws in it, not their maximum."""
    if np.isinf(drawn).any():
        return np.full(cells + 1, inf)
    table: Numbers = np.quantile(drawn, np.linspace(0.0, 1.0, cells + 1))
    table[-1] = 2.0 * drawn[drawn >= table[-2]].mean() - table[-2]
    return table


def timed(now: Situation, pools: Pools, seed: int) -> tuple[float, Numbers]:
    """Return the CPU seconds of one pass of ours, and the mean waits in the order of the columns."""
    begin = time.process_time()
    told = passes.forecast(now, pools, np.random.default_rng(seed), draws=DRAWS)
    seconds = time.process_time() - begin
    order = [
        told.waits[p.ticket] if p.ticket else told.waits_now[p.business] for p in line_up(now, pools).places
    ]
    return seconds, np.array([estimate.mean_s if estimate else inf for estimate in order])


def against_cpp(pools: Pools, rounds: int) -> None:
    """Print the table of ratios; AssertionError if the two disagree about a wait."""
    print(
        "| waiting | ours, ms | C++, ms | ratio | largest difference of a mean wait |\n|---|---|---|---|---|"
    )
    for waiting in (60, 200):
        now = situation(waiting, 12, np.random.default_rng(waiting))
        yardstick = Yardstick(now, pools, f"waiting_{waiting}")
        timed(now, pools, 0)
        yardstick.run(0)
        pairs = [(timed(now, pools, seed), yardstick.run(seed)) for seed in range(1, rounds + 1)]
        yardstick.close()
        ours, theirs = (np.array([pair[side][1] for pair in pairs]) for side in (0, 1))
        error = np.sqrt((ours.var(axis=0, ddof=1) + theirs.var(axis=0, ddof=1)) / rounds) + 1e-3
        apart = np.abs(ours.mean(axis=0) - theirs.mean(axis=0))
        worst = int(np.argmax(apart / error))
        if not (apart < 6.0 * error + 0.002 * ours.mean(axis=0)).all():
            raise AssertionError(f"ours {ours.mean(axis=0)[worst]} s, theirs {theirs.mean(axis=0)[worst]} s")
        milliseconds = [1e3 * statistics.median(pair[side][0] for pair in pairs) for side in (0, 1)]
        ratio = statistics.median(mine[0] / other[0] for mine, other in pairs)
        print(
            f"| {waiting} | {milliseconds[0]:.1f} | {milliseconds[1]:.1f} | {ratio:.2f} "
            f"| {apart[worst]:.2f} s of {ours.mean(axis=0)[worst]:.0f} s, "
            f"{apart[worst] / error[worst]:.1f} standard errors |"
        )


def growth(pools: Pools, rounds: int, plot: Path) -> None:
    """Print how a pass grows with waiting tickets and windows, and draw it."""
    cases = {
        "waiting tickets (12 windows)": [(n, n, 12) for n in (25, 50, 100, 200, 400)],
        "windows (200 waiting)": [(n, 200, n) for n in (4, 8, 16, 32, 48)],
    }
    figure, axes = plt.subplots(1, len(cases), figsize=(9, 3.6), sharey=True, layout="constrained")
    print(
        "\n| growth with | " + " | ".join("size: ms" for _ in range(5)) + " | log-log slope |\n|---" * 1,
        end="",
    )
    print("|---" * 6 + "|")
    for axis, (label, sizes) in zip(axes, cases.items(), strict=True):
        made = [
            (size, situation(waiting, windows, np.random.default_rng(2))) for size, waiting, windows in sizes
        ]
        times: dict[int, list[float]] = {size: [] for size, _ in made}
        for seed in range(rounds + 1):  # interleaved, the first round thrown away
            for size, now in made:
                times[size].append(timed(now, pools, seed)[0])
        medians = {size: 1e3 * statistics.median(taken[1:]) for size, taken in times.items()}
        slope, level = np.polyfit(np.log(list(medians)), np.log(list(medians.values())), 1)
        cells = " | ".join(f"{size}: {taken:.1f}" for size, taken in medians.items())
        print(f"| {label} | {cells} | {slope:.2f} |")
        axis.loglog(list(medians), list(medians.values()), "o", label="measured")
        axis.loglog(
            list(medians), np.exp(level) * np.array(list(medians)) ** slope, label=f"slope {slope:.2f}"
        )
        axis.set(xlabel=label, ylabel="CPU per pass, ms")
        axis.set_xticks(list(medians), [str(size) for size in medians])
        axis.set_yticks([10, 20, 50, 100], ["10", "20", "50", "100"])
        axis.minorticks_off()
        axis.legend()
    figure.savefig(plot, dpi=110)


def main() -> None:
    """Build the yardstick, measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer rounds, no plot kept")
    parser.add_argument("--plot", type=Path, default=HERE / "growth.png")
    arguments = parser.parse_args()
    build = HERE / "build"
    build.mkdir(exist_ok=True)
    source, program = HERE / "forecast_pass.cpp", build / "forecast_pass"
    subprocess.run(["g++", "-O3", "-march=native", "-std=c++17", "-o", program, source], check=True)
    passes.compile_kernels()
    pools = learned(np.random.default_rng(20261121))
    against_cpp(pools, 10 if arguments.quick else 41)
    growth(pools, 3 if arguments.quick else 21, build / "growth.png" if arguments.quick else arguments.plot)


if __name__ == "__main__":
    main()
