from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.studies.asked import Asked, AskedError
from app.studies.form import asked_of, expected, fill, grid, place_of, rows
from simulations.studies.hours import seconds
from tests.app.studies.test_asked import SURVEY as WINDOWS

SURVEY: dict[str, Any] = {
    **WINDOWS,
    "demand": [
        {"weekday": None, "begins_s": 34200.0, "expected": [4.0, 5.0]},
        {"weekday": 1, "begins_s": 32400.0, "expected": [6.0]},
    ],
}
BUSINESSES = ["personal", "corporate"]
HALF_PAST_TWELVE = "750"


def of_window(asked: Asked, name: str) -> dict[str, Any]:
    return next(dict(one) for one in asked.scenario["window"] if one["id"] == name)


def test_the_grid_has_an_hour_before_and_after() -> None:
    assert (grid(SURVEY)[0], grid(SURVEY)[-1]) == (8 * 3600.0, 15.5 * 3600.0)


def test_a_form_that_nobody_touched_asks_for_today() -> None:
    asked = asked_of(fill(SURVEY, Asked()), SURVEY, BUSINESSES)
    assert of_window(asked, "2") == {
        "id": "2",
        "hours": ["09:00-12:00", "12:40-15:00"],
        "businesses": ["personal", "corporate"],
        "reluctance": {"personal": 600},
        "express_minutes": 5,
    }
    assert (asked.days, asked.scenario["demand"], asked.scenario["late_minutes"]) == (1000, {"factor": 1}, 15)


def test_a_day_that_changes_at_nine_in_the_evening_asks_for_itself() -> None:
    """A business day may begin as late as 23:59, so its hours may be past 47:00."""
    survey = SURVEY | {"closes_s": 33.5 * 3600.0}
    asked = asked_of(fill(survey, Asked()), survey, BUSINESSES)
    assert seconds(asked.scenario["closes"]) == survey["closes_s"]


def test_only_the_half_hours_that_were_changed_lose_their_exact_times() -> None:
    typed = fill(SURVEY, Asked())
    typed["h.2"] = [*(one for one in typed["h.2"] if one != "870"), "720"]
    assert of_window(asked_of(typed, SURVEY, BUSINESSES), "2")["hours"] == ["09:00-12:30", "12:40-14:30"]


def test_minutes_at_the_edge_of_a_spell_go_with_it() -> None:
    early = {**SURVEY["windows"][0], "hours": [[32400 - 600, 36000]]}
    survey = {**SURVEY, "windows": [early]}
    typed = fill(survey, Asked())
    assert of_window(asked_of(typed, survey, BUSINESSES), "1")["hours"] == ["08:50-10:00"]
    assert of_window(asked_of({**typed, "h.1": ["570"]}, survey, BUSINESSES), "1")["hours"] == ["09:30-10:00"]
    assert of_window(asked_of({**typed, "h.1": []}, survey, BUSINESSES), "1")["hours"] == []


@given(
    st.sets(st.sampled_from([str(30 * number) for number in range(16, 32)])),
    st.sets(st.sampled_from([str(30 * number) for number in range(16, 32)])),
)
def test_what_is_ticked_is_ticked_again_when_asked_again(first: set[str], second: set[str]) -> None:
    typed = {**fill(SURVEY, Asked()), "h.1": sorted(first, key=int), "h.2": sorted(second, key=int)}
    asked = asked_of(typed, SURVEY, BUSINESSES)
    again = fill(SURVEY, asked)
    assert (again["h.1"], again["h.2"]) == (typed["h.1"], typed["h.2"])
    assert asked_of(again, SURVEY, BUSINESSES) == asked


def test_everything_that_was_asked_is_filled_in_again() -> None:
    typed = fill(SURVEY, Asked()) | {
        "name": ["lunch in two shifts"],
        "weekday": ["friday"],
        "customers": ["120"],
        "fewer": ["1"],
        "late_opening": ["10"],
        "wrap_up": ["80"],
        "call_ahead": ["on"],
        "closing": ["turn_away"],
        "turn_away_at": ["15:20"],
        "late_minutes": ["7.5"],
        "b.1.corporate": ["12"],
        "x.2": [""],
        "a.personal": ["3", "4"],
    }
    asked = asked_of(typed, SURVEY, BUSINESSES)
    assert asked.scenario["demand"] == {"factor": 1.2, "arrivals": {"personal": [3, 4]}}
    assert asked.scenario["staffing"] == {"teller_fewer": 1, "late_opening_s": 600}
    assert asked.scenario["rules"] == {
        "wrap_up_factor": 0.8,
        "call_ahead": True,
        "closing": "turn_away",
        "turn_away_at": "15:20",
    }
    assert of_window(asked, "1")["reluctance"] == {"corporate": 720}
    assert of_window(asked, "2")["express_minutes"] == 1440  # which is no express window any more
    assert fill(SURVEY, asked) == {**typed, "x.2": []}


def test_what_is_no_number_is_passed_on_for_the_scenario_to_say_what_would_be_right() -> None:
    typed = fill(SURVEY, Asked()) | {"customers": ["lots"]}
    assert asked_of(typed, SURVEY, BUSINESSES).scenario["demand"] == {"factor": "lots"}
    assert fill(SURVEY, asked_of(typed, SURVEY, BUSINESSES))["customers"] == ["lots"]
    with pytest.raises(AskedError) as caught:
        asked_of({**typed, "days": ["some"]}, SURVEY, BUSINESSES)
    assert caught.value.field == "days"


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ("closes", "closes"),
        ("[demand] factor", "customers"),
        ("[[window]] #2 express_minutes", "window.2"),
        ("[[window]] #9", "windows"),
        ("", "windows"),
    ],
)
def test_an_error_stands_beside_what_it_is_about(field: str, place: str) -> None:
    assert place_of(AskedError(field, "?"), SURVEY, None) == place


def test_rows_and_expected_customers_have_a_box_for_each_half_hour() -> None:
    drawn = rows(SURVEY, fill(SURVEY, Asked()))
    boxes = {box["clock"]: box for box in drawn[1]["boxes"]}
    assert (boxes["12:00"]["open"], boxes["12:30"]["open"]) == (False, True)
    assert (boxes["12:00"]["partly"], boxes["12:30"]["partly"]) == (False, True)
    mean, tuesday = expected(SURVEY)
    assert (mean["weekday"], mean["counts"][:6]) == ("", [0, 0, 0, 4, 5, 0])
    assert (tuesday["weekday"], tuesday["counts"][:4]) == ("tuesday", [0, 0, 6, 0])
    assert len(mean["counts"]) == len(drawn[0]["boxes"]) == len(grid(SURVEY))


def test_a_search_is_asked_for_by_its_own_button() -> None:
    typed = fill(SURVEY, Asked()) | {"share": ["5"]}
    assert asked_of(typed, SURVEY, BUSINESSES).late_share is None
    searched = asked_of({**typed, "search": ["on"]}, SURVEY, BUSINESSES)
    assert searched.late_share == 0.05
    assert fill(SURVEY, searched)["share"] == ["5"]
    with pytest.raises(AskedError) as caught:
        asked_of({**typed, "search": ["on"], "share": ["few"]}, SURVEY, BUSINESSES)
    assert place_of(caught.value, SURVEY, None) == "share"


def test_whole_half_hours_that_are_asked_for_stay_whole() -> None:
    typed = fill(SURVEY, Asked({"window": [{"id": "2", "hours": ["09:00-15:00"]}, {"id": "1", "hours": []}]}))
    assert (typed["w.2"], typed["w.1"]) == (["on"], [])
    typed = fill(SURVEY, Asked({"window": [{"id": "2", "hours": ["09:00-12:00", "12:30-15:00"]}]}))
    assert typed["w.2"] == ["on"]
    again = asked_of(typed, SURVEY, BUSINESSES)
    assert of_window(again, "2")["hours"] == ["09:00-12:00", "12:30-15:00"]
    assert not any(box["partly"] for box in rows(SURVEY, typed)[1]["boxes"])
    assert asked_of(fill(SURVEY, again), SURVEY, BUSINESSES) == again


def test_what_is_advised_takes_the_place_of_the_hours_that_were_asked() -> None:
    asked = asked_of(fill(SURVEY, Asked()) | {"search": ["on"]}, SURVEY, BUSINESSES)
    advised = asked.with_hours({"1": ["10:00-11:00"], "2": []})
    typed = fill(SURVEY, advised)
    assert (typed["h.1"], typed["h.2"], advised.late_share) == (["600", "630"], [], 0.1)
    assert of_window(advised, "2")["businesses"] == ["personal", "corporate"]
