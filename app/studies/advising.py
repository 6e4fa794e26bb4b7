"""One recommendation from beginning to end: a scenario file in, the roster that meets the goal out.

The check comes first: where the simulation does not reproduce what happened, nothing is advised. Then windows
by half-hour, then the shifts that cover them with all that tellers do besides, then what those who are there
really staff, simulated again; then names and days, where there are any.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from simulations.staffing import roster_plan
from simulations.staffing.cover import Need, Uncovered, cover
from simulations.staffing.goals import Prices, Target
from simulations.staffing.opening import Windows
from simulations.staffing.planning import half_hours, in_order, open_anytime, present, samples, windows_in
from simulations.staffing.rated import Difference, Rated, difference, rate
from simulations.staffing.recommend import Samples, Staffing, recommend
from simulations.staffing.roster_plan import RosterPlan
from simulations.staffing.rosters import Roster, Teller, Unfilled, roster
from simulations.staffing.seats import Seating, seat
from simulations.studies.problems import StudyError
from simulations.studies.scenario import Counter, Scenario
from simulations.studies.trust import Trust

from .preparing import Prepared, checked, prepare

__all__ = ["Advice", "Covered", "advise"]

Bars = Callable[[str], Callable[[int, int], None]]


@dataclass(frozen=True, slots=True, eq=False)
class Covered:
    """Who covers the recommended windows; `staffed`: the windows they really open, on the same fresh days."""

    seating: Seating
    staffed: Rated
    roster: Roster | None

    @property
    def paid_hours(self) -> float:
        """Paid hours of the day."""
        need = self.seating.cover.need
        return self.seating.cover.paid_slots * need.slot_s / 3600.0


@dataclass(frozen=True, slots=True, eq=False)
class Advice:
    """What came of it. `staffing` None: the check failed, nothing is advised.

    `today`: the scenario's own roster by half-hours, on the same fresh days; `gain`: ours less that.
    `covered` None: no shifts cover it, or nobody can be named for them, and `obstacle` says why.
    """

    prepared: Prepared
    goal: Target | Prices
    seed: int
    trust: Trust | None
    windows: Windows | None = None
    staffing: Staffing | None = None
    today: Rated | None = None
    gain: Difference | None = None
    covered: Covered | None = None
    obstacle: str = ""
    arrivals: tuple[float, ...] = ()
    seconds: float = 0.0

    @property
    def zone(self) -> ZoneInfo:
        """The branch's."""
        return self.prepared.branch.zone


def advise(
    path: Path,
    goal: Target | Prices,
    seed: int = 1,
    *,
    anyway: bool = False,
    named: bool = False,
    bars: Bars | None = None,
) -> Advice:
    """Recommend a roster for a scenario; nothing but the check where that fails, unless `anyway`.

    Errors: as `prepare`; `StaffingError` where the question makes no sense; `StudyError` where people are to
    be `named` for days that the scenario does not name.
    """
    prepared = prepare(path, progress=bars("rows") if bars else None)
    scenario = _anytime(prepared)
    plan = roster_plan.parse(
        path.read_text("utf-8-sig"),
        str(path),
        [each.window for each in scenario.windows],
        scenario.rule.opens_s,
        half_hours(scenario),
    )
    if named and not plan.dates:
        raise StudyError(f"{path}: people are named for days; add [roster] with from = 2026-11-23.")
    trust = checked(prepared, bars("past days") if bars else None)
    if trust is not None and not trust.holds and not anyway:
        return Advice(prepared, goal, seed, trust)
    windows = windows_in(scenario, plan.least, plan.most, prepared.file.which)
    began = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        drawn = samples(scenario, windows, seed, each=pool.map)
        windows = in_order(windows, drawn.learn, pool.map)
        staffing = recommend(windows, goal, drawn, each=pool.map)
    seconds = time.perf_counter() - began
    today = _rated(staffing, windows, drawn, prepared.scenario)
    advice = Advice(
        prepared,
        goal,
        seed,
        trust,
        windows,
        staffing,
        today,
        difference(staffing.best, today),
        arrivals=tuple(drawn.report.arrivals.mean(axis=0).tolist()),
        seconds=seconds,
    )
    return _with_cover(advice, plan, drawn)


def _anytime(prepared: Prepared) -> Scenario:
    """The scenario with all windows of the branch, those too that are shut today."""
    others = [
        Counter(name, (), plan.reluctance, plan.express_s) for name, plan in prepared.branch.windows.items()
    ]
    return open_anytime(prepared.scenario, others, {part.window: part.speed for part in prepared.file.parts})


def _rated(staffing: Staffing, windows: Windows, drawn: Samples, scenario: Scenario) -> Rated:
    """The scenario's own roster, as far as it is one of half-hours, on the report's days."""
    prices = staffing.goal if isinstance(staffing.goal, Prices) else Prices()
    return rate(drawn.report, windows, present(scenario, windows), staffing.best.late_s, prices)


def _with_cover(advice: Advice, plan: RosterPlan, drawn: Samples) -> Advice:
    if advice.staffing is None or advice.windows is None:
        return advice
    windows, best = advice.windows, advice.staffing.best
    need = Need(
        best.table, windows.names, plan.crews, plan.shifts, plan.duties, windows.opens_s, windows.slot_s
    )
    try:
        seating = seat(cover(need), windows.most)
    except Uncovered as error:
        return replace(advice, obstacle=str(error))
    prices = advice.goal if isinstance(advice.goal, Prices) else Prices()
    staffed = rate(drawn.report, windows, seating.table, best.late_s, prices)
    try:
        named = _named(plan, seating)
    except Unfilled as error:
        return replace(advice, covered=Covered(seating, staffed, None), obstacle=str(error))
    return replace(advice, covered=Covered(seating, staffed, named))


def _named(plan: RosterPlan, seating: Seating) -> Roster | None:
    """Who works when, if there are days; tellers without names are numbered."""
    if not plan.dates:
        return None
    tellers = plan.tellers or tuple(
        Teller(f"{crew.name} {number + 1}", crew.name, most_hours=168.0, most_days=7)
        for crew in plan.crews
        for number in range(sum(one == crew for one, _ in seating.cover.staff))
    )
    days: dict[dt.date, Seating] = dict.fromkeys(plan.dates, seating)
    return roster(days, tellers, rest_h=plan.rest_h)
