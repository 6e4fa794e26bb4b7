"""From a scenario to the staffing question: its windows by half-hour, and days of its customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from estimator.columns import Ints
from simulations.staffing.goals import Limits, Prices
from simulations.staffing.opening import Open, Windows, windows_of
from simulations.staffing.recommend import Samples
from simulations.staffing.sampled import Sample, first, sample
from simulations.staffing.search import Each, Looks, nested
from simulations.studies.hours import SLOT_S
from simulations.studies.scenario import Counter, Scenario, floor
from simulations.studies.traces import crowd, customers, deeds, pace

__all__ = ["SIZES", "drawn", "half_hours", "in_order", "open_anytime", "present", "samples", "windows_in"]

_ORDER_DAYS = 50
_CROWD = 700.0
_LEAST = (100, 600, 600)
SIZES = (300, 2000, 2000)
"""Days to search on, to verify with, to report of."""


def half_hours(scenario: Scenario) -> int:
    """Return how many half-hours the doors are open, the last perhaps in part."""
    return int(np.ceil((scenario.rule.closes_s - scenario.rule.opens_s) / SLOT_S - 1e-9))


def open_anytime(
    scenario: Scenario, others: Sequence[Counter] = (), speeds: Mapping[str, float] | None = None
) -> Scenario:
    """Return the scenario with all its windows, and `others` of the branch, free to open at any time.

    Who will sit there is not known yet: windows have the `speeds` given, and tellers are usual ones else.
    """
    hours = ((scenario.rule.opens_s, scenario.rule.closes_s),)
    windows = {each.window: each for each in (*others, *scenario.windows)}
    return scenario.with_windows(
        replace(each, hours=hours, speed=(speeds or {}).get(name, 1.0)) for name, each in windows.items()
    )


def windows_in(scenario: Scenario, least: Ints, most: Ints, which: Sequence[str] = ()) -> Windows:
    """Return the windows of such a scenario. `which`: the order in which they open, if there is one."""
    columns = floor(scenario)
    names = tuple(each.window for each in scenario.windows)
    order = [names.index(name) for name in which]
    order += [number for number in range(len(names)) if number not in order] if which else []
    return windows_of(
        columns.rules,
        least=least,
        most=most,
        names=names,
        speed=columns.speed[0],
        order=tuple(order) or None,
        opens_s=scenario.rule.opens_s,
        slot_s=SLOT_S,
        until_s=np.inf if scenario.rule.turn_away_s is None else scenario.rule.turn_away_s,
    )


def in_order(windows: Windows, of: Sample, each: Each = map) -> Windows:
    """Return the windows with an order to open them in, found on some days, unless they need none."""
    if windows.order is not None or len(windows.twins) == 1:
        return windows
    nobody_late = Limits(np.ones(windows.slots), 1.0)
    return windows.ordered(
        nested(Looks(first(of, _ORDER_DAYS), windows, Prices(), Prices(), nobody_late, each=each))
    )


def present(scenario: Scenario, windows: Windows) -> Open:
    """Return the scenario's own roster by half-hour: open where a window is so in the middle of it."""
    middles = windows.opens_s + windows.slot_s * (np.arange(windows.slots) + 0.5)
    hours = {each.window: each.hours for each in scenario.windows}
    table = [
        [any(begins <= at < ends for begins, ends in hours.get(name, ())) for name in windows.names]
        for at in middles
    ]
    return np.array(table, bool)


def drawn(scenario: Scenario, windows: Windows, seed: int, days: Ints) -> Sample:
    """Return the customers of the days with these numbers, the same under every roster.

    Who turns away at the wait shown has waited for nothing.
    """
    people = crowd(scenario.demand, seed, days)
    done = deeds(scenario.behaviour, scenario.rule, scenario.demand.kinds, people.kind, people.key)
    return sample(
        people.day_start,
        customers(people, done, floor(scenario)),
        windows,
        stay=np.where(done.balks < done.patience, 0.0, done.stay),
        pace=pace(scenario.behaviour.pace_cv, seed, days),
    )


def samples(
    scenario: Scenario,
    windows: Windows,
    seed: int,
    *,
    sizes: tuple[int, int, int] = SIZES,
    each: Each = map,
) -> Samples:
    """Return days to search on, others to verify with, and others again to report of.

    Where more come than to a branch of usual size, fewer days say as much.
    """
    usual = min(1.0, _CROWD / max(1.0, float(scenario.demand.expected.sum())))
    numbers = [max(least, round(usual * size)) for least, size in zip(_LEAST, sizes, strict=True)]
    ends = np.cumsum(numbers)
    spans = [np.arange(end - size, end) for end, size in zip(ends.tolist(), numbers, strict=True)]
    return Samples(*each(partial(drawn, scenario, windows, seed), spans))
