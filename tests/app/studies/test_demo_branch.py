"""The demo's branch, whose days a generator makes that knows nothing of these models, holds its own check."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from app.studies.preparing import checked, prepare
from simulations.acting import demo
from simulations.acting.past import act


def test_the_demos_past_is_reproduced(tmp_path: Path) -> None:
    (tmp_path / "demo.toml").write_text(demo.branch_text(), "utf-8")
    past = act(demo.branch(), demo.past(dt.date(2026, 11, 21), 15))
    (tmp_path / "past.csv").write_text(past.csv(), "utf-8")
    (tmp_path / "now.toml").write_text('branch = "demo.toml"\nhistory = "past.csv"\n')
    found = checked(prepare(tmp_path / "now.toml"))
    assert found is not None
    assert len(found.days) == 5
    assert found.holds, found.doubts()
