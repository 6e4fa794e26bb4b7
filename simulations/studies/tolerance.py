"""How long a wait people put up with, learned from the waits that were offered to those who left.

Patience fitted to the time people stayed takes it that they know nothing of the wait ahead. They do: they see
the line, or are told. What decides whether somebody is served is the wait *offered* to it, and that can be
read off those who came next and stayed. So the share that left is regressed on the offered wait, rising
(isotonic regression; Barlow et al. 1972), and takes the place of patience; how long the leavers stay before
they go is a table of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from estimator.durations import GRID

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from estimator.columns import Floats
    from simulations.studies.past_days import PastDay

__all__ = ["offered", "stays", "tolerance"]

_STEPS, _LAST = 128, 4.0
_BORROWED = 200.0  # cases of everybody's curve that a business's own borrows
_BEYOND_S = 2700.0


def offered(day: PastDay) -> tuple[Floats, Floats, Floats]:
    """Return of each ticket [N] the wait offered, whether it left (1, 0), and how long it stayed.

    To who left, what the next of its business that was called got; infinite: nobody was called any more.
    """
    came = np.where(np.isnan(day.called), day.started, day.called)
    left = np.isnan(came)
    stayed = np.nan_to_num(np.maximum(0.0, np.where(left, day.left, came) - day.issued))
    waits = stayed.copy()
    next_call: dict[str, float] = {}
    for number in range(len(day) - 1, -1, -1):
        business = day.business[number]
        if left[number]:
            waits[number] = max(next_call.get(business, np.inf) - day.issued[number], stayed[number])
        else:
            next_call[business] = float(came[number])
    return waits, left.astype(float), stayed


def tolerance(days: Sequence[PastDay], businesses: Sequence[str]) -> dict[str, Floats]:
    """Return a table of patience [129] for each business: see `behaviour.Behaviour.patience`."""
    found: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in businesses}
    for day in days:
        offers, leaves, _ = offered(day)
        for business, wait, gone in zip(day.business, offers.tolist(), leaves.tolist(), strict=True):
            if business in found and np.isfinite(wait):
                found[business][0].append(wait)
                found[business][1].append(gone)
    every = _curve(
        np.concatenate([waits for waits, _ in found.values()]),
        np.concatenate([left for _, left in found.values()]),
    )
    tables = {}
    for name, (waits, left) in found.items():
        weight = len(waits) / (len(waits) + _BORROWED)
        own = _curve(np.array(waits), np.array(left)) if waits else every
        share = weight * np.interp(_MOMENTS_S, *own) + (1.0 - weight) * np.interp(_MOMENTS_S, *every)
        tables[name] = _table(share)
    return tables


def stays(days: Iterable[PastDay]) -> Floats:
    """Return the quantile table [257] of how long those who leave stay; nobody left: zeros."""
    found = [stayed[left > 0.0] for _, left, stayed in map(offered, days)]
    every = np.concatenate(found) if found else np.empty(0)
    return np.quantile(every, GRID, method="hazen") if every.size else np.zeros(GRID.size)


_MOMENTS_S = np.concatenate(([0.0], np.geomspace(2.0, 14_400.0, 400)))


def _curve(waits: Floats, left: Floats) -> tuple[Floats, Floats]:
    """Return the share that leaves [P] at offered waits [P], ascending."""
    from scipy.optimize import isotonic_regression  # noqa: PLC0415 - heavy, and only for learning

    if not waits.size:
        return np.zeros(1), np.zeros(1)
    order = np.lexsort((-left, waits))  # the call that ends a wait comes after those who left at that moment
    share = np.asarray(isotonic_regression(left[order]).x)
    return waits[order], share


def _table(share: Floats) -> Floats:
    """Return when the cumulative hazard of leaving reaches each of its steps."""
    hazard = -np.log1p(-np.minimum(share, 1.0 - 1e-6))
    grid = np.linspace(0.0, _LAST, _STEPS + 1)
    rising = hazard + 1e-12 * np.arange(hazard.size)
    times = np.interp(grid, rising, _MOMENTS_S)
    beyond = grid > rising[-1]
    times[beyond] = _MOMENTS_S[-1] + (grid[beyond] - rising[-1]) * _BEYOND_S
    times[0] = 0.0
    return np.asarray(times)
