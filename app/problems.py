"""Errors as RFC 9457 problem details: what is wrong, where, and what is known instead."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.branch.errors import BranchError, Malformed, Over, Refused, Stale, Unknown
from app.journal import JournalError, Unavailable

MEDIA_TYPE = "application/problem+json"
BODY_BYTES = 1 << 20


class Problem(JSONResponse):
    """Problem details. What was sent may be quoted, even where it is no text that UTF-8 can write."""

    media_type = MEDIA_TYPE
    detail = ""

    def render(self, content: Any) -> bytes:  # noqa: ANN401 - JSON
        """Half a surrogate pair stays escaped, as it came."""
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "backslashreplace")


def problem(status: int, title: str, detail: str, **more: Any) -> Problem:  # noqa: ANN401 - any member
    """A problem as a response."""
    answer = Problem(
        {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}, status
    )
    answer.detail = detail
    return answer


def of(error: BranchError | JournalError) -> Problem:
    """The response to an error of the branch or of its journal."""
    match error:
        case Malformed(field=field):
            return problem(422, "Malformed", error.detail, field=field)
        case Unknown(known=known, what=what):
            return problem(404, f"Unknown {what}", error.detail, known=known)
        case Refused(rule=rule):
            return problem(409, "Refused", error.detail, rule=rule)
        case Over() | Stale():
            status = 410 if isinstance(error, Over) else 412
            return problem(status, type(error).__name__, error.detail)
        case Unavailable(reason=reason, retry_after_s=seconds):
            answer = problem(503, "Not recorded", f"Nothing was recorded: {reason}. Please try again.")
            answer.headers["Retry-After"] = str(max(round(seconds), 1))
            return answer
        case JournalError():
            answer = problem(503, "The journal failed", str(error))
            answer.headers["Retry-After"] = "60"
            return answer
        case _:
            raise TypeError(f"no answer to {error!r}")


PageOf = Callable[[Request, int, str, Unknown | None], Response]
"""Makes an error page: request, status, detail, what was unknown."""


def install(app: FastAPI, page: PageOf) -> None:
    """Answer every error as a problem, and as a page to whoever opened one."""

    def shown(request: Request, refusal: Problem, unknown: Unknown | None = None) -> Response:
        if not wants_page(request):
            return refusal
        answer = page(request, refusal.status_code, refusal.detail, unknown)
        if retry := refusal.headers.get("Retry-After"):
            answer.headers["Retry-After"] = retry
        return answer

    @app.exception_handler(BranchError)
    @app.exception_handler(JournalError)
    async def _(request: Request, error: Any) -> Response:  # noqa: ANN401 - one of the two
        return shown(request, of(error), error if isinstance(error, Unknown) else None)

    @app.exception_handler(RequestValidationError)
    async def _(request: Request, error: RequestValidationError) -> Response:
        return shown(request, _malformed(request, error.errors()[0]))

    @app.exception_handler(HTTPException)
    async def _(request: Request, error: HTTPException) -> Response:
        if error.status_code == 413:
            return too_large(BODY_BYTES)
        if error.status_code == 400:  # only the framework's reader of bodies says so
            return _bad_body("The body is not JSON in UTF-8, or nested too deeply.")
        detail = error.detail if error.status_code != 404 else f"There is nothing at {request.url.path}."
        answer = problem(error.status_code, "Not possible", str(detail))
        answer.headers.update(error.headers or {})
        return shown(request, answer)

    @app.exception_handler(Exception)
    async def _(request: Request, _error: Exception) -> Response:
        return shown(request, fault())

    app.add_middleware(BodyLimit, most=BODY_BYTES)


def _malformed(request: Request, first: Mapping[str, Any]) -> Problem:
    """What the framework's reader of queries, headers and bodies refused first."""
    if first["type"] == "json_invalid":
        return _bad_body(f"The body is not JSON: {first['ctx']['error']}.")
    where = [str(part) for part in first["loc"]]
    kind = request.headers.get("content-type", "none")
    if where == ["body"] and "json" not in kind:
        return _bad_body(f"Content-Type must be application/json, not {kind[:80]}.")
    field = ".".join(where[1:]) or where[0]
    return problem(422, "Malformed", f"{field}: {first['msg']}.", field=field)


def _bad_body(detail: str) -> Problem:
    return problem(422, "Malformed", detail, field="body")


def wants_page(request: Request) -> bool:
    """Whether a person is looking, rather than a program."""
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")


class BodyLimit:
    """Refuses bodies over a limit: by their length, or as soon as they have grown past it."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, counting its body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if length.isdigit() and int(length) > self._most:
            await too_large(self._most)(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._most:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)


def fault() -> Problem:
    """The response to what should not have happened."""
    return problem(500, "A fault of the service", "It is logged; nothing was recorded.")


def too_large(most: int) -> Problem:
    """The response to a body over the limit."""
    return problem(
        413, "Too large", f"The body is larger than {most} bytes; send less at a time.", field="body"
    )
