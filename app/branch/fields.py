"""How the values in an event are written and read. Every error names the field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from .errors import Malformed

ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
ANY = "und"
"""BCP 47's code of a language that nobody has named: words for everybody."""
MOST_WORDS = 200
_CODE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ud800-\udfff]")
"""Control characters, and marks that would turn round what stands after them."""


def shown(value: object) -> str:
    """The value as an error quotes it."""
    try:
        return f"{value!r:.80}"
    except ValueError:  # Python writes no integer of more than 4,300 digits
        return "a number of thousands of digits"


def parse_moment(value: object, field: str) -> float:
    """Epoch seconds of an RFC 3339 time with an offset, to the millisecond. Errors: ``Malformed``."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or not 1970 < moment.year < 9999:
        raise Malformed(
            field, f"{field} must be a time such as 2026-11-21T09:30:00+08:00, not {shown(value)}."
        )
    if moment.tzinfo is None:
        raise Malformed(field, f"{field} {shown(value)} has no offset; add one, such as +08:00 or Z.")
    return round(moment.timestamp(), 3)


def format_moment(at: float, zone: tzinfo = UTC) -> str:
    """RFC 3339 with the zone's offset; milliseconds only where there are any."""
    rounded = round(at, 3)
    moment = datetime.fromtimestamp(rounded, zone)
    return moment.isoformat(timespec="seconds" if rounded.is_integer() else "milliseconds")


def parse_id(value: object, field: str) -> str:
    """An id as the contract has it. Errors: ``Malformed``."""
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise Malformed(
            field, f"{field} must be 1 to 64 letters, digits, '.', '_' or '-', not {shown(value)}."
        )
    return value


def _text(value: object, field: str) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= 64 or not value.isprintable():
        raise Malformed(field, f"{field} must be 1 to 64 printable characters, not {shown(value)}.")
    return value


def _between(low: float, high: float) -> Callable[[object, str], float]:
    def parse(value: object, field: str) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise Malformed(field, f"{field} must be seconds from {low:g} to {high:g}, not {shown(value)}.")
        return float(value)

    return parse


def whole(low: int, high: int) -> Callable[[object, str], int]:
    """A reader of whole numbers within bounds."""

    def parse(value: object, field: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise Malformed(field, f"{field} must be a whole number, {low} to {high}, not {shown(value)}.")
        return value

    return parse


def flag(value: object, field: str) -> bool:
    """True or false. Errors: ``Malformed``."""
    if not isinstance(value, bool):
        raise Malformed(field, f"{field} must be true or false, not {shown(value)}.")
    return value


def _ids(value: object, field: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= 64:
        raise Malformed(field, f"{field} must be a list of 1 to 64 ids, not {shown(value)}.")
    return tuple(parse_id(item, f"{field}[{place}]") for place, item in enumerate(value))


def _line(value: object, field: str) -> str:
    line = " ".join(value.split()) if isinstance(value, str) else ""
    if not 1 <= len(line) <= MOST_WORDS or _UNSEEN.search(line):
        length = f"{len(line)} characters" if len(line) > MOST_WORDS else shown(value)
        raise Malformed(field, f"{field} must be 1 to {MOST_WORDS} readable characters, not {length}.")
    return line


def _words(value: object, field: str) -> tuple[tuple[str, str], ...]:
    """Words for everybody, or by language; white space of any kind is one space."""
    by_language = {ANY: value} if isinstance(value, str) else value
    if not isinstance(by_language, Mapping) or not by_language or not all(map(_is_code, by_language)):
        raise Malformed(field, f"{field} must be a text, or texts by language, not {shown(value)}.")
    return tuple((code, _line(by_language[code], field)) for code in sorted(by_language))


def _is_code(value: object) -> bool:
    return isinstance(value, str) and _CODE.fullmatch(value) is not None


PARSERS: dict[str, Callable[[object, str], Any]] = {
    "id": parse_id,
    "text": _text,
    "seconds": _between(0, 86_400),
    "span": _between(-86_400, 86_400),
    "count": whole(1, 999),
    "whole": whole(0, 1_000_000),
    "seq": whole(1, 2**62),
    "moment": parse_moment,
    "flag": flag,
    "ids": _ids,
    "words": _words,
}
