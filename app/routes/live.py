"""The live channel: a screen joins, and gets the whole picture on each change."""

from __future__ import annotations

import time
from typing import Annotated

import structlog
from fastapi import APIRouter, Query, WebSocket
from starlette.requests import HTTPConnection

from app import problems
from app.audience import Audience, for_whom
from app.branch.errors import BranchError, Malformed, Unknown
from app.hub import serve_screen
from app.live import Live

from .common import the_house, window_of

router = APIRouter()

ROOMS = ("hall", "board")
COUNTERS = ("window", "desk", "teller")
CLOCK_S = 60.0
"""A screen's clock may be off by so much before a word is said of it."""
log = structlog.get_logger()


@router.websocket("/live")
@for_whom(Audience.PUBLIC, Audience.SCREEN, Audience.TELLER, Audience.MANAGER)
async def get_live(
    websocket: WebSocket,
    branch: str,
    screen: str = "hall",
    window: str | None = None,
    ticket: str | None = None,
    token: str | None = None,
    clock: Annotated[float | None, Query(allow_inf_nan=False)] = None,
) -> None:
    """Join as ``screen``: hall, board, window, desk, teller (of ``window``) or ticket (by ``token``).

    ``clock``: the screen's own, in ms since 1970. Nothing goes by it; the operator is told of a wrong one.
    """
    if foreign := foreign_origin(websocket):
        detail = f"Origin {foreign[:80]!r} is not this service's."
        await websocket.send_denial_response(problems.problem(403, "Foreign", detail, field="Origin"))
        return
    try:
        live = the_house(websocket).live(branch)
        topic = topic_of(websocket, live, screen, window, ticket, token)
    except BranchError as error:
        await websocket.send_denial_response(problems.of(error))
        return
    if clock is not None and screen != "ticket" and abs(ahead := clock / 1000 - time.time()) > CLOCK_S:
        where = websocket.client.host if websocket.client else None
        log.warning(
            "screen's clock is wrong", branch=branch, screen=topic, address=where, ahead_s=round(ahead)
        )
    await serve_screen(websocket, live.hub, topic, lambda: live.first(topic), live.pulse)


def foreign_origin(asked: HTTPConnection) -> str | None:
    """Another site whose page this is: cross-origin rules of browsers do not guard websockets."""
    origin = asked.headers.get("origin")
    here = asked.headers.get("host")
    return origin if origin and origin.partition("://")[2] != here else None


def topic_of(
    websocket: WebSocket, live: Live, screen: str, window: str | None, ticket: str | None, token: str | None
) -> str:
    """The hub's topic of a screen. Errors: ``Malformed``, ``Unknown``."""
    if screen in ROOMS:
        return screen
    if screen in COUNTERS:
        if window is None:
            raise Malformed("window", f"screen={screen} needs window=…")
        return f"{screen}:{window_of(live, window)}"
    if screen != "ticket":
        raise Unknown("screen", screen, (*ROOMS, *COUNTERS, "ticket"))
    if token is not None:
        there, ticket = the_house(websocket).by_token(token)
        if there is not live:
            raise Unknown("ticket link", token[:64], ())
    if ticket is None:
        raise Malformed("token", "screen=ticket needs token=…")
    if ticket not in live.owner.state.tickets:
        raise Unknown("ticket", ticket, ())
    return f"ticket:{ticket}"
