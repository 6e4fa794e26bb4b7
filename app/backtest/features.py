"""What a second stage sees of a ticket beside its draws: the state of the queue, and what it was lately."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.history.row import HistoryRow
from estimator.situation import Situation

from .floor import WAITED_S, Called, Floor

NAMES = (
    "hour",
    "business",
    "head_start_s",
    "ahead",
    "waiting",
    "head_started",
    "busy",
    "away_15s",
    "away_60s",
    "away_300s",
    "away_1800s",
    "longest_waiting_s",
    "last_wait_s",
    "since_last_wait_s",
    "mean_wait_s",
    "mean_wait_here_s",
    "takers",
    "takers_busy",
    "issued_300s",
    "issued_900s",
    "called_60s",
    "called_300s",
    "mean_service_s",
)
_AWAY_S = (15.0, 60.0, 300.0, 1800.0)


def features(
    floor: Floor, situation: Situation, row: HistoryRow, ahead: int, mean_service_s: float
) -> NDArray[np.float64]:
    """The columns ``NAMES`` of a ticket that waits now."""
    now = floor.now
    waiting = [one for one in floor.waiting.values() if one is not row]
    head_starts = [floor.head_start.get(one.priority or "", 0.0) for one in waiting]
    waits = [call for call in floor.calls if call.waited_s >= WAITED_S]
    last = waits[-1] if waits else Called(now - 3600.0, 0.0, "")
    same = [call.waited_s for call in waits if call.business == row.business]
    takers = [one for one in situation.windows if row.business in one.reluctance and one.phase != "closed"]
    return np.array(
        [
            situation.hour,
            list(floor.businesses).index(row.business),
            floor.head_start.get(row.priority or "", 0.0),
            ahead,
            len(waiting),
            sum(seconds > 0 for seconds in head_starts),
            len(floor.busy),
            *np.histogram(floor.away_s(), (0.0, *_AWAY_S))[0],
            max((now - one.issued_at for one in waiting), default=0.0),
            last.waited_s,
            now - last.at,
            sum(call.waited_s for call in floor.calls) / max(1, len(floor.calls)),
            sum(same) / len(same) if same else -1.0,
            len(takers),
            sum(one.phase == "serving" for one in takers),
            sum(at > now - 300 for at in floor.issues),
            len(floor.issues),
            sum(call.at > now - 60 for call in floor.calls),
            sum(call.at > now - 300 for call in floor.calls),
            mean_service_s,
        ]
    )
