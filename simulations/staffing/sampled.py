"""Days of customers, and what becomes of them under a roster of windows.

The same days under every roster: common random numbers by customer, so that a difference between two rosters
is of the rosters and not of the luck of the day. All intervals are by day, since the customers of one day
share its crowd.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from estimator.columns import Customers, Floats, Ints
from estimator.days import run_days
from simulations.staffing.opening import HOUR_S, Open, Windows
from simulations.studies.outcome import Estimate, ratio

__all__ = ["Sample", "Tally", "first", "run", "sample", "share_of"]

_WAITS_ON_S = 12 * HOUR_S


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """D days of customers [N], made by `sample`. `cell` [N]: day and half-hour (D·H cells, rising).

    `arrivals` [D, H]: how many came in each. `stay` [N]: seconds that each stays who is not called; `pace`
    [D] multiplies the services of a day.
    """

    day_start: Ints
    customers: Customers
    cell: Ints
    arrivals: Floats
    stay: Floats
    pace: Floats

    @property
    def days(self) -> int:
        """How many days."""
        return self.day_start.size - 1


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Customers by day and half-hour of arrival [D, H].

    How many came, how many of them waited longer than was asked, how many left or were sent away, and the
    seconds that all waited: for those who left, until they did.
    """

    arrivals: Floats
    late: Floats
    left: Floats
    waited_s: Floats

    @property
    def late_share(self) -> Floats:
        """By half-hour [H]; 0 where nobody came."""
        return _share(self.late.sum(axis=0), self.arrivals.sum(axis=0))


def sample(
    day_start: Ints,
    customers: Customers,
    of: Windows,
    *,
    stay: Floats | None = None,
    pace: Floats | None = None,
) -> Sample:
    """Return days of customers, as for `run_days`, by half-hours; who never comes does not count.

    `stay` [N]: by default as long as patience lasts; `pace` [D]: by default 1.
    """
    days = day_start.size - 1
    comes = np.isfinite(customers.arrival)
    since = np.where(comes, customers.arrival, 0.0) - of.opens_s
    slot = np.clip(since // of.slot_s, 0, of.slots - 1).astype(np.int64)
    cell = np.repeat(np.arange(days) * of.slots, np.diff(day_start)) + slot
    cell[~comes] = days * of.slots
    return Sample(
        day_start,
        customers,
        cell,
        _count(cell, days, of.slots),
        customers.patience if stay is None else stay,
        np.ones(days) if pace is None else pace,
    )


def first(of: Sample, days: int) -> Sample:
    """Return the first days of a sample; all where there are no more."""
    if days >= of.days:
        return of
    end = int(of.day_start[days])
    arrival, line, service, overhead, patience = of.customers
    columns = Customers(arrival[:end], line[:end], service[:end], overhead[:end], patience[:end])
    cell = np.where(of.cell[:end] < of.arrivals.size, of.cell[:end], days * of.arrivals.shape[1])
    day_start, arrivals = of.day_start[: days + 1], of.arrivals[:days]
    return Sample(day_start, columns, cell, arrivals, of.stay[:end], of.pace[:days])


def run(of: Sample, windows: Windows, table: Open, late_s: float) -> Tally:
    """Return what becomes of the customers of each day; late are those who waited longer than `late_s`."""
    customers = of.customers
    called_at, called_by = np.empty(of.cell.size), np.empty(of.cell.size, np.int64)
    opens_at, closes_at = windows.working_hours(table)
    free_at, speed = np.full((1, table.shape[1]), -np.inf), of.pace[:, None] * windows.speed
    run_days(
        of.day_start,
        customers,
        windows.rules,
        free_at,
        opens_at[None],
        closes_at[None],
        speed,
        called_at,
        called_by,
    )
    ends_s = min(windows.until_s, windows.closes_s + _WAITS_ON_S)
    until = np.where(called_by < 0, customers.arrival + of.stay, called_at)
    with np.errstate(invalid="ignore"):  # of those who never come, whose cell does not count
        waited_s = np.maximum(np.minimum(until, ends_s) - customers.arrival, 0.0)
    cells = of.arrivals.size
    waits = np.bincount(of.cell, waited_s, cells + 1)[:cells].reshape(of.arrivals.shape).astype(float)
    late = _count(of.cell[waited_s > late_s], *of.arrivals.shape)
    left = _count(of.cell[called_by < 0], *of.arrivals.shape)
    return Tally(of.arrivals, late, left, waits)


def share_of(part: Floats, whole: Floats) -> Estimate:
    """Return Σ part ÷ Σ whole of days [D] with its interval. Of nothing: 0."""
    return ratio(part, whole) if whole.sum() > 0.0 else Estimate(0.0, 0.0, 0.0)


def _count(cell: Ints, days: int, slots: int) -> Floats:
    counts = np.bincount(cell, minlength=days * slots)[: days * slots]
    return counts.reshape(days, slots).astype(float)


def _share(part: Floats, whole: Floats) -> Floats:
    return part / np.maximum(whole, 1.0)
