"""The branch file: what a branch is, written in TOML by whoever runs it.

``parse`` checks everything before anything runs. An error names the file, the line, the field and what would
be right, because the person who reads it is standing in a branch that opens in ten minutes.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from .events import ID, SERVICE
from .plan import (
    LANGUAGES,
    NEVER,
    REPORTS,
    RESOURCES,
    Branch,
    Business,
    Names,
    Priority,
    SenderPlan,
    Spell,
    StepPlan,
    WindowPlan,
)
from .toml_lines import Path, lines

__all__ = [
    "LANGUAGES",
    "NEVER",
    "REPORTS",
    "RESOURCES",
    "Branch",
    "BranchFileError",
    "Business",
    "Names",
    "Priority",
    "SenderPlan",
    "Spell",
    "StepPlan",
    "WindowPlan",
    "parse",
]

ID_WORDS = "1 to 64 letters, digits, '.', '_' or '-'"


class BranchFileError(Exception):
    """A branch file that cannot be used: where, what, and what would be right."""

    def __init__(self, path: str, line: int, where: str, problem: str) -> None:
        super().__init__(f"{path}:{line}: {where}: {problem}" if where else f"{path}:{line}: {problem}")
        self.line = line
        self.field = where


def parse(text: str, path: str = "branch.toml") -> Branch:
    """The branch in a TOML text. Errors: ``BranchFileError``, with line and field."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise BranchFileError(path, line, "", f"not TOML: {error}") from None
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits; a thousand brackets
        raise BranchFileError(path, 1, "", f"cannot be read as TOML: {error}") from None
    return _Reader(text, path).branch(raw)


_KNOWN = {
    "": ("branch", "business", "window", "priority", "step", "sender", "promise", "roster"),
    "branch": (
        *("id", "names", "timezone", "day_change", "languages"),
        *("late_s", "ahead_s", "undo_s", "recall_s", "unattended_s", "walking_s"),
    ),
    "business": ("id", "prefix", "names", "minutes", "items"),
    "window": ("id", "label", "businesses", "reluctance", "express_s", "signs"),
    "priority": ("head_start_s", "names"),
    "step": ("id", "names", "public", "resource", "minutes"),
    "sender": ("id", "authoritative", "reports", "heartbeat_s", "windows"),
    "promise": ("late_share", "early_share"),
    "roster": ("opening", "break", "back_office"),
    "spell": ("window", "from", "to"),
}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the file a value stands: the table's kind, and the way to it from the top."""

    kind: str
    path: Path

    def __str__(self) -> str:
        if not self.path:
            return ""
        header = ".".join(part for part in self.path if isinstance(part, str))
        last = self.path[-1]
        return f"[[{header}]] #{last + 1}" if isinstance(last, int) else f"[{header}]"


_TOP = _Place("", ())


def _finite(value: object) -> float | None:
    """A TOML number, infinity included, as a float; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # noqa: PLR0124 - NaN
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def _are_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _words(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


class _Reader:
    """Reads checked values out of parsed TOML, and finds their lines again when one is wrong."""

    def __init__(self, text: str, path: str) -> None:
        self._text = text
        self._path = path

    def fail(self, place: _Place, name: str, problem: str) -> BranchFileError:
        return BranchFileError(
            self._path, self._line((*place.path, name)), f"{place} {name}".strip(), problem
        )

    def _line(self, path: Path) -> int:
        """The line of a value, or of the innermost table around it that is there."""
        found = lines(self._text)
        known = (found[path[:depth]] for depth in range(len(path), 0, -1) if path[:depth] in found)
        return next(known, 1)

    def table(self, raw: Any, place: _Place) -> Mapping[str, Any]:  # noqa: ANN401 - TOML holds anything
        if not isinstance(raw, dict):
            raise self.fail(place, "", "must be a table.")
        for name in raw:
            if name not in _KNOWN[place.kind]:
                its = ", ".join(_KNOWN[place.kind])
                raise self.fail(place, name, f"is not known here; known: {its}.")
        return raw

    def tables(self, raw: Mapping[str, Any], kind: str, above: Path, name: str) -> list[Any]:
        found = raw.get(name, [])
        if not isinstance(found, list):
            header = ".".join((*map(str, above), name))
            raise self.fail(_Place(kind, above), name, f"must be written as [[{header}]], once for each.")
        places = [_Place(kind, (*above, name, at)) for at in range(len(found))]
        return [(self.table(item, place), place) for item, place in zip(found, places, strict=True)]

    def value(
        self,
        raw: Mapping[str, Any],
        place: _Place,
        name: str,
        right: str,
        test: Callable[[Any], bool],
        default: Any = ...,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        if name not in raw:
            if default is ...:
                raise self.fail(place, name, f"is missing; it should be {right}.")
            return default
        if not test(raw[name]):
            raise self.fail(place, name, f"{raw[name]!r:.60} should be {right}.")
        return raw[name]

    def id(self, raw: Mapping[str, Any], place: _Place, seen: Mapping[str, Any] | None = None) -> str:
        value = str(
            self.value(raw, place, "id", ID_WORDS, lambda v: isinstance(v, str) and bool(ID.fullmatch(v)))
        )
        if seen is not None and value in seen:
            raise self.fail(place, "id", f"{value!r} is used twice; ids are unique.")
        return value

    def number(
        self,
        raw: Mapping[str, Any],
        place: _Place,
        name: str,
        low: float,
        high: float,
        default: Any = ...,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401 - None only where that is the default
        def fits(v: object) -> bool:
            number = _finite(v)
            return number is not None and low <= number <= high

        value = self.value(raw, place, name, f"a number from {low:g} to {high:g}", fits, default)
        return value if value is None else float(value)

    def names(self, raw: Mapping[str, Any], place: _Place, name: str, default: Any = ...) -> Names:  # noqa: ANN401
        right = f'words, or words by language: {{ "zh-Hans" = "…", en = "…" }} (of {", ".join(LANGUAGES)})'

        def fits(v: object) -> bool:
            if isinstance(v, dict):
                return bool(v) and all(key in LANGUAGES and _words(word) for key, word in v.items())
            return _words(v)

        value = self.value(raw, place, name, right, fits, default)
        return dict.fromkeys(LANGUAGES, value) if isinstance(value, str) else dict(value)

    def minutes(
        self,
        raw: Mapping[str, Any],
        place: _Place,
        default: Any = ...,  # noqa: ANN401
    ) -> tuple[float, float, float] | None:
        def fits(v: object) -> bool:
            return (
                isinstance(v, list)
                and len(v) == 3
                and all(_finite(m) is not None for m in v)
                and 0 < v[0] < v[1] < v[2] <= 600
            )

        right = "three rising numbers of minutes: the 10th, 50th and 90th percentile, such as [3, 8, 20]"
        value = self.value(raw, place, "minutes", right, fits, default)
        return value if value is None else (float(value[0]), float(value[1]), float(value[2]))

    def flag(self, raw: Mapping[str, Any], place: _Place, name: str) -> bool:
        return bool(
            self.value(raw, place, name, "true or false", lambda v: isinstance(v, bool), default=False)
        )

    def ids(
        self,
        raw: Mapping[str, Any],
        place: _Place,
        name: str,
        known: Mapping[str, Any] | frozenset[str],
        default: Any = ...,  # noqa: ANN401
    ) -> tuple[str, ...]:
        right = f"a list of {', '.join(sorted(known)) or 'nothing (none is defined)'}"

        def fits(v: object) -> bool:
            return isinstance(v, list) and all(isinstance(item, str) and item in known for item in v)

        return tuple(dict.fromkeys(self.value(raw, place, name, right, fits, default)))

    def clock(self, raw: Mapping[str, Any], place: _Place, name: str, default: Any = ...) -> time:  # noqa: ANN401
        def fits(v: object) -> bool:
            return isinstance(v, time) or (
                isinstance(v, str) and bool(re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", v))
            )

        value = self.value(raw, place, name, 'a time of day, such as "09:00"', fits, default)
        return time.fromisoformat(value) if isinstance(value, str) else value

    def branch(self, raw: Mapping[str, Any]) -> Branch:
        self.table(raw, _TOP)
        if "branch" not in raw:
            raise self.fail(_TOP, "[branch]", "is missing; it gives id, names, timezone and languages.")
        place = _Place("branch", ("branch",))
        own = self.table(raw["branch"], place)
        businesses = self._businesses(raw)
        windows = self._windows(raw, businesses)
        served = {name for window in windows.values() for name in window.reluctance}
        for at, name in enumerate(businesses):
            if name not in served:
                lost = _Place("business", ("business", at))
                raise self.fail(lost, "id", f"{name!r} is served by no window; add it to one's businesses.")
        promise = _Place("promise", ("promise",))
        shares = self.table(raw.get("promise", {}), promise)
        bounds: dict[str, Any] = {
            name: self.number(own, place, name, 0, 86_400, default)
            for name, default in (
                ("late_s", 300.0), ("ahead_s", 60.0), ("undo_s", 120.0),
                ("recall_s", 900.0), ("unattended_s", 120.0), ("walking_s", 20.0),
            )
        }  # fmt: skip
        return Branch(
            id=self.id(own, place),
            names=self.names(own, place, "names"),
            timezone=self._timezone(own, place),
            day_change=self.clock(own, place, "day_change", "04:00"),
            languages=self._languages(own, place),
            businesses=businesses,
            windows=windows,
            priorities=self._priorities(raw),
            steps=self._steps(raw),
            senders=self._senders(raw, windows),
            late_share=self.number(shares, promise, "late_share", 0.001, 0.5, 0.05),
            early_share=self.number(shares, promise, "early_share", 0.001, 0.5, 0.20),
            **(self._roster(raw, windows) | bounds),
        )

    def _languages(self, own: Mapping[str, Any], place: _Place) -> tuple[str, ...]:
        found = self.ids(own, place, "languages", frozenset(LANGUAGES), ("zh-Hans", "en"))
        if not found:
            raise self.fail(place, "languages", f"[] should be at least one of {', '.join(LANGUAGES)}.")
        return found

    def _timezone(self, own: Mapping[str, Any], place: _Place) -> str:
        def fits(v: object) -> bool:
            try:
                return isinstance(v, str) and bool(ZoneInfo(v))
            except (KeyError, ValueError, OSError):
                return False

        return str(self.value(own, place, "timezone", 'an IANA time zone, such as "Asia/Shanghai"', fits))

    def _businesses(self, raw: Mapping[str, Any]) -> dict[str, Business]:
        found: dict[str, Business] = {}
        prefixes: dict[str, str] = {}
        for own, place in self.tables(raw, "business", (), "business"):
            name = self.id(own, place, found)
            right = '1 to 3 letters that start this business\'s numbers, such as "A"'
            prefix = self.value(
                own, place, "prefix", right,
                lambda v: isinstance(v, str) and bool(re.fullmatch(r"[A-Za-z]{1,3}", v)),
            )  # fmt: skip
            holder = prefixes.setdefault(prefix.upper(), name)
            if holder != name:
                raise self.fail(place, "prefix", f"{prefix!r} is already {holder}'s; numbers would clash.")
            minutes = self.minutes(own, place)
            assert minutes is not None  # noqa: S101 - no default was given
            names = self.names(own, place, "names")
            found[name] = Business(name, prefix, names, minutes, self.flag(own, place, "items"))
        if not found:
            raise self.fail(_TOP, "[[business]]", "is missing; a branch has at least one business.")
        return found

    def _windows(self, raw: Mapping[str, Any], businesses: Mapping[str, Business]) -> dict[str, WindowPlan]:
        found: dict[str, WindowPlan] = {}
        for own, place in self.tables(raw, "window", (), "window"):
            name = self.id(own, place, found)
            label = self.value(
                own, place, "label", "1 to 8 characters",
                lambda v: _words(v) and len(v) <= 8, name if len(name) <= 8 else ...,
            )  # fmt: skip
            reluctance = dict.fromkeys(self.ids(own, place, "businesses", businesses), 0.0)
            right = "seconds by business: how long its tickets must have waited, such as { corporate = 300 }"
            extra = self.value(own, place, "reluctance", right, lambda v: isinstance(v, dict), {})
            for business, wait in extra.items():
                seconds = _finite(wait)
                if business not in businesses or seconds is None or seconds < 0:
                    raise self.fail(place, "reluctance", f"{business} = {wait!r:.60} should be {right}.")
                if seconds != NEVER:
                    reluctance[business] = seconds
            express = self.number(own, place, "express_s", 1, 86_400, None)
            signs = self.value(own, place, "signs", "a list of tables", _are_tables, [])
            found[name] = WindowPlan(name, label, reluctance, express, tuple(signs))
        if not 1 <= len(found) <= 64:
            raise self.fail(_TOP, "[[window]]", f"must stand 1 to 64 times, not {len(found)}.")
        return found

    def _priorities(self, raw: Mapping[str, Any]) -> dict[str, Priority]:
        found: dict[str, Priority] = {}
        for name, own in self.table_of_tables(raw, "priority").items():
            place = _Place("priority", ("priority", name))
            table = self.table(own, place)
            if not ID.fullmatch(name):
                raise self.fail(place, "", f"{name!r:.80} should be {ID_WORDS}.")
            start = self.number(table, place, "head_start_s", 0, NEVER)
            found[name] = Priority(name, start, self.names(table, place, "names", name))
        return found

    def table_of_tables(self, raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        found = raw.get(name, {})
        if not isinstance(found, dict):
            raise self.fail(_Place(name, (name,)), "", f"must be written as [{name}.NAME], once for each.")
        return found

    def _steps(self, raw: Mapping[str, Any]) -> dict[str, StepPlan]:
        found: dict[str, StepPlan] = {}
        for own, place in self.tables(raw, "step", (), "step"):
            name = self.id(own, place, found)
            resource = self.value(
                own, place, "resource", f"one of {', '.join(RESOURCES)}", lambda v: v in RESOURCES, "teller"
            )
            public = self.names(own, place, "public") if "public" in own else {}
            names = self.names(own, place, "names", name)
            found[name] = StepPlan(name, names, public, resource, self.minutes(own, place, None))
        return found

    def _senders(self, raw: Mapping[str, Any], windows: Mapping[str, WindowPlan]) -> dict[str, SenderPlan]:
        found: dict[str, SenderPlan] = {}
        for own, place in self.tables(raw, "sender", (), "sender"):
            name = self.id(own, place, found)
            if name == SERVICE:
                raise self.fail(place, "id", f"{SERVICE!r} is the service itself; choose another.")
            found[name] = SenderPlan(
                name,
                self.flag(own, place, "authoritative"),
                frozenset(self.ids(own, place, "reports", REPORTS, tuple(REPORTS))),
                self.number(own, place, "heartbeat_s", 1, 86_400, None),
                self.ids(own, place, "windows", windows, ()),
            )
        return found

    def _roster(self, raw: Mapping[str, Any], windows: Mapping[str, WindowPlan]) -> dict[str, Any]:
        roster = self.table(raw.get("roster", {}), _Place("roster", ("roster",)))
        kinds = (("openings", "opening"), ("breaks", "break"), ("back_office", "back_office"))
        return {attribute: self._spells(roster, name, windows) for attribute, name in kinds}

    def _spells(
        self, roster: Mapping[str, Any], name: str, windows: Mapping[str, WindowPlan]
    ) -> tuple[Spell, ...]:
        found = []
        for own, place in self.tables(roster, "spell", ("roster",), name):
            window = self.value(
                own, place, "window", f"one of {', '.join(windows)}",
                lambda v: isinstance(v, str) and v in windows,
            )  # fmt: skip
            spell = Spell(window, self.clock(own, place, "from"), self.clock(own, place, "to"))
            if spell.ends <= spell.starts:
                raise self.fail(
                    place, "to", f"{spell.ends:%H:%M} should be after from = {spell.starts:%H:%M}."
                )
            found.append(spell)
        return tuple(found)
