"""Many independent days (or draws) of one branch through the queue kernel."""

from __future__ import annotations

import numpy as np
from numba import njit

from estimator.columns import Customers, Floats, Ints, Roster, Rules, scratch
from estimator.kernel import run

__all__ = ["run_days"]


@njit(cache=True, nogil=True)
def run_days(
    day_start: Ints,
    customers: Customers,
    rules: Rules,
    free_at: Floats,
    opens_at: Floats,
    closes_at: Floats,
    speed: Floats,
    called_at: Floats,
    called_by: Ints,
) -> None:
    """Write when each customer of each day is called (`called_at` [N]) and by which window (`called_by` [N]).

    `customers`: columns [N] of all days, one after the other, day d being `day_start[d]` to
    `day_start[d + 1]` [D + 1], each in the order of its tickets. As in `columns.Roster`, by day: `free_at`,
    `speed` [S, W], `opens_at`, `closes_at` [S, W, K]; S is 1 (all days alike) or D, for each by itself.
    Who left has the moment when it would have been called and window -1; the never called: infinity, -1.
    No days, or days without customers, write nothing; without windows nobody is called.
    """
    days = day_start.shape[0] - 1
    most = 0
    for day in range(days):
        most = max(most, day_start[day + 1] - day_start[day])
    room = scratch(most, rules.head_start.shape[0], free_at.shape[1])
    for day in range(days):
        start, end = day_start[day], day_start[day + 1]
        called_at[start:end] = np.inf
        called_by[start:end] = -1
        run(
            Customers(
                customers.arrival[start:end],
                customers.line[start:end],
                customers.service[start:end],
                customers.overhead[start:end],
                customers.patience[start:end],
            ),
            rules,
            Roster(
                free_at[min(day, free_at.shape[0] - 1)],
                opens_at[min(day, opens_at.shape[0] - 1)],
                closes_at[min(day, closes_at.shape[0] - 1)],
                speed[min(day, speed.shape[0] - 1)],
            ),
            end - start,
            room,
            called_at[start:end],
            called_by[start:end],
        )
