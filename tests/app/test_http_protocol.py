"""Answers over real sockets: each in one write, whole, and in order."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn
import uvloop
from fastapi import FastAPI, Response
from fastapi.responses import StreamingResponse
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.http_protocol import HeadKept, HttpProtocol
from app.screen_protocol import uvicorn_options

PATIENCE_S = 60.0


class Wire:
    """A transport that remembers what was written."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        assert not self.closed
        self.written.append(data)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


def written(*writes: bytes | None) -> Wire:
    """What leaves when this is written; None: a turn of the loop."""
    wire: Any = Wire()

    async def write() -> None:
        transport = HeadKept(wire, asyncio.get_running_loop())
        for data in writes:
            if data is None:
                await asyncio.sleep(0)
            else:
                transport.write(data)
        transport.close()
        assert transport.is_closing()

    asyncio.run(write())
    whole: Wire = wire
    return whole


HEAD = b"HTTP/1.1 200 OK\r\n\r\n"


def test_a_head_leaves_with_its_body() -> None:
    assert written(HEAD, b"[]", b"more", None).written == [HEAD + b"[]", b"more"]


def test_a_head_whose_body_is_late_leaves_alone() -> None:
    assert written(HEAD, None, b"late").written == [HEAD, b"late"]


def test_closing_loses_nothing() -> None:
    assert written(HEAD).written == [HEAD]


def make_app() -> FastAPI:
    app = FastAPI()

    @app.get("/whole")
    async def whole() -> Response:
        return Response(b"all of it")

    @app.get("/parts")
    async def parts() -> StreamingResponse:
        async def each() -> AsyncIterator[bytes]:
            for part in (b"one\r\n\r\n", b"two\r\n\r\n", b"three"):
                yield part

        return StreamingResponse(each())

    return app


async def served(requests: list[bytes], until: bytes) -> bytes:
    """What a real server answers to requests on one connection."""
    server = uvicorn.Server(uvicorn.Config(make_app(), port=0, log_level="critical", **uvicorn_options()))
    task = asyncio.create_task(server.serve())
    async with asyncio.timeout(PATIENCE_S):
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"".join(requests))
        answer = await reader.readuntil(until)
        writer.close()
        server.should_exit = True
        await task
    return answer


@pytest.mark.parametrize("loop", [asyncio.run, uvloop.run])
def test_a_real_server_answers_in_order(loop: Any) -> None:  # noqa: ANN401 - two runners
    ask = [f"GET /{name} HTTP/1.1\r\nHost: here\r\n\r\n".encode() for name in ("whole", "parts", "whole")]
    answer = loop(served(ask, b"three\r\n0\r\n\r\n"))
    assert answer.count(b"HTTP/1.1 200 OK") == 2
    assert answer.index(b"all of it") < answer.index(b"one") < answer.index(b"two") < answer.index(b"three")


def test_what_uvicorn_must_keep() -> None:
    """The protocol takes its transport in `connection_made` and hands it to the websocket's when asked."""
    assert issubclass(HttpProtocol, HttpToolsProtocol)
    for name in ("connection_made", "handle_websocket_upgrade"):
        assert "self.transport" in inspect.getsource(getattr(HttpToolsProtocol, name))
