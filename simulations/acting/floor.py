"""What everybody in the lobby can see: who holds which ticket, who still waits, who is back."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import cycle

from simulations.acting.day import Customer, Day, Errand
from simulations.acting.script import Script


@dataclass(slots=True)
class Visit:
    """One ticket's customer. ``errands`` are those still to be done, the present one first."""

    ticket: str
    errands: deque[Errand]
    customer: Customer | None = None
    """None for a ticket that was taken elsewhere: somebody at a kiosk, say."""
    waiting: bool = True
    gone: bool = False
    back: bool = False
    """Whether the customer missed the call and has come back since."""


@dataclass(slots=True)
class Floor:
    """The lobby's shared knowledge. ``ring`` wakes idle tellers; ``enter`` starts a further script."""

    day: Day
    ring: Callable[[float], None]
    enter: Callable[[Script], None]
    visits: dict[str, Visit] = field(default_factory=dict)
    missed: dict[str, deque[tuple[str, float]]] = field(default_factory=dict)
    """By window, who came back after having been missed there: ticket and until when it may be recalled."""
    _spares: dict[str, cycle[Errand]] = field(default_factory=dict)

    def arrive(self, ticket: str, customer: Customer) -> Visit:
        """A customer got a ticket; it may have been called before the kiosk's answer came."""
        return self.visits.setdefault(ticket, Visit(ticket, deque(customer.errands), customer))

    def called(self, ticket: str, business: str) -> Visit:
        """The visit of a ticket that was just called; a spare errand for one that was taken elsewhere."""
        visit = self.visits.get(ticket)
        if visit is None or not visit.errands:
            visit = self.visits[ticket] = Visit(ticket, deque([self._spare(business)]))
        visit.waiting = False
        return visit

    def _spare(self, business: str) -> Errand:
        if business not in self._spares:
            known = self.day.spares.get(business) or next(iter(self.day.spares.values()))
            self._spares[business] = cycle(known)
        return next(self._spares[business])

    def returned(self, window: str, ticket: str, until: float) -> None:
        """Somebody who was missed at a window stands before it again."""
        self.missed.setdefault(window, deque()).append((ticket, until))

    def take_returned(self, window: str, now: float) -> Visit | None:
        """The next of those to recall at a window; whoever came back too late takes a new ticket at home."""
        line = self.missed.get(window, deque())
        while line:
            ticket, until = line.popleft()
            if now < until:
                return self.visits[ticket]
        return None
