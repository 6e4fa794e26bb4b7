from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir
from jinja2 import UndefinedError

from display import pages
from display.catalogues import LANGUAGES, messages
from display.page_words import BY_PAGE
from display.promises import spans
from display.staffing import result
from tests.display.test_staffing import a_study

NAMES = {
    "zh-Hans": "人民路支行",
    "zh-Hant-TW": "人民路分行",
    "zh-Hant-HK": "人民路分行",
    "en": "People's Road",
}
LIVE = ("window", "strip", "desk", "hall", "teller", "kiosk", "ticket", "board")
ALL = (*LIVE, "promises", "staffing", "study_running", "study", "index", "error", "link")
KEYWORDS = {"_": None, "N_": None, "gettext_in": (2,), "each_language": None}


def context(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - a template takes anything
    branch = {
        "id": "main",
        "names": NAMES,
        "languages": ["zh-Hans", "en"],
        "businesses": [{"id": "a", "prefix": "A", "names": NAMES, "items": True}],
        "windows": [{"id": "3", "label": "3", "businesses": ["a"]}],
        "priorities": [{"id": "vip", "names": NAMES}],
        "steps": [],
    }
    return {
        "languages": ["zh-Hans", "en"],
        "branch": branch,
        "branches": [branch],
        "first": None,
        "speed": 1,
        "live_url": "/api/v1/branches/main/live?screen=window&window=3",
        "api": "/api/v1/branches/main",
        "window": {"id": "3", "label": "3"},
        "token": "t",
        "why": {
            "label": "3",
            "as_of": "10:05",
            "lines": ["?"],
            "shares": [("?", 60)],
            "pools": [("?", "?", "?", None, 0)],
        },
        "status": 404,
        "over": True,
        "title": "?",
        "detail": "?",
        "known": [{"text": "1", "href": "/b/main/window/1"}],
        "sentence": "?",
        "spans": spans(date(2026, 11, 22)),
        **reviewed(),
        **studied(),
        **more,
    }


def reviewed() -> dict[str, Any]:
    """What the page of told ranges shows: one promise missed, of a business and window that are gone."""
    outcomes = {"told": 1, "kept": 0, "late": 1, "early": 0, "open": 0, "void": 0}
    score = {"first": {**outcomes, "late_share": 1.0, "early_share": 0.0}}
    score["last"] = {**outcomes, "late_share": None, "early_share": None}
    gap = {
        "at": "2026-11-22T09:00:00.000+08:00",
        "low_s": 0.0,
        "high_s": 600.0,
        "took_s": 700.0,
        "gap_s": 100.0,
    }
    gap |= {"number": None, "business": "gone", "window": "9", "end": "gone"}
    wait = {
        **score,
        "about": "wait",
        "changes": {"median": None, "most": None},
        "by_business": [{"business": "a", **score}, {"business": "gone", **score}],
        "by_hour": [{"hour": 23, **score}],
        "by_window": [{"window": "3", **score}, {"window": None, **score}],
        "worst": {"late": [gap], "early": []},
    }
    review = {"from": "2026-11-16", "to": "2026-11-22", "about": [wait]}
    return {"review": {**review, "aims": {"late_share": 0.05, "early_share": 0.2}}, "chosen": wait}


def studied() -> dict[str, Any]:
    """What the staffing pages show: one window, tried out for one half-hour, and a mistake."""
    study = a_study()
    boxes = [
        {
            "at": str(at),
            "clock": f"{at // 60:02d}:{at % 60:02d}",
            "open": at < 600,
            "today": True,
            "partly": True,
        }
        for at in range(510, 661, 30)
    ]
    survey = {
        "days": 0,
        "tickets": 9,
        "from": "2026-11-01",
        "to": "2026-11-20",
        "rosters": {"2026-11-20": []},
    }
    return {
        "survey": survey,
        "typed": {"name": ["?"], "b.3.a": ["0"]},
        "wrong": ("window.3", "?"),
        "ended": "failed",
        "advice": {"holds": False, "unmet": ["10:00"], "window_hours": 9.0, "window_hours_today": 8.0},
        "rows": [{"window": "3", "boxes": boxes, "whole": True}],
        "expected": [{"weekday": "", "counts": [0.0, 1.0, 2.0, 1.0, 0.0, 0.0]}],
        "halves": 4,
        "kept_list": [("1", None, "?")],
        "running": {"id": "1"},
        "run": {
            "id": "1",
            "name": None,
            "state": "running",
            "is_search": False,
            "stage": "days",
            "done": 1,
            "total": 2,
        },
        "kept": {"id": "1", "name": None},
        "study": study,
        "shown": result(study),
        "made_at": "?",
        "link": "?",
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ALL)
def test_each_page_is_whole_in_each_language(page: str, language: str) -> None:
    html = pages.render(page, lang=language, **context(languages=[language]))
    assert f'<html lang="{language}">' in html
    assert "{{" not in html
    assert re.search(r"\{\w+\}", re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)) is None


def test_every_message_is_in_every_catalogue_and_none_is_left_over() -> None:
    methods = [("templates/**.html", "jinja2"), ("page_words.py", "python")]
    used = {found[2] for found in extract_from_dir(str(pages.HERE), methods, {}, KEYWORDS)}
    for language in LANGUAGES:
        assert set(messages(language, "pages")) == used
    assert set(messages("en-HK", "pages")) <= used


def test_what_both_domains_say_they_say_alike() -> None:
    for language in LANGUAGES:
        lobby, own = messages(language, "lobby"), messages(language, "pages")
        assert {message: own[message] for message in own.keys() & lobby.keys()} == {
            message: lobby[message] for message in own.keys() & lobby.keys()
        }


def test_places_to_fill_are_the_same_in_every_language() -> None:
    for language in LANGUAGES:
        for message, said in messages(language, "pages").items():
            assert sorted(re.findall(r"\{\w+\}", said)) == sorted(re.findall(r"\{\w+\}", message))


def test_what_is_public_never_promises() -> None:
    for language in LANGUAGES:
        assert not [
            said
            for said in messages(language, "pages").values()
            if "承诺" in said or "承諾" in said or "promise" in said
        ]


def test_english_beside_hong_kong_says_counter() -> None:
    html = pages.render("window", lang="zh-Hant-HK", **context(languages=["zh-Hant-HK", "en"]))
    assert "Counter 3" in html
    assert "3 號櫃位" in html
    assert "Window 3" in pages.render("window", lang="en", **context())


def test_the_script_of_each_page_has_all_its_words() -> None:
    for page, words in BY_PAGE.items():
        for language, said in pages.script_words(page, LANGUAGES).items():
            assert said.keys() == words.keys()
            assert all(said.values()), language


def test_a_hostile_name_stays_text() -> None:
    hostile = {"en": "</script><script>alert(1)</script>", "zh-Hans": '"><img src=x onerror=alert(1)>'}
    for page in ALL:
        made = context(
            first={"kind": "view", "view": {"names": hostile}}, title=hostile["en"], detail=hostile["zh-Hans"]
        )
        made["branch"] |= {"names": hostile}
        made["branch"]["businesses"][0] |= {"names": hostile, "prefix": hostile["en"]}
        made["window"] = {"id": hostile["en"], "label": hostile["zh-Hans"]}
        html = pages.render(page, lang="en", **made)
        assert "<script>alert" not in html
        assert "<img src=x" not in html


def test_a_page_that_lacks_context_is_an_error() -> None:
    lacking = context()
    del lacking["live_url"]
    with pytest.raises((UndefinedError, TypeError)):
        pages.render("hall", lang="en", **lacking)
    with pytest.raises(KeyError):
        pages.render("hall", lang="tlh", **context())


@pytest.mark.parametrize("page", ALL)
def test_every_page_says_when_the_clock_runs_fast(page: str) -> None:
    assert 'data-testid="demo">demo ×20<' in pages.render(page, lang="en", **context(speed=20.0))
    assert 'data-testid="demo"' not in pages.render(page, lang="en", **context(speed=1.0))


@pytest.mark.parametrize("page", ALL)
def test_a_page_asks_nobody_else_and_runs_no_inline_code(page: str) -> None:
    html = pages.render(page, lang="en", **context())
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', html)
    assert not re.findall(r"<[^>]+\s(?:on\w+|style)=", html)
    for kind in re.findall(r"<script([^>]*)>", html):
        assert "application/json" in kind or "src=" in kind
    for path in re.findall(r'(?:src|href)="/static/([^"]+)"', html):
        assert (pages.STATIC / path).is_file()


def test_the_index_leads_to_every_page() -> None:
    html = pages.render("index", lang="en", **context(speed=20))
    for path in ("hall", "kiosk", "board", "promises", "window/3", "desk/3", "teller/3"):
        assert f'href="/b/main/{path}' in html
    assert "runs 20 times as fast" in html
    assert "No branch is set up yet" in pages.render("index", lang="en", **context(branches=[]))
