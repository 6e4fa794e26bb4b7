"""What a branch has learned: the second fold over its journal, beside its state.

An observation waits until it can no longer be taken back; so a wrong press never teaches anything. A business
day teaches who was there when it is over.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, Final

import numpy as np

from app.branch.branch_file import Branch
from app.branch.events import Event, EventCorrected
from app.journal import PastTicket
from app.past import past_observations
from app.workday import Workday, past_workdays
from estimator.calibration import Calibration
from estimator.observation import Observation
from estimator.pools import Minutes, Pools

LEVELS: Final = (0.1, 0.5, 0.9)
"""Of what is said of waits before it is rounded, and held against what happened."""
AT_ONCE_S: Final = 10.0
"""Who was called sooner did not have to wait: that says nothing of waits."""
MOST_WEIGHT: Final = 5.0
"""A customer who stayed stands for at most so many of those who would have waited as long."""

_FIELDS = tuple(field.name for field in fields(Observation))
_values = attrgetter(*_FIELDS)


class Learned:
    """Pools, what told waits were worth, and the observations that may still be taken back."""

    def __init__(self, branch: Branch, pools: Pools | None = None) -> None:
        self._branch = branch
        self.pools = pools or Pools(**_percentiles(branch))
        self.calibration = Calibration(LEVELS)
        self._pending: deque[tuple[int, Observation]] = deque()

    def take(self, event: Event, observed: Sequence[Observation], ended: Workday | None = None) -> None:
        """Fold one event: what it teaches waits, what is old enough is learned, and a day that has ended."""
        if ended:
            self.pools.presence.learn_day(ended.visits, ended.waits, ended.hour_of, ended.planned)
        if isinstance(event.fact, EventCorrected):
            corrected = event.fact.corrects
            self._pending = deque(one for one in self._pending if one[0] != corrected)
        self._pending.extend((event.seq, one) for one in observed)
        while self._pending and self._pending[0][1].at < event.at - self._branch.undo_s:
            self._learn(self._pending.popleft()[1])

    def _learn(self, one: Observation) -> None:
        if one.kind == "wait":
            self._learn_wait(one)
        else:
            self.pools.learn(one)

    def _learn_wait(self, one: Observation) -> None:
        """Hold what was said against what happened.

        As it was before it was rounded: that is outward, to be on the safe side, and were it learned from,
        what is said unrounded would become too narrow. Whoever was called at once teaches nothing, whatever
        was said; of all others every percentile learns, that of nothing, too: were it left out, low ends
        would learn of those that came before them, and not of as many others, and sink. Those who left would
        have waited for long; who stayed as long stands for them (inverse probability weights, Robins and
        Rotnitzky 1992).
        """
        said = tuple(each for each in (one.p10_s, one.median_s, one.p90_s) if each is not None)
        if one.ahead is None or len(said) < len(LEVELS) or one.value_s <= AT_ONCE_S:
            return
        stayed = float(np.exp(-self.pools.patience(one.business or "").hazard(one.value_s)))
        weight = 1.0 / max(stayed, 1.0 / MOST_WEIGHT)
        self.calibration.learn(said, one.value_s, one.ahead, weight=weight)

    def learn_past(self, rows: Iterable[PastTicket]) -> None:
        """Learn from imported history in the order in which things ended; not of businesses that are gone."""
        known = [row for row in rows if row.business in self._branch.businesses]
        for one in past_observations(self._branch, known):
            self.pools.learn(one)
        for day in past_workdays(self._branch, known):
            self.pools.presence.learn_day(day.visits, day.waits, day.hour_of, day.planned)

    def to_plain(self) -> dict[str, Any]:
        """Everything as JSON-able data."""
        pending = [(seq, _values(one)) for seq, one in self._pending]
        return {
            "pools": self.pools.to_plain(),
            "calibration": self.calibration.to_plain(),
            "pending": pending,
        }

    @classmethod
    def from_plain(cls, branch: Branch, plain: Mapping[str, Any]) -> Learned:
        """What ``to_plain`` wrote, on the branch's present file."""
        learned = cls(branch, Pools.from_plain(plain["pools"], **_percentiles(branch)))
        learned.calibration = Calibration.from_plain(plain["calibration"])
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
