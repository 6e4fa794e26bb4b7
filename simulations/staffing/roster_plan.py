"""What a scenario file says of rosters, under `[roster]`: bounds, shifts, crews, duties, people and days.

All of it may be left out: then the shifts and duties are the usual ones, and there is one crew.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import numpy as np

from app.branch.toml_reader import Place, TomlReader, finite, words
from estimator.columns import Ints
from simulations.staffing.opening import StaffingError
from simulations.staffing.rosters import Teller
from simulations.staffing.shifts import Break, Crew, Duty, Shift, usual_duties, usual_shifts
from simulations.studies.hours import SLOT_S, clock, seconds

__all__ = ["RosterPlan", "parse"]

_KNOWN: Final = {
    "roster": ("least", "most", "from", "days", "rest_hours", "shift", "crew", "duty", "teller"),
    "shift": ("name", "from", "to", "balancing_minutes", "break"),
    "break": ("minutes", "from", "to", "paid"),
    "crew": ("name", "least", "most", "windows", "duties", "shifts"),
    "duty": ("name", "tellers", "minutes", "from", "to"),
    "teller": ("name", "crew", "away", "hours_a_week", "days_a_week"),
}
_TOP = Place("roster", ("roster",))
_CREW = "tellers"
_MOST_STAFF = 99
_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True, eq=False)
class RosterPlan:
    """Bounds on the windows open [H], what covers are made of, and who is to be named on which days."""

    least: Ints
    most: Ints
    shifts: tuple[Shift, ...]
    crews: tuple[Crew, ...]
    duties: tuple[Duty, ...]
    tellers: tuple[Teller, ...]
    dates: tuple[dt.date, ...]
    rest_h: float


def parse(text: str, path: str, windows: Sequence[str], opens_s: float, slots: int) -> RosterPlan:
    """Return the plan for a day of so many half-hours. Errors: `BranchFileError`, with line and field.

    `text`: a scenario file that could be read.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    raw = tomllib.loads(text).get("roster", {})
    return _Reader(text, path, windows, opens_s, slots).plan(raw)


class _Reader(TomlReader):
    """Knows the tables under `[roster]`; moments become half-hours from the opening."""

    def __init__(self, text: str, path: str, windows: Sequence[str], opens_s: float, slots: int) -> None:
        super().__init__(text, path, _KNOWN)
        self.windows = frozenset(windows)
        self.opens_s, self.slots = opens_s, slots

    def plan(self, raw: Any) -> RosterPlan:  # noqa: ANN401 - TOML holds anything
        self.table(raw, _TOP)
        shifts = tuple(self._shift(*each) for each in self._each(raw, "shift"))
        duties = tuple(self._duty(*each) for each in self._each(raw, "duty"))
        shifts = shifts or tuple(usual_shifts(self.slots, opens_s=self.opens_s))
        duties = duties if "duty" in raw else tuple(usual_duties(self.slots))
        tellers = tuple(self._teller(*each) for each in self._each(raw, "teller"))
        crews = self._crews(raw, shifts, duties, tellers)
        self._distinct(raw, tellers, crews)
        return RosterPlan(
            least=self._levels(raw, "least", min(1, len(self.windows))),
            most=self._levels(raw, "most", len(self.windows)),
            shifts=shifts,
            crews=crews,
            duties=duties,
            tellers=tellers,
            dates=self._dates(raw),
            rest_h=self.number(raw, _TOP, "rest_hours", 0.0, 24.0, 11.0),
        )

    def _each(self, raw: Mapping[str, Any], name: str) -> list[Any]:
        return self.tables(raw, name, ("roster",), name)

    def _levels(self, raw: Mapping[str, Any], name: str, default: int) -> Ints:
        highest = len(self.windows)

        def fits(v: object) -> bool:
            numbers = v if isinstance(v, list) else [v] * self.slots
            return len(numbers) == self.slots and all(type(n) is int and 0 <= n <= highest for n in numbers)

        right = f"a number of windows up to {highest}, or a list of {self.slots}, one for each half-hour"
        found = self.value(raw, _TOP, name, right, fits, default)
        return np.array(found if isinstance(found, list) else [found] * self.slots, np.int64)

    def _shift(self, raw: Mapping[str, Any], place: Place) -> Shift:
        starts, ends = self._slot(raw, place, "from"), self._slot(raw, place, "to")
        breaks = tuple(
            Break(
                self._length(own, where, "minutes"),
                self._slot(own, where, "from") - starts,
                self._slot(own, where, "to") - starts - self._length(own, where, "minutes"),
                self.flag(own, where, "paid"),
            )
            for own, where in self.tables(raw, "break", place.path, "break")
        )
        name = self._name(raw, place, f"{raw.get('from')}–{raw.get('to')}")
        balancing = self._length(raw, place, "balancing_minutes", 30)
        return self._made(place, lambda: Shift(name, starts, ends, breaks, balancing))

    def _duty(self, raw: Mapping[str, Any], place: Place) -> Duty:
        length = self._length(raw, place, "minutes")
        earliest, until = self._slot(raw, place, "from"), self._slot(raw, place, "to")
        tellers = int(self.number(raw, place, "tellers", 1, _MOST_STAFF, 1))
        name = self._name(raw, place)
        return self._made(place, lambda: Duty(name, tellers, length, earliest, until - length))

    def _teller(self, raw: Mapping[str, Any], place: Place) -> Teller:
        return Teller(
            self._name(raw, place),
            self._name(raw, place, _CREW, key="crew"),
            frozenset(self._days(raw, place, "away")),
            self.number(raw, place, "hours_a_week", 0.0, 168.0, 40.0),
            int(self.number(raw, place, "days_a_week", 0, 7, 5)),
        )

    def _crews(
        self,
        raw: Mapping[str, Any],
        shifts: Sequence[Shift],
        duties: Sequence[Duty],
        tellers: Sequence[Teller],
    ) -> tuple[Crew, ...]:
        """Return the crews as written; else those of the tellers; else one that is large enough."""
        known_shifts = frozenset(shift.name for shift in shifts)
        known_duties = frozenset(duty.name for duty in duties)
        found = []
        for own, place in self._each(raw, "crew"):
            name = self._name(own, place)
            most = self.number(own, place, "most", 0, _MOST_STAFF, self._heads(tellers, name))
            crew = Crew(
                name,
                int(most),
                int(self.number(own, place, "least", 0, most, 0)),
                self._some(own, place, "windows", self.windows),
                self._some(own, place, "duties", known_duties),
                self._some(own, place, "shifts", known_shifts),
            )
            found.append(crew)
        names = dict.fromkeys([teller.crew for teller in tellers] or [_CREW])
        return tuple(found) or tuple(Crew(name, self._heads(tellers, name)) for name in names)

    def _heads(self, tellers: Sequence[Teller], crew: str) -> int:
        named = sum(teller.crew == crew for teller in tellers)
        return named or min(_MOST_STAFF, 2 * len(self.windows) + 2)

    def _distinct(self, raw: Mapping[str, Any], tellers: Sequence[Teller], crews: Sequence[Crew]) -> None:
        names = {crew.name for crew in crews}
        for number, teller in enumerate(tellers):
            place = Place("teller", ("roster", "teller", number))
            if teller.crew not in names:
                raise self.fail(place, "crew", f"{teller.crew!r} is none of {', '.join(sorted(names))}.")
            if any(teller.name == other.name for other in tellers[:number]):
                raise self.fail(place, "name", f"{teller.name!r} is used twice; names are unique.")
        if len(names) < len(crews):
            raise self.fail(_TOP, "crew", f"of {len(raw['crew'])}, two have the same name; rename one.")

    def _dates(self, raw: Mapping[str, Any]) -> tuple[dt.date, ...]:
        """Return so many working days, Mondays to Fridays, from a date; none where it is left out."""
        if "from" not in raw:
            return ()
        first = self._days({"from": [raw["from"]]}, _TOP, "from")[0]
        number = int(self.number(raw, _TOP, "days", 1, 62, 5))
        days = (first + dt.timedelta(days=ahead) for ahead in range(2 * number + 7))
        return tuple([day for day in days if day.weekday() < 5][:number])

    def _days(self, raw: Mapping[str, Any], place: Place, name: str) -> list[dt.date]:
        def day(v: object) -> dt.date | None:
            if isinstance(v, str):
                try:
                    return dt.date.fromisoformat(v)
                except ValueError:
                    return None
            return v if isinstance(v, dt.date) and not isinstance(v, dt.datetime) else None

        def fits(v: object) -> bool:
            return isinstance(v, list) and all(day(one) is not None for one in v)

        found = self.value(raw, place, name, "a date such as 2026-11-23, or a list of them", fits, [])
        return [one for one in map(day, found) if one is not None]

    def _slot(self, raw: Mapping[str, Any], place: Place, name: str) -> int:
        """Return a moment as half-hours from the opening."""
        right = f"a time on a half-hour from {clock(self.opens_s)}, such as {clock(self.opens_s + SLOT_S)!r}"

        def slot(v: object) -> float:
            if isinstance(v, dt.time):
                v = v.isoformat("minutes")
            return (seconds(v) - self.opens_s) / SLOT_S if isinstance(v, str) else 0.5

        def fits(v: object) -> bool:
            try:
                return slot(v).is_integer()
            except ValueError:
                return False

        return int(slot(self.value(raw, place, name, right, fits)))

    def _length(self, raw: Mapping[str, Any], place: Place, name: str, default: Any = ...) -> int:  # noqa: ANN401
        def fits(v: object) -> bool:
            number = finite(v)
            return number is not None and 0 <= number <= 720 and (number / 30.0).is_integer()

        return int(
            self.value(raw, place, name, "whole half-hours, in minutes, such as 60", fits, default) // 30
        )

    def _name(self, raw: Mapping[str, Any], place: Place, default: Any = ..., key: str = "name") -> str:  # noqa: ANN401
        right = "a name on one line"
        return str(self.value(raw, place, key, right, words, default))

    def _some(
        self, raw: Mapping[str, Any], place: Place, name: str, known: frozenset[str]
    ) -> frozenset[str] | None:
        return frozenset(self.ids(raw, place, name, known)) if name in raw else None

    def _made(self, place: Place, make: Callable[[], _Made]) -> _Made:
        """Return a value that checks itself, its error with the place."""
        try:
            return make()
        except StaffingError as error:
            raise self.fail(place, "", str(error)) from None
