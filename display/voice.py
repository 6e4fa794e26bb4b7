"""What is spoken of a call: a number and a window as chunks, each of which somebody has recorded once.

A voice is a set of recordings with a manifest (``static/voice/NAME/voice.json``): which file is which chunk,
and how a call is composed in each of its languages. Chunks in lower case are parts of the phrase; any other
chunk is named as it is written, ``A``, ``7``, ``12``, ``贵宾``. A ticket's number is spelled, character by
character; a window's label is read, with its numbers as numbers. What nobody has recorded is left out, and
the rest is said.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from .catalogues import spoken_as

HERE = Path(__file__).parent / "static" / "voice"
CHIME = "chime.opus"
"""What draws attention before the first word, in ``HERE``."""
VOICES: Mapping[str, str] = {"zh-Hans": "cmn", "zh-Hant-TW": "cmn", "zh-Hant-HK": "yue", "en": "en"}
"""Who speaks which language: Mandarin on the mainland and in Taiwan, Cantonese in Hong Kong."""

TICKET, WINDOW = "{number}", "{window}"
_GENERIC = re.compile(r"第|号|號|窗口|櫃檯|櫃台|柜台|櫃位|柜位|\bWINDOW\b|\bCOUNTER\b|\bNO\.?(?=\W|\d)")
"""What the phrase around a label says anyway."""
_NARROW = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_WRITTEN = _NARROW + "".join(chr(ord(one) + 0xFEE0) for one in _NARROW)
"""What numbers are written in, also full-width."""
_CHINESE = "零一二三四五六七八九"
_COUNTED = re.compile(r"([二三四五六七八九])?十([一二三四五六七八九])?")


@dataclass(frozen=True, slots=True)
class Voice:
    """Recordings: ``chunks``: chunk → address of its file; ``calls``: language → case → the parts of a call.

    The cases: ``numbered`` (the window has a number), ``named`` (it has a name), ``unseen`` (nothing of its
    label can be spoken).
    """

    name: str
    chunks: Mapping[str, str]
    calls: Mapping[str, Mapping[str, tuple[str, ...]]]


Voices = Mapping[str, Voice]
"""The voices by name."""


def read(name: str, text: str, base: str) -> Voice:
    """Read a manifest; ``base`` is the address of its folder."""
    raw = json.loads(text)
    return Voice(
        name,
        {chunk: f"{base}/{name}/{file}" for chunk, file in raw["chunks"].items()},
        {
            language: {case: tuple(parts) for case, parts in cases.items()}
            for language, cases in raw["calls"].items()
        },
    )


@cache
def shipped() -> Voices:
    """The placeholder voices that come with the program."""
    found = (path for path in sorted(HERE.glob("*/voice.json")))
    return {
        path.parent.name: read(path.parent.name, path.read_text("utf-8"), "/static/voice") for path in found
    }


def replaced(voice: Voice, files: Mapping[str, str]) -> Voice:
    """Give a voice with recordings of the bank's own: name → address.

    A name is a chunk's, in whatever case; one that is no chunk yet becomes a word of labels.
    """
    known = {chunk.casefold(): chunk for chunk in voice.chunks}
    own = {known.get(_plain(name).casefold(), _plain(name)): address for name, address in files.items()}
    return replace(voice, chunks={**voice.chunks, **own})


def phrase(voices: Voices, language: str, beside: Sequence[str], label: str) -> tuple[str, ...]:
    """Give what is said of any call to a window, with ``{number}`` where its number goes.

    Empty where nobody speaks the language. ``label`` is what people see above the counter; English is
    Hong Kong's ``beside`` its Chinese.
    """
    voice = voices.get(VOICES.get(language, ""))
    cases = voice.calls.get(spoken_as(language, beside)) or voice.calls.get(language) if voice else None
    if voice is None or cases is None:
        return ()
    window = label_read(label, voice.chunks)
    case = "unseen" if not window else "numbered" if window[-1][-1].isdigit() else "named"
    said = chain.from_iterable(window if part == WINDOW else (part,) for part in cases[case])
    return tuple(part for part in said if part == TICKET or part in voice.chunks)


def spoken(voices: Voices, languages: Sequence[str], number: str, label: str) -> dict[str, tuple[str, ...]]:
    """Compose one call, such as of ``A012`` to ``3``: language → chunks, for each that somebody speaks."""
    made: dict[str, tuple[str, ...]] = {}
    for language in languages:
        if parts := phrase(voices, language, languages, label):
            ticket = spelled(number, voices[VOICES[language]].chunks)
            made[language] = tuple(
                chain.from_iterable(ticket if part == TICKET else (part,) for part in parts)
            )
    return made


def spelled(number: str, chunks: Iterable[str]) -> tuple[str, ...]:
    """Spell a ticket's number: ``A012`` is A, 0, 1, 2."""
    known = frozenset(chunks)
    return tuple(one for one in _plain(number) if one in known)


def label_read(label: str, chunks: Iterable[str]) -> tuple[str, ...]:
    """Read a window's label: ``12`` is a number, ``VIP 3`` is V, I, P, 3, ``贵宾1号窗口`` is 贵宾, 1.

    The longest recording that fits is taken, so that one of a whole label is spoken as such. A number that
    nobody has recorded is read digit by digit. Nothing is said where only a number would be left of a name:
    people would go to another window.
    """
    known = frozenset(chunks)
    rest = _plain(label)
    if rest in known:
        return (rest,)
    rest = _counted(_GENERIC.sub(" ", rest))
    said: list[str] = []
    is_whole = True
    while rest:
        taken, length = _next(rest, known)
        is_whole = is_whole and (bool(taken) or not rest[0].isalnum())
        said.extend(taken)
        rest = rest[length:]
    return tuple(said) if is_whole or not all(map(str.isdigit, said)) else ()


def _next(text: str, known: frozenset[str]) -> tuple[tuple[str, ...], int]:
    """The next chunks of a label, none for what has no sound, and how many characters they stand for."""
    if digits := re.match(r"[0-9]+", text):
        number = digits[0].lstrip("0") or "0"
        said = (number,) if number in known else tuple(one for one in digits[0] if one in known)
        return said, digits.end()
    length = next((length for length in range(len(text), 0, -1) if text[:length] in known), 0)
    return ((text[:length],), length) if length else ((), 1)


def script(voices: Voices, languages: Sequence[str], labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """Give all that a speaker of these windows (id → label) needs to know, for each ``language`` in order.

    ``calls``: window → its phrase; ``spelling``: character of a number → chunk; ``files``: chunk → address.
    """
    made: list[dict[str, Any]] = []
    for language in languages:
        calls = {window: phrase(voices, language, languages, label) for window, label in labels.items()}
        if any(calls.values()):
            chunks = voices[VOICES[language]].chunks
            spelling = {one: chunk for one in _WRITTEN for chunk in spelled(one, chunks)}
            used = {*chain.from_iterable(calls.values()), *spelling.values()} - {TICKET}
            files = {chunk: chunks[chunk] for chunk in sorted(used)}
            made.append({"language": language, "calls": calls, "spelling": spelling, "files": files})
    return made


def _plain(text: str) -> str:
    """As chunks are named: full-width forms narrow, letters large."""
    return unicodedata.normalize("NFKC", text).upper()


def _counted(text: str) -> str:
    """Chinese numerals up to 99 as digits."""

    def number(found: re.Match[str]) -> str:
        tens, ones = found.groups()
        return str(10 * _CHINESE.index(tens or "一") + _CHINESE.index(ones or "零"))

    return _COUNTED.sub(number, text).translate({ord(one): str(n) for n, one in enumerate(_CHINESE)})
