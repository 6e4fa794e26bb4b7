"""``lobbyclock simulate``: what it prints, what it leaves behind, and what it refuses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli import main

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["lobbyclock", "simulate", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        printed = capsys.readouterr()
        code = end.value.code
        return (code if isinstance(code, int) else 0), printed.out, " ".join(printed.err.split())

    return run


def test_two_scenarios_as_a_table_and_a_report(command: Command, past: Path, tmp_path: Path) -> None:
    status, out, _ = command(
        past / "now.toml", "--vs", past / "more.toml", "--days", 60, "--report", tmp_path / "report"
    )
    assert status == 0
    assert "a third window: waits are" in out
    assert "P(wait" in out
    report = (tmp_path / "report" / "index.html").read_text("utf-8")
    for nonsense in ("inf", "nan", "-0.0 ", "-0.0%", "-0.00"):
        assert f">{nonsense}" not in report
        assert f" {nonsense}" not in out


def test_a_name_is_no_markup(command: Command, past: Path, tmp_path: Path) -> None:
    text = (past / "now.toml").read_text().replace("as now", "[red]now[/blue]")
    (past / "marked.toml").write_text(text)
    status, out, _ = command(past / "marked.toml", "--days", 20)
    assert status == 0
    assert "[red]now[/blue]: the mean wait is" in out
    (tmp_path / "file").touch()


def test_a_report_that_cannot_be_written_costs_no_figures(
    command: Command, past: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    status, out, err = command(past / "now.toml", "--days", 20, "--report", tmp_path / "file")
    assert (status, err.endswith("file: Not a directory")) == (2, True)
    assert "the mean wait is" in out


def test_a_real_day_as_json(command: Command, past: Path) -> None:
    status, out, _ = command(past / "more.toml", "--replay", "2026-11-03", "--json")
    assert status == 0
    found = json.loads(out)
    assert found["replay"] == "2026-11-03"
    assert len(found["outcomes"]) == 2


def test_branches_as_a_table_and_as_json(command: Command, past: Path, tmp_path: Path) -> None:
    for name in ("small.toml", "past.csv"):
        (tmp_path / name).symlink_to(past / name)
    plans = tmp_path / "plans"
    plans.mkdir()
    text = (past / "now.toml").read_text().replace('"small', '"../small').replace('"past', '"../past')
    (plans / "one.toml").write_text(text)
    (plans / "two.toml").write_text("nonsense")
    status, out, err = command("--branches", plans, "--days", 30, "--json")
    found = json.loads(out)
    assert status == 2
    assert err.endswith("1 of 2 could not be studied: two.toml.")
    assert found["one.toml"]["outcomes"][0]["name"] == "as now"
    assert "not TOML" in found["two.toml"]["error"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "either a scenario file or --branches"),
        (("now.toml", "--branches", "."), "either a scenario file or --branches"),
        (("now.toml", "--replay", "2026-11-03", "--vs", "more.toml"), "leave out --vs"),
        (("now.toml", "--replay", "yesterday"), "should be a date"),
        (("now.toml", "--replay", "2020-01-01"), "no such day in the history"),
        (("now.toml", "--dask", "x"), "--dask goes with --branches"),
        (("none.toml",), "cannot be read"),
        (("--branches", "nowhere"), "no such folder"),
    ],
)
def test_what_cannot_be_is_a_sentence(
    command: Command, past: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], words: str
) -> None:
    monkeypatch.chdir(past)
    status, _, err = command(*arguments)
    assert status == 2
    assert words in err
    assert "Traceback" not in err


def test_an_interrupted_run_leaves_nothing_behind(past: Path, tmp_path: Path) -> None:
    text = (
        "import sys, app.studies.report as r, os, signal\n"
        "from app.cli import main\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell's background jobs ignore it
        "draw = r.PICTURES[3][3]\n"
        "def stop(study, path):\n"
        "    print(path.parent.name, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    draw(study, path)\n"
        "r.PICTURES = (*r.PICTURES[:3], (*r.PICTURES[3][:3], stop), *r.PICTURES[4:])\n"
        f"sys.argv = ['lobbyclock', 'simulate', {str(past / 'now.toml')!r}, '--days', '20', "
        "'--report', 'report']\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", text],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    assert done.stdout.splitlines()[-1].startswith(".report.")  # it was being written
    assert done.returncode in (1, 130, -signal.SIGINT)
    assert list(tmp_path.iterdir()) == []
