"""The service under load: a branch of twelve windows, in a process of its own, whole or with parts taken out.

Parts are taken out here only, by subclasses: the route, the fold, the views and the hub stay the same code.

    python benchmarks/service.py VARIANT DIRECTORY    # serves until its standard input ends
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from unittest import mock

from app.journal import Journal

SERVER_CORE, LOAD_CORE = 0, 1
BRANCH = "bench"
SPEED = 60.0
"""Branch seconds in a second: twenty events a second then make services and waits as long as in life."""
START = 1_795_000_000.0
WINDOWS = tuple(str(number) for number in range(1, 13))
BUSINESSES = {"personal": (1, 3, 8), "cash": (1, 2, 5), "corporate": (2, 6, 16), "wealth": (5, 12, 30)}
JOURNAL = "journal.sqlite"
WHOLE, NO_JOURNAL, FLOOR = "whole", "no-journal", "floor"


def pin(core: int) -> None:
    """Stay on one core, where there is more than one."""
    if len(os.sched_getaffinity(0)) > 1:
        os.sched_setaffinity(0, {core})


def takes(window: int) -> list[str]:
    """The businesses of a window: three of the four."""
    return [name for at, name in enumerate(BUSINESSES) if (at + window) % 4]


def branch_text() -> str:
    """The branch file: twelve windows, four businesses, one priority, all four languages."""
    languages = ("zh-Hans", "zh-Hant-TW", "zh-Hant-HK", "en")

    def names(name: str) -> str:
        return "{ " + ", ".join(f'"{language}" = "{name}"' for language in languages) + " }"

    head = (
        f'[branch]\nid = "{BRANCH}"\nnames = {names("Bench")}\ntimezone = "Asia/Shanghai"\n'
        f"languages = {json.dumps(languages)}\n"
    )
    parts = [head]
    for (name, minutes), prefix in zip(BUSINESSES.items(), "ABCD", strict=True):
        parts.append(
            f'[[business]]\nid = "{name}"\nprefix = "{prefix}"\nnames = {names(name)}\n'
            f"minutes = {list(minutes)}\n"
        )
    for number, window in enumerate(WINDOWS):
        helps = next(name for name in BUSINESSES if name not in takes(number))
        parts.append(
            f'[[window]]\nid = "{window}"\nlabel = "{window}"\nbusinesses = {json.dumps(takes(number))}\n'
            f"reluctance = {{ {helps} = 600 }}\n"
        )
    parts.append(f"[priority.elderly]\nhead_start_s = 300\nnames = {names('Seniors first')}\n")
    return "\n".join(parts)


# The server's side


class NoJournal:
    """A journal taken out: it says at once that it has what it never kept."""

    def epoch(self, _branch: str) -> str:
        """Some epoch."""
        return "none"

    def append(self, *_: object) -> Future[None]:
        """Done."""
        future: Future[None] = Future()
        future.set_result(None)
        return future

    save_snapshot = append

    def nothing(self, *_: object, **__: object) -> None:
        """Know nothing."""

    find = ticket_known = load_snapshot = close = nothing

    def none(self, *_: object, **__: object) -> list[Any]:
        """Hold nothing."""
        return []

    history = read = none


def make_house(variant: str, directory: Path) -> Any:  # noqa: ANN401 - imported late, as start-up is measured
    """The house of the bench branch, with whatever the variant takes out."""
    from app import house  # noqa: PLC0415
    from app.branch.branch_file import parse  # noqa: PLC0415
    from app.clock import FastClock  # noqa: PLC0415
    from app.live import Live  # noqa: PLC0415
    from app.owner import TICK_S  # noqa: PLC0415

    class Paced(Live):
        """Ticks every ten seconds of this machine's time, as it would at the pace of life."""

        def _until_tick(self) -> float:
            return TICK_S

    class WithoutJournal(Paced):
        def __init__(self, *args: Any) -> None:  # noqa: ANN401
            branch, text, _, hub, clock = args
            super().__init__(branch, text, cast("Any", NoJournal()), hub, clock)

    class Floor(WithoutJournal):
        """Neither journal nor forecast: fold, views, hub."""

        async def _pass(self) -> None:
            self._passed_seq = self._owner.state.seq
            self._passed_at = asyncio.get_running_loop().time()
            self._publish()

    lives = {WHOLE: Paced, NO_JOURNAL: WithoutJournal, FLOOR: Floor}
    text = branch_text()
    with mock.patch.object(house, "Live", lives[variant]):
        return house.House(
            [house.BranchFile(parse(text, "bench.toml"), text)], directory, FastClock(START, SPEED)
        )


async def _serve(variant: str, directory: Path) -> None:
    from app.main import make_app, make_server  # noqa: PLC0415

    imports = resident_bytes(os.getpid())
    house = make_house(variant, directory)
    server = make_server(make_app(house), "127.0.0.1", 0)
    server.config.timeout_keep_alive = 600  # a variant waits for its turn
    since = house.clock._since  # noqa: SLF001
    with server.capture_signals():
        running = asyncio.create_task(server._serve())  # noqa: SLF001 - its port is asked for
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        print(json.dumps({"port": port, "clock": since, "imports": imports}), flush=True)
        await asyncio.to_thread(sys.stdin.read)
        server.should_exit = True
        await running


# The load's side


@dataclass(frozen=True, slots=True)
class Service:
    """A running server, as the load generator sees it."""

    variant: str
    port: int
    pid: int
    clock: float
    imports: int

    def now(self) -> float:
        """The branch's time."""
        return START + (time.monotonic() - self.clock) * SPEED

    def cpu_s(self) -> float:
        """CPU seconds that the server has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_bytes(pid: int) -> int:
    """The resident memory of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@contextlib.contextmanager
def serving(*variants: str) -> Iterator[list[Service]]:
    """Run a server of each variant, on the server's core, with a fresh journal on this disk."""
    build = Path(__file__).parent / "build"
    build.mkdir(exist_ok=True)
    with contextlib.ExitStack() as stack:
        services = []
        for variant in variants:
            directory = stack.enter_context(tempfile.TemporaryDirectory(dir=build))
            Journal.open(Path(directory) / JOURNAL).close()  # making one loads alembic: not what is measured
            process = subprocess.Popen(
                [sys.executable, __file__, variant, directory],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            stack.callback(_stop, process)
            line = process.stdout.readline() if process.stdout else ""
            if not line:
                raise SystemExit(f"the {variant} server did not start")
            services.append(Service(variant, pid=process.pid, **json.loads(line)))
        yield services


def _stop(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=20)
        return
    process.kill()
    process.communicate()


def p(latencies: Sequence[float], share: float) -> float:
    """A percentile, in milliseconds, by rank."""
    ranked = sorted(latencies)
    return 1_000 * ranked[min(int(share * len(ranked)), len(ranked) - 1)]


def where() -> str:
    """Which cores did what."""
    alone = len(os.sched_getaffinity(0)) > 1 or os.cpu_count() == 1
    return (
        f"Server on core {SERVER_CORE}, load generator (Python, raw sockets, epoll) on core {LOAD_CORE}."
        if alone or os.sched_getaffinity(0) == {LOAD_CORE}
        else "Server and load generator share the cores."
    )


if __name__ == "__main__":
    import uvloop

    pin(SERVER_CORE)
    uvloop.run(_serve(sys.argv[1], Path(sys.argv[2])))
