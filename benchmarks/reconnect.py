"""A whole lobby comes back after the service was restarted, or killed, while events go on.

300 screens follow the pages' own rule (`display/static/live-model.js`): after the service's farewell they
wait for what it asked, and then, as after any broken line, for a random part of some seconds. A sender
reports 20 events a second all the while. Printed is when the last screen had its view again, counted from
when the service answered, and how long the events took until then.

    python benchmarks/reconnect.py [--quick]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import random
import re
import signal
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import websockets
from installed import COMMAND, free_port
from load import allow_many_sockets
from service import BRANCH, BUSINESSES, LOAD_CORE, SERVER_CORE, WINDOWS, branch_text, p, pin

API = f"/api/v1/branches/{BRANCH}"
SCREENS = 300
RATE = 20.0
MODEL = Path(__file__).parent.parent / "display/static/live-model.js"


def jitter_s() -> tuple[float, float]:
    """The least and the additional seconds that pages wait, read from their own script."""
    rule = re.search(r"retryS \* 1000 \+ (\d+) \+ random \* (\d+)", MODEL.read_text("utf-8"))
    if rule is None:
        raise SystemExit(f"{MODEL.name} has another rule for reconnecting than this benchmark knows")
    return int(rule[1]) / 1000, int(rule[2]) / 1000


@dataclass(slots=True)
class Lobby:
    """What the screens and the sender saw since the service was told to end."""

    port: int
    back: dict[int, float] = field(default_factory=dict)
    """When each screen first had a view, by its number."""
    taken_s: list[tuple[float, float]] = field(default_factory=list)
    """When each event was sent, and the seconds until it was taken."""


async def screen(lobby: Lobby, number: int, topic: str) -> None:
    """A screen, for ever."""
    least_s, more_s = jitter_s()
    while True:
        asked_s = 0.0
        with contextlib.suppress(OSError, websockets.WebSocketException):
            url = f"ws://127.0.0.1:{lobby.port}{API}/live?{topic}"
            async with websockets.connect(url, compression=None, open_timeout=None) as line:
                async for message in line:
                    if '"kind":"restarting"' in message[:40]:
                        asked_s = json.loads(message)["retry_s"]
                        break
                    lobby.back.setdefault(number, time.monotonic())
        await asyncio.sleep(asked_s + least_s + random.random() * more_s)


async def sender(lobby: Lobby) -> None:
    """A ticket is issued and given up, for ever; each event is sent again until it is taken."""
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{lobby.port}", timeout=30) as client:
        for number in itertools.count():
            ticket = f"c{number // 2}"
            about = (
                {"number": f"A{number // 2}", "business": next(iter(BUSINESSES))} if number % 2 == 0 else {}
            )
            kind = "ticket.abandoned" if number % 2 else "ticket.issued"
            at = datetime.now(UTC).isoformat(timespec="milliseconds")
            event = {"id": f"e{number}", "type": kind, "at": at, "ticket": ticket, **about}
            taken_s = None
            while taken_s is None:
                began = time.monotonic()
                with contextlib.suppress(httpx2.TransportError):
                    (await client.post(f"{API}/events", json=event)).raise_for_status()
                    taken_s = time.monotonic() - began
                await asyncio.sleep(max(1 / RATE - (taken_s or 0.0), 0))
            lobby.taken_s.append((began, taken_s))


class Service:
    """``lobbyclock serve`` on one port and one journal, started again and again."""

    def __init__(self, folder: Path) -> None:
        (folder / "bench.toml").write_text(branch_text(), "utf-8")
        self.port = free_port()
        where = ("--branches", folder / "bench.toml", "--data", folder / "data")
        self._command = tuple(map(str, (COMMAND, "serve", *where)))
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start, and wait until it answers."""
        self._process = await asyncio.create_subprocess_exec(
            *self._command, "--port", str(self.port), stdout=asyncio.subprocess.DEVNULL
        )
        os.sched_setaffinity(self._process.pid, {SERVER_CORE})
        async with httpx2.AsyncClient() as client:
            while True:
                with contextlib.suppress(httpx2.TransportError):
                    if (await client.get(f"http://127.0.0.1:{self.port}/healthz")).status_code == 200:
                        return
                await asyncio.sleep(0.02)

    async def end(self, by: signal.Signals) -> None:
        """End it, and wait until it is gone."""
        if self._process is not None:
            self._process.send_signal(by)
            await self._process.wait()


async def rounds(folder: Path, number: int) -> None:
    """Restart and kill so many times each, and print what each took."""
    service = Service(folder)
    lobby = Lobby(service.port)
    pin(LOAD_CORE)
    await service.start()
    people = [asyncio.create_task(sender(lobby))]
    people += [asyncio.create_task(screen(lobby, at, topic)) for at, topic in enumerate(topics())]
    try:
        await everybody(lobby)
        for by in (signal.SIGTERM, signal.SIGKILL) * number:
            lobby.back.clear()
            gone_at = time.monotonic()
            await service.end(by)
            lobby.back.clear()  # a view that came before the end
            await service.start()
            answers_at = time.monotonic()
            await everybody(lobby)
            await asyncio.sleep(1.0)
            took = [seconds for at, seconds in lobby.taken_s if at > answers_at]
            how = "told to end" if by is signal.SIGTERM else "killed"
            away_s, last_s = answers_at - gone_at, max(lobby.back.values()) - answers_at
            late = " | ".join(f"{ms:.0f}" for ms in (p(took, 0.5), p(took, 0.99), p(took, 1.0)))
            print(f"| {how} | {away_s:.1f} | {last_s:.1f} | {len(took)} | {late} |", flush=True)
    finally:
        for one in people:
            one.cancel()
        await asyncio.gather(*people, return_exceptions=True)
        await service.end(signal.SIGTERM)


def topics() -> list[str]:
    """What the screens show."""
    counters = itertools.cycle(
        f"screen={kind}&window={one}" for kind in ("window", "desk") for one in WINDOWS
    )
    return ["screen=hall"] * 30 + ["screen=board"] * 6 + list(itertools.islice(counters, SCREENS - 36))


async def everybody(lobby: Lobby) -> None:
    """Wait until each screen has a view."""
    async with asyncio.timeout(60):
        while len(lobby.back) < SCREENS:  # noqa: ASYNC110 - no event for it
            await asyncio.sleep(0.02)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="one restart, one kill")
    arguments = parser.parse_args()
    allow_many_sockets()
    print(f"{SCREENS} screens, {RATE:.0f} events/s.\n")
    print("| service | away s | last screen back s | events | p50 ms | p99 ms | longest ms |")
    print("|---|---|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory(prefix="lobbyclock-reconnect-") as folder:
        asyncio.run(rounds(Path(folder), 1 if arguments.quick else 5))


if __name__ == "__main__":
    main()
