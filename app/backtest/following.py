"""Pools that learn what is over by a moment, and nothing that is not: predict first, then learn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.branch.branch_file import Branch
from app.history.past_day import past_ticket
from app.history.row import HistoryRow
from app.past import past_observations
from estimator.observation import Observation
from estimator.pools import Pools


class Following:
    """Takes observations into pools in the order in which they ended, as far as asked for."""

    def __init__(self, pools: Pools, observations: Iterable[Observation]) -> None:
        self.pools = pools
        self._ahead = sorted(observations, key=lambda one: one.at)
        self._next = 0

    def until(self, moment: float) -> list[Observation]:
        """Learn all that was over before ``moment`` (epoch seconds), and return it. Moments never go back."""
        first = self._next
        while self._next < len(self._ahead) and self._ahead[self._next].at < moment:
            self.pools.learn(self._ahead[self._next])
            self._next += 1
        return self._ahead[first : self._next]


def taught(branch: Branch, rows: Sequence[HistoryRow]) -> list[Observation]:
    """What the rows teach a branch, in the order in which it ended."""
    return past_observations(branch, map(past_ticket, rows))
