"""The small branch, served: in memory for what is asked over HTTP, on a real socket for what needs one."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from app.house import House
from app.main import make_app, make_server

from .served import SMALL, TEN, Serve, Served, StandingClock, branch_file


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def serve(tmp_path: Path) -> Serve:
    """Serve the branch on this test's data, again and again: each time is a restart."""

    @asynccontextmanager
    async def opened(text: str = SMALL, *, at: float = TEN, sockets: bool = False) -> AsyncIterator[Served]:
        clock = StandingClock(at)
        house = House([branch_file(text)], tmp_path / "data", clock)
        app = make_app(house)
        if not sockets:
            transport = httpx2.ASGITransport(app)
            async with (
                app.router.lifespan_context(app),
                httpx2.AsyncClient(transport=transport, base_url="http://branch") as client,
            ):
                yield Served(client, house, clock)
            return
        server = make_server(app, "127.0.0.1", 0)
        listening = socket.create_server(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        running = asyncio.create_task(server.serve([listening]))
        while not server.started:
            assert not running.done(), running
            await asyncio.sleep(0.01)
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            yield Served(client, house, clock, f"127.0.0.1:{port}")
            server.should_exit = True
            await client.aclose()
            await running

    return opened


@pytest.fixture
async def small(serve: Serve) -> AsyncIterator[Served]:
    """The branch at ten, in memory; windows 1 and 3 are open."""
    async with serve() as branch:
        await branch.press("1", "open", {"teller": "t1"})
        await branch.press("3", "open")
        yield branch
