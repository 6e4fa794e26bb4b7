"""When it is usually busy and when quiet, for everybody."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import HTTPConnection

from app.audience import Audience, for_whom
from app.hours.almanac import Almanac
from app.hours.plain import to_plain

from .common import LiveOf

router = APIRouter(tags=["hours"])


async def _almanac(connection: HTTPConnection) -> Almanac:
    almanac: Almanac = connection.app.state.almanac
    return almanac


AlmanacOf = Annotated[Almanac, Depends(_almanac)]


@router.get("/hours")
@for_whom(Audience.PUBLIC)
async def get_hours(live: LiveOf, almanac: AlmanacOf) -> dict[str, Any]:
    """How long people usually wait and how many come, by weekday and half hour."""
    return to_plain(live.branch, await almanac.week(live))
