"""Pictures that can be read, whatever is in them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.backtest.pictures import MOST_LABELS, coverage_by_day, coverage_by_depth
from app.backtest.scores import Score


def a_study(**by: dict[str, Score]) -> Any:  # noqa: ANN401 - as much of one as these pictures look at
    return SimpleNamespace(by=by)


def test_an_axis_of_many_days_has_labels_that_can_be_read(tmp_path: Path) -> None:
    days = {str(date(2026, 1, 1) + timedelta(n)): Score(9, coverage=0.8) for n in range(500)}
    coverage_by_day(a_study(day=days), tmp_path / "days.svg")
    assert 2 <= (tmp_path / "days.svg").read_text("utf-8").count('id="xtick_') <= MOST_LABELS


@pytest.mark.parametrize("lowest", [0.0, 0.1, 0.5])
def test_a_low_coverage_is_not_cut_off(tmp_path: Path, lowest: float) -> None:
    depths = {"0": Score(900, coverage=0.8), "1": Score(30, coverage=lowest)}
    coverage_by_depth(a_study(depth=depths), tmp_path / "depths.svg")
    drawn = (tmp_path / "depths.svg").read_text("utf-8")
    assert drawn.count("<!-- 0.2 -->") == (lowest < 0.2)


def test_nothing_to_draw_is_an_empty_picture(tmp_path: Path) -> None:
    coverage_by_day(a_study(day={}), tmp_path / "days.svg")
    assert (tmp_path / "days.svg").stat().st_size > 0
