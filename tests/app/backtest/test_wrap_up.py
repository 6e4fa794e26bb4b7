from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.backtest.wrap_up import scored, wrap_up
from app.learned import Learned

if TYPE_CHECKING:
    from app.branch.branch_file import Branch
    from app.history import HistoryRow


def test_a_week_teaches_wrap_up(branch: Branch, month: list[HistoryRow], half: float) -> None:
    found = wrap_up(branch, month, Learned(branch).pools, test_from=half)
    assert found.n == 480
    assert found.coverage == pytest.approx(0.8, abs=0.06)
    # The best that can be said of an exponential of mean 20 errs by 20 ln 2.
    assert found.mae_s == pytest.approx(13.9, rel=0.15)


def test_where_ready_is_not_known_the_next_call_tells(
    branch: Branch, month: list[HistoryRow], half: float
) -> None:
    unreported = [replace(row, ready_at=None) for row in month]
    told = wrap_up(branch, unreported, Learned(branch).pools, test_from=half)
    assert told.n == 480 - 12  # nothing follows the last customer of a day
    assert told.mae_s == pytest.approx(13.9, rel=0.15)


def test_nothing_to_foresee_gives_no_scores(branch: Branch, month: list[HistoryRow]) -> None:
    assert wrap_up(branch, [], Learned(branch).pools, test_from=0.0).to_plain()["mae_s"] is None
    assert wrap_up(branch, month, Learned(branch).pools, test_from=inf).n == 0


def test_scores_are_those_of_the_wrap_ups() -> None:
    found = scored(np.array([[10.0, 5.0, 8.0, 20.0], [50.0, 5.0, 8.0, 20.0]]))
    assert (found.n, found.mae_s, found.coverage, found.width_s) == (2, 22.0, 0.5, 15.0)
