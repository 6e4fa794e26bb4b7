"""An interval of time to come is a value: two bounds in seconds, in order, never negative, never NaN."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Interval"]


@dataclass(frozen=True, slots=True)
class Interval:
    """A closed interval of durations, `0 <= low_s <= high_s`; ValueError for anything else."""

    low_s: float
    high_s: float

    def __post_init__(self) -> None:
        # One chain: a comparison with NaN is false, so NaN is refused by it too.
        if not 0.0 <= self.low_s <= self.high_s:
            raise ValueError(f"not an interval of durations: {self.low_s} to {self.high_s} s")

    def __contains__(self, duration_s: float) -> bool:
        return self.low_s <= duration_s <= self.high_s

    @property
    def width_s(self) -> float:
        """The distance between the bounds."""
        return self.high_s - self.low_s

    def contains(self, other: Interval) -> bool:
        """Tell whether the other interval lies within this one."""
        return self.low_s <= other.low_s and other.high_s <= self.high_s

    def after(self, elapsed_s: float) -> Interval:
        """Return what is left of it `elapsed_s` later: both bounds nearer, never below zero."""
        return Interval(max(0.0, self.low_s - elapsed_s), max(0.0, self.high_s - elapsed_s))
