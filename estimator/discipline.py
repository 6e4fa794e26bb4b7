"""Who is called next: the one owner of the rule.

A ticket is *eligible* at a window once it has waited that window's reluctance for its business (0: the
window's own business; finite: it helps out after that long; absent: never) and, at an express window, if its
expected service is short enough. A ticket tied to a window is eligible there and nowhere else. Among eligible
tickets the smallest `issued_at - head_start` is next; ties go to the earlier issue, then to the smaller id.
Among several free windows a ticket goes to the least reluctant, then to the first in the branch file.

Everything here is plain Python and cheap to import. The compiled queue kernel follows the same rule; a
property test holds the two equal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = [
    "Waiting",
    "WindowRule",
    "ahead",
    "choose_window",
    "eligible",
    "eligible_at",
    "heads",
    "next_ticket",
    "order",
    "place",
    "reluctance",
]


class Waiting(NamedTuple):
    """A ticket in line: a tuple, since each pass makes one of everybody who waits.

    `issued_at` is its place in line (epoch seconds; any common origin serves). `expected_s` is its expected
    service, which the express rule asks for. `window` ties it to one window.
    """

    ticket: str
    business: str
    priority: str
    issued_at: float
    expected_s: float = 0.0
    window: str | None = None


@dataclass(frozen=True, slots=True)
class WindowRule:
    """Whom a window takes: seconds of reluctance by business, and the longest service if it is express."""

    window: str
    reluctance: Mapping[str, float] = field(default_factory=dict)
    express_s: float | None = None


def reluctance(ticket: Waiting, rule: WindowRule) -> float:
    """Seconds the ticket must have waited before this window takes it; infinite if it never does."""
    if ticket.window is not None:
        return 0.0 if ticket.window == rule.window else inf
    if rule.express_s is not None and ticket.expected_s > rule.express_s:
        return inf
    return rule.reluctance.get(ticket.business, inf)


def eligible_at(ticket: Waiting, rule: WindowRule) -> float:
    """Return the moment from which this window may call the ticket; infinite if never."""
    return ticket.issued_at + reluctance(ticket, rule)


def heads(line: Iterable[Waiting]) -> list[Waiting]:
    """Return the first to come of each sort of ticket: no window may call another of its sort sooner.

    None of an empty line.
    """
    first: dict[tuple[str, str | None, float], Waiting] = {}
    for ticket in line:
        sort = (ticket.business, ticket.window, ticket.expected_s)
        known = first.setdefault(sort, ticket)
        if ticket.issued_at < known.issued_at:
            first[sort] = ticket
    return list(first.values())


def eligible(ticket: Waiting, rule: WindowRule, now: float) -> bool:
    """Tell whether this window may call the ticket at `now`."""
    return eligible_at(ticket, rule) <= now


def place(ticket: Waiting, head_start: Mapping[str, float]) -> tuple[float, float, str]:
    """Return the ticket's place among all that wait: the smallest is called first.

    A priority that `head_start` (seconds by priority; infinite: always first) does not name has none.
    """
    return ticket.issued_at - head_start.get(ticket.priority, 0.0), ticket.issued_at, ticket.ticket


def order(waiting: Iterable[Waiting], head_start: Mapping[str, float]) -> list[Waiting]:
    """Return the tickets, if any, in the order in which a window that takes all of them would call them."""
    return sorted(waiting, key=lambda ticket: place(ticket, head_start))


def next_ticket(
    waiting: Iterable[Waiting], rule: WindowRule, head_start: Mapping[str, float], now: float
) -> Waiting | None:
    """Return the ticket that this window calls next, or None if none waits or is eligible."""
    candidates = (ticket for ticket in waiting if eligible(ticket, rule, now))
    return min(candidates, key=lambda ticket: place(ticket, head_start), default=None)


def choose_window(ticket: Waiting, free: Iterable[WindowRule], now: float) -> WindowRule | None:
    """Return which of the free windows (in the order of the branch file) takes it; None if none does."""
    takers = (rule for rule in free if eligible(ticket, rule, now))
    return min(takers, key=lambda rule: reluctance(ticket, rule), default=None)


def ahead(
    waiting: Iterable[Waiting], rules: Sequence[WindowRule], head_start: Mapping[str, float], now: float
) -> dict[str, int]:
    """Return for every ticket how many others stand before it.

    Another ticket stands before it if it has the better place and may be called, now, by one of the windows
    that are least reluctant to take this one: those are the windows whose queue it stands in. `rules` are the
    windows that are open, or will be again. Linear in tickets times windows. Nobody waiting: an
    empty result; no rules: nobody stands before anybody.
    """
    before: dict[int, int] = {}  # callable tickets so far, by the set of windows that may call them
    known: dict[tuple[str, str | None, float], list[tuple[float, int]]] = {}
    result = {}
    for ticket in order(waiting, head_start):
        sort = (ticket.business, ticket.window, ticket.expected_s)
        if sort not in known:
            known[sort] = _takers(ticket, rules)
        takers = known[sort]
        home = takers[0][1] if takers else 0
        callers = stand = 0
        for seconds, windows in takers:
            if ticket.issued_at + seconds <= now:
                callers |= windows
        for windows, count in before.items():
            if windows & home:
                stand += count
        result[ticket.ticket] = stand
        before[callers] = before.get(callers, 0) + 1
    return result


def _takers(ticket: Waiting, rules: Sequence[WindowRule]) -> list[tuple[float, int]]:
    """Return the windows that ever take such a ticket, as bits, by reluctance: the least first."""
    takers: dict[float, int] = {}
    for bit, rule in enumerate(rules):
        seconds = reluctance(ticket, rule)
        if seconds < inf:
            takers[seconds] = takers.get(seconds, 0) | 1 << bit
    return sorted(takers.items())
