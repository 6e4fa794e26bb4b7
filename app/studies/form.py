"""The manager's form: what is typed, as a scenario, and a scenario as what would be typed.

What is typed is kept as it is, right or wrong: what is no number goes on to the scenario as text, whose own
sentence then says what would be right. Windows are ticked by half-hour; where no box of a half-hour was
changed, today's exact times stay (a break from 12:40 to 13:20, say). A window that was asked for by whole
half-hours, as an advised roster is, says so in the field ``w.WINDOW``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from simulations.studies.hours import LAST_S, SLOT_S, clock, joined, lasting, seconds
from simulations.studies.scenario_plan import WEEKDAYS

from .asked import Asked, AskedError, windows_of

__all__ = ["Typed", "asked_of", "expected", "fill", "grid", "place_of", "rows"]

Typed = dict[str, list[str]]
"""Field name → what was typed, in the order of the page; a box that is not ticked is not there."""
_PLACES: Final = {
    "opens": "opens",
    "closes": "closes",
    "weekday": "weekday",
    "late_minutes": "late_minutes",
    "days": "days",
    "late_share": "share",
    "[demand] factor": "customers",
    "[demand] arrivals": "arrivals",
    "[staffing] teller_fewer": "fewer",
    "[staffing] late_opening_s": "late_opening",
    "[rules] wrap_up_factor": "wrap_up",
    "[rules] turn_away_at": "turn_away_at",
    "[rules] closing": "turn_away_at",
}
_MARGIN_S: Final = 3600.0
_ALL_DAY: Final = 1440
"""The express limit, in minutes, that keeps nobody away."""
Spells = Sequence[Sequence[float]]


def grid(survey: Mapping[str, Any]) -> list[float]:
    """Return the half-hours that can be ticked: from an hour before the first window opens to one after."""
    spells = [spell for windows in _rosters(survey) for one in windows for spell in one["hours"]]
    begins = min([survey["opens_s"], *(spell[0] for spell in spells)]) - _MARGIN_S
    ends = max([survey["closes_s"], *(spell[1] for spell in spells)]) + _MARGIN_S
    first, last = int(max(0.0, begins) // SLOT_S), -int(-min(LAST_S, ends) // SLOT_S)
    return [SLOT_S * number for number in range(first, last)]


def fill(survey: Mapping[str, Any], asked: Asked) -> Typed:
    """Return what one would have typed for a scenario; of an empty one: today's roster."""
    of = asked.scenario
    demand, staffing, rules = (_table(of, name) for name in ("demand", "staffing", "rules"))
    typed = {
        "name": _texts(of.get("name")),
        "as_on": _texts(asked.as_on),
        "weekday": _texts(of.get("weekday")),
        "opens": [str(of.get("opens", clock(survey["opens_s"])))],
        "closes": [str(of.get("closes", clock(survey["closes_s"])))],
        "late_minutes": [_text(of.get("late_minutes", 15))],
        "days": [str(asked.days)],
        "share": ["10" if asked.late_share is None else _text(asked.late_share, 100.0)],
        "customers": [_text(demand.get("factor", 1.0), 100.0)],
        "fewer": [_text(staffing.get("teller_fewer", 0))],
        "late_opening": [_text(staffing.get("late_opening_s", 0.0), 1.0 / 60.0)],
        "wrap_up": [_text(rules.get("wrap_up_factor", 1.0), 100.0)],
        "call_ahead": ["on"] if rules.get("call_ahead") else [],
        "closing": [str(rules.get("closing", "serve_all"))],
        "turn_away_at": _texts(rules.get("turn_away_at")),
    }
    for business, counts in _table(demand, "arrivals").items():
        typed[f"a.{business}"] = [_text(count) for count in counts]
    wanted = {one.get("id"): one for one in of.get("window", []) if isinstance(one, Mapping)}
    for one in windows_of(survey, asked.as_on):
        typed |= _window_typed(survey, one, wanted.get(one["window"], {}))
    return typed


def asked_of(
    typed: Mapping[str, Sequence[str]], survey: Mapping[str, Any], businesses: Sequence[str]
) -> Asked:
    """Return the scenario that was typed. Errors: `AskedError`."""
    as_on = _one(typed, "as_on") or None
    days = _number(_one(typed, "days"))
    if not isinstance(days, int):
        raise AskedError("days", f"{days!r} should be a whole number of days, such as 1000.")
    scenario: dict[str, Any] = {
        "name": _one(typed, "name") or None,
        "weekday": _one(typed, "weekday") or None,
        "opens": _one(typed, "opens"),
        "closes": _one(typed, "closes"),
        "late_minutes": _number(_one(typed, "late_minutes")),
        "demand": {"factor": _number(_one(typed, "customers"), 0.01)},
        "staffing": {
            "teller_fewer": _number(_one(typed, "fewer")),
            "late_opening_s": _number(_one(typed, "late_opening"), 60.0),
        },
        "rules": {
            "wrap_up_factor": _number(_one(typed, "wrap_up"), 0.01),
            "call_ahead": bool(_one(typed, "call_ahead")),
            "closing": _one(typed, "closing") or "serve_all",
        },
    }
    if scenario["rules"]["closing"] == "turn_away":
        scenario["rules"]["turn_away_at"] = _one(typed, "turn_away_at") or None
    arrivals = {
        name: [_number(count) for count in typed[f"a.{name}"]] for name in businesses if f"a.{name}" in typed
    }
    if arrivals:
        scenario["demand"]["arrivals"] = arrivals
    scenario["window"] = [_window_asked(typed, survey, one, businesses) for one in windows_of(survey, as_on)]
    plain = {name: value for name, value in scenario.items() if value is not None}
    if not _one(typed, "search"):
        return Asked(plain, days, as_on)
    share = _number(_one(typed, "share"), 0.01)
    if not isinstance(share, int | float):
        raise AskedError("late_share", f"{share!r:.40} should be a number of percent, such as 10.")
    return Asked(plain, days, as_on, share)


def place_of(error: AskedError, survey: Mapping[str, Any], as_on: str | None) -> str:
    """Return the part of the form that an error belongs to: a field, ``window.ID`` or ``windows``."""
    if error.field in _PLACES:
        return _PLACES[error.field]
    if error.field.startswith("[[window]] #"):
        number = int(error.field.removeprefix("[[window]] #").split()[0]) - 1
        windows = windows_of(survey, as_on)
        if number < len(windows):
            return f"window.{windows[number]['window']}"
    return "windows"


def is_open(hours: Spells, at: float) -> bool:
    """Whether a window is open for at least half of the half-hour."""
    return 2.0 * _within(hours, at) >= SLOT_S


def is_partly(hours: Spells, at: float) -> bool:
    """Whether a window is open for a part of the half-hour only."""
    return 0.0 < _within(hours, at) < SLOT_S


def _rosters(survey: Mapping[str, Any]) -> list[list[Any]]:
    return [survey["windows"], *survey["rosters"].values()]


def _within(hours: Spells, at: float) -> float:
    return lasting([(max(a, at), b) for a, b in hours if b > at], at + SLOT_S)


def _window_typed(survey: Mapping[str, Any], today: Mapping[str, Any], wanted: Mapping[str, Any]) -> Typed:
    name = today["window"]
    hours = _spells(wanted.get("hours")) if "hours" in wanted else today["hours"]
    takes = today["reluctance"]
    if "businesses" in wanted or "reluctance" in wanted:
        takes = {**dict.fromkeys(wanted.get("businesses", ()), 0.0), **_table(wanted, "reluctance")}
    typed = {f"b.{name}.{business}": [_text(after, 1.0 / 60.0)] for business, after in takes.items()}
    express = wanted.get("express_minutes", None if today["express_s"] is None else today["express_s"] / 60)
    typed[f"x.{name}"] = _texts(None if express == _ALL_DAY else express)
    ticked = [_slot(at) for at in grid(survey) if is_open(hours, at)]
    whole = _hours_asked(survey, (), set(ticked))
    typed[f"h.{name}"] = ticked
    is_whole = whole == list(joined(hours)) != _hours_asked(survey, today["hours"], set(ticked))
    typed[f"w.{name}"] = ["on"] if is_whole else []
    return typed


def _window_asked(
    typed: Mapping[str, Sequence[str]],
    survey: Mapping[str, Any],
    today: Mapping[str, Any],
    businesses: Sequence[str],
) -> dict[str, Any]:
    name = today["window"]
    before = () if _one(typed, f"w.{name}") else today["hours"]
    hours = _hours_asked(survey, before, set(typed.get(f"h.{name}", ())))
    takes = {
        business: _number(_one(typed, f"b.{name}.{business}"), 60.0)
        for business in businesses
        if _one(typed, f"b.{name}.{business}")
    }
    asked: dict[str, Any] = {
        "id": name,
        "hours": [f"{clock(begins)}-{clock(ends)}" for begins, ends in hours],
        "businesses": list(takes),
        "reluctance": {business: after for business, after in takes.items() if after},
    }
    if _one(typed, f"x.{name}") or today["express_s"] is not None:
        asked["express_minutes"] = _number(_one(typed, f"x.{name}") or str(_ALL_DAY))
    return asked


def _hours_asked(survey: Mapping[str, Any], today: Spells, ticked: set[str]) -> list[tuple[float, float]]:
    """Return whole half-hours where a box was changed, and today's times where none was.

    What is left of today where no box is ticked any more goes: its few minutes were the edge of a spell.
    """
    spells: list[tuple[float, float]] = []
    for at in grid(survey):
        ends = at + SLOT_S
        if (_slot(at) in ticked) != is_open(today, at):
            spells += [(at, ends)] if _slot(at) in ticked else []
        else:
            spells += [(max(a, at), min(b, ends)) for a, b in today if a < ends and b > at]
    boxes = [(at, at + SLOT_S) for at in grid(survey) if _slot(at) in ticked]
    return [(a, b) for a, b in joined(spells) if any(a < ends and b > begins for begins, ends in boxes)]


def _spells(hours: Any) -> list[tuple[float, float]]:  # noqa: ANN401 - as asked
    found = []
    for text in hours if isinstance(hours, list) else []:
        begins, _, ends = str(text).partition("-")
        try:
            found.append((seconds(begins.strip()), seconds(ends.strip())))
        except ValueError:
            continue
    return found


def _slot(at: float) -> str:
    return str(round(at / 60.0))


def _table(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = raw.get(name, {})
    return found if isinstance(found, Mapping) else {}


def _one(typed: Mapping[str, Sequence[str]], name: str) -> str:
    values = typed.get(name) or ("",)
    return values[0].strip()


def _number(text: str, unit: float = 1.0) -> Any:  # noqa: ANN401 - a number, or the text that is none
    try:
        number = float(text.replace("−", "-"))
    except ValueError:
        return text
    scaled = round(number * unit, 9)
    return int(scaled) if scaled == round(scaled) and abs(scaled) < 1e15 else scaled


def _text(value: Any, unit: float = 1.0) -> str:  # noqa: ANN401 - a number, or what was typed for one
    return f"{value * unit:g}" if isinstance(value, int | float) else str(value)


def _texts(value: Any) -> list[str]:  # noqa: ANN401
    return [] if value is None else [_text(value)]


def rows(survey: Mapping[str, Any], typed: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """Return the grid as it is drawn: a row for each window, a box for each half-hour."""
    found = []
    for one in windows_of(survey, _one(typed, "as_on") or None):
        name = one["window"]
        ticked = set(typed.get(f"h.{name}", ()))
        whole = _one(typed, f"w.{name}")
        boxes = [
            {
                "at": _slot(at),
                "clock": clock(at),
                "open": _slot(at) in ticked,
                "today": is_open(one["hours"], at),
                "partly": not whole and is_partly(one["hours"], at),
            }
            for at in grid(survey)
        ]
        found.append({"window": name, "boxes": boxes, "whole": bool(whole)})
    return found


def expected(survey: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the customers expected in each half-hour of the grid, on a mean day and by weekday."""
    slots = grid(survey)
    found = []
    for one in survey["demand"]:
        by_slot = {
            round(one["begins_s"] + SLOT_S * number): count for number, count in enumerate(one["expected"])
        }
        weekday = "" if one["weekday"] is None else WEEKDAYS[one["weekday"]]
        found.append({"weekday": weekday, "counts": [by_slot.get(round(at), 0.0) for at in slots]})
    return found
