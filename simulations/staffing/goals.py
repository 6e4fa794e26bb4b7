"""What a roster of windows is to achieve: a target for waits, or the least cost."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from estimator.columns import Floats
from simulations.staffing.opening import StaffingError
from simulations.staffing.sampled import Tally

__all__ = ["Day", "Limits", "Prices", "Target", "day_of", "excess", "parse_prices", "parse_target", "shares"]


_NOTHING = 1e-9  # customers a day: rounding
_DEAREST = 1e9


class Day(NamedTuple):
    """The mean day of an outcome by half-hour [H]: people who came, who were late, who left; minutes waited.

    Or many such days [C, H].
    """

    arrivals: Floats
    late: Floats
    left: Floats
    minutes: Floats


class Limits(NamedTuple):
    """Shares: of each half-hour's arrivals [H] that may be late, of the day's that may leave."""

    late: Floats
    left: float

    def below(self, reached: Limits, beyond: Limits) -> Limits:
        """Return limits as far below what was reached as fresh days were beyond; the same elsewhere."""
        late = np.where(beyond.late > 0.0, np.minimum(self.late, reached.late - beyond.late), self.late)
        left = min(self.left, reached.left - beyond.left) if beyond.left > 0.0 else self.left
        return Limits(np.maximum(0.0, late), max(0.0, left))


def shares(day: Day) -> Limits:
    """Return the shares of a day that were late, by half-hour, and that left."""
    return Limits(
        day.late / np.maximum(day.arrivals, 1e-9), float(day.left.sum() / max(1e-9, day.arrivals.sum()))
    )


def excess(day: Day, limits: Limits) -> Floats:
    """Return how many customers a day are late or leave beyond the limits; of many days: of each."""
    late = np.maximum(0.0, day.late - limits.late * day.arrivals).sum(axis=-1)
    left = np.maximum(0.0, day.left.sum(axis=-1) - limits.left * day.arrivals.sum(axis=-1))
    beyond: Floats = late + left
    return np.where(beyond > _NOTHING, beyond, 0.0)


def day_of(outcome: Tally) -> Day:
    """Return the mean day."""
    return Day(
        outcome.arrivals.mean(axis=0),
        outcome.late.mean(axis=0),
        outcome.left.mean(axis=0),
        outcome.waited_s.mean(axis=0) / 60.0,
    )


@dataclass(frozen=True, slots=True)
class Prices:
    """What an hour of an open window, a customer who walks away and a minute of waiting cost."""

    window_hour: float = 30.0
    walk_away: float = 4.0
    waiting_minute: float = 0.2

    def __post_init__(self) -> None:
        """StaffingError for a negative, missing or absurd price."""
        prices = self.window_hour, self.walk_away, self.waiting_minute
        if not all(0.0 <= price <= _DEAREST for price in prices):
            raise StaffingError(
                f"Prices (of a window-hour, a walk-away, a waiting minute) are from 0 to {_DEAREST:,.0f}."
            )
        if not any(prices):
            raise StaffingError("If nothing has a price, every roster is the cheapest; give one.")

    def of_customers(self, day: Day) -> Floats:
        """Return what a day's waiting and walk-aways cost; of many days: of each."""
        cost: Floats = self.walk_away * day.left.sum(axis=-1) + self.waiting_minute * day.minutes.sum(axis=-1)
        return cost


@dataclass(frozen=True, slots=True)
class Target:
    """Of the arrivals of every half-hour at most `share` wait longer than `wait_s`.

    Those who left count by how long they had waited. A roster could meet that by letting people leave, so
    the share of the day's customers who leave is bounded too: 1 for no bound.
    """

    wait_s: float = 600.0
    share: float = 0.1
    left_share: float = 1.0

    def __post_init__(self) -> None:
        """StaffingError for shares that are none."""
        if not (0.0 < self.share < 1.0 and 0.0 < self.left_share <= 1.0 and 0.0 <= self.wait_s < np.inf):
            raise StaffingError("A target is a wait in minutes and a share between 0 and 1.")


_TARGET = re.compile(r"P\(\s*wait\s*>\s*([0-9.]+)\s*(?:min)?\s*\)\s*<=?\s*([0-9.]+)\s*(%?)")
_LEFT = re.compile(r"left\s*<=?\s*([0-9.]+)\s*(%?)")


def parse_target(text: str) -> Target:
    """Return the target of a text: ``P(wait>10)<=0.1``, in minutes; ``, left<=3%`` may follow.

    If it does not, no more may leave than may be late.
    """
    parts = [part.strip() for part in text.replace("≤", "<=").split(",")]
    found = _TARGET.fullmatch(parts[0])
    left = _LEFT.fullmatch(parts[1]) if len(parts) == 2 else None
    if not found or len(parts) > 2 or (len(parts) == 2 and not left):
        raise StaffingError(
            f"The target {text!r} should look like 'P(wait>10)<=0.1' or 'P(wait>10)<=10%, left<=3%'."
        )
    try:
        share = _share(found[2], found[3])
        return Target(60.0 * float(found[1]), share, _share(left[1], left[2]) if left else share)
    except ValueError as error:
        raise StaffingError(f"The target {text!r}: {error}") from error


def parse_prices(text: str) -> Prices:
    """Return the prices of a text: ``30,4,0.2`` for a window's hour, a walk-away, a minute of waiting."""
    try:
        hour, walk_away, minute = map(float, text.split(","))
    except ValueError as error:
        raise StaffingError(
            f"The cost {text!r} should price a window's hour, a walk-away, a waiting minute: '30,4,0.2'."
        ) from error
    return Prices(hour, walk_away, minute)


def _share(number: str, percent: str) -> float:
    return float(number) / (100.0 if percent else 1.0)
