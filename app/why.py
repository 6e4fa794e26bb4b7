"""Why a range is what it is: asked of the owner at one moment, and answered to machines."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from app.branch.state import Ticket, TicketState, Window
from app.live import Live
from app.owner import DRAWS, WORK, Owner, Question
from app.picture import Picture
from app.telling import WAIT
from display import ranges
from estimator.estimate import Estimate, Forecast
from estimator.explain import StepWhy, TicketWhy, WindowWhy, why_ticket, why_window
from estimator.interval import Interval

PLAYED = 2
"""The branch is played many times for an answer, so with draws so many times fewer than for a forecast."""


@dataclass(frozen=True, slots=True)
class AboutTicket:
    """Why a ticket's wait is what it is, and the picture to which that belongs."""

    picture: Picture
    ticket: Ticket
    why: TicketWhy


@dataclass(frozen=True, slots=True)
class AboutWindow:
    """Why a window's range is what it is, and the picture to which that belongs."""

    picture: Picture
    window: Window
    why: WindowWhy


About = AboutTicket | AboutWindow


async def ask_ticket(live: Live, ticket: str) -> AboutTicket:
    """Why a ticket's wait is what it is; there is little to say of one that no longer waits. KeyError."""
    found = live.owner.state.tickets[ticket]
    if found.state is not TicketState.WAITING:
        return AboutTicket(live.picture(), found, TicketWhy(ticket, None))
    return await live.ponder(lambda owner, question: about_ticket(owner, question, ticket))


async def ask_window(live: Live, window: str) -> AboutWindow:
    """Why a window's range is what it is. KeyError where there is none."""
    return await live.ponder(lambda owner, question: about_window(owner, question, window))


def about_ticket(owner: Owner, question: Question, ticket: str) -> AboutTicket:
    """Why a ticket's wait is what it is at the moment of the question. KeyError for an unknown one."""
    told = owner.answer(question)
    found = question.state.tickets[ticket]
    why = TicketWhy(ticket, None)
    if found.state is TicketState.WAITING:
        why = why_ticket(
            question.situation,
            owner.learned.pools,
            told,
            ticket,
            seed=question.seed,
            draws=DRAWS // PLAYED,
            work=WORK // PLAYED,
        )
    return AboutTicket(_picture(owner, question, told), found, why)


def about_window(owner: Owner, question: Question, window: str) -> AboutWindow:
    """Why a window's range is what it is at the moment of the question. KeyError for an unknown one."""
    told = owner.answer(question)
    why = why_window(question.situation, owner.learned.pools, told, window, seed=question.seed)
    return AboutWindow(_picture(owner, question, told), question.state.windows[window], why)


def _picture(owner: Owner, question: Question, told: Forecast) -> Picture:
    return Picture(owner.branch, question.state, told, owner.learned.pools, question.now)


def to_plain(about: About) -> dict[str, Any]:
    """The answer as JSON-able data."""
    picture = about.picture
    answer = _ticket(about) if isinstance(about, AboutTicket) else _window(about)
    return {"as_of": picture.moment(picture.now), "seq": picture.state.seq, **answer}


def estimate_to_plain(estimate: Estimate | None) -> dict[str, Any] | None:
    """An estimate as JSON-able data, to a tenth of a second."""
    if estimate is None:
        return None
    plain = estimate._asdict()
    return {name: round(value, 1) if isinstance(value, float) else value for name, value in plain.items()}


def _ticket(about: AboutTicket) -> dict[str, Any]:
    picture, ticket, why = about.picture, about.ticket, about.why
    waits = ticket.state is TicketState.WAITING
    return {
        "ticket": ticket.ticket,
        "number": ticket.number,
        "business": ticket.business,
        "state": ticket.state.value,
        "window": ticket.window,
        "range": _shown(picture.told("ticket", ticket.ticket, WAIT)) if waits else None,
        "estimate": estimate_to_plain(why.wait),
        "ahead": picture.ahead.get(ticket.ticket, 0),
        "called_before": [asdict(one) for one in why.ahead],
        "comers": round(why.comers, 1),
        "leavers": round(why.leavers, 1),
        "windows": [
            {
                "window": one.window,
                "state": one.phase,
                "helps_in_s": round(one.helps_in_s, 1),
                "next_call": estimate_to_plain(one.next_call),
            }
            for one in why.servers
        ],
        "next_free": _interval(why.next_free),
        "rests_on": [asdict(rest) for rest in why.rests],
        "uncertainty": {source: round(share, 3) for source, share in why.shares.items()},
    }


def _window(about: AboutWindow) -> dict[str, Any]:
    picture, window, why = about.picture, about.window, about.why
    return {
        "window": window.window,
        "state": window.state.value,
        "since": picture.moment(window.since) if window.since else None,
        "elapsed_s": round(why.elapsed_s, 1) if window.since else None,
        "range": _shown(picture.about(window)),
        "estimate": estimate_to_plain(why.remaining),
        "teller": why.teller,
        "teller_factor": round(why.teller_factor, 3),
        "told": _told(why.told_s, why.moved_s),
        "steps": [_step(step) for step in why.steps],
        "rests_on": [asdict(rest) for rest in why.rests],
    }


def _step(step: StepWhy) -> dict[str, Any]:
    return {
        "step_id": step.step_id,
        "step": step.step,
        "away": step.away,
        "elapsed_s": round(step.elapsed_s, 1),
        "estimate": estimate_to_plain(step.remaining),
        "told": _told(step.told_s, step.moved_s),
        "rests_on": asdict(step.rest),
    }


def _told(said_s: float | None, moved_s: float) -> dict[str, float] | None:
    """The teller's own word, and by how much it lengthens the median."""
    return None if said_s is None else {"expected_s": said_s, "moved_s": round(moved_s, 1)}


def _interval(interval: Interval | None) -> dict[str, float] | None:
    if interval is None:
        return None
    return {"low_s": round(interval.low_s, 1), "high_s": round(interval.high_s, 1)}


def _shown(told: ranges.Told | None) -> dict[str, int] | None:
    return {"low_s": told.shown.low_s, "high_s": told.shown.high_s} if told else None
