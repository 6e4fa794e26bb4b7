"""From a scenario as written to one that can be run: the rest comes from branch and history."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from estimator.durations import GRID
from simulations.studies.attended import attended
from simulations.studies.behaviour import by_minutes, exponential_patience, lognormal
from simulations.studies.day_kinds import sorts
from simulations.studies.demand import Demand, Kind, Profile
from simulations.studies.hours import SLOT_S, Spells, clock, cut, joined, slots
from simulations.studies.learning import Skills, learned_behaviour
from simulations.studies.learning import skills as skills_of
from simulations.studies.problems import ScenarioError
from simulations.studies.scenario import Counter, Rule, Scenario
from simulations.studies.trust import owned

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from app.branch.branch_file import Branch
    from estimator.columns import Floats
    from simulations.studies.behaviour import Behaviour
    from simulations.studies.past_days import PastDay
from simulations.studies.scenario_plan import Lunch, ScenarioPlan

__all__ = ["Learned", "learned", "resolved"]

_NORMAL = "normal"


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """What a branch's past taught: from `days`; `profile` None without any.

    `rules`: of the windows, where the branch file is not itself made from the history.
    """

    days: tuple[PastDay, ...]
    behaviour: Behaviour
    skills: Skills
    profile: Profile | None = None
    head_start: Mapping[str, float] = field(default_factory=dict)
    rules: Mapping[str, Counter] = field(default_factory=dict)

    def latest(self, weekday: int | None) -> PastDay | None:
        """Return the last day that was such a weekday; None if there was none."""
        fits = (day for day in reversed(self.days) if weekday is None or day.date.weekday() == weekday)
        return next(fits, None)


def learned(
    days: Sequence[PastDay], branch: Branch, profile: Profile | None, *, by_file: bool = True
) -> Learned:
    """Return what the days teach about the businesses of the branch; `by_file`: its windows' rules hold."""
    minutes = {
        name: (60.0 * business.minutes[0], 60.0 * business.minutes[1], 60.0 * business.minutes[2])
        for name, business in branch.businesses.items()
    }
    rules = {
        name: Counter(name, (), plan.reluctance, plan.express_s) for name, plan in branch.windows.items()
    }
    rules = rules if by_file else {}
    return Learned(
        tuple(days),
        learned_behaviour(days, minutes, owned(rules)),
        skills_of(days),
        profile,
        {name: priority.head_start_s for name, priority in branch.priorities.items()},
        rules,
    )


def resolved(file: ScenarioPlan, branch: Branch, known: Learned) -> Scenario:
    """Return the scenario. Errors: `ScenarioError`: what is missing or cannot be, and what to change."""
    demand = _demand(file, known)
    opens, closes = _doors(file, branch, demand)
    demand = _before(demand, closes)
    if not demand.expected.any():
        raise ScenarioError(
            f"{file.path}: nobody comes before the doors close at {clock(closes)}; change the arrivals or "
            "the factors under [demand], or the hours."
        )
    behaviour = _behaviour(file, known.behaviour)
    windows = _windows(file, branch, known, opens, closes)
    rule = Rule(
        opens,
        closes,
        file.turn_away_s,
        {**known.head_start, **file.head_start},
        file.call_ahead,
        file.wrap_up_factor,
        file.service_factor,
        tuple((each.share, _saved(branch, each.steps)) for each in file.parallel),
    )
    return Scenario(file.name, demand, behaviour, windows, rule, file.late_s)


def _demand(file: ScenarioPlan, known: Learned) -> Demand:
    if file.arrivals:
        demand = _by_hand(file)
    elif known.profile is None:
        raise ScenarioError(
            f"{file.path}: it is not known who comes: there is no history, and no arrivals under [demand]; "
            'add history = "….csv", or arrivals = { business = [customers by half-hour] }.'
        )
    else:
        special = sorts(file.date, file.country, file.paydays) if file.date else ()
        demand = known.profile.demand(_weekday(file, known.profile), special)
    if file.busyness_cv is not None:
        demand = replace(demand, busyness_cv=file.busyness_cv)
    return demand.scaled(file.factor, file.business_factors)


def _weekday(file: ScenarioPlan, profile: Profile) -> int | None:
    """Return the weekday, or None for the mean of all: also where none of its kind was seen."""
    return file.weekday if file.weekday is not None and profile.days[file.weekday] else None


def _by_hand(file: ScenarioPlan) -> Demand:
    shares = {**file.priority_shares}
    shares[_NORMAL] = shares.get(_NORMAL, 0.0) + 1.0 - sum(file.priority_shares.values())
    kinds = [Kind(business, priority) for business in file.arrivals for priority in shares]
    columns = [np.array(file.arrivals[kind.business]) * shares[kind.priority] for kind in kinds]
    return Demand(tuple(kinds), np.column_stack(columns), file.opens_s or 0.0, busyness_cv=0.0)


def _doors(file: ScenarioPlan, branch: Branch, demand: Demand) -> tuple[float, float]:
    """Return when the doors open and close: as written, else as the windows do, else as people come."""
    opens, closes = file.opens_s, file.closes_s
    if opens is None:
        opens = min((_seconds(spell.starts) for spell in branch.openings), default=demand.begins_s)
    if closes is None and file.windows:
        closes = opens + SLOT_S * len(file.windows)
    if closes is None:
        closes = max((_seconds(spell.ends) for spell in branch.openings), default=demand.ends_s)
    if closes <= opens:
        raise ScenarioError(
            f"{file.path}: closing at {clock(closes)} is not after opening at {clock(opens)}; "
            "change opens or closes."
        )
    return opens, closes


def _before(demand: Demand, closes: float) -> Demand:
    """Return the demand of those who find the doors open (who comes too early waits)."""
    number = int(max(0.0, np.ceil((closes - demand.begins_s) / demand.slot_s)))
    if number >= demand.expected.shape[0]:
        return demand
    expected = demand.expected[: max(1, number)].copy()
    if number:
        expected[-1] *= min(1.0, (closes - demand.begins_s) / demand.slot_s - (number - 1))
    else:
        expected[:] = 0.0
    return replace(demand, expected=expected)


def _behaviour(file: ScenarioPlan, behaviour: Behaviour) -> Behaviour:
    services = behaviour.services
    if file.services:
        services = {**services, **{each.business: lognormal(each.mean_s, each.cv) for each in file.services}}
        behaviour = replace(behaviour, services=services)
    if file.walk_s is not None:
        behaviour = replace(behaviour, walking=np.full(GRID.size, file.walk_s))
    if file.wrap_up_s is not None:  # all of it, until the next is called
        table = np.full(GRID.size, file.wrap_up_s)
        nothing = np.zeros(GRID.size)
        behaviour = replace(behaviour, wrap_up=dict.fromkeys(services, table), idle=nothing)
    if file.balking.waits_s:
        behaviour = replace(behaviour, balking=file.balking)
    if file.no_show_share is not None:
        behaviour = replace(behaviour, no_show_share=file.no_show_share)
    if file.patience_s is not None:
        table = exponential_patience(file.patience_s)
        behaviour = replace(behaviour, patience=dict.fromkeys(services, table), stays=None)
    return behaviour


def _windows(
    file: ScenarioPlan, branch: Branch, known: Learned, opens: float, closes: float
) -> tuple[Counter, ...]:
    counters = _planned(file, branch, known, opens, closes)
    parts = {part.window: part for part in file.parts}
    changed = []
    for counter in [*counters, *(_new(name, opens, closes) for name in parts if name not in _ids(counters))]:
        part = parts.get(counter.window)
        if part is not None:
            counter = replace(  # noqa: PLW2901 - the same window, as the scenario has it
                counter,
                hours=counter.hours if part.hours is None else part.hours,
                reluctance=counter.reluctance if part.reluctance is None else part.reluctance,
                express_s=counter.express_s if part.express_s is None else part.express_s,
                speed=counter.speed * part.speed,
            )
        changed.append(counter)
    if file.teller_fewer and not file.windows:
        changed = _fewer(changed, file)
    if file.late_opening_s:
        first = min((each.hours[0][0] for each in changed if each.hours), default=opens)
        late = ((first, first + file.late_opening_s),)
        changed = [replace(each, hours=cut(each.hours, late)) for each in changed]
    changed = [replace(each, hours=cut(each.hours, _away(file, each.window))) for each in changed]
    return tuple(_lunched(changed, file.lunch, file.path) if file.lunch else changed)


def _planned(
    file: ScenarioPlan, branch: Branch, known: Learned, opens: float, closes: float
) -> list[Counter]:
    """Return the windows before the changes: by level, as on a day, or as the branch file plans."""
    if file.windows:
        return _by_level(file, branch, opens)
    day = _roster_day(file, branch, known)
    if day is not None:
        return _as_on(day, known)
    whole: Spells = ((opens, closes),)
    result = []
    for name, plan in branch.windows.items():
        own = joined(
            (_seconds(spell.starts), _seconds(spell.ends))
            for spell in branch.openings
            if spell.window == name
        )
        hours = own if branch.openings else whole
        result.append(Counter(name, cut(hours, _planned_away(branch, name)), plan.reluctance, plan.express_s))
    return result


def _roster_day(file: ScenarioPlan, branch: Branch, known: Learned) -> PastDay | None:
    """Return the day whose windows are taken over: the one asked for; without a planned roster the latest."""
    if file.as_on is not None:
        found = next((day for day in known.days if day.date == file.as_on), None)
        if found is None:
            have = f"{known.days[0].date} to {known.days[-1].date}" if known.days else "none"
            raise ScenarioError(
                f"{file.path}: [staffing] as_on = {file.as_on} is no day that was learned from; days: {have}."
            )
        return found
    if branch.openings or not known.days or file.parts:
        return None
    return known.latest(file.weekday) or known.days[-1]


def _as_on(day: PastDay, known: Learned) -> list[Counter]:
    result = []
    for each in attended(day, owned(known.rules)):
        speed = known.behaviour.speeds.get(each.teller, 1.0)
        if each.window in known.rules:
            result.append(replace(known.rules[each.window], hours=each.hours, speed=speed))
        else:
            takes = dict.fromkeys((*each.businesses, *known.skills.get(each.window, ())), 0.0)
            result.append(Counter(each.window, each.hours, takes, speed=speed))
    return result


def _by_level(file: ScenarioPlan, branch: Branch, opens: float) -> list[Counter]:
    """Return the windows open in each half-hour: the first of `which` so many. Those shut stand together."""
    order = [*file.which, *(name for name in branch.windows if name not in file.which)]
    levels = [max(0, level - file.teller_fewer) for level in file.windows]
    result = []
    for name, plan in branch.windows.items():
        hours = slots([level > order.index(name) for level in levels], opens)
        result.append(Counter(name, cut(hours, _planned_away(branch, name)), plan.reluctance, plan.express_s))
    return result


def _fewer(counters: Sequence[Counter], file: ScenarioPlan) -> list[Counter]:
    """Return the windows without the last ones that are open at all."""
    order = [*file.which, *(each.window for each in counters if each.window not in file.which)]
    present = [name for name in order if next((each.hours for each in counters if each.window == name), ())]
    gone = set(present[max(0, len(present) - file.teller_fewer) :])
    return [replace(each, hours=()) if each.window in gone else each for each in counters]


def _new(name: str, opens: float, closes: float) -> Counter:
    return Counter(name, ((opens, closes),), {})


def _ids(counters: Sequence[Counter]) -> set[str]:
    return {each.window for each in counters}


def _away(file: ScenarioPlan, window: str) -> list[tuple[float, float]]:
    return [(begins, ends) for name, begins, ends in file.away if name == window]


def _planned_away(branch: Branch, window: str) -> list[tuple[float, float]]:
    """Return the breaks and the back-office work that are part of every roster."""
    return [
        (_seconds(spell.starts), _seconds(spell.ends))
        for spell in (*branch.breaks, *branch.back_office)
        if spell.window == window
    ]


def _lunched(counters: Sequence[Counter], lunch: Lunch, path: str) -> list[Counter]:
    """Return the windows after each that is open then has had its turn at lunch."""
    eats = [each for each in counters if cut(each.hours, ((0.0, lunch.begins_s), (lunch.ends_s, inf)))]
    turns = int((lunch.ends_s - lunch.begins_s) // lunch.seconds) * lunch.at_once
    if len(eats) > turns:
        raise ScenarioError(
            f"{path}: [lunch] has room for {turns}, but {len(eats)} windows are open then; make it longer, "
            "the lunches shorter, or at_once larger."
        )
    turn = {each.window: number // lunch.at_once for number, each in enumerate(eats)}
    result = []
    for each in counters:
        if each.window in turn:
            begins = lunch.begins_s + lunch.seconds * turn[each.window]
            each = replace(each, hours=cut(each.hours, ((begins, begins + lunch.seconds),)))  # noqa: PLW2901
        result.append(each)
    return result


def _saved(branch: Branch, steps: Sequence[str]) -> Floats:
    """Return the table of what doing two steps at once saves: the shorter of them."""
    tables = []
    for name in steps:
        low, middle, high = branch.steps[name].minutes or (0.0, 0.0, 0.0)
        tables.append(by_minutes(60.0 * low, 60.0 * middle, 60.0 * high)[::4])
    return np.quantile(np.minimum.outer(*tables), GRID, method="hazen")


def _seconds(moment: dt.time) -> float:
    return moment.hour * 3600.0 + moment.minute * 60.0 + moment.second
