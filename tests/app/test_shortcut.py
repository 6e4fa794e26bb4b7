"""What the short way does beside the routes' own work; those are held in `routes/test_events.py`."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

import pytest
from fastapi import Request, Response

from app.live import Live
from app.main import make_app
from app.shortcut import Shortcut
from tests.app.served import Served

pytestmark = pytest.mark.anyio

PREFIX = "/api/{branch}"


async def passed_on(_scope: object, _receive: object, send: Any) -> None:  # noqa: ANN401
    await send({"type": "passed on"})


async def echo(live: Live, request: Request) -> Response:
    return Response(live.branch.id.encode() + b" " + await request.body())


async def ask(
    served: Served, path: str, *messages: Mapping[str, Any], method: str = "POST", scheme: str = "http"
) -> list[MutableMapping[str, Any]]:
    """The messages that a request is answered with."""
    sent: list[MutableMapping[str, Any]] = []
    coming = iter(messages)

    async def receive() -> Any:  # noqa: ANN401
        return next(coming)

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    async def fails(_live: Live, _request: Request) -> Response:
        raise ZeroDivisionError

    shortcut = Shortcut(passed_on, served.house, PREFIX, {"echo": echo, "fails": fails})
    scope = {"type": scheme, "method": method, "path": path, "headers": []}
    try:
        await shortcut(scope, receive, send)
    except ZeroDivisionError:
        sent.append({"type": "raised"})
    return sent


BODY = {"type": "http.request", "body": b"hello", "more_body": False}


async def test_only_its_own_posts_are_answered(small: Served) -> None:
    assert (await ask(small, "/api/small/echo", BODY))[1]["body"] == b"small hello"
    for other in ("/api/small/echo/", "/api/echo", "/api/small/x/echo", "/x/api/small/echo"):
        assert await ask(small, other, BODY) == [{"type": "passed on"}]
    assert await ask(small, "/api/small/echo", BODY, method="GET") == [{"type": "passed on"}]
    assert await ask(small, "/api/small/echo", scheme="websocket") == [{"type": "passed on"}]


async def test_what_goes_wrong_is_a_problem(small: Served) -> None:
    assert (await ask(small, "/api/nowhere/echo", BODY))[0]["status"] == 404
    start, _, raised = await ask(small, "/api/small/fails", BODY)
    assert (start["status"], raised["type"]) == (500, "raised")
    assert (b"content-type", b"application/problem+json") in start["headers"]
    much = {"type": "http.request", "body": bytes(1 << 20), "more_body": True}
    assert (await ask(small, "/api/small/echo", much, much))[0]["status"] == 413


async def test_who_leaves_in_the_middle_of_a_body_is_not_answered(small: Served) -> None:
    half = {"type": "http.request", "body": b"he", "more_body": True}
    assert await ask(small, "/api/small/echo", half, {"type": "http.disconnect"}) == []


async def test_the_schema_still_has_the_reports_and_their_other_methods_are_refused(small: Served) -> None:
    paths = make_app(small.house).openapi()["paths"]
    for name in ("events", "heartbeat"):
        path = f"/api/v1/branches/{{branch}}/{name}"
        assert paths[path]["post"]
        answer = await small.client.delete(path.format(branch="small"))
        assert answer.status_code == 405
        assert answer.headers["content-type"] == "application/problem+json"
