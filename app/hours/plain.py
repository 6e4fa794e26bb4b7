"""The usual week put down as plain data: what the API answers, and what the page is made of."""

from __future__ import annotations

from typing import Any

from app.branch.branch_file import Branch
from display import hours as words
from display.catalogues import LANGUAGES, spoken_as
from display.ranges import round_outward
from display.speech import Voice, voice
from display.views import Shown

from .week import BUSY, ENOUGH, ENOUGH_DAYS, QUIET, USUAL, WEEKS, HalfHour, Week, Weekday


def to_plain(branch: Branch, week: Week) -> dict[str, Any]:
    """The answer to "when is it quiet?", with its sentences."""
    return {
        "branch": branch.id,
        "from": str(week.first) if week.first else None,
        "to": str(week.last) if week.last else None,
        "weeks": WEEKS,
        "enough": {"days": ENOUGH_DAYS, "cases": ENOUGH},
        "usual": {"low": USUAL[0], "high": USUAL[1]},
        "levels": {"quiet": QUIET, "busy": BUSY},
        "weekdays": [_weekday(branch, one) for one in week.weekdays],
    }


def _weekday(branch: Branch, one: Weekday) -> dict[str, Any]:
    seen = view(one)
    return {
        "weekday": one.weekday + 1,
        "days": one.days,
        "known": one.known,
        "quieter": seen.quieter,
        "half_hours": [_half_hour(each) for each in one.half_hours],
        "says": {language: words.day_line(seen, _voice(branch, language)) for language in LANGUAGES},
    }


def _half_hour(one: HalfHour) -> dict[str, Any]:
    figures = dict(zip(("low_s", "median_s", "high_s"), one.wait_s or (None,) * 3, strict=True))
    return {
        "at": f"{one.at:%H:%M}",
        "people": round(one.people, 1),
        "busyness": round(one.busyness, 3),
        "level": one.level,
        "cases": one.cases,
        **{name: None if figure is None else round(figure, 1) for name, figure in figures.items()},
    }


def view(one: Weekday) -> words.DayHours:
    """A weekday as a reader is told of it: quieter only where the wait is shorter once it is rounded."""
    if not one.known or one.quietest is None:
        return words.DayHours(one.weekday, one.days, one.known)
    waits = [shown for each in one.half_hours if (shown := shown_wait(each))]
    least = shown_wait(one.quietest)
    if least is None or least.high_s >= max(wait.high_s for wait in waits):
        all_day = Shown(min(wait.low_s for wait in waits), max(wait.high_s for wait in waits))
        return words.DayHours(one.weekday, one.days, one.known, wait=all_day)
    return words.DayHours(one.weekday, one.days, one.known, f"{one.quietest.at:%H:%M}", least)


def later_to_plain(branch: Branch, one: HalfHour | None) -> dict[str, Any]:
    """The answer to "when is it quieter today?", with its sentences; nothing where nothing can be said."""
    wait = shown_wait(one) if one else None
    if one is None or wait is None:
        return {"at": None, "low_s": None, "high_s": None, "says": None}
    at = f"{one.at:%H:%M}"
    says = {language: words.later_line(at, wait, _voice(branch, language)) for language in LANGUAGES}
    return {"at": at, "low_s": wait.low_s, "high_s": wait.high_s, "says": says}


def shown_wait(one: HalfHour) -> Shown | None:
    """The usual wait in steps that people use."""
    return round_outward(one.wait_s[0], one.wait_s[2]) if one.wait_s else None


def page_part(
    branch: Branch, week: Week, weekday: int, now_slot: int | None, language: str
) -> dict[str, Any]:
    """What the page shows in one language: a weekday in full, and the week's half hours.

    ``now_slot``: the half hour that it is, None on another day.
    """
    say = _voice(branch, language)
    chosen = week.weekdays[weekday]
    slots = sorted({one.slot for day in week.weekdays for one in day.half_hours})
    known = [day for day in week.weekdays if day.half_hours]
    by_slot = [{one.slot: one for one in day.half_hours} for day in known]
    quietest = view(chosen).quieter and chosen.quietest
    return {
        "sentence": words.day_line(view(chosen), say),
        "founded": words.founded(chosen.days, week.first, week.last, say)
        if chosen.known and week.first and week.last
        else None,
        "days": [words.day_name(day, say.language) for day in range(7)],
        "short_days": [words.day_name(day, say.language, short=True) for day in range(7)],
        "week_days": [words.day_name(day.weekday, say.language, short=True) for day in known],
        "chosen": weekday,
        "levels": [(level, say.say(message)) for level, message in words.LEVELS.items()],
        "half_hours": [
            {**_row(one, say), "now": one.slot == now_slot, "quietest": one is quietest}
            for one in chosen.half_hours
        ],
        "week": [
            (
                f"{slot // 2:02}:{slot % 2 * 30:02}",
                [_row(one, say) if (one := day.get(slot)) else None for day in by_slot],
            )
            for slot in slots
        ],
    }


def _row(one: HalfHour, say: Voice) -> dict[str, Any]:
    wait = shown_wait(one)
    return {
        "at": f"{one.at:%H:%M}",
        "level": one.level,
        "words": say.say(words.LEVELS[one.level]),
        "part": round(100 * one.busyness, 1),
        "wait": words.wait_words(wait, say) if wait else None,
        "minutes": f"{wait.low_s // 60}–{wait.high_s // 60}" if wait else None,
    }


def _voice(branch: Branch, language: str) -> Voice:
    return voice(spoken_as(language, branch.languages))
