"""A generated lobby in short: the live code, learned from two days, keeps its word on the next morning."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def lobby() -> ModuleType:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import lobby  # noqa: PLC0415
    finally:
        sys.path.remove(str(BENCHMARKS))
    return lobby


@pytest.mark.parametrize("by_machine", [False, True], ids=["tellers", "machine"])
def test_a_morning_in_the_lobby(lobby: ModuleType, *, by_machine: bool) -> None:
    plan = lobby.study(31, quick=True)
    watched, _ = lobby.live(plan, by_machine=by_machine)
    cases, learned = lobby.said(watched)
    assert len(cases) > 40
    assert all(one.said is not None for one in watched.waits)
    assert lobby.mae_s(cases) < 0.85 * lobby.recalibrated_mae_s(learned, cases)
    waits = lobby.told((one for one in watched.promises if one.about == "wait"), 10.0)
    assert waits.late <= 0.12
    assert waits.changes <= 4
