"""The queue kernel: one event loop over one branch, compiled, free of randomness.

All that is random enters as columns. Tickets stand in *lines*: first come, first served, with one eligibility
and one head start each; the tickets of a line are neighbours in the columns, in order of arrival. Who is
called next follows `estimator.discipline`, of which this is the compiled copy.

A window lives from moment to moment: at `free_at` it looks at the heads of all lines. If it may call one it
is busy until that customer is done with; if not, it looks again when the first head could become eligible
to it. Looking too early is harmless, and heads only ever move later, so that moment is never missed.

A customer whose patience ran out stays in line as a ghost until a window would have called it. That moment
is recorded (the *offered* wait: how long it would have waited, had it stayed), and the window goes on to the
next. A ticket of negative patience is therefore a *probe*: it learns its wait and disturbs nobody.

The undecorated functions (`.py_func`) are the oracle of the compiled ones.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["Floats", "Ints", "run", "run_days"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@njit(cache=True, nogil=True)
def _best_line(
    window: int,
    now: float,
    head: Floats,
    at: Ints,
    rank: Ints,
    head_start: Floats,
    reluctance: Floats,
) -> tuple[int, float]:
    """Return the line this window calls from, or -1 and when it should look again."""
    best = -1
    best_place = np.inf
    wake = np.inf
    for line in range(head.shape[0]):
        ready = head[line] + reluctance[window, line]
        if ready > now:
            wake = min(wake, ready)
            continue
        place = head[line] - head_start[line]
        if best >= 0:
            if place > best_place:
                continue
            if place == best_place and (
                head[line] > head[best] or (head[line] == head[best] and rank[at[line]] > rank[at[best]])
            ):
                continue
        best = line
        best_place = place
    return best, wake


@njit(cache=True, nogil=True)
def _best_window(
    window: int, line: int, now: float, free_at: Floats, stops_at: Floats, reluctance: Floats
) -> int:
    """Return the window, of those free at this very moment, that the head of the line goes to."""
    best = window
    for other in range(free_at.shape[0]):
        if free_at[other] != now or now >= stops_at[other]:
            continue
        more = reluctance[other, line] - reluctance[best, line]
        if more < 0.0 or (more == 0.0 and other < best):
            best = other
    return best


@njit(cache=True, nogil=True)
def run(  # noqa: C901 - one loop: a call for each of its parts would cost more than the part
    arrival: Floats,
    rank: Ints,
    service: Floats,
    overhead: Floats,
    patience: Floats,
    at: Ints,
    line_end: Ints,
    head_start: Floats,
    reluctance: Floats,
    free_at: Floats,
    stops_at: Floats,
    speed: Floats,
    wanted: int,
    horizon: float,
    head: Floats,
    called_at: Floats,
    called_by: Ints,
) -> int:
    """Run one branch until all `wanted` tickets are called; return how many of them never will be.

    Times are seconds from a common origin. T tickets, L lines, W windows:
    `arrival`, `service`, `overhead`, `patience` [T]: arrival (negative: waits already; infinite: does not
    come), seconds of service at a window of speed 1, seconds the window needs beside it (walking, wrap-up),
    and patience counted from arrival. `rank` [T]: breaks ties between equal places. `at`, `line_end` [L]:
    first ticket of each line and the one after its last; `at` is used up. `head_start` [L], infinite: always
    first. `reluctance` [W, L], infinite: never. `free_at` [W]: first moment it may call, infinite for never;
    used up. `stops_at` [W]: from when on it calls nobody. `speed` [W] multiplies service.
    `wanted`: how many tickets arrive at or before `horizon`, and are waited for.
    `head` [L]: scratch. `called_at` [T]: the moment each ticket is called (or, if it had left, would have
    been); infinite for those not reached. `called_by` [T]: the window; -1 for those who left or were not
    reached. It allocates nothing. Nobody wanted: nothing happens; no window: nobody is called.
    """
    called_at[:] = np.inf
    called_by[:] = -1
    for line in range(head.shape[0]):
        head[line] = arrival[at[line]] if at[line] < line_end[line] else np.inf
    while wanted > 0:
        window = -1
        now = np.inf
        tied = False
        for candidate in range(free_at.shape[0]):
            moment = free_at[candidate]
            if moment < now:
                now = moment
                window = candidate
                tied = False
            elif moment == now:
                tied = True
        if window < 0:
            break
        if now >= stops_at[window]:
            free_at[window] = np.inf
            continue
        line, wake = _best_line(window, now, head, at, rank, head_start, reluctance)
        if line < 0:
            free_at[window] = wake
            continue
        # Of windows free at the same moment the ticket chooses, and the chosen window may prefer another
        # ticket. Tickets rank alike at all windows, so the pair that choose each other is the rule's.
        while tied:
            other = _best_window(window, line, now, free_at, stops_at, reluctance)
            if other == window:
                break
            window = other
            line, wake = _best_line(window, now, head, at, rank, head_start, reluctance)
        ticket = at[line]
        at[line] = ticket + 1
        head[line] = arrival[ticket + 1] if ticket + 1 < line_end[line] else np.inf
        called_at[ticket] = now
        if arrival[ticket] <= horizon:
            wanted -= 1
        if arrival[ticket] + patience[ticket] < now:
            continue
        called_by[ticket] = window
        free_at[window] = now + service[ticket] * speed[window] + overhead[ticket]
    return wanted


@njit(cache=True, nogil=True)
def run_days(
    arrival: Floats,
    rank: Ints,
    service: Floats,
    overhead: Floats,
    patience: Floats,
    line_start: Ints,
    line_end: Ints,
    head_start: Floats,
    reluctance: Floats,
    free_at: Floats,
    stops_at: Floats,
    speed: Floats,
    horizon: float,
) -> tuple[Floats, Ints]:
    """Run independent days (or draws), row d of each column being day d.

    `arrival`, `service`, `overhead`, `patience` [D, T]; `line_end` [D, L], since the number of arrivals
    varies from day to day; `free_at`, `speed` [D, W]; the rest as for `run`, the same each day. All are left
    as they are. Returns `called_at` and `called_by` [D, T]: no days, no rows.
    """
    days, tickets = arrival.shape
    called_at = np.empty((days, tickets))
    called_by = np.empty((days, tickets), np.int64)
    head = np.empty(head_start.shape[0])
    at = np.empty(head_start.shape[0], np.int64)
    free = np.empty(free_at.shape[1])
    for day in range(days):
        wanted = 0
        for line in range(at.shape[0]):
            at[line] = line_start[line]
            for ticket in range(line_start[line], line_end[day, line]):
                wanted += arrival[day, ticket] <= horizon
        free[:] = free_at[day]
        run(
            arrival[day],
            rank,
            service[day],
            overhead[day],
            patience[day],
            at,
            line_end[day],
            head_start,
            reluctance,
            free,
            stops_at,
            speed[day],
            wanted,
            horizon,
            head,
            called_at[day],
            called_by[day],
        )
    return called_at, called_by
