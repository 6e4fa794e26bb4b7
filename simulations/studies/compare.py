"""Two scenarios on the same days: what changes, how sure that is, and on how many days for the worse."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulations.studies.outcome import Estimate, Outcome, errors_of_ratio, estimated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from estimator.columns import Floats

__all__ = ["Difference", "compared", "mean_wait", "variance_ratio"]


class Difference(NamedTuple):
    """One figure in both scenarios, the difference (second less first), and the share of days it is worse.

    `of`: `all`, `business` or `half-hour`; `key`: the business or the half-hour's number, empty for all.
    `unit`: `s` or `share`.
    """

    figure: str
    of: str
    key: str
    unit: str
    before: float
    after: float
    difference: Estimate
    worse_days: float


def compared(before: Outcome, after: Outcome) -> list[Difference]:
    """Return what changes, in all, by business and by half-hour; both must be of the same days.

    Days are paired, and both figures cleared of the luck that is known (`controls`): so the difference is
    that of the figures, and its interval that of the days' own differences.
    """
    if before.days != after.days or before.grid != after.grid:
        raise ValueError("the outcomes are not of one study")
    result = list(_of(before, after, None, None))
    for business in before.grid.businesses:
        result += _of(before, after, business, None)
    for slot in range(before.grid.slots):
        result += _of(before, after, None, slot)
    return [*result, _overtime(before, after)]


def mean_wait(before: Outcome, after: Outcome) -> Difference:
    """Return the difference of the mean waits of all who were called."""
    return next(iter(_of(before, after, None, None)))


def variance_ratio(before: Outcome, after: Outcome, *, controlled: bool = True) -> float:
    """Return how many times independent days, nothing known of them, vary more in the mean waits' difference.

    `controlled`: than `mean_wait` with its controls; else than the same days without.
    """
    plain = [
        errors_of_ratio(one.waited_s.sum(axis=(1, 2)), one.called.sum(axis=(1, 2))) for one in (before, after)
    ]
    first, second = plain
    if controlled:
        first, second = before.controls.cleared(first), after.controls.cleared(second)
    apart = float(sum(map(np.var, plain)))
    return apart / max(1e-300, float(np.var(second - first)))


def _overtime(before: Outcome, after: Outcome) -> Difference:
    over = before.overtime_s, after.overtime_s
    ones = np.ones(before.days)
    return _paired("overtime", "all", "", "s", (before, after), over, (ones, ones))


def _of(before: Outcome, after: Outcome, business: str | None, slot: int | None) -> Iterator[Difference]:
    of, key = "all", ""
    if business is not None:
        of, key = "business", business
    elif slot is not None:
        of, key = "half-hour", str(slot)

    def chosen(totals: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
        return before.chosen(totals[0], business, slot), after.chosen(totals[1], business, slot)

    both = before, after
    called = chosen((before.called, after.called))
    came = chosen((before.arrived - before.balked, after.arrived - after.balked))
    arrived = chosen((before.arrived, after.arrived))
    lost = chosen(
        (
            before.left + before.balked + before.turned_away,
            after.left + after.balked + after.turned_away,
        )
    )
    yield _paired("mean wait", of, key, "s", both, chosen((before.waited_s, after.waited_s)), called)
    yield _paired("late", of, key, "share", both, chosen((before.late, after.late)), came)
    yield _paired("lost", of, key, "share", both, lost, arrived)


def _paired(
    figure: str,
    of: str,
    key: str,
    unit: str,
    both: tuple[Outcome, Outcome],
    over: tuple[Floats, Floats],
    under: tuple[Floats, Floats],
) -> Difference:
    if under[0].sum() <= 0.0 or under[1].sum() <= 0.0:
        nothing = Estimate(np.nan, np.nan, np.nan)
        return Difference(figure, of, key, unit, np.nan, np.nan, nothing, np.nan)
    totals = tuple(zip(over, under, strict=True))
    errors = [one.controls.cleared(errors_of_ratio(*each)) for one, each in zip(both, totals, strict=True)]
    values = [float(a.sum() / b.sum()) for a, b in totals]
    gap = estimated(values[1] - values[0], errors[1] - errors[0])
    first, second = (estimated(*each).value for each in zip(values, errors, strict=True))
    by_day = [a / np.maximum(b, 1.0) for a, b in totals]
    worse = float((by_day[1] > by_day[0] + 1e-9).mean())
    return Difference(figure, of, key, unit, first, second, gap, worse)
