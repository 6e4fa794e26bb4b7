"""What a manager is told of told ranges, in a sentence."""

from __future__ import annotations

from datetime import date, timedelta

from display.speech import N_, voice

TODAY = N_("today")
LAST_7_DAYS = N_("in the last 7 days")
LAST_WEEK = N_("last week")
ON_DAY = N_("on {day}")
FROM_TO = N_("from {first} to {last}")

LONGER = N_("Of the {cases} waits {when}, {percent} % were longer than we said")
HARDLY_LONGER = N_("Of the {cases} waits {when}, less than 1 % were longer than we said")
NONE_LONGER = N_("None of the {cases} waits {when} was longer than we said")
TOO_FEW = N_("Too few waits {when} to say how many were longer than we said: {cases}")


def when(first: date, last: date, today: date, language: str) -> str:
    """Name the days from ``first`` to ``last`` as one would say it ``today``."""
    say = voice(language).say
    if first == last == today:
        return say(TODAY)
    if first == last:
        return say(ON_DAY, day=first)
    if (first, last) == last_week(today):
        return say(LAST_WEEK)
    if last == today and last - first == timedelta(days=6):
        return say(LAST_7_DAYS)
    return say(FROM_TO, first=first, last=last)


def last_week(today: date) -> tuple[date, date]:
    """Monday and Sunday of the week before."""
    monday = today - timedelta(days=today.weekday() + 7)
    return monday, monday + timedelta(days=6)


def spans(today: date) -> dict[str, tuple[date, date]]:
    """The days that a manager asks for most, by name: first and last."""
    return {
        "today": (today, today),
        "last_7_days": (today - timedelta(days=6), today),
        "last_week": last_week(today),
        "last_28_days": (today - timedelta(days=27), today),
    }


def sentence(when: str, cases: int, late: int, enough: int, language: str) -> str:
    """How many of the waits took longer than was said; fewer than ``enough`` cases: that it cannot be said.

    No rounding makes one late wait none, or all but one all.
    """
    say = voice(language).say
    if cases < enough:
        return say(TOO_FEW, cases=cases, when=when)
    if late == 0:
        return say(NONE_LONGER, cases=cases, when=when)
    if 100 * late < cases:
        return say(HARDLY_LONGER, cases=cases, when=when)
    percent = 100 if late == cases else min(round(100 * late / cases), 99)
    return say(LONGER, cases=cases, when=when, percent=percent)
