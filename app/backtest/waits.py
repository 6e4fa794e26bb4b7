"""Waits of a history, predicted as they would have been, then learned from: ticket by ticket, in time order.

Each ticket is predicted when it is issued and, if it has to wait, as soon as that is clear; then every
``EVERY_S`` while it waits. Two waits come from one set of draws: *stays*, the wait of those who stay to be
served (each draw weighted by the ticket's own survival of patience, to be held against the served), and
*offered*, the wait of anyone who would stay, which is what people are told.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import inf

import numpy as np
from numpy.typing import NDArray

from app.branch.branch_file import Branch
from app.history.past_day import past_ticket
from app.history.row import HistoryRow
from app.workday import past_workday
from estimator import discipline
from estimator.boosting import Boosting, fit
from estimator.calibration import Calibration
from estimator.chance import Chance
from estimator.forecast import play
from estimator.lines import Place, line_up
from estimator.pools import Pools
from estimator.situation import Situation

from .features import features
from .floor import WAITED_S, Floor, Kind, moments, waited_until
from .following import Following, taught

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]

LEVELS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)
"""The quantiles that are kept of each set of draws."""
SAID = (0.1, 0.5, 0.9)
"""Those that are scored: the median, and the 80 % range."""
EVERY_S = 30.0
LEARN_AGAIN_S = 7 * 86_400.0
"""So long before the test the looks begin, so that they have been learned from."""
FORESEE_S = 56 * 86_400.0
"""So long before it waits begin to be predicted: what was further off in years of history is learned only."""
MOST_FITTED = 30_000
"""Cases, the latest ones, from which a second stage is fitted."""
DRAWS = 600
_AT = tuple(LEVELS.index(level) for level in SAID)
MOST_WEIGHT = 5.0
"""A served ticket stands for at most so many that would have waited as long."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What was said of one wait at one moment: quantiles at ``SAID`` and the mean, in seconds."""

    low_s: float
    median_s: float
    high_s: float
    mean_s: float

    @property
    def quantiles(self) -> tuple[float, float, float]:
        """The quantiles at ``SAID``."""
        return self.low_s, self.median_s, self.high_s


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """The draws for one ticket: quantiles at ``LEVELS`` and the means of both waits, from now on."""

    ahead: int
    stays: Floats
    stays_mean_s: float
    offered: Floats
    offered_mean_s: float

    @property
    def raw(self) -> tuple[Outlook, Outlook]:
        """Both waits as drawn."""
        low, median, high = self.stays[list(_AT)].tolist()
        first = Outlook(low, median, high, self.stays_mean_s)
        low, median, high = self.offered[list(_AT)].tolist()
        return first, Outlook(low, median, high, self.offered_mean_s)


@dataclass(frozen=True, slots=True)
class Told:
    """What may be told of a wait: the quantiles of the branch's early and late share, and the median."""

    low_s: float
    median_s: float
    high_s: float


@dataclass(frozen=True, slots=True)
class Look:
    """Another look at one who still waits, ``elapsed_s`` after issue; all counts from then."""

    elapsed_s: float
    ahead: int
    stays: Outlook
    told: Told


@dataclass(slots=True, eq=False)
class Case:
    """A ticket that had to wait: what was said of it at issue, and what happened.

    ``waited_s`` and ``survival`` (how likely such a customer stays for so long) are set when it ends;
    ``boosted`` is the second stage's, where there is one.
    """

    row: HistoryRow
    at: datetime
    features: Floats
    drawn: Prediction
    stays: Outlook
    offered: Outlook
    told: Told
    boosted: Outlook | None = None
    later: list[Look] = field(default_factory=list)
    waited_s: float = 0.0
    survival: float = 1.0

    @property
    def left(self) -> bool:
        """Whether the customer left before being called."""
        return self.row.begun_at is None


class Walk:
    """Walks through a history once. ``cases`` are complete when it is over."""

    def __init__(
        self,
        branch: Branch,
        rows: Sequence[HistoryRow],
        head_start: Mapping[str, float],
        *,
        second_stage: bool,
        seed: int = 1,
    ) -> None:
        self.branch = branch
        self.floor = Floor(branch.zone, head_start, branch.day_change, branch)
        self.pools = Pools()
        self.stays = Calibration(SAID)
        self.again = Calibration(SAID)
        self.offered = Calibration(SAID)
        self.told = Calibration((branch.early_share, 1.0 - branch.late_share))
        self.boosted = Calibration(SAID)
        self._second_stage = second_stage
        self._boosting: Boosting | None = None
        self.cases: list[Case] = []
        self.at_issue: list[tuple[HistoryRow, Outlook]] = []
        self._rng = np.random.default_rng(seed)
        self._following = Following(self.pools, taught(branch, rows))
        self._moments = moments(rows)
        self._open: dict[str, Case] = {}

    def run(self, test_from: float, progress: Progress | None = None) -> None:
        """Predict and learn from the first moment to the last; and look again every ``EVERY_S``."""
        tick = begins = test_from - LEARN_AGAIN_S
        for done, moment in enumerate(self._moments):
            if progress and done % 500 == 0:
                progress(done, len(self._moments))
            if self.floor.is_new_day(moment.at):
                self._turn_day()
            while tick < moment.at and moment.at > begins:
                if self._open:
                    self._look_again(tick)
                    tick += EVERY_S
                else:
                    tick = moment.at + EVERY_S
            self._following.until(moment.at)
            self.floor.see(moment)
            if moment.kind is Kind.ISSUED:
                if moment.at >= test_from - FORESEE_S:
                    self._issued(moment.row, testing=moment.at >= test_from)
            elif moment.kind in {Kind.CALLED, Kind.LEFT}:
                self._resolved(moment.row)
        if progress:
            progress(len(self._moments), len(self._moments))

    def _turn_day(self) -> None:
        self._open.clear()  # a day's end abandons what still waits
        over = past_workday(self.branch, map(past_ticket, self.floor.turn_day()))
        self.pools.presence.learn_day(over.visits, over.waits, over.hour_of, over.planned)
        if self._second_stage:
            served = [case for case in self.cases if not case.left][-MOST_FITTED:]
            features = np.array([case.features for case in served])
            self._boosting = fit(features, np.array([case.waited_s for case in served]), SAID)

    def _issued(self, row: HistoryRow, *, testing: bool) -> None:
        if testing:
            now = self.floor.situation(self.pools, must_wait=False)
            self.at_issue.append((row, self._predict(now, [row.ticket])[row.ticket].raw[0]))
        if not WAITED_S <= waited_until(row) - row.issued_at < inf:  # of some nobody knows when they left
            return
        now = self.floor.situation(self.pools, must_wait=True)
        drawn = self._predict(now, [row.ticket])[row.ticket]
        stays, offered = drawn.raw
        at = datetime.fromtimestamp(self.floor.now, self.branch.zone)
        case = Case(
            row,
            at,
            self._features(now, row, drawn),
            drawn,
            corrected(self.stays, stays, drawn.ahead),
            corrected(self.offered, offered, drawn.ahead),
            self._to_tell(drawn),
        )
        if self._boosting:
            said = self._boosting.said(case.features, np.array([*case.stays.quantiles, case.stays.mean_s]))
            case.boosted = corrected(self.boosted, Outlook(*said.tolist()), drawn.ahead)
        self._open[row.ticket] = case

    def _features(self, situation: Situation, row: HistoryRow, drawn: Prediction) -> Floats:
        """The state of the queue, then the draws."""
        usual_s = self.pools.expected_service_s(row.business)
        state = features(self.floor, situation, row, drawn.ahead, usual_s)
        return np.concatenate((state, drawn.stays, [drawn.stays_mean_s]))

    def _resolved(self, row: HistoryRow) -> None:
        case = self._open.pop(row.ticket, None)
        if case is None:
            return
        case.waited_s = self.floor.now - row.issued_at
        patience = self.pools.patience(row.business)
        case.survival = float(np.exp(-patience.hazard(case.waited_s)))
        self.cases.append(case)
        if case.left:
            return
        ahead = case.drawn.ahead
        for look in case.later:
            left_s = case.waited_s - look.elapsed_s
            self.again.learn(look.stays.quantiles, left_s, look.ahead, mean_s=look.stays.mean_s)
        self.stays.learn(case.stays.quantiles, case.waited_s, ahead, mean_s=case.stays.mean_s)
        if case.boosted:
            said = case.boosted
            self.boosted.learn(said.quantiles, case.waited_s, ahead, mean_s=said.mean_s)
        weight = min(MOST_WEIGHT, 1.0 / case.survival)
        self.told.learn((case.told.low_s, case.told.high_s), case.waited_s, ahead, weight=weight)
        self.offered.learn(
            case.offered.quantiles, case.waited_s, ahead, mean_s=case.offered.mean_s, weight=weight
        )

    def _look_again(self, now: float) -> None:
        self.floor.now = now
        self._following.until(now)
        situation = self.floor.situation(self.pools, must_wait=True)
        for ticket, drawn in self._predict(situation, self._open).items():
            case = self._open[ticket]
            stays = corrected(self.again, drawn.raw[0], drawn.ahead)
            case.later.append(Look(now - case.row.issued_at, drawn.ahead, stays, self._to_tell(drawn)))

    def _to_tell(self, drawn: Prediction) -> Told:
        median_s = corrected(self.offered, drawn.raw[1], drawn.ahead).median_s
        quantiles = np.interp(self.told.levels, LEVELS, drawn.offered).tolist()
        low_s, high_s = self.told.corrected(quantiles, drawn.ahead)
        return Told(low_s, min(max(median_s, low_s), high_s), high_s)

    def _predict(self, situation: Situation, tickets: Container[str]) -> dict[str, Prediction]:
        """What the draws say of these tickets, which wait."""
        lines = line_up(situation, self.pools)
        _, waits = play(situation, self.pools, lines, Chance.shared(self._rng), DRAWS)
        ahead = _ahead(situation)
        found = {}
        for place, row in zip(lines.places, waits.astype(float), strict=True):
            if place.ticket is not None and place.ticket in tickets:
                found[place.ticket] = self._summary(place, row, ahead[place.ticket])
        return found

    def _summary(self, place: Place, row: Floats, ahead: int) -> Prediction:
        row = _ended(row, self.pools.expected_service_s(place.business) * (ahead + 1))
        patience = self.pools.patience(place.business)
        weights = np.exp(patience.hazard(place.waited_s) - patience.hazard(place.waited_s + row))
        order = np.argsort(row)
        row, weights = row[order], weights[order]
        middles = np.cumsum(weights) - weights / 2
        stays = np.interp(np.array(LEVELS) * weights.sum(), middles, row)
        offered = np.interp(np.array(LEVELS) * row.size, np.arange(row.size) + 0.5, row)
        return Prediction(
            ahead,
            stays,
            float(row @ weights / weights.sum()),
            offered,
            float(np.minimum(row, offered[-1]).mean()),  # a draw in which nobody comes back says little
        )


def corrected(calibration: Calibration, outlook: Outlook, ahead: int) -> Outlook:
    """The outlook as it is said."""
    low_s, median_s, high_s = calibration.corrected(outlook.quantiles, ahead)
    return Outlook(low_s, median_s, high_s, calibration.corrected_mean_s(outlook.mean_s, ahead))


def _ended(row: Floats, usual_s: float) -> Floats:
    """Waits that never end in a draw, because nobody who could call will come, end late."""
    finite = np.isfinite(row)
    if finite.all():
        return row
    late_s = max(2 * usual_s, float(row[finite].max(initial=0.0)))
    return np.where(finite, row, late_s)


def _ahead(situation: Situation) -> dict[str, int]:
    line = [
        discipline.Waiting(one.ticket, one.business, one.priority, -one.waited_s) for one in situation.waiting
    ]
    rules = [
        discipline.WindowRule(one.window, one.reluctance)
        for one in situation.windows
        if one.phase != "closed"
    ]
    return discipline.ahead(line, rules, situation.head_start, 0.0)
