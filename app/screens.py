"""What each screen shows of a branch: the last pure step before the hub.

A screen is named by a topic: ``hall``, ``board``, ``window:3``, ``desk:3``, ``teller:3`` or
``ticket:20261121-A012``.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.branch import decisions, lifecycle
from app.branch.branch_file import StepPlan
from app.branch.events import format_moment
from app.branch.state import Call, Ticket, TicketState, Window, WindowState, takes
from app.picture import PREMIUM, Picture
from app.telling import WAIT
from display import ranges, views
from display.views import Shown
from estimator.estimate import Estimate

COMMANDS: Mapping[str, str] = {
    "window.opened": "open",
    "ticket.called": "next",
    "ticket.recalled": "recall",
    "ticket.no_show": "no-show",
    "service.started": "start",
    "service.step_announced": "announce",
    "service.step_started": "step",
    "service.step_ended": "step-end",
    "service.finished": "finish",
    "window.ready": "ready",
    "window.paused": "pause",
    "window.resumed": "resume",
    "window.closing": "closing",
    "window.closed": "close",
    "ticket.transferred": "transfer",
    "teller.signed_in": "sign-in",
    "teller.signed_out": "sign-out",
}


def topics(picture: Picture) -> list[str]:
    """Every screen there is, those of single tickets apart."""
    rooms = [f"{kind}:{name}" for name in picture.state.windows for kind in ("window", "desk", "teller")]
    return ["hall", "board", *rooms]


def view(picture: Picture, topic: str) -> views.View | None:
    """What a screen shows; None where there is no such window or ticket."""
    kind, _, name = topic.partition(":")
    if kind == "hall":
        return _hall(picture)
    if kind == "board":
        return _board(picture)
    if kind == "ticket":
        ticket = picture.state.tickets.get(name)
        return phone(picture, ticket) if ticket else None
    window = picture.state.windows.get(name)
    if window is None:
        return None
    if kind == "window":
        return picture.windows[name]
    return _desk(picture, window) if kind == "desk" else _teller(picture, window)


def _hall(picture: Picture) -> views.HallView:
    latest: dict[str, Call] = {}
    for call in picture.state.calls:
        if picture.state.windows[call.window].ticket == call.ticket:  # who has left takes the number along
            latest.setdefault(call.number, call)
    windows = tuple(picture.windows.values())
    return views.HallView(
        names=picture.branch.names,
        windows=windows,
        calls=tuple(_call(picture, call) for call in latest.values()),
        waits=tuple(picture.waits.values()),
        missed=tuple(ticket.number for ticket in picture.missed),
        out_of_touch=all(window.out_of_touch for window in windows),
        notices=picture.notices,
        opens_at=min((window.reopens_at for window in windows if window.reopens_at), default=None),
    )


def _call(picture: Picture, call: Call) -> views.CallView:
    ticket = picture.state.tickets.get(call.ticket)
    return views.CallView(
        call=str(call.seq),
        number=call.number,
        window=call.window,
        label=picture.branch.windows[call.window].label,
        at=format_moment(call.at, picture.branch.zone),
        again=call.again,
        calling=picture.state.windows[call.window].state is WindowState.CALLING,
        language=ticket.language if ticket else None,
        priority=picture.priority(ticket),
    )


def _desk(picture: Picture, window: Window) -> views.DeskView:
    lobby = picture.windows[window.window]
    ticket = picture.state.tickets.get(window.ticket or "")
    steps = tuple(picture.steps(window)) if ticket else ()
    told = picture.about(window)
    seated = {WindowState.SERVING, WindowState.PAUSED}
    return views.DeskView(
        window=window.window,
        label=lobby.label,
        state=lobby.state,
        number=lobby.number,
        steps=steps,
        range=told.shown if told and window.state in seated else None,
        overdue=lobby.overdue,
        unattended=lobby.unattended,
        out_of_touch=lobby.out_of_touch,
        coming=_coming(picture, window),
    )


def _coming(picture: Picture, window: Window) -> views.StepChoice | None:
    """The step that the teller has announced, with its usual duration."""
    if window.coming is None:
        return None
    plan = picture.branch.steps.get(window.coming.step)
    return _choice(plan) if plan else views.StepChoice(window.coming.step, {}, "teller", None)


def phone(picture: Picture, ticket: Ticket) -> views.TicketView:
    """A customer's own ticket."""
    waiting = ticket.state is TicketState.WAITING
    estimate = picture.forecast.waits.get(ticket.ticket)
    told = picture.told("ticket", ticket.ticket, WAIT)
    window = picture.state.windows.get(ticket.window or "")
    here = window is not None and window.ticket == ticket.ticket
    call = next((one for one in picture.state.calls if one.ticket == ticket.ticket), None)
    back_by = (ticket.ended_at or 0) + picture.branch.recall_s
    missed = ticket.state is TicketState.NO_SHOW and back_by > picture.now
    ahead = picture.ahead.get(ticket.ticket, 0)
    blind = picture.blind(ticket.business)
    served = bool(picture.serving[ticket.business]) and not blind
    return views.TicketView(
        number=ticket.number,
        names=picture.branch.businesses[ticket.business].names,
        state=views.TicketState(ticket.state.value),
        ahead=ahead,
        range=told.shown if waiting and told and estimate and not blind else None,
        basis=told.basis if told else "configured",
        label=picture.branch.windows[ticket.window].label if here and ticket.window else None,
        call=str(call.seq) if call and ticket.state is TicketState.CALLED else None,
        until=picture.moment(back_by) if missed else None,
        long_last=waiting and ahead <= 1 and _is_long(picture, ticket, estimate),
        serving=served or estimate is not None,
        out_of_touch=blind,
        promised=told.promised if waiting and told else None,
        promised_at=picture.moment(told.first_at) if waiting and told else None,
    )


def _is_long(picture: Picture, ticket: Ticket, estimate: Estimate | None) -> bool:
    return estimate is not None and estimate.median_s > PREMIUM * picture.expected_s(ticket)


def _board(picture: Picture) -> views.BoardView:
    states = [ticket.state for ticket in picture.state.tickets.values()]
    return views.BoardView(
        names=picture.branch.names,
        windows=tuple(_board_window(picture, window) for window in picture.state.windows.values()),
        tickets=tuple(_board_ticket(picture, ticket) for ticket in picture.waiting),
        waits=tuple(picture.waits.values()),
        served=states.count(TicketState.FINISHED),
        abandoned=states.count(TicketState.ABANDONED),
        no_shows=states.count(TicketState.NO_SHOW),
        silent=tuple(picture.state.silent),
        missed=tuple(_missed(picture, ticket) for ticket in picture.missed),
        notices=picture.notices,
    )


def _missed(picture: Picture, ticket: Ticket) -> views.MissedTicket:
    missed_at = ticket.ended_at or 0.0
    free = (one for one in picture.state.windows.values() if _recalls(picture, one, ticket.business))
    return views.MissedTicket(
        ticket=ticket.ticket,
        number=ticket.number,
        business=picture.names_of(ticket),
        missed_at=format_moment(missed_at, picture.branch.zone),
        until=format_moment(missed_at + picture.branch.recall_s, picture.branch.zone),
        windows=tuple(one.window for one in free),
    )


def _recalls(picture: Picture, window: Window, business: str) -> bool:
    """Whether a window could call a missed ticket of a business now."""
    return (
        window.state in decisions.READY and not window.closing and business in takes(picture.branch, window)
    )


def _board_window(picture: Picture, window: Window) -> views.BoardWindow:
    told = picture.about(window)
    return views.BoardWindow(
        view=picture.windows[window.window],
        teller=window.teller,
        business=picture.names_of(picture.state.tickets.get(window.ticket or "")),
        since=picture.moment(window.since) if window.since else None,
        promised=told.promised if told else None,
        told_at=picture.moment(told.first_at) if told else None,
    )


def _board_ticket(picture: Picture, ticket: Ticket) -> views.BoardTicket:
    told = picture.told("ticket", ticket.ticket, WAIT)
    reachable = picture.forecast.waits.get(ticket.ticket) is not None
    return views.BoardTicket(
        ticket=ticket.ticket,
        number=ticket.number,
        business=picture.names_of(ticket),
        priority=picture.priority(ticket),
        waited_s=_waited(picture, ticket),
        range=told.shown if told and reachable and not picture.blind(ticket.business) else None,
        promised=told.promised if told else None,
        overdue=told is not None and ranges.overdue(told, picture.now),
    )


def _waited(picture: Picture, ticket: Ticket) -> float:
    """In whole minutes, so that a board is not new at every glance."""
    return max(picture.now - ticket.issued_at, 0.0) // 60 * 60


def _next(picture: Picture, ticket: Ticket) -> views.NextTicket:
    return views.NextTicket(
        ticket.ticket,
        ticket.number,
        picture.names_of(ticket),
        picture.priority(ticket),
        _waited(picture, ticket),
    )


def _teller(picture: Picture, window: Window) -> views.TellerView:
    name = window.window
    ticket = picture.state.tickets.get(window.ticket or "")
    upcoming = decisions.next_tickets(picture.branch, picture.state, name, picture.expecting, picture.now)
    press = decisions.last_press(picture.state, name)
    undo = press.type if press and picture.now - press.at <= picture.branch.undo_s else None
    told = picture.about(window)
    own = takes(picture.branch, window)
    return views.TellerView(
        view=picture.windows[name],
        teller=window.teller,
        ticket=window.ticket,
        business=picture.names_of(ticket),
        items=ticket.items if ticket else 1,
        since=picture.moment(window.since) if window.since else None,
        next=tuple(_next(picture, one) for one in upcoming),
        waiting=sum(1 for one in picture.waiting if one.business in own),
        steps=tuple(_choice(step) for step in picture.branch.steps.values()),
        running=tuple(picture.steps(window)),
        commands=_commands(picture, window, waiting=bool(upcoming), undo=undo is not None),
        undo=undo,
        remind=window.state is WindowState.WRAPPING_UP and bool(told) and picture.windows[name].overdue,
        recallable=tuple(_next(picture, one) for one in picture.missed if one.business in own),
        coming=window.coming.step if window.coming else None,
    )


def _choice(step: StepPlan) -> views.StepChoice:
    return views.StepChoice(step.id, step.names, step.resource, _usual(step.minutes))


def _usual(minutes: tuple[float, float, float] | None) -> Shown | None:
    return ranges.round_outward(minutes[0] * 60, minutes[2] * 60) if minutes else None


def _commands(picture: Picture, window: Window, *, waiting: bool, undo: bool) -> tuple[str, ...]:
    allowed = {COMMANDS[kind] for kind in lifecycle.allowed_at(window.state) if kind in COMMANDS}
    if not waiting or window.closing:
        allowed.discard("next")
    own = takes(picture.branch, window)
    if window.state is not WindowState.CALLING and not any(one.business in own for one in picture.missed):
        allowed.discard("recall")
    if not window.steps:
        allowed.discard("step-end")
    allowed.discard("sign-in" if window.teller else "sign-out")
    if "close" in allowed:
        allowed.add("back-office")
    if undo:
        allowed.add("undo")
    order = [*COMMANDS.values(), "back-office", "undo"]
    return tuple(name for name in order if name in allowed)
