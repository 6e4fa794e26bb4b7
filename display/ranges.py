"""What people are told: ranges that people can use, changed rarely and never in silence.

A forecast moves with every event and every draw; a screen that moved with it would be a countdown that jumps.
So a forecast (``Outlook``) becomes a telling (``Told``), and the telling stays, the same
object, while it is honest:

===========  =====================================================================================
``first``    nothing was told: the outlook, rounded outward
(kept)       neither of the two below: the screen does not move
``shorter``  it is by now likelier than not to come before the low that is shown, or the shown
             high is far too high: a lower range, without a word; the promised end stays
``longer``   the promised end, or the high that is shown, will probably not hold: a range with
             head room, and a reason (``Tone.LONGER``); once more: ``again``, with an apology
===========  =====================================================================================

The rule's numbers were chosen on generated waits of one to forty services, with and without memory, so that
the median wait sees at most four changes, five in a hundred of the told ranges are late, and few rises turn
out needless; the tests hold it to that. Which quantile to announce: Jouini, Akşin, Karaesmen, Aguir, Dallery
2015, "Call center delay announcement using a newsvendor-like performance criterion".

Times are epoch seconds, durations seconds; all is pure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol, Self

from display.views import Shown, Tone

MINUTE = 60
FINE_S, FINE_TO_S = MINUTE, 5 * MINUTE
COARSE_S, COARSE_TO_S = 5 * MINUTE, 30 * MINUTE
WIDE_S = 10 * MINUTE

SLACK = 0.5
"""Part of a rounding step by which an outlook may leave the shown range before that moves: draws vary."""
LIKELY = 0.35
"""How far between median and high a promise must fail before people are told: sooner is a needless apology in
most cases, later is a broken promise without a word."""
ROOM_BELOW, ROOM_ABOVE = 1.0, 0.35
"""A range told anew reaches this part of the outlook's own spread further, so that it can stay for long."""
TOO_WIDE = 2.5
"""A shown high this many times what is needed has become useless."""
SOON_S = 5 * MINUTE
"""A range that shrinks to a low below this, and a high of at most twice this, reads "within"."""

FIRST, SHORTER, LONGER, AGAIN = "first", "shorter", "longer", "again"


class Spread(Protocol):
    """Any forecast of the time that remains: what the rules look at."""

    @property
    def low_s(self) -> float:
        """The low that may be told."""

    @property
    def high_s(self) -> float:
        """The high that may be told."""

    @property
    def median_s(self) -> float:
        """As likely later as sooner."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """A forecast of the time that remains, counted from now: low and high are what may be told of it.

    ``low_s`` is the quantile of the early share, ``high_s`` that of one minus the late share.
    """

    low_s: float
    high_s: float
    median_s: float
    basis: str = "branch"

    def __post_init__(self) -> None:
        """Refuse what cannot be told: NaN, infinity, less than nothing, a low above its high."""
        if not (0 <= self.low_s <= self.high_s < math.inf and 0 <= self.median_s < math.inf):
            raise ValueError(f"not an outlook: {self.low_s} to {self.high_s} s, median {self.median_s} s")


@dataclass(frozen=True, slots=True)
class Told:
    """What people were told at ``at`` and still read: the event comes ``low_s`` to ``high_s`` from now.

    ``first_…`` is the first promise, against which late is held; ``due_at`` the earliest end promised
    since then, or since the last rise.
    """

    at: float
    low_s: int
    high_s: int
    reason: str
    rises: int
    first_at: float
    first_low_s: int
    first_high_s: int
    due_at: float
    basis: str

    @property
    def shown(self) -> Shown:
        """The range as a screen shows it; good news after a rise, "within 3 min", is plain again."""
        plain = self.rises == 0 or (self.reason == SHORTER and self.low_s == 0)
        tone = Tone.PLAIN if plain else Tone.LONGER if self.rises == 1 else Tone.AGAIN
        return Shown(self.low_s, self.high_s, tone)

    @property
    def promised(self) -> Shown:
        """The first promise, as it was shown."""
        return Shown(self.first_low_s, self.first_high_s)

    def to_plain(self) -> dict[str, object]:
        """Fields of the ``range.told`` event that records this; times are durations from its ``at``."""
        return {
            "low_s": self.low_s,
            "high_s": self.high_s,
            "basis": self.basis,
            "reason": self.reason,
            "rises": self.rises,
            "first_s": round(self.at - self.first_at, 3),
            "first_low_s": self.first_low_s,
            "first_high_s": self.first_high_s,
            "due_s": round(self.due_at - self.at, 3),
        }

    @classmethod
    def from_plain(cls, fields: Mapping[str, object], at: float) -> Self:
        """Give back what ``to_plain`` wrote; an event with the contract's fields alone is a first telling."""
        low_s, high_s = _whole(fields["low_s"]), _whole(fields["high_s"])
        return cls(
            at=at,
            low_s=low_s,
            high_s=high_s,
            reason=str(fields.get("reason", FIRST)),
            rises=_whole(fields.get("rises", 0)),
            first_at=round(at - _number(fields.get("first_s", 0)), 3),
            first_low_s=_whole(fields.get("first_low_s", low_s)),
            first_high_s=_whole(fields.get("first_high_s", high_s)),
            due_at=round(at + _number(fields.get("due_s", high_s)), 3),
            basis=str(fields.get("basis", "branch")),
        )


def round_outward(low_s: float, high_s: float) -> Shown:
    """Widen a range to steps that people use: 1 min below 5, 5 to 30, 10 above; never a bare number."""
    if not 0 <= low_s <= high_s < math.inf:
        raise ValueError(f"not a range: {low_s} to {high_s} s")
    high = max(_up(high_s), MINUTE)
    low = _down(low_s)
    return Shown(low if low < high else _down(high - 1), high)


def step_s(duration_s: float) -> int:
    """The rounding step that people use at this duration."""
    if duration_s <= FINE_TO_S:
        return FINE_S
    return COARSE_S if duration_s <= COARSE_TO_S else WIDE_S


def tell(told: Told | None, outlook: Outlook, now: float) -> Told:
    """Decide what people are told from now on: the same object while what they were told is still honest."""
    if told is None:
        shown = round_outward(outlook.low_s, outlook.high_s)
        return Told(
            at=now,
            low_s=shown.low_s,
            high_s=shown.high_s,
            reason=FIRST,
            rises=0,
            first_at=now,
            first_low_s=shown.low_s,
            first_high_s=shown.high_s,
            due_at=round(now + shown.high_s, 3),
            basis=outlook.basis,
        )
    if _must_rise(told.high_s, told.due_at, outlook, now):
        return _risen(told, outlook, now)
    if _may_shrink(told.low_s, told.high_s, outlook):
        return _shrunk(told, outlook, now)
    return told


def holds(low_s: int, high_s: int, due_at: float, outlook: Spread, now: float) -> bool:
    """Whether ``tell`` would keep such a telling: asked of everybody at each pass, so at once."""
    return not _must_rise(high_s, due_at, outlook, now) and not _may_shrink(low_s, high_s, outlook)


def steady(shown: Shown | None, outlook: Outlook) -> Shown:
    """Decide what a screen shows to whoever reads it for the first time: the wait for a ticket not yet taken.

    Nobody was promised anything, so it may rise plainly; it still moves only when no longer honest or useful.
    """
    fresh = round_outward(outlook.low_s, outlook.high_s)
    if shown is None:
        return fresh
    reaches = outlook.high_s <= shown.high_s + SLACK * step_s(shown.high_s)
    useful = shown.high_s - shown.low_s <= TOO_WIDE * (fresh.high_s - fresh.low_s)
    return shown if reaches and useful and not _may_shrink(shown.low_s, shown.high_s, outlook) else fresh


def overdue(told: Told, now: float) -> bool:
    """Whether an end that people were told has passed: the first, or the one in force."""
    return now > min(told.first_at + told.first_high_s, told.due_at)


def _must_rise(high_s: int, due_at: float, outlook: Spread, now: float) -> bool:
    step = step_s(high_s)
    likely_s = _likely_high_s(outlook)
    return now + likely_s > due_at + step or likely_s > high_s + SLACK * step


def _likely_high_s(outlook: Spread) -> float:
    """Later than this is likely enough to say so: about one chance in four, whatever the distribution."""
    median_s = min(outlook.median_s, outlook.high_s)
    return median_s + LIKELY * (outlook.high_s - median_s)


def _risen(told: Told, outlook: Outlook, now: float) -> Told:
    shown = round_outward(outlook.low_s, _with_room(outlook)[1])
    return replace(
        told,
        at=now,
        low_s=shown.low_s,
        high_s=shown.high_s,
        reason=AGAIN if told.rises else LONGER,
        rises=told.rises + 1,
        due_at=round(now + shown.high_s, 3),
        basis=outlook.basis,
    )


def _may_shrink(low_s: int, high_s: int, outlook: Spread) -> bool:
    if outlook.median_s < low_s - SLACK * step_s(low_s):
        return True
    if TOO_WIDE * outlook.high_s > high_s:  # as nearly always; room and rounding only add to it
        return False
    return TOO_WIDE * max(_up(_with_room(outlook)[1]), MINUTE) <= high_s


def _shrunk(told: Told, outlook: Outlook, now: float) -> Told:
    shown = round_outward(*_with_room(outlook))
    high_s = min(shown.high_s, told.high_s)
    soon = shown.low_s < SOON_S and high_s <= 2 * SOON_S
    return replace(
        told,
        at=now,
        low_s=0 if soon else min(shown.low_s, told.low_s),
        high_s=high_s,
        reason=SHORTER,
        due_at=min(told.due_at, round(now + high_s, 3)),
        basis=outlook.basis,
    )


def _with_room(outlook: Spread) -> tuple[float, float]:
    middle = min(max(outlook.median_s, outlook.low_s), outlook.high_s)
    low_s = outlook.low_s - ROOM_BELOW * (middle - outlook.low_s)
    return max(low_s, 0.0), outlook.high_s + ROOM_ABOVE * (outlook.high_s - middle)


def _down(duration_s: float) -> int:
    if duration_s < FINE_TO_S:
        return FINE_S * math.floor(duration_s / FINE_S)
    if duration_s < COARSE_TO_S:
        return COARSE_S * math.floor(duration_s / COARSE_S)
    return WIDE_S * math.floor(duration_s / WIDE_S)


def _up(duration_s: float) -> int:
    if duration_s <= FINE_TO_S:
        return FINE_S * math.ceil(duration_s / FINE_S)
    if duration_s <= COARSE_TO_S:
        return COARSE_S * math.ceil(duration_s / COARSE_S)
    return WIDE_S * math.ceil(duration_s / WIDE_S)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"a number of seconds is expected, not {value!r}")
    return float(value)


def _whole(value: object) -> int:
    number = _number(value)
    if number != int(number):
        raise ValueError(f"whole seconds are expected, not {value!r}")
    return int(number)
