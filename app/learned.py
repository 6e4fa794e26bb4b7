"""What a branch has learned: the second fold over its journal, beside its state.

An observation waits until it can no longer be taken back; so a wrong press never teaches anything.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from app.branch.branch_file import Branch
from app.branch.events import Event, EventCorrected
from app.branch.observe import NORMAL
from app.journal import PastTicket
from estimator.observation import Kind, Observation
from estimator.pools import Minutes, Pools


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
        """Learn from imported history, in the order in which things ended."""
        observed = [one for row in rows for one in past_observations(self._branch, row)]
        for one in sorted(observed, key=lambda one: one.at):
            self.pools.learn(one)

    def to_plain(self) -> dict[str, Any]:
        """Everything as JSON-able data."""
        pending = [[seq, asdict(one)] for seq, one in self._pending]
        return {"pools": self.pools.to_plain(), "pending": pending}

    @classmethod
    def from_plain(cls, branch: Branch, plain: Mapping[str, Any]) -> Learned:
        """What ``to_plain`` wrote, on the branch's present file."""
        learned = cls(branch, Pools.from_plain(plain["pools"], **_percentiles(branch)))
        learned._pending.extend((seq, Observation(**raw)) for seq, raw in plain["pending"])
        return learned


def past_observations(branch: Branch, row: PastTicket) -> list[Observation]:
    """What one past ticket teaches: arrival, patience, walk, service and wrap-up, as far as it is known."""
    local = datetime.fromtimestamp(row.issued_at, branch.zone)
    found = [
        Observation(
            kind="arrival",
            at=row.issued_at,
            business=row.business,
            priority=row.priority or NORMAL,
            day=local.toordinal(),
            hour=local.hour,
        )
    ]
    who = {"business": row.business, "teller": row.teller}
    left_at = row.left_at if row.outcome == "abandoned" else None
    waited_until = row.called_at or left_at
    spans: tuple[tuple[Kind, float | None, float | None, dict[str, str | None]], ...] = (
        ("walking", row.called_at, row.started_at, {}),
        ("service", row.started_at, row.finished_at, who),
        ("wrap_up", row.finished_at, row.ready_at, who),
        ("no_show", row.called_at, row.left_at if row.outcome == "no_show" else None, {}),
    )
    if waited_until is not None:
        censored = row.called_at is not None
        found.append(
            Observation(
                kind="patience",
                at=waited_until,
                value_s=max(waited_until - row.issued_at, 0.0),
                business=row.business,
                censored=censored,
            )
        )
    for kind, start, end, fields in spans:
        if start is not None and end is not None and end >= start:
            found.append(Observation(kind=kind, at=end, value_s=end - start, **fields))  # type: ignore[arg-type]
    return found


def _percentiles(branch: Branch) -> dict[str, dict[str, Minutes]]:
    def seconds(minutes: tuple[float, float, float]) -> Minutes:
        return (minutes[0] * 60, minutes[1] * 60, minutes[2] * 60)

    services = {business.id: seconds(business.minutes) for business in branch.businesses.values()}
    steps = {step.id: seconds(step.minutes) for step in branch.steps.values() if step.minutes}
    return {"services": services, "steps": steps}
