"""The commands about signs: what they print, and their status."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.signs.command import plan_of, simulate
from app.signs.simulator import Simulator
from display.signs.numeric import Numeric
from display.signs.onbon.card import Card
from tests.app.served import SMALL

from .lines import free_port


@pytest.fixture
def branch(tmp_path: Path) -> Path:
    return tmp_path / "branch.toml"


def write(path: Path, *signs: str) -> Path:
    path.write_text(SMALL.replace('id = "1"\n', f'id = "1"\nsigns = [{", ".join(signs)}]\n', 1), "utf-8")
    return path


def card(port: int) -> str:
    return f'{{ kind = "onbon-5k", host = "127.0.0.1", port = {port}, width = 128, height = 32 }}'


@contextlib.contextmanager
def boards() -> Iterator[tuple[int, int]]:
    """A card and a board of digits that listen while a command runs; their ports."""
    ready: list[tuple[int, int]] = []
    begun, ended = threading.Event(), threading.Event()

    async def serve() -> None:
        async with Simulator(Card(128, 32)) as one, Simulator(Numeric(4)) as other:
            ready.append((one.port, other.port))
            begun.set()
            await asyncio.to_thread(ended.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert begun.wait(60)
    yield ready[0]
    ended.set()
    thread.join()


def run(*arguments: object) -> tuple[int, str]:
    found = CliRunner().invoke(app, [*map(str, arguments)])
    return found.exit_code, found.output


def test_signs_that_take_their_pages(branch: Path) -> None:
    with boards() as (one, other):
        digits = f'{{ kind = "numeric", host = "127.0.0.1", port = {other} }}'
        status, out = run("sign-test", write(branch, card(one), digits))
    assert status == 0
    lines = out.splitlines()
    assert lines[0] == f"window 1: onbon-5k 127.0.0.1:{one}/1: took the test page"
    assert lines[1].startswith(f"window 1: numeric 127.0.0.1:{other}/1: was sent the test page")
    assert [line.partition(" is ")[2][:12] for line in lines[2:]] == ["experimental", "experimental"]


def test_one_that_does_not_is_status_1(branch: Path) -> None:
    port = free_port()
    status, out = run("sign-test", write(branch, card(port)), "--window", "1")
    assert status == 1
    assert f"nothing listens on port {port}" in out


@pytest.mark.parametrize("window", [(), ("--window", "2"), ("--window", "9")])
def test_none_to_try_is_said(
    branch: Path, window: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    write(branch, *([card(1)] if window else []))
    status, out = run("sign-test", branch, *window)
    assert status == 2
    said = " ".join((out + capsys.readouterr().err).split())
    assert ("one of 1, 2, 3" if "9" in window else "has no signs there") in said


def test_a_kind_that_there_is_not() -> None:
    status, _ = run("sign-simulator", "--kind", "flip-dot")
    assert status == 2


def test_the_simulator_draws_and_keeps_a_picture(tmp_path: Path) -> None:
    said: list[str] = []

    def say(text: str) -> None:
        said.append(text)
        if len(said) == 2:
            raise KeyboardInterrupt

    svg = tmp_path / "sign.svg"
    with contextlib.suppress(KeyboardInterrupt):
        simulate(plan_of("numeric", "127.0.0.1", 0, 1, (128, 32), 6), svg, say)
    assert said[0].startswith("A simulated numeric listens on 127.0.0.1:")
    assert said[1].splitlines()[1:] == ["┌──────┐", "│      │", "└──────┘"]
    assert svg.read_text("utf-8").startswith("<svg")
