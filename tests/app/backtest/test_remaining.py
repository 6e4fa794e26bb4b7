from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from math import inf
from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.backtest.remaining import looks, remaining, scored
from app.learned import Learned

from .conftest import ZONE

if TYPE_CHECKING:
    from app.branch.branch_file import Branch
    from app.history import HistoryReport, HistoryRow


def test_a_look_every_20_s_at_each_service_of_the_period(
    branch: Branch, month: list[HistoryRow], half: float
) -> None:
    found = looks(branch, month, Learned(branch).pools, test_from=half)
    services = [row.finished_at - row.started_at for row in month if row.started_at >= half]  # type: ignore[operator]
    assert len(found) == sum(int(np.ceil(service_s / 20.0)) for service_s in services)
    elapsed_s, left_s, low_s, median_s, high_s, usual_s = found.T
    assert (left_s > 0.0).all()
    assert (elapsed_s % 20.0 == 0.0).all()
    assert ((low_s >= 0.0) & (low_s <= median_s) & (median_s <= high_s)).all()
    assert (usual_s >= 0.0).all()


def test_the_truth_is_met_in_eight_of_ten(branch: Branch, month: list[HistoryRow], half: float) -> None:
    found = remaining(branch, month, Learned(branch).pools, test_from=half)
    assert found.coverage == pytest.approx(0.8, abs=0.05)
    assert found.mae_s is not None
    assert found.mae_s < found.baselines["mean_minus_elapsed"]["mae_s"]
    assert found.n == sum(int(each["n"]) for each in found.by_elapsed)
    json.dumps(found.to_plain())


def test_nothing_is_known_before_it_is_over(branch: Branch, month: list[HistoryRow], half: float) -> None:
    until = half + 7 * 3600.0
    over = max(row.finished_at or 0.0 for row in month if (row.started_at or inf) < until)
    later = [replace(row, business="b") if (row.finished_at or 0.0) > over else row for row in month]
    whole, changed = (
        looks(branch, rows, Learned(branch).pools, test_from=half, test_to=until) for rows in (month, later)
    )
    assert later != month
    assert len(whole) > 100
    assert (whole == changed).all()


def test_pools_have_learned_everything_afterwards(
    branch: Branch, month: list[HistoryRow], half: float
) -> None:
    scored_, learned = Learned(branch), Learned(branch)
    remaining(branch, month, scored_.pools, test_from=half, every_s=600.0)
    looks(branch, month, learned.pools, test_from=inf)
    assert scored_.pools.to_plain() == learned.pools.to_plain()


def test_nothing_to_look_at_gives_no_scores(branch: Branch, month: list[HistoryRow]) -> None:
    assert remaining(branch, [], Learned(branch).pools, test_from=0.0).to_plain()["mae_s"] is None
    assert remaining(branch, month, Learned(branch).pools, test_from=inf).n == 0


def test_scores_are_those_of_the_looks() -> None:
    found = scored(
        np.array(
            [[0.0, 100.0, 50.0, 80.0, 200.0, 130.0], [900.0, 300.0, 10.0, 20.0, 40.0, 0.0]],
        )
    )
    assert (found.n, found.mae_s, found.coverage, found.n_past_900_s) == (2, 150.0, 0.5, 1)
    assert found.coverage_past_900_s == 0.0
    assert found.baselines["mean_minus_elapsed"]["mae_s"] == 165.0
    assert [each["from_s"] for each in found.by_elapsed] == [0.0, 900.0]


@pytest.mark.january
def test_january_keeps_its_figures(january: HistoryReport, january_branch: Branch) -> None:
    """Learned on 1-12, looked at on 13-20: what the pools were chosen by."""
    first, last = (datetime(1999, 1, day, tzinfo=ZONE).timestamp() for day in (13, 21))
    rows = [row for row in january.rows if row.issued_at < last]
    found = remaining(
        january_branch, rows, Learned(january_branch).pools, test_from=first, test_to=last, every_s=60.0
    )
    assert found.mae_s is not None
    assert found.coverage is not None
    assert found.coverage_past_900_s is not None
    assert found.mae_s <= 0.85 * found.baselines["mean_minus_elapsed"]["mae_s"]
    assert 0.78 <= found.coverage <= 0.82
    assert found.coverage_past_900_s >= 0.75
