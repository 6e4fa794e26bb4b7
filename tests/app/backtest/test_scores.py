from __future__ import annotations

import numpy as np
import pytest

from app.backtest.scores import Score, score
from app.backtest.waits import Outlook


def test_the_figures_by_hand() -> None:
    said = [Outlook(10, 20, 40, 30), Outlook(0, 5, 10, 6)]
    found = score(said, [25, 12])
    assert found == Score(
        n=2,
        mae_s=(5 + 7) / 2,
        rmse_s=pytest.approx(((5**2 + 6**2) / 2) ** 0.5, abs=1e-3),
        bias_s=(5 - 6) / 2,
        winkler_s=(30 + 10 + 10 * 2) / 2,
        pinball_s=pytest.approx(((1.5 + 2.5 + 1.5) / 3 + (1.2 + 3.5 + 1.8) / 3) / 2, abs=1e-3),
        coverage=0.5,
        width_s=20.0,
    )


def test_weights_count_for_those_who_are_missing() -> None:
    said = [Outlook(0, 1, 2, 1), Outlook(0, 1, 2, 1)]
    assert score(said, [1, 5], [3, 1]).coverage == 0.75


def test_without_a_case_there_is_no_figure() -> None:
    assert score([], []).to_plain() == {name: 0 if name == "n" else None for name in Score(0).to_plain()}


def test_true_quantiles_have_the_best_score() -> None:
    waited = np.random.default_rng(3).exponential(60.0, 20_000)
    true = np.log(1 / np.array([0.9, 0.5, 0.1])) * 60
    honest = score([Outlook(*true.tolist(), 60.0)] * waited.size, waited.tolist())
    assert honest.coverage == pytest.approx(0.8, abs=0.01)
    assert honest.bias_s == pytest.approx(0.0, abs=1.5)
    for factor in (0.5, 0.8, 1.25, 2.0):
        other = score([Outlook(*(true * factor).tolist(), 60.0 * factor)] * waited.size, waited.tolist())
        assert other.mae_s > honest.mae_s  # type: ignore[operator]
        assert other.winkler_s > honest.winkler_s  # type: ignore[operator]
        assert other.pinball_s > honest.pinball_s  # type: ignore[operator]
