"""What the routes share: the house, a branch of it, and who asks with which key."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header
from pydantic import BaseModel, ConfigDict
from starlette.requests import HTTPConnection

from app.branch.errors import Malformed, OtherContent, Stale, Unknown
from app.branch.events import SERVICE, Event, Fact, event_to_plain, parse_id
from app.house import House
from app.live import Live
from app.owner import Accepted, Owner
from app.printing.press import Printing

BRANCH = "/api/v1/branches/{branch}"


def the_house(connection: HTTPConnection) -> House:
    """The house that this application serves."""
    house: House = connection.app.state.house
    return house


# Dependencies are coroutines though none of them waits: FastAPI sends plain functions to a thread each time.


async def _house(connection: HTTPConnection) -> House:
    return the_house(connection)


async def the_live(branch: str, connection: HTTPConnection) -> Live:
    """The branch in the path. Errors: ``Unknown``."""
    return the_house(connection).live(branch)


async def _printing(connection: HTTPConnection) -> Printing:
    printing: Printing = connection.app.state.printing
    return printing


HouseOf = Annotated[House, Depends(_house)]
LiveOf = Annotated[Live, Depends(the_live)]
PrintingOf = Annotated[Printing, Depends(_printing)]


class Body(BaseModel):
    """What comes with a command: nothing unknown, and a number is a number, as in an event."""

    model_config = ConfigDict(extra="forbid", strict=True)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who sends a command, under which key, and what they think is the newest event."""

    sender: str
    key: str
    seen: int | None

    async def ask(self, live: Live, decide: Callable[[Owner, float], Fact | None]) -> Accepted | None:
        """Let the branch decide, and take the fact; None where there is none. Errors: ``BranchError``.

        A repeated key is answered with what it stands for; what was decided on an older state is ``Stale``.
        """

        def decided(owner: Owner, now: float) -> Event | None:
            newest = owner.head.reported
            if self.seen is not None and self.seen < newest:
                raise Stale(f"You decided on event {self.seen}; the newest is {newest}. Look again.")
            fact = decide(owner, now)
            return Event(self.key, self.sender, now, fact) if fact else None

        return await live.decide(self.sender, self.key, decided)


async def the_asker(
    idempotency_key: Annotated[str | None, Header()] = None,
    if_match: Annotated[str | None, Header()] = None,
    x_sender: Annotated[str, Header()] = "local",
) -> Asker:
    """The asker in the headers. Errors: ``Malformed``, naming the header."""
    key = parse_id(idempotency_key, "Idempotency-Key") if idempotency_key is not None else uuid.uuid4().hex
    seen = None
    if if_match is not None:
        digits = re.fullmatch(r'(?:W/)?"?(\d{1,18})"?', if_match.strip())
        if not digits:
            raise Malformed("If-Match", f"If-Match must be the seq of an event, not {if_match!r:.60}.")
        seen = int(digits[1])
    sender = parse_id(x_sender, "X-Sender")
    if sender == SERVICE:
        raise Malformed("X-Sender", f"{SERVICE!r} is the service itself; choose another sender.")
    return Asker(sender, key, seen)


AskerOf = Annotated[Asker, Depends(the_asker)]


def window_of(live: Live, window: str) -> str:
    """The window in the path. Errors: ``Unknown``."""
    if window not in live.branch.windows:
        raise Unknown("window", window, live.branch.windows)
    return window


def ticket_of(live: Live, ticket: str) -> str:
    """The ticket in the path, of those that are still remembered. Errors: ``Unknown``."""
    if ticket not in live.owner.state.tickets:
        raise Unknown("ticket", ticket, live.owner.state.tickets.open)
    return ticket


def business_of(live: Live, business: str) -> str:
    """A business of the branch. Errors: ``Unknown``."""
    if business not in live.branch.businesses:
        raise Unknown("business", business, live.branch.businesses)
    return business


def accepted_to_plain(live: Live, accepted: Accepted) -> Mapping[str, Any]:
    """The answer to a command: its event's place, and the event as it is read back."""
    event = event_to_plain(accepted.event, live.branch.zone)
    return {"seq": accepted.event.seq, "repeated": accepted.repeated, "event": event}


def other_command(before: Event) -> OtherContent:
    """The refusal of a key that was used for another command."""
    return OtherContent(f"The key {before.id!r} was used for {before.type} (seq {before.seq}) before.")
