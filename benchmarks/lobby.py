"""A generated lobby with known truth: what was said of waits, wrap-ups and steps, and what happened.

python benchmarks/lobby.py [--quick] [--seed N …] [--only live|machine|history]

One week to learn from, one to be tested on, `simulations.acting.busy`. The live code runs on the events of
tellers who press their keys, and on those of a queue machine that reports neither starts nor wrap-ups nor
openings; the history walk on what that machine leaves. The offered wait is scored: each ticket that was
served stands for those who had left by then, by the patience that is true.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np
from lobby_scores import Group, Said, by_day, by_depth, coverage, group, mae_s, recalibrated_mae_s, told
from lobby_walk import walk
from lobby_watch import Watch, Watched, mean_service_s

from estimator.observation import Kind
from estimator.pools import Pools
from simulations.acting import busy, machine
from simulations.acting.busy import BUSY
from simulations.acting.day import Day
from simulations.acting.virtual import live_through

WAITED_S = 10.0
"""Who was called sooner did not have to wait."""
LEVELS = np.array([0.5, 0.9])
SEEDS = (201, 202)


@dataclass(frozen=True, slots=True)
class Study:
    """Which days, from when on they are tested (epoch seconds), and how closely is looked."""

    days: tuple[Day, ...]
    test_from: float
    draws: int
    every_s: float
    ends_at: float = float("inf")


def study(seed: int, *, quick: bool = False) -> Study:
    """Two weeks; or, quickly, two days and a morning."""
    days = tuple(busy.weeks(seed))
    if quick:
        opens_at = days[2].doors_open_at
        return Study(days[:3], opens_at - 3600, 100, 60.0, opens_at + 2 * 3600)
    return Study(days, days[busy.WORKDAYS].doors_open_at - 3600, 300, 20.0)


def live(plan: Study, *, by_machine: bool) -> tuple[Watched, Pools]:
    """What the live code said and learned."""
    branch = busy.branch()
    events = live_through(branch, plan.days).events
    mean_s = mean_service_s([event for event in events if event.at < plan.test_from])
    reported = list(machine.reported(events)) if by_machine else events
    watch = Watch(branch, plan.test_from, mean_s, draws=plan.draws, every_s=plan.every_s)
    return watch.run(event for event in reported if event.at < plan.ends_at), watch.owner.learned.pools


def said(watched: Watched) -> tuple[list[Said], list[tuple[float, float]]]:
    """The waits that were told of and had to be waited, and what people-ahead learned from."""
    cases = [
        Said(
            *one.said,
            one.waited_s,
            one.ahead,
            one.day,
            one.figure_s,
            1 / BUSY.patience.longer_than(one.waited_s),
        )
        for one in watched.waits
        if one.said and one.waited_s is not None and one.waited_s > WAITED_S
    ]
    learned = [
        (one.figure_s, one.waited_s)
        for one in watched.learning
        if one.waited_s is not None and one.waited_s > WAITED_S
    ]
    return cases, learned


def of_waits(cases: Sequence[Said], learned: Sequence[tuple[float, float]]) -> Iterator[str]:
    """The table of waits."""
    own, theirs = mae_s(cases), recalibrated_mae_s(learned, cases)
    gain = f"{own:.0f} s, people-ahead recalibrated {theirs:.0f} s: {1 - own / theirs:.1%} better"
    yield f"MAE of the median {gain}.\n"
    yield from of_groups((group("all", cases), *by_day(cases), *by_depth(cases)))


def of_groups(groups: Iterable[Group]) -> Iterator[str]:
    """A line for each group."""
    yield "| waits | n | mean, min | within 80 % | before | after | waited − median, s |"
    yield "|---|---|---|---|---|---|---|"
    for one in groups:
        shares = " | ".join(f"{share:.3f}" for share in (one.coverage, one.early, one.late))
        yield f"| {one.name} | {one.n} | {one.mean_s / 60:.1f} | {shares} | {one.bias_s:+.0f} |"


def of_live(plan: Study, cases: list[Said], *, by_machine: bool) -> Iterator[str]:
    """The section of the live code. Its waits are left in ``cases``."""
    watched, pools = live(plan, by_machine=by_machine)
    waits, learned = said(watched)
    cases += waits
    silent = sum(one.said is None for one in watched.waits)
    yield f"Of {len(watched.waits)} tickets {silent} were told no range."
    yield from of_waits(waits, learned)
    yield "\n| told first | n | late | early | changes | 80 %: n | within | before | after |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for about in ("wait", "service", "wrap_up", "return"):
        score = told(
            (one for one in watched.promises if one.about == about), WAITED_S if about == "wait" else 0.0
        )
        spells = coverage((one.said, one.took_s) for one in watched.spells if one.about == about)
        if score:
            shown = f"{score.n} | {score.late:.3f} | {score.early:.3f} | {score.changes:g}"
            within = " | ".join(
                f"{spells[name]:.3f}" for name in ("coverage", "early", "late") if name in spells
            )
            yield f"| {about} | {shown} | {spells['n']} | {within or ' | | '} |"
    yield ""
    yield from of_truth(plan, pools)


def of_history(plan: Study, cases: list[Said]) -> Iterator[str]:
    """The section of the history walk. Its waits are left in ``cases``."""
    walked = walk(busy.branch(), BUSY, plan.days, plan.test_from, plan.ends_at)
    cases += walked.stays
    yield "Of those who stayed:\n"
    yield from of_waits(walked.stays, walked.learned)
    yield "\nOffered:\n"
    yield from of_waits(walked.offered, walked.learned)
    yield f"\nTold first: late {walked.late:.3f}, early {walked.early:.3f}; changes {walked.changes:g}.\n"
    yield from of_truth(plan, walked.pools)


def of_truth(plan: Study, pools: Pools) -> Iterator[str]:
    """What was learned of wrap-ups and steps, beside what was drawn."""
    errands = [errand for day in plan.days for one in day.customers for errand in one.errands]
    true: dict[tuple[Kind, str], list[float]] = {}
    for errand in errands:
        true.setdefault(("wrap_up", errand.business), []).append(errand.wrap_up_s)
        for step in errand.steps:
            true.setdefault(("step", step.step), []).append(step.duration_s)
    yield "| s, median and 90th percentile | true | learned | from |\n|---|---|---|---|"
    for (kind, key), drawn in sorted(true.items()):
        learned = pools.durations(kind, key).quantiles(LEVELS)
        figures = (
            " and ".join(f"{each:.0f}" for each in row) for row in (np.quantile(drawn, LEVELS), learned)
        )
        yield f"| {kind} {key} | {' | '.join(figures)} | {pools.cases(kind, key)} |"


SECTIONS: dict[str, tuple[str, Callable[[Study, list[Said]], Iterable[str]]]] = {
    "live": ("Live, tellers press their keys", partial(of_live, by_machine=False)),
    "machine": ("Live, a machine that reports no starts", partial(of_live, by_machine=True)),
    "history": ("History walk, the same machine", of_history),
}


def main() -> None:
    """Print every section for every seed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="two days and a morning")
    parser.add_argument("--seed", type=int, nargs="*", default=SEEDS)
    parser.add_argument("--only", choices=SECTIONS)
    arguments = parser.parse_args()
    together: dict[str, list[Said]] = {title: [] for title, _ in SECTIONS.values()}
    for seed in arguments.seed[:1] if arguments.quick else arguments.seed:
        plan = study(seed, quick=arguments.quick)
        for name, (title, section) in SECTIONS.items():
            if arguments.only in {None, name}:
                began = time.monotonic()
                print(f"### {title}, seed {seed}\n")
                for line in section(plan, together[title]):
                    print(line, flush=True)
                print(f"\n({time.monotonic() - began:.0f} s)\n")
    for title, cases in together.items():
        if cases and len(arguments.seed) > 1:
            print(f"### {title}, all seeds together\n")
            print("\n".join(of_groups((group("all", cases), *by_depth(cases)))), end="\n\n")


if __name__ == "__main__":
    main()
