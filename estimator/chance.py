"""Where a forecast's chance comes from: five sources, which can share a generator or have one each.

With one each, a single source can be drawn anew while the others stay as they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection

    from estimator.situation import Phase

__all__ = ["SOURCES", "Chance", "Source"]

Source = Literal["present", "services", "people", "pace", "pauses"]
SOURCES: Final[tuple[Source, ...]] = ("present", "services", "people", "pace", "pauses")
"""What the windows are busy with now; the services of those ahead, and whether they come when called; who
leaves and who comes to go first; the pace of the day and of the tellers; pauses and openings."""


@dataclass(frozen=True, slots=True)
class Chance:
    """A generator for each source, in the order of `SOURCES`."""

    present: np.random.Generator
    services: np.random.Generator
    people: np.random.Generator
    pace: np.random.Generator
    pauses: np.random.Generator

    @classmethod
    def shared(cls, rng: np.random.Generator) -> Chance:
        """Return one generator for all."""
        return cls(rng, rng, rng, rng, rng)

    @classmethod
    def apart(cls, seed: Sequence[int], redrawn: Collection[Source] = ()) -> Chance:
        """Return a generator for each source: always the same for a seed, another for those `redrawn`.

        An empty seed is a seed like any other; ValueError for negative numbers in it.
        """
        return cls(
            *(np.random.default_rng((*seed, n, source in redrawn)) for n, source in enumerate(SOURCES))
        )

    def of_window(self, phase: Phase) -> np.random.Generator:
        """Return what the near future of a window in that phase is drawn from."""
        return self.pauses if phase in ("paused", "closed") else self.present
