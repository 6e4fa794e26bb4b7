"""From the state of a branch to what each screen shows: the last pure step before the hub.

A screen is named by a topic: ``hall``, ``board``, ``window:3``, ``desk:3``, ``teller:3`` or
``ticket:20261121-A012``. Ranges come from what was told, never straight from the forecast; the forecast only
says whether anybody is there to keep them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from app.branch import decisions, lifecycle, roster
from app.branch.branch_file import Branch
from app.branch.events import format_moment
from app.branch.state import State, Step, Ticket, TicketState, Window, WindowState, out_of_touch, takes
from app.situation import expected_s, expecting
from app.telling import RETURN, SERVICE, WAIT, WRAP_UP, as_told, told_of
from display import ranges, terms, views
from display.views import Shown
from estimator import discipline
from estimator.estimate import Estimate, Forecast
from estimator.pools import Pools

PREMIUM = 2.0
"""A last customer ahead whose service is this many times the usual one is worth a word."""

COMMANDS: Mapping[str, str] = {
    "window.opened": "open",
    "ticket.called": "next",
    "ticket.recalled": "recall",
    "ticket.no_show": "no-show",
    "service.started": "start",
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


@dataclass(frozen=True)
class Picture:
    """One branch at one moment, ready to be looked at from any screen."""

    branch: Branch
    state: State
    forecast: Forecast
    pools: Pools
    now: float

    @cached_property
    def waiting(self) -> list[Ticket]:
        """Who waits, in the order of the line."""
        return self.state.waiting()

    @cached_property
    def ahead(self) -> dict[str, int]:
        """How many stand before each waiting ticket."""
        return decisions.tickets_ahead(self.branch, self.state, self._expecting, self.now)

    @cached_property
    def _expecting(self) -> decisions.Expected:
        return expecting(self.branch, self.pools)

    @cached_property
    def _line(self) -> list[discipline.Waiting]:
        return [decisions.in_line(ticket, self._expecting) for ticket in self.waiting]

    @cached_property
    def windows(self) -> dict[str, views.WindowView]:
        """The screens above all counters."""
        return {name: self._window(window) for name, window in self.state.windows.items()}

    @cached_property
    def unheard(self) -> frozenset[str]:
        """The windows that are out of touch: what was told of them is withdrawn."""
        windows = self.state.windows.values()
        return frozenset(one.window for one in windows if out_of_touch(self.branch, self.state, one))

    def blind(self, business: str) -> bool:
        """Whether all who serve a business are out of touch: nobody knows how they get on."""
        return business in self._blind

    @cached_property
    def _blind(self) -> frozenset[str]:
        if not self.unheard:
            return frozenset()
        serving = {business: self._serving(business) for business in self.branch.businesses}
        return frozenset(
            name for name, windows in serving.items() if windows and self.unheard.issuperset(windows)
        )

    def expected_s(self, ticket: Ticket) -> float:
        """A ticket's expected service."""
        return expected_s(self.pools, ticket)

    def topics(self) -> list[str]:
        """Every screen there is, those of single tickets apart."""
        rooms = [f"{kind}:{name}" for name in self.state.windows for kind in ("window", "desk", "teller")]
        return ["hall", "board", *rooms]

    def view(self, topic: str) -> views.View | None:
        """What a screen shows; None where there is no such window or ticket."""
        kind, _, name = topic.partition(":")
        if kind == "hall":
            return self._hall()
        if kind == "board":
            return self._board()
        if kind == "ticket":
            ticket = self.state.tickets.get(name)
            return self.ticket(ticket) if ticket else None
        window = self.state.windows.get(name)
        if window is None:
            return None
        if kind == "window":
            return self.windows[name]
        return self._desk(window) if kind == "desk" else self._teller(window)

    def _moment(self, at: float | None) -> str | None:
        return format_moment(at, self.branch.zone) if at is not None else None

    def _told(self, subject: str, name: str, about: str, step_id: str | None = None) -> ranges.Told | None:
        fact = told_of(self.state, subject, name, about, step_id)
        unheard = subject == "window" and name in self.unheard
        return as_told(fact) if fact and not unheard else None

    def _about(self, window: Window) -> ranges.Told | None:
        """What is told of a window's present state."""
        name = window.window
        match window.state:
            case WindowState.SERVING:
                return self._told("window", name, SERVICE)
            case WindowState.WRAPPING_UP | WindowState.OPEN:
                return self._told("window", name, WRAP_UP)
            case WindowState.PAUSED:
                return self._told("window", name, RETURN)
            case _:
                return None

    def _window(self, window: Window) -> views.WindowView:
        branch = self.branch
        ticket = self.state.tickets.get(window.ticket or "")
        told = self._about(window)
        steps = tuple(step for step in self._steps(window) if step.public)
        call = next((one for one in self.state.calls if one.window == window.window), None)
        calling = window.state is WindowState.CALLING and ticket is not None
        shown = self._state(window)
        overdue = told is not None and ranges.overdue(told, self.now)
        return views.WindowView(
            window=window.window,
            label=branch.windows[window.window].label,
            state=shown,
            closing=window.closing,
            reason=window.reason,
            number=ticket.number if ticket else None,
            steps=steps,
            range=_until_return(steps) or (told.shown if told else None),
            overdue=overdue or any(step.overdue for step in steps),
            unattended=self._unattended(window),
            out_of_touch=window.window in self.unheard,
            reopens_at=self._moment(self._reopens_at(window)),
            priority=self._priority(ticket) if calling else {},
            call=str(call.seq) if call and calling else None,
            businesses=tuple(branch.businesses[name].names for name in self._own(window)),
        )

    def _state(self, window: Window) -> views.WindowState:
        """An open window between two customers is wrapping up, whether or not its teller can say so."""
        if window.state is WindowState.OPEN and self._between(window):
            return views.WindowState.WRAPPING_UP
        return views.WindowState(window.state.value)

    def _between(self, window: Window) -> bool:
        recent = window.freed_at is not None and self.now - window.freed_at < self.branch.unattended_s
        unreported = "ready" not in self.branch.sender(window.sender or "").reports
        return unreported and recent and self._kept_waiting(window) is not None

    def _own(self, window: Window) -> list[str]:
        return [business for business, wait in takes(self.branch, window).items() if wait == 0]

    def _kept_waiting(self, window: Window) -> float | None:
        """Since when this window could have called somebody; None if nobody is there for it."""
        rule = decisions.rule_of(self.branch, window)
        since = min((discipline.eligible_at(one, rule) for one in self._line), default=None)
        return since if since is not None and since <= self.now else None

    def _unattended(self, window: Window) -> bool:
        if window.state is not WindowState.OPEN:
            return False
        since = self._kept_waiting(window)
        if since is None:
            return False
        began = max(since, window.since, window.freed_at or 0.0)
        return self.now - began >= self.branch.unattended_s

    def _reopens_at(self, window: Window) -> float | None:
        if window.state is not WindowState.CLOSED or window.reason == "fault":
            return None
        at = window.reopens_at or roster.opens_at(self.branch, window.window, self.now)
        return at if at and at > self.now else None

    def _priority(self, ticket: Ticket | None) -> views.Text:
        known = self.branch.priorities.get(ticket.priority) if ticket and ticket.priority else None
        return known.names if known and known.head_start_s > 0 else {}

    def _steps(self, window: Window) -> list[views.StepView]:
        return [self._step(window, step) for step in window.steps]

    def _step(self, window: Window, step: Step) -> views.StepView:
        plan = self.branch.steps.get(step.step)
        told = self._told("window", window.window, RETURN, step.step_id)
        return views.StepView(
            step_id=step.step_id,
            step=step.step,
            names=plan.names if plan else terms.step_names(step.step),
            public=plan.public if plan else terms.step_public(step.step, away=step.away),
            resource=step.resource,
            away=step.away,
            started_at=format_moment(step.started_at, self.branch.zone),
            range=told.shown if told else None,
            overdue=told is not None and ranges.overdue(told, self.now),
        )

    def _hall(self) -> views.HallView:
        calls = []
        for call in self.state.calls:
            ticket = self.state.tickets.get(call.ticket)
            window = self.state.windows[call.window]
            if window.ticket != call.ticket:
                continue  # the customer has left: so does the number
            calling = window.state is WindowState.CALLING and window.ticket == call.ticket
            calls.append(
                views.CallView(
                    call=str(call.seq),
                    number=call.number,
                    window=call.window,
                    label=self.branch.windows[call.window].label,
                    at=format_moment(call.at, self.branch.zone),
                    again=call.again,
                    calling=calling and call is next(c for c in self.state.calls if c.ticket == call.ticket),
                    language=ticket.language if ticket else None,
                    priority=self._priority(ticket),
                )
            )
        seen: set[str] = set()
        latest = [call for call in calls if not (call.number in seen or seen.add(call.number))]  # type: ignore[func-returns-value]
        windows = tuple(self.windows.values())
        return views.HallView(
            names=self.branch.names,
            windows=windows,
            calls=tuple(latest),
            waits=tuple(self.wait(business) for business in self.branch.businesses),
            missed=tuple(ticket.number for ticket in self._missed()),
            out_of_touch=all(window.out_of_touch for window in windows),
        )

    def _missed(self) -> list[Ticket]:
        bound = self.now - self.branch.recall_s
        missed = [
            ticket
            for ticket in self.state.tickets.values()
            if ticket.state is TicketState.NO_SHOW and (ticket.ended_at or 0) > bound
        ]
        return sorted(missed, key=lambda ticket: -(ticket.ended_at or 0))

    def wait(self, business: str) -> views.WaitView:
        """The wait for a ticket of a business taken now."""
        plan = self.branch.businesses[business]
        estimate = self.forecast.waits_now.get(business)
        told = self._told("business", business, WAIT)
        waiting = [ticket for ticket in self.waiting if ticket.business == business]
        return views.WaitView(
            business=business,
            names=plan.names,
            waiting=len(waiting),
            windows=sum(1 for name in self._serving(business) if name not in self.unheard),
            range=told.shown if told and estimate and not self.blind(business) else None,
            basis=told.basis if told else "configured",
            long_last=self._long_last(business, estimate),
        )

    def _serving(self, business: str) -> list[str]:
        windows = self.state.windows.values()
        open_now = (one for one in windows if decisions.serves(one))
        return [one.window for one in open_now if business in takes(self.branch, one)]

    def _long_last(self, business: str, estimate: Estimate | None) -> bool:
        """Nobody waits for it, and yet the wait is long: somebody's service is."""
        if estimate is None or any(ticket.business == business for ticket in self.waiting):
            return False
        return estimate.median_s > PREMIUM * self.pools.expected_service_s(business)

    def _desk(self, window: Window) -> views.DeskView:
        lobby = self.windows[window.window]
        ticket = self.state.tickets.get(window.ticket or "")
        steps = tuple(self._steps(window)) if ticket else ()
        told = self._about(window)
        seated = {WindowState.SERVING, WindowState.PAUSED}
        return views.DeskView(
            window=window.window,
            label=lobby.label,
            state=lobby.state,
            number=lobby.number,
            steps=steps,
            range=told.shown if told and window.state in seated else None,
            overdue=lobby.overdue,
            out_of_touch=lobby.out_of_touch,
        )

    def ticket(self, ticket: Ticket) -> views.TicketView:
        """A customer's own ticket."""
        waiting = ticket.state is TicketState.WAITING
        estimate = self.forecast.waits.get(ticket.ticket)
        told = self._told("ticket", ticket.ticket, WAIT)
        window = self.state.windows.get(ticket.window or "")
        here = window is not None and window.ticket == ticket.ticket
        call = next((one for one in self.state.calls if one.ticket == ticket.ticket), None)
        back_by = (ticket.ended_at or 0) + self.branch.recall_s
        missed = ticket.state is TicketState.NO_SHOW and back_by > self.now
        ahead = self.ahead.get(ticket.ticket, 0)
        blind = self.blind(ticket.business)
        served = bool(self._serving(ticket.business)) and not blind
        return views.TicketView(
            number=ticket.number,
            names=self.branch.businesses[ticket.business].names,
            state=views.TicketState(ticket.state.value),
            ahead=ahead,
            range=told.shown if waiting and told and estimate and not blind else None,
            basis=told.basis if told else "configured",
            label=self.branch.windows[ticket.window].label if here and ticket.window else None,
            call=str(call.seq) if call and ticket.state is TicketState.CALLED else None,
            until=self._moment(back_by) if missed else None,
            long_last=waiting and ahead <= 1 and self._is_long(ticket, estimate),
            serving=served or estimate is not None,
            out_of_touch=blind,
        )

    def _is_long(self, ticket: Ticket, estimate: Estimate | None) -> bool:
        return estimate is not None and estimate.median_s > PREMIUM * self.expected_s(ticket)

    def _business_names(self, ticket: Ticket | None) -> views.Text:
        return self.branch.businesses[ticket.business].names if ticket else {}

    def _board(self) -> views.BoardView:
        states = [ticket.state for ticket in self.state.tickets.values()]
        return views.BoardView(
            names=self.branch.names,
            windows=tuple(self._board_window(window) for window in self.state.windows.values()),
            tickets=tuple(self._board_ticket(ticket) for ticket in self.waiting),
            waits=tuple(self.wait(business) for business in self.branch.businesses),
            served=states.count(TicketState.FINISHED),
            abandoned=states.count(TicketState.ABANDONED),
            no_shows=states.count(TicketState.NO_SHOW),
            silent=tuple(self.state.silent),
        )

    def _board_window(self, window: Window) -> views.BoardWindow:
        told = self._about(window)
        return views.BoardWindow(
            view=self.windows[window.window],
            teller=window.teller,
            business=self._business_names(self.state.tickets.get(window.ticket or "")),
            since=self._moment(window.since) if window.since else None,
            promised=told.promised if told else None,
            told_at=self._moment(told.first_at) if told else None,
        )

    def _board_ticket(self, ticket: Ticket) -> views.BoardTicket:
        told = self._told("ticket", ticket.ticket, WAIT)
        reachable = self.forecast.waits.get(ticket.ticket) is not None
        return views.BoardTicket(
            ticket=ticket.ticket,
            number=ticket.number,
            business=self._business_names(ticket),
            priority=self._priority(ticket),
            waited_s=self._waited(ticket),
            range=told.shown if told and reachable and not self.blind(ticket.business) else None,
            promised=told.promised if told else None,
            overdue=told is not None and ranges.overdue(told, self.now),
        )

    def _waited(self, ticket: Ticket) -> float:
        """In whole minutes, so that a board is not new at every glance."""
        return max(self.now - ticket.issued_at, 0.0) // 60 * 60

    def _next(self, ticket: Ticket) -> views.NextTicket:
        return views.NextTicket(
            ticket.ticket,
            ticket.number,
            self._business_names(ticket),
            self._priority(ticket),
            self._waited(ticket),
        )

    def _teller(self, window: Window) -> views.TellerView:
        name = window.window
        ticket = self.state.tickets.get(window.ticket or "")
        upcoming = decisions.next_tickets(self.branch, self.state, name, self._expecting, self.now)
        press = decisions.last_press(self.state, name)
        undo = press.type if press and self.now - press.at <= self.branch.undo_s else None
        told = self._about(window)
        own = takes(self.branch, window)
        return views.TellerView(
            view=self.windows[name],
            teller=window.teller,
            ticket=window.ticket,
            business=self._business_names(ticket),
            items=ticket.items if ticket else 1,
            since=self._moment(window.since) if window.since else None,
            next=tuple(self._next(one) for one in upcoming),
            waiting=sum(1 for one in self.waiting if one.business in own),
            steps=tuple(
                views.StepChoice(step.id, step.names, step.resource, self._usual(step.minutes))
                for step in self.branch.steps.values()
            ),
            running=tuple(self._steps(window)),
            commands=self._commands(window, waiting=bool(upcoming), undo=undo is not None),
            undo=undo,
            remind=window.state is WindowState.WRAPPING_UP and bool(told) and self.windows[name].overdue,
            recallable=tuple(self._next(one) for one in self._missed() if one.business in own),
        )

    def _usual(self, minutes: tuple[float, float, float] | None) -> Shown | None:
        return ranges.round_outward(minutes[0] * 60, minutes[2] * 60) if minutes else None

    def _commands(self, window: Window, *, waiting: bool, undo: bool) -> tuple[str, ...]:
        allowed = {COMMANDS[kind] for kind in lifecycle.allowed_at(window.state) if kind in COMMANDS}
        if not waiting or window.closing:
            allowed.discard("next")
        own = takes(self.branch, window)
        if window.state is not WindowState.CALLING and not any(one.business in own for one in self._missed()):
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


def _until_return(steps: tuple[views.StepView, ...]) -> Shown | None:
    """While the teller is away for a step, what counts is when the teller is back."""
    return next((step.range for step in steps if step.away and step.range), None)
