"""A whole backtest of a little history, its table and its report."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console
from typer.testing import CliRunner

from app import cli
from app.backtest import summary
from app.backtest.report import sentence, write_report
from app.backtest.study import Options, Study, study
from app.history.errors import HistoryError
from app.history.row import TIMES, HistoryRow

from . import lobby

ZONE = ZoneInfo("UTC")
TESTED = date(2026, 3, 6)


@pytest.fixture(scope="module")
def found() -> Study:
    return study(lobby.days(5), ZONE, Options(TESTED, second_stage=False))


def test_every_wait_of_the_tested_days_is_scored_once(found: Study) -> None:
    rows = [row for row in lobby.days(5) if row.issued_at >= lobby.FIRST + 4 * lobby.DAY_S]
    waited = [row for row in rows if (row.called_at or row.left_at or 0.0) - row.issued_at >= 2.0]
    assert [case.row for case in found.cases] == waited
    assert found.waited.n == sum(row.outcome == "served" for row in waited) == len(found.served)
    assert found.all.n == sum(row.outcome == "served" for row in rows)
    assert sum(part.n for part in found.by["hour"].values()) == found.waited.n
    assert set(found.by["day"]) == {str(TESTED)}


def test_it_is_better_than_what_others_do(found: Study) -> None:
    """On its own ground: a line, and windows whose absences nobody reports."""
    assert found.waited.mae_s is not None
    assert all(found.waited.mae_s < score.mae_s for score in found.baselines.values() if score.mae_s)
    assert 0.6 < (found.waited.coverage or 0) < 0.95
    assert found.shown.n == found.waited.n


def test_nothing_is_known_of_what_comes_later(found: Study) -> None:
    """What was said on the tested day is the same without the afternoon of that day."""
    noon = lobby.FIRST + 4 * lobby.DAY_S + 12 * 3600
    rows = [row for row in lobby.days(5) if row.issued_at < noon]
    shorter = study(rows, ZONE, Options(TESTED, second_stage=False))
    before = [case for case in found.cases if case.row.issued_at < noon]
    assert len(shorter.cases) == len(before) > 20
    for one, other in zip(shorter.cases, before, strict=True):
        assert one.stays == other.stays
        assert one.told == other.told


def test_the_plain_form_has_the_contracts_names(found: Study) -> None:
    plain = json.loads(json.dumps(found.to_plain()))
    waits = plain["waits"]
    names = {"n", "mae_s", "rmse_s", "bias_s", "winkler_s", "coverage", "width_s"}
    for part in ("waited", "all", "offered", "monte_carlo"):
        assert names <= waits[part].keys()
    assert waits["by_day"][0]["day"] == str(TESTED)
    assert {"depth", "n", "coverage"} <= waits["by_depth"][0].keys()
    assert {"mae_s", "countdown_mae_s"} <= waits["after_180_s"].keys()
    assert {"late_share", "coverage", "changes_per_wait"} <= waits["shown"].keys()
    assert {"hour_mean", "people_ahead", "people_ahead_as_it_is", "last_wait", "head_of_line"} == set(
        waits["baselines"]
    )
    assert {"n", "mae_s", "coverage", "coverage_past_900_s", "baselines"} <= plain["remaining"].keys()
    assert {"n", "mae_s", "coverage"} <= plain["wrap_up"].keys()


def test_the_report_has_a_sentence_tables_and_pictures(found: Study, tmp_path: Path) -> None:
    write_report(found, tmp_path / "new" / "report")
    page = (tmp_path / "new" / "report" / "index.html").read_text("utf-8")
    assert sentence(found) in page
    assert "% were longer than we would have said" in sentence(found)
    for name in ("reliability", "coverage_by_day", "coverage_by_depth", "error_by_horizon", "fan_of_a_day"):
        picture = (tmp_path / "new" / "report" / f"{name}.svg").read_text("utf-8")
        assert "<svg" in picture
        assert f'src="{name}.svg"' in page


def test_the_table_for_the_terminal(found: Study) -> None:
    console = Console(width=150, record=True, file=Path("/dev/null").open("w", encoding="utf-8"))  # noqa: SIM115
    console.print(summary.table(found))
    console.file.close()
    text = console.export_text()
    assert "people ahead as it is" in text
    assert f"{found.waited.mae_s:.1f}" in text


def test_nothing_to_test_says_which_days_there_are() -> None:
    with pytest.raises(HistoryError, match=r"no ticket from 2027-01-01 on.*2026-03-02 to 2026-03-03"):
        study(lobby.days(2, tickets=5), ZONE, Options(date(2027, 1, 1), second_stage=False))
    with pytest.raises(HistoryError, match="days with tickets: none"):
        study([], ZONE, Options(TESTED, second_stage=False))


def test_a_business_that_nobody_came_for_is_named() -> None:
    options = Options(TESTED, businesses=frozenset({"a", "x"}), second_stage=False)
    with pytest.raises(HistoryError, match=r"business 'x'; businesses with tickets: a\."):
        study(lobby.days(5, tickets=5), ZONE, options)


def test_a_first_day_without_any_history_is_predicted_too() -> None:
    found = study(lobby.days(1), ZONE, Options(date(2026, 3, 2), second_stage=False))
    assert found.waited.n > 0
    assert found.baselines["people_ahead"].n == found.waited.n


def test_a_first_day_of_small_hours_only_is_predicted_too() -> None:
    """Tickets of one o'clock belong to the business day before, but they are of the local day asked for."""
    night = [replace(row, ticket=f"n{row.ticket}") for row in lobby.days(1, tickets=9)]
    late = [_shifted(row, 2 * lobby.DAY_S - 9.9 * 3600) for row in night]
    options = Options(date(2026, 3, 4), second_stage=False)
    at_one = [row for row in late if row.issued_at < lobby.FIRST + 2 * lobby.DAY_S + 4 * 3600]
    assert at_one
    assert study([*lobby.days(1), *at_one], ZONE, options).all.n


def _shifted(row: HistoryRow, by_s: float) -> HistoryRow:
    times = {name: getattr(row, name) for name in TIMES}
    return replace(row, **{name: at + by_s for name, at in times.items() if at is not None})


def test_a_history_without_a_single_service_has_a_report_too(tmp_path: Path) -> None:
    gone = [
        replace(row, outcome="no_show", started_at=None, finished_at=None)
        if row.outcome == "served"
        else replace(row, left_at=None)
        for row in lobby.days(2, tickets=30)
    ]
    study_of_it = study(gone, ZONE, Options(date(2026, 3, 3), second_stage=False))
    assert (study_of_it.remaining.n, study_of_it.wrap_up.n) == (0, 0)
    write_report(study_of_it, tmp_path / "report")
    page = (tmp_path / "report" / "index.html").read_text("utf-8")
    assert "Of no service in these days are start and end known." in page


def test_nothing_that_happened_has_a_report_too(tmp_path: Path) -> None:
    found = study(lobby.days(1, tickets=3), ZONE, Options(date(2026, 3, 2), from_hour=23, second_stage=False))
    assert found.waited.n == 0
    write_report(found, tmp_path / "report")
    assert "Nobody who had to wait was served" in (tmp_path / "report" / "index.html").read_text("utf-8")


def test_the_command_names_what_it_cannot_use(tmp_path: Path) -> None:
    history = tmp_path / "history.csv"
    asked = ["backtest", str(history), "--test-from", "2026-03-03", "--no-second-stage", "--json"]
    lobby.write([replace(row, business="现金") for row in lobby.days(1, tickets=5)], history)
    refused = CliRunner().invoke(cli.app, asked)
    assert refused.exit_code == 2
    assert f"{history}, line 2: business '现金' is not an id" in refused.stderr
    assert "5 of 5 rows were refused" in refused.stderr
    assert f"{history}: it has no ticket that can be used." in refused.stderr
    lobby.write(lobby.days(1, tickets=5), history)
    too_late = CliRunner().invoke(cli.app, asked)
    assert too_late.exit_code == 2
    assert f"{history}: There is no ticket from 2026-03-03 on" in too_late.stderr


def test_the_command_prints_json_and_says_what_is_wrong(tmp_path: Path) -> None:
    history = tmp_path / "history.csv"
    lobby.write(lobby.days(2, tickets=30), history)
    runner = CliRunner()
    asked = ["backtest", str(history), "--test-from", "2026-03-03", "--no-second-stage"]
    answer = runner.invoke(cli.app, [*asked, "--json", "--business", "a", "--from-hour", "10"])
    assert answer.exit_code == 0, answer.output
    plain = json.loads(answer.stdout)
    assert plain["second_stage"] is False
    assert all(part["hour"] >= "10" for part in plain["waits"]["by_hour"])
    backwards = runner.invoke(cli.app, [*asked, "--test-to", "2026-03-02"])
    assert (backwards.exit_code, "--test-to 2026-03-02 is before" in backwards.stderr) == (2, True)
    wrong = runner.invoke(cli.app, ["backtest", str(history), "--test-from", "tomorrow"])
    assert (wrong.exit_code, "--test-from 'tomorrow'" in wrong.stderr) == (2, True)
