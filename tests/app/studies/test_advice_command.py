from __future__ import annotations

import datetime as dt
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from icalendar import Calendar
from rich.console import Console
from typer.testing import CliRunner

from app.cli import app
from app.studies.advice_command import goal_of, show, write_calendar
from app.studies.advising import Advice
from simulations.staffing.goals import Prices, Target
from simulations.staffing.opening import StaffingError
from simulations.studies.problems import StudyError

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)


def test_one_goal_is_asked_for() -> None:
    assert goal_of("P(wait>10)<=0.1", None) == Target(600.0, 0.1, 0.1)
    assert goal_of(None, "30,4,0.2") == Prices(30.0, 4.0, 0.2)
    for both in (None, None), ("P(wait>10)<=0.1", "30,4,0.2"):
        with pytest.raises(StaffingError, match="Give a goal"):
            goal_of(*both)


def test_the_command_prints_writes_and_exits_well(past: Path, advice: Advice, tmp_path: Path) -> None:
    assert advice.staffing is not None  # whose fixture writes the file
    report, ical = tmp_path / "report", tmp_path / "roster.ics"
    options = ["--target", "P(wait>10)<=0.2", "--report", str(report), "--ical", str(ical), "--json"]
    done = CliRunner().invoke(app, ["recommend", str(past / "asked.toml"), *options])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["half_hours"]
    assert (report / "index.html").exists()
    found = Calendar.from_ical(ical.read_bytes()).walk("VEVENT")
    assert len(list(found)) == 2 * len(json.loads(done.stdout)["shifts"])
    assert advice.covered is not None
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_what_is_shown(advice: Advice) -> None:
    out = io.StringIO()
    show(advice, Console(file=out, width=200))
    assert "window-hours meet the target" in out.getvalue()
    assert "why not one fewer" in out.getvalue()
    assert "Covered by " in out.getvalue()
    out = io.StringIO()
    show(replace(advice, staffing=None), Console(file=out, width=200))
    assert out.getvalue().startswith("No advice")


def test_without_a_roster_no_calendar(advice: Advice, tmp_path: Path) -> None:
    path = tmp_path / "roster.ics"
    for lacking, says in (
        (replace(advice, staffing=None), "nothing is advised"),
        (replace(advice, covered=None, obstacle="Too few tellers."), "Too few tellers"),
        (replace(advice, covered=None), "names no days"),
    ):
        with pytest.raises(StudyError, match=says):
            write_calendar(lacking, path, NOW)
    assert not path.exists()
