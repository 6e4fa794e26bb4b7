"""The scenario file: what is to be tried out, written in TOML by whoever plans the roster.

`sources` says what has to be read for it; `parse` checks the rest against the branch. An error names the
file, the line, the field and what would be right, as for the branch file.
"""

from __future__ import annotations

import datetime as dt
import re
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from app.branch.toml_reader import TOP, Place, TomlReader, finite, parsed, words
from simulations.studies.behaviour import Balking
from simulations.studies.hours import LAST_S, SLOT_S, Spells, clock, joined, seconds
from simulations.studies.scenario_plan import (
    WEEKDAYS,
    Lunch,
    Parallel,
    ScenarioPlan,
    Service,
    Sources,
    WindowPart,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.branch.branch_file import Branch

__all__ = ["parse", "sources"]

_CLOSING: Final = ("serve_all", "turn_away")
_MOST_A_SLOT = 10_000.0
_LONGEST_NAME = 120


_KNOWN: Final = {
    "": (
        *("name", "branch", "history", "data", "timezone", "learn_from", "learn_to"),
        *("check_from", "check_to"),
        *("late_minutes", "weekday", "date", "opens", "closes", "paydays", "country"),
        *("demand", "behaviour", "staffing", "window", "break", "back_office", "lunch", "rules", "parallel"),
        "roster",  # read by `roster_plan`
    ),
    "demand": ("factor", "business_factor", "busyness_cv", "arrivals", "priority_shares"),
    "behaviour": ("no_show_share", "patience_minutes", "walk_s", "wrap_up_s", "balking", "service"),
    "service": ("business", "mean_minutes", "cv"),
    "staffing": ("windows", "which", "as_on", "teller_fewer", "late_opening_s"),
    "window": ("id", "hours", "businesses", "reluctance", "express_minutes", "speed"),
    "spell": ("window", "from", "to"),
    "lunch": ("from", "to", "minutes", "at_once"),
    "rules": (
        *("closing", "turn_away_at", "head_start", "call_ahead"),
        *("wrap_up_factor", "service_factor"),
    ),
    "parallel": ("steps", "share"),
}


def sources(text: str, path: str = "scenario.toml") -> Sources:
    """Return what must be read before the rest can be checked. Errors: `BranchFileError`."""
    reader, raw = _reader(text, path)
    found = {name: reader.text(raw, name) for name in ("branch", "history", "data", "timezone")}
    learn = reader.date(raw, TOP, "learn_from"), reader.date(raw, TOP, "learn_to")
    check = reader.date(raw, TOP, "check_from"), reader.date(raw, TOP, "check_to")
    if found["history"] and found["data"]:
        raise reader.fail(TOP, "data", "stands beside history; learn from the one or the other.")
    if not any((found["branch"], found["history"])):
        raise reader.fail(TOP, "branch", 'is missing; name the branch file, such as branch = "main.toml".')
    for name, since, until in (("learn", *learn), ("check", *check)):
        if since and until and until < since:
            raise reader.fail(TOP, f"{name}_to", f"{until} lies before {name}_from = {since}; swap them.")
    return Sources(found["branch"], found["history"], found["data"], found["timezone"], *learn, *check)


def parse(text: str, path: str, branch: Branch) -> ScenarioPlan:
    """Return the scenario in a TOML text, for this branch. Errors: `BranchFileError`, with line and field."""
    of = sources(text, path)
    reader, raw = _reader(text, path)
    return reader.scenario(raw, branch, of)


def _reader(text: str, path: str) -> tuple[_Reader, Mapping[str, Any]]:
    text, raw = parsed(text, path)
    reader = _Reader(text, path, _KNOWN)
    reader.table(raw, TOP)
    return reader, raw


class _Reader(TomlReader):
    """Knows the tables of a scenario file."""

    def scenario(self, raw: Mapping[str, Any], branch: Branch, of: Sources) -> ScenarioPlan:
        opens, closes = (self.moment(raw, TOP, name, None) for name in ("opens", "closes"))
        if opens is not None and closes is not None and closes <= opens:
            raise self.fail(
                TOP,
                "closes",
                f"{clock(closes)} is not after opens = {clock(opens)}; close later than you open.",
            )
        weekday, date = self._day(raw)
        demand, behaviour = self._part(raw, "demand"), self._part(raw, "behaviour")
        staffing, rules = self._part(raw, "staffing"), self._part(raw, "rules")
        where = {name: Place(name, (name,)) for name in ("demand", "behaviour", "staffing", "rules")}
        parts = self._windows(raw, branch)
        patience = self.number(behaviour, where["behaviour"], "patience_minutes", 0.01, 1e6, None)
        return ScenarioPlan(
            name=self._name(raw) or re.sub(r".*/|\.toml$", "", self._path),
            path=self._path,
            sources=of,
            late_s=60.0 * self.number(raw, TOP, "late_minutes", 0.01, 600.0, 15.0),
            weekday=weekday,
            date=date,
            opens_s=opens,
            closes_s=closes,
            paydays=self._paydays(raw),
            country=self.text(raw, "country"),
            factor=self.number(demand, where["demand"], "factor", 0.0, 100.0, 1.0),
            business_factors=self._numbers(
                demand, where["demand"], "business_factor", branch.businesses, 100.0
            ),
            busyness_cv=self.number(demand, where["demand"], "busyness_cv", 0.0, 1.0, None),
            arrivals=self._arrivals(demand, branch, opens),
            priority_shares=self._shares(demand, branch),
            no_show_share=self.number(behaviour, where["behaviour"], "no_show_share", 0.0, 0.9, None),
            patience_s=None if patience is None else 60.0 * patience,
            walk_s=self.number(behaviour, where["behaviour"], "walk_s", 0.0, 3600.0, None),
            wrap_up_s=self.number(behaviour, where["behaviour"], "wrap_up_s", 0.0, 3600.0, None),
            balking=self._balking(behaviour),
            services=self._services(behaviour, branch),
            windows=self._levels(staffing, branch, opens, closes),
            which=self.ids(staffing, where["staffing"], "which", branch.windows, ()),
            as_on=self.date(staffing, where["staffing"], "as_on"),
            teller_fewer=self.whole(staffing, where["staffing"], "teller_fewer", 0, len(branch.windows), 0),
            late_opening_s=self.number(staffing, where["staffing"], "late_opening_s", 0.0, 14_400.0, 0.0),
            parts=parts,
            away=(*self._spells(raw, "break", branch), *self._spells(raw, "back_office", branch)),
            lunch=self._lunch(raw),
            turn_away_s=self._turn_away(rules, closes),
            head_start=self._numbers(rules, where["rules"], "head_start", branch.priorities, float("inf")),
            call_ahead=self.flag(rules, where["rules"], "call_ahead"),
            wrap_up_factor=self.number(rules, where["rules"], "wrap_up_factor", 0.0, 10.0, 1.0),
            service_factor=self.number(rules, where["rules"], "service_factor", 0.1, 10.0, 1.0),
            parallel=self._parallel(raw, branch),
        )

    def text(self, raw: Mapping[str, Any], name: str) -> str | None:
        found = self.value(
            raw, TOP, name, "some text", lambda v: isinstance(v, str) and bool(v.strip()), None
        )
        return None if found is None else str(found)

    def _name(self, raw: Mapping[str, Any]) -> str | None:
        right = f"some text that can be read, of at most {_LONGEST_NAME} characters"
        found = self.value(raw, TOP, "name", right, lambda v: words(v) and len(v) <= _LONGEST_NAME, None)
        return None if found is None else str(found)

    def date(self, raw: Mapping[str, Any], place: Place, name: str) -> dt.date | None:
        found = raw.get(name)
        if isinstance(found, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", found):
            try:
                return dt.date.fromisoformat(found)
            except ValueError:
                raise self.fail(place, name, f"{found!r} is no date.") from None
        if found is not None and (not isinstance(found, dt.date) or isinstance(found, dt.datetime)):
            raise self.fail(place, name, f"{found!r:.60} should be a date, such as 2026-11-24.")
        return found

    def moment(self, raw: Mapping[str, Any], place: Place, name: str, default: Any = ...) -> Any:  # noqa: ANN401
        """Seconds from midnight; a day may go on to 48:00."""

        def fits(v: object) -> bool:
            try:
                return isinstance(v, dt.time) or (isinstance(v, str) and seconds(v) >= 0.0)
            except ValueError:
                return False

        found = self.value(raw, place, name, 'a time of day, such as "09:00" (to "48:00")', fits, default)
        if isinstance(found, dt.time):
            return found.hour * 3600.0 + found.minute * 60.0 + found.second
        return seconds(found) if isinstance(found, str) else found

    def _part(self, raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        return self.table(raw.get(name, {}), Place(name, (name,)))

    def _day(self, raw: Mapping[str, Any]) -> tuple[int | None, dt.date | None]:
        date = self.date(raw, TOP, "date")
        weekday = self.value(
            raw, TOP, "weekday", f"one of {', '.join(WEEKDAYS)}",
            lambda v: isinstance(v, str) and v.lower() in WEEKDAYS, None,
        )  # fmt: skip
        number = None if weekday is None else WEEKDAYS.index(weekday.lower())
        if date is not None and number is not None and date.weekday() != number:
            raise self.fail(
                TOP, "weekday", f"{weekday!r} is not the day of date = {date}, a {WEEKDAYS[date.weekday()]}."
            )
        return (date.weekday() if date else number), date

    def _paydays(self, raw: Mapping[str, Any]) -> tuple[int, ...]:
        def fits(v: object) -> bool:
            return isinstance(v, list) and all(type(day) is int and 1 <= day <= 31 for day in v)

        return tuple(
            self.value(raw, TOP, "paydays", "a list of days of the month, such as [10, 15]", fits, [])
        )

    def _numbers(
        self, raw: Mapping[str, Any], place: Place, name: str, known: Mapping[str, Any], high: float
    ) -> dict[str, float]:
        """Non-negative numbers by something the branch file defines."""
        found = self.value(raw, place, name, "a table such as { a = 1 }", lambda v: isinstance(v, dict), {})
        for key, value in found.items():
            number = finite(value)
            if key not in known:
                its = ", ".join(known) or "none"
                raise self.fail(place, name, f"{key!r} is not in the branch file; it has {its}.")
            if number is None or not 0.0 <= number <= high:
                raise self.fail(place, name, f"{key} = {value!r:.40} should be a number from 0 to {high:g}.")
        return {key: float(value) for key, value in found.items()}

    def _arrivals(
        self, raw: Mapping[str, Any], branch: Branch, opens: float | None
    ) -> dict[str, tuple[float, ...]]:
        place = Place("demand", ("demand",))
        right = "expected customers by half-hour from opens, such as { personal = [12, 20, 18] }"
        found = self.value(raw, place, "arrivals", right, lambda v: isinstance(v, dict), {})
        if found and opens is None:
            raise self.fail(
                TOP, "opens", 'is missing; arrivals by hand are counted from it: opens = "09:00".'
            )
        for business, each in found.items():
            if business not in branch.businesses:
                known = ", ".join(branch.businesses)
                raise self.fail(place, "arrivals", f"{business!r} is not in the branch file; it has {known}.")
            numbers = [finite(value) for value in each] if isinstance(each, list) else [None]
            if not numbers or any(one is None or not 0.0 <= one <= _MOST_A_SLOT for one in numbers):
                raise self.fail(place, "arrivals", f"{business} should be {right}.")
        lengths = {len(each) for each in found.values()}
        if len(lengths) > 1:
            raise self.fail(place, "arrivals", "should have as many half-hours for every business.")
        self._within_the_day(place, "arrivals", opens, max(lengths, default=0))
        return {business: tuple(map(float, each)) for business, each in found.items()}

    def _shares(self, raw: Mapping[str, Any], branch: Branch) -> dict[str, float]:
        place = Place("demand", ("demand",))
        found = self._numbers(raw, place, "priority_shares", branch.priorities, 1.0)
        if sum(found.values()) > 1.0:
            raise self.fail(place, "priority_shares", "add up to more than 1; the rest has no priority.")
        return found

    def _balking(self, raw: Mapping[str, Any]) -> Balking:
        place = Place("behaviour", ("behaviour",))
        right = "pairs of minutes shown and the share that turns away, both rising: [[10, 0.02], [30, 0.2]]"

        def fits(v: object) -> bool:
            if not isinstance(v, list) or not all(isinstance(one, list) and len(one) == 2 for one in v):
                return False
            pairs = [(finite(one[0]), finite(one[1])) for one in v]
            if any(a is None or b is None or a <= 0.0 or not 0.0 < b <= 1.0 for a, b in pairs):
                return False
            waits, shares = ([float(one[at]) for one in v] for at in (0, 1))
            return waits == sorted(set(waits)) and shares == sorted(set(shares))

        found = self.value(raw, place, "balking", right, fits, [])
        return Balking(tuple(60.0 * one[0] for one in found), tuple(float(one[1]) for one in found))

    def _services(self, raw: Mapping[str, Any], branch: Branch) -> tuple[Service, ...]:
        found: list[Service] = []
        for own, place in self.tables(raw, "service", ("behaviour",), "service"):
            business = self.one_of(own, place, "business", [*branch.businesses])
            if any(each.business == business for each in found):
                raise self.fail(place, "business", f"{business!r} has a service above; keep one of them.")
            mean = self.number(own, place, "mean_minutes", 0.01, 600.0)
            found.append(Service(business, 60.0 * mean, self.number(own, place, "cv", 0.01, 3.0, 0.8)))
        return tuple(found)

    def _levels(
        self, raw: Mapping[str, Any], branch: Branch, opens: float | None, closes: float | None
    ) -> tuple[int, ...]:
        place = Place("staffing", ("staffing",))

        def fits(v: object) -> bool:
            return isinstance(v, list) and bool(v) and all(type(one) is int and one >= 0 for one in v)

        right = "how many windows are open in each half-hour from opens, such as [3, 4, 5, 5]"
        found = tuple(self.value(raw, place, "windows", right, fits, [])) if "windows" in raw else ()
        if found and opens is None:
            raise self.fail(TOP, "opens", 'is missing; the half-hours are counted from it: opens = "09:00".')
        most = len(branch.windows)
        if found and max(found) > most:
            at = clock((opens or 0.0) + 1800.0 * found.index(max(found)))
            raise self.fail(
                place, "windows", f"asks for {max(found)} windows at {at}, but the branch has {most}; "
                "ask for fewer, or add a [[window]] to the branch file.",
            )  # fmt: skip
        if found and not any(found):
            raise self.fail(place, "windows", "opens no window at any time; give at least one half-hour one.")
        ends = self._within_the_day(place, "windows", opens, len(found))
        if found and closes is not None and ends < closes:
            raise self.fail(
                place, "windows", f"ends at {clock(ends)}, but the doors close at {clock(closes)}; "
                "say how many are open in every half-hour, or leave closes out.",
            )  # fmt: skip
        return found

    def _within_the_day(self, place: Place, name: str, opens: float | None, slots: int) -> float:
        """Return when so many half-hours from the opening are over, which must be by 48:00."""
        begins = opens or 0.0
        ends = begins + SLOT_S * slots
        if ends > LAST_S:
            most = int((LAST_S - begins) // SLOT_S)
            raise self.fail(
                place, name, f"goes past 48:00; give at most {most} half-hours from {clock(begins)}."
            )
        return ends

    def _windows(self, raw: Mapping[str, Any], branch: Branch) -> tuple[WindowPart, ...]:
        found: dict[str, WindowPart] = {}
        for own, place in self.tables(raw, "window", (), "window"):
            name = self.id(own, place, found)
            if name not in branch.windows and "businesses" not in own:
                known = ", ".join(branch.windows)
                raise self.fail(
                    place, "businesses", f"is missing; window {name!r} is new (the branch has {known}): "
                    "say what it takes.",
                )  # fmt: skip
            takes: dict[str, float] | None = None
            if "businesses" in own or "reluctance" in own:
                if "businesses" in own:
                    takes = dict.fromkeys(self.ids(own, place, "businesses", branch.businesses), 0.0)
                else:
                    takes = dict(branch.windows[name].reluctance)
                takes |= self._numbers(own, place, "reluctance", branch.businesses, float("inf"))
            hours = self._hours(own, place)
            is_open = bool(hours) or (hours is None and "windows" not in raw.get("staffing", {}))
            if takes is not None and is_open and not any(map(isfinite, takes.values())):
                raise self.fail(
                    place, "businesses", f"is empty; say what window {name!r} takes, or shut it: hours = []."
                )
            express = self.number(own, place, "express_minutes", 0.1, 1440.0, None)
            found[name] = WindowPart(
                name,
                hours,
                takes,
                None if express is None else 60.0 * express,
                self.number(own, place, "speed", 0.1, 10.0, 1.0),
            )
        return tuple(found.values())

    def _hours(self, raw: Mapping[str, Any], place: Place) -> Spells | None:
        if "hours" not in raw:
            return None
        right = 'a list of spells, such as ["09:00-12:00", "13:00-17:00"]; [] for a window that stays shut'

        def fits(v: object) -> bool:
            return isinstance(v, list) and all(isinstance(one, str) and one.count("-") == 1 for one in v)

        spells = []
        for text in self.value(raw, place, "hours", right, fits):
            try:
                begins, ends = (seconds(part.strip()) for part in text.split("-"))
            except ValueError:
                raise self.fail(place, "hours", f"{text!r} should be a spell such as 09:00-12:00.") from None
            if ends <= begins:
                raise self.fail(place, "hours", f"{text!r} ends before it begins; swap the two times.")
            spells.append((begins, ends))
        return joined(spells)

    def _spells(self, raw: Mapping[str, Any], name: str, branch: Branch) -> list[tuple[str, float, float]]:
        found = []
        new = {str(one.get("id")) for one in raw.get("window", []) if isinstance(one, dict)}
        for own, place in self.tables(raw, "spell", (), name):
            window = self.value(
                own, place, "window", f"one of {', '.join(branch.windows)}",
                lambda v: isinstance(v, str) and (v in branch.windows or v in new),
            )  # fmt: skip
            begins, ends = self.moment(own, place, "from"), self.moment(own, place, "to")
            if ends <= begins:
                raise self.fail(place, "to", f"{clock(ends)} should be after from = {clock(begins)}.")
            found.append((window, begins, ends))
        return found

    def _lunch(self, raw: Mapping[str, Any]) -> Lunch | None:
        if "lunch" not in raw:
            return None
        place = Place("lunch", ("lunch",))
        own = self.table(raw["lunch"], place)
        begins, ends = self.moment(own, place, "from"), self.moment(own, place, "to")
        away_s = 60.0 * self.number(own, place, "minutes", 5, 240)
        if ends - begins < away_s:
            raise self.fail(
                place, "to", f"{clock(ends)} leaves no room for a lunch of {away_s / 60:g} minutes."
            )
        return Lunch(begins, ends, away_s, self.whole(own, place, "at_once", 1, 64, 1))

    def _turn_away(self, raw: Mapping[str, Any], closes: float | None) -> float | None:
        place = Place("rules", ("rules",))
        rule = self.one_of(raw, place, "closing", _CLOSING, "serve_all")
        moment: float | None = self.moment(raw, place, "turn_away_at", None)
        if rule == "serve_all":
            if moment is not None:
                raise self.fail(place, "turn_away_at", 'needs closing = "turn_away".')
            return None
        if moment is None:
            moment = closes
        if moment is None:
            raise self.fail(place, "turn_away_at", 'is missing; say when, such as "17:15", or give closes.')
        if closes is not None and moment < closes:
            raise self.fail(place, "turn_away_at", f"{clock(moment)} lies before closes = {clock(closes)}.")
        return moment

    def _parallel(self, raw: Mapping[str, Any], branch: Branch) -> tuple[Parallel, ...]:
        found = []
        known = {name: step for name, step in branch.steps.items() if step.minutes}
        for own, place in self.tables(raw, "parallel", (), "parallel"):
            steps = self.ids(own, place, "steps", known)
            if len(steps) != 2:
                raise self.fail(place, "steps", "should be two of the branch file's steps that have minutes.")
            found.append(Parallel(steps, self.number(own, place, "share", 0.0, 1.0)))
        return tuple(found)
