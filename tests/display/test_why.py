from __future__ import annotations

from dataclasses import replace

import pytest

from display.catalogues import LANGUAGES
from display.speech import voice
from display.views import Shown, WindowState
from display.why import BASES, KINDS, SOURCES, PoolRow, StepWhy, TicketWhy, WindowWhy, pool_words, why_lines

TICKET = TicketWhy(
    number="A012",
    waits=True,
    ahead=3,
    range=Shown(600, 1200),
    comers=1,
    leavers=2,
    labels=("2", "4"),
    next_free=Shown(120, 300),
    services=412,
    basis="branch",
    source="present",
    share=61,
)
WINDOW = WindowWhy(
    state=WindowState.SERVING,
    since="10:05",
    range=Shown(120, 600),
    steps=(StepWhy({"en": "Approval"}, "10:08", Shown(0, 180)), StepWhy({"en": "Copy"}, "10:09", None)),
    cases=412,
    basis="branch",
    teller="t1",
    teller_cases=40,
    slower=12,
    told_min=10,
    moved_min=4,
)
EN = voice("en")


def test_a_ticket() -> None:
    assert why_lines(TICKET, EN) == [
        "3 ahead of A012",
        "About 1 more are yet to come and will go first",
        "About 2 of those ahead will probably leave",
        "Can be served at window 2, 4, one is free in about 2–5 min",
        "Rests on 412 past services",
        "Most uncertain: services under way (61%)",
    ]
    assert why_lines(TICKET, voice("zh-Hans")) == [
        "A012 号前面还有 3 人",
        "预计还有约 1 位后到的优先客户先办理",
        "前面的客户中，预计约 2 位会离开",
        "可在 2、4 号窗口办理，预计 2–5 分钟后有窗口空出",
        "依据以往 412 笔业务",
        "最难预计的是：正在办理的业务（61%）",
    ]


def test_a_ticket_of_which_little_is_to_be_said() -> None:
    quiet = replace(TICKET, ahead=0, comers=0, leavers=0, source=None)
    assert why_lines(replace(quiet, next_free=None, basis="configured", services=2), EN) == [
        "A012 is next in line",
        "Can be served now at window 2, 4",
        "Rests mostly on preset minutes, past services are few (2)",
    ]
    assert why_lines(replace(quiet, labels=(), range=None), EN) == [
        "A012 is next in line",
        "Nobody can say when a window will take it",
    ]
    assert why_lines(replace(TICKET, waits=False), EN) == ["A012 no longer waits"]


def test_a_window() -> None:
    assert why_lines(WINDOW, EN) == [
        "In service since 10:05",
        "About 2–10 min left",
        "Approval since 10:08, finished within about 3 min",
        "Copy since 10:09",
        "Rests on 412 past cases",
        "t1 takes 12% longer than others (40 cases)",
        "The teller said 10 min, which adds about 4 min",
    ]
    other = replace(WINDOW, steps=(), slower=-5, moved_min=-3, basis="configured", cases=1)
    assert why_lines(other, EN)[2:] == [
        "Rests mostly on preset minutes, past cases are few (1)",
        "t1 takes 5% less time than others (40 cases)",
        "The teller said 10 min, which takes about 3 min off",
    ]
    assert why_lines(replace(WINDOW, moved_min=0), EN)[-1] == "The teller said 10 min, which changes little"


@pytest.mark.parametrize("state", WindowState)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_says_since_when_and_what_is_left(state: WindowState, language: str) -> None:
    lines = why_lines(replace(WINDOW, state=state), voice(language))
    assert "10:05" in lines[0]
    assert "2–10" in lines[1]
    bare = replace(
        WINDOW, state=state, since=None, range=None, steps=(), basis=None, teller=None, told_min=None
    )
    assert why_lines(bare, voice(language)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_source_pool_and_basis_has_words(language: str) -> None:
    say = voice(language)
    for source in SOURCES:
        assert why_lines(replace(TICKET, source=source), say)[-1]
    for kind in KINDS:
        for basis in BASES:
            words, _, founded = pool_words(PoolRow(kind, {"en": "x"}, None, 3, basis), say)
            assert words
            assert founded


def test_an_unknown_basis_is_shown_as_it_is() -> None:
    assert pool_words(PoolRow("service", {}, None, 3, "told"), EN) == ("Services", "", "told")
