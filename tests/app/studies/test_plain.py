from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from app.studies.plain import study_to_plain, survey
from app.studies.running import simulate
from app.studies.tables import table, to_csv, to_parquet


@pytest.fixture(scope="module")
def study(past: Path) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(
        json.dumps(study_to_plain(simulate(past / "now.toml", past / "more.toml", 60)), allow_nan=False)
    )
    return plain


def test_a_study_has_its_rosters_and_a_cell_for_each_business_and_half_hour(study: dict[str, Any]) -> None:
    now, more = study["rosters"]
    assert more["window_hours"] > now["window_hours"]
    assert max(more["open"]) == 3
    cells = study["cells"][1]
    halves = study["outcomes"][1]["by_half_hour"]
    assert {len(row) for row in cells["late_share"]} == {len(halves)}
    came = sum(row[0] or 0.0 for row in cells["arrived"])
    assert came == pytest.approx(halves[0]["arrived"]["value"], abs=1e-3)


def test_the_table_has_every_figure_once(study: dict[str, Any]) -> None:
    frame = table(study)
    assert not frame.select("scenario", "of", "key", "from", "figure").is_duplicated().any()
    whole = frame.filter(of="all", figure="mean_wait_s", scenario="as now")
    assert whole["value"][0] == pytest.approx(study["outcomes"][0]["mean_wait_s"]["value"])
    assert set(frame["of"]) == {"all", "business", "half-hour", "window", "business and half-hour"}
    assert frame.filter(scenario="difference", of="all", figure="mean wait")["worse_days"][0] is not None


def test_csv_and_parquet_are_read_back(study: dict[str, Any]) -> None:
    frame = table(study)
    assert pl.read_parquet(io.BytesIO(to_parquet(study))).equals(frame)
    text = to_csv(study).decode("utf-8-sig")
    assert text.splitlines()[0].startswith("scenario,of,key,from,figure,unit,value")
    assert len(text.splitlines()) == frame.height + 1


def test_a_survey_shows_today_the_last_days_and_who_is_expected(past: Path) -> None:
    (past / "plain.toml").write_text('branch = "small.toml"\nhistory = "past.csv"\n')
    found = survey(past / "plain.toml", past / "none.toml")
    assert (found["days"], found["from"]) == (18, "2026-10-19")
    assert len(found["rosters"]) == 7
    assert {one["window"] for one in found["windows"]} == {"2", "3"}
    assert found["demand"][0]["weekday"] is None
    assert sum(found["demand"][0]["expected"]) == pytest.approx(found["tickets"] / 18, rel=0.2)


def test_without_any_past_a_survey_shows_the_branch_file(past: Path) -> None:
    (past / "early.toml").write_text('branch = "small.toml"\nhistory = "past.csv"\nlearn_to = "2020-01-01"\n')
    (past / "without.toml").write_text(
        'branch = "small.toml"\nopens = "09:00"\ncloses = "17:00"\n'
        "[demand]\narrivals = { personal = [1], corporate = [1] }\n"
    )
    found = survey(past / "early.toml", past / "without.toml")
    assert (found["days"], found["demand"], found["rosters"]) == (0, [], {})
    assert [one["hours"] for one in found["windows"]] == [[[32400.0, 61200.0]]] * 3
