"""Busy and quiet hours, for customers: when it is usually quieter, and how long people usually wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from babel import Locale

from display.speech import N_, Ranged, Voice
from display.views import Shown

__all__ = ["LEVELS", "DayHours", "day_line", "day_name", "founded", "later_line", "wait_words"]

ABOUT = Ranged(N_("about {low}–{high} min"), N_("within about {high} min"))
QUIETER = N_("{day}: usually quieter at about {time}, wait {range}")
EVEN = N_("{day}: about the same all day, wait {range}")
LATER = N_("Usually quieter at about {time}, wait {range}")
FEW = N_("{day}: too few days so far to say ({n})")
NEVER = N_("{day}: no visits so far")
FOUNDED = N_("Counted on {n} days like this, from {first} to {last}")
LEVELS: Mapping[str, str] = {"quiet": N_("quiet"), "usual": N_("moderate"), "busy": N_("busy")}


@dataclass(frozen=True, slots=True)
class DayHours:
    """A weekday (0: Monday) and the ``days`` behind it, ``known`` if these are enough.

    ``quieter``: a time (hours and minutes) that is shorter than others, with its ``wait``; without a time the
    wait is that of all day.
    """

    weekday: int
    days: int
    known: bool
    quieter: str | None = None
    wait: Shown | None = None


def day_line(day: DayHours, say: Voice) -> str:
    """Say when a weekday is quieter, or why that cannot be said."""
    name = day_name(day.weekday, say.language)
    if not day.days:
        return say.say(NEVER, day=name)
    if not day.known or day.wait is None:
        return say.say(FEW, day=name, n=day.days)
    wait = wait_words(day.wait, say)
    if day.quieter is None:
        return say.say(EVEN, day=name, range=wait)
    return say.say(QUIETER, day=name, time=day.quieter, range=wait)


def later_line(at: str, wait: Shown, say: Voice) -> str:
    """Say that it is usually quieter later today, to somebody who is about to take a number."""
    return say.say(LATER, time=at, range=wait_words(wait, say))


def wait_words(wait: Shown, say: Voice) -> str:
    """Say a usual wait."""
    return say.ranged(ABOUT, wait)


def founded(days: int, first: date, last: date, say: Voice) -> str:
    """Say what it rests on."""
    return say.say(FOUNDED, n=days, first=first, last=last)


def day_name(weekday: int, language: str, *, short: bool = False) -> str:
    """Name a weekday (0: Monday)."""
    names = Locale.parse(language, sep="-").days["stand-alone"]["abbreviated" if short else "wide"]
    return str(names[weekday])
