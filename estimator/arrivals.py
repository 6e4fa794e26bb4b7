"""How many people come: rates by business, priority and hour of the day."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from estimator.observation import Observation

__all__ = ["Arrivals"]


@dataclass(slots=True)
class Arrivals:
    """Counts of arrivals by (business, priority) in each local hour, and in how many such hours."""

    counts: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    hours: list[int] = field(default_factory=lambda: [0] * 24)
    last_day: list[int] = field(default_factory=lambda: [-1] * 24)

    def learn(self, observation: Observation) -> None:
        """Count one arrival; ValueError without its day and hour."""
        day, hour = observation.day, observation.hour
        if day is None or hour is None or not 0 <= hour < 24:
            raise ValueError(f"an arrival needs its day and hour, not {day} and {hour}")
        name = (observation.business or "", observation.priority or "normal")
        self.counts.setdefault(name, [0] * 24)[hour] += 1
        if day != self.last_day[hour]:
            self.last_day[hour] = day
            self.hours[hour] += 1

    def rates(self, hour: int) -> dict[tuple[str, str], float]:
        """Return arrivals per second by (business, priority) in a local hour, of those that come at all.

        Empty for an hour of which nothing is known.
        """
        seconds = self.hours[hour % 24] * 3600.0
        return {
            name: counts[hour % 24] / seconds
            for name, counts in sorted(self.counts.items())
            if counts[hour % 24]
        }

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {
            "counts": [[*name, counts] for name, counts in sorted(self.counts.items())],
            "hours": list(self.hours),
            "last_day": list(self.last_day),
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Arrivals:
        """Make the counts that `to_plain` described."""
        counts = {(business, priority): list(row) for business, priority, row in plain["counts"]}
        return cls(counts, list(plain["hours"]), list(plain["last_day"]))
