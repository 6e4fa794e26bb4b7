"""The branch itself in virtual time: a play's commands, decided and folded by the domain, without a server.

What is decided is the service's own code (``app.branch``): who is next, what is lawful, what follows. Only
the stamps differ: a command happens exactly when it is due.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from app.branch import check, decisions, events, fold
from app.branch.branch_file import Branch
from app.branch.errors import BranchError, Refused
from app.branch.events import Event, Fact
from app.branch.state import State, Ticket, Window, new_state
from simulations.acting.command import ABANDON, ISSUE, Answer, Command
from simulations.acting.day import Day
from simulations.acting.play import Play

SENDER = "local"
OVERNIGHT_S = 24 * 3600.0

Watch = Callable[[State, Event], None]
"""Called with the state before each event, and the event."""


class VirtualBranch:
    """Answers commands as the service does. ``refused`` keeps what it refused, and why."""

    def __init__(self, branch: Branch, watch: Watch | None = None) -> None:
        self.branch = branch
        self.state: State = new_state(branch)
        self.events: list[Event] = []
        self.refused: list[tuple[Command, BranchError]] = []
        self._watch = watch

    def ask(self, command: Command) -> Answer:
        """Carry a command out at its own time: 200, 201, 204, or 409 when the lifecycle refuses it."""
        try:
            fact = self._decide(command)
            if fact is None:
                return Answer(204)
            event = Event(command.id, SENDER, command.at, fact, received_at=command.at)
            check.check_names(self.branch, fact)
            check.check_lifecycle(self.branch, self.state, event)
        except BranchError as error:
            self.refused.append((command, error))
            return Answer(409, {"detail": error.detail})
        self._take(event)
        return self._told(fact)

    def turn(self, now: float) -> None:
        """Take in what the service itself reports by ``now``: the end of the day for those who still wait."""
        for number, (at, fact) in enumerate(decisions.due(self.branch, self.state, {}, now)):
            self._take(Event(f"due-{now:.0f}-{number}", events.SERVICE, at, fact, received_at=at))

    def _take(self, event: Event) -> None:
        event = replace(event, seq=self.state.seq + 1)
        if self._watch:
            self._watch(self.state, event)
        fold.fold(self.branch, self.state, event)
        self.events.append(event)

    def _decide(self, command: Command) -> Fact | None:
        body = command.body
        if command.name == ISSUE:
            return decisions.issue(
                self.branch,
                self.state,
                body["business"],
                body.get("items", 1),
                body.get("priority"),
                body.get("language"),
                command.at,
            )
        if command.name == ABANDON:
            return events.TicketAbandoned(command.ticket or "", body["reason"])
        window = self.state.windows[command.window or ""]
        if command.name == "next":
            return decisions.call_next(self.branch, self.state, window.window, self._expected_s, command.at)
        if command.name == "undo":
            return decisions.undo(self.branch, self.state, window.window, command.at)
        return _pressed(self.branch, window, command.name, body)

    def _expected_s(self, ticket: Ticket) -> float:
        return self.branch.businesses[ticket.business].minutes[1] * 60

    def _told(self, fact: Fact) -> Answer:
        if isinstance(fact, events.TicketIssued):
            return Answer(201, {"ticket": fact.ticket, "number": fact.number})
        if isinstance(fact, events.TicketCalled):
            ticket = self.state.tickets[fact.ticket]
            called = {"ticket": ticket.ticket, "number": ticket.number, "business": ticket.business}
            return Answer(200, called)
        return Answer(200)


def act(branch: Branch, day: Day) -> VirtualBranch:
    """A branch that has just lived through one day."""
    service = VirtualBranch(branch)
    run(Play(day), service)
    return service


def live_through(branch: Branch, days: Iterable[Day], watch: Watch | None = None) -> VirtualBranch:
    """A branch that has lived through days; whoever still waits at a day's end is gone the next morning."""
    service = VirtualBranch(branch, watch)
    for day in days:
        run(Play(day), service)
        service.turn(day.doors_open_at + OVERNIGHT_S)
    return service


def run(play: Play, service: VirtualBranch) -> None:
    """Act a whole day in virtual time."""
    while (at := play.next_at()) is not None:
        while command := play.step(at):
            play.answer(command, service.ask(command), at)


def _pressed(branch: Branch, window: Window, name: str, body: Mapping[str, Any]) -> Fact:
    """The fact that a key at a window stands for. Errors: ``Refused`` where it needs a customer."""
    own, ticket = window.window, body.get("ticket") or window.ticket
    if name == "sign-out":
        return events.TellerSignedOut(own, window.teller or "nobody")
    if name in _OF_WINDOW:
        return _OF_WINDOW[name](own, body)
    if ticket is None:
        raise Refused("this key needs a customer", f"Window {own} has no customer; {name} needs one.")
    if name == "transfer":
        return events.TicketTransferred(
            ticket, body.get("business"), body.get("window"), body.get("keeps_place", True)
        )
    if name == "step":
        step = body["step"]
        plan = branch.steps.get(step)
        resource = plan.resource if plan else "teller"
        away, expected_s = body.get("away", False), body.get("expected_s")
        return events.StepStarted(own, body["step_id"], step, resource, away, expected_s)
    return _OF_CUSTOMER[name](ticket, own, body)


_OF_WINDOW: dict[str, Callable[[str, Mapping[str, Any]], Fact]] = {
    "open": lambda own, body: events.WindowOpened(own, body.get("teller")),
    "pause": lambda own, body: events.WindowPaused(own, body["reason"], body.get("expected_s")),
    "resume": lambda own, _: events.WindowResumed(own),
    "closing": lambda own, _: events.WindowClosing(own),
    "close": lambda own, body: events.WindowClosed(own, body.get("reason", "closed"), _reopens(body)),
    "back-office": lambda own, body: events.WindowClosed(own, "back_office", _reopens(body)),
    "sign-in": lambda own, body: events.TellerSignedIn(own, body["teller"]),
    "ready": lambda own, _: events.WindowReady(own),
    "step-end": lambda own, body: events.StepEnded(own, body["step_id"]),
}
_OF_CUSTOMER: dict[str, Callable[[str, str, Mapping[str, Any]], Fact]] = {
    "recall": lambda ticket, own, _: events.TicketRecalled(ticket, own),
    "no-show": lambda ticket, own, _: events.TicketNoShow(ticket, own),
    "start": lambda ticket, own, body: events.ServiceStarted(ticket, own, body.get("expected_s")),
    "finish": lambda ticket, own, body: events.ServiceFinished(
        ticket, own, body.get("wrap_up"), body.get("expected_s")
    ),
}


def _reopens(body: Mapping[str, Any]) -> float | None:
    moment = body.get("reopens_at")
    return None if moment is None else events.parse_moment(moment, "reopens_at")
