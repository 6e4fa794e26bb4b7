"""A study, and what a branch's past shows, as the plain data that pages and their readers get."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from simulations.studies.hours import SLOT_S, clock, slots
from simulations.studies.outcome import Outcome
from simulations.studies.problems import StudyError
from simulations.studies.resolving import resolved
from simulations.studies.scenario import Scenario

from .advice_words import verdict
from .advising import Advice
from .preparing import Prepared, prepare
from .running import Study
from .shelf import VERSION

__all__ = ["advice_to_plain", "study_to_plain", "survey"]

_LATEST_DAYS = 7


def study_to_plain(study: Study) -> dict[str, Any]:
    """Return the study with its rosters and with what each business had in each half-hour."""
    return {
        "version": VERSION,
        **study.to_plain(),
        "rosters": [_roster(one.scenario) for one in study.prepared],
        "cells": [_cells(outcome) for outcome in study.outcomes],
    }


def advice_to_plain(advice: Advice) -> dict[str, Any]:
    """Return the hours that are advised for each window, and what they come to; StudyError without advice."""
    found, windows = advice.staffing, advice.windows
    if found is None or windows is None or advice.today is None:
        raise StudyError(verdict(advice))
    opens, slot_s = windows.opens_s, windows.slot_s
    spells = {
        name: slots(found.best.table[:, at].tolist(), opens, slot_s) for at, name in enumerate(windows.names)
    }
    return {
        "hours": {name: [f"{clock(a)}-{clock(b)}" for a, b in each] for name, each in spells.items()},
        "holds": found.holds and not found.unmet,
        "unmet": [clock(opens + slot_s * one.slot) for one in found.unmet],
        "window_hours": found.best.hours,
        "window_hours_today": advice.today.hours,
        "late_share": found.best.late_all.value,
        "late_share_today": advice.today.late_all.value,
    }


def survey(path: Path, without: Path) -> dict[str, Any]:
    """Return the windows of today and of the last days, and who is expected, as a scenario file has them.

    `without`: the file to fall back on when there is no past day to learn from.
    """
    try:
        prepared = prepare(path)
    except StudyError:
        prepared = prepare(without)
    scenario, known = prepared.scenario, prepared.known
    latest = known.days[-_LATEST_DAYS:]
    return {
        "version": VERSION,
        "days": len(known.days),
        "tickets": sum(map(len, known.days)),
        "from": str(known.days[0].date) if known.days else None,
        "to": str(known.days[-1].date) if known.days else None,
        "opens_s": scenario.rule.opens_s,
        "closes_s": scenario.rule.closes_s,
        "windows": _windows(scenario),
        "rosters": {str(day.date): _windows(_as_on(prepared, day.date)) for day in reversed(latest)},
        "demand": _demand(prepared),
    }


def _as_on(prepared: Prepared, date: Any) -> Scenario:  # noqa: ANN401 - a date
    return resolved(replace(prepared.file, as_on=date), prepared.branch, prepared.known)


def _windows(scenario: Scenario) -> list[dict[str, Any]]:
    return [
        {
            "window": each.window,
            "hours": [list(spell) for spell in each.hours],
            "reluctance": {name: after for name, after in each.reluctance.items() if isfinite(after)},
            "express_s": each.express_s,
            "speed": each.speed,
        }
        for each in scenario.windows
    ]


def _demand(prepared: Prepared) -> list[dict[str, Any]]:
    """Return the customers expected by half-hour: on the mean of all days (None), and by weekday."""
    profile = prepared.known.profile
    if profile is None:
        return []
    found = []
    for weekday in (None, *range(7)):
        if weekday is None or profile.days[weekday]:
            demand = profile.demand(weekday, ())
            expected = [round(float(one), 2) for one in demand.expected.sum(axis=1)]
            found.append({"weekday": weekday, "begins_s": demand.begins_s, "expected": expected})
    return found


def _roster(scenario: Scenario) -> dict[str, Any]:
    return {
        "opens_s": scenario.rule.opens_s,
        "closes_s": scenario.rule.closes_s,
        "turn_away_s": scenario.rule.turn_away_s,
        "window_hours": scenario.window_hours,
        "begins_s": scenario.demand.begins_s,
        "slot_s": SLOT_S,
        "open": scenario.open_windows().tolist(),
        "windows": _windows(scenario),
    }


def _cells(outcome: Outcome) -> dict[str, Any]:
    """Return by business and half-hour [B][H]: customers a day, mean wait (s), P(wait > N); null: nobody."""
    came = (outcome.arrived - outcome.balked).sum(axis=0)
    called = outcome.called.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        tables = {
            "arrived": outcome.arrived.sum(axis=0) / outcome.days,
            "mean_wait_s": outcome.waited_s.sum(axis=0) / called,
            "late_share": outcome.late.sum(axis=0) / came,
        }
    return {"businesses": list(outcome.grid.businesses)} | {
        name: [[round(float(one), 5) if np.isfinite(one) else None for one in row] for row in table.T]
        for name, table in tables.items()
    }
