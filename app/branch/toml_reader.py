"""Checked values out of a TOML text. An error names the file, the line, the field and what would be right."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from .fields import ID, shown
from .toml_lines import Path, lines

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:.]{2,45}")
ID_WORDS = "1 to 64 letters, digits, '.', '_' or '-'"


class BranchFileError(Exception):
    """A branch file that cannot be used: where, what, and what would be right."""

    def __init__(self, path: str, line: int, where: str, problem: str) -> None:
        super().__init__(f"{path}:{line}: {where}: {problem}" if where else f"{path}:{line}: {problem}")
        self.line = line
        self.field = where


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the file a value stands: the table's kind, and the way to it from the top."""

    kind: str
    path: Path

    def __str__(self) -> str:
        if not self.path:
            return ""
        header = ".".join(part for part in self.path if isinstance(part, str))
        last = self.path[-1]
        return f"[[{header}]] #{last + 1}" if isinstance(last, int) else f"[{header}]"


TOP = Place("", ())


def parsed(text: str, path: str) -> tuple[str, dict[str, Any]]:
    """A TOML text with plain line ends, and what it says. Errors: ``BranchFileError`` with its line."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise BranchFileError(path, line, "", f"not TOML: {error}") from None
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits; a thousand brackets
        raise BranchFileError(path, 1, "", f"cannot be read as TOML: {error}") from None
    return text, raw


def finite(value: object) -> float | None:
    """A TOML number, infinity included, as a float; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # noqa: PLR0124 - NaN
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def are_tables(value: object) -> bool:
    """Whether that is a list of tables."""
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def words(value: object) -> bool:
    """Whether that is text which somebody can read."""
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


class TomlReader:
    """Reads checked values out of parsed TOML, and finds their lines again when one is wrong."""

    def __init__(self, text: str, path: str, known: Mapping[str, tuple[str, ...]]) -> None:
        self._text = text
        self._path = path
        self._known = known

    def fail(self, place: Place, name: str, problem: str) -> BranchFileError:
        """The error about a value, with its line; ``name`` is empty for the table itself."""
        return BranchFileError(
            self._path, self._line((*place.path, name)), f"{place} {name}".strip(), problem
        )

    def _line(self, path: Path) -> int:
        """The line of a value, or of the innermost table around it that is there."""
        found = lines(self._text)
        there = (found[path[:depth]] for depth in range(len(path), 0, -1) if path[:depth] in found)
        return next(there, 1)

    def table(self, raw: Any, place: Place) -> Mapping[str, Any]:  # noqa: ANN401 - TOML holds anything
        """A table without unknown keys."""
        if not isinstance(raw, dict):
            raise self.fail(place, "", "must be a table.")
        for name in raw:
            if name not in self._known[place.kind]:
                its = ", ".join(self._known[place.kind])
                raise self.fail(place, name, f"is not known here; known: {its}.")
        return raw

    def tables(self, raw: Mapping[str, Any], kind: str, above: Path, name: str) -> list[Any]:
        """Each of the tables of that name, with its place."""
        found = raw.get(name, [])
        if not isinstance(found, list):
            header = ".".join((*map(str, above), name))
            raise self.fail(Place(kind, above), name, f"must be written as [[{header}]], once for each.")
        places = [Place(kind, (*above, name, at)) for at in range(len(found))]
        return [(self.table(item, place), place) for item, place in zip(found, places, strict=True)]

    def value(
        self,
        raw: Mapping[str, Any],
        place: Place,
        name: str,
        right: str,
        test: Callable[[Any], bool],
        default: Any = ...,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """The value of a key, if it passes the test; ``right`` says in words what would."""
        if name not in raw:
            if default is ...:
                raise self.fail(place, name, f"is missing; it should be {right}.")
            return default
        if not test(raw[name]):
            raise self.fail(place, name, f"{shown(raw[name])} should be {right}.")
        return raw[name]

    def id(self, raw: Mapping[str, Any], place: Place, seen: Mapping[str, Any] | None = None) -> str:
        """The table's id, which nothing in ``seen`` has."""
        value = str(
            self.value(raw, place, "id", ID_WORDS, lambda v: isinstance(v, str) and bool(ID.fullmatch(v)))
        )
        if seen is not None and value in seen:
            raise self.fail(place, "id", f"{value!r} is used twice; ids are unique.")
        return value

    def number(
        self,
        raw: Mapping[str, Any],
        place: Place,
        name: str,
        low: float,
        high: float,
        default: Any = ...,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401 - None only where that is the default
        """A number within bounds, as a float."""

        def fits(v: object) -> bool:
            number = finite(v)
            return number is not None and low <= number <= high

        value = self.value(raw, place, name, f"a number from {low:g} to {high:g}", fits, default)
        return value if value is None else float(value)

    def whole(
        self,
        raw: Mapping[str, Any],
        place: Place,
        name: str,
        low: int,
        high: int,
        default: Any = ...,  # noqa: ANN401
        *,
        step: int = 1,
    ) -> Any:  # noqa: ANN401 - None only where that is the default
        """A whole number within bounds, a multiple of ``step``."""

        def fits(v: object) -> bool:
            return isinstance(v, int) and not isinstance(v, bool) and low <= v <= high and v % step == 0

        right = f"a whole number from {low} to {high}" + (f", a multiple of {step}" if step > 1 else "")
        return self.value(raw, place, name, right, fits, default)

    def one_of(
        self,
        raw: Mapping[str, Any],
        place: Place,
        name: str,
        choices: Sequence[Any],
        default: Any = ...,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401 - None only where that is the default
        """One of some values of one type."""

        def fits(v: object) -> bool:
            return type(v) is type(choices[0]) and v in choices

        return self.value(raw, place, name, f"one of {', '.join(map(str, choices))}", fits, default)

    def host(self, raw: Mapping[str, Any], place: Place) -> str:
        """The table's host: where in the network something is."""
        right = 'a name or an address in the branch\'s network, such as "192.168.1.50"'
        return str(
            self.value(raw, place, "host", right, lambda v: isinstance(v, str) and bool(_HOST.fullmatch(v)))
        )

    def flag(self, raw: Mapping[str, Any], place: Place, name: str, *, default: bool = False) -> bool:
        """True or false; the default where nothing is said."""
        return bool(
            self.value(raw, place, name, "true or false", lambda v: isinstance(v, bool), default=default)
        )

    def ids(
        self,
        raw: Mapping[str, Any],
        place: Place,
        name: str,
        known: Mapping[str, Any] | frozenset[str],
        default: Any = ...,  # noqa: ANN401
    ) -> tuple[str, ...]:
        """A list of known ids, each once."""
        right = f"a list of {', '.join(sorted(known)) or 'nothing (none is defined)'}"

        def fits(v: object) -> bool:
            return isinstance(v, list) and all(isinstance(item, str) and item in known for item in v)

        return tuple(dict.fromkeys(self.value(raw, place, name, right, fits, default)))

    def clock(self, raw: Mapping[str, Any], place: Place, name: str, default: Any = ...) -> time:  # noqa: ANN401
        """A time of day, to the minute where it is written as text."""

        def fits(v: object) -> bool:
            return isinstance(v, time) or (
                isinstance(v, str) and bool(re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", v))
            )

        value = self.value(raw, place, name, 'a time of day, such as "09:00"', fits, default)
        return time.fromisoformat(value) if isinstance(value, str) else value

    def table_of_tables(self, raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        """Tables by name."""
        found = raw.get(name, {})
        if not isinstance(found, dict):
            raise self.fail(Place(name, (name,)), "", f"must be written as [{name}.NAME], once for each.")
        return found
