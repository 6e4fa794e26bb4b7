"""The state of a branch at one point of its order: records that never change, in dictionaries that do.

Each record is frozen, so a before-image is a reference: taking back a wrong press, or keeping the last
committed state beside the one being decided on, costs nothing.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from .branch_file import Branch

RECENT = 1_000
"""So many events can be taken back at most; their before-images are kept in every snapshot."""
CALLS = 12
"""So many calls the hall can show."""
ENDED_STEPS = 16
"""So many steps of the present service are remembered after their end."""


class TicketState(StrEnum):
    """Where a ticket is in its life."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    FINISHED = "finished"
    NO_SHOW = "no_show"
    ABANDONED = "abandoned"


class WindowState(StrEnum):
    """What a window is doing."""

    CLOSED = "closed"
    OPEN = "open"
    CALLING = "calling"
    SERVING = "serving"
    WRAPPING_UP = "wrapping_up"
    PAUSED = "paused"


ENDED = frozenset({TicketState.FINISHED, TicketState.NO_SHOW, TicketState.ABANDONED})


@dataclass(frozen=True, slots=True)
class Ticket:
    """One customer's turn. ``line_at`` is its place in line: when it was issued, or transferred anew."""

    ticket: str
    number: str
    business: str
    issued_at: float
    line_at: float
    items: int = 1
    priority: str | None = None
    language: str | None = None
    tied: str | None = None
    state: TicketState = TicketState.WAITING
    window: str | None = None
    called_at: float | None = None
    calls: int = 0
    started_at: float | None = None
    start_implied: bool = False
    ended_at: float | None = None
    expected_s: float | None = None
    since: float = 0.0
    """When it came into its present state: what is older cannot change that any more."""
    issue_implied: bool = False
    """Nobody has said yet which business it is for: that was guessed from its number."""


@dataclass(frozen=True, slots=True)
class Step:
    """A running step of a service."""

    step_id: str
    step: str
    resource: str
    away: bool
    started_at: float
    expected_s: float | None = None


@dataclass(frozen=True, slots=True)
class EndedStep:
    """A step that is over, of a service that goes on."""

    step: str
    ended_at: float


@dataclass(frozen=True, slots=True)
class Coming:
    """A step that the teller has said will come, and will take them from the seat."""

    step: str
    at: float


@dataclass(frozen=True, slots=True)
class Window:
    """One counter. ``since`` is when it came into its present state."""

    window: str
    state: WindowState = WindowState.CLOSED
    since: float = 0.0
    teller: str | None = None
    businesses: tuple[str, ...] | None = None
    ticket: str | None = None
    closing: bool = False
    reason: str | None = None
    expected_s: float | None = None
    reopens_at: float | None = None
    steps: tuple[Step, ...] = ()
    ended_steps: tuple[EndedStep, ...] = ()
    """The last few of the present service, in the order in which they ended."""
    coming: Coming | None = None
    sender: str | None = None
    last_business: str | None = None
    freed_at: float | None = None
    """When the last customer left: what follows until the next call is wrap-up, reported or not."""


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody is being told now, and what was told first: ranges count from ``at`` and ``first_at``.

    ``due_at`` is the earliest end promised so far; ``rises`` counts how often the range had to rise.
    """

    at: float
    low_s: float
    high_s: float
    reason: str
    rises: int
    first_at: float
    first_low_s: float
    first_high_s: float
    due_at: float
    basis: str
    ahead: int | None = None
    first_ahead: int | None = None
    """How many stood before the ticket when it was told first."""
    first_p10_s: float | None = None
    first_median_s: float | None = None
    first_p90_s: float | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A call made in the hall."""

    seq: int
    ticket: str
    number: str
    window: str
    at: float
    again: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """Words of the manager to the hall (by language), up until a moment."""

    notice: str
    text: Mapping[str, str]
    posted_at: float
    until: float


@dataclass(frozen=True, slots=True)
class Undo:
    """What an event changed, as it was before: enough to take it back while nothing later rests on it.

    ``told`` has, by subject, what stopped being told with the event.
    """

    seq: int
    at: float
    type: str
    windows: Mapping[str, Window]
    tickets: Mapping[str, Ticket | None]
    told: Mapping[str, Mapping[str, Told]]


class Tickets(dict[str, Ticket]):
    """The day's tickets by id; those that have not ended are at hand in ``open``.

    ``numbers`` says how many of the open ones have each number: one, unless a machine gave it out twice.
    Changed by setting and popping single items only.
    """

    __slots__ = ("numbers", "open")

    def __init__(self, tickets: Mapping[str, Ticket] = MappingProxyType({})) -> None:
        super().__init__(tickets)
        self.open = {name: ticket for name, ticket in tickets.items() if ticket.state not in ENDED}
        self.numbers = Counter(ticket.number for ticket in self.open.values())

    def __setitem__(self, name: str, ticket: Ticket) -> None:
        super().__setitem__(name, ticket)
        before = self.open.get(name)
        if ticket.state in ENDED:
            self._close(name)
            return
        self.open[name] = ticket
        if before is None or before.number != ticket.number:
            self.numbers[ticket.number] += 1
            self._give_back(before)

    def pop(self, name: str, *default: Any) -> Any:  # noqa: ANN401 - as dict has it
        """As of any dict."""
        self._close(name)
        return super().pop(name, *default)

    def copy(self) -> Tickets:
        """Independent tickets; the records are shared."""
        copied = Tickets()
        copied.update(self)
        copied.open = dict(self.open)
        copied.numbers = self.numbers.copy()
        return copied

    def _close(self, name: str) -> None:
        self._give_back(self.open.pop(name, None))

    def _give_back(self, ticket: Ticket | None) -> None:
        if ticket is None:
            return
        self.numbers[ticket.number] -= 1
        if not self.numbers[ticket.number]:
            del self.numbers[ticket.number]


@dataclass(slots=True)
class State:
    """The fold of a branch's events up to ``seq``. ``told`` is keyed by ``subject_key`` and ``about_key``."""

    seq: int = 0
    reported: int = 0
    """The ``seq`` of the last event that somebody else than the service itself reported."""
    last_at: float = 0.0
    day: str = ""
    windows: dict[str, Window] = field(default_factory=dict)
    tickets: Tickets = field(default_factory=Tickets)
    counters: dict[str, int] = field(default_factory=dict)
    """Per prefix, the last number given out on this business day."""
    told: dict[str, Mapping[str, Told]] = field(default_factory=dict)
    calls: deque[Call] = field(default_factory=lambda: deque(maxlen=CALLS))
    silent: dict[str, float] = field(default_factory=dict)
    """Senders out of touch, and since when."""
    heard: dict[str, float] = field(default_factory=dict)
    """When each sender's last event arrived."""
    notices: dict[str, Notice] = field(default_factory=dict)
    """Those that were up at the last event, the oldest first."""
    recent: deque[Undo] = field(default_factory=lambda: deque(maxlen=RECENT))

    def copy(self) -> State:
        """An independent state; the records are shared, since they never change."""
        return replace(
            self,
            windows=dict(self.windows),
            tickets=self.tickets.copy(),
            counters=dict(self.counters),
            told=dict(self.told),
            calls=deque(self.calls, maxlen=CALLS),
            silent=dict(self.silent),
            heard=dict(self.heard),
            notices=dict(self.notices),
            recent=deque(self.recent, maxlen=RECENT),
        )

    def waiting(self) -> list[Ticket]:
        """The waiting tickets, in the order of their places in line."""
        found = [ticket for ticket in self.tickets.open.values() if ticket.state is TicketState.WAITING]
        return sorted(found, key=attrgetter("line_at", "ticket"))


def new_state(branch: Branch) -> State:
    """A branch before its first event: every window shut."""
    return State(windows={name: Window(name) for name in branch.windows})


def subject_key(subject: str, name: str) -> str:
    """Whom or what is told of: ``subject`` is ``ticket``, ``window`` or ``business``."""
    return f"{subject}/{name}"


def about_key(about: str, step_id: str | None = None) -> str:
    """What is told of it: ``wait``, ``service``, ``wrap_up`` or ``return``, of a step where one is named."""
    return f"{about}/{step_id}" if step_id else about


def business_day(branch: Branch, at: float) -> str:
    """The business day of a moment, ``YYYYMMDD`` in the branch's time zone."""
    return _written(business_date(at, branch.zone, branch.day_change))


def business_date(at: float, zone: tzinfo, day_change: time) -> date:
    """The date of a moment's business day (``at`` in epoch seconds); it never goes back."""
    local = datetime.fromtimestamp(at, zone).date()
    return local if at >= _starts(local, zone, day_change) else local - timedelta(days=1)


def day_starts(branch: Branch, day: str) -> float:
    """When a business day begins: at ``day_change``, the first one where clocks show it twice."""
    on = datetime.strptime(day, "%Y%m%d").date()  # noqa: DTZ007 - a date has no zone
    return _starts(on, branch.zone, branch.day_change)


@lru_cache
def _written(day: date) -> str:
    return f"{day:%Y%m%d}"


@lru_cache
def _starts(day: date, zone: tzinfo, day_change: time) -> float:
    return datetime.combine(day, day_change, zone).timestamp()


def rests_on(state: State, undo: Undo) -> Undo | None:
    """The first later event that changed what ``undo`` would put back; None when it may be put back."""
    for later in state.recent:
        if later.seq > undo.seq and (
            later.windows.keys() & undo.windows.keys() or later.tickets.keys() & undo.tickets.keys()
        ):
            return later
    return None


def takes(branch: Branch, window: Window) -> Mapping[str, float]:
    """Reluctance by business at a window as it stands: its plan, or only what it was opened for."""
    plan = branch.windows[window.window].reluctance
    if window.businesses is None:
        return plan
    return {name: plan.get(name, 0.0) for name in window.businesses if name in branch.businesses}


def out_of_touch(branch: Branch, state: State, window: Window) -> bool:
    """Whether whoever reports this window has fallen silent."""
    for sender in state.silent:
        own = branch.sender(sender).windows
        if window.window in own or (not own and window.sender == sender):
            return True
    return False
