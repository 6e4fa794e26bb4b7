"""Kill the real service under load, again and again, and look for what it had acknowledged.

``python tests/crash.py --rounds 200``: several clients press and report at once; ``kill -9`` comes at a
random moment; the service is started again on the same data. Every acknowledged event must be there, in a
dense order, once, with its content; one that was not acknowledged may be there once or not at all.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2

BRANCH = """
[branch]
id = "crash"
names = "Crash"
timezone = "UTC"
languages = ["en"]

[[business]]
id = "personal"
prefix = "A"
names = "Personal"
minutes = [1, 3, 8]

[[window]]
id = "1"
businesses = ["personal"]

[[window]]
id = "2"
businesses = ["personal"]
"""
API = "/api/v1/branches/crash"
START_S = 200.0
LOAD_S = (0.1, 0.8)
LEAST = 6
"""Acknowledgements before a kill, however slow the machine."""

Plain = dict[str, Any]


@dataclass
class Ledger:
    """What was sent, and what of it was acknowledged: the event's fields, by its id."""

    sent: set[str] = field(default_factory=set)
    acknowledged: dict[str, Plain] = field(default_factory=dict)
    found_unacknowledged: int = 0

    def check(self, events: list[Plain]) -> None:
        """Hold the whole journal against the ledger. Errors: ``AssertionError``."""
        seqs = [event["seq"] for event in events]
        assert seqs == list(range(1, len(seqs) + 1)), "the order is not dense"
        ours = [event for event in events if event["sender"] != "lobbyclock"]
        by_id = {event["id"]: event for event in ours}
        assert len(by_id) == len(ours), "an event is there twice"
        assert by_id.keys() <= self.sent, "an event that nobody sent"
        for name, expected in self.acknowledged.items():
            there = by_id.get(name)
            assert there is not None, f"acknowledged and lost: {name}"
            assert expected.items() <= there.items(), f"changed: {expected} → {there}"
        self.found_unacknowledged = len(by_id) - len(self.acknowledged)
        issued = [event["ticket"] for event in events if event["type"] == "ticket.issued"]
        assert len(issued) == len(set(issued)), "a ticket was issued twice"


class Client:
    """One of several that press at once; it stops when the service is gone."""

    def __init__(self, name: str, http: httpx2.AsyncClient, ledger: Ledger) -> None:
        self.name, self.http, self.ledger = name, http, ledger
        self.count = 0

    def id(self) -> str:
        """A new event's id, written down before it is sent."""
        self.count += 1
        name = f"{self.name}-{self.count}"
        self.ledger.sent.add(name)
        return name

    async def report(self) -> None:
        """Two events in one request: both or none."""
        first, second = self.id(), self.id()
        at = datetime.now(UTC).isoformat()
        common = {"sender": "client", "at": at, "ticket": first}
        events: list[Plain] = [
            {**common, "id": first, "type": "ticket.issued", "number": first[-12:], "business": "personal"},
            {**common, "id": second, "type": "ticket.abandoned"},
        ]
        answer = await self.http.post(API + "/events", json=events)
        if answer.status_code == 201:
            for event, place in zip(events, answer.json(), strict=True):
                del event["at"]
                self.ledger.acknowledged[event["id"]] = {**event, "seq": place["seq"]}

    async def take(self) -> None:
        """A ticket from the kiosk."""
        key = self.id()
        answer = await self.http.post(
            API + "/tickets", json={"business": "personal"}, headers={"Idempotency-Key": key}
        )
        if answer.status_code == 201:
            plain = answer.json()
            self.ledger.acknowledged[key] = {"ticket": plain["ticket"], "number": plain["number"]}

    async def press(self, window: str, name: str) -> None:
        """A teller's key; refused where things stand otherwise."""
        key = self.id()
        answer = await self.http.post(f"{API}/windows/{window}/{name}", headers={"Idempotency-Key": key})
        if answer.status_code != 200:
            return
        plain = answer.json()
        event = plain.get("event") or {"ticket": plain["ticket"], "window": window, "seq": plain["seq"]}
        self.ledger.acknowledged[key] = event

    async def run(self, part: str) -> None:
        """Go on until the service is killed."""
        with contextlib.suppress(httpx2.TransportError):
            while True:
                await self.act(part)

    async def act(self, part: str) -> None:
        """What a queue machine, a kiosk or a teller does."""
        if part == "machine":
            await self.report()
        elif part == "kiosk":
            await self.take()
        else:
            for name in ("open", "next", "start", "finish"):
                await self.press(part, name)


def free_port() -> int:
    """A port that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


class Service:
    """The real ``lobbyclock serve`` in a process of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self._log = (folder / "log").open("ab")
        places: list[str | Path] = [
            "--branches",
            folder / "crash.toml",
            "--data",
            folder / "data",
            "--port",
            str(port),
        ]
        self._process = subprocess.Popen(
            [str(Path(sys.executable).with_name("lobbyclock")), "serve", *map(str, places)],
            stdout=self._log,
            stderr=self._log,
        )

    async def ready(self) -> list[Plain]:
        """All events, as soon as it answers."""
        deadline = time.monotonic() + START_S
        async with httpx2.AsyncClient(base_url=self.base, timeout=START_S) as http:
            while time.monotonic() < deadline:
                assert self._process.poll() is None, "the service did not come back"
                try:
                    answer = await http.get(API + "/events")
                except httpx2.TransportError:
                    await asyncio.sleep(0.05)
                    continue
                assert answer.status_code == 200, answer.text
                return [json.loads(line) for line in answer.text.splitlines()]
        raise AssertionError("the service did not come back in time")

    def kill(self) -> None:
        """As a power cut: no goodbye."""
        self._process.kill()
        self._process.wait()
        self._log.close()


async def crash(folder: Path, rounds: int, seed: int) -> Ledger:
    """Start, load, kill, ``rounds`` times; and look each time, and in the end. Errors: ``AssertionError``."""
    rng = random.Random(seed)
    ledger = Ledger()
    (folder / "crash.toml").write_text(BRANCH)
    for number in range(rounds + 1):
        service = Service(folder, free_port())
        try:
            ledger.check(await service.ready())
            if number < rounds:
                await load(service, ledger, number, rng.uniform(*LOAD_S))
        finally:
            service.kill()
    return ledger


async def load(service: Service, ledger: Ledger, number: int, seconds: float) -> None:
    """Everybody at once, until the kill: at a random time, but not before something was acknowledged."""
    before = len(ledger.acknowledged)
    async with httpx2.AsyncClient(base_url=service.base, timeout=START_S) as http:
        parts = ["machine", "machine", "kiosk", "kiosk", "1", "2"]
        clients = [Client(f"r{number}-c{one}", http, ledger) for one in range(len(parts))]
        running = [asyncio.create_task(client.run(part)) for client, part in zip(clients, parts, strict=True)]
        await asyncio.sleep(seconds)
        while len(ledger.acknowledged) < before + LEAST:
            assert not all(one.done() for one in running), "the service went away by itself"
            await asyncio.sleep(0.01)
        service.kill()
        await asyncio.gather(*running)


def main() -> None:
    """Run it and print one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lobbyclock-crash-") as folder:
        ledger = asyncio.run(crash(Path(folder), asked.rounds, asked.seed))
    print(  # noqa: T201
        f"{asked.rounds} kills: {len(ledger.acknowledged)} events acknowledged, 0 lost, 0 doubled; "
        f"of {len(ledger.sent) - len(ledger.acknowledged)} unacknowledged, {ledger.found_unacknowledged} kept"
    )


if __name__ == "__main__":
    main()
