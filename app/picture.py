"""One branch at one moment: everything that any screen may show of it, worked out once.

Ranges come from what was told, never straight from the forecast; the forecast only says whether anybody is
there to keep them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from app import attendance
from app.branch import decisions, notices, roster
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
        return decisions.tickets_ahead(self.branch, self.state, self.expecting, self.now)

    @cached_property
    def expecting(self) -> decisions.Expected:
        """What a ticket's service is expected to take, for the rule of who is next."""
        return expecting(self.branch, self.pools)

    @cached_property
    def _heads(self) -> list[discipline.Waiting]:
        """Who came first of each sort, as the rule of who is next sees them."""
        return discipline.heads(decisions.in_line(ticket, self.expecting) for ticket in self.waiting)

    @cached_property
    def windows(self) -> dict[str, views.WindowView]:
        """The screens above all counters."""
        return {name: self._window(window) for name, window in self.state.windows.items()}

    @cached_property
    def unheard(self) -> frozenset[str]:
        """The windows that are out of touch: what was told of them is withdrawn."""
        windows = self.state.windows.values()
        return frozenset(one.window for one in windows if out_of_touch(self.branch, self.state, one))

    @cached_property
    def gone(self) -> frozenset[str]:
        """The windows that nobody said were closed, and that will likely call nobody soon."""
        if not attendance.is_unsaid(self.branch):
            return frozenset()
        return frozenset(one.window for one in self.state.windows.values() if self._is_gone(one))

    @cached_property
    def _left_line(self) -> list[attendance.Left]:
        return attendance.left_line(self.state)

    @cached_property
    def _called(self) -> dict[str, float]:
        return attendance.last_calls(self.state)

    def _is_gone(self, window: Window) -> bool:
        if window.state is not WindowState.OPEN or window.window in self.unheard or self._between(window):
            return False
        window = attendance.as_planned(self.branch, window, self._called, self.now)
        if window.state is WindowState.CLOSED:
            return True
        if self._kept_waiting(window) is None:
            passed_over_s = attendance.passed_over_s(self.branch, window, self._left_line, self.expecting)
        else:
            passed_over_s = self.now - window.since
        return attendance.is_gone(self.branch, window, self.pools, passed_over_s, self.now)

    def blind(self, business: str) -> bool:
        """Whether all who serve a business are out of touch: nobody knows how they get on."""
        return business in self._blind

    @cached_property
    def _blind(self) -> frozenset[str]:
        if not self.unheard:
            return frozenset()
        return frozenset(
            name for name, windows in self.serving.items() if windows and self.unheard.issuperset(windows)
        )

    def expected_s(self, ticket: Ticket) -> float:
        """A ticket's expected service."""
        return expected_s(self.pools, ticket)

    def moment(self, at: float | None) -> str | None:
        """A time as the contract writes it."""
        return format_moment(at, self.branch.zone) if at is not None else None

    def told(self, subject: str, name: str, about: str, step_id: str | None = None) -> ranges.Told | None:
        """What is being told of something now; nothing of a window that is out of touch."""
        fact = told_of(self.state, subject, name, about, step_id)
        unheard = subject == "window" and name in self.unheard
        return as_told(fact) if fact and not unheard else None

    def about(self, window: Window) -> ranges.Told | None:
        """What is told of a window's present state."""
        name = window.window
        match window.state:
            case WindowState.SERVING:
                return self.told("window", name, SERVICE)
            case WindowState.WRAPPING_UP | WindowState.OPEN:
                return self.told("window", name, WRAP_UP)
            case WindowState.PAUSED:
                return self.told("window", name, RETURN)
            case _:
                return None

    def _window(self, window: Window) -> views.WindowView:
        branch = self.branch
        ticket = self.state.tickets.get(window.ticket or "")
        told = self.about(window)
        steps = tuple(step for step in self.steps(window) if step.public)
        call = next((one for one in self.state.calls if one.window == window.window), None)
        calling = window.state is WindowState.CALLING and ticket is not None
        shown = self._state(window)
        overdue = told is not None and ranges.overdue(told, self.now)
        if window.window in self.gone:
            return self._left(window)
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
            reopens_at=self.moment(self._reopens_at(window)),
            priority=self.priority(ticket) if calling else {},
            call=str(call.seq) if call and calling else None,
            businesses=self._names_of_own(window),
        )

    def _left(self, window: Window) -> views.WindowView:
        """The screen above a counter that has likely been left: nothing that might serve."""
        return views.WindowView(
            window=window.window,
            label=self.branch.windows[window.window].label,
            state=self._state(window),
            reason="closed",
            businesses=self._names_of_own(window),
        )

    def _names_of_own(self, window: Window) -> tuple[views.Text, ...]:
        return tuple(self.branch.businesses[name].names for name in self._own(window))

    def _state(self, window: Window) -> views.WindowState:
        """An open window between two customers is wrapping up, whether or not its teller can say so.

        One that has likely been left is closed to whoever looks for a window that might serve.
        """
        if window.window in self.gone:
            return views.WindowState.CLOSED
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
        since = min((discipline.eligible_at(one, rule) for one in self._heads), default=None)
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

    def priority(self, ticket: Ticket | None) -> views.Text:
        """Why a ticket goes first; nothing where it does not."""
        known = self.branch.priorities.get(ticket.priority) if ticket and ticket.priority else None
        return known.names if known and known.head_start_s > 0 else {}

    def steps(self, window: Window) -> list[views.StepView]:
        """The running steps at a window."""
        return [self._step(window, step) for step in window.steps]

    def _step(self, window: Window, step: Step) -> views.StepView:
        plan = self.branch.steps.get(step.step)
        told = self.told("window", window.window, RETURN, step.step_id)
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

    @cached_property
    def missed(self) -> list[Ticket]:
        """Who was called in vain and may still come back, latest first."""
        bound = self.now - self.branch.recall_s
        missed = [
            ticket
            for ticket in self.state.tickets.values()
            if ticket.state is TicketState.NO_SHOW and (ticket.ended_at or 0) > bound
        ]
        return sorted(missed, key=lambda ticket: -(ticket.ended_at or 0))

    @cached_property
    def notices(self) -> tuple[views.NoticeView, ...]:
        """What the manager has to say to the hall, the oldest first."""
        up = notices.standing(self.state.notices.values(), self.now)
        return tuple(
            views.NoticeView(one.notice, one.text, format_moment(one.until, self.branch.zone)) for one in up
        )

    @cached_property
    def waits(self) -> dict[str, views.WaitView]:
        """The wait for a ticket taken now, by business."""
        return {business: self._wait(business) for business in self.branch.businesses}

    def _wait(self, business: str) -> views.WaitView:
        plan = self.branch.businesses[business]
        estimate = self.forecast.waits_now.get(business)
        told = self.told("business", business, WAIT)
        waiting = [ticket for ticket in self.waiting if ticket.business == business]
        return views.WaitView(
            business=business,
            names=plan.names,
            waiting=len(waiting),
            windows=sum(1 for name in self.serving[business] if name not in self.unheard),
            range=told.shown if told and estimate and not self.blind(business) else None,
            basis=told.basis if told else "configured",
            long_last=self._long_last(business, estimate),
        )

    @cached_property
    def serving(self) -> dict[str, list[str]]:
        """The windows that will take tickets of each business."""
        serving: dict[str, list[str]] = {business: [] for business in self.branch.businesses}
        for window in self.state.windows.values():
            if decisions.serves(window) and window.window not in self.gone:
                for business in takes(self.branch, window):
                    serving[business].append(window.window)
        return serving

    def _long_last(self, business: str, estimate: Estimate | None) -> bool:
        """Nobody waits for it, and yet the wait is long: somebody's service is."""
        if estimate is None or any(ticket.business == business for ticket in self.waiting):
            return False
        return estimate.median_s > PREMIUM * self.pools.expected_service_s(business)

    def names_of(self, ticket: Ticket | None) -> views.Text:
        """A ticket's business; nothing without a ticket."""
        return self.branch.businesses[ticket.business].names if ticket else {}


def _until_return(steps: tuple[views.StepView, ...]) -> Shown | None:
    """While the teller is away for a step, what counts is when the teller is back."""
    return next((step.range for step in steps if step.away and step.range), None)
