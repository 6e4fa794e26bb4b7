"""The live code on a generated lobby's events: everything that it said, with what then happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

import numpy as np

from app.branch import decisions
from app.branch.branch_file import Branch
from app.branch.events import (
    SERVICE,
    Event,
    EventCorrected,
    RangeTold,
    ServiceFinished,
    StepStarted,
    TicketAbandoned,
    TicketCalled,
    TicketIssued,
)
from app.branch.state import business_day, takes
from app.owner import TICK_S, Owner
from app.promises.ledger import Ledger
from app.promises.promise import Promise
from app.situation import expecting
from estimator.estimate import Estimate, Forecast

AT_ONCE = (TicketIssued, ServiceFinished, StepStarted)
"""After these there is a pass at once, since something begins that is told of; else at the next tick."""

LEARNING_TICK_S = 60.0
"""Before the test, what counts is what was said at issue."""

Range = tuple[float, float, float]
"""10th, 50th and 90th percentile, seconds."""


@dataclass(slots=True)
class Wait:
    """One ticket's first wait: what was known and said of it at issue, and what happened.

    ``said`` None: nothing was. ``figure_s``: people ahead × mean service ÷ windows serving its business.
    ``waited_s`` None: it was never called. ``later``: seconds waited by then, and what was said of the rest.
    """

    ticket: str
    business: str
    day: str
    ahead: int
    figure_s: float
    at: float
    said: Range | None = None
    mean_s: float | None = None
    waited_s: float | None = None
    later: list[tuple[float, Range]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Spell:
    """A service, wrap-up, step or pause: what was said of it at first, and how long it took from then."""

    about: str
    business: str | None
    said: Range
    took_s: float


@dataclass(slots=True)
class Watched:
    """All that was said and happened. ``learning``: the waits of the time before the test."""

    learning: list[Wait] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    spells: list[Spell] = field(default_factory=list)


class Watch:
    """Feeds events to an owner as ``app.replay`` does; from ``test_from`` (epoch seconds) on it is tested.

    It speaks from the first event on, since what was said teaches how far it can be believed.
    """

    def __init__(
        self, branch: Branch, test_from: float, mean_service_s: float, *, draws: int, every_s: float = TICK_S
    ) -> None:
        self.owner = Owner(branch)
        self.watched = Watched()
        self._branch = branch
        self._test_from, self._draws, self._every_s = test_from, draws, every_s
        self._mean_s = mean_service_s
        self._now = 0.0
        self._seqs: dict[int, int] = {}
        self._waits: dict[str, Wait] = {}
        self._firsts: dict[tuple[str, str, float, float, float], Range] = {}
        self._ledger = Ledger(branch.late_s + branch.ahead_s + branch.undo_s, partial(business_day, branch))

    def run(self, events: Iterable[Event]) -> Watched:
        """Everything from the first event to the last."""
        for event in events:
            if event.sender != SERVICE:
                self._tick_to(event.at)
                self._take(event)
                if isinstance(event.fact, AT_ONCE):
                    self._pass(event.at)
        self._settle(self._ledger.rest())
        return self.watched

    def _tick_to(self, at: float) -> None:
        every_s = self._every_s if at >= self._test_from else max(self._every_s, LEARNING_TICK_S)
        tick = (self._now // every_s + 1) * every_s
        while tick < at:
            if not self._busy():
                tick = (at // every_s) * every_s
                if tick <= self._now:
                    break
            self._now = tick
            self._pass(tick)
            tick += every_s
        self._now = at
        self._commit(self.owner.say(self.owner.due({}, at), at))

    def _busy(self) -> bool:
        state = self.owner.state
        return bool(state.tickets.open) or any(map(decisions.serves, state.windows.values()))

    def _take(self, event: Event) -> None:
        if isinstance(event.fact, EventCorrected):
            corrects = self._seqs[event.fact.corrects]
            event = replace(event, fact=replace(event.fact, corrects=corrects))
        answers, fresh = self.owner.accept([event], event.at, lambda *_: None, lambda _: False)
        self._seqs[event.seq] = answers[0].event.seq
        self._commit(fresh)

    def _commit(self, events: Iterable[Event]) -> None:
        for event in events:
            self.owner.commit(event)
            self._note(event)
            if event.at >= self._test_from:
                self._settle(self._ledger.take(event))

    def _note(self, event: Event) -> None:
        match event.fact:
            case TicketIssued(ticket=ticket, business=business):
                self._waits[ticket] = self._issued(ticket, business, event.at)
            case TicketCalled(ticket=ticket) if ticket in self._waits:
                wait = self._waits.pop(ticket)
                wait.waited_s = event.at - wait.at
            case TicketAbandoned(ticket=ticket):
                self._waits.pop(ticket, None)

    def _issued(self, ticket: str, business: str, at: float) -> Wait:
        owner, branch = self.owner, self._branch
        ahead = decisions.tickets_ahead(branch, owner.state, expecting(branch, owner.learned.pools), at)[
            ticket
        ]
        serving = sum(
            decisions.serves(window) and takes(branch, window).get(business) == 0.0
            for window in owner.state.windows.values()
        )
        day = datetime.fromtimestamp(at, branch.zone).date().isoformat()
        wait = Wait(ticket, business, day, ahead, ahead * self._mean_s / max(1, serving), at)
        (self.watched.waits if at >= self._test_from else self.watched.learning).append(wait)
        return wait

    def _pass(self, now: float) -> None:
        owner = self.owner
        self._commit(owner.say(owner.due({}, now), now))
        question = owner.question(now)
        answer = owner.answer(question, self._draws)
        facts = owner.tell(question, answer, now)
        self._hear(answer, now)
        for _, fact in facts:
            self._first(fact, answer, now)
        self._commit(owner.say(facts, now))

    def _hear(self, answer: Forecast, now: float) -> None:
        for ticket, estimate in answer.waits.items():
            wait = self._waits.get(ticket)
            if wait is None or estimate is None:
                continue
            if wait.said is None:
                wait.said, wait.mean_s = _range(estimate), estimate.mean_s
            elif now % 60 == 0:
                wait.later.append((now - wait.at, _range(estimate)))

    def _first(self, fact: RangeTold, answer: Forecast, now: float) -> None:
        if fact.window is None or fact.reason != "first":
            return
        window = answer.windows[fact.window]
        estimate = {
            "service": window.service,
            "wrap_up": window.wrap_up or window.next_call,
            "return": window.steps.get(fact.step_id) if fact.step_id else window.back,
        }[fact.about]
        if estimate:
            key = (fact.about, fact.window, round(now, 3), fact.low_s, fact.high_s)
            self._firsts[key] = _range(estimate)

    def _settle(self, settled: Iterable[Promise]) -> None:
        for promise in settled:
            self.watched.promises.append(promise)
            first = promise.first
            key = (promise.about, promise.window or "", round(first.at, 3), first.low_s, first.high_s)
            said = self._firsts.pop(key, None)
            if said and promise.end == "came":
                took_s = promise.ended_at - first.at
                self.watched.spells.append(Spell(promise.about, promise.business, said, took_s))


def mean_service_s(events: Sequence[Event]) -> float:
    """From the start (or, where none is reported, the call) to the end of a service, in the mean."""
    began: dict[str, float] = {}
    took = []
    for event in events:
        ticket = getattr(event.fact, "ticket", "")
        match event.type:
            case "ticket.called" | "service.started":
                began[ticket] = event.at
            case "service.finished" if ticket in began:
                took.append(event.at - began.pop(ticket))
    return float(np.mean(took))


def _range(estimate: Estimate) -> Range:
    return estimate.p10_s, estimate.median_s, estimate.p90_s
