"""What a manager could do about the next hour: open a window, close one early, keep one for short services.

The present is played forward as it is and once for each of these, with the same people (see
`simulations.outlook`), and the waits are compared customer by customer. Only what is both significant and
worth it is advised: the paired difference lies beyond its uncertainty, and it is 3 minutes, or a fifth of the
wait and a minute.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil, inf, sqrt
from typing import Literal

import numpy as np

from estimator.columns import Floats
from simulations.outlook import PLAYED_S, Flags, Outlook, Played

__all__ = ["LONG_S", "Advice", "Change", "Closing", "Express", "Opening", "Waits", "advise"]

COUNTED_S = 3600.0
"""An opening and an express window are judged by those who are here and who come within so long."""
LONG_S = 900.0
"""A wait beyond this is a long one."""
OPENS_IN_S = 180.0
"""A window that is opened on advice calls its first customer after so long."""
OPEN_FOR_S = (1200.0, 2400.0, 3600.0)
NEARLY = 0.8
"""The shortest opening is advised that saves this part of what the longest does."""
WORTH_S, WORTH_SHARE, WORTH_LEAST_S = 180.0, 0.2, 60.0
HALF_HOUR_S, CLOSES_IN_S, CLOSES_UNTIL_S = 1800.0, 300.0, 2 * 3600.0
OF_USE_S = 900.0
"""A window that closes later than this before the last customer comes saves nobody anything."""
UNNOTICED_S = 60.0
"""A window may close if no business's mean wait grows by more, at the far end of its uncertainty,"""
LONGER_S, LONGER_SHARE = 180.0, 0.05
"""and if no more than such a share of its customers waits longer by more than so much."""
SURE = 1.96

Why = Literal["advice", "history", "quiet", "out_of_touch"]


@dataclass(frozen=True, slots=True)
class Waits:
    """How long people still wait, seconds: the median customer's wait, 10th to 90th percentile of the draws.

    Infinite where it is longer than is played. `mean_s` of all; `long`: the share that waits longer than
    `LONG_S` in all; `left`: how many leave before they are called.
    """

    low_s: float
    high_s: float
    mean_s: float
    long: float
    left: float


@dataclass(frozen=True, slots=True)
class Change:
    """By how much the mean wait changes, seconds, with its 95 % confidence interval.

    In a share of the draws, `worse`, it grows.
    """

    mean_s: float
    low_s: float
    high_s: float
    worse: float


@dataclass(frozen=True, slots=True)
class Opening:
    """Open a window for so long: what that makes of the waits for its businesses."""

    window: str
    for_s: float
    businesses: tuple[str, ...]
    before: Waits
    after: Waits
    change: Change


@dataclass(frozen=True, slots=True)
class Closing:
    """Close a window in so long: as far as `until_s` from now nobody waits noticeably longer.

    `ends`: nobody is known to come after that today. `change`: that of the business with the most to lose.
    """

    window: str
    in_s: float
    until_s: float
    ends: bool
    change: Change


@dataclass(frozen=True, slots=True)
class Express:
    """Let a window take, for so long, only whom it is expected to take at most `express_s`: yes or no.

    `short` and `others`: the waits of those whom it would and would not take, before and after.
    """

    window: str
    express_s: float
    for_s: float
    advised: bool
    short: tuple[Waits, Waits]
    others: tuple[Waits, Waits]
    change: Change


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do now, each None where nothing is advised or can be; `express` may be a reasoned no.

    `why`: there is advice; or there is none, because too little is known, nobody waits or comes, or (which
    only the caller can know) part of the branch is out of touch.
    `as_it_is`: the waits of those here and those of the next hour. `openable`: whether a window could open.
    """

    why: Why
    as_it_is: Waits | None = None
    openable: bool = False
    opening: Opening | None = None
    closing: Closing | None = None
    express: Express | None = None


def advise(outlook: Outlook) -> Advice:
    """Try what could be done on one outlook. The same outlook gives the same advice."""
    if outlook.basis == "configured":
        return Advice("history")
    if outlook.draw.size < outlook.draws:  # less than one customer a draw
        return Advice("quiet")
    return _Trial(outlook, outlook.as_it_is()).advice()


@dataclass(frozen=True, slots=True)
class _Trial:
    """An outlook as it is, against what could be made of it."""

    outlook: Outlook
    now: Played

    def advice(self) -> Advice:
        opening, closing = self.opening(), self.closing()
        if opening and closing and self._meet(opening.window, closing.window):
            closing = None  # first things first
        return Advice(
            "advice",
            as_it_is=self.waits(self.now, self.counted) if self.counted.any() else None,
            openable=any(True for _ in self.openable()),
            opening=opening,
            closing=closing,
            express=self.express(),
        )

    @property
    def counted(self) -> Flags:
        """Who is here, or comes within the hour [N]."""
        return self.outlook.customers.arrival < COUNTED_S

    def opening(self) -> Opening | None:
        """The closed window that saves most waiting, for as short as will do; None if none is worth it."""
        tried = [(window, self._opened(window, OPEN_FOR_S[-1])) for window in self.openable()]
        if not tried:
            return None
        window, longest = max(tried, key=lambda one: self.saved_s(one[1]))
        others = [(for_s, self._opened(window, for_s)) for for_s in OPEN_FOR_S[:-1]]
        enough = NEARLY * self.saved_s(longest)
        for_s, played = next(
            (one for one in others if self.saved_s(one[1]) >= enough), (OPEN_FOR_S[-1], longest)
        )
        takes = self.outlook.takes(window)
        sorts = zip(self.outlook.sorts, takes, strict=True)
        businesses = tuple(dict.fromkeys(sort.business for sort, taken in sorts if taken))
        own = self.counted & takes[self.outlook.sort]
        if not own.any() or not worth_it(self.waits(self.now, own), self.change(played, own)):
            return None
        gain = tuple(name for name in businesses if self._gains(played, name))
        if gain:  # else it is worth it for all of them together only
            businesses, own = gain, own & self._of(*gain)
        before, after, change = self.waits(self.now, own), self.waits(played, own), self.change(played, own)
        return Opening(self.outlook.windows[window].window, for_s, businesses, before, after, change)

    def _of(self, *businesses: str) -> Flags:
        """Who comes for one of these businesses [N]."""
        return np.array([one.business in businesses for one in self.outlook.sorts])[self.outlook.sort]

    def _gains(self, played: Played, business: str) -> bool:
        """Whether it would be worth it for the customers of this business alone."""
        own = self.counted & self._of(business)
        return bool(own.any()) and worth_it(self.waits(self.now, own), self.change(played, own))

    def openable(self) -> Iterator[int]:
        """The closed windows that somebody could open, one of each kind."""
        return self._kinds(
            number
            for number, window in enumerate(self.outlook.windows)
            if window.phase == "closed"
            and window.reason != "fault"
            and window.reluctance
            and (window.opens_in_s is None or window.opens_in_s > OPENS_IN_S)
        )

    def _opened(self, window: int, for_s: float) -> Played:
        return self.outlook.with_window(window, OPENS_IN_S, OPENS_IN_S + for_s)

    def closing(self) -> Closing | None:
        """The window that can close earliest without anybody noticing, and when; None if none can.

        Of windows of one kind the last: it is the first that the branch can do without.
        """
        last_s = float(self.outlook.customers.arrival.max())
        marks = [mark for mark in half_hours(self.outlook.hour) if mark <= last_s - OF_USE_S]
        if not marks:
            return None
        working = [number for number in range(len(self.outlook.windows)) if self._works(number, marks[0])]
        found: Closing | None = None
        for window in self._kinds(reversed(working)):
            usable = [mark for mark in marks if self._works(window, mark)]
            if found:  # only an earlier one is of use
                usable = [mark for mark in usable if mark < found.in_s]
            found = self._earliest(window, usable) or found
        return found

    def _earliest(self, window: int, marks: list[float]) -> Closing | None:
        """The first of the moments at which the window can close: the later, the less it costs."""
        found: Closing | None = None
        low, high = 0, len(marks)
        middle = high - 1  # if it cannot close at the last it cannot close at all
        while low < high:
            change = self._costs(self.outlook.without_window(window, marks[middle]))
            if change is None:
                low = middle + 1
            else:
                ends, name = self.outlook.ends, self.outlook.windows[window].window
                found = Closing(name, marks[middle], PLAYED_S, ends, change)
                high = middle
            middle = (low + high) // 2
        return found

    def _works(self, number: int, at_s: float) -> bool:
        """Whether a window is there now, and by plan for half an hour after that moment."""
        window = self.outlook.windows[number]
        if window.phase == "closed" or window.closing or not window.reports_presence:
            return False
        return window.stops_in_s is None or window.stops_in_s >= at_s + HALF_HOUR_S

    def _costs(self, played: Played) -> Change | None:
        """The change for the business that loses most; None where somebody would notice."""
        most: Change | None = None
        for business in dict.fromkeys(sort.business for sort in self.outlook.sorts):
            own = self._of(business)
            if not own.any():
                continue
            change = self.change(played, own)
            longer = (played.still_s - self.now.still_s)[own] > LONGER_S
            if change.high_s > UNNOTICED_S or longer.mean() > LONGER_SHARE:
                return None
            if most is None or change.high_s > most.high_s:
                most = change
        return most

    def express(self) -> Express | None:
        """The window that would best be express, with its figures; None where that would mean nothing."""
        expected = np.array([sort.expected_s for sort in self.outlook.sorts])
        counted = self.counted
        if not counted.any():
            return None
        express_s = float(np.quantile(expected[self.outlook.sort[counted]], 0.5, method="lower"))
        short = expected <= express_s
        candidates = list(self._kinds(self._could_be_express(short)))
        tried = [(window, self.outlook.with_express(window, express_s, COUNTED_S)) for window in candidates]
        if not tried:
            return None
        window, played = max(tried, key=lambda one: self.saved_s(one[1]))
        quick = short[self.outlook.sort]
        change = self.change(played, counted)
        return Express(
            self.outlook.windows[window].window,
            express_s,
            COUNTED_S,
            worth_it(self.waits(self.now, counted), change),
            short=(self.waits(self.now, counted & quick), self.waits(played, counted & quick)),
            others=(self.waits(self.now, counted & ~quick), self.waits(played, counted & ~quick)),
            change=change,
        )

    def _could_be_express(self, short: Flags) -> Iterator[int]:
        """The windows at work that take short and other services."""
        here = np.bincount(self.outlook.sort[self.counted], minlength=len(self.outlook.sorts)) > 0
        for number, window in enumerate(self.outlook.windows):
            if window.phase == "closed" or window.closing or window.express_s is not None:
                continue
            taken = self.outlook.takes(number) & here
            if (taken & short).any() and (taken & ~short).any():
                yield number

    def waits(self, played: Played, who: Flags) -> Waits:
        """Sum up the waits of those customers."""
        outlook, still_s = self.outlook, played.still_s[who]
        draw = outlook.draw[who]
        count = np.bincount(draw, minlength=outlook.draws)
        some = count > 0
        order = np.lexsort((still_s, draw))
        start = np.concatenate(([0], np.cumsum(count)[:-1]))
        medians = still_s[order][(start + (count - 1) // 2)[some]]
        low_s, high_s = (float(each) for each in np.quantile(medians, (0.1, 0.9)))
        return Waits(
            low_s,
            high_s if high_s < PLAYED_S else inf,
            float(still_s.mean()),
            float((played.waited_s[who] > LONG_S).mean()),
            float(played.left[who].sum()) / outlook.draws,
        )

    def change(self, played: Played, who: Flags) -> Change:
        """Compare the mean waits of those customers, draw by draw."""
        draw = self.outlook.draw[who]
        count = np.bincount(draw, minlength=self.outlook.draws)
        total = np.bincount(draw, (played.still_s - self.now.still_s)[who], self.outlook.draws)
        each: Floats = total[count > 0] / count[count > 0]
        mean_s, half_s = float(each.mean()), SURE * float(each.std()) / sqrt(max(each.size - 1, 1))
        return Change(mean_s, mean_s - half_s, mean_s + half_s, float((each > 0.0).mean()))

    def saved_s(self, played: Played) -> float:
        """How much waiting all who count are saved, seconds over all draws."""
        return float((self.now.still_s - played.still_s)[self.counted].sum())

    def _kinds(self, windows: Iterable[int]) -> Iterator[int]:
        """The first of each kind: windows that take the same customers after the same waits."""
        seen = set()
        for number in windows:
            window = self.outlook.windows[number]
            kind = (frozenset(window.reluctance.items()), window.express_s)
            if kind not in seen:
                seen.add(kind)
                yield number

    def _meet(self, first: str, second: str) -> bool:
        """Whether two windows take any business both."""
        one, other = (
            next(window for window in self.outlook.windows if window.window == name)
            for name in (first, second)
        )
        return any(business in other.reluctance for business in one.reluctance)


def worth_it(before: Waits, change: Change) -> bool:
    """Whether waits fall, surely and by as much as people notice."""
    least_s = min(WORTH_S, max(WORTH_SHARE * before.mean_s, WORTH_LEAST_S))
    return change.high_s < 0.0 and -change.mean_s >= least_s


def half_hours(hour: float) -> Iterator[float]:
    """The full and half hours of the next two hours, in seconds from now; not the very next minutes.

    `hour` is the local hour of the day, 0 to 24.
    """
    now_s = hour * 3600.0
    mark = ceil((now_s + CLOSES_IN_S) / HALF_HOUR_S) * HALF_HOUR_S
    while mark - now_s <= CLOSES_UNTIL_S:
        yield mark - now_s
        mark += HALF_HOUR_S
