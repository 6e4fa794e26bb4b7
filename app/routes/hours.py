"""When it is usually busy and when quiet, for everybody."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import HTTPConnection

from app.audience import Audience, for_whom
from app.hours.almanac import Almanac
from app.hours.later import later_today, longest_high_s
from app.hours.plain import later_to_plain, to_plain

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


@router.get("/hours/later")
@for_whom(Audience.KIOSK, Audience.PUBLIC)
async def get_later(live: LiveOf, almanac: AlmanacOf) -> dict[str, Any]:
    """When it is usually clearly quieter later today, for whoever is about to take a number."""
    week = await almanac.week(live)
    found = later_today(live.branch, week, live.clock.now(), longest_high_s(live.picture()))
    return later_to_plain(live.branch, found)
