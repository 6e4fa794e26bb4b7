"""Two scenarios on the same days: what changes, how sure that is, and on how many days for the worse."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulations.studies.outcome import Estimate, Outcome, average, errors_of_ratio, quantile_95

if TYPE_CHECKING:
    from collections.abc import Iterator

    from estimator.columns import Floats

__all__ = ["Difference", "compared", "mean_wait", "variance_ratio"]


class Difference(NamedTuple):
    """One figure in both scenarios, the difference (second less first), and the share of days it is worse.

    `unit`: `s`, `share` or `a day`. `key`: the business or the half-hour's number, empty for all.
    """

    figure: str
    key: str
    unit: str
    before: float
    after: float
    difference: Estimate
    worse_days: float


def compared(before: Outcome, after: Outcome) -> list[Difference]:
    """Return what changes, in all, by business and by half-hour; both must be of the same days."""
    if before.days != after.days or before.grid != after.grid:
        raise ValueError("the outcomes are not of one study")
    result = list(_of(before, after, None, None))
    for business in before.grid.businesses:
        result += _of(before, after, business, None)
    for slot in range(before.grid.slots):
        result += _of(before, after, None, slot)
    difference = after.overtime_s - before.overtime_s
    result.append(
        Difference(
            "overtime",
            "",
            "s",
            float(before.overtime_s.mean()),
            float(after.overtime_s.mean()),
            average(difference),
            float((difference > 0.0).mean()),
        )
    )
    return result


def mean_wait(before: Outcome, after: Outcome) -> Difference:
    """Return the difference of the mean waits of all who were called."""
    return next(iter(_of(before, after, None, None)))


def variance_ratio(before: Outcome, after: Outcome) -> float:
    """Return how many times independent days would raise the variance of the mean waits' difference."""
    parts = [
        errors_of_ratio(one.waited_s.sum(axis=(1, 2)), one.called.sum(axis=(1, 2))) for one in (before, after)
    ]
    apart = float(np.square(parts[0]).sum() + np.square(parts[1]).sum())
    return apart / max(1e-300, float(np.square(parts[1] - parts[0]).sum()))


def _of(before: Outcome, after: Outcome, business: str | None, slot: int | None) -> Iterator[Difference]:
    key = business or ("" if slot is None else str(slot))

    def of(totals: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
        return before.chosen(totals[0], business, slot), after.chosen(totals[1], business, slot)

    called = of((before.called, after.called))
    came = of((before.arrived - before.balked, after.arrived - after.balked))
    arrived = of((before.arrived, after.arrived))
    lost = of(
        (
            before.left + before.balked + before.turned_away,
            after.left + after.balked + after.turned_away,
        )
    )
    yield _paired("mean wait", key, "s", of((before.waited_s, after.waited_s)), called)
    yield _paired("late", key, "share", of((before.late, after.late)), came)
    yield _paired("lost", key, "share", lost, arrived)


def _paired(
    figure: str, key: str, unit: str, over: tuple[Floats, Floats], under: tuple[Floats, Floats]
) -> Difference:
    days = over[0].size
    if under[0].sum() <= 0.0 or under[1].sum() <= 0.0:
        nothing = Estimate(np.nan, np.nan, np.nan)
        return Difference(figure, key, unit, np.nan, np.nan, nothing, np.nan)
    values = [float(a.sum() / b.sum()) for a, b in zip(over, under, strict=True)]
    errors = errors_of_ratio(over[1], under[1]) - errors_of_ratio(over[0], under[0])
    half = np.nan
    if days > 1:
        half = quantile_95(days - 1) * float(np.sqrt(np.square(errors).sum() * days / (days - 1)))
    gap = values[1] - values[0]
    by_day = [a / np.maximum(b, 1.0) for a, b in zip(over, under, strict=True)]
    worse = float((by_day[1] > by_day[0] + 1e-9).mean())
    return Difference(figure, key, unit, values[0], values[1], Estimate(gap, gap - half, gap + half), worse)
