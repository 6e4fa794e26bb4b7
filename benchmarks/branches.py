"""CPU to refresh a branch of the demo's size on a quiet tick, and so of 500 of them every 5 s.

One refresh is all that a pass does when nothing has happened: what is due, the question, the forecast, and
what is told because of it (folded, as after the journal); with and without the views of all its screens. No
journal, no sockets. The branch is the demo's in its morning's peak, after three weeks of learning.

python benchmarks/branches.py [--quick] [--profile]
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import pstats
import statistics
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from app import screens
from app.branch.events import Event
from app.branch.observe import observations
from app.branch.state import State, WindowState
from app.learned import Learned
from app.owner import Owner
from app.presenter import Presenter
from estimator.forecast import compile_kernels
from simulations.acting import demo
from simulations.acting.play import Play
from simulations.acting.virtual import VirtualBranch, live_through

BRANCHES, EVERY_S = 500, 5.0
BOUND_MS = 1e3 * EVERY_S / BRANCHES
TODAY = date(2026, 11, 23)
QUIET = 24
"""Refreshes in a row without an event: two minutes."""
PARTS = ("question", "forecast", "telling", "views")


def events_of_today() -> list[Event]:
    """Today's events, so that any moment of the day can be made."""
    play, service = Play(demo.day(TODAY)), VirtualBranch(demo.branch())
    while (at := play.next_at()) is not None:
        while command := play.step(at):
            play.answer(command, service.ask(command), at)
    return service.events


def in_full_swing(past_days: int, moments: int) -> list[tuple[bytes, float]]:
    """Snapshots of the demo's branch after so many days of learning, through its peak, and their times."""
    branch = demo.branch()
    learned = Learned(branch)

    def watch(state: State, event: Event) -> None:
        learned.take(event, observations(branch, state, event))

    live_through(branch, demo.past(TODAY, past_days), watch)
    owner, found = Owner(branch, learned=learned), []
    times = demo.begins_at(demo.day(TODAY)) + np.linspace(0.0, 3000.0, moments)
    for event in events_of_today():
        while len(found) < moments and event.at > times[len(found)]:
            found.append((owner.snapshot(), float(times[len(found)])))
        owner.follow(event)
    return found


class Refreshing:
    """Refreshes a branch again and again, and keeps the milliseconds of CPU of each part."""

    def __init__(self, snapshot: bytes, now: float) -> None:
        self.owner = Owner.from_snapshot(demo.branch(), snapshot)
        self.presenter = Presenter("bench", self.owner.branch.languages)
        self.now = now
        self.parts: list[list[float]] = []
        self.told = self.shown = 0

    def once(self) -> None:
        """One quiet tick, views last."""
        owner = self.owner
        self.now += EVERY_S
        clock = [time.thread_time()]
        due = owner.say(owner.due({}, self.now), self.now)
        for event in due:
            owner.commit(event)
        question = owner.question(self.now)
        clock.append(time.thread_time())
        answer = owner.answer(question)
        clock.append(time.thread_time())
        said = owner.say(owner.tell(question, answer, self.now), self.now)
        for event in said:
            owner.commit(event)
        clock.append(time.thread_time())
        picture = owner.picture(self.now)
        changes = list(self.presenter.changes(picture, screens.topics(picture)))
        clock.append(time.thread_time())
        self.told += len(said)
        self.shown += len(changes)
        self.parts.append((1e3 * np.diff(clock)).tolist())


def measured(places: list[tuple[bytes, float]]) -> tuple[np.ndarray, str]:
    """The parts of every refresh [N, 4], and a line on what was refreshed; a place's first is thrown away."""
    parts, told, shown, waiting, busy, screens_ = [], 0, 0, [], [], 0
    for snapshot, now in places:
        refreshing = Refreshing(snapshot, now)
        refreshing.once()
        gc.collect()
        refreshing.told = refreshing.shown = 0
        for _ in range(QUIET):
            refreshing.once()
        parts += refreshing.parts[1:]
        told, shown = told + refreshing.told, shown + refreshing.shown
        state = refreshing.owner.state
        waiting.append(len(state.waiting()))
        busy.append(sum(one.state is WindowState.SERVING for one in state.windows.values()))
        screens_ = len(screens.topics(refreshing.owner.picture(refreshing.now)))
    count = len(parts)
    line = (
        f"{len(places)} moments of the morning's peak, {QUIET} refreshes each; "
        f"{min(waiting)}-{max(waiting)} waiting, {min(busy)}-{max(busy)} of 6 windows serving; "
        f"{told / count:.1f} ranges told and {shown / count:.1f} of {screens_} screens changed a refresh."
    )
    return np.array(parts), line


def table(parts: np.ndarray) -> None:
    """Print the medians of the parts, and the mean of the whole, which is what adds up over the branches."""
    quiet, watched = parts[:, :3].sum(axis=1), parts.sum(axis=1)
    print(f"| | {' | '.join(PARTS)} | all but views, mean | with all views, mean |\n{'|---' * 7}|")
    medians = " | ".join(f"{each:.2f}" for each in np.median(parts, axis=0))
    print(f"| ms of CPU | {medians} | {quiet.mean():.2f} | {watched.mean():.2f} |")
    cores = [statistics.fmean(each) / BOUND_MS for each in (quiet.tolist(), watched.tolist())]
    print(f"| cores for {BRANCHES} branches | | | | | {cores[0]:.2f} | {cores[1]:.2f} |\n")
    kept = ["kept" if each < 1.0 else "missed" for each in cores]
    print(
        f"Bound: below {BOUND_MS:g} ms, one core for {BRANCHES} branches every {EVERY_S:g} s; "
        f"{kept[0]} where nobody watches, {kept[1]} with every screen on."
    )


def main() -> None:
    """Make the branch, refresh it, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="three days of learning, two moments")
    parser.add_argument("--profile", action="store_true", help="where the time goes")
    arguments = parser.parse_args()
    compile_kernels()
    places = in_full_swing(*((3, 2) if arguments.quick else (demo.PAST_DAYS, 9)))
    profile = cProfile.Profile()
    if arguments.profile:
        profile.enable()
    parts, line = measured(places)
    profile.disable()
    print(f"{line}\n")
    table(parts)
    if arguments.profile:
        pstats.Stats(profile).sort_stats("tottime").print_stats(30)


if __name__ == "__main__":
    main()
