"""Facts in and out: what machines and clients report, and the whole order read back."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from app.audience import Audience, for_whom
from app.branch.errors import Malformed
from app.branch.events import Event, event_to_plain, parse_event, parse_id
from app.branch.fields import shown
from app.live import Live

from .common import LiveOf

router = APIRouter(tags=["events"])
MOST = 1_000


@router.post("/events", status_code=201)
@for_whom(Audience.MACHINE, Audience.TELLER, Audience.KIOSK)
async def post_events(live: LiveOf, request: Request) -> Response:
    """One event or an array, all or none: 201 with ``[{seq, repeated}]``, 200 when all are repeats."""
    answers = await live.take(_events(await request.body(), live.branch.id))
    plain = [{"seq": answer.event.seq, "repeated": answer.repeated} for answer in answers]
    status = 200 if all(answer.repeated for answer in answers) else 201
    return Response(orjson.dumps(plain), status, media_type="application/json")


@router.get("/events")
@for_whom(Audience.MANAGER, Audience.MACHINE)
def get_events(
    live: LiveOf, after: Annotated[int, Query(ge=0, le=2**62, description="only events beyond this seq")] = 0
) -> Response:
    """Every event in order, one JSON object a line."""
    lines = _lines(live, after)
    first = next(lines, b"")  # whether the journal answers is known before the status is sent
    return StreamingResponse(chain((first,), lines), media_type="application/x-ndjson")


@router.post("/heartbeat", status_code=204, response_model=None)
@for_whom(Audience.MACHINE, Audience.TELLER, Audience.KIOSK)
async def post_heartbeat(live: LiveOf, request: Request) -> Response:
    """A sign of life: ``{"sender": …}``."""
    raw = _json(await request.body() or b"{}")
    if not isinstance(raw, dict):
        raise Malformed("body", 'The body must be {"sender": …}.')
    live.heartbeat(parse_id(raw.get("sender", "local"), "sender"))
    return Response(status_code=204)


def _json(body: bytes) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.loads(body.removeprefix(codecs.BOM_UTF8).decode())  # of bytes it would guess UTF-16 too
    except UnicodeDecodeError as error:
        raise Malformed("body", f"The body is not UTF-8: {error.reason} at byte {error.start}.") from None
    except ValueError as error:
        raise Malformed("body", f"The body is not JSON: {error}.") from None
    except RecursionError:
        raise Malformed("body", "The body is nested too deeply.") from None


def _events(body: bytes, branch: str) -> list[Event]:
    raw = _json(body)
    if not isinstance(raw, list):
        return [_event(raw, branch)]
    if not 1 <= len(raw) <= MOST:
        raise Malformed("body", f"An array holds 1 to {MOST} events, not {len(raw)}.")
    return [_numbered(index, one, branch) for index, one in enumerate(raw)]


def _event(raw: object, branch: str) -> Event:
    """The event; one that names another branch has lost its way."""
    event = parse_event(raw)
    named = raw.get("branch") if isinstance(raw, dict) else None
    if named is not None and named != branch:
        raise Malformed("branch", f"branch is {shown(named)}, but this is {branch}.")
    return event


def _numbered(index: int, raw: object, branch: str) -> Event:
    try:
        return _event(raw, branch)
    except Malformed as error:
        error.at_index(index)
        raise


def _lines(live: Live, after: int) -> Iterator[bytes]:
    zone = live.branch.zone
    for event in live.events(after):
        yield orjson.dumps(event_to_plain(event, zone), option=orjson.OPT_APPEND_NEWLINE)
