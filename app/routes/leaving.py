"""The customer leaves the queue, on their own page: by the link's token alone, and only from that page."""

from __future__ import annotations

import uuid
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse

from app import problems
from app.audience import Audience, for_whom
from app.branch.errors import Refused
from app.branch.events import TicketAbandoned, parse_id
from app.branch.state import TicketState
from app.owner import Owner

from .common import Asker, Body, HouseOf, other_command
from .live import foreign_origin

router = APIRouter(tags=["tickets"])

SENDER = "phone"
SAME = "same-origin"
"""What a browser says of a request that its own site's page makes (Fetch Metadata)."""


class Farewell(Body):
    """What the customer saw on the page when they said that they leave."""

    state: Literal["waiting", "called"] = "waiting"


class TooLate(Refused):
    """It has been called, served or missed by now. ``state``: what it is."""

    def __init__(self, ticket: str, state: TicketState) -> None:
        super().__init__("too_late", f"{ticket} is {state.value} by now.")
        self.state = state.value


@router.post("/t/{token}/leave", response_model=None)
@for_whom(Audience.PUBLIC)
async def post_leave(
    house: HouseOf,
    token: str,
    request: Request,
    farewell: Farewell | None = None,
    idempotency_key: Annotated[str | None, Header()] = None,
) -> dict[str, Any] | JSONResponse:
    """Give the place up; nothing happens where that was done already, or where it is too late.

    Whoever is called meanwhile is asked again: the page did not say so when they chose.
    """
    if foreign_origin(request) or request.headers.get("sec-fetch-site", SAME) != SAME:
        return problems.problem(403, "Foreign", "A number is given up on its own page only.", field="Origin")
    live, name = house.by_token(token)
    fact = TicketAbandoned(name, "left")
    knows_of_call = farewell is not None and farewell.state == "called"

    def decide(owner: Owner, _now: float) -> TicketAbandoned | None:
        state = owner.head.tickets[name].state
        if state is TicketState.ABANDONED:
            return None
        if state is TicketState.WAITING or (state is TicketState.CALLED and knows_of_call):
            return fact
        raise TooLate(name, state)

    key = parse_id(idempotency_key, "Idempotency-Key") if idempotency_key else uuid.uuid4().hex
    try:
        taken = await Asker(SENDER, key, None).ask(live, decide)
    except TooLate as error:
        return problems.problem(409, "Refused", error.detail, rule=error.rule, state=error.state)
    if taken and taken.event.fact != fact:
        raise other_command(taken.event)
    return {"ticket": name, "state": TicketState.ABANDONED.value}
