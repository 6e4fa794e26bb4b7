"""A scenario as written: moments are seconds from midnight, None is what the file leaves open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from simulations.studies.behaviour import Balking
from simulations.studies.hours import Spells

__all__ = ["WEEKDAYS", "Lunch", "Parallel", "ScenarioPlan", "Service", "Sources", "WindowPart"]

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Sources:
    """What a scenario is made from. Paths are as written, dates both included.

    `check_from` to `check_to`: the days that the simulation is held against; None: the last third.
    """

    branch: str | None = None
    history: str | None = None
    data: str | None = None
    timezone: str | None = None
    learn_from: dt.date | None = None
    learn_to: dt.date | None = None
    check_from: dt.date | None = None
    check_to: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """Services of a business by hand: their mean (in seconds) and coefficient of variation."""

    business: str
    mean_s: float
    cv: float


@dataclass(frozen=True, slots=True)
class WindowPart:
    """What the scenario says of a window; None: as the branch file has it."""

    window: str
    hours: Spells | None = None
    reluctance: Mapping[str, float] | None = None
    express_s: float | None = None
    speed: float = 1.0


@dataclass(frozen=True, slots=True)
class Lunch:
    """A rota: between these moments each window is away once for `seconds`, `at_once` of them together."""

    begins_s: float
    ends_s: float
    seconds: float
    at_once: int


@dataclass(frozen=True, slots=True)
class Parallel:
    """Two steps done at the same time in this share of the services."""

    steps: tuple[str, ...]
    share: float


@dataclass(frozen=True, slots=True)
class ScenarioPlan:
    """A scenario as written. Moments are seconds from midnight; `windows` is by half-hour from `opens_s`."""

    name: str
    path: str
    sources: Sources
    late_s: float
    weekday: int | None
    date: dt.date | None
    opens_s: float | None
    closes_s: float | None
    paydays: tuple[int, ...]
    country: str | None
    factor: float
    business_factors: Mapping[str, float]
    busyness_cv: float | None
    arrivals: Mapping[str, tuple[float, ...]]
    priority_shares: Mapping[str, float]
    no_show_share: float | None
    patience_s: float | None
    walk_s: float | None
    wrap_up_s: float | None
    balking: Balking
    services: tuple[Service, ...]
    windows: tuple[int, ...]
    which: tuple[str, ...]
    as_on: dt.date | None
    teller_fewer: int
    late_opening_s: float
    parts: tuple[WindowPart, ...]
    away: tuple[tuple[str, float, float], ...]
    lunch: Lunch | None
    turn_away_s: float | None
    head_start: Mapping[str, float]
    call_ahead: bool
    wrap_up_factor: float
    service_factor: float
    parallel: tuple[Parallel, ...]
