from __future__ import annotations

from typing import Any

import pytest

from display.staffing import result


def around(value: float | None) -> dict[str, float | None]:
    if value is None:
        return {"value": None, "low": None, "high": None}
    return {"value": value, "low": value * 0.9, "high": value * 1.1}


def outcome(name: str, factor: float) -> dict[str, Any]:
    figures = ("mean_wait_s", "late_share", "lost_share", "walk_aways", "utilisation", "overtime_s")
    part = {"arrived": around(8.0), "mean_wait_s": around(300.0 * factor), "late_share": around(0.2 * factor)}
    part |= {"lost_share": around(0.1), "wait_quantiles_s": [30.0, 200.0, 600.0]}
    nobody = {name: around(None) for name in part} | {"arrived": around(0.0)}
    nobody |= {"wait_quantiles_s": [None, None, None]}
    return {
        "name": name,
        "late_s": 900.0,
        **{figure: around(0.5 * factor) for figure in figures},
        "window_hours": 8.0,
        "by_business": [{"business": "a", **part}],
        "by_half_hour": [
            {"begins_s": 32400.0, **nobody},
            {"begins_s": 34200.0, **part},
            {"begins_s": 36000.0, **part},
        ],
        "by_window": [{"window": "3", "utilisation": around(0.5 * factor)}],
    }


def difference(figure: str, of: str, key: str, value: float) -> dict[str, Any]:
    gap = {"value": value, "low": value - 5.0, "high": value + 5.0}
    return {"figure": figure, "of": of, "key": key, "unit": "s", "before": 300.0, "after": 300.0 + value} | {
        "difference": gap,
        "worse_days": 0.25,
    }


def a_study(gap_s: float = -60.0, *, holds: bool = True) -> dict[str, Any]:
    """A study as plain data: window 3 for a business, and a half-hour longer in the scenario."""
    figure = {
        "happened": 300.0,
        "simulated": 320.0,
        "low": 250.0,
        "high": 400.0,
        "inside": True,
        "bias": 0.07,
    }
    share = {name: value / 1000.0 for name, value in figure.items()}
    day = {
        "date": "2026-11-20",
        "tickets": 90,
        "mean_wait_s": figure,
        "late_share": share,
        "left_share": share,
    }
    cell = {"businesses": ["a"], "arrived": [[0.0, 8.0, 8.0]], "mean_wait_s": [[None, 300.0, 240.0]]}
    cell |= {"late_share": [[None, 0.2, 0.9]]}
    window = {"window": "3", "reluctance": {"a": 0.0}, "express_s": None, "speed": 1.0}
    rosters = [
        {
            "opens_s": 32400.0,
            "closes_s": 37800.0,
            "window_hours": 1.0,
            "windows": [{**window, "hours": hours}],
        }
        for hours in ([[32400.0, 36000.0]], [[32400.0, 37800.0]])
    ]
    learned = {"days": 15, "tickets": 900, "from": "2026-11-01", "to": "2026-11-20", "busyness_cv": 0.05}
    gaps = [difference(name, "all", "", gap_s) for name in ("mean wait", "late", "lost", "overtime")]
    return {
        "version": 1,
        "days": 100,
        "trust": {"holds": holds, "late_s": 900.0, "mean_wait_s": figure, "late_share": share, "days": [day]},
        "learned": learned,
        "rosters": rosters,
        "outcomes": [outcome("today", 1.0), outcome("trial", 0.8)] if holds else [],
        "cells": [cell, cell] if holds else [],
        "differences": [
            *gaps,
            difference("mean wait", "business", "a", gap_s),
            difference("mean wait", "half-hour", "1", gap_s),
        ],
    }


@pytest.mark.parametrize(("gap_s", "verdict"), [(-60.0, "shorter"), (60.0, "longer"), (3.0, "same")])
def test_the_verdict_is_that_of_the_interval(gap_s: float, verdict: str) -> None:
    assert result(a_study(gap_s))["verdict"] == verdict


def test_where_the_simulation_does_not_hold_no_figure_is_shown() -> None:
    shown = result(a_study(holds=False))
    assert shown.keys() == {"verdict", "check", "roster", "changes", "other_customers", "reskilled"}
    assert shown["verdict"] == "doubtful"


def test_half_hours_without_anybody_are_left_out_of_the_curves_and_their_table() -> None:
    shown = result(a_study())
    assert [tick.text for tick in shown["waits"].x] == ["10:00"]
    assert [row["from"] for row in shown["halves"]] == ["09:30", "10:00"]
    assert [row["gap"] is not None for row in shown["halves"]] == [True, False]


def test_a_business_that_has_a_number_for_a_name_is_no_half_hour() -> None:
    study = a_study()
    study["differences"].append(difference("mean wait", "business", "1", 7.0))
    assert [row["gap"]["difference"]["value"] for row in result(study)["halves"] if row["gap"]] == [-60.0]


def test_a_changed_window_is_marked_and_drawn_beside_what_it_was() -> None:
    (row,) = result(a_study())["roster"]["rows"]
    before, after = row["bars"]
    assert row["changed"]
    assert after[0].width == pytest.approx(1.5 * before[0].width)


def test_without_a_check_there_is_none_to_draw() -> None:
    assert result({**a_study(), "trust": None})["check"] is None


def test_what_is_changed_besides_the_windows_is_said() -> None:
    rules = {"wrap_up_factor": 0.5, "call_ahead": True, "closing": "turn_away", "turn_away_at": "17:15"}
    asked = {
        "demand": {"factor": 1.2},
        "staffing": {"teller_fewer": 1, "late_opening_s": 900},
        "rules": rules,
    }
    shown = result(a_study(), asked)
    assert shown["other_customers"]
    assert shown["changes"] == [
        ("customers", "120"),
        ("fewer", "1"),
        ("late_opening", "15"),
        ("wrap_up", "50"),
        ("call_ahead", ""),
        ("turn_away_at", "17:15"),
    ]


def test_the_usual_is_no_change() -> None:
    usual = {
        "demand": {"factor": 1},
        "staffing": {"teller_fewer": 0, "late_opening_s": 0},
        "rules": {"wrap_up_factor": 1, "call_ahead": False, "closing": "serve_all"},
    }
    shown = result(a_study(), usual)
    assert (shown["changes"], shown["other_customers"]) == ([], False)


def test_a_window_that_takes_other_business_is_named() -> None:
    study = a_study()
    assert result(study)["reskilled"] == []
    study["rosters"][1]["windows"][0]["express_s"] = 300.0
    assert result(study)["reskilled"] == ["3"]
    study["rosters"][1]["windows"][0] |= {"express_s": None, "reluctance": {"a": 0.0, "b": 600.0}}
    assert result(study)["reskilled"] == ["3"]
