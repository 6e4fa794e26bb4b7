"""The customers of many days as columns, the same ones in every scenario.

Each customer's numbers belong to (day, slot, kind, how-manieth), so a scenario with a fifth more customers
has the same ones and some besides: the count of a cell is the Poisson quantile of the cell's own uniform,
which rises with its mean, and so one crowd is a thinning of the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from estimator.columns import Customers, Floats, Ints
from simulations.studies.behaviour import drawn, patiences
from simulations.studies.uniforms import Keys, named, normals, spawn, uniforms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from simulations.studies.behaviour import Behaviour
    from simulations.studies.demand import Demand, Kind
    from simulations.studies.scenario import Floor, Rule

__all__ = ["Crowd", "Deeds", "busyness", "crowd", "customers", "deeds", "pace", "sampled"]

(
    _COUNT,
    _MOMENT,
    _SERVICE,
    _WALKING,
    _WRAP_UP,
    _IDLE,
    _COMES,
    _NO_SHOW,
    PATIENCE,
    _BALKS,
    _BUSY,
    _PACE,
    _STAY,
) = range(13)
_SAVED = 16  # and those after it: of each sort of saving, whether and how much


class Crowd(NamedTuple):
    """Who comes: `day_start` [D + 1]; of each customer [N] by arrival: moment, kind, slot, and its key."""

    day_start: Ints
    arrival: Floats
    kind: Ints
    slot: Ints
    key: Keys


class Deeds(NamedTuple):
    """What each would do [N], in seconds: be served, cost the window beside that, put up with such a wait.

    `stay`: how long it stays if it leaves, at most until it would have been called. `balks`: shown a wait
    longer than that, it turns away at the door. `comes`: whether it would, when called.
    """

    service: Floats
    overhead: Floats
    patience: Floats
    stay: Floats
    balks: Floats
    comes: NDArray[np.bool_]


def busyness(cv: float, seed: int, days: Ints) -> Floats:
    """Return the factors of these days [D]: gamma with mean 1, a day's own quantile of it."""
    if cv <= 0.0:
        return np.ones(days.size)
    from scipy.special import gammaincinv  # noqa: PLC0415 - heavy, and only where days differ

    shape = cv**-2.0
    return np.asarray(gammaincinv(shape, uniforms(spawn(seed, days), _BUSY)) / shape)


def pace(cv: float, seed: int, days: Ints) -> Floats:
    """Return by how much services of these days are longer [D]: lognormal of mean 1, a day's own quantile."""
    if cv <= 0.0:
        return np.ones(days.size)
    variance = np.log1p(cv**2)
    return np.asarray(np.exp(np.sqrt(variance) * normals(uniforms(spawn(seed, days), _PACE)) - variance / 2))


def crowd(demand: Demand, seed: int, days: Ints) -> Crowd:
    """Return who comes on the days with these numbers [D]."""
    slots, kinds = demand.expected.shape
    expected = busyness(demand.busyness_cv, seed, days)[:, None, None] * demand.expected
    # A cell's key hangs on what it is, not on what else there is.
    of_day = spawn(seed, days)[:, None]
    clock_slot = np.arange(slots) + round(demand.begins_s / demand.slot_s)
    of_slot = spawn(of_day, clock_slot[None, :])[:, :, None]
    names = np.array([named("/".join(map(str, kind))) for kind in demand.kinds])
    of_cell = spawn(of_slot, names[None, None, :])
    counts = _poisson(uniforms(of_cell, _COUNT), expected).ravel()
    total = int(counts.sum())
    starts = np.cumsum(counts) - counts
    cell = np.repeat(np.arange(counts.size), counts)
    key = spawn(of_cell.ravel()[cell], np.arange(total) - starts[cell])
    day, rest = np.divmod(cell, slots * kinds)
    slot, kind = np.divmod(rest, kinds)
    arrival = demand.begins_s + demand.slot_s * (slot + uniforms(key, _MOMENT))
    order = np.argsort(day * 1e6 + arrival, kind="stable")
    per_day = counts.reshape(days.size, -1).sum(axis=1)
    return Crowd(
        np.concatenate((np.zeros(1, np.int64), np.cumsum(per_day))),
        arrival[order],
        kind[order],
        slot[order],
        key[order],
    )


def deeds(behaviour: Behaviour, rule: Rule, kinds: Sequence[Kind], kind: Ints, key: Keys) -> Deeds:
    """Return what customers of these kinds [N] with these keys [N] would do."""
    names = list(dict.fromkeys(each.business for each in kinds))
    business = np.array([names.index(each.business) for each in kinds], np.int64)[kind]
    service = sampled([behaviour.services[name] for name in names], business, uniforms(key, _SERVICE))
    factors = np.array([behaviour.item_factor(each.business, each.items) for each in kinds])
    if (factors * rule.service_factor != 1.0).any():
        service *= rule.service_factor * factors[kind]
    overhead = _overhead(behaviour, rule, names, business, key)
    comes = np.ones(kind.size, bool)
    if behaviour.no_show_share > 0.0:
        comes = uniforms(key, _COMES) >= behaviour.no_show_share
        stays_away = np.flatnonzero(~comes)
        service[stays_away] = 0.0
        overhead[stays_away] = _one(behaviour.no_show, uniforms(key[stays_away], _NO_SHOW))
    patience = patiences([behaviour.patience[name] for name in names], business, uniforms(key, PATIENCE))
    stay = patience
    if behaviour.stays is not None:
        stay = _one(behaviour.stays, uniforms(key, _STAY))
    balks = np.broadcast_to(np.inf, kind.shape)
    if behaviour.balking.waits_s:
        balks = behaviour.balking.longest_s(uniforms(key, _BALKS))
    return Deeds(service, overhead, patience, stay, balks, comes)


def customers(crowd_: Crowd, deeds_: Deeds, floor: Floor) -> Customers:
    """Return the kernel's columns.

    Who would turn away at the wait shown stays in the kernel only as long as that: whether it is called is
    the same, since the wait shown is taken to be the wait there is, and who goes holds nobody up.
    """
    return Customers(
        crowd_.arrival,
        floor.line_of[crowd_.kind],
        deeds_.service,
        deeds_.overhead,
        np.minimum(deeds_.patience, deeds_.balks),
    )


def sampled(tables: Sequence[Floats], which: Ints, uniform: Floats) -> Floats:
    """Return each's quantile of its table; tables of several sizes are brought to the largest."""
    size = max(table.size for table in tables)
    grid = np.linspace(0.0, 1.0, size)
    same = [
        table if table.size == size else np.interp(grid, np.linspace(0.0, 1.0, table.size), table)
        for table in tables
    ]
    return drawn(same, which, uniform)


def _overhead(behaviour: Behaviour, rule: Rule, names: Sequence[str], business: Ints, key: Keys) -> Floats:
    """Return what the window needs beside the service: the walk, the wrap-up, and a moment's idling."""
    walking = _one(behaviour.walking, uniforms(key, _WALKING))
    wrap_up = sampled([behaviour.wrap_up[name] for name in names], business, uniforms(key, _WRAP_UP))
    wrap_up *= rule.wrap_up_factor
    for number, (share, table) in enumerate(rule.saved):
        saves = uniforms(key, _SAVED + 2 * number) < share
        wrap_up -= np.where(saves, _one(table, uniforms(key, _SAVED + 2 * number + 1)), 0.0)
    np.maximum(wrap_up, 0.0, out=wrap_up)
    # Called ahead, the next customer walks while the last one is wrapped up.
    both = np.maximum(walking, wrap_up) if rule.call_ahead else walking + wrap_up
    if behaviour.idle[-1] > 0.0:
        both += _one(behaviour.idle, uniforms(key, _IDLE))
    return np.asarray(both)


def _one(table: Floats, uniform: Floats) -> Floats:
    if table[-1] <= 0.0:
        return np.zeros(uniform.shape)
    return drawn([table], np.zeros(uniform.size, np.int64), uniform)


def _poisson(uniform: Floats, mean: Floats) -> Ints:
    """Return the Poisson quantiles: rising with the mean, so that counts of one uniform are nested."""
    counts = np.zeros(uniform.size, np.int64)
    left, means = uniform.ravel(), mean.ravel()
    large = means > 600.0  # where exp(-mean) is soon nothing, the normal quantile is exact enough
    if large.any():
        normal = means[large] + np.sqrt(means[large]) * normals(left[large]) + 0.5
        counts[large] = np.maximum(0.0, np.floor(normal)).astype(np.int64)
    open_ = np.flatnonzero(~large)
    means, left = means[open_], left[open_]
    chance = np.exp(-means)
    reached = chance.copy()
    number = 0
    while open_.size:
        above = left >= reached
        if not above.all():
            open_, means, left = open_[above], means[above], left[above]
            chance, reached = chance[above], reached[above]
        number += 1
        counts[open_] = number
        chance *= means / number
        reached += chance
        stuck = chance < 1e-18
        if number > means.max(initial=0.0) and stuck.all():
            break
    return counts
