"""What can be learned from: one finished duration, or one arrival, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Kind", "Observation"]

Kind = Literal[
    "service",
    "wrap_up",
    "walking",
    "no_show",
    "pause",
    "step",
    "after_step",
    "idle",
    "opening",
    "patience",
    "arrival",
    "wait",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One thing that happened, known at `at` (epoch seconds), lasting `value_s`.

    - `service` (business, teller, items?, hour?): the customer sat down (in this local hour, 0-23) until the
      customer left.
    - `wrap_up` (business, teller): the customer left until the window was ready; where ready is not reported,
      until the next call, given that someone it could call waited all that while.
    - `walking`: called until started. `no_show`: called until given up.
    - `pause` (name: its reason, teller). `step` (name: the step, teller).
    - `after_step` (name: the step, business): the end of a step of a service until the customer left.
    - `idle`: ready (or someone came) until called, while someone was there to be called.
    - `opening`: planned to open until opened; 0 if it opened early.
    - `patience` (business): issued until left; `censored` when the customer was called instead.
    - `arrival` (business, priority, day: ordinal of the local day, hour: local hour 0-23); has no duration.
    - `wait` (business, ahead, p10_s, median_s, p90_s): the first range was told until called; what was said
      then, before it was rounded, and how many stood before the ticket.
    `told_s`: what the teller had said of it, from its beginning; so the teller's word is scored.
    """

    kind: Kind
    at: float
    value_s: float = 0.0
    business: str | None = None
    teller: str | None = None
    priority: str | None = None
    name: str | None = None
    items: int | None = None
    told_s: float | None = None
    censored: bool = False
    day: int | None = None
    hour: int | None = None
    ahead: int | None = None
    p10_s: float | None = None
    median_s: float | None = None
    p90_s: float | None = None
