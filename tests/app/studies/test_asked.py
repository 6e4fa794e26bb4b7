from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.branch.branch_file import BranchFileError, parse
from app.studies.asked import Asked, AskedError, check, said, scenario_text, to_toml, today_text
from simulations.studies.problems import ScenarioError
from tests.app.studies.conftest import BRANCH

SOURCES = {"branch": "branch.toml", "data": "/where/it is", "learn_to": "2026-11-21"}
SURVEY: dict[str, Any] = {
    "opens_s": 32400.0,
    "closes_s": 54000.0,
    "windows": [
        {
            "window": "1",
            "hours": [[32400, 54000]],
            "reluctance": {"personal": 0.0},
            "express_s": None,
            "speed": 1.0,
        },
        {
            "window": "2",
            "hours": [[32400, 43200], [45600, 54000]],
            "reluctance": {"personal": 600.0, "corporate": 0.0},
            "express_s": 300.0,
            "speed": 1.1,
        },
    ],
    "rosters": {
        "2026-11-20": [{"window": "3", "hours": [], "reluctance": {}, "express_s": None, "speed": 1.0}]
    },
}
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
PLAIN = st.recursive(
    st.booleans() | st.integers(-(2**50), 2**50) | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
)


def test_today_is_written_with_the_exact_times_of_its_windows() -> None:
    plain = tomllib.loads(
        today_text(SOURCES, SURVEY, Asked({"late_minutes": 5, "rules": {"call_ahead": True}}))
    )
    assert (plain["opens"], plain["closes"], plain["late_minutes"]) == ("09:00", "15:00", 5)
    assert "rules" not in plain
    assert plain["window"][1] == {
        "id": "2",
        "hours": ["09:00-12:00", "12:40-15:00"],
        "businesses": ["personal", "corporate"],
        "reluctance": {"personal": 600.0},
        "speed": 1.1,
        "express_minutes": 5.0,
    }


def test_what_is_asked_lies_over_today() -> None:
    asked = Asked(
        {"name": "n", "closes": "16:00", "window": [{"id": "2", "hours": []}, {"id": "9", "hours": []}]}
    )
    plain = tomllib.loads(scenario_text(SOURCES, SURVEY, asked))
    assert plain["data"] == SOURCES["data"]
    assert (plain["opens"], plain["closes"]) == ("09:00", "16:00")
    assert [one["id"] for one in plain["window"]] == ["1", "2", "9"]
    assert (plain["window"][1]["hours"], plain["window"][1]["speed"]) == ([], 1.1)


def test_skills_that_are_asked_replace_today_s() -> None:
    asked = Asked({"window": [{"id": "2", "businesses": ["corporate"]}]})
    assert "reluctance" not in tomllib.loads(scenario_text(SOURCES, SURVEY, asked))["window"][1]


def test_how_many_windows_are_asked_for_leaves_their_hours_open() -> None:
    plain = tomllib.loads(scenario_text(SOURCES, SURVEY, Asked({"staffing": {"windows": [1, 2]}})))
    assert all("hours" not in one for one in plain["window"])


@pytest.mark.parametrize("name", ["history", "data", "branch", "learn_from", "check_to"])
def test_nobody_asks_over_the_network_for_another_file(name: str) -> None:
    with pytest.raises(AskedError) as caught:
        scenario_text(SOURCES, SURVEY, Asked({name: "/etc/passwd"}))
    assert caught.value.field == name


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (Asked(as_on="2020-01-01"), "as_on"),
        (Asked({"window": [7]}), "window"),
        (Asked({"window": 7}), "window"),
    ],
)
def test_what_cannot_be_laid_over_today_is_refused(asked: Asked, field: str) -> None:
    with pytest.raises(AskedError) as caught:
        scenario_text(SOURCES, SURVEY, asked)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("scenario", "field", "words"),
    [
        ({"closes": "08:00"}, "closes", "is not after opens = 09:00"),
        ({"demand": {"factor": "lots"}}, "[demand] factor", "lots"),
        ({"staffing": {"windows": [9]}}, "[staffing] windows", "the branch has 3"),
        ({"window": [{"id": "1", "businesses": ["gold"]}]}, "[[window]] #1 businesses", "gold"),
        ({"nonsense": 1}, "nonsense", "not known"),
    ],
)
def test_what_is_wrong_is_said_as_the_scenario_module_does(
    scenario: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(AskedError, match=words) as caught:
        check(scenario_text(SOURCES, SURVEY, Asked(scenario)), parse(BRANCH))
    assert caught.value.field == field
    assert "scenario.toml" not in str(caught.value)


def test_an_error_keeps_its_sentence_and_loses_its_path() -> None:
    folder = Path("/a/.draft-1")
    error = said(ScenarioError(f"{folder}/scenario.toml: no window is ever open."), folder)
    assert (error.field, str(error)) == ("", "no window is ever open.")
    told = said(BranchFileError(f"{folder}/scenario.toml", 3, "[demand] factor", "is wrong."), folder)
    assert (told.field, str(told)) == ("[demand] factor", "is wrong.")


@settings(max_examples=40)
@given(st.dictionaries(TEXT, PLAIN, max_size=4))
def test_what_is_written_as_toml_is_read_back(plain: dict[str, Any]) -> None:
    assert tomllib.loads(to_toml(plain)) == plain


def test_what_is_no_number_is_refused_where_it_stands() -> None:
    text = scenario_text(SOURCES, SURVEY, Asked({"demand": {"factor": float("nan")}}))
    with pytest.raises(AskedError, match="nan should be a number from 0 to 100") as caught:
        check(text, parse(BRANCH))
    assert caught.value.field == "[demand] factor"


def test_a_wait_is_late_after_a_quarter_of_an_hour_where_nothing_is_said() -> None:
    said = ({}, {"late_minutes": None}, {"late_minutes": 5})
    assert [Asked(each).late_s for each in said] == [900.0, 900.0, 300.0]
