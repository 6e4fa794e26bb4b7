"""What a teller does at a window: each command is a fact, stamped with the service's own time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from app.audience import Audience, for_whom
from app.branch import decisions
from app.branch.errors import Refused, Unknown
from app.branch.events import (
    TYPES,
    Fact,
    TicketCalled,
    TicketTransferred,
    fact_to_plain,
    parse_fact,
)
from app.branch.state import Window
from app.live import Live
from app.owner import Owner

from .common import Asker, AskerOf, Body, LiveOf, accepted_to_plain, other_command, window_of


async def _known_window(live: LiveOf, window: str) -> None:
    window_of(live, window)


router = APIRouter(prefix="/windows/{window}", tags=["windows"], dependencies=[Depends(_known_window)])

Seconds = Annotated[float, Field(ge=0, le=86_400)]


class Open(Body):
    teller: str | None = None
    businesses: list[str] | None = None


class Pause(Body):
    reason: str = "other"
    expected_s: Seconds | None = None


class Close(Body):
    reason: str = "closed"
    reopens_at: str | None = None


class BackOffice(Body):
    reopens_at: str | None = None


class OfTicket(Body):
    ticket: str | None = None


class Start(OfTicket):
    expected_s: Seconds | None = None


class Finish(OfTicket):
    wrap_up: str | None = None
    expected_s: Seconds | None = None


class StepStart(Body):
    step: str
    step_id: str | None = None
    resource: str | None = None
    away: bool = False
    expected_s: Seconds | None = None


class Announce(Body):
    step: str


class StepEnd(Body):
    step_id: str


class Transfer(OfTicket):
    business: str | None = None
    window: str | None = None
    keeps_place: bool = True


class SignIn(Body):
    teller: str


class SignOut(Body):
    teller: str | None = None


async def _without_fields(_body: Body | None = None) -> None:
    """For commands that say nothing but themselves: what comes with them is still held to that."""


BARE = [Depends(_without_fields)]
Fields = dict[str, Any]
Answer = dict[str, Any]


@router.post(
    "/next",
    responses={204: {"description": "No ticket is eligible."}},
    response_model=None,
    dependencies=BARE,
)
@for_whom(Audience.TELLER)
async def post_next(live: LiveOf, asker: AskerOf, window: str) -> Answer | Response:
    """Call the next ticket: 200 with ticket, number and business; 204 when none is eligible."""

    def decide(owner: Owner, now: float) -> TicketCalled | None:
        return decisions.call_next(live.branch, owner.head, window, owner.expected_s, now)

    taken = await asker.ask(live, decide)
    if taken is None:
        return Response(status_code=204)
    call = taken.event.fact
    if not isinstance(call, TicketCalled) or call.window != window:
        raise other_command(taken.event)
    ticket = live.owner.state.tickets.get(call.ticket)
    about = {"number": ticket.number, "business": ticket.business} if ticket else {}
    return {"ticket": call.ticket, **about, "seq": taken.event.seq, "repeated": taken.repeated}


@router.post("/open")
@for_whom(Audience.TELLER)
async def post_open(live: LiveOf, asker: AskerOf, window: str, body: Open | None = None) -> Answer:
    """Open the window, for all its businesses or only some."""
    return await _do(live, asker, window, "window.opened", body)


@router.post("/pause")
@for_whom(Audience.TELLER)
async def post_pause(live: LiveOf, asker: AskerOf, window: str, body: Pause | None = None) -> Answer:
    """Pause, with a reason and the teller's own estimate."""
    return await _do(live, asker, window, "window.paused", body or Pause())


@router.post("/resume", dependencies=BARE)
@for_whom(Audience.TELLER)
async def post_resume(live: LiveOf, asker: AskerOf, window: str) -> Answer:
    """Be back from a pause."""
    return await _do(live, asker, window, "window.resumed", None)


@router.post("/closing", dependencies=BARE)
@for_whom(Audience.TELLER)
async def post_closing(live: LiveOf, asker: AskerOf, window: str) -> Answer:
    """Take no further customer after the present one."""
    return await _do(live, asker, window, "window.closing", None)


@router.post("/close")
@for_whom(Audience.TELLER)
async def post_close(live: LiveOf, asker: AskerOf, window: str, body: Close | None = None) -> Answer:
    """Close the window."""
    return await _do(live, asker, window, "window.closed", body or Close())


@router.post("/back-office")
@for_whom(Audience.TELLER)
async def post_back_office(
    live: LiveOf, asker: AskerOf, window: str, body: BackOffice | None = None
) -> Answer:
    """Close the window for branch work."""
    fields = (body or BackOffice()).model_dump(exclude_none=True)
    return await _take(live, asker, window, "window.closed", {**fields, "reason": "back_office"})


@router.post("/recall")
@for_whom(Audience.TELLER, Audience.MANAGER)
async def post_recall(live: LiveOf, asker: AskerOf, window: str, body: OfTicket | None = None) -> Answer:
    """Call again: the ticket being called, or one that was missed."""
    return await _do(live, asker, window, "ticket.recalled", body, of_ticket=True)


@router.post("/no-show")
@for_whom(Audience.TELLER)
async def post_no_show(live: LiveOf, asker: AskerOf, window: str, body: OfTicket | None = None) -> Answer:
    """Nobody came."""
    return await _do(live, asker, window, "ticket.no_show", body, of_ticket=True)


@router.post("/start")
@for_whom(Audience.TELLER)
async def post_start(live: LiveOf, asker: AskerOf, window: str, body: Start | None = None) -> Answer:
    """The customer has sat down."""
    return await _do(live, asker, window, "service.started", body, of_ticket=True)


@router.post("/step")
@for_whom(Audience.TELLER)
async def post_step(live: LiveOf, asker: AskerOf, window: str, body: StepStart) -> Answer:
    """Begin a step; steps may overlap."""
    plan = live.branch.steps.get(body.step)
    fields = body.model_dump(exclude_none=True)
    fields.setdefault("step_id", asker.key)
    fields.setdefault("resource", plan.resource if plan else "teller")
    return await _take(live, asker, window, "service.step_started", fields)


@router.post("/announce")
@for_whom(Audience.TELLER)
async def post_announce(live: LiveOf, asker: AskerOf, window: str, body: Announce) -> Answer:
    """Say that a step will take the teller from the seat in a moment."""
    return await _do(live, asker, window, "service.step_announced", body)


@router.post("/step-end")
@for_whom(Audience.TELLER)
async def post_step_end(live: LiveOf, asker: AskerOf, window: str, body: StepEnd) -> Answer:
    """End a step."""
    return await _do(live, asker, window, "service.step_ended", body)


@router.post("/finish")
@for_whom(Audience.TELLER)
async def post_finish(live: LiveOf, asker: AskerOf, window: str, body: Finish | None = None) -> Answer:
    """The customer has left; wrap-up begins."""
    return await _do(live, asker, window, "service.finished", body, of_ticket=True)


@router.post("/ready", dependencies=BARE)
@for_whom(Audience.TELLER)
async def post_ready(live: LiveOf, asker: AskerOf, window: str) -> Answer:
    """Wrap-up has ended."""
    return await _do(live, asker, window, "window.ready", None)


@router.post("/transfer")
@for_whom(Audience.TELLER)
async def post_transfer(live: LiveOf, asker: AskerOf, window: str, body: Transfer | None = None) -> Answer:
    """Send the customer on: to another business, another window, or back in line."""
    fields = (body or Transfer()).model_dump(exclude_none=True)

    def decide(owner: Owner, _now: float) -> Fact:
        own = owner.head.windows[window].ticket
        ticket = fields.get("ticket", own)
        if ticket is None:
            raise no_customer(owner.head.windows[window])
        if ticket not in owner.head.tickets:
            raise Unknown("ticket", ticket, owner.head.tickets.open)
        if ticket != own:
            detail = f"Window {window} has {own or 'no ticket'}, not {ticket}."
            raise Refused("a window speaks of its own customer", detail)
        return parse_fact(TicketTransferred, {**fields, "ticket": ticket})

    return await _decide(live, asker, "ticket.transferred", fields, decide)


@router.post("/sign-in")
@for_whom(Audience.TELLER)
async def post_sign_in(live: LiveOf, asker: AskerOf, window: str, body: SignIn) -> Answer:
    """A teller takes the seat."""
    return await _do(live, asker, window, "teller.signed_in", body)


@router.post("/sign-out")
@for_whom(Audience.TELLER)
async def post_sign_out(live: LiveOf, asker: AskerOf, window: str, body: SignOut | None = None) -> Answer:
    """The teller leaves the seat."""
    fields = (body or SignOut()).model_dump(exclude_none=True)

    def decide(owner: Owner, _now: float) -> Fact:
        teller = fields.get("teller") or owner.head.windows[window].teller
        if teller is None:
            raise Refused("who is there signs out", f"Nobody is signed in at window {window}.")
        return parse_fact(TYPES["teller.signed_out"], {"window": window, "teller": teller})

    return await _decide(live, asker, "teller.signed_out", {**fields, "window": window}, decide)


@router.post("/undo", dependencies=BARE)
@for_whom(Audience.TELLER)
async def post_undo(live: LiveOf, asker: AskerOf, window: str) -> Answer:
    """Take back this window's latest press."""

    def decide(owner: Owner, now: float) -> Fact:
        return decisions.undo(live.branch, owner.head, window, now)

    return await _decide(live, asker, "event.corrected", {}, decide)


def no_customer(window: Window) -> Refused:
    """The refusal of a command that needs a customer at a window that has none."""
    state = window.state.value
    return Refused(
        "a command about a customer needs one", f"Window {window.window} is {state} and has no ticket."
    )


async def _do(
    live: Live, asker: Asker, window: str, kind: str, body: Body | None, *, of_ticket: bool = False
) -> Answer:
    """A command whose body has the fact's own fields; ``of_ticket``: about the window's customer."""
    fields = body.model_dump(exclude_none=True) if body else {}
    if not of_ticket or "ticket" in fields:
        return await _take(live, asker, window, kind, fields)

    def decide(owner: Owner, _now: float) -> Fact:
        ticket = owner.head.windows[window].ticket
        if ticket is None:
            raise no_customer(owner.head.windows[window])
        return parse_fact(TYPES[kind], {**fields, "window": window, "ticket": ticket})

    return await _decide(live, asker, kind, {**fields, "window": window}, decide)


async def _take(live: Live, asker: Asker, window: str, kind: str, fields: Fields) -> Answer:
    whole = {**fields, "window": window}
    fact = parse_fact(TYPES[kind], whole)
    return await _decide(live, asker, kind, whole, lambda _owner, _now: fact)


async def _decide(
    live: Live, asker: Asker, kind: str, fields: Fields, decide: Callable[[Owner, float], Fact]
) -> Answer:
    """Take what the owner decides; a repeated key answers what it answered, if ``fields`` are the same."""
    taken = await asker.ask(live, decide)
    assert taken is not None  # noqa: S101 - a fact is always taken or refused
    fact = taken.event.fact
    if taken.event.type != kind or parse_fact(TYPES[kind], {**fact_to_plain(fact), **fields}) != fact:
        raise other_command(taken.event)
    return dict(accepted_to_plain(live, taken))
