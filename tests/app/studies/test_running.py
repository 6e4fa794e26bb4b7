from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from app.studies.report import write_report
from app.studies.running import replay, simulate
from simulations.studies.problems import StudyError

TUESDAY = dt.date(2026, 11, 3)


def test_two_scenarios_are_compared_on_the_same_days(past: Path) -> None:
    found = simulate(past / "now.toml", past / "more.toml", 100)
    assert found.trust is not None
    assert found.trust.holds
    assert found.differences[0].difference.high < 0.0
    assert found.verdict.startswith("On 6 past days the mean wait was ")
    assert "a third window: waits are " in found.verdict
    assert "shorter than with as now" in found.verdict
    plain = json.loads(json.dumps(found.to_plain(), allow_nan=False))
    assert plain["learned"]["days"] == 18
    assert [one["name"] for one in plain["outcomes"]] == ["as now", "a third window"]
    assert len(plain["outcomes"][0]["by_half_hour"]) == 12
    assert plain["trust"]["mean_wait_s"]["inside"] in (True, False)


def test_what_is_not_believed_is_not_advised_on(past: Path) -> None:
    # Learned on all, told of slower tellers only by what was kept: the days to check are other days.
    wrong = past / "wrong_services.csv"
    lines = (past / "past.csv").read_text().splitlines()
    ready = [line for line in lines if not line.startswith(("1019", "1020", "1021", "1022", "1023", "1026"))]
    wrong.write_text("\n".join(ready[:1] + [_slower(line) for line in ready[1:]]))
    (past / "wrong.toml").write_text(
        'branch = "small.toml"\nhistory = "wrong_services.csv"\nlearn_to = 2026-11-04\n'
        "check_from = 2026-11-05\ncheck_to = 2026-11-11\n"
    )
    found = simulate(past / "wrong.toml", None, 50)
    assert found.trust is not None
    assert not found.trust.holds
    assert found.outcomes == ()
    assert found.verdict.startswith(
        "No advice: the simulation does not reproduce what happened. The mean wait"
    )
    assert simulate(past / "wrong.toml", None, 50, anyway=True).outcomes


def _slower(line: str) -> str:
    """Until the 4th, services are kept as if they had lasted an instant."""
    cells = line.split(",")
    if cells[0][:4] < "1105" and cells[7]:
        cells[8] = cells[9] = cells[7]
    return ",".join(cells)


def test_a_real_day_is_replayed_with_a_window_more(past: Path) -> None:
    found = replay(past / "more.toml", TUESDAY)
    before, after = found.outcomes
    assert before.name == "2026-11-03, as it was"
    assert before.arrived.sum() == after.arrived.sum()
    assert found.differences[0].difference.high < 0.0
    assert "of the draws" in found.verdict
    assert found.to_plain()["replay"] == "2026-11-03"


def test_a_day_that_is_not_there_cannot_be_replayed(past: Path) -> None:
    with pytest.raises(StudyError, match="no such day in the history; days learned from: 2026-10-19"):
        replay(past / "now.toml", dt.date(2020, 1, 1))


def test_a_real_day_has_the_customers_that_it_had(past: Path) -> None:
    busier = past / "busier.toml"
    busier.write_text((past / "now.toml").read_text() + "[demand]\nfactor = 1.2\n")
    with pytest.raises(StudyError, match="leave out factor"):
        replay(busier, TUESDAY)


def test_the_report_has_the_check_tables_and_pictures(past: Path, tmp_path: Path) -> None:
    found = simulate(past / "now.toml", past / "more.toml", 50)
    folder = tmp_path / "deep" / "report"
    write_report(found, folder)
    page = (folder / "index.html").read_text("utf-8")
    assert page.index("Can it be trusted?") < page.index("In all") < page.index("What changes")
    for name in ("check", "waits", "levels", "heat", "demand", "services", "tellers", "patience"):
        assert f'src="{name}.svg"' in page
        assert (folder / f"{name}.svg").read_text("utf-8").startswith("<?xml")
    assert "nan" not in page.lower().replace("finance", "")
    assert [path.name for path in folder.parent.iterdir()] == ["report"]
    write_report(found, folder)  # again, over the first


def test_by_hand_there_is_nothing_to_hold_it_against(past: Path) -> None:
    (past / "hand.toml").write_text(
        'branch = "small.toml"\nopens = "09:00"\ncloses = "11:00"\n'
        "[demand]\narrivals = { personal = [20, 20, 20, 20], corporate = [2, 2, 2, 2] }\n"
    )
    found = simulate(past / "hand.toml", None, 50)
    assert found.trust is None
    assert found.verdict.startswith("Not held against anything that happened")
    assert found.outcomes[0].arrived.sum(axis=(1, 2)).mean() == pytest.approx(88.0, abs=5.0)


def test_waits_that_are_shorter_because_people_are_sent_home_are_not_praised(past: Path) -> None:
    away = '[[window]]\nid = "3"\nhours = ["09:00-11:00"]\n'
    base = (past / "now.toml").read_text() + 'opens = "09:00"\ncloses = "15:00"\n'
    (past / "served.toml").write_text(base + away)
    rules = '[rules]\nclosing = "turn_away"\n[behaviour]\nbalking = [[5, 0.5], [10, 0.9]]\n'
    (past / "sent.toml").write_text(base + away + rules)
    verdict = simulate(past / "served.toml", past / "sent.toml", 100).verdict
    assert "shorter than" in verdict
    assert "% of the customers are never called, instead of " in verdict


def test_one_day_cannot_say_how_sure_it_is(past: Path) -> None:
    assert "no difference in waits" in simulate(past / "now.toml", past / "more.toml", 1).verdict
    alone = simulate(past / "now.toml", None, 1).verdict
    assert "the mean wait is" in alone
    assert "nan" not in alone


def test_little_history_is_said(past: Path) -> None:
    text = (past / "now.toml").read_text()
    (past / "few.toml").write_text(text.replace("[staffing]", "") + "learn_from = 2026-11-03\n")
    assert simulate(past / "few.toml", None, 20).cautions == [
        "Tuesdays are little known: only 2 of them to learn from."
    ]
    (past / "none.toml").write_text(text.replace("tuesday", "sunday"))
    assert simulate(past / "none.toml", None, 20).cautions == [
        "Sundays are little known: the mean of all days is taken."
    ]


SHIPPED = sorted((Path(__file__).parents[3] / "simulations" / "scenarios").glob("*.toml"))


def test_the_scenarios_of_the_demos_branch_run() -> None:
    early, now = SHIPPED
    found = simulate(now, early, 60)
    assert found.differences[0].difference.high < 0.0
    assert found.outcomes[0].grid.businesses == ("personal", "corporate", "wealth", "exchange")
