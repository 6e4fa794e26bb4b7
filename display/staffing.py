"""What a kept staffing study shows: its charts and tables, from plain data; the words are the template's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from display import charts

__all__ = ["result"]

_MINUTE = 60.0

Plain = Mapping[str, Any]
Gaps = Mapping[tuple[str, str, str], Plain]


def result(study: Plain, scenario: Plain | None = None) -> dict[str, Any]:
    """Return all that the page of a result shows beside the study itself; `scenario`: as it was asked.

    ``verdict``: doubtful (no figures follow), shorter, longer or same; of the waits, scenario against today.
    """
    shown: dict[str, Any] = {
        "verdict": "doubtful",
        "changes": _changes(scenario or {}),
        "other_customers": _other_customers(scenario or {}),
        "check": _check(study["trust"]) if study["trust"] else None,
        "roster": _roster(study["rosters"]),
        "reskilled": _reskilled(*study["rosters"]),
    }
    if not study["outcomes"]:
        return shown
    gaps = {(one["figure"], one["of"], one["key"]): one for one in study["differences"]}
    return shown | {
        "verdict": _verdict(gaps["mean wait", "all", ""]["difference"]),
        "gaps": gaps,
        "waits": _waits(study["outcomes"]),
        "heat": [_heat(cells) for cells in study["cells"]],
        "figures": _figures(study["outcomes"], gaps),
        "halves": _halves(study["outcomes"], gaps),
        "by_business": _businesses(study["outcomes"], gaps),
        "by_window": _windows(study["outcomes"]),
    }


def _changes(scenario: Plain) -> list[tuple[str, str]]:
    """Return what a scenario changes besides the windows: the form's field, and what stands in it."""
    demand, staffing = scenario.get("demand", {}), scenario.get("staffing", {})
    rules = scenario.get("rules", {})
    found = [
        ("customers", demand.get("factor", 1), 1, 100.0),
        ("fewer", staffing.get("teller_fewer", 0), 0, 1.0),
        ("late_opening", staffing.get("late_opening_s", 0), 0, 1.0 / _MINUTE),
        ("wrap_up", rules.get("wrap_up_factor", 1), 1, 100.0),
    ]
    said = [(name, f"{unit * value:g}") for name, value, usual, unit in found if value != usual]
    if rules.get("call_ahead"):
        said.append(("call_ahead", ""))
    if "turn_away_at" in rules:
        said.append(("turn_away_at", str(rules["turn_away_at"])))
    return said


def _reskilled(today: Plain, trial: Plain) -> list[str]:
    """Return the windows that take other business than today, or take it otherwise."""
    before, after = (
        {one["window"]: (one["reluctance"], one["express_s"]) for one in roster["windows"]}
        for roster in (today, trial)
    )
    return [name for name, skills in after.items() if before.get(name, skills) != skills]


def _other_customers(scenario: Plain) -> bool:
    demand = scenario.get("demand", {})
    return bool(demand.get("factor", 1) != 1 or demand.get("business_factor"))


def _verdict(gap: Plain) -> str:
    if gap["low"] is None or gap["low"] <= 0.0 <= gap["high"]:
        return "same"
    return "shorter" if gap["value"] < 0.0 else "longer"


def _check(trust: Plain) -> dict[str, Any]:
    days = [
        {
            name: (day["mean_wait_s"][name] or 0.0) / _MINUTE
            for name in ("happened", "simulated", "low", "high")
        }
        for day in trust["days"]
    ]
    chart, spans = charts.spans(days, [day["date"][5:] for day in trust["days"]])
    return {"chart": chart, "spans": spans}


def _waits(outcomes: Sequence[Plain]) -> charts.Chart:
    """Draw the mean wait by half-hour of arrival, within the waits of the middle 80 % of customers."""
    halves = outcomes[0]["by_half_hour"]
    begins = [one["begins_s"] for one in halves]
    rows = [[_around(one) for one in outcome["by_half_hour"]] for outcome in outcomes]
    there = [number for number in range(len(begins)) if any(row[number][1] is not None for row in rows)]
    first, last = (there[0], there[-1] + 1) if there else (0, len(begins))
    return charts.curves(begins[first:last], 1800.0, [row[first:last] for row in rows])


def _around(one: Plain) -> tuple[charts.Number, charts.Number, charts.Number]:
    low, _, high = one["wait_quantiles_s"]
    mean = one["mean_wait_s"]["value"]
    if mean is None or low is None or high is None:
        return None, None, None
    return min(low, mean) / _MINUTE, mean / _MINUTE, max(high, mean) / _MINUTE


def _heat(cells: Plain) -> list[dict[str, Any]]:
    return [
        {
            "business": business,
            "cells": [
                {"share": share, "shade": charts.heat(share), "wait_s": wait, "came": came}
                for share, wait, came in zip(late, waits, arrived, strict=True)
            ],
        }
        for business, late, waits, arrived in zip(
            cells["businesses"], cells["late_share"], cells["mean_wait_s"], cells["arrived"], strict=True
        )
    ]


def _figures(outcomes: Sequence[Plain], gaps: Gaps) -> list[dict[str, Any]]:
    rows = (
        ("mean_wait_s", "mean wait", "minutes"),
        ("late_share", "late", "share"),
        ("lost_share", "lost", "share"),
        ("walk_aways", "", "count"),
        ("utilisation", "", "share"),
        ("overtime_s", "overtime", "minutes"),
    )
    return [
        {
            "figure": name,
            "unit": unit,
            "values": [outcome[name] for outcome in outcomes],
            "gap": gaps.get((figure, "all", "")),
        }
        for name, figure, unit in rows
    ]


def _halves(outcomes: Sequence[Plain], gaps: Gaps) -> list[dict[str, Any]]:
    pairs = zip(*(outcome["by_half_hour"] for outcome in outcomes), strict=True)
    return [
        {
            "from": charts.clock(each[0]["begins_s"]),
            "came": each[0]["arrived"]["value"],
            "values": [one["mean_wait_s"] for one in each],
            "late": [one["late_share"]["value"] for one in each],
            "gap": gaps.get(("mean wait", "half-hour", str(number))),
        }
        for number, each in enumerate(pairs)
        if each[0]["arrived"]["value"]
    ]


def _businesses(outcomes: Sequence[Plain], gaps: Gaps) -> list[dict[str, Any]]:
    pairs = zip(*(outcome["by_business"] for outcome in outcomes), strict=True)
    return [
        {
            "business": each[0]["business"],
            "came": each[0]["arrived"]["value"],
            "values": [one["mean_wait_s"] for one in each],
            "late": [one["late_share"]["value"] for one in each],
            "gap": gaps.get(("mean wait", "business", each[0]["business"])),
        }
        for each in pairs
    ]


def _windows(outcomes: Sequence[Plain]) -> list[dict[str, Any]]:
    busy = [
        {one["window"]: one["utilisation"]["value"] for one in outcome["by_window"]} for outcome in outcomes
    ]
    names = dict.fromkeys(name for one in busy for name in one)
    return [{"window": name, "busy": [one.get(name) for one in busy]} for name in names]


def _roster(rosters: Sequence[Plain]) -> dict[str, Any]:
    """Draw each window's hours, today's above the scenario's, on the hours that any is open."""
    hours = [spell for one in rosters for window in one["windows"] for spell in window["hours"]]
    begins = min([*(one["opens_s"] for one in rosters), *(spell[0] for spell in hours)]) // 3600.0 * 3600.0
    ends = -(-max([*(one["closes_s"] for one in rosters), *(spell[1] for spell in hours)]) // 3600.0) * 3600.0
    by_name = [{one["window"]: one["hours"] for one in roster["windows"]} for roster in rosters]
    names = dict.fromkeys(name for one in by_name for name in one)
    whole = ends - begins
    return {
        "hours": [
            charts.Tick(100.0 * (at - begins) / whole, charts.clock(at)) for at in _every_hour(begins, ends)
        ],
        "rows": [
            {
                "window": name,
                "bars": [charts.boxes(one.get(name, ()), begins, ends) for one in by_name],
                "changed": any(one.get(name, ()) != by_name[0].get(name, ()) for one in by_name),
            }
            for name in names
        ],
    }


def _every_hour(begins: float, ends: float) -> list[float]:
    return [begins + 3600.0 * number for number in range(round((ends - begins) / 3600.0) + 1)]
