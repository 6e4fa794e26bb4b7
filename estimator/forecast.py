"""One forecast pass over a branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from estimator.estimate import Estimate, Forecast, WindowForecast

if TYPE_CHECKING:
    import numpy as np

    from estimator.pools import Pools
    from estimator.situation import Situation

__all__ = ["Estimate", "Forecast", "WindowForecast", "compile_kernels", "forecast"]


def forecast(
    situation: Situation,
    pools: Pools,
    rng: np.random.Generator,
    *,
    draws: int = 1000,
    late_share: float = 0.05,
    early_share: float = 0.20,
) -> Forecast:
    """Return all ranges of the branch from one set of draws."""
    raise NotImplementedError


def compile_kernels() -> None:
    """Compile (or load from cache) what `forecast` runs; call it at start-up, never in a request."""
    raise NotImplementedError
