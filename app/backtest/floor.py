"""The floor of a branch as its history knows it, moment by moment: who waits, who serves, who was there.

The history says nothing of windows opening, pausing and closing, so the floor does not either: a window that
has served today is there or away, and the estimator has to make of that what it can.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from enum import IntEnum
from math import inf
from typing import NamedTuple

from app.branch import roster
from app.branch.branch_file import Branch
from app.branch.observe import NORMAL
from app.branch.state import business_date
from app.history.business_day import DAY_CHANGE
from app.history.row import HistoryRow
from estimator.pools import Pools
from estimator.situation import Phase, Situation, TicketNow, WindowNow

WAITED_S = 2.0
"""Who was called sooner did not have to wait."""
LIKELY, HALF = 0.3, 0.5
"""A window takes a business if it is so likely to serve it today, or half as likely as the likeliest one."""
RECENT_S = 900.0


class Kind(IntEnum):
    """What happens to a ticket, in the order in which it counts within one second."""

    ENDED = 0
    ISSUED = 1
    CALLED = 2
    LEFT = 3


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """Something that happened to a ticket at ``at``, epoch seconds."""

    at: float
    kind: Kind
    number: int
    row: HistoryRow = field(compare=False)


class Called(NamedTuple):
    """A call, and the wait that it ended."""

    at: float
    waited_s: float
    business: str


def moments(rows: Iterable[HistoryRow]) -> list[Moment]:
    """All that happened, in order."""
    found = []
    for number, row in enumerate(sorted(rows, key=lambda one: (one.issued_at, one.ticket))):
        found.append(Moment(row.issued_at, Kind.ISSUED, number, row))
        until = waited_until(row)
        if row.begun_at is not None and row.place is not None:
            found.append(Moment(until, Kind.CALLED, number, row))
            found.append(Moment(max(ended_at(row), until), Kind.ENDED, number, row))
        elif until < inf:
            found.append(Moment(until, Kind.LEFT, number, row))
    return sorted(found)


def waited_until(row: HistoryRow) -> float:
    """When a ticket's wait ended, by a call or by leaving; infinite where that is not known."""
    if row.begun_at is not None:
        return row.begun_at
    return inf if row.left_at is None else row.left_at


def ended_at(row: HistoryRow) -> float:
    """When a ticket was done with, as far as it is known."""
    times = (row.begun_at, row.started_at, row.finished_at, row.left_at)
    return max(at for at in times if at is not None)


@dataclass(slots=True)
class Floor:
    """The present of a branch whose history is being walked through.

    ``head_start``: seconds by priority. ``served`` [window]: today's services by business; ``last``: its
    present or last ticket; ``lined`` [business]: when somebody was last seen to wait for it. ``branch``:
    whose roster is known.
    """

    zone: tzinfo
    head_start: Mapping[str, float]
    day_change: time = DAY_CHANGE
    branch: Branch | None = None
    now: float = 0.0
    businesses: dict[str, None] = field(default_factory=dict)
    windows: dict[str, None] = field(default_factory=dict)
    waiting: dict[str, HistoryRow] = field(default_factory=dict)
    busy: dict[str, HistoryRow] = field(default_factory=dict)
    last: dict[str, HistoryRow] = field(default_factory=dict)
    served: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    lined: dict[str, float] = field(default_factory=dict)
    issues: deque[float] = field(default_factory=deque)
    calls: deque[Called] = field(default_factory=deque)
    today: list[HistoryRow] = field(default_factory=list)

    def see(self, moment: Moment) -> None:
        """Take one moment in; they come in order."""
        row, self.now = moment.row, moment.at
        match moment.kind:
            case Kind.ISSUED:
                self.businesses.setdefault(row.business)
                self.today.append(row)
                self.waiting[row.ticket] = row
                self.issues.append(moment.at)
            case Kind.CALLED:
                self._leaves_line(row)
                window = str(row.place)
                self.windows.setdefault(window)
                self.busy[window] = self.last[window] = row
                self.served[window][row.business] += 1
                self.calls.append(Called(moment.at, moment.at - row.issued_at, row.business))
            case Kind.LEFT:
                self._leaves_line(row)
            case Kind.ENDED:
                if self.busy.get(str(row.place)) is row:
                    del self.busy[str(row.place)]
        self._forget()

    def turn_day(self) -> list[HistoryRow]:
        """A new business day: give back the old one's tickets. Whoever still waits, waits no more."""
        tickets, self.today = self.today, []
        for day in (self.waiting, self.last, self.served, self.lined):
            day.clear()
        self.last.update(self.busy)
        return tickets

    def situation(self, pools: Pools, *, must_wait: bool) -> Situation:
        """The branch now. ``must_wait``: it is clear that nobody free was ready for those who wait."""
        local = datetime.fromtimestamp(self.now, self.zone)
        takes = self._takes(pools)
        waiting = {row.business for row in self.waiting.values()} if must_wait else set()
        return Situation(
            windows=tuple(self._window(window, takes[window], waiting) for window in self.windows),
            waiting=tuple(
                TicketNow(
                    ticket=row.ticket,
                    business=row.business,
                    priority=row.priority or NORMAL,
                    waited_s=self.now - row.issued_at,
                )
                for row in self.waiting.values()
            ),
            head_start={NORMAL: 0.0, **self.head_start},
            hour=local.hour + local.minute / 60,
        )

    def away_s(self) -> list[float]:
        """For how long each window that has served today, and does not now, has been without a customer."""
        return [self.now - ended_at(row) for window, row in self.last.items() if window not in self.busy]

    def _takes(self, pools: Pools) -> dict[str, dict[str, float]]:
        """Each window's reluctance by business: none for those that it is likely to serve today."""
        chances = {
            window: pools.presence.serves(window, self.served[window], self.businesses)
            for window in self.windows
        }
        enough = {
            business: min(
                LIKELY, HALF * max((chances[window][business] for window in self.last), default=0.0)
            )
            for business in self.businesses
        }
        return {
            window: {business: 0.0 for business, chance in own.items() if chance >= enough[business]}
            for window, own in chances.items()
        }

    def _window(self, window: str, takes: Mapping[str, float], waiting: set[str]) -> WindowNow:
        row = self.last.get(window)
        busy = window in self.busy
        since = self.now if row is None else waited_until(row) if busy else ended_at(row)
        passed_over = max((self.lined.get(business, -inf) for business in takes), default=-inf)
        away = self._away(window, row)
        absent = away is not None and self.now < away[1]
        phase: Phase = "serving" if busy else "closed" if row is None or absent else "open"
        opens_at = None
        if away and absent and not busy:
            opens_at = away[1]
        elif phase == "open" and away:
            since = max(since, away[1])  # as if it had just let its customer go
        elif row is None and self.branch:
            opens_at = roster.due_at(self.branch, window, -inf, self.now)
        stops_at, reopens_at = self._stop(window, opens_at, closing=absent and busy)
        return WindowNow(
            window=window,
            phase=phase,
            reluctance=takes,
            teller=(row.teller or window) if row else window,
            business=row.business if row else None,
            elapsed_s=max(0.0, self.now - since),
            closing=absent and busy,
            opens_in_s=self._in_s(opens_at),
            stops_in_s=self._in_s(stops_at),
            reopens_in_s=self._in_s(reopens_at),
            eligible_waiting_for_s=0.0 if waiting.isdisjoint(takes) else 1.0,
            reports_ready=False,
            reports_presence=absent and not busy,
            passed_over_s=max(0.0, passed_over - since),
        )

    def _away(self, window: str, row: HistoryRow | None) -> roster.Absence | None:
        """The planned absence that has begun since the window's last call."""
        if self.branch is None or row is None:
            return None
        return roster.absence(self.branch, window, waited_until(row), self.now)

    def _stop(
        self, window: str, opens_at: float | None, *, closing: bool
    ) -> tuple[float | None, float | None]:
        if self.branch is None or opens_at == inf:
            return None, None
        return roster.stop(self.branch, window, max(self.now, opens_at or 0.0), closing=closing)

    def _in_s(self, at: float | None) -> float | None:
        return None if at is None or at == inf else at - self.now

    def _leaves_line(self, row: HistoryRow) -> None:
        self.waiting.pop(row.ticket, None)
        if self.now - row.issued_at >= WAITED_S:
            self.lined[row.business] = self.now

    def _forget(self) -> None:
        while self.issues and self.issues[0] < self.now - RECENT_S:
            self.issues.popleft()
        while self.calls and self.calls[0].at < self.now - RECENT_S:
            self.calls.popleft()

    def is_new_day(self, at: float) -> bool:
        """Whether ``at`` lies on a later business day than what was seen last."""
        return bool(self.now) and self._day(at) > self._day(self.now)

    def _day(self, at: float) -> date:
        return business_date(at, self.zone, self.day_change)
