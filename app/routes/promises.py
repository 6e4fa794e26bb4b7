"""What we said, and what happened: told ranges held against the journal, for the manager."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.requests import HTTPConnection

from app.audience import Audience, for_whom
from app.live import Live
from app.promises.archive import Archive
from app.promises.period import period
from app.promises.review import review

from .common import LiveOf

router = APIRouter(tags=["promises"])


async def _archive(connection: HTTPConnection) -> Archive:
    archive: Archive = connection.app.state.archive
    return archive


ArchiveOf = Annotated[Archive, Depends(_archive)]
First = Annotated[date | None, Query(alias="from", description="the first business day; default: six before")]
Last = Annotated[date | None, Query(alias="to", description="the last business day; default today")]


@router.get("/promises")
@for_whom(Audience.MANAGER)
async def get_promises(
    live: LiveOf, archive: ArchiveOf, first: First = None, last: Last = None
) -> dict[str, Any]:
    """Told ranges of some days with their outcomes: kept, late, early, open, void; and the worst gaps."""
    return await reviewed(live, archive, first, last)


async def reviewed(live: Live, archive: Archive, first: date | None, last: date | None) -> dict[str, Any]:
    """The review of some days. Errors: ``Malformed``, ``Unavailable``."""
    days = period(live.branch, live.clock.now(), first, last)
    tally = await archive.tally(live, days)
    return review(days, tally, live.clock.now())
