"""Durations learned from what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from estimator.observation import Observation

__all__ = ["Minutes", "Pools"]

Minutes = tuple[float, float, float]
"""10th, 50th and 90th percentile of a duration, in seconds, as the branch file gives them (in minutes)."""


class Pools:
    """All that a branch has learned; before that, what its file says.

    `services` (by business) and `steps` (by step) are the branch file's percentiles, in seconds.
    """

    def __init__(
        self, services: Mapping[str, Minutes] | None = None, steps: Mapping[str, Minutes] | None = None
    ) -> None:
        raise NotImplementedError

    def learn(self, observation: Observation) -> None:
        """Take one observation in; amortised constant time."""
        raise NotImplementedError

    def expected_service_s(
        self, business: str, *, items: int | None = None, teller: str | None = None
    ) -> float:
        """Return the mean service, for the express rule."""
        raise NotImplementedError

    def to_plain(self) -> dict[str, Any]:
        """Return everything learned as JSON-able data, the same for the same observations."""
        raise NotImplementedError

    @classmethod
    def from_plain(
        cls,
        plain: Mapping[str, Any],
        services: Mapping[str, Minutes] | None = None,
        steps: Mapping[str, Minutes] | None = None,
    ) -> Pools:
        """Make the pools that `to_plain` described, on the (perhaps newer) branch file's percentiles."""
        raise NotImplementedError
