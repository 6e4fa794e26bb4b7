from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.studies.advice_report import write_advice
from app.studies.advising import Advice


def test_the_report_says_it_all(advice: Advice, tmp_path: Path) -> None:
    write_advice(advice, tmp_path / "report")
    names = {path.name for path in (tmp_path / "report").iterdir()}
    assert names == {"index.html", "levels.svg", "curve.svg", "heat.svg", "shifts.svg"}
    page = (tmp_path / "report" / "index.html").read_text("utf-8")
    for part in (
        "window-hours meet the target",
        "Can it be trusted?",
        "why not one fewer",
        "SIPP",
        "tellers 1",
    ):
        assert part in page


def test_without_advice_it_says_why_not(advice: Advice, tmp_path: Path) -> None:
    write_advice(replace(advice, staffing=None, covered=None), tmp_path / "report")
    assert {path.name for path in (tmp_path / "report").iterdir()} == {"index.html"}
    assert "No advice" in (tmp_path / "report" / "index.html").read_text("utf-8")


def test_without_shifts_there_is_the_rest(advice: Advice, tmp_path: Path) -> None:
    write_advice(replace(advice, covered=None, obstacle="Too few tellers."), tmp_path / "report")
    assert not (tmp_path / "report" / "shifts.svg").exists()
    assert "Too few tellers." in (tmp_path / "report" / "index.html").read_text("utf-8")
