"""Signs over a window, as the branch file has them: which board, where, how large."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .toml_reader import Place, TomlReader

ONBON = ("onbon-5k", "onbon-6k")
NUMERIC = "numeric"
KINDS = (*ONBON, NUMERIC)
ENCODINGS = ("gb18030", "gb2312")
COLOURS = ("red", "green", "yellow")
SIMPLIFIED = frozenset({"zh-Hans", "en"})
"""All that can be written in GB 2312."""
BYTE = 8
"""Pixels by which cards count widths."""

_LINE = ("kind", "host", "port", "address")
KEYS = {
    "onbon": (
        *_LINE,
        *("width", "height", "x", "y", "area", "font", "library", "colour", "encoding", "languages"),
        *("page_s", "timeout_s"),
    ),
    "numeric": (*_LINE, "digits"),
}


@dataclass(frozen=True, slots=True)
class SignPlan:
    """A board over a window. Of a board of digits only ``digits`` counts, beside where it is.

    Sizes are pixels, ``page_s`` and ``timeout_s`` seconds; ``library``, ``colour``: the card's own if None.
    """

    kind: str
    host: str
    port: int
    address: int = 1
    digits: int = 4
    width: int = 64
    height: int = 16
    x: int = 0
    y: int = 0
    area: int = 0
    font: int = 16
    library: int | None = None
    colour: str | None = None
    encoding: str = "gb18030"
    languages: tuple[str, ...] = ()
    page_s: float = 4.0
    timeout_s: int = 30

    @property
    def line(self) -> tuple[str, int]:
        """Where it is: boards at one host and port share a line."""
        return self.host, self.port

    def __str__(self) -> str:
        """As errors and logs name it."""
        return f"{self.kind} {self.host}:{self.port}/{self.address}"


class SignReader:
    """Reads the signs of all windows, and sees to it that no two stand at the same place."""

    def __init__(self, reader: TomlReader, languages: tuple[str, ...]) -> None:
        self._reader = reader
        self._languages = languages
        self._taken: dict[tuple[str, int], set[tuple[int, int]]] = {}
        self._kinds: dict[tuple[str, int], str] = {}

    def signs(self, raw: Sequence[Any], window: Place) -> tuple[SignPlan, ...]:
        """The signs of one window. Errors: ``BranchFileError``."""
        places = [Place("sign", (*window.path, "signs", at)) for at in range(len(raw))]
        return tuple(self._sign(own, place) for own, place in zip(raw, places, strict=True))

    def _sign(self, own: Mapping[str, Any], place: Place) -> SignPlan:
        kind = self._reader.one_of(own, place, "kind", KINDS)
        table = NUMERIC if kind == NUMERIC else "onbon"
        self._reader.table(own, Place(table, place.path))
        read = self._numeric if kind == NUMERIC else self._onbon
        plan = read(own, place, kind)
        self._claim(plan, place)
        return plan

    def _numeric(self, own: Mapping[str, Any], place: Place, kind: str) -> SignPlan:
        host, port = self._reader.host(own, place), self._reader.whole(own, place, "port", 1, 65_535)
        address = self._reader.whole(own, place, "address", 1, 255, 1)
        return SignPlan(kind, host, port, address, self._reader.whole(own, place, "digits", 1, 16, 4))

    def _onbon(self, own: Mapping[str, Any], place: Place, kind: str) -> SignPlan:
        font = self._reader.one_of(own, place, "font", (16, 24, 32), 16)
        width = self._reader.whole(own, place, "width", font, 2_048, step=BYTE)
        encoding = self._reader.one_of(own, place, "encoding", ENCODINGS, "gb18030")
        return SignPlan(
            kind,
            self._reader.host(own, place),
            self._reader.whole(own, place, "port", 1, 65_535, 5005),
            self._reader.whole(own, place, "address", 1, 65_534, 1),
            width=width,
            height=self._reader.whole(own, place, "height", font, 1_024),
            x=self._reader.whole(own, place, "x", 0, 2_040, 0, step=BYTE),
            y=self._reader.whole(own, place, "y", 0, 1_023, 0),
            area=self._reader.whole(own, place, "area", 0, 31, 0),
            font=font,
            library=self._reader.whole(own, place, "library", 0, 999, None),
            colour=self._reader.one_of(own, place, "colour", COLOURS, None),
            encoding=encoding,
            languages=self._languages_of(own, place, encoding),
            page_s=self._reader.number(own, place, "page_s", 4, 60, 4.0),
            timeout_s=self._reader.whole(own, place, "timeout_s", 15, 600, 30),
        )

    def _languages_of(self, own: Mapping[str, Any], place: Place, encoding: str) -> tuple[str, ...]:
        found = self._reader.ids(own, place, "languages", frozenset(self._languages), self._languages)
        if not found:
            raise self._reader.fail(
                place, "languages", "[] should be at least one of the branch's languages."
            )
        if encoding == "gb2312" and not SIMPLIFIED.issuperset(found):
            lost = ", ".join(sorted(set(found) - SIMPLIFIED))
            problem = (
                f'"gb2312" has no characters of {lost}; choose "gb18030", or other languages for the sign.'
            )
            raise self._reader.fail(place, "encoding", problem)
        return found

    def _claim(self, plan: SignPlan, place: Place) -> None:
        """Boards on one line are of one kind; each has an address, or a part of a card, of its own."""
        at = f"{plan.host}:{plan.port}"
        if self._kinds.setdefault(plan.line, plan.kind) != plan.kind:
            raise self._reader.fail(place, "kind", f"{at} has {self._kinds[plan.line]} boards already.")
        taken = self._taken.setdefault(plan.line, set())
        if (plan.address, plan.area) in taken:
            own = "address" if plan.kind == NUMERIC else "area"
            problem = f"{getattr(plan, own)} at {at} is used twice; on one line each sign has its own."
            raise self._reader.fail(place, own, problem)
        taken.add((plan.address, plan.area))
