"""One promise: the ranges that were told of one thing, one after another, and what became of it.

A told range counts from the moment it was told. It was **kept** if what it told of came within it, **late**
if that took longer than its high end, **early** if it came before its low end. It is **open** while nothing
has come, and **void** when nothing can be said: the customer left, the window closed, a press was taken back.
A range whose high end had passed before the customer gave up was late all the same; the end of the day, and a
press that was taken back, are no evidence either way.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise


class Outcome(StrEnum):
    """What became of a told range."""

    KEPT = "kept"
    LATE = "late"
    EARLY = "early"
    OPEN = "open"
    VOID = "void"


KNOWN = (Outcome.KEPT, Outcome.LATE, Outcome.EARLY)
"""The outcomes of which shares are taken."""


class End(StrEnum):
    """How what was told of ended."""

    CAME = "came"
    """It happened."""
    GONE = "gone"
    """Whoever was told gave up, or it could not happen any more."""
    UNKNOWN = "unknown"
    """Nobody knows: it was taken back, or the day ended with nothing said of it."""


@dataclass(frozen=True, slots=True)
class Telling:
    """A range as it was shown: ``low_s`` to ``high_s`` seconds from ``at`` (epoch seconds)."""

    at: float
    low_s: float
    high_s: float

    def outcome(self, end: End | None, ended_at: float) -> Outcome:
        """What became of it; ``end`` None: nothing yet."""
        if end is None:
            return Outcome.OPEN
        took_s = self.took_s(ended_at)
        if end is End.UNKNOWN or took_s < 0:  # told of what was over already
            return Outcome.VOID
        if took_s > self.high_s:
            return Outcome.LATE
        if end is End.GONE:
            return Outcome.VOID
        return Outcome.EARLY if took_s < self.low_s else Outcome.KEPT

    def took_s(self, ended_at: float) -> float:
        """How long it took from the telling, to the millisecond."""
        return round(ended_at - self.at, 3)


@dataclass(frozen=True, slots=True)
class Promise:
    """All that was told of one wait, service, wrap-up or absence, oldest first (at least one telling).

    ``number`` and ``business`` are the ticket's; ``window`` is where it was called, or what was told of.
    ``end`` None: nothing has happened yet, and ``ended_at`` means nothing.
    """

    about: str
    number: str | None
    business: str | None
    window: str | None
    tellings: tuple[Telling, ...]
    end: End | None = None
    ended_at: float = 0.0

    @property
    def first(self) -> Telling:
        """What was said at first: the promise proper."""
        return self.tellings[0]

    @property
    def last(self) -> Telling:
        """What was said last before it ended; the first where all was said too late."""
        if self.end is None:
            return self.tellings[-1]
        before = (one for one in reversed(self.tellings) if one.at <= self.ended_at)
        return next(before, self.first)

    @property
    def changes(self) -> int:
        """How often the shown minutes changed."""
        shown = [(one.low_s, one.high_s) for one in self.tellings]
        return sum(one != before for before, one in pairwise(shown))

    def outcome(self, telling: Telling) -> Outcome:
        """What became of one of its tellings."""
        return telling.outcome(self.end, self.ended_at)
