"""The one composition root: the application around a house, and the server around the application."""

from __future__ import annotations

import gc
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

import uvicorn
from fastapi import APIRouter, FastAPI, Response
from fastapi.staticfiles import StaticFiles
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import problems
from app.advice import Advisor
from app.audience import Audience, for_whom
from app.hours.almanac import Almanac
from app.house import House
from app.printing.press import Printing
from app.promises.archive import Archive
from app.routes import (
    advice,
    events,
    hours,
    leaving,
    live,
    notices,
    pages,
    printers,
    promises,
    staffing,
    state,
    studies,
    tickets,
    why,
    windows,
)
from app.routes.common import BRANCH, HouseOf
from app.screen_protocol import uvicorn_options
from app.shortcut import Shortcut
from app.studies.desk import Desk
from app.voice import OWN, OwnRecordings
from display.pages import STATIC, build
from estimator.forecast import compile_kernels
from simulations import drawing

COLLECT = (100_000, 20, 50)
"""The collector's thresholds: hardly anything here is cyclic, and every collection holds everybody up."""
SWITCH_S = 0.001
"""A thread that thinks lets the loop go on after so long; Python's 5 ms add up over system calls."""
POLICY = b"default-src 'self'; img-src 'self' data:; frame-ancestors 'self'; base-uri 'none'"

health = APIRouter(tags=["health"])


@health.get("/healthz")
@for_whom(Audience.MACHINE)
async def get_health(house: HouseOf, response: Response) -> dict[str, str | None]:
    """For each branch, what is wrong with its recording or forecasting; 503 where anything is."""
    failures = {name: branch.failure for name, branch in house.lives.items()}
    if any(failures.values()):
        response.status_code = 503
    return failures


def make_app(house: House) -> FastAPI:
    """The application that serves a house. Resources open and close with its lifespan."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        compile_kernels()
        drawing.compile_kernels()
        build()  # reads all that pages are made of: not while screens wait, nor after an update
        await house.open()
        gc.collect()
        gc.freeze()  # what is here now stays: full collections need not walk it
        gc.set_threshold(*COLLECT)
        sys.setswitchinterval(SWITCH_S)
        yield
        await app.state.desk.close()
        await app.state.printing.close()
        await house.close()

    observed = any(name.startswith("OTEL_") for name in os.environ)  # to find out costs with every request
    app = FastAPI(
        telemetry={"tracing": observed, "metrics": observed, "logs": observed},
        title="Lobbyclock",
        summary="How long things take in a bank branch, as honest ranges.",
        version=version("lobbyclock"),
        lifespan=lifespan,
        docs_url=None,  # their scripts are another site's
        redoc_url=None,
        middleware=[Middleware(HeadAsGet), Middleware(SafeHeaders)],
    )
    app.state.house = house
    app.state.archive = Archive()
    app.state.advisor = Advisor()
    app.state.almanac = Almanac()
    app.state.desk = Desk(house)
    app.state.printing = Printing(each.branch for each in house.lives.values())
    problems.install(app, pages.error_page)
    for module in (
        *(events, tickets, windows, notices, why, advice, state),
        *(promises, hours, printers, studies, live),
    ):
        app.include_router(module.router, prefix=BRANCH)
    app.include_router(pages.router)
    app.include_router(leaving.router)
    app.include_router(staffing.router)
    app.include_router(health)
    app.mount(OWN, OwnRecordings(house.recordings), name="own_voice")
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    reports = {"events": events.post_events, "heartbeat": events.post_heartbeat}
    if not observed:  # telemetry is one of the layers
        app.middleware_stack = Shortcut(app.build_middleware_stack(), house, BRANCH, reports)
    return app


def make_server(app: FastAPI, host: str, port: int) -> uvicorn.Server:
    """The server, with the websocket protocol that the hub writes to."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        **uvicorn_options(),
    )
    return Server(config, app.state.house)


class Server(uvicorn.Server):
    """Says goodbye to the screens before uvicorn closes their connections."""

    def __init__(self, config: uvicorn.Config, house: House) -> None:
        super().__init__(config)
        self._house = house

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop: the farewell first, then as uvicorn."""
        await self._house.say_goodbye()
        await super().shutdown(sockets)


class HeadAsGet:
    """Answers HEAD wherever GET is answered (RFC 9110, 9.3.2); the server leaves the body out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)


class SafeHeaders:
    """Lets pages load and run nothing but the service's own files."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers to whatever is answered."""
        if scope["type"] != "http" or scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        own = scope["path"].startswith("/t/")  # its address is a secret

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    (b"content-security-policy", POLICY),
                    (b"x-content-type-options", b"nosniff"),
                    (b"referrer-policy", b"no-referrer" if own else b"same-origin"),
                    (b"cache-control", b"no-store" if own else b"no-cache"),
                    *([(b"x-robots-tag", b"noindex")] if own else []),
                ]
            await send(message)

        await self._app(scope, receive, with_headers)
