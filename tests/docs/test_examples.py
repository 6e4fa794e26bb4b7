"""The documentation runs: what it shows in a terminal is what a terminal shows.

Of the fenced blocks of a page, those with a file's name after their language are written to that file; those
in ``console`` are typed, in order, into one shell, and each ``$`` line must be answered as shown (``…`` is
anything; alone on a line, any lines); ``console service`` starts a service and leaves it running.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
FENCE = re.compile(r"^```(?P<info>[^\n`]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
PORT, SIGN_PORT = "8000", "5005"
"""As the pages have them; each terminal has ports of its own instead."""
DONE = "-- done --"
START_S = 200.0


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block, the words after its fence, and the line it begins on."""

    words: tuple[str, ...]
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Exchange:
    """A command and what is shown under it."""

    command: str
    shown: str
    line: int


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text("utf-8")
    for found in FENCE.finditer(text):
        yield Block(tuple(found["info"].split()), found["text"], text.count("\n", 0, found.start()) + 1)


def exchanges(block: Block) -> Iterator[Exchange]:
    """The commands of a console block. One goes on after a backslash at a line's end, and until ``END``."""
    command, shown, begun = "", "", 0
    for number, line in enumerate(block.text.splitlines(), block.line + 1):
        if command.endswith("\\") or ("<<END\n" in command + "\n" and not command.endswith("\nEND")):
            command += "\n" + line
        elif line.startswith("$ "):
            if command:
                yield Exchange(command, shown, begun)
            command, shown, begun = line.removeprefix("$ "), "", number
        else:
            shown += line + "\n"
    yield Exchange(command, shown, begun)


def looks_like(shown: str, answer: str) -> bool:
    """Whether a terminal's answer is as shown."""
    lines = [".*" if line == "…" else re.escape(line).replace("…", "[^\n]*") for line in shown.splitlines()]
    return bool(re.fullmatch("\n".join(lines), answer.strip("\n"), re.DOTALL))


class Terminal:
    """A shell in a folder of its own, and the service that was started there, if any."""

    def __init__(self, folder: Path, port: int, sign_port: int) -> None:
        self._folder = folder
        self._port = str(port)
        self._ports = {PORT: str(port), SIGN_PORT: str(sign_port)}
        self._environment = os.environ | {
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "COLUMNS": "200",
            "NO_COLOR": "1",
            "LOBBYCLOCK_PORT": self._port,
        }
        self._service: subprocess.Popen[str] | None = None
        self._shell = subprocess.Popen(
            ["bash", "--norc"],
            cwd=folder,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def here(self, text: str) -> str:
        """The text with this terminal's ports."""
        return re.sub(rf"\b(?:{PORT}|{SIGN_PORT})\b", lambda found: self._ports[found[0]], text)

    def type(self, command: str) -> str:
        """What the shell answers to a command."""
        assert self._shell.stdin is not None
        assert self._shell.stdout is not None
        self._shell.stdin.write(f"{self.here(command)}\necho '\n{DONE}'\n")
        self._shell.stdin.flush()
        lines = list(iter(self._shell.stdout.readline, f"{DONE}\n"))
        return "".join(lines)

    def serve(self, command: str) -> str:
        """Start a service, in the place of an earlier one, and give its first line once it answers."""
        self._stop()
        log = self._folder / "service.log"
        with log.open("w") as out:
            self._service = subprocess.Popen(
                ["bash", "-c", f"exec {self.here(command)}"],
                cwd=self._folder,
                env=self._environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                text=True,
            )
        until = time.monotonic() + START_S
        while not self._answers():
            assert self._service.poll() is None, log.read_text()
            assert time.monotonic() < until, f"no answer within {START_S:g} s: {log.read_text()}"
            time.sleep(0.05)
        return log.read_text()

    def close(self) -> None:
        """End the shell, and what a page left running in it, whatever became of the page."""
        with suppress(ProcessLookupError):
            os.killpg(self._shell.pid, signal.SIGTERM)
        self._shell.communicate()
        self._stop()

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", int(self._port))) == 0

    def _stop(self) -> None:
        if self._service is not None:
            self._service.send_signal(signal.SIGINT)
            assert self._service.wait(120) == 0
            self._service = None


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    for needed in ("bash", "curl"):
        if shutil.which(needed) is None:
            pytest.skip(f"{needed} is not installed")
    with socket.socket() as probe, socket.socket() as other:
        for one in (probe, other):
            one.bind(("127.0.0.1", 0))
        ports = probe.getsockname()[1], other.getsockname()[1]
    opened = Terminal(tmp_path, *ports)
    yield opened
    opened.close()


LIVELY = [page for page in sorted((ROOT / "docs").rglob("*.md")) if "```console" in page.read_text("utf-8")]


@pytest.mark.parametrize("page", LIVELY, ids=lambda page: page.stem)
def test_what_a_page_shows_is_what_happens(page: Path, terminal: Terminal, tmp_path: Path) -> None:
    for block in blocks(page):
        match block.words:
            case ("console", *rest):
                for exchange in exchanges(block):
                    run = terminal.serve if rest == ["service"] else terminal.type
                    shown, answer = terminal.here(exchange.shown), run(exchange.command)
                    where = f"{page}:{exchange.line}: {exchange.command}"
                    assert looks_like(shown, answer), f"{where}\n\nshown:\n{shown}\nanswer:\n{answer}"
            case (_, name):
                (tmp_path / name).write_text(terminal.here(block.text), "utf-8")


@pytest.mark.parametrize(
    ("shown", "answer", "fits"),
    [
        ("", "", True),
        ("", "surprise\n", False),
        ('{"a":…}\n', '{"a":1}\n', True),
        ('{"a":…}\n', '{"b":1}\n', False),
        ("one…\n", "one\ntwo\n", False),
        ("one\n…\nfour\n", "one\ntwo\nthree\nfour\n", True),
    ],
)
def test_an_answer_is_held_to_what_is_shown(shown: str, answer: str, fits: bool) -> None:
    assert looks_like(shown, answer) is fits
