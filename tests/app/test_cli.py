"""The command line: help, what it writes, and errors that name what is wrong without a traceback."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli import main
from app.history import COLUMNS
from app.journal import Journal

from .served import SMALL, TEN, moment

READY = json.dumps({"id": "x", "type": "window.ready", "window": "1", "at": moment(TEN)}).encode()
HEADER = ",".join(COLUMNS) + "\n"
ROWS = (
    "t1,personal,,1,anna,2026-02-02T10:00:00,2026-02-02T10:05:00,2026-02-02T10:05:20,2026-02-02T10:11:00,,,served\n"
    "t2,gold,,1,anna,2026-02-02T10:01:00,2026-02-02T10:12:00,2026-02-02T10:12:20,2026-02-02T10:15:00,,,served\n"
    "t3,personal,,1,anna,[/noon],,,,,,served\n"
)

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run the command line here: its status, what it printed, and what it complained of."""

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["lobbyclock", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        printed = capsys.readouterr()
        code = end.value.code
        return (code if isinstance(code, int) else 0), printed.out, " ".join(printed.err.split())

    return run


@pytest.fixture
def branch(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(SMALL, "utf-8")
    return path


@pytest.fixture
def history(tmp_path: Path) -> Path:
    path = tmp_path / "history.csv"
    path.write_text(HEADER + ROWS, "utf-8")
    return path


def test_the_module_is_the_command_too() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "app.cli", "simulate"], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (
        2,
        "lobbyclock: Give either a scenario file or --branches DIR.\n",
    )


@pytest.mark.parametrize("name", ["", "serve", "demo", "import", "history-to-events", "replay"])
def test_help(command: Command, name: str) -> None:
    status, out, _ = command(*name.split(), "--help")
    assert status == 0
    assert "Usage:" in out
    assert "--help" in out


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (("minutes = [2, 6, 16]", "minutes = [6, 2, 16]"), ":13: [[business]] #1 minutes: "),
        (('timezone = "Asia/Shanghai"', 'timezone = "Asia/Nowhere"'), "Asia/Shanghai"),
        (('businesses = ["corporate"]', 'businesses = ["gold"]'), "personal"),
        (('id = "small"', 'id = "small" "'), "not TOML"),
    ],
)
def test_a_broken_branch_file_names_line_field_and_what_would_be_right(
    command: Command, branch: Path, tmp_path: Path, wrong: tuple[str, str], right: str
) -> None:
    branch.write_text(SMALL.replace(*wrong), "utf-8")
    status, _, err = command("serve", "--branches", branch, "--data", tmp_path / "data", "--port", 0)
    assert status == 2
    assert f"{branch}:" in err
    assert right in err
    assert "Traceback" not in err


def test_a_missing_branch_file_or_folder(command: Command, tmp_path: Path) -> None:
    for path in (tmp_path / "none.toml", tmp_path):
        status, _, err = command("serve", "--branches", path, "--data", tmp_path / "data")
        assert status == 2
        assert str(tmp_path) in err.replace(" ", "")


def test_a_port_in_use(command: Command, branch: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, _, err = command("serve", "--branches", branch, "--data", tmp_path / "data", "--port", port)
    assert (status, f"127.0.0.1:{port}" in err, "in use" in err) == (2, True, True)


def test_a_journal_that_another_process_has(
    command: Command, branch: Path, history: Path, tmp_path: Path
) -> None:
    with Journal.open(tmp_path / "data" / "journal.sqlite"):
        for arguments in (
            ("serve", "--branches", branch, "--data", tmp_path / "data", "--port", 0),
            ("import", history, "--branch", branch, "--data", tmp_path / "data"),
        ):
            status, _, err = command(*arguments)
            assert status == 2
            assert "already open for writing by process" in err


def test_a_wrong_setting_is_named(command: Command, branch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOBBYCLOCK_PORT", "eighty")
    status, _, err = command("serve", "--branches", branch)
    assert (status, "LOBBYCLOCK_PORT" in err) == (2, True)


def test_an_import_says_what_it_used_and_refused(
    command: Command, branch: Path, history: Path, tmp_path: Path
) -> None:
    report = tmp_path / "refused.csv"
    arguments = ("import", history, "--branch", branch, "--data", tmp_path / "data")
    status, out, _ = command(*arguments, "--json", "--report", report)
    plain = json.loads(out)
    assert status == 0
    assert (plain["read"], plain["learned"], plain["new"], plain["refused_rows"]) == (3, 1, 1, 2)
    assert {(one["line"], one["field"]) for one in plain["refused"]} == {(3, "business"), (4, "issued_at")}
    assert "3,business,gold" in report.read_text("utf-8-sig")
    status, out, _ = command(*arguments)
    assert status == 0
    assert "1 kept (0 new), 2 refused" in out
    assert "[/noon]" in out


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"a,b\n1,2\n", "lacks the columns"), (b"", ""), (b"%PDF-1.7\x00\xff", "")],
)
def test_what_is_no_history(
    command: Command, branch: Path, tmp_path: Path, content: bytes, word: str
) -> None:
    path = tmp_path / "odd.csv"
    path.write_bytes(content)
    status, _, err = command("import", path, "--branch", branch, "--data", tmp_path / "data")
    assert (status, word in err, "Traceback" in err) == (2, True, False)
    status, _, err = command("import", tmp_path / "none.csv", "--branch", branch)
    assert (status, "none.csv" in err.replace(" ", "")) == (2, True)


def test_a_past_day_becomes_events_that_replay(command: Command, history: Path, tmp_path: Path) -> None:
    events, file, views = (tmp_path / name for name in ("e.ndjson", "b.toml", "v.ndjson"))
    made = ("history-to-events", history, "--out", events, "--branch-out", file)
    status, out, _ = command(*made, "--day", "2026-02-02", "--json")
    assert (status, json.loads(out)["tickets"]) == (0, 2)
    status, out, _ = command("replay", events, "--branch", file, "--views", views, "--json")
    assert status == 0
    assert json.loads(out)["views"] == len(views.read_text().splitlines()) > 0
    first = views.read_bytes()
    assert command("replay", events, "--branch", file, "--views", views, "--history", history)[0] == 0
    assert command("replay", events, "--branch", file, "--views", views)[0] == 0
    assert views.read_bytes() == first
    for wrong, word in (("2026-02-30", "--day"), ("1999-01-01", "1999")):
        status, _, err = command(*made, "--day", wrong)
        assert (status, word in err) == (2, True)
    status, _, err = command(*made, "--day", "2026-02-02", "--timezone", "Mars")
    assert (status, "IANA" in err) == (2, True)


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (b'{"type": "party"}', ":2: type:"),
        (b"{", ":2: not JSON"),
        (b"\xff\xfe", ":2: not UTF-8"),
        (b"[" * 100_000, ":2: "),
        (READY, ":2: window.ready"),
        (b"\n" + READY, ":3: window.ready"),
    ],
)
def test_events_that_cannot_be_replayed(
    command: Command, branch: Path, tmp_path: Path, line: bytes, word: str
) -> None:
    events = tmp_path / "events.ndjson"
    first = {"id": "a", "type": "window.opened", "window": "1", "at": moment(TEN)}
    events.write_bytes(json.dumps(first).encode() + b"\n" + line + b"\n")
    status, _, err = command("replay", events, "--branch", branch, "--views", tmp_path / "views")
    assert (status, word in err, "Traceback" in err) == (2, True, False), err


def test_an_event_that_is_there_twice_is_replayed_once(
    command: Command, branch: Path, tmp_path: Path
) -> None:
    opened = {"id": "a", "type": "window.opened", "window": "1", "at": moment(TEN)}
    taken = {"id": "b", "type": "ticket.issued", "ticket": "T1", "number": "A001", "business": "personal"}
    taken["at"] = moment(TEN + 5)
    events, views = tmp_path / "events.ndjson", tmp_path / "views"
    shown = []
    for lines in ([opened, taken], [opened, opened, taken, opened, taken]):
        events.write_text("".join(json.dumps(one) + "\n" for one in lines), "utf-8")
        status, out, _ = command("replay", events, "--branch", branch, "--views", views, "--json")
        assert (status, json.loads(out)["events"]) == (0, 2)
        shown.append(views.read_bytes())
    assert shown[0] == shown[1]
    events.write_text("\n".join(map(json.dumps, [opened, taken, {**taken, "number": "A002"}])), "utf-8")
    status, _, err = command("replay", events, "--branch", branch, "--views", views)
    assert (status, ":3: id: 'b' of local is another event on line 2" in err) == (2, True)


def test_nothing_is_written_over_what_is_read(
    command: Command, branch: Path, history: Path, tmp_path: Path
) -> None:
    events, other = tmp_path / "events.ndjson", tmp_path / "other"
    events.write_text("", "utf-8")
    past = ("history-to-events", history, "--day", "2026-02-02")
    for arguments, option in (
        ((*past, "--out", other, "--branch-out", other), "--branch-out"),
        ((*past, "--out", history, "--branch-out", other), "--out"),
        ((*past, "--out", other, "--branch-out", tmp_path / "x" / ".." / history.name), "--branch-out"),
        (("replay", events, "--branch", branch, "--views", events), "--views"),
        (("replay", events, "--branch", branch, "--views", branch), "--views"),
        (("import", history, "--branch", branch, "--data", tmp_path / "d", "--report", history), "--report"),
    ):
        status, _, err = command(*arguments)
        assert (status, f"{option} " in err, "choose another" in err) == (2, True, True), err
    assert history.read_text("utf-8") == HEADER + ROWS
    assert branch.read_text("utf-8") == SMALL
    assert not other.exists()


def test_a_seed_is_no_negative_number(command: Command) -> None:
    status, _, err = command("demo", "--seed", -1)
    assert (status, "--seed" in err, "Traceback" in err) == (2, True, False)


def test_the_service_stops_when_it_is_told_to(branch: Path, tmp_path: Path) -> None:
    lobbyclock = Path(sys.executable).with_name("lobbyclock")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    arguments = ["serve", "--branches", str(branch), "--data", str(tmp_path / "data"), "--port", str(port)]
    process = subprocess.Popen([str(lobbyclock), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert process.stdout
        assert f"http://127.0.0.1:{port}/" in process.stdout.readline().decode()
        while True:
            with socket.socket() as there:
                if there.connect_ex(("127.0.0.1", port)) == 0:
                    break
        process.terminate()
        _, err = process.communicate(timeout=120)
        assert b"Traceback" not in err
    finally:
        process.kill()
        process.wait()
