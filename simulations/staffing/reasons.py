"""Why a roster needs each window in each half-hour, and what cannot be met with all that there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from estimator.columns import Floats
from simulations.staffing.goals import Limits, Prices, Target
from simulations.staffing.opening import Open, Windows, flipped
from simulations.staffing.rated import Rated, difference, rate
from simulations.staffing.sampled import Sample, run
from simulations.staffing.search import Each
from simulations.studies.outcome import Estimate

__all__ = ["Failure", "Reason", "Unmet", "least_left", "reasons", "unmet"]

_MORE_WINDOWS = 4


class Failure(NamedTuple):
    """A half-hour, the share of its customers that is late, and the share that may be."""

    slot: int
    share: float
    allowed: float


@dataclass(frozen=True, slots=True)
class Reason:
    """What happens with one window fewer in one half-hour, on the same days.

    `window`: the one that is missed least; None where no fewer may be open. `fails`: where the target is no
    longer met. `worst`: of the half-hours in which more are late than with the window, the one that comes
    closest to that; None where there is none. `left_share` of the day's customers leave, `left_allowed` may.
    `cost`: how much dearer the day gets, the window's own hours taken off.
    """

    slot: int
    level: int
    window: int | None
    fails: tuple[Failure, ...]
    worst: Failure | None
    left_share: float
    left_allowed: float
    cost: Estimate | None


@dataclass(frozen=True, slots=True)
class Unmet:
    """A half-hour that misses the target with every window open that may be.

    `share`: who wait longer nevertheless. `wait_s`: the wait that would be kept, for the share of the
    target. `more_windows`: how many more would do if they were open in all half-hours that fail and the
    one before (as `Windows.widened` adds them); None: not even four.
    """

    slot: int
    share: float
    wait_s: float
    more_windows: int | None


def reasons(
    of: Sample,
    windows: Windows,
    table: Open,
    goal: Target | Prices,
    prices: Prices,
    allowed: Limits,
    each: Each = map,
) -> list[Reason]:
    """Return for every half-hour what one window fewer would do.

    `allowed`: the shares that may be late and may leave: more than the target's where no roster meets that.
    """
    late_s = goal.wait_s if isinstance(goal, Target) else 900.0
    flips = [flip for slot in range(windows.slots) for flip in windows.closings(table, slot)]
    tables = [table, *(flipped(table, (flip,)) for flip in flips)]
    as_it_is, *fewer = each(lambda one: rate(of, windows, one, late_s, prices), tables)
    before = np.array([late.value for late in as_it_is.late])
    allowed = Limits(
        np.maximum(allowed.late, before), max(allowed.left, as_it_is.left.value)
    )  # by their luck
    least_missed: dict[int, tuple[float, int, Rated]] = {}
    for (slot, window), rated in zip(flips, fewer, strict=True):
        rival = (_missed(rated, goal, allowed), window, rated)
        if slot not in least_missed or rival[:2] < least_missed[slot][:2]:
            least_missed[slot] = rival
    found = []
    for slot, level in enumerate(as_it_is.levels.tolist()):
        if slot not in least_missed:
            found.append(Reason(slot, level, None, (), None, as_it_is.left.value, allowed.left, None))
            continue
        _, window, rated = least_missed[slot]
        fails, worst = _failing(rated, goal, allowed), _worst(rated, goal, allowed, before)
        cost = difference(rated, as_it_is).cost
        found.append(Reason(slot, level, window, fails, worst, rated.left.value, allowed.left, cost))
    return found


def unmet(of: Sample, windows: Windows, goal: Target, each: Each = map) -> list[Unmet]:
    """Return the half-hours that miss the target with all windows open that may be, and what would help."""
    fullest = windows.at_levels(windows.most)
    shares = run(of, windows, fullest, goal.wait_s).late_share
    fails = shares > goal.share
    if not fails.any():
        return []
    wider = fails | np.roll(fails, -1) & (np.arange(fails.size) < fails.size - 1)
    widened = [windows.widened(wider, extra) for extra in range(1, _MORE_WINDOWS + 1)]
    with_more = list(each(lambda one: run(of, one, one.at_levels(one.most), goal.wait_s).late_share, widened))
    kept_s = _kept_waits(of, windows, fullest, goal, fails)
    return [
        Unmet(
            slot,
            float(shares[slot]),
            kept_s[slot],
            next((extra for extra, one in enumerate(with_more, 1) if one[slot] <= goal.share), None),
        )
        for slot in np.flatnonzero(fails).tolist()
    ]


def least_left(of: Sample, windows: Windows, goal: Target) -> float | None:
    """Return the share that leaves with all windows open, if that is more than may."""
    found = run(of, windows, windows.at_levels(windows.most), goal.wait_s)
    share = float(found.left.sum() / max(1.0, found.arrivals.sum()))
    return share if share > goal.left_share else None


def _missed(rated: Rated, goal: Target | Prices, allowed: Limits) -> float:
    """Return how much worse is what goes wrong, for choosing which window is missed least."""
    if isinstance(goal, Prices):
        return rated.cost.value
    late = sum(failure.share - failure.allowed for failure in _failing(rated, goal, allowed))
    return late + max(0.0, rated.left.value - allowed.left)


def _failing(rated: Rated, goal: Target | Prices, allowed: Limits) -> tuple[Failure, ...]:
    """Return the half-hours that miss what is allowed."""
    if isinstance(goal, Prices):
        return ()
    return tuple(each for each in _lateness(rated, allowed) if each.share > each.allowed)


def _worst(rated: Rated, goal: Target | Prices, allowed: Limits, before: Floats) -> Failure | None:
    """Return the half-hour next to its limit, or beyond it, of those that have more late than `before` [H].

    One that the missing window does not touch may be nearer, and is no reason for it.
    """
    if isinstance(goal, Prices):
        return None
    worse = [each for each in _lateness(rated, allowed) if each.share > before[each.slot]]
    return max(worse, key=lambda each: each.share - each.allowed, default=None)


def _lateness(rated: Rated, allowed: Limits) -> list[Failure]:
    both = zip(rated.late, allowed.late.tolist(), strict=True)
    return [Failure(slot, late.value, most) for slot, (late, most) in enumerate(both)]


def _kept_waits(
    of: Sample, windows: Windows, table: Open, goal: Target, fails: NDArray[np.bool_]
) -> dict[int, float]:
    """Return for the half-hours that fail the wait, in whole minutes, that is kept for the target's share."""
    kept: dict[int, float] = {}
    wait_s = goal.wait_s
    slots = set(np.flatnonzero(fails).tolist())
    while slots and wait_s < 6 * 3600.0:
        wait_s = 60.0 * np.ceil(1.1 * wait_s / 60.0 + 1e-9)
        shares = run(of, windows, table, wait_s).late_share
        kept |= {slot: wait_s for slot in slots if shares[slot] <= goal.share}
        slots -= set(kept)
    return kept | dict.fromkeys(slots, float("inf"))
