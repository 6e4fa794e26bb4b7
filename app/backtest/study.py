"""A whole backtest: one walk through a history, and every score of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from app.branch.branch_file import Branch, parse
from app.branch.state import business_date
from app.history.branchfile import branch_for, head_starts
from app.history.business_day import DAY_CHANGE
from app.history.errors import HistoryError
from app.history.row import HistoryRow
from estimator import boosting
from estimator.pools import Pools

from . import remaining, wrap_up
from .baselines import baselines
from .scores import Score, score
from .shown import Shown, shown
from .waits import Case, Outlook, Progress, Walk

AFTER_S = 180.0
"""After so much waiting a new look is held against a countdown from the first."""


@dataclass(frozen=True, slots=True)
class Options:
    """What is learned and tested: local dates, both included; of which businesses, from which hour on."""

    test_from: date
    train_from: date | None = None
    test_to: date | None = None
    businesses: frozenset[str] = frozenset()
    from_hour: int = 0
    second_stage: bool = field(default_factory=boosting.available)


@dataclass(frozen=True, slots=True)
class Again:
    """After ``AFTER_S`` of waiting: a new look against a countdown from the first range's median."""

    n: int
    mae_s: float | None = None
    countdown_mae_s: float | None = None


@dataclass(frozen=True, slots=True)
class Study:
    """What came out. ``cases``: the tested tickets that had to wait, in time; ``said`` of those served."""

    branch: Branch
    options: Options
    cases: Sequence[Case]
    said: Sequence[Outlook]
    waited: Score
    all: Score
    offered: Score
    monte_carlo: Score
    by: Mapping[str, Mapping[str, Score]]
    after: Again
    shown: Shown
    baselines: Mapping[str, Score]
    remaining: remaining.Remaining
    wrap_up: wrap_up.WrapUp

    @property
    def served(self) -> list[Case]:
        """The tested tickets that had to wait and were served."""
        return [case for case in self.cases if not case.left]

    def to_plain(self) -> dict[str, Any]:
        """As JSON-able data, in the contract's names."""
        return {
            "waits": {
                "waited": self.waited.to_plain(),
                "all": self.all.to_plain(),
                "offered": self.offered.to_plain(),
                "monte_carlo": self.monte_carlo.to_plain(),
                **{
                    f"by_{name}": [{name: key, **each.to_plain()} for key, each in parts.items()]
                    for name, parts in self.by.items()
                },
                "after_180_s": {
                    "n": self.after.n,
                    "mae_s": self.after.mae_s,
                    "countdown_mae_s": self.after.countdown_mae_s,
                },
                "shown": self.shown.to_plain(),
                "baselines": {name: each.to_plain() for name, each in self.baselines.items()},
            },
            "remaining": self.remaining.to_plain(),
            "wrap_up": self.wrap_up.to_plain(),
            "second_stage": self.options.second_stage,
        }


def study(
    rows: Sequence[HistoryRow],
    zone: ZoneInfo,
    options: Options,
    progress: Callable[[str], Progress] | None = None,
) -> Study:
    """Walk through the history and score it. Errors: ``HistoryError`` where there is nothing to test."""
    rows = _within(rows, zone, options)
    known = {row.business for row in rows}
    if unknown := sorted(options.businesses - known):
        names = ", ".join(sorted(known)) or "none"
        raise HistoryError(f"No ticket is for business {unknown[0]!r}; businesses with tickets: {names}.")
    branch = parse(branch_for(rows, _first_day(rows, zone, options.test_from), zone))
    begins = datetime.combine(options.test_from, time(), zone).timestamp()
    walk = Walk(branch, rows, head_starts(rows), second_stage=options.second_stage)
    walk.run(begins, progress("waits") if progress else None)
    chosen = [case for case in walk.cases if _counts(case.row, case.at, options)]
    tested = sorted((case for case in chosen if case.row.issued_at >= begins), key=lambda case: case.at)
    served = [case for case in tested if not case.left]
    past = [case for case in chosen if case.row.issued_at < begins and not case.left]
    said = [case.boosted or case.stays for case in served]
    waited = [case.waited_s for case in served]
    at_issue = [
        (row, outlook)
        for row, outlook in walk.at_issue
        if row.begun_at is not None and _counts(row, datetime.fromtimestamp(row.issued_at, zone), options)
    ]
    others = baselines(past, served)
    return Study(
        branch,
        options,
        tested,
        said,
        score(said, waited),
        score([outlook for _, outlook in at_issue], [row.came_at - row.issued_at for row, _ in at_issue]),
        score([case.offered for case in served], waited, [1.0 / case.survival for case in served]),
        score([case.stays for case in served], waited),
        _parts(served, said),
        _again(served),
        shown(tested),
        {name: score(outlooks, waited) for name, outlooks in others.items()},
        remaining.remaining(branch, rows, Pools(), test_from=begins),
        wrap_up.wrap_up(branch, rows, Pools(), test_from=begins),
    )


def _within(rows: Sequence[HistoryRow], zone: ZoneInfo, options: Options) -> list[HistoryRow]:
    def inside(row: HistoryRow) -> bool:
        on = datetime.fromtimestamp(row.issued_at, zone).date()
        after = options.train_from is None or on >= options.train_from
        return after and (options.test_to is None or on <= options.test_to)

    return [row for row in rows if inside(row)]


def _first_day(rows: Sequence[HistoryRow], zone: ZoneInfo, test_from: date) -> date:
    """The first business day to test; where all its tickets are of the small hours, the day that they end."""
    dated = [(datetime.fromtimestamp(row.issued_at, zone).date(), row) for row in rows]
    tested = {business_date(row.issued_at, zone, DAY_CHANGE) for day, row in dated if day >= test_from}
    if not tested:
        days = [day for day, _ in dated]
        known = f"{min(days)} to {max(days)}" if days else "none"
        raise HistoryError(
            f"There is no ticket from {test_from} on to test with; days with tickets: {known}."
        )
    return min((day for day in tested if day >= test_from), default=max(tested))


def _counts(row: HistoryRow, at: datetime, options: Options) -> bool:
    return at.hour >= options.from_hour and (not options.businesses or row.business in options.businesses)


def _parts(served: Sequence[Case], said: Sequence[Outlook]) -> dict[str, dict[str, Score]]:
    keys: Mapping[str, Callable[[Case], str]] = {
        "day": lambda case: str(case.at.date()),
        "hour": lambda case: f"{case.at.hour:02}",
        "business": lambda case: case.row.business,
        "depth": lambda case: str(case.drawn.ahead),
    }
    found = {}
    for name, key in keys.items():
        parts: dict[str, list[tuple[Outlook, float]]] = defaultdict(list)
        for case, outlook in zip(served, said, strict=True):
            parts[key(case)].append((outlook, case.waited_s))
        found[name] = {
            part: score([outlook for outlook, _ in pairs], [waited for _, waited in pairs])
            for part, pairs in sorted(parts.items(), key=lambda item: (len(item[0]), item[0]))
        }
    return found


def _again(served: Sequence[Case]) -> Again:
    looks = [
        (case, look)
        for case in served
        if case.waited_s >= AFTER_S
        and (look := next((one for one in case.later if one.elapsed_s >= AFTER_S), None)) is not None
    ]
    if not looks:
        return Again(0)
    left = [case.waited_s - look.elapsed_s for case, look in looks]
    new = [abs(look.stays.median_s - rest) for (_, look), rest in zip(looks, left, strict=True)]
    old = [
        abs(max(0.0, case.stays.median_s - look.elapsed_s) - rest)
        for (case, look), rest in zip(looks, left, strict=True)
    ]
    return Again(len(looks), round(sum(new) / len(new), 4), round(sum(old) / len(old), 4))
