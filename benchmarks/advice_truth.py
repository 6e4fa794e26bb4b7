"""What advice foresees against what happens, on fresh days of the demo's generated lobby.

As it is: the range of the median customer's wait over the next hour, every half hour, against that of those
who then waited or came. An opening: each day's first one is acted on, in the same day with the same customers
(they have random streams of their own), and the change of the mean wait is held against the one foreseen.

    python benchmarks/advice_truth.py [--quick]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from app.branch.branch_file import Branch
from app.branch.events import Event
from app.branch.observe import observations
from app.branch.state import State
from app.learned import Learned
from app.owner import Owner
from simulations.acting import demo
from simulations.acting.day import Day, Stint, TellerPlan
from simulations.acting.virtual import act, live_through
from simulations.advice import COUNTED_S, OPENS_IN_S, Advice, Opening, advise
from simulations.drawing import look_ahead

TODAY = date(2026, 11, 23)
BEFORE_S, AFTER_S, EVERY_S = 3600.0, 6 * 3600.0, 1800.0
"""From an hour before the demo's moment of the day to six hours after it."""


@dataclass(frozen=True, slots=True)
class Waits:
    """When the tickets of a day were issued, until when they waited, and for what."""

    issued: dict[str, tuple[float, str]]
    until: dict[str, float]

    @classmethod
    def of(cls, events: Sequence[Event]) -> Waits:
        """The waits of a day."""
        issued: dict[str, tuple[float, str]] = {}
        until: dict[str, float] = {}
        for event in events:
            if event.type == "ticket.issued":
                issued[event.fact.ticket] = event.at, event.fact.business  # type: ignore[union-attr]
            elif event.type in {"ticket.called", "ticket.abandoned"}:
                until.setdefault(event.fact.ticket, event.at)  # type: ignore[union-attr]
        return cls(issued, until)

    def still_s(self, now: float, businesses: Sequence[str]) -> np.ndarray:
        """How long those who wait now or come within the hour still waited."""
        return np.array(
            [
                self.until[ticket] - max(at, now)
                for ticket, (at, business) in self.issued.items()
                if business in businesses and at < now + COUNTED_S and self.until.get(ticket, 0.0) > now
            ]
        )


def moments(branch: Branch, plain: dict[str, object], day: Day) -> Iterator[tuple[float, Advice]]:
    """The advice at every half hour of a day."""
    owner = Owner(branch, learned=Learned.from_plain(branch, plain))
    first = demo.begins_at(day) - BEFORE_S
    times = list(np.arange(first, first + BEFORE_S + AFTER_S, EVERY_S))
    for event in act(branch, day).events:
        while times and event.at > times[0]:
            question = owner.question(times[0])
            outlook = look_ahead(question.situation, owner.learned.pools, question.seed, work=120_000)
            yield times.pop(0), advise(outlook)
        owner.follow(event)


def acted_on(day: Day, opening: Opening, now: float) -> Day:
    """The same day with one more stint at a window, or an earlier begin of the next one."""
    opens_at = now + OPENS_IN_S
    closes_at = opens_at + opening.for_s

    def opened(plan: TellerPlan) -> TellerPlan:
        if plan.window != opening.window:
            return plan
        before = tuple(stint for stint in plan.stints if stint.opens_at < now)
        after = tuple(stint for stint in plan.stints if stint.opens_at >= now)
        if after and after[0].opens_at <= closes_at:
            return replace(plan, stints=(*before, replace(after[0], opens_at=opens_at), *after[1:]))
        reopens_at = after[0].opens_at if after else None
        extra = Stint(opens_at, closes_at, "lunch" if after else "closed", reopens_at)
        return replace(plan, stints=(*before, extra, *after))

    return replace(day, tellers=tuple(opened(plan) for plan in day.tellers))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="three days after one week")
    days, past_days = (3, 5) if parser.parse_args().quick else (40, 15)
    branch = demo.branch()
    learned = Learned(branch)

    def watch(state: State, event: Event) -> None:
        learned.take(event, observations(branch, state, event))

    live_through(branch, demo.past(TODAY, past_days), watch)
    plain = learned.to_plain()
    ranges, changes = [], []
    for number in range(days):
        day = demo.day(TODAY, number)
        happened = Waits.of(act(branch, day).events)
        opened = False
        for now, advice in moments(branch, plain, day):
            found = happened.still_s(now, list(branch.businesses))
            if advice.as_it_is is None or found.size < 5:
                continue
            foreseen = advice.as_it_is
            ranges.append((np.median(found), foreseen.low_s, foreseen.high_s, found.mean(), foreseen.mean_s))
            if advice.opening and not opened:
                opened = True
                own = advice.opening.businesses
                then = Waits.of(act(branch, acted_on(day, advice.opening, now)).events).still_s(now, own)
                as_it_was = happened.still_s(now, own).mean()
                changes.append((then.mean() - as_it_was, advice.opening.change.mean_s, as_it_was))
    median, low, high, mean, mean_foreseen = np.array(ranges).T
    inside = ((median >= low) & (median <= high)).mean()
    print(
        "| as it is | moments | median wait inside the 80 % range | mean wait, s | foreseen, s |\n"
        "|---|---|---|---|---|"
    )
    print(
        f"| {days} days | {median.size} | {inside:.2f} | {mean.mean():.0f} | {mean_foreseen.mean():.0f} |\n"
    )
    real, foreseen_s, before = np.array(changes).T
    print("| openings acted on | mean wait before, s | its change, s | foreseen, s | shorter in |")
    print("|---|---|---|---|---|")
    print(
        f"| {real.size} | {before.mean():.0f} | {real.mean():.0f} ± {1.96 * real.std() / real.size**0.5:.0f} "
        f"| {foreseen_s.mean():.0f} | {(real < 0).mean():.0%} |"
    )


if __name__ == "__main__":
    main()
