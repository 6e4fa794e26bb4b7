"""What a recommendation says, in sentences and as plain data."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulations.staffing.goals import Prices, Target
from simulations.staffing.opening import Windows
from simulations.staffing.rated import Rated
from simulations.staffing.reasons import Reason, Unmet
from simulations.staffing.rosters import Roster
from simulations.staffing.seats import Seating
from simulations.studies.day_kinds import HOLIDAY, sorts
from simulations.studies.hours import clock
from simulations.studies.outcome import Estimate
from simulations.studies.scenario_plan import WEEKDAYS

from .advising import Advice

__all__ = ["because", "cannot", "goal_words", "plain", "unmet_words", "verdict"]

_MANY_LEAVE = 0.05


def verdict(advice: Advice) -> str:
    """What a manager should know first."""
    if advice.staffing is None or advice.windows is None or advice.today is None:
        doubts = " ".join(advice.trust.doubts()) if advice.trust else ""
        return f"No advice: the simulation does not reproduce what happened. {doubts}".strip()
    parts = [_reliance(advice), _answer(advice), _against_today(advice), _warning(advice)]
    parts += [_named_days(advice), advice.obstacle]
    return " ".join(part for part in parts if part)


def goal_words(goal: Target | Prices) -> str:
    """The goal in words."""
    if isinstance(goal, Prices):
        return (
            f"the cheapest day at {goal.window_hour:g} a window-hour, {goal.walk_away:g} a walk-away and "
            f"{goal.waiting_minute:g} a minute of waiting"
        )
    left = f", at most {_percent(goal.left_share)} leave" if goal.left_share < 1.0 else ""
    return f"P(wait > {goal.wait_s / 60:g} min) ≤ {_percent(goal.share)} in every half-hour{left}"


def because(reason: Reason, windows: Windows, goal: Target | Prices) -> str:
    """Why a half-hour needs what it needs: what happens with one window fewer."""
    if reason.window is None:
        return "the least that may be open"
    gone = f"without window {windows.names[reason.window]}"
    dearer = f"the day costs {reason.cost.value:+.1f}" if reason.cost else ""
    if isinstance(goal, Prices):
        return f"{gone} {dearer}"
    if reason.fails and reason.worst:
        others = len(reason.fails) - 1
        more = f", and {others} more half-hour{'s' if others > 1 else ''} would fail" if others else ""
        at = _at(windows, reason.worst.slot)
        return f"{gone} {reason.worst.share:.1%} of those who come at {at} would wait too long{more}"
    return f"{gone} {_nearest(reason, windows, goal)}"


def _nearest(reason: Reason, windows: Windows, goal: Target) -> str:
    """What comes closest to its limit, where no half-hour fails: the waits, or those who leave."""
    worst, room = reason.worst, reason.left_allowed - reason.left_share
    if goal.left_share < 1.0 and (worst is None or room < worst.allowed - worst.share):
        near = _near(reason.left_allowed, goal.left_share) if room >= 0.0 else ""
        return f"{reason.left_share:.1%} of the customers leave{near}"
    if worst is None:
        return "nobody else would wait too long"
    return f"{worst.share:.1%} at {_at(windows, worst.slot)}{_near(worst.allowed, goal.share)}"


def _near(allowed: float, asked: float) -> str:
    limit = "the limit" if allowed <= asked else "the best that all windows can do"
    return f": too close to {limit} to be sure of"


def cannot(each: Unmet, windows: Windows, goal: Target) -> str:
    """What cannot be met with all windows, and what would help."""
    helps = (
        f"{each.more_windows} more window{'s' if each.more_windows > 1 else ''} would do"
        if each.more_windows
        else "not even four more windows would do: fewer customers must come then, or be served sooner"
    )
    kept = (
        f"; {_percent(goal.share)} would be kept with {each.wait_s / 60:.0f} min"
        if np.isfinite(each.wait_s)
        else ""
    )
    return f"{_at(windows, each.slot)}: with all windows {each.share:.1%} wait too long; {helps}{kept}."


def plain(advice: Advice) -> dict[str, Any]:
    """The recommendation as JSON-able data."""
    windows, staffing, covered = advice.windows, advice.staffing, advice.covered
    found: dict[str, Any] = {
        "scenario": advice.prepared.scenario.name,
        "goal": goal_words(advice.goal),
        "verdict": verdict(advice),
        "trusted": advice.trust.holds if advice.trust else None,
        "seed": advice.seed,
    }
    if windows is None or staffing is None or advice.today is None or advice.gain is None:
        return found
    return found | {
        "seconds": round(advice.seconds, 2),
        "holds": staffing.holds,
        "rounds": staffing.rounds,
        "half_hours": [
            {
                "from": _at(windows, slot),
                "level": int(level),
                "windows": [name for name, is_open in zip(windows.names, row, strict=True) if is_open],
                "late": _estimate(staffing.best.late[slot]),
                "why": because(staffing.reasons[slot], windows, advice.goal),
            }
            for slot, (level, row) in enumerate(zip(staffing.best.levels, staffing.best.table, strict=True))
        ],
        "recommended": _rated(staffing.best),
        "today": _rated(advice.today),
        "difference": {
            "hours": advice.gain.hours,
            "cost": _estimate(advice.gain.cost),
            "late": _estimate(advice.gain.late),
            "dearer_days": advice.gain.worse_share,
        },
        "baselines": {name: _rated(rated) for name, rated in staffing.baselines.items()},
        "curve": [_rated(rated) for rated in staffing.curve],
        "unmet": unmet_words(advice),
        "shifts": _shifts(covered.seating) if covered else None,
        "staffed": _rated(covered.staffed) if covered else None,
        "paid_hours": covered.paid_hours if covered else None,
        "roster": _roster(covered.roster) if covered and covered.roster else None,
        "obstacle": advice.obstacle or None,
    }


def unmet_words(advice: Advice) -> list[str]:
    """What cannot be met, a sentence for each half-hour."""
    if advice.staffing is None or advice.windows is None or isinstance(advice.goal, Prices):
        return []
    said = [cannot(each, advice.windows, advice.goal) for each in advice.staffing.unmet]
    if advice.staffing.least_left is not None:
        left, most = advice.staffing.least_left, advice.goal.left_share
        said.append(
            f"Even with all windows {left:.1%} of the customers leave, more than {most:.1%}: it takes more "
            "windows, or quicker services."
        )
    return said


def _reliance(advice: Advice) -> str:
    if advice.trust is None:
        return "Not held against anything that happened: there is too little history."
    if not advice.trust.holds:
        return "The simulation does not reproduce what happened; shown because it was asked for all the same."
    return ""


def _answer(advice: Advice) -> str:
    staffing = advice.staffing
    if staffing is None or advice.windows is None:
        return ""
    best, days = staffing.best, staffing.best.cost_by_day.size
    if isinstance(advice.goal, Prices):
        cost = _money(best.cost)
        return f"{best.hours:g} window-hours make {goal_words(advice.goal)}: {cost} on {days} fresh days."
    sure = "held on" if staffing.holds else "though missed, by what the luck of days can do, on"
    goal, sure = goal_words(advice.goal), f"{sure} {days} fresh days"
    if not staffing.unmet and staffing.least_left is None:
        return f"{best.hours:g} window-hours meet the target, {goal}: {sure}."
    slots = _listed([_at(advice.windows, each.slot) for each in staffing.unmet])
    where = f" at {slots}" if slots else ", since too many leave"
    others = len(staffing.unmet) < advice.windows.slots
    elsewhere = f"meet {'it everywhere else' if slots else 'the rest of it'}, {sure}"
    return (
        f"{goal} cannot be met{where}, whatever is opened; {best.hours:g} "
        f"window-hours {elsewhere if others else 'come as near to it as all windows do'}."
    )


def _against_today(advice: Advice) -> str:
    today, gain = advice.today, advice.gain
    if today is None or gain is None or advice.windows is None or not today.hours:
        return ""
    misses = ""
    if isinstance(advice.goal, Target):
        late = [slot for slot, each in enumerate(today.late) if each.value > advice.goal.share]
        missed = [f"at {_listed([_at(advice.windows, slot) for slot in late])}"] if late else []
        if today.left.value > advice.goal.left_share:
            missed.append(f"in that {today.left.value:.1%} leave")
        misses = f" and misses it {' and '.join(missed)}" if missed else " and meets it too"
    cost = gain.cost
    dearer = f"; with ours a day costs {_money(cost)} more" if cost.low > 0.0 else ""
    less = Estimate(-cost.value, -cost.high, -cost.low)
    cheaper = f"; with ours a day costs {_money(less)} less" if cost.high < 0.0 else ""
    return f"The scenario's own roster has {today.hours:g}{misses}{dearer or cheaper}."


def _listed(moments: list[str]) -> str:
    """The first three, and how many more."""
    more = len(moments) - 3
    rest = f" and {more} more half-hour{'s' if more > 1 else ''}" if more > 0 else ""
    return ", ".join(moments[:3]) + rest


def _warning(advice: Advice) -> str:
    if advice.staffing is None or advice.today is None:
        return ""
    left, today = advice.staffing.best.left.value, advice.today.left.value
    if left <= max(_MANY_LEAVE, today + 0.01):
        return ""
    more = (
        f"But {left:.1%} of the customers leave before they are called, {today:.1%} with the scenario's own"
    )
    if isinstance(advice.goal, Prices):
        return f"{more}: is a walk-away that cheap?"
    return f"{more}: bound that with ', left<=3%'."


def _named_days(advice: Advice) -> str:
    """What a roster of named days takes for granted about them."""
    if advice.covered is None or advice.covered.roster is None:
        return ""
    file = advice.prepared.file
    dates = sorted({turn.date for turn in advice.covered.roster.turns})
    holidays = [str(date) for date in dates if HOLIDAY in sorts(date, file.country)]
    shut = f"{', '.join(holidays)}: a holiday, staffed like any other day; make a roster of its own."
    whose = "a mean day" if file.weekday is None else f"a {WEEKDAYS[file.weekday].capitalize()}"
    alike = (
        f"All {len(dates)} days are staffed for the customers of {whose}; where weekdays differ, make a "
        "scenario of each."
    )
    others = any(date.weekday() != file.weekday for date in dates)
    return " ".join(said for said, applies in ((alike, others), (shut, holidays)) if applies)


def _shifts(seating: Seating) -> list[dict[str, Any]]:
    need = seating.cover.need
    return [
        {
            "crew": crew.name,
            "from": need.clock(variant.shift.starts),
            "to": need.clock(variant.shift.ends),
            "spells": [
                {"from": need.clock(spell.begins), "to": need.clock(spell.ends), **spell.place._asdict()}
                for spell in spells
            ],
        }
        for (crew, variant), spells in zip(seating.cover.staff, seating.spells, strict=True)
    ]


def _roster(found: Roster) -> dict[str, Any]:
    return {
        "turns": [
            {"teller": turn.teller, "date": str(turn.date), "shift": turn.variant.shift.name}
            for turn in found.turns
        ],
        "burdens": {name: each._asdict() for name, each in found.burdens.items()},
    }


def _rated(rated: Rated) -> dict[str, Any]:
    return {
        "window_hours": rated.hours,
        "levels": rated.levels.tolist(),
        "late_s": rated.late_s,
        "late": _estimate(rated.late_all),
        "worst_half_hour": max(each.value for each in rated.late),
        "left": _estimate(rated.left),
        "mean_wait_s": _estimate(rated.waited_s),
        "cost": _estimate(rated.cost),
    }


def _estimate(each: Estimate) -> dict[str, float]:
    return {name: round(value, 5) for name, value in each._asdict().items()}


def _percent(share: float) -> str:
    """A share as it was asked for: 0.01% is not 0%."""
    return f"{100.0 * share:.6g}%"


def _money(each: Estimate) -> str:
    return f"{each.value:,.0f} (95 %: {each.low:,.0f} to {each.high:,.0f})"


def _at(windows: Windows, slot: int) -> str:
    return clock(windows.opens_s + slot * windows.slot_s)
