from __future__ import annotations

from pathlib import Path

import pytest

from app.branch.toml_reader import BranchFileError
from app.studies.advising import Advice, advise
from simulations.staffing.goals import Prices, Target
from simulations.studies.problems import StudyError

GOAL = Target(600.0, 0.2, 0.2)


def test_the_check_comes_first_and_then_a_roster(advice: Advice) -> None:
    assert advice.trust is not None
    assert advice.trust.holds
    assert advice.staffing is not None
    assert advice.windows is not None
    assert set(advice.windows.names) == {"1", "2", "3"}  # window 1 too, which nobody attended
    assert advice.staffing.holds
    assert all(late.value <= 0.2 for late in advice.staffing.best.late)
    assert len(advice.arrivals) == advice.windows.slots


def test_todays_roster_is_on_the_same_days(advice: Advice) -> None:
    assert advice.today is not None
    assert advice.gain is not None
    assert advice.staffing is not None
    assert advice.gain.hours == advice.staffing.best.hours - advice.today.hours
    assert advice.today.cost_by_day.size == advice.staffing.best.cost_by_day.size


def test_shifts_cover_it_and_people_have_them(advice: Advice) -> None:
    assert advice.covered is not None
    assert advice.staffing is not None
    assert (advice.covered.seating.table >= advice.staffing.best.table).all()
    assert advice.covered.staffed.hours >= advice.staffing.best.hours
    assert advice.covered.staffed.late_all.value <= advice.staffing.best.late_all.value + 0.01
    assert advice.covered.paid_hours > advice.covered.staffed.hours
    assert advice.covered.roster is not None
    assert {turn.date.isoformat() for turn in advice.covered.roster.turns} == {"2026-11-23", "2026-11-24"}
    assert all(turn.teller.startswith("tellers ") for turn in advice.covered.roster.turns)


def test_the_same_seed_gives_the_same_roster(past: Path, advice: Advice) -> None:
    again = advise(past / "asked.toml", GOAL)
    assert again.staffing is not None
    assert advice.staffing is not None
    assert (again.staffing.best.table == advice.staffing.best.table).all()
    assert again.staffing.best.cost == advice.staffing.best.cost


def test_the_least_cost_may_be_asked_for(past: Path) -> None:
    found = advise(past / "now.toml", Prices())
    assert found.gain is not None
    assert found.gain.cost.value <= 0.0
    assert found.covered is not None
    assert found.covered.roster is None  # no days were named


def test_too_few_people_are_an_obstacle_and_no_end(past: Path) -> None:
    path = past / "few.toml"
    path.write_text((past / "now.toml").read_text() + '[[roster.crew]]\nname = "tellers"\nmost = 1\n')
    found = advise(path, GOAL)
    assert found.staffing is not None
    assert found.covered is None
    assert "do not cover" in found.obstacle


def test_where_the_past_is_not_reproduced_nothing_is_advised(past: Path) -> None:
    lines = (past / "past.csv").read_text().splitlines()
    (past / "instant.csv").write_text("\n".join(lines[:1] + [_instant(line) for line in lines[1:]]))
    path = past / "doubted.toml"
    path.write_text(
        'branch = "small.toml"\nhistory = "instant.csv"\nlearn_to = 2026-11-04\n'
        "check_from = 2026-11-05\ncheck_to = 2026-11-11\n"
    )
    found = advise(path, GOAL)
    assert found.trust is not None
    assert not found.trust.holds
    assert found.staffing is None
    assert advise(path, GOAL, anyway=True).staffing is not None


def test_what_is_wrong_in_the_file_is_said_with_its_line(past: Path) -> None:
    path = past / "wrong_roster.toml"
    path.write_text((past / "now.toml").read_text() + "[roster]\nmost = 9\n")
    with pytest.raises(BranchFileError, match=r"wrong_roster\.toml:6: \[roster\] most: 9 should be"):
        advise(path, GOAL)


def _instant(line: str) -> str:
    """The row, until the 4th as if the service had lasted an instant."""
    cells = line.split(",")
    if cells[0][:4] < "1105" and cells[7]:
        cells[8] = cells[9] = cells[7]
    return ",".join(cells)


def test_people_are_named_for_days_or_not_at_all(past: Path, advice: Advice) -> None:
    assert advice.staffing is not None  # whose fixture writes the file
    text = (past / "asked.toml").read_text("utf-8")
    (past / "undated.toml").write_text(
        "\n".join(line for line in text.splitlines() if not line.startswith(("from = 2026", "days = "))),
        "utf-8",
    )
    with pytest.raises(StudyError, match=r"undated\.toml: people are named for days; add \[roster\]"):
        advise(past / "undated.toml", GOAL, named=True)
