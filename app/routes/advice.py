"""What a manager could do now."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import HTTPConnection

from app.advice import Advisor, to_plain
from app.audience import Audience, for_whom

from .common import LiveOf

router = APIRouter(tags=["advice"])


async def _advisor(connection: HTTPConnection) -> Advisor:
    advisor: Advisor = connection.app.state.advisor
    return advisor


AdvisorOf = Annotated[Advisor, Depends(_advisor)]


@router.get("/advice")
@for_whom(Audience.MANAGER)
async def get_advice(live: LiveOf, advisor: AdvisorOf) -> dict[str, Any]:
    """What opening, closing or keeping a window for short services would make of the waits."""
    return to_plain(await advisor.advised(live))
