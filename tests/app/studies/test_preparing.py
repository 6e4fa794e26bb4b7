from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from app.branch.branch_file import BranchFileError
from app.history import HistoryError
from app.studies.preparing import Library, checked, prepare
from simulations.studies.problems import StudyError


def written(past: Path, name: str, text: str) -> Path:
    path = past / f"{name}.toml"
    path.write_text(f'branch = "small.toml"\n{text}')
    return path


def test_a_scenario_is_made_from_the_branch_and_its_past(past: Path) -> None:
    found = prepare(past / "now.toml")
    assert len(found.known.days) == 18
    assert found.scenario.demand.expected.sum() == pytest.approx(120.0, rel=0.06)
    assert [each.window for each in found.scenario.windows] == ["2", "3"]
    assert found.scenario.windows[0].hours[0][0] == pytest.approx(9 * 3600.0, abs=600.0)
    assert found.scenario.behaviour.expected_s("corporate") == pytest.approx(340.0, rel=0.1)
    assert found.scenario.behaviour.walking.mean() == pytest.approx(10.0, abs=0.1)


def test_two_scenarios_read_the_past_once_and_share_their_customers(past: Path) -> None:
    library = Library()
    one, two = (prepare(past / name, library) for name in ("now.toml", "more.toml"))
    assert len(library.known) == 1
    assert one.scenario.demand is two.scenario.demand
    assert one.scenario.behaviour is two.scenario.behaviour
    assert len(two.scenario.windows) == 3


def test_the_check_is_on_days_after_those_that_taught(past: Path) -> None:
    found = checked(prepare(past / "now.toml"))
    assert found is not None
    assert len(found.days) == 6
    assert found.holds
    assert found.mean_wait_s.bias == pytest.approx(0.0, abs=0.25)


def test_the_days_to_check_can_be_named(past: Path) -> None:
    path = written(
        past,
        "named",
        'history = "past.csv"\nlearn_to = 2026-10-30\ncheck_from = 2026-11-02\ncheck_to = 2026-11-06\n',
    )
    prepared = prepare(path)
    assert len(prepared.known.days) == 10
    found = checked(prepared)
    assert found is not None
    assert [day.date for day in found.days] == [dt.date(2026, 11, 2) + dt.timedelta(days=n) for n in range(5)]


def test_too_little_past_cannot_be_checked(past: Path) -> None:
    few = written(past, "few", 'history = "past.csv"\nlearn_from = 2026-11-09\nlearn_to = 2026-11-10\n')
    assert checked(prepare(few)) is None


def test_a_history_without_a_branch_file_is_a_branch_of_its_own(past: Path) -> None:
    (past / "alone.toml").write_text('history = "past.csv"\ntimezone = "Asia/Shanghai"\n')
    found = prepare(past / "alone.toml")
    assert set(found.branch.windows) == {"2", "3"}
    assert found.known.rules == {}


def test_paydays_are_told_apart_where_they_are_named(past: Path) -> None:
    path = written(past, "paid", 'history = "past.csv"\npaydays = [10]\ndate = 2026-11-10\n')
    found = prepare(path)
    assert found.known.profile is not None
    assert found.known.profile.factors["payday"].days == 2
    assert np.isfinite(found.scenario.demand.expected).all()


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ('history = "none.csv"\n', HistoryError, "cannot be opened"),
        ('history = "past.csv"\nlearn_to = 2020-01-01\n', StudyError, "no past day to learn from"),
        ('history = "past.csv"\ntimezone = "Moon"\n', BranchFileError, "IANA time zone"),
        ('history = "past.csv"\ncountry = "XX"\n', BranchFileError, "country code"),
        ('data = "nowhere"\n', StudyError, "'nowhere' has no journal"),
        ('history = "past.csv"\n[demand]\nfactor = 0\n', StudyError, "nobody comes"),
        ("", StudyError, "not known who comes"),
    ],
)
def test_what_is_missing_is_said(past: Path, text: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        prepare(written(past, "wrong", text))


def test_a_history_without_a_usable_row_says_how_to_see_why(past: Path) -> None:
    head = (past / "past.csv").read_text().partition("\n")[0]
    (past / "empty.csv").write_text(head + "\n")
    with pytest.raises(StudyError, match=r"no row of empty\.csv can be used"):
        prepare(written(past, "wrong", 'history = "empty.csv"\n'))


def test_days_to_check_that_are_not_there_are_no_lack_of_days(past: Path) -> None:
    prepared = prepare(written(past, "wrong", 'history = "past.csv"\ncheck_from = 2030-01-01\n'))
    with pytest.raises(StudyError, match="between check_from and check_to there is no past day"):
        checked(prepared)


def test_a_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(BranchFileError, match="cannot be read"):
        prepare(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b'name = "\xff"')
    with pytest.raises(BranchFileError, match="not UTF-8"):
        prepare(tmp_path / "latin.toml")
