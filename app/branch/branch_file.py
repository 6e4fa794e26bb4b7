"""The branch file: what a branch is, written in TOML by whoever runs it.

``parse`` checks everything before anything runs. An error names the file, the line, the field and what would
be right, because the person who reads it is standing in a branch that opens in ten minutes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from .events import ID, SERVICE
from .fields import shown
from .plan import (
    LANGUAGES,
    NEVER,
    REPORTS,
    RESOURCES,
    Branch,
    Business,
    Names,
    PrinterPlan,
    Priority,
    ScreensPlan,
    SenderPlan,
    Spell,
    StepPlan,
    VoicePlan,
    WindowPlan,
)
from .printers import printers
from .signs import KEYS as SIGN_KEYS
from .signs import SignPlan, SignReader
from .toml_reader import ID_WORDS, TOP, BranchFileError, Place, TomlReader, are_tables, finite, parsed, words

__all__ = [
    "LANGUAGES",
    "NEVER",
    "REPORTS",
    "RESOURCES",
    "Branch",
    "BranchFileError",
    "Business",
    "Names",
    "PrinterPlan",
    "Priority",
    "ScreensPlan",
    "SenderPlan",
    "SignPlan",
    "Spell",
    "StepPlan",
    "VoicePlan",
    "WindowPlan",
    "parse",
]


def parse(text: str, path: str = "branch.toml", languages: Sequence[str] = LANGUAGES) -> Branch:
    """The branch in a TOML text; ``languages``: those that are spoken here.

    Errors: ``BranchFileError``, with line and field.
    """
    text, raw = parsed(text, path)
    return _BranchReader(text, path, _KNOWN, languages).branch(raw)


_KNOWN = {
    "": (
        *("branch", "business", "window", "priority", "step", "sender", "printer"),
        *("promise", "roster", "screens", "voice"),
    ),
    "branch": (
        *("id", "names", "timezone", "day_change", "languages"),
        *("late_s", "ahead_s", "undo_s", "recall_s", "unattended_s", "walking_s"),
    ),
    "business": ("id", "prefix", "names", "minutes", "items"),
    "window": ("id", "label", "businesses", "reluctance", "express_s", "signs"),
    "priority": ("head_start_s", "names", "kiosk"),
    "step": ("id", "names", "public", "resource", "minutes"),
    "sender": ("id", "authoritative", "reports", "heartbeat_s", "windows"),
    "printer": ("id", "host", "port", "width", "encoding", "font", "kiosks", "asks"),
    "promise": ("late_share", "early_share"),
    "roster": ("opening", "break", "back_office"),
    "screens": ("distance_m", "hall_inches", "window_inches"),
    "spell": ("window", "from", "to"),
    "voice": ("languages", "volume", "forget_s", "room"),
    "volume": ("from", "level"),
    "room": ("windows",),
    **SIGN_KEYS,
}


class _BranchReader(TomlReader):
    """Knows the tables of a branch file."""

    def __init__(
        self, text: str, path: str, known: Mapping[str, tuple[str, ...]], languages: Sequence[str] = LANGUAGES
    ) -> None:
        super().__init__(text, path, known)
        self._spoken = languages

    def branch(self, raw: Mapping[str, Any]) -> Branch:
        self.table(raw, TOP)
        if "branch" not in raw:
            raise self.fail(TOP, "[branch]", "is missing; it gives id, names, timezone and languages.")
        place = Place("branch", ("branch",))
        own = self.table(raw["branch"], place)
        businesses = self._businesses(raw)
        languages = self._languages(own, place)
        windows = self._windows(raw, businesses, SignReader(self, languages))
        served = {name for window in windows.values() for name in window.reluctance}
        for at, name in enumerate(businesses):
            if name not in served:
                lost = Place("business", ("business", at))
                raise self.fail(lost, "id", f"{name!r} is served by no window; add it to one's businesses.")
        promise = Place("promise", ("promise",))
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
            languages=languages,
            businesses=businesses,
            windows=windows,
            priorities=self._priorities(raw),
            steps=self._steps(raw),
            senders=self._senders(raw, windows),
            voice=self._voice(raw, windows),
            printers=printers(self, raw),
            late_share=self.number(shares, promise, "late_share", 0.001, 0.5, 0.05),
            early_share=self.number(shares, promise, "early_share", 0.001, 0.5, 0.20),
            screens=self._screens(raw),
            **(self._roster(raw, windows) | bounds),
        )

    def names(self, raw: Mapping[str, Any], place: Place, name: str, default: Any = ...) -> Names:  # noqa: ANN401
        right = f'words, or words by language: {{ "zh-Hans" = "…", en = "…" }} (of {", ".join(self._spoken)})'

        def fits(v: object) -> bool:
            if isinstance(v, dict):
                return bool(v) and all(key in self._spoken and words(word) for key, word in v.items())
            return words(v)

        value = self.value(raw, place, name, right, fits, default)
        return dict.fromkeys(self._spoken, value) if isinstance(value, str) else dict(value)

    def minutes(
        self,
        raw: Mapping[str, Any],
        place: Place,
        default: Any = ...,  # noqa: ANN401
    ) -> tuple[float, float, float] | None:
        def fits(v: object) -> bool:
            return (
                isinstance(v, list)
                and len(v) == 3
                and all(finite(m) is not None for m in v)
                and 0 < v[0] < v[1] < v[2] <= 600
            )

        right = "three rising numbers of minutes: the 10th, 50th and 90th percentile, such as [3, 8, 20]"
        value = self.value(raw, place, "minutes", right, fits, default)
        return value if value is None else (float(value[0]), float(value[1]), float(value[2]))

    def _languages(self, own: Mapping[str, Any], place: Place) -> tuple[str, ...]:
        found = self.ids(own, place, "languages", frozenset(self._spoken), ("zh-Hans", "en"))
        if not found:
            raise self.fail(place, "languages", f"[] should be at least one of {', '.join(self._spoken)}.")
        return found

    def _timezone(self, own: Mapping[str, Any], place: Place) -> str:
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
            raise self.fail(TOP, "[[business]]", "is missing; a branch has at least one business.")
        return found

    def _windows(
        self, raw: Mapping[str, Any], businesses: Mapping[str, Business], reader: SignReader
    ) -> dict[str, WindowPlan]:
        found: dict[str, WindowPlan] = {}
        for own, place in self.tables(raw, "window", (), "window"):
            name = self.id(own, place, found)
            label = self.value(
                own, place, "label", "1 to 8 characters",
                lambda v: words(v) and len(v) <= 8, name if len(name) <= 8 else ...,
            )  # fmt: skip
            reluctance = dict.fromkeys(self.ids(own, place, "businesses", businesses), 0.0)
            right = "seconds by business: how long its tickets must have waited, such as { corporate = 300 }"
            extra = self.value(own, place, "reluctance", right, lambda v: isinstance(v, dict), {})
            for business, wait in extra.items():
                seconds = finite(wait)
                if business not in businesses or seconds is None or seconds < 0:
                    raise self.fail(place, "reluctance", f"{business} = {shown(wait)} should be {right}.")
                if seconds != NEVER:
                    reluctance[business] = seconds
            express = self.number(own, place, "express_s", 1, 86_400, None)
            signs = self.value(own, place, "signs", "a list of tables", are_tables, [])
            found[name] = WindowPlan(name, label, reluctance, express, reader.signs(signs, place))
        if not 1 <= len(found) <= 64:
            raise self.fail(TOP, "[[window]]", f"must stand 1 to 64 times, not {len(found)}.")
        return found

    def _priorities(self, raw: Mapping[str, Any]) -> dict[str, Priority]:
        found: dict[str, Priority] = {}
        for name, own in self.table_of_tables(raw, "priority").items():
            place = Place("priority", ("priority", name))
            table = self.table(own, place)
            if not ID.fullmatch(name):
                raise self.fail(place, "", f"{name!r:.80} should be {ID_WORDS}.")
            start = self.number(table, place, "head_start_s", 0, NEVER)
            names = self.names(table, place, "names", name)
            found[name] = Priority(name, start, names, self.flag(table, place, "kiosk", default=True))
        return found

    def _steps(self, raw: Mapping[str, Any]) -> dict[str, StepPlan]:
        found: dict[str, StepPlan] = {}
        for own, place in self.tables(raw, "step", (), "step"):
            name = self.id(own, place, found)
            resource = self.one_of(own, place, "resource", RESOURCES, "teller")
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
        roster = self.table(raw.get("roster", {}), Place("roster", ("roster",)))
        kinds = (("openings", "opening"), ("breaks", "break"), ("back_office", "back_office"))
        return {attribute: self._spells(roster, name, windows) for attribute, name in kinds}

    def _screens(self, raw: Mapping[str, Any]) -> ScreensPlan:
        place = Place("screens", ("screens",))
        own = self.table(raw.get("screens", {}), place)
        usual = ScreensPlan()
        return ScreensPlan(
            self.number(own, place, "distance_m", 0.3, 30, None),
            self.number(own, place, "hall_inches", 5, 300, usual.hall_inches),
            self.number(own, place, "window_inches", 5, 300, usual.window_inches),
        )

    def _spells(
        self, roster: Mapping[str, Any], name: str, windows: Mapping[str, WindowPlan]
    ) -> tuple[Spell, ...]:
        found = []
        for own, place in self.tables(roster, "spell", ("roster",), name):
            window = self.one_of(own, place, "window", [*windows])
            spell = Spell(window, self.clock(own, place, "from"), self.clock(own, place, "to"))
            if spell.ends <= spell.starts:
                raise self.fail(
                    place, "to", f"{spell.ends:%H:%M} should be after from = {spell.starts:%H:%M}."
                )
            found.append(spell)
        return tuple(found)

    def _voice(self, raw: Mapping[str, Any], windows: Mapping[str, WindowPlan]) -> VoicePlan:
        place = Place("voice", ("voice",))
        own = self.table(raw.get("voice", {}), place)
        volume: dict[time, float] = {}
        for step, at in self.tables(own, "volume", ("voice",), "volume"):
            starts = self.clock(step, at, "from")
            if starts in volume:
                raise self.fail(at, "from", f"{starts:%H:%M} stands there twice.")
            volume[starts] = self.number(step, at, "level", 0, 1)
        return VoicePlan(
            languages=self.ids(own, place, "languages", frozenset(LANGUAGES), ()),
            volume=tuple(sorted(volume.items())),
            rooms=self._rooms(own, windows),
            forget_s=self.number(own, place, "forget_s", 5, 600, 30.0),
        )

    def _rooms(self, own: Mapping[str, Any], windows: Mapping[str, WindowPlan]) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        rooms = own.get("room", {})
        if not isinstance(rooms, dict):
            raise self.fail(Place("voice", ("voice",)), "room", "must be written as [voice.room.NAME].")
        for name, raw in rooms.items():
            place = Place("room", ("voice", "room", name))
            room = self.table(raw, place)
            if not ID.fullmatch(name):
                raise self.fail(place, "", f"{name!r:.80} should be {ID_WORDS}.")
            found[name] = self.ids(room, place, "windows", windows)
        return found
