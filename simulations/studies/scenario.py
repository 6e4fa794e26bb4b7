"""What is tried out: who comes, how everybody behaves, which windows are open when, and by which rules."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from estimator.columns import Floats, Ints, Rules, rules
from estimator.discipline import Waiting, WindowRule, reluctance
from simulations.studies.hours import Spells, clock, columns, cut, lasting
from simulations.studies.problems import ScenarioError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulations.studies.behaviour import Behaviour
    from simulations.studies.demand import Demand

__all__ = ["Counter", "Floor", "Rule", "Scenario", "ScenarioError", "floor"]


@dataclass(frozen=True, slots=True)
class Counter:
    """A window: its `hours`, whom it takes after how long (`reluctance`, seconds by business), `express_s`.

    `speed` multiplies services: below 1 a quick teller.
    """

    window: str
    hours: Spells
    reluctance: Mapping[str, float]
    express_s: float | None = None
    speed: float = 1.0


@dataclass(frozen=True, slots=True)
class Rule:
    """How the branch works. `opens_s`, `closes_s`: of the doors, in seconds from midnight.

    `turn_away_s`: who still waits then is sent home; None: all who came are served. `call_ahead`: the next
    customer is called while the last one is wrapped up. `wrap_up_factor`, `service_factor`: what becomes of
    their lengths. `saved`: seconds that doing steps in parallel saves: a share of the services, and the table
    [Q] of seconds.
    """

    opens_s: float
    closes_s: float
    turn_away_s: float | None = None
    head_start: Mapping[str, float] = field(default_factory=dict)
    call_ahead: bool = False
    wrap_up_factor: float = 1.0
    service_factor: float = 1.0
    saved: tuple[tuple[float, Floats], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Scenario:
    """All of it, under a name. Made whole, it has a window for every business that anybody comes for."""

    name: str
    demand: Demand
    behaviour: Behaviour
    windows: tuple[Counter, ...]
    rule: Rule
    late_s: float = 900.0
    """The N of P(wait > N)."""

    def __post_init__(self) -> None:
        if self.rule.closes_s <= self.rule.opens_s:
            raise ScenarioError(
                f"{self.name}: closing at {clock(self.rule.closes_s)} is not after opening at "
                f"{clock(self.rule.opens_s)}; change one of them."
            )
        if not any(counter.hours for counter in self.windows):
            raise ScenarioError(f"{self.name}: no window is ever open; give at least one its hours.")
        lost = self.unserved()
        if lost:
            business, a_day = next(iter(lost.items()))
            raise ScenarioError(
                f"{self.name}: no open window ever takes {business!r}, for which {a_day:.0f} customers a day "
                "come; add it to a window's businesses, or take it out of the demand."
            )

    def unserved(self) -> dict[str, float]:
        """Return the businesses that no open window takes, and how many customers a day come for them."""
        lost: dict[str, float] = {}
        takes = np.any(np.isfinite(reluctances(self)), axis=0).tolist()
        for number, kind in enumerate(self.demand.kinds):
            a_day = float(self.demand.expected[:, number].sum())
            if a_day > 0.0 and not takes[number]:
                lost[kind.business] = lost.get(kind.business, 0.0) + a_day
        return lost

    @property
    def window_hours(self) -> float:
        """How many hours the windows are open in all, up to the doors' closing."""
        return sum(lasting(each.hours, self.rule.closes_s) for each in self.windows) / 3600.0

    def with_windows(self, windows: Iterable[Counter], name: str | None = None) -> Scenario:
        """Return it with other windows."""
        return replace(self, windows=tuple(windows), name=name or self.name)

    def open_windows(self) -> Ints:
        """Return how many windows are open at the beginning of each slot [H]."""
        begins = self.demand.begins_s + self.demand.slot_s * np.arange(self.demand.expected.shape[0])
        return np.array(
            [sum(any(a <= at < b for a, b in each.hours) for each in self.windows) for at in begins], np.int64
        )


@dataclass(frozen=True, slots=True, eq=False)
class Floor:
    """A scenario as the kernel takes it: `line_of` [K] of each kind, `rules`, and the windows' columns.

    `free_at` [1, W], `opens_at`, `closes_at` [1, W, K], `speed` [1, W]. `staffed_s` [W]: as planned, up to
    the doors' closing.
    """

    line_of: Ints
    rules: Rules
    free_at: Floats
    opens_at: Floats
    closes_at: Floats
    speed: Floats
    staffed_s: Floats


def reluctances(scenario: Scenario) -> Floats:
    """Return for how long each kind must have waited for each window [W, K]; infinite: it is never taken."""
    rows = []
    for counter in scenario.windows:
        rule = WindowRule(counter.window, counter.reluctance if counter.hours else {}, counter.express_s)
        rows.append(
            [
                reluctance(
                    Waiting(
                        "",
                        kind.business,
                        kind.priority,
                        0.0,
                        scenario.behaviour.expected_s(kind.business, kind.items)
                        * scenario.rule.service_factor,
                    ),
                    rule,
                )
                for kind in scenario.demand.kinds
            ]
        )
    return np.array(rows, float).reshape(len(scenario.windows), len(scenario.demand.kinds))


def floor(scenario: Scenario) -> Floor:
    """Return its columns; kinds that nothing tells apart stand in one line."""
    each = reluctances(scenario)
    head_start = [scenario.rule.head_start.get(kind.priority, 0.0) for kind in scenario.demand.kinds]
    numbers: dict[tuple[object, ...], int] = {}
    lines = [
        numbers.setdefault((*each[:, kind], start), len(numbers)) for kind, start in enumerate(head_start)
    ]
    first = [lines.index(line) for line in range(len(numbers))]
    opens_at, closes_at = columns([_calling(counter.hours, scenario.rule) for counter in scenario.windows])
    return Floor(
        np.array(lines, np.int64),
        rules(np.array([head_start[kind] for kind in first]), each[:, first].copy()),
        np.zeros((1, len(scenario.windows))),
        opens_at[None],
        closes_at[None],
        np.array([[counter.speed for counter in scenario.windows]]),
        np.array([lasting(counter.hours, scenario.rule.closes_s) for counter in scenario.windows]),
    )


def _calling(hours: Spells, rule: Rule) -> Spells:
    """Return when a window calls: one that is open when the doors close goes on, as long as the rule says."""
    until = inf if rule.turn_away_s is None else rule.turn_away_s
    if not hours or hours[-1][1] < rule.closes_s:
        return hours
    return cut((*hours[:-1], (hours[-1][0], until)), ((until, inf),))
