"""The present of one branch, as the forecast needs it: plain columns, made by whoever knows the state.

Durations are seconds. Windows are in the order of the branch file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["EndedStep", "OpenStep", "Phase", "Situation", "TicketNow", "Told", "WindowNow"]

Phase = Literal["closed", "open", "calling", "serving", "wrapping_up", "paused"]


@dataclass(frozen=True, slots=True)
class Told:
    """A teller's own estimate: `expected_s` more from the moment it was given, `ago_s` ago."""

    expected_s: float
    ago_s: float = 0.0


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step that has begun and not ended; `away`: the teller has left the window for it."""

    step_id: str
    step: str
    elapsed_s: float
    told: Told | None = None
    away: bool = False


@dataclass(frozen=True, slots=True)
class EndedStep:
    """A step of the present service that ended `ago_s` ago."""

    step: str
    ago_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowNow:
    """One window now.

    `elapsed_s` is how long the phase has lasted; for `open` the time since the last service there ended (or
    since it opened). `reluctance` gives seconds by business: 0 its own, finite helps out, absent never.
    `business` and `items` are those of the ticket called, served, or (open, wrapping up) served last. `told`
    is the teller's word about the present phase. `steps` are open, `after` is the last one of this service
    that has ended. `opens_in_s` is a planned opening of a closed window (negative: it is late by so much),
    `stops_in_s` a planned end of calling, `reopens_in_s` the opening planned after it.
    `eligible_waiting_for_s` is how long someone has been waiting whom
    this open window could have called; 0 if nobody.
    `reports_start`, `reports_ready`: whether such events exist for this window at all; if not, a call runs
    into its service, and a wrap-up is only known by the next call. `reports_presence`: whether its openings,
    pauses and closings are; if not, `closed` is not seen today, and `open` may be away or gone. It then was
    not ready for `passed_over_s` after its last customer left: somebody waited whom it did not call.
    """

    window: str
    phase: Phase
    reluctance: Mapping[str, float] = field(default_factory=dict)
    express_s: float | None = None
    teller: str | None = None
    business: str | None = None
    items: int | None = None
    elapsed_s: float = 0.0
    closing: bool = False
    opens_in_s: float | None = None
    stops_in_s: float | None = None
    reopens_in_s: float | None = None
    told: Told | None = None
    steps: tuple[OpenStep, ...] = ()
    after: EndedStep | None = None
    reason: str | None = None
    eligible_waiting_for_s: float = 0.0
    reports_start: bool = True
    reports_ready: bool = True
    reports_presence: bool = True
    passed_over_s: float = 0.0


class TicketNow(NamedTuple):
    """One waiting ticket: `waited_s` since its place in line; `window` if tied to one.

    A tuple, since each pass makes one of everybody who waits.
    `expected_s`: its expected service as fixed when it was issued; None: what the pools expect now.
    """

    ticket: str
    business: str
    priority: str = "normal"
    waited_s: float = 0.0
    items: int | None = None
    window: str | None = None
    expected_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A branch now: its windows, who waits, its businesses, and head starts (seconds by priority).

    `hour` is the branch's local hour of the day, 0 to 24; arrivals to come depend on it.
    """

    windows: tuple[WindowNow, ...] = ()
    waiting: tuple[TicketNow, ...] = ()
    businesses: tuple[str, ...] = ()
    head_start: Mapping[str, float] = field(default_factory=dict)
    hour: float = 12.0
