"""The history walk on what a queue machine leaves of a generated lobby: no starts, no ready, no openings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from lobby_scores import Said

from app.backtest.features import NAMES
from app.backtest.waits import Case, Walk
from app.branch import decisions
from app.branch.branch_file import Branch
from app.history.report import read_rows
from app.history.row import HistoryRow
from app.history.text import read_text
from display import ranges
from estimator.pools import Pools
from simulations.acting import machine, past
from simulations.acting.day import Day
from simulations.acting.lobby import Lobby

_AHEAD, _BUSY = NAMES.index("ahead"), NAMES.index("busy")


@dataclass(frozen=True, slots=True)
class Walked:
    """What the walk said of waits in the test week: of those who stayed, and of anyone who would.

    ``learned``: pairs of people-ahead and wait from the time before; ``late``, ``early``: shares of the first
    shown ranges; ``changes``: of the shown range in the median wait.
    """

    stays: list[Said]
    offered: list[Said]
    learned: list[tuple[float, float]]
    late: float
    early: float
    changes: float
    pools: Pools


def walk(
    branch: Branch, lobby: Lobby, days: Sequence[Day], test_from: float, ends_at: float = float("inf")
) -> Walked:
    """Walk through the days as the machine's history has them: tickets issued by ``ends_at``."""
    history = past.act(branch, days)
    history.rows = machine.rows(history.rows)
    report = read_rows(read_text(history.csv().encode()), branch.zone)
    rows = [row for row in report.rows if row.issued_at < ends_at]
    walked = Walk(branch, rows, decisions.head_starts(branch), second_stage=False)
    walked.run(test_from)
    mean_s = _mean_service_s(rows, test_from)
    served = [case for case in walked.cases if not case.left]
    tested = [case for case in served if case.row.issued_at >= test_from]
    shown = [_shown(case) for case in tested]
    return Walked(
        [_said(case, case.stays.quantiles, mean_s, 1.0) for case in tested],
        [
            _said(case, case.offered.quantiles, mean_s, 1 / lobby.patience.longer_than(case.waited_s))
            for case in tested
        ],
        [(_figure_s(case, mean_s), case.waited_s) for case in served if case.row.issued_at < test_from],
        float(
            np.mean(
                [case.waited_s > first.first_high_s for case, (first, _) in zip(tested, shown, strict=True)]
            )
        ),
        float(
            np.mean(
                [case.waited_s < first.first_low_s for case, (first, _) in zip(tested, shown, strict=True)]
            )
        ),
        float(np.median([changes for _, changes in shown])),
        walked.pools,
    )


def _mean_service_s(rows: Sequence[HistoryRow], until: float) -> float:
    """From call to finish, in the mean: all that the machine knows of services."""
    return float(
        np.mean(
            [
                row.finished_at - row.called_at
                for row in rows
                if row.finished_at is not None and row.called_at is not None and row.finished_at < until
            ]
        )
    )


def _figure_s(case: Case, mean_s: float) -> float:
    return float(case.features[_AHEAD] * mean_s / max(1.0, case.features[_BUSY]))


def _said(case: Case, quantiles: tuple[float, float, float], mean_s: float, weight: float) -> Said:
    return Said(
        *quantiles,
        case.waited_s,
        case.drawn.ahead,
        case.at.date().isoformat(),
        _figure_s(case, mean_s),
        weight,
    )


def _shown(case: Case) -> tuple[ranges.Told, int]:
    """What people would have read last (with the first promise), and how often it had changed."""
    told = ranges.tell(None, ranges.Outlook(case.told.low_s, case.told.high_s, case.told.median_s), 0.0)
    changes = 0
    for look in case.later:
        outlook = ranges.Outlook(look.told.low_s, look.told.high_s, look.told.median_s)
        after = ranges.tell(told, outlook, look.elapsed_s)
        changes += after.shown != told.shown
        told = after
    return told, changes
