"""Tickets: taken, looked at, given up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field

from app import screens
from app.audience import Audience, for_whom
from app.branch import decisions
from app.branch.errors import Unknown
from app.branch.events import ID, TicketAbandoned, TicketIssued, format_moment, parse_fact
from app.house import House
from app.live import Live
from app.owner import Accepted, Owner
from app.printing.press import Printed, Printing
from app.telling import WAIT, as_told, told_of
from display import wording
from display.catalogues import LANGUAGES, spoken_as
from display.slip import slip
from display.speech import voice
from display.views import Shown

from .common import (
    AskerOf,
    Body,
    HouseOf,
    LiveOf,
    PrintingOf,
    accepted_to_plain,
    business_of,
    other_command,
    ticket_of,
)

router = APIRouter(tags=["tickets"])


class NewTicket(Body):
    """What somebody comes for."""

    business: str
    items: Annotated[int, Field(ge=1, le=999)] = 1
    priority: str | None = None
    language: Annotated[str, Field(min_length=1, max_length=16, pattern="^[A-Za-z-]+$")] | None = None
    kiosk: Annotated[str, Field(pattern=f"^{ID.pattern}$")] | None = None


class Leaving(Body):
    """Why somebody gives up."""

    reason: str = "left"


@router.post("/tickets", status_code=201)
@for_whom(Audience.KIOSK)
async def post_ticket(
    live: LiveOf, house: HouseOf, printing: PrintingOf, asker: AskerOf, new: NewTicket, request: Request
) -> dict[str, Any]:
    """Take a ticket: its number, how many are ahead, and the wait as a range that is a promise.

    For a ``kiosk`` that has a printer its slip is printed meanwhile: nobody waits for paper.
    """
    business_of(live, new.business)
    if new.priority and new.priority not in live.branch.priorities:
        raise Unknown("priority", new.priority, live.branch.priorities)

    def decide(owner: Owner, now: float) -> TicketIssued:
        return decisions.issue(live.branch, owner.head, *_asked(new), now)

    taken = await asker.ask(live, decide)
    assert taken is not None  # noqa: S101 - a ticket is always decided
    issued = taken.event.fact
    if not isinstance(issued, TicketIssued) or _asked(issued) != _asked(new):
        raise other_command(taken.event)
    await live.passed(taken.event.seq)
    told = _told(live, house, issued, request)
    return {**told, "printed": _printed(live, printing, new, taken, told)}


@router.get("/tickets/{ticket}")
@for_whom(Audience.KIOSK, Audience.TELLER, Audience.MACHINE)
async def get_ticket(live: LiveOf, ticket: str) -> dict[str, Any]:
    """A ticket's state, the tickets ahead, the range now and the range first told."""
    state = live.owner.state
    found = state.tickets.get(ticket)
    if found is None:
        raise Unknown("ticket", ticket, state.tickets.open)
    picture = live.picture()
    told = told_of(state, "ticket", ticket, WAIT)
    shown = screens.phone(picture, found).range
    return {
        "ticket": found.ticket,
        "number": found.number,
        "business": found.business,
        "state": found.state.value,
        "window": found.window,
        "ahead": picture.ahead.get(ticket, 0),
        "range": _range(live, shown, found.language) if shown else None,
        "told": _range(live, as_told(told).promised, found.language) if told else None,
        "basis": told.basis if told else None,
    }


@router.get("/tickets/{ticket}/printed")
@for_whom(Audience.KIOSK)
async def get_printed(live: LiveOf, printing: PrintingOf, ticket: str) -> dict[str, str | None]:
    """What has become of a ticket's slip, and why it is not on paper."""
    job = printing.job(live.branch.id, ticket_of(live, ticket))
    fault = job.fault.value if job and job.fault else None
    return {"printed": job.printed.value if job else None, "fault": fault}


@router.post("/tickets/{ticket}/abandon")
@for_whom(Audience.KIOSK, Audience.TELLER)
async def post_abandon(
    live: LiveOf, asker: AskerOf, ticket: str, leaving: Leaving | None = None
) -> dict[str, Any]:
    """The customer gives up."""
    reason = leaving.reason if leaving else "left"
    fact = parse_fact(TicketAbandoned, {"ticket": ticket, "reason": reason})
    taken = await asker.ask(live, lambda _owner, _now: fact)
    assert taken is not None  # noqa: S101 - a fact is always taken or refused
    if taken.event.fact != fact:
        raise other_command(taken.event)
    return dict(accepted_to_plain(live, taken))


def _asked(what: NewTicket | TicketIssued) -> tuple[str, int, str | None, str | None]:
    return what.business, what.items, what.priority, what.language


def _told(live: Live, house: House, issued: TicketIssued, request: Request) -> dict[str, Any]:
    picture = live.picture()
    told = told_of(live.owner.state, "ticket", issued.ticket, WAIT)
    promised = as_told(told).promised if told and not picture.blind(issued.business) else None
    return {
        "ticket": issued.ticket,
        "number": issued.number,
        "ahead": (told.ahead or 0) if told else picture.ahead.get(issued.ticket, 0),
        "wait": _range(live, promised, issued.language),
        "url": str(request.url_for("ticket_page", token=house.token(live.branch.id, issued.ticket))),
    }


def _printed(
    live: Live, printing: Printing, new: NewTicket, taken: Accepted, told: Mapping[str, Any]
) -> str | None:
    """What becomes of the slip; None where nobody asked for one, or there is no printer."""
    branch, issued = live.branch, taken.event.fact
    if not isinstance(issued, TicketIssued) or not (new.kiosk and printing.has_printer(branch.id, new.kiosk)):
        return None
    if job := printing.job(branch.id, issued.ticket):
        return job.printed.value
    if taken.repeated:
        return Printed.FAILED.value  # asked for before a restart: a second slip would be somebody else's
    spoken = issued.language if issued.language in LANGUAGES else branch.languages[0]
    wait = told["wait"]
    made = slip(
        branch.names,
        branch.businesses[issued.business].names,
        issued.number,
        told["ahead"],
        Shown(wait["low_s"], wait["high_s"]) if wait["high_s"] else None,
        format_moment(taken.event.at, branch.zone),  # by now the ticket may have been taken back
        told["url"],
        voice(spoken_as(str(spoken), branch.languages)),
    )
    job = printing.put(branch.id, new.kiosk, issued.ticket, made)
    return job.printed.value if job else None


def _range(live: Live, shown: Shown | None, language: str | None) -> dict[str, Any]:
    """A range with its words, in the customer's language or the branch's first."""
    spoken = language if language in LANGUAGES else live.branch.languages[0]
    if shown is None:
        return {"low_s": None, "high_s": None, "text": ""}
    return {"low_s": shown.low_s, "high_s": shown.high_s, "text": wording.range_text(shown, str(spoken))}
