"""A small branch that is served, and the ways to ask it."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx2

from app.branch.branch_file import parse
from app.clock import FastClock
from app.house import BranchFile, House
from app.live import Live

ZONE = ZoneInfo("Asia/Shanghai")
TEN = datetime(2026, 3, 2, 10, tzinfo=ZONE).timestamp()
API = "/api/v1/branches/small"

SMALL = """
[branch]
id = "small"
names = { "zh-Hans" = "小支行", en = "Small branch" }
timezone = "Asia/Shanghai"
day_change = "04:00"
languages = ["zh-Hans", "en"]

[[business]]
id = "personal"
prefix = "A"
names = { "zh-Hans" = "个人业务", en = "Personal" }
minutes = [2, 6, 16]

[[business]]
id = "corporate"
prefix = "B"
names = { "zh-Hans" = "对公业务", en = "Corporate" }
minutes = [4, 10, 28]
items = true

[[window]]
id = "1"
businesses = ["personal"]

[[window]]
id = "2"
businesses = ["personal"]
reluctance = { corporate = 600 }

[[window]]
id = "3"
businesses = ["corporate"]

[priority.elderly]
head_start_s = 900
names = "Seniors first"

[[step]]
id = "approval"
names = "Approval"
public = "Waiting for approval"
resource = "supervisor"
minutes = [1, 3, 6]

[[step]]
id = "cash"
names = "Cash counting"
resource = "machine"

[[sender]]
id = "machine"
authoritative = true
reports = ["issued", "no_show", "abandoned"]
heartbeat_s = 60
"""


class StandingClock(FastClock):
    """Stands until it is told another time, so that no pause of the machine is one of the branch's."""

    def __init__(self, at: float) -> None:
        super().__init__(at, 1.0)

    def now(self) -> float:
        return self._base


@dataclass
class Served:
    """A served branch, and the ways to ask it. ``url`` only on a real socket."""

    client: httpx2.AsyncClient
    house: House
    clock: FastClock
    url: str = ""

    @property
    def live(self) -> Live:
        return self.house.live("small")

    async def post(
        self, path: str, body: object = None, key: str | None = None, **more: str
    ) -> httpx2.Response:
        headers = {name.replace("_", "-"): value for name, value in more.items()}
        if key:
            headers["Idempotency-Key"] = key
        return await self.client.post(API + path, json=body, headers=headers)

    async def press(self, window: str, name: str, body: object = None, **more: str) -> httpx2.Response:
        """A teller's key, which must work."""
        answer = await self.post(f"/windows/{window}/{name}", body, **more)
        assert answer.status_code == 200, answer.text
        return answer

    async def take(self, business: str = "personal", **more: object) -> dict[str, Any]:
        """A ticket from the kiosk."""
        answer = await self.post("/tickets", {"business": business, **more})
        assert answer.status_code == 201, answer.text
        taken: dict[str, Any] = answer.json()
        return taken

    async def tell(self, *events: dict[str, Any]) -> httpx2.Response:
        """Events of the queue machine, stamped now."""
        whole = [
            {"sender": "machine", "id": f"m{next(NUMBERS)}", "at": moment(self.clock.now()), **event}
            for event in events
        ]
        return await self.post("/events", whole)

    async def get(self, path: str, **params: str) -> dict[str, Any]:
        answer = await self.client.get(API + path, params=params)
        assert answer.status_code == 200, answer.text
        plain: dict[str, Any] = answer.json()
        return plain

    async def events(self) -> list[dict[str, Any]]:
        answer = await self.client.get(API + "/events")
        return [json.loads(line) for line in answer.text.splitlines()]

    async def reported(self) -> list[dict[str, Any]]:
        """What others than the service itself said."""
        return [event for event in await self.events() if event["sender"] != "lobbyclock"]

    def view(self, topic: str) -> dict[str, Any]:
        """What a screen that joins now would see."""
        first = self.live.first(topic)
        assert first is not None
        plain: dict[str, Any] = json.loads(first)["view"]
        return plain

    async def turn(self, jump_s: float = 0.0) -> None:
        """Let branch time go on, and the service look at it."""
        if jump_s:
            self.clock.jump(self.clock.now() + jump_s)
        for _ in range(2):  # one pass may have begun before
            before = self.live._passed_at
            self.live._wake.set()
            async with asyncio.timeout(60):
                while self.live._passed_at == before:  # noqa: ASYNC110 - nothing tells
                    await asyncio.sleep(0.005)


NUMBERS = itertools.count()


def moment(at: float) -> str:
    return datetime.fromtimestamp(at, ZONE).isoformat(timespec="milliseconds")


def branch_file(text: str = SMALL) -> BranchFile:
    return BranchFile(parse(text), text)


Serve = Callable[..., AbstractAsyncContextManager[Served]]
