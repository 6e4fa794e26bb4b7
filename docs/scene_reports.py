"""What the pages about past and coming days show in the scenes: hours, told ranges, staffing, and studies of it.

These pages are drawn once, by the service: their figures are made by hand, their words by ``display``.
"""

# Contexts read better as tables.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from display import hours, promises, staffing
from display.catalogues import spoken_as
from display.speech import voice
from display.views import Shown

TODAY = date(2026, 11, 21)
FIRST = date(2026, 10, 26)
LEAST = "14:30"
"""The quietest half-hour."""
OPENS, CLOSES = 9 * 60, 17 * 60
"""Minutes after midnight."""


def hours_of(lang: str, languages: Sequence[str], *, known: bool = True) -> dict[str, Any]:
    """Context of the page of busy and quiet hours."""
    say = voice(spoken_as(lang, languages))
    days = [hours.day_name(day, say.language) for day in range(7)]
    short = [hours.day_name(day, say.language, short=True) for day in range(7)]
    about = hours.DayHours(5, 4, known, LEAST, Shown(60, 600)) if known else hours.DayHours(5, 2, known)
    clocks = [f"{at // 60:02}:{at % 60:02}" for at in range(OPENS, CLOSES, 30)]

    def row(number: int, at: str) -> dict[str, Any]:
        level = ["quiet", "usual", "busy", "usual"][number // 4 % 4]
        wait = Shown(60, 600) if at == LEAST else Shown(120 + 60 * (number % 8), 900 + 300 * (number % 5))
        return {
            "at": at, "level": level, "words": say.say(hours.LEVELS[level]), "part": 20.0 + 5 * number,
            "wait": hours.wait_words(wait, say), "minutes": f"{wait.low_s // 60}–{wait.high_s // 60}",
            "now": at == "10:30", "quietest": at == LEAST,
        }  # fmt: skip

    rows = [row(number, at) for number, at in enumerate(clocks)]
    return {"hours": {
        "sentence": hours.day_line(about, say), "founded": hours.founded(4, FIRST, TODAY, say) if known else None,
        "days": days, "short_days": short, "week_days": short[:6], "chosen": 5,
        "levels": [(level, say.say(message)) for level, message in hours.LEVELS.items()],
        "half_hours": rows if known else [],
        "week": [(one["at"], [one, None, *[one] * 4]) for one in rows] if known else [],
    }}  # fmt: skip


def told_of(lang: str, businesses: Sequence[str], windows: Sequence[str]) -> dict[str, Any]:
    """Context of the page of what was said and what happened."""
    first, last = promises.spans(TODAY)["last_7_days"]

    def score(kept: int, late: int, early: int) -> dict[str, Any]:
        cases = kept + late + early
        counts = {"told": cases + 3, "kept": kept, "late": late, "early": early, "open": 2, "void": 1}
        shares = {
            "late_share": late / cases if cases else None,
            "early_share": early / cases if cases else None,
        }
        return {"first": {**counts, **shares}, "last": {**counts, **shares}}

    def gap(number: str, off: float, end: str) -> dict[str, Any]:
        return {"at": "2026-11-20T14:05:11.000+08:00", "low_s": 300.0, "high_s": 900.0, "took_s": 900.0 + off,
                "gap_s": off, "number": number, "business": businesses[0], "window": windows[0], "end": end}  # fmt: skip

    abouts = [
        {"about": about, **score(880 - 100 * n, 42 + 30 * n, 120), "changes": {"median": 1.0, "most": 4.0},
         "by_business": [{"business": one, **score(300, 12 + 9 * at, 40)} for at, one in enumerate(businesses)],
         "by_window": [{"window": one, **score(110, 2 + 3 * at, 14)} for at, one in enumerate(windows)],
         "by_hour": [{"hour": hour, **score(100, hour - 6, 17)} for hour in range(9, 17)],
         "worst": {"late": [gap(f"A0{n}", 60.0 * (20 - n), "gone" if n == 12 else "called") for n in range(11, 17)],
                   "early": [gap("B004", 240.0, "called")]}}
        for n, about in enumerate(("wait", "service", "wrap_up", "return"))
    ]  # fmt: skip
    words = promises.sentence(promises.when(first, last, TODAY, lang), 1042, 42, 20, lang)
    review = {
        "from": f"{first}",
        "to": f"{last}",
        "about": abouts,
        "aims": {"late_share": 0.05, "early_share": 0.2},
    }
    return {"review": review, "sentence": words, "chosen": abouts[0], "spans": promises.spans(TODAY)}


def staffing_of(businesses: Sequence[str], windows: Sequence[str], **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Context of the page where another roster is made up."""
    clocks = range(OPENS, CLOSES, 30)
    rows = [
        {"window": window, "whole": True, "boxes": [
            {"at": str(at), "clock": f"{at // 60:02}:{at % 60:02}", "today": place < 5, "partly": at == OPENS and place == 2,
             "open": place < 5 or at in range(11 * 60, 14 * 60)} for at in clocks]}
        for place, window in enumerate(windows)
    ]  # fmt: skip
    usual = {"customers": "100", "fewer": "0", "late_opening": "0", "wrap_up": "100", "opens": "09:00", "closes": "17:00",
             "late_minutes": "15", "days": "200", "share": "10", "name": ""}  # fmt: skip
    typed = {name: [value] for name, value in usual.items()}
    typed |= {f"b.{window}.{business}": ["0"] for window in windows for business in businesses[:2]}
    counts = [6.0 + 5 * (place % 6) for place in range(len(clocks))]
    survey = {
        "days": 17,
        "tickets": 5120,
        "from": "2026-10-26",
        "to": "2026-11-20",
        "rosters": {"2026-11-20": [], "2026-11-19": []},
    }
    return {
        "survey": survey, "typed": typed, "wrong": None, "ended": None, "advice": None, "rows": rows, "running": None,
        "expected": [{"weekday": "", "counts": counts}], "halves": len(clocks),
        "kept_list": [("s1", "2026-12", "2026-11-20 16:02"), ("s2", None, "2026-11-19 09:40")],
    } | more  # fmt: skip


def running_of(*, is_search: bool) -> dict[str, Any]:
    """Context of the page that says how far a study is."""
    return {
        "run": {
            "id": "s3",
            "name": None,
            "state": "running",
            "is_search": is_search,
            "stage": "days",
            "done": 61,
            "total": 200,
        }
    }


def study_of(businesses: Sequence[str], windows: Sequence[str], *, holds: bool = True) -> dict[str, Any]:
    """Context of the page of what came of a study."""
    study = _study(businesses, windows, holds=holds)
    return {"kept": {"id": "s1", "name": None}, "study": study, "shown": staffing.result(study), "made_at": "2026-11-20 16:02",
            "link": "http://192.168.7.2:8000/b/main/staffing/s1"}  # fmt: skip


def _study(businesses: Sequence[str], windows: Sequence[str], *, holds: bool) -> dict[str, Any]:
    halves = [60.0 * at for at in range(OPENS, CLOSES, 30)]
    figure = {
        "happened": 610.0,
        "simulated": 640.0,
        "low": 520.0,
        "high": 760.0,
        "inside": holds,
        "bias": 0.05,
    }
    share = {name: value / 4000 if name != "inside" else value for name, value in figure.items()}
    days = [{"date": f"2026-11-{day}", "tickets": 300 + day, "mean_wait_s": figure, "late_share": share, "left_share": share}
            for day in range(16, 21)]  # fmt: skip
    gaps = [_gap(figure, "all", "", -90.0) for figure in ("mean wait", "late", "lost", "overtime")]
    gaps += [_gap("mean wait", "business", one, -60.0) for one in businesses]
    gaps += [_gap("mean wait", "half-hour", str(n), -30.0 - 10 * n) for n in range(len(halves))]
    whose = {"reluctance": dict.fromkeys(businesses, 0.0), "express_s": None, "speed": 1.0}
    rosters = [
        {"opens_s": 60.0 * OPENS, "closes_s": 60.0 * CLOSES, "window_hours": 40.0 + extra, "windows": [
            {"window": one, **whose, "hours": [[32400.0, 43200.0], [46800.0 - 1800 * extra, 61200.0]]} for one in windows]}
        for extra in (0, 1)
    ]  # fmt: skip
    cell = {"businesses": [*businesses], "arrived": [[8.0] * len(halves) for _ in businesses],
            "mean_wait_s": [[300.0 + 40 * n for n in range(len(halves))] for _ in businesses],
            "late_share": [[0.02 * n for n in range(len(halves))] for _ in businesses]}  # fmt: skip
    return {
        "version": 1, "days": 200, "rosters": rosters, "differences": gaps, "cells": [cell, cell] if holds else [],
        "trust": {"holds": holds, "late_s": 900.0, "mean_wait_s": figure, "late_share": share, "days": days},
        "learned": {"days": 17, "tickets": 5120, "from": "2026-10-26", "to": "2026-11-20", "busyness_cv": 0.07},
        "outcomes": [_outcome(*of, halves, businesses, windows) for of in (("today", 1.0), ("trial", 0.8))] if holds else [],
    }  # fmt: skip


def _outcome(
    name: str, factor: float, halves: Sequence[float], businesses: Sequence[str], windows: Sequence[str]
) -> Mapping[str, Any]:
    part = {"arrived": _around(12.0), "mean_wait_s": _around(600.0 * factor), "late_share": _around(0.2 * factor),
            "lost_share": _around(0.05), "wait_quantiles_s": [60.0, 420.0 * factor, 1500.0 * factor]}  # fmt: skip
    whole = {"mean_wait_s": _around(600.0 * factor), "late_share": _around(0.2 * factor), "lost_share": _around(0.05),
             "walk_aways": _around(9.0 * factor), "utilisation": _around(0.8 / factor), "overtime_s": _around(900.0 * factor)}  # fmt: skip
    return {
        "name": name, "late_s": 900.0, **whole, "window_hours": 40.0,
        "by_business": [{"business": one, **part} for one in businesses],
        "by_half_hour": [{"begins_s": at, **part} for at in halves],
        "by_window": [{"window": one, "utilisation": _around(0.75 * factor)} for one in windows],
    }  # fmt: skip


def _around(value: float) -> dict[str, float]:
    return {"value": value, "low": value * 0.9, "high": value * 1.1}


def _gap(figure: str, of: str, key: str, value: float) -> dict[str, Any]:
    difference = {"value": value, "low": value - 20.0, "high": value + 20.0}
    return {"figure": figure, "of": of, "key": key, "unit": "s", "before": 600.0, "after": 600.0 + value,
            "difference": difference, "worse_days": 0.12}  # fmt: skip
