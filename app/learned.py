"""What a branch has learned: the second fold over its journal, beside its state.

An observation waits until it can no longer be taken back; so a wrong press never teaches anything.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any

from app.branch.branch_file import Branch
from app.branch.events import Event, EventCorrected
from app.journal import PastTicket
from app.past import past_observations
from estimator.observation import Observation
from estimator.pools import Minutes, Pools

_FIELDS = tuple(field.name for field in fields(Observation))
_values = attrgetter(*_FIELDS)


class Learned:
    """Pools, and the observations that may still be taken back."""

    def __init__(self, branch: Branch, pools: Pools | None = None) -> None:
        self._branch = branch
        self.pools = pools or Pools(**_percentiles(branch))
        self._pending: deque[tuple[int, Observation]] = deque()

    def take(self, event: Event, observed: Sequence[Observation]) -> None:
        """Fold one event: what it teaches waits, what is old enough is learned."""
        if isinstance(event.fact, EventCorrected):
            corrected = event.fact.corrects
            self._pending = deque(one for one in self._pending if one[0] != corrected)
        self._pending.extend((event.seq, one) for one in observed)
        while self._pending and self._pending[0][1].at < event.at - self._branch.undo_s:
            self.pools.learn(self._pending.popleft()[1])

    def learn_past(self, rows: Iterable[PastTicket]) -> None:
        """Learn from imported history in the order in which things ended; not of businesses that are gone."""
        known = (row for row in rows if row.business in self._branch.businesses)
        for one in past_observations(self._branch, known):
            self.pools.learn(one)

    def to_plain(self) -> dict[str, Any]:
        """Everything as JSON-able data."""
        pending = [(seq, _values(one)) for seq, one in self._pending]
        return {"pools": self.pools.to_plain(), "pending": pending}

    @classmethod
    def from_plain(cls, branch: Branch, plain: Mapping[str, Any]) -> Learned:
        """What ``to_plain`` wrote, on the branch's present file."""
        learned = cls(branch, Pools.from_plain(plain["pools"], **_percentiles(branch)))
        learned._pending.extend(
            (seq, Observation(**dict(zip(_FIELDS, raw, strict=True)))) for seq, raw in plain["pending"]
        )
        return learned


def _percentiles(branch: Branch) -> dict[str, dict[str, Minutes]]:
    def seconds(minutes: tuple[float, float, float]) -> Minutes:
        return (minutes[0] * 60, minutes[1] * 60, minutes[2] * 60)

    services = {business.id: seconds(business.minutes) for business in branch.businesses.values()}
    steps = {step.id: seconds(step.minutes) for step in branch.steps.values() if step.minutes}
    return {"services": services, "steps": steps}
