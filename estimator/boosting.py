"""A second stage on top of the draws: quantile boosting on their quantiles and the state of the queue.

It knows nothing of queues; it sees how the draws have erred in which state, and corrects that. What it says
is averaged with what the draws say, since each errs where the other does not. It needs LightGBM (Ke et al.
2017), the extra ``boost``, which is imported only here and only when a stage is fitted.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from estimator.kernel import Floats

__all__ = ["ENOUGH", "Boosting", "available", "fit"]

ENOUGH = 800
"""Waits below which there is nothing to fit."""
_SHARE = 0.6  # of what is said; the rest is what the draws say
_ROUNDS = 250
_PARAMETERS: dict[str, Any] = {
    "learning_rate": 0.015,
    "num_leaves": 8,
    "min_data_in_leaf": 80,
    "bagging_fraction": 0.6,
    "bagging_freq": 1,
    "feature_fraction": 0.2,
    "lambda_l2": 10.0,
    "num_threads": 1,
    "deterministic": True,
    "seed": 0,
    "verbosity": -1,
}


def available() -> bool:
    """Tell whether the library is there."""
    return find_spec("lightgbm") is not None


@dataclass(frozen=True, slots=True)
class Boosting:
    """One model for each level, and one for the mean."""

    models: Sequence[Any]

    def said(self, features: Floats, drawn_s: Floats) -> Floats:
        """Return quantiles and mean [L + 1] from the features [F] and what the draws say [L + 1], seconds.

        Quantiles are in ascending order, nothing is negative.
        """
        # One thread: to wake the others for a single row costs twenty times what the trees do.
        boosted = np.array([model.predict(features[None, :], num_threads=1)[0] for model in self.models])
        said = np.maximum(0.0, _SHARE * boosted + (1.0 - _SHARE) * drawn_s)
        said[:-1] = np.maximum.accumulate(said[:-1])
        return said


def fit(features: Floats, waited_s: Floats, levels: Sequence[float]) -> Boosting | None:
    """Return the stage that learned from N waits with features [N, F]; None from fewer than `ENOUGH`.

    ImportError where the library is missing. The same waits give the same stage.
    """
    if len(waited_s) < ENOUGH:
        return None
    import lightgbm  # noqa: PLC0415 - an extra: nothing else may need it

    objectives: list[dict[str, Any]] = [{"objective": "quantile", "alpha": level} for level in levels]
    objectives.append({"objective": "regression"})
    return Boosting(
        [
            lightgbm.train({**_PARAMETERS, **each}, lightgbm.Dataset(features, waited_s), _ROUNDS)
            for each in objectives
        ]
    )
