"""What somebody asks over the network: a scenario without its sources, and the files that come of it.

The scenario has the keys of a scenario file, so that one vocabulary serves both; where the past is read is
the service's own affair. What is asked is laid over today's windows, and both are written down as scenario
files that `lobbyclock simulate` runs as well.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any, Final

from app.branch.branch_file import Branch, BranchFileError
from simulations.studies import scenario_file
from simulations.studies.hours import clock

__all__ = [
    "BRANCH_FILE",
    "MOST_DAYS",
    "SCENARIO",
    "TODAY",
    "WITHOUT",
    "Asked",
    "AskedError",
    "check",
    "said",
    "scenario_text",
    "to_toml",
    "today_text",
]

BRANCH_FILE, TODAY, SCENARIO = "branch.toml", "today.toml", "scenario.toml"
WITHOUT = "without.toml"
"""A scenario that needs no past."""
MOST_DAYS: Final = 20_000
_OWN: Final = ("branch", "history", "data", "timezone", "learn_from", "learn_to", "check_from", "check_to")
"""What only whoever runs the service may say: it names files."""
_SAME: Final = ("weekday", "date", "late_minutes", "paydays", "country")
"""What today's roster has in common with the scenario, for the comparison to be one."""


class AskedError(Exception):
    """A scenario that cannot be: the field as the scenario file names it, and the sentence."""

    def __init__(self, field_: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field_


@dataclass(frozen=True, slots=True)
class Asked:
    """A scenario (keys as in a scenario file), for how many days, and the past day whose windows it changes.

    `as_on`: None for the roster of today. `late_share`: the roster is not given but searched for, in which
    of each half-hour's customers at most this share waits longer than the scenario's `late_minutes`.
    """

    scenario: Mapping[str, Any] = field(default_factory=dict)
    days: int = 1000
    as_on: str | None = None
    late_share: float | None = None

    @property
    def late_s(self) -> float:
        """The wait that is late: as the scenario says, else a scenario file's own 15 minutes."""
        minutes = self.scenario.get("late_minutes")
        return 60.0 * (15.0 if minutes is None else minutes)

    def with_hours(self, hours: Mapping[str, list[str]]) -> Asked:
        """Return it with other hours of its windows, by id."""
        raw = self.scenario.get("window", [])
        wanted = {one["id"]: dict(one) for one in raw}
        window = [{**wanted.get(name, {"id": name}), "hours": spells} for name, spells in hours.items()]
        return Asked({**self.scenario, "window": window}, self.days, self.as_on, self.late_share)

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {"scenario": dict(self.scenario), "days": self.days, "as_on": self.as_on}


def today_text(sources: Mapping[str, Any], survey: Mapping[str, Any], asked: Asked) -> str:
    """Return the scenario file of the roster as it is: what the scenario is compared with."""
    own = {name: asked.scenario[name] for name in _SAME if name in asked.scenario}
    by_hand = asked.scenario.get("demand", {})
    if isinstance(by_hand, Mapping) and "arrivals" in by_hand:
        kept = ("arrivals", "priority_shares", "busyness_cv")
        own["demand"] = {name: by_hand[name] for name in kept if name in by_hand}
    doors = {"opens": clock(survey["opens_s"]), "closes": clock(survey["closes_s"])}
    if "demand" in own and "opens" in asked.scenario:  # customers by hand are counted from there
        doors["opens"] = asked.scenario["opens"]
    windows = [_window(one) for one in windows_of(survey, asked.as_on)]
    return to_toml({"name": "today", **sources, **doors, **own, "window": windows})


def scenario_text(sources: Mapping[str, Any], survey: Mapping[str, Any], asked: Asked) -> str:
    """Return the scenario file of what is asked. Errors: `AskedError`."""
    for name in _OWN:
        if name in asked.scenario:
            raise AskedError(name, "is the service's own to say; leave it out.")
    doors = {"opens": clock(survey["opens_s"]), "closes": clock(survey["closes_s"])}
    plain = {"name": "scenario", **sources, **doors, **asked.scenario}
    plain["window"] = _merged(survey, asked)
    return to_toml(plain)


def check(text: str, branch: Branch) -> None:
    """Refuse a scenario that is wrong in itself. Errors: `AskedError`, in the scenario module's words."""
    try:
        scenario_file.parse(text, SCENARIO, branch)
    except BranchFileError as error:
        raise said(error) from None


def said(error: Exception, folder: Path | None = None) -> AskedError:
    """Return an error as its field and its sentence, without the name of a file that nobody has seen."""
    sentence = str(error)
    if folder is not None:
        sentence = sentence.replace(f"{folder}/", "")
    where = ""
    if isinstance(error, BranchFileError):
        where = error.field
        sentence = sentence.partition(f":{error.line}: ")[2] or sentence
        sentence = sentence.removeprefix(f"{where}: ")
    for name in (SCENARIO, TODAY):
        sentence = sentence.removeprefix(f"{name}: ")
    return AskedError(where, sentence)


def windows_of(survey: Mapping[str, Any], as_on: str | None) -> list[dict[str, Any]]:
    """Return the windows of the roster, or as they were on a past day. Errors: `AskedError`."""
    if as_on is None:
        return list(survey["windows"])
    if as_on not in survey["rosters"]:
        known = ", ".join(survey["rosters"]) or "none"
        raise AskedError("as_on", f"{as_on:.40} is no day that windows can be taken from; known: {known}.")
    return list(survey["rosters"][as_on])


def _merged(survey: Mapping[str, Any], asked: Asked) -> list[Any]:
    """Return the windows of today, each with what is asked of it; new ones after them."""
    wanted = asked.scenario.get("window", [])
    if not isinstance(wanted, list) or not all(isinstance(one, Mapping) and "id" in one for one in wanted):
        raise AskedError("window", 'should be a list of windows, such as [{"id": "1", "hours": []}].')
    staffing = asked.scenario.get("staffing", {})
    levels = isinstance(staffing, Mapping) and "windows" in staffing
    by_name = {one["id"]: dict(one) for one in map(_window, windows_of(survey, asked.as_on))}
    for one in by_name.values():
        if levels:  # how many are open is asked, which hours is what comes of it
            del one["hours"]
    for one in wanted:
        name = one["id"] if isinstance(one["id"], str) else repr(one["id"])
        before = by_name.get(name, {})
        if "businesses" in one or "reluctance" in one:
            before = {key: value for key, value in before.items() if key not in ("businesses", "reluctance")}
        by_name[name] = {**before, **one}
    return list(by_name.values())


def _window(one: Mapping[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "id": one["window"],
        "hours": [f"{clock(begins)}-{clock(ends)}" for begins, ends in one["hours"]],
        "businesses": list(one["reluctance"]),
        "reluctance": {name: after for name, after in one["reluctance"].items() if after},
        "speed": one["speed"],
    }
    if one["express_s"] is not None:
        plain["express_minutes"] = one["express_s"] / 60.0
    return plain


def to_toml(plain: Mapping[str, Any]) -> str:
    """Write JSON-able data as TOML: its tables as tables, what is within them inline; None is left out."""
    known = {name: value for name, value in plain.items() if value is not None}
    tables = {name: value for name, value in known.items() if isinstance(value, Mapping)}
    lists = {
        name: value
        for name, value in known.items()
        if isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value)
    }
    text = [f"{_key(name)} = {_value(known[name])}" for name in known.keys() - tables.keys() - lists.keys()]
    text.sort()
    for name, table in tables.items():
        text += ["", f"[{_key(name)}]", *_lines(table)]
    for name, each in lists.items():
        for table in each:
            text += ["", f"[[{_key(name)}]]", *_lines(table)]
    return "\n".join(text) + "\n"


def _lines(table: Mapping[str, Any]) -> list[str]:
    return [f"{_key(name)} = {_value(value)}" for name, value in table.items() if value is not None]


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("-", "").replace("_", "").isalnum() else _value(name)


def _value(value: Any) -> str:  # noqa: ANN401 - JSON
    if isinstance(value, Mapping):
        return "{" + ", ".join(_lines(value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
