"""A branch's next hours, drawn many times from its present: who is here, who will come, and what each needs.

Everything random is drawn once, customer by customer, and then belongs to the outlook. So whatever is tried
on it meets the same people with the same errands (common random numbers by customer), and nothing that was
learned is read again: an outlook can be thought about in a thread while the branch goes on learning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from estimator.columns import Customers, Floats, Ints, Rules, rules
from estimator.days import run_days
from estimator.discipline import Waiting, WindowRule, reluctance
from estimator.estimate import Basis
from estimator.situation import WindowNow

__all__ = ["PLAYED_S", "Flags", "Outlook", "Played", "Sort"]

Flags = NDArray[np.bool_]

PLAYED_S = 4 * 3600.0
"""People are drawn as they come for so long; a wait that is longer counts as this long."""


class Sort(NamedTuple):
    """What the rules ask of a customer: business, the window it is tied to, expected service, head start."""

    business: str
    window: str | None
    expected_s: float
    head_start: float


@dataclass(frozen=True, slots=True, eq=False)
class Played:
    """What came of every customer [N]: when it was called, and whether it had left before.

    `still_s`: from now, or from its arrival if that is later. `waited_s`: since its place in line. Both are
    offered waits, "if it stays", at most `PLAYED_S`.
    """

    still_s: Floats
    waited_s: Floats
    left: Flags


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Outlook:
    """D draws of W windows' next hours and of N customers, draw after draw, in the order of their tickets.

    `draw`, `sort` [N]: of each customer; `customers` [N] with the sort for a line. `free_at`, `speed` [D, W],
    `opens_at`, `closes_at` [D, W, K] as in `estimator.columns.Roster`. `basis`: the least that the services
    rest on. `hour`: the local hour now; `ends`: whether nobody is known ever to come later today.
    """

    windows: tuple[WindowNow, ...]
    sorts: tuple[Sort, ...]
    day_start: Ints
    draw: Ints
    sort: Ints
    customers: Customers
    free_at: Floats
    opens_at: Floats
    closes_at: Floats
    speed: Floats
    basis: Basis
    hour: float
    ends: bool

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return self.day_start.size - 1

    def as_it_is(self) -> Played:
        """Play it as it is planned."""
        return self._played(*self.calls(self.express()))

    def with_window(self, window: int, from_s: float, until_s: float) -> Played:
        """Play it with a closed window that calls from one moment to another, and then keeps its plan."""
        free_at, opens_at, closes_at = self.free_at.copy(), self.opens_at.copy(), self.closes_at.copy()
        comes_at = free_at[:, window].copy()
        opens_at[:, window, 1:], closes_at[:, window, 1:] = (
            opens_at[:, window, :-1],
            closes_at[:, window, :-1],
        )
        opens_at[:, window, 1] = np.maximum(comes_at, until_s)  # by plan it is not there before
        unplanned = ~np.isfinite(comes_at)
        opens_at[unplanned, window] = closes_at[unplanned, window] = inf
        opens_at[:, window, 0], closes_at[:, window, 0] = from_s, until_s
        free_at[:, window] = from_s
        other = replace(self, free_at=free_at, opens_at=opens_at, closes_at=closes_at)
        return other.as_it_is()

    def without_window(self, window: int, from_s: float) -> Played:
        """Play it with a window that calls nobody from a moment on."""
        opens_at, closes_at = self.opens_at.copy(), self.closes_at.copy()
        unopened = opens_at[:, window] >= from_s
        closes_at[:, window] = np.minimum(closes_at[:, window], from_s)
        opens_at[:, window][unopened] = closes_at[:, window][unopened] = inf
        return replace(self, opens_at=opens_at, closes_at=closes_at).as_it_is()

    def with_express(self, window: int, express_s: float, until_s: float) -> Played:
        """Play it with a window that takes, until a moment, only whom it expects to take at most so long."""
        called_at, called_by = self.calls(self.express(window, express_s))
        later = called_at >= until_s
        free_at = np.maximum(self.free_at, until_s)
        served = (called_by >= 0) & ~later
        row, column = self.draw[served], called_by[served]
        done = called_at[served] + self.customers.overhead[served]
        done += self.customers.service[served] * self.speed[row, column]
        np.maximum.at(free_at, (row, column), done)
        rest = replace(
            self,
            day_start=np.searchsorted(self.draw[later], np.arange(self.draws + 1)),
            draw=self.draw[later],
            sort=self.sort[later],
            customers=_some(self.customers, later),
            free_at=free_at,
        )
        called_at[later], called_by[later] = rest.calls(rest.express())
        return self._played(called_at, called_by)

    def takes(self, window: int) -> Flags:
        """Return which sorts a window ever takes [S], as its rules are."""
        taken: Flags = np.isfinite(self._reluctance(self.express())[window])
        return taken

    def express(self, window: int = -1, express_s: float = inf) -> list[float | None]:
        """Return each window's express bound, seconds, one of them changed."""
        found = [each.express_s for each in self.windows]
        if window >= 0:
            found[window] = express_s
        return found

    def _reluctance(self, express: Sequence[float | None]) -> Floats:
        """Return seconds by window and sort [W, S]; infinite: never."""
        plans = [
            WindowRule(each.window, each.reluctance, bound)
            for each, bound in zip(self.windows, express, strict=True)
        ]
        waiting = [Waiting("", one.business, "", 0.0, one.expected_s, one.window) for one in self.sorts]
        table = [[reluctance(one, plan) for one in waiting] for plan in plans]
        return np.array(table, float).reshape(len(plans), len(waiting))

    def _lines(self, express: Sequence[float | None]) -> tuple[Ints, Rules]:
        """Return the line of every sort [S], and the rules of those lines."""
        keys: dict[tuple[float, ...], int] = {}
        table = np.vstack(([one.head_start for one in self.sorts], self._reluctance(express)))
        line = [keys.setdefault(tuple(column), len(keys)) for column in table.T]
        lines = np.array(list(keys), float).reshape(len(keys), len(self.windows) + 1).T
        return np.array(line, np.int64), rules(lines[0].copy(), lines[1:].copy())

    def calls(self, express: Sequence[float | None]) -> tuple[Floats, Ints]:
        """Return when each customer is called [N], infinite if never, and by which window, -1 if it left."""
        line, house_rules = self._lines(express)
        called_at, called_by = np.full(self.draw.size, inf), np.full(self.draw.size, -1, np.int64)
        run_days(
            self.day_start,
            self.customers._replace(line=line[self.sort]),
            house_rules,
            self.free_at,
            self.opens_at,
            self.closes_at,
            self.speed,
            called_at,
            called_by,
        )
        return called_at, called_by

    def _played(self, called_at: Floats, called_by: Ints) -> Played:
        arrival, patience = self.customers.arrival, self.customers.patience
        waited_s = called_at - arrival
        left = (waited_s > patience) & (called_by < 0)
        still_s = np.minimum(called_at - np.maximum(arrival, 0.0), PLAYED_S)
        return Played(still_s, np.minimum(waited_s, PLAYED_S), left)


def _some(customers: Customers, which: Flags) -> Customers:
    """Return some of the customers."""
    arrival, line, service, overhead, patience = customers
    return Customers(arrival[which], line[which], service[which], overhead[which], patience[which])
