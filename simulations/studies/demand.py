"""Who comes when: expected arrivals by half-hour, business and priority, and how busy a day can be.

A day's busyness multiplies all that is expected of it: a gamma variable of mean 1 (so counts are negative
binomial, as in Jongbloed and Koole 2001, "Managing uncertainty in call centres using Poisson mixtures"). Its
variation is what the days' totals vary beyond Poisson noise and beyond what kind of day it was.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulations.studies.hours import SLOT_S

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from estimator.columns import Floats, Ints
    from simulations.studies.past_days import PastDay

__all__ = ["Demand", "DemandError", "Factor", "Kind", "Profile", "kinds_of", "learned", "roughly"]

_WIDEST_CV = 1.0
_SIZES = (1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50)
_FACTOR_DAYS = 2.0  # days of the ordinary sort that a day kind's factor borrows


class DemandError(ValueError):
    """Nothing that demand could be learned from."""


class Kind(NamedTuple):
    """Customers that no rule tells apart."""

    business: str
    priority: str = "normal"
    items: int | None = None


class Factor(NamedTuple):
    """By how much days of some sort differ from the others of their weekday; from so many days."""

    value: float
    days: int


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """Expected arrivals `expected` [H, K] in H slots of `slot_s` from `begins_s` (seconds from midnight).

    `busyness_cv`: the coefficient of variation of a day's common factor. `days`, `tickets`: what it was
    learned from, 0 if it was written by hand.
    """

    kinds: tuple[Kind, ...]
    expected: Floats
    begins_s: float
    slot_s: float = SLOT_S
    busyness_cv: float = 0.0
    days: int = 0
    tickets: int = 0

    def __post_init__(self) -> None:
        if self.expected.shape[1:] != (len(self.kinds),) or not np.isfinite(self.expected).all():
            raise DemandError("expected arrivals are not one finite number for each slot and kind")
        if (self.expected < 0.0).any() or not 0.0 <= self.busyness_cv <= _WIDEST_CV:
            raise DemandError(f"arrivals are not negative, and busyness_cv is from 0 to {_WIDEST_CV:g}")

    @property
    def ends_s(self) -> float:
        """When the last slot ends."""
        return self.begins_s + self.slot_s * float(self.expected.shape[0])

    @property
    def businesses(self) -> tuple[str, ...]:
        """The businesses of its kinds, in order."""
        return tuple(dict.fromkeys(kind.business for kind in self.kinds))

    def of_business(self, business: str) -> Floats:
        """Return the business's expected arrivals [H]."""
        chosen = [number for number, kind in enumerate(self.kinds) if kind.business == business]
        return np.asarray(self.expected[:, chosen].sum(axis=1))

    def scaled(self, factor: float, by_business: Mapping[str, float] | None = None) -> Demand:
        """Return it with so many times the customers, of each business or of all."""
        factors = np.array([factor * (by_business or {}).get(kind.business, 1.0) for kind in self.kinds])
        return replace(self, expected=self.expected * factors)


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """What days teach: arrivals by weekday, with `days` [7] of each, and by how much special days differ.

    `expected` [7, H, K] by weekday from Monday, each drawn to the mean of all by how little its own days
    say. `factors` by sort of day. `busyness_cv` of a day, its sort known. `totals` [D, 2]: of each day, what
    came and what was expected of it.
    """

    kinds: tuple[Kind, ...]
    expected: Floats
    begins_s: float
    days: tuple[int, ...]
    tickets: tuple[int, ...]
    factors: Mapping[str, Factor]
    busyness_cv: float
    totals: Floats

    def demand(self, weekday: int | None, sorts: Sequence[str] = ()) -> Demand:
        """Return what is expected of a weekday (0: Monday; None: the mean of those seen) of such sorts."""
        factor = 1.0
        for sort in sorts:
            factor *= self.factors[sort].value if sort in self.factors else 1.0
        if weekday is None:
            weights = np.array(self.days, float)
            expected = np.tensordot(weights / weights.sum(), self.expected, 1)
            days, tickets = sum(self.days), sum(self.tickets)
        else:
            expected, days, tickets = self.expected[weekday], self.days[weekday], self.tickets[weekday]
        used = np.flatnonzero(expected.sum(axis=1) > 1e-9)
        first, last = (used[0], used[-1] + 1) if used.size else (0, 1)
        return Demand(
            self.kinds,
            factor * expected[first:last],
            self.begins_s + SLOT_S * float(first),
            busyness_cv=self.busyness_cv,
            days=days,
            tickets=tickets,
        )


def learned(days: Sequence[PastDay], sorts: Callable[[PastDay], Sequence[str]] = lambda _: ()) -> Profile:
    """Return what the days teach; `sorts` names what is special about one. DemandError if there are none."""
    if not days or not any(len(day) for day in days):
        raise DemandError("no ticket was ever issued")
    kinds = tuple(sorted({kind for day in days for kind in kinds_of(day)}, key=_order))
    begins_s, counts = _counts(days, kinds)
    weekday = np.array([day.date.weekday() for day in days])
    sort_of = [tuple(sorts(day)) for day in days]
    ordinary = np.array([not each for each in sort_of])
    base = ordinary if ordinary.any() else np.ones(len(days), bool)
    expected = _by_weekday(counts[base], weekday[base])
    usual = expected[weekday].sum(axis=(1, 2))
    totals = counts.sum(axis=(1, 2))
    factors = _factors(totals, usual, sort_of)
    usual = usual * [np.prod([factors[sort].value for sort in each]) for each in sort_of]
    return Profile(
        kinds,
        expected,
        begins_s,
        tuple(int((weekday == day).sum()) for day in range(7)),
        tuple(int(totals[weekday == day].sum()) for day in range(7)),
        factors,
        _busyness_cv(totals, usual, len(set(weekday.tolist())) + len(factors)),
        np.column_stack((totals, usual)),
    )


def kinds_of(day: PastDay) -> list[Kind]:
    """Return the kind of each ticket [N]; many items are counted roughly."""
    return [
        Kind(business, priority or "normal", None if items != items else roughly(items))  # noqa: PLR0124 - NaN
        for business, priority, items in zip(day.business, day.priority, day.items.tolist(), strict=True)
    ]


def _order(kind: Kind) -> tuple[str, str, int]:
    return kind.business, kind.priority, kind.items or 0


def roughly(items: float) -> int:
    """Return the number of items that stands for so many: of all that are at most as many, the largest."""
    return max([size for size in _SIZES if size <= items], default=_SIZES[0])


def _counts(days: Sequence[PastDay], kinds: Sequence[Kind]) -> tuple[float, Floats]:
    """Return when the first slot begins, and the arrivals [D, H, K]."""
    first = min(int(day.issued.min() // SLOT_S) for day in days if len(day))
    last = max(int(day.issued.max() // SLOT_S) for day in days if len(day))
    number = {kind: place for place, kind in enumerate(kinds)}
    counts = np.zeros((len(days), last - first + 1, len(kinds)))
    for row, day in zip(counts, days, strict=True):
        slot = (day.issued // SLOT_S).astype(int) - first
        np.add.at(row, (slot, np.array([number[kind] for kind in kinds_of(day)], int)), 1.0)
    return first * SLOT_S, counts


def _by_weekday(counts: Floats, weekday: Ints) -> Floats:
    """Return the expected arrivals [7, H, K]: how many come on such a day, times when and what for."""
    levels = _levels(counts.sum(axis=(1, 2)), weekday)
    return np.asarray(levels[:, None, None] * _profiles(counts, weekday))


def _levels(totals: Floats, weekday: Ints) -> Floats:
    """Return how many come on each weekday [7], drawn to the mean of all as if by so many more such days.

    How many days to borrow is the ratio of the variances within weekdays and between them (empirical Bayes;
    Efron and Morris 1973).
    """
    number = np.bincount(weekday, minlength=7).astype(float)
    seen = number > 0.0
    overall = float(totals.mean())
    own = np.where(seen, np.bincount(weekday, totals, 7) / np.maximum(number, 1.0), overall)
    free = totals.size - int(seen.sum())
    within = float(np.square(totals - own[weekday]).sum()) / free if free else max(1.0, overall)
    within = max(within, overall)  # no less than chance
    between = float(np.square(own[seen] - overall).sum()) / max(1, int(seen.sum()) - 1)
    return _drawn(own, overall, number, within, between - within * float((1.0 / number[seen]).mean()))


def _profiles(counts: Floats, weekday: Ints) -> Floats:
    """Return the shares of each slot and kind [7, H, K] in a weekday's arrivals, drawn to those of all."""
    number = np.array([counts[weekday == day].sum() for day in range(7)])
    overall = counts.sum(axis=0) / max(1.0, counts.sum())
    own = np.stack(
        [
            counts[weekday == day].sum(axis=0) / number[day] if number[day] else overall
            for day in range(7)
        ]
    )  # fmt: skip
    within = 1.0 - float(np.square(overall).sum())  # of a multinomial share, times the number of tickets
    seen = number > 0.0
    apart = np.square(own[seen] - overall).sum(axis=(1, 2))
    between = float((apart - within / number[seen]).mean()) if seen.any() else 0.0
    return _drawn(own, overall, number[:, None, None], within, between)


def _drawn(own: Floats, overall: Floats | float, number: Floats, within: float, between: float) -> Floats:
    borrowed = within / between if between > within * 1e-6 else 1e6
    weight = number / (number + borrowed)
    return np.asarray(weight * own + (1.0 - weight) * overall)


def _factors(totals: Floats, usual: Floats, sorts: Sequence[Sequence[str]]) -> dict[str, Factor]:
    found = {}
    for name in sorted({sort for each in sorts for sort in each}):
        chosen = np.array([name in each for each in sorts])
        borrowed = _FACTOR_DAYS * float(usual.mean())
        value = (float(totals[chosen].sum()) + borrowed) / (float(usual[chosen].sum()) + borrowed)
        found[name] = Factor(value, int(chosen.sum()))
    return found


def _busyness_cv(totals: Floats, usual: Floats, fitted: int) -> float:
    """Return the variation of the days' factor: their squared errors, less what Poisson noise makes."""
    free = max(0, totals.size - fitted)
    if free == 0 or usual.sum() <= 0.0:
        return 0.0
    errors = float(np.square(totals - usual).sum()) * totals.size / free - float(usual.sum())
    return min(_WIDEST_CV, float(np.sqrt(max(0.0, errors / float(np.square(usual).sum())))))
