"""The catalogues: where they lie, how a sentence is looked up, which language a reader gets.

Each language has two gettext domains: ``lobby`` (what screens say) and ``pages`` (labels of the pages).
Message ids are the English sentences with named placeholders. The ``.po`` files themselves are read, once:
no compiled file can be missing or stale. English in Hong Kong says "counter": ``en_HK`` holds what differs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from babel.messages.pofile import read_po

from display import languages

LANGUAGES = tuple(languages.LANGUAGES)
"""BCP 47 codes, as in the branch file and in HTML's ``lang``."""

DOMAINS = ("lobby", "pages")

_NEAREST = {code: (code, *one.nearest) for code, one in languages.LANGUAGES.items()}
"""Whom a reader of each language understands next best."""

_TRADITIONAL = {"tw": "zh-Hant-TW", "hk": "zh-Hant-HK", "mo": "zh-Hant-HK"}


class MissingMessageError(KeyError):
    """A sentence that no catalogue has: the test of the catalogues forbids it."""


@cache
def messages(language: str, domain: str) -> Mapping[str, str]:
    """Read one catalogue: message id → sentence. Empty where that language has no such file."""
    path = languages.catalogue(language, domain)
    if path is None:
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file)
    return {
        message.id: message.string
        for message in catalogue
        if isinstance(message.id, str) and message.id and isinstance(message.string, str) and message.string
    }


def spoken_as(language: str, languages: Sequence[str]) -> str:
    """Name the variant of a language to be used beside the others of a branch: English in Hong Kong."""
    return "en-HK" if language == "en" and "zh-Hant-HK" in languages else language


@cache
def sentences(language: str) -> Mapping[str, str]:
    """All sentences of one language (or variant of it), both domains."""
    base = "en" if language == "en-HK" else language
    found: dict[str, str] = {}
    for catalogue in (base, language):
        for domain in reversed(DOMAINS):
            found.update(messages(catalogue, domain))
    return found


@cache
def gettext_for(language: str) -> Callable[[str], str]:
    """Give the look-up of one language, for the pages: an unknown id stays as it is, in English."""
    found = sentences(language)

    def gettext(message: str) -> str:
        return found.get(message, message)

    return gettext


def text_in(text: Mapping[str, str], language: str) -> str | None:
    """Choose from a text in several languages what a reader of this one understands best."""
    for code in _NEAREST.get(language, ("en",)):
        if text.get(code):
            return text[code]
    return next((words for words in text.values() if words), None)


def pick_language(requested: str | None, available: Sequence[str]) -> str:
    """Choose the page's language from a code or an ``Accept-Language`` header; else the branch's first.

    ``zh``, ``zh-CN`` and ``zh-SG`` read simplified characters, ``zh-TW``, ``zh-HK``, ``zh-MO`` traditional.
    """
    for wish in _wishes(requested or ""):
        for code in _NEAREST.get(wish, ()):
            if code in available:
                return code
    return available[0] if available else LANGUAGES[0]


def _wishes(header: str) -> list[str]:
    """Order the ranges of an ``Accept-Language`` header (RFC 9110, 12.5.4) as languages of ours."""
    weighted: list[tuple[float, str]] = []
    for part in header[:500].split(","):
        tag, _, parameters = part.strip().partition(";")
        weight = _weight(parameters)
        language = _language_of(tag.strip())
        if weight > 0 and language:
            weighted.append((weight, language))
    return [language for _, language in sorted(weighted, key=lambda wish: -wish[0])]


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def _language_of(tag: str) -> str | None:
    parts = tag.replace("_", "-").lower().split("-")
    if parts[0] == "en":
        return "en"
    if parts[0] in {"zh", "cmn", "yue"}:
        region = next((_TRADITIONAL[part] for part in parts[1:] if part in _TRADITIONAL), None)
        if "hans" in parts:
            return "zh-Hans"
        if region or "hant" in parts or parts[0] == "yue":
            return region or ("zh-Hant-HK" if parts[0] == "yue" else "zh-Hant-TW")
        return "zh-Hans"
    return next((code for code in LANGUAGES if code.lower() in {"-".join(parts), parts[0]}), None)
