"""Running it: the service on real branches, or on a demo's day."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import tempfile
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from pathlib import Path

import httpx2
import uvicorn
import uvloop
from rich.console import Console

from app import demo
from app.branch.branch_file import Branch, parse
from app.branch.events import parse_moment
from app.clock import Clock, FastClock, WallClock
from app.history.past_day import PastDay
from app.house import JOURNAL, BranchFile, House
from app.journal import Journal
from app.live import to_record
from app.main import make_app, make_server
from simulations.acting import demo as generated
from simulations.acting.virtual import live_through

LOCAL = "127.0.0.1"
LEAP = 10
"""A day of history is entered after this part of its events: in an empty hall there is nothing to see."""

out = Console(highlight=False)
PlayOn = Callable[[demo.Line, FastClock], Awaitable[None]]


def serve_branches(files: list[BranchFile], data: Path, host: str, port: int) -> None:
    """Serve until stopped. Errors: ``JournalError`` where the journal cannot be opened."""
    port = _free_port(host, port)
    names = ", ".join(file.branch.id for file in files)
    server = _server(files, data, WallClock(), host, port)
    address = f"[{host}]" if ":" in host else host
    out.print(
        f"Lobbyclock serves {names} on http://{address}:{port}/ (data in {data}; Ctrl-C stops it).",
        markup=False,
    )
    with contextlib.suppress(KeyboardInterrupt):
        server.run()


def demo_of_lobby(seed: int, speed: float, port: int) -> None:
    """A generated branch, with three weeks behind it, at its morning peak. Ends when stopped."""
    file = BranchFile(generated.branch(), generated.branch_text())
    today = datetime.now(file.branch.zone).date()
    starts_at = demo.morning(generated.day(today, seed=seed))

    def prepare(data: Path) -> None:
        with out.status("Three weeks of the branch's past, so that its ranges are learned …"):
            _live_through_the_past(file.branch, data, today, seed)

    def play(line: demo.Line, clock: FastClock) -> Awaitable[None]:
        return demo.play_demo(line, clock, today, seed=seed)

    _run_demo(file, starts_at, speed, port, prepare, play)


def demo_of_day(day: PastDay, speed: float, port: int) -> None:
    """A day of history, played again by a branch that knows the days before. Serves on until stopped."""
    file = BranchFile(parse(day.branch_text, "the history's branch"), day.branch_text)

    def prepare(data: Path) -> None:
        with Journal.open(data / JOURNAL) as journal:
            journal.epoch(file.branch.id)
            journal.add_history(file.branch.id, day.before).result()

    async def play(line: demo.Line, clock: FastClock) -> None:
        player = demo.EventsPlayer(day.events, line, clock)
        await player.leap(parse_moment(day.events[len(day.events) // LEAP]["at"], "at"))
        await player.run()

    _run_demo(file, day.starts_at, speed, port, prepare, play)


def _run_demo(
    file: BranchFile,
    starts_at: float,
    speed: float,
    port: int,
    prepare: Callable[[Path], None],
    play: PlayOn,
) -> None:
    """Serve and play on a journal of its own, which ``prepare`` makes; the clock starts when that is done."""
    port = _free_port(LOCAL, port)
    with tempfile.TemporaryDirectory(prefix="lobbyclock-demo-") as folder:
        data = Path(folder)
        prepare(data)
        clock = FastClock(starts_at, speed)
        server = _server([file], data, clock, LOCAL, port)
        with (
            contextlib.suppress(KeyboardInterrupt),
            asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        ):
            runner.run(_serve_and_play(server, file.branch.id, port, play, clock))


async def _serve_and_play(
    server: uvicorn.Server, branch: str, port: int, play: PlayOn, clock: FastClock
) -> None:
    """The service and its player in one process: the player still goes through the socket."""
    serving = asyncio.create_task(server.serve())
    while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.05)
    base = f"http://{LOCAL}:{port}"
    out.print(f"A day at [bold]{branch}[/], {clock.speed:g} times faster than life: [bold]{base}/[/]")
    out.print("The morning is played first, at once. Ctrl-C stops it.")
    async with httpx2.AsyncClient(base_url=base, timeout=30) as client:
        playing = asyncio.ensure_future(play(demo.Line(client, branch), clock))
        await serving
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)


def _server(files: list[BranchFile], data: Path, clock: Clock, host: str, port: int) -> uvicorn.Server:
    return make_server(make_app(House(files, data, clock)), host, port)


def _free_port(host: str, port: int) -> int:
    """The port to listen on, any free one for 0. Errors: ``OSError``, at once, where it is taken."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            return int(probe.getsockname()[1])
        except OSError as error:
            raise OSError(error.errno, f"cannot listen there: {error.strerror}", f"{host}:{port}") from None


def _live_through_the_past(branch: Branch, data: Path, today: date, seed: int) -> None:
    """The events of the past days, acted in virtual time, as this branch's own journal."""
    past = live_through(branch, generated.past(today, seed=seed))
    with Journal.open(data / JOURNAL) as journal:
        epoch = journal.epoch(branch.id)
        journal.append(branch.id, epoch, 0, [to_record(event) for event in past.events]).result()
