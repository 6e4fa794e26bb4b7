"""A short way in for what machines report: past the framework's layers, not past the service's rules.

Machines report event after event, and what FastAPI does around a request (ten layers that pass each message
on, matching, injection, exit stacks) costs as much as the event. These routes need none of it but the branch
in the path. They are FastAPI's too: so they stand in its schema, and other methods are refused there.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping

from fastapi import Request, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from app import problems
from app.branch.errors import BranchError
from app.house import House
from app.journal import JournalError
from app.live import Live

Endpoint = Callable[[Live, Request], Awaitable[Response]]


class Shortcut:
    """Calls some endpoints by itself, and everything else through ``app``.

    ``endpoints``: what takes a POST to ``{prefix}/{name}``, by name; ``{branch}`` stands in the prefix.
    """

    def __init__(self, app: ASGIApp, house: House, prefix: str, endpoints: Mapping[str, Endpoint]) -> None:
        self._app = app
        self._house = house
        self._endpoints = endpoints
        self._path = re.compile(prefix.replace("{branch}", "([^/]+)") + f"/({'|'.join(endpoints)})")
        self._limited = problems.BodyLimit(self._report, problems.BODY_BYTES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a report, or pass a request on."""
        if scope["type"] == "http" and scope["method"] == "POST" and self._path.fullmatch(scope["path"]):
            await self._limited(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _report(self, scope: Scope, receive: Receive, send: Send) -> None:
        branch, name = self._path.fullmatch(scope["path"]).groups()  # type: ignore[union-attr]
        try:
            response = await self._endpoints[name](self._house.live(branch), Request(scope, receive))
        except (BranchError, JournalError) as error:
            response = problems.of(error)
        except HTTPException:  # only the limit raises one
            response = problems.too_large(problems.BODY_BYTES)
        except ClientDisconnect:  # half a body, and nobody to answer
            return
        except Exception:
            await problems.fault()(scope, receive, send)
            raise  # to the server, which logs it
        await response(scope, receive, send)
