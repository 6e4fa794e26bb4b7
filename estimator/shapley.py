"""How much each source of chance has of a variance, whatever their interactions.

Shapley effects (Owen 2014, "Sobol' indices and Shapley value"; Song, Nelson, Staum 2016, "Shapley effects for
global sensitivity analysis", both SIAM/ASA J. Uncertainty Quantification): how much of the variance goes when
a source becomes known, averaged over all orders in which the sources could become known. Unlike first-order
or total Sobol' indices they are never negative and add up to one, also where sources interact, as they do in
a queue. The variance left to a set of sources is estimated as in Jansen 1999, "Analysis of variance designs
for model output" (Computer Physics Communications 117): half the mean square of the difference when these are
drawn anew and the others stay.
"""

from __future__ import annotations

from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

import numpy as np

from estimator.chance import SOURCES, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from estimator.kernel import Floats

__all__ = ["shapley"]


def shapley(
    drawn: Callable[[Collection[Source]], Floats], sources: Sequence[Source] = SOURCES
) -> dict[Source, float]:
    """Return each source's share of the variance of `drawn` [D]; see the head of this module.

    `drawn(redrawn)` gives the same draws with some of the sources drawn anew. Plays 2 ** sources times.
    Empty where nothing varies, and without sources.
    """
    first = drawn(())
    left: dict[frozenset[Source], float] = {frozenset(): 0.0}
    for size in range(1, len(sources) + 1):
        for chosen in combinations(sources, size):
            left[frozenset(chosen)] = float(np.mean((drawn(chosen) - first) ** 2)) / 2
    effects = {source: max(0.0, _effect(source, left, len(sources))) for source in sources}
    total = sum(effects.values())
    return {source: effect / total for source, effect in effects.items()} if total > 0.0 else {}


def _effect(source: Source, left: Mapping[frozenset[Source], float], sources: int) -> float:
    """Return the mean gain by one source over all orders of all."""
    return sum(
        (left[others | {source}] - value) / (sources * comb(sources - 1, len(others)))
        for others, value in left.items()
        if source not in others
    )
