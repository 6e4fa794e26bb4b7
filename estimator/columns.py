"""What the queue kernel reads and works with: customers, rules and rosters as columns."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from estimator.bits import LAST, SHIFT, packed

__all__ = ["Customers", "Floats", "Ints", "Roster", "Rules", "Scratch", "rules", "scratch"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Customers(NamedTuple):
    """Columns [T] of customers in the order of their tickets: by arrival, then as issued.

    `arrival` in seconds from any origin (before the first moment: waits already), ascending; infinite: does
    not come. `line` in which they stand. `service`: seconds at a window of speed 1. `overhead`: seconds that
    the window needs beside it (walking, wrap-up; all that a no-show costs). `patience`: seconds from arrival
    after which an uncalled customer is gone; negative for a probe.
    """

    arrival: Floats
    line: Ints
    service: Floats
    overhead: Floats
    patience: Floats


class Rules(NamedTuple):
    """Who may be called where, made by `rules`.

    `takers`, `helpers` [L, words]: the windows that take a line at once, and those that help out late;
    `helped`: whether there are any such. `head_start` [L] in seconds; infinite: always first.
    `reluctance` [W, L]: seconds that the head of a line must have waited before this window calls it;
    infinite: never.
    """

    takers: Ints
    helpers: Ints
    helped: bool
    head_start: Floats
    reluctance: Floats


class Roster(NamedTuple):
    """When the windows work: `opens_at`, `closes_at` [W, K], ascending, unused ones infinite.

    A window calls from the one (included) to the other (excluded), and finishes whom it has called. Openings
    that touch are one: neither window nor customer notices. `free_at` [W]: first moment at which it may
    call, whatever the hours say; infinite: never. `speed` [W] multiplies service.
    """

    free_at: Floats
    opens_at: Floats
    closes_at: Floats
    speed: Floats


class Scratch(NamedTuple):
    """The branch while it runs.

    Of each line [L]: the first and the last who wait, and when the first came; `behind` [T]: who is next in
    the same line. `waiting` [words of L]: lines that are not empty. `idle` [words of W]: windows that may
    call. Of each window [W]: its next moment, and the opening hours (of K) that it has reached.
    """

    head: Ints
    tail: Ints
    issued: Floats
    behind: Ints
    waiting: Ints
    idle: Ints
    next_at: Floats
    hours: Ints


def rules(head_start: Floats, reluctance: Floats) -> Rules:
    """Return the rules of L lines and W windows: `head_start` [L], `reluctance` [W, L], not negative.

    Without windows nobody takes any line; without lines there are no sets of takers.
    """
    late = reluctance > 0.0
    helpers = packed((late & np.isfinite(reluctance)).T)
    return Rules(packed(~late.T), helpers, bool(helpers.any()), head_start, reluctance)


@njit(cache=True, nogil=True)
def scratch(tickets: int, lines: int, windows: int) -> Scratch:
    """Return room for a run of so many; of none, empty columns."""
    return Scratch(
        np.empty(lines, np.int64),
        np.empty(lines, np.int64),
        np.empty(lines),
        np.empty(tickets, np.int64),
        np.empty((lines + LAST) >> SHIFT, np.int64),
        np.empty((windows + LAST) >> SHIFT, np.int64),
        np.empty(windows),
        np.empty(windows, np.int64),
    )
