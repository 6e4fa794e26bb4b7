"""Why a ticket's or a window's range is what it is."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from app import reasons, why
from app.audience import Audience, for_whom

from .common import LiveOf, ticket_of, window_of

router = APIRouter(tags=["why"])


@router.get("/tickets/{ticket}/why")
@for_whom(Audience.MANAGER, Audience.TELLER)
async def get_ticket_why(live: LiveOf, ticket: str) -> dict[str, Any]:
    """What is ahead of a waiting ticket, what its range rests on, what of it is uncertain most."""
    about = await why.ask_ticket(live, ticket_of(live, ticket))
    return {**why.to_plain(about), "lines": reasons.lines(about)}


@router.get("/windows/{window}/why")
@for_whom(Audience.MANAGER, Audience.TELLER)
async def get_window_why(live: LiveOf, window: str) -> dict[str, Any]:
    """What a window's range rests on, how its teller differs, and what the teller's own word did to it."""
    about = await why.ask_window(live, window_of(live, window))
    return {**why.to_plain(about), "lines": reasons.lines(about)}
