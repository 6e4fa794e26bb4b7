"""Commands in, facts out: what to answer when somebody asks the branch to decide.

Nothing here changes a state. ``expected_s`` arguments give a ticket's expected service, in seconds, for the
express rule; they come from what was learned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter, itemgetter

from estimator import discipline

from .branch_file import Branch
from .check import undoable
from .errors import Refused, Unknown
from .events import (
    EventCorrected,
    Fact,
    SenderHeard,
    SenderSilent,
    ServiceStarted,
    TicketAbandoned,
    TicketCalled,
    TicketIssued,
    WindowClosed,
)
from .state import (
    State,
    Ticket,
    TicketState,
    Undo,
    Window,
    WindowState,
    business_day,
    day_starts,
    takes,
)

Expected = Callable[[Ticket], float]

NEXT = "new/"  # no id has a stroke
_NOT_YET_S = 1.0

READY = frozenset({WindowState.OPEN, WindowState.WRAPPING_UP})


def in_line(ticket: Ticket, expected_s: Expected) -> discipline.Waiting:
    """A waiting ticket, as the rule of who is next sees it."""
    return discipline.Waiting(
        ticket.ticket, ticket.business, ticket.priority or "", ticket.line_at, expected_s(ticket), ticket.tied
    )


def rule_of(branch: Branch, window: Window) -> discipline.WindowRule:
    """A window, as the rule of who is next sees it."""
    return discipline.WindowRule(
        window.window, takes(branch, window), branch.windows[window.window].express_s
    )


def line_of(waiting: Iterable[Ticket], expected_s: Expected) -> list[discipline.Waiting]:
    """Waiting tickets, as the rule of who is next sees them."""
    return [in_line(ticket, expected_s) for ticket in waiting]


def head_starts(branch: Branch) -> Mapping[str, float]:
    """Seconds of head start by priority."""
    return {name: priority.head_start_s for name, priority in branch.priorities.items()}


def call_next(
    branch: Branch, state: State, window: str, expected_s: Expected, now: float
) -> TicketCalled | None:
    """The window's next call; None when no ticket is eligible. Errors: ``Refused``, ``Unknown``."""
    own = _known(state, window)
    if own.state not in READY or own.closing:
        doing = "closing" if own.closing else own.state.value
        raise Refused(
            "next while open or wrapping up",
            f"Window {window} is {doing}; it calls the next ticket only when it is open or wrapping up.",
        )
    callable_now = _eligible(line_of(state.waiting(), expected_s), rule_of(branch, own), now)
    starts = head_starts(branch)
    found = min(callable_now, key=lambda one: discipline.place(one, starts), default=None)
    return TicketCalled(found.ticket, window) if found else None


def _eligible(
    line: Iterable[discipline.Waiting], rule: discipline.WindowRule, now: float
) -> list[discipline.Waiting]:
    """Those whom the window may call. Who waits is here, also where the sender's clock says: in a minute."""
    return [one for one in line if discipline.eligible(_by_now(one, now), rule, now)]


def _by_now(one: discipline.Waiting, now: float) -> discipline.Waiting:
    return one if one.issued_at <= now else one._replace(issued_at=now)


def _known(state: State, window: str) -> Window:
    if window not in state.windows:
        raise Unknown("window", window, state.windows)
    return state.windows[window]


def next_tickets(
    branch: Branch, state: State, window: str, expected_s: Expected, now: float, count: int = 3
) -> list[Ticket]:
    """The tickets that this window would call next, in order, if no other window called any."""
    rule = rule_of(branch, _known(state, window))
    order = discipline.order(_eligible(line_of(state.waiting(), expected_s), rule, now), head_starts(branch))
    return [state.tickets[one.ticket] for one in order[:count]]


@dataclass(frozen=True, slots=True)
class Depths:
    """How many stand before each waiting ticket, and before one of each business that would be taken now."""

    tickets: Mapping[str, int]
    businesses: Mapping[str, int]


def tickets_ahead(branch: Branch, state: State, expected_s: Expected, now: float) -> dict[str, int]:
    """For every waiting ticket, how many stand before it."""
    return _ahead(branch, state, line_of(state.waiting(), expected_s), now)


def depths(
    branch: Branch,
    state: State,
    expected_s: Expected,
    now: float,
    line: Sequence[discipline.Waiting] | None = None,
) -> Depths:
    """``tickets_ahead``, and the same for tickets not yet taken; ``line``: who waits, if that is known."""
    line = line_of(state.waiting(), expected_s) if line is None else line
    # Who comes a moment later stands behind all who wait, and in nobody's way.
    at = max(now, line[-1].issued_at if line else now) + _NOT_YET_S
    new = [Ticket(NEXT + business, "", business, at, at) for business in branch.businesses]
    found = _ahead(branch, state, [*line, *line_of(new, expected_s)], now)
    return Depths(found, {ticket.business: found.pop(ticket.ticket) for ticket in new})


def _ahead(branch: Branch, state: State, line: list[discipline.Waiting], now: float) -> dict[str, int]:
    rules = [rule_of(branch, window) for window in state.windows.values() if serves(window)]
    rules = rules or [rule_of(branch, window) for window in state.windows.values()]
    return discipline.ahead(line, rules, head_starts(branch), now)


def serves(window: Window) -> bool:
    """Whether the window will take further customers without being opened first."""
    return window.state is not WindowState.CLOSED and not window.closing


def issue(
    branch: Branch,
    state: State,
    business: str,
    items: int,
    priority: str | None,
    language: str | None,
    now: float,
) -> TicketIssued:
    """A new ticket with the next number of its business that nobody in the branch still holds."""
    day = max(state.day, business_day(branch, now))
    prefix = branch.businesses[business].prefix
    count = state.counters.get(prefix, 0) if day == state.day else 0
    while True:
        count += 1
        number = f"{prefix}{count:03d}"
        ticket = f"{day}-{number}"
        if number not in state.tickets.numbers and ticket not in state.tickets:
            return TicketIssued(ticket, number, business, items, priority, language)


def last_press(state: State, window: str) -> Undo | None:
    """The latest event at a window that could be taken back. Errors: ``Unknown``."""
    _known(state, window)
    found = (one for one in reversed(state.recent) if window in one.windows)
    return next(found, None)


def undo(branch: Branch, state: State, window: str, now: float) -> EventCorrected:
    """The correction that takes back a window's latest press. Errors: ``Refused``."""
    press = last_press(state, window)
    if press is None:
        raise Refused(
            "only a recent press can be taken back",
            f"Window {window} has no press of the last {branch.undo_s:g} s to take back.",
        )
    undoable(branch, state, press.seq, now)
    return EventCorrected(press.seq)


def due(branch: Branch, state: State, heard: Mapping[str, float], now: float) -> Iterator[tuple[float, Fact]]:
    """What the service itself has to report by ``now``, as (at, fact), in order.

    Starts that a sender does not report (the call plus the walk), the end of the business day for those who
    still wait and for windows whose closing nobody reports, senders that were not heard of for longer than
    their heartbeat, and those that are back.
    ``heard`` gives when each sender last gave a sign of life, events apart.
    """
    yield from sorted(_unreported_starts(branch, state, now), key=itemgetter(0))
    yield from _day_end(branch, state, now)
    yield from _unreported_closings(branch, state, now)
    for sender, at in heartbeats_due(branch, state, heard):
        if now > at:
            yield now, SenderSilent(sender)
    for name, since in state.silent.items():
        if heard.get(name, 0.0) > since or branch.sender(name).heartbeat_s is None:
            yield now, SenderHeard(name)


def heartbeats_due(branch: Branch, state: State, heard: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """Each sender that is still in touch, with when it has to give a sign of life at the latest."""
    for sender in branch.senders.values():
        last = max(heard.get(sender.id, 0.0), state.heard.get(sender.id, 0.0))
        if sender.heartbeat_s and last and sender.id not in state.silent:
            yield sender.id, last + sender.heartbeat_s


def _unreported_starts(branch: Branch, state: State, now: float) -> Iterator[tuple[float, Fact]]:
    for window in state.windows.values():
        if window.state is WindowState.CALLING and window.ticket:
            called_at = state.tickets[window.ticket].called_at or window.since
            starts_at = called_at + branch.walking_s
            if "start" not in branch.sender(window.sender or "").reports and starts_at <= now:
                yield starts_at, ServiceStarted(window.ticket, window.window)


def _day_end(branch: Branch, state: State, now: float) -> Iterator[tuple[float, Fact]]:
    """Whoever was issued on an earlier day: also where the first event of this one came before the tick."""
    starts = day_starts(branch, business_day(branch, now))
    at = max(state.last_at, starts)
    of_before = [ticket for ticket in state.tickets.open.values() if ticket.issued_at < starts]
    for ticket in sorted(of_before, key=attrgetter("issued_at", "ticket")):
        if ticket.state in {TicketState.WAITING, TicketState.CALLED}:
            yield at, TicketAbandoned(ticket.ticket, "day_end")


def _unreported_closings(branch: Branch, state: State, now: float) -> Iterator[tuple[float, Fact]]:
    """A window that a call opened, of a sender that reports no windows, does not stay open over night."""
    starts = day_starts(branch, business_day(branch, now))
    for window in state.windows.values():
        resting = window.state in {WindowState.OPEN, WindowState.WRAPPING_UP, WindowState.PAUSED}
        unreported = "windows" not in branch.sender(window.sender or "").reports
        if resting and unreported and window.since < starts:
            yield max(state.last_at, starts), WindowClosed(window.window)
