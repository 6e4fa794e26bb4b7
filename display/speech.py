"""One language's voice: looks a sentence up and puts numbers into it.

A sentence that names a range comes in two forms, "15–20 min" and "within about 3 min"; one that can be outrun
comes in a family, from the plain form to the second apology. So no caller ever glues words to a number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from display.catalogues import MissingMessageError, sentences, spoken_as, text_in
from display.views import Shown, Text, Tone

LONGEST_WITHIN = 15
"""A low of 0 reads "within" up to this many minutes. "Within 70 min" would tell nobody that it may well be
soon; "about 1–70 min" does, and "about" covers what is less than a minute."""


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "to be translated later"
    """Mark a message for extraction."""
    return message


@dataclass(frozen=True, slots=True)
class Ranged:
    """A sentence around a range: between low and high, or within a high that is near."""

    between: str
    within: str


@dataclass(frozen=True, slots=True)
class Family:
    """What is said of one thing that takes time, by what was told of it before."""

    bare: str
    """No range is known."""
    plain: Ranged
    longer: Ranged
    again: Ranged
    overdue: str
    """What was told has passed, and there is no new range."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Sentences in one language."""

    language: str
    found: Mapping[str, str]

    def say(self, message: str, **values: object) -> str:
        """Say one sentence."""
        try:
            sentence = self.found[message]
        except KeyError:
            raise MissingMessageError(f"{self.language}: {message}") from None
        return sentence.format_map(values) if values else sentence

    def ranged(self, message: Ranged, shown: Shown, **values: object) -> str:
        """Say a sentence with its range in minutes."""
        low, high = shown.low_s // 60, shown.high_s // 60
        if low == 0 and high <= LONGEST_WITHIN:
            return self.say(message.within, high=high, **values)
        return self.say(message.between, low=max(low, 1), high=high, **values)

    def told(self, family: Family, shown: Shown | None, *, overdue: bool = False, **values: object) -> str:
        """Say the member of a family that fits what was told before."""
        if shown is None:
            return self.say(family.overdue if overdue else family.bare, **values)
        if shown.tone is Tone.AGAIN:
            return self.ranged(family.again, shown, **values)
        if overdue or shown.tone is Tone.LONGER:
            return self.ranged(family.longer, shown, **values)
        return self.ranged(family.plain, shown, **values)

    def text(self, text: Text) -> str | None:
        """Choose from a text in several languages."""
        return text_in(text, self.language) if text else None


@cache
def voice(language: str) -> Voice:
    """Give the voice of one language."""
    return Voice("en" if language == "en-HK" else language, sentences(language))


@cache
def _voices(languages: tuple[str, ...]) -> tuple[tuple[str, Voice], ...]:
    return tuple((language, voice(spoken_as(language, languages))) for language in languages)


def voices(languages: Sequence[str]) -> tuple[tuple[str, Voice], ...]:
    """Give the voices of a branch's languages, in its order."""
    return _voices(tuple(languages))
