from __future__ import annotations

import re
from dataclasses import replace

import pytest

from display.advice import AdviceView, ClosingView, ExpressView, OpeningView, advice_lines
from display.catalogues import LANGUAGES
from display.speech import voice
from display.views import Shown

EN = voice("en")
OPENING = OpeningView("4", 40, (), Shown(1500, 2400), Shown(900, 1200))
CLOSING = ClosingView("4", "15:30", None)
EXPRESS = ExpressView(
    "2",
    5,
    advised=False,
    short=(Shown(600, 900), Shown(300, 600)),
    others=(Shown(900, 1200), Shown(1200, 1800)),
)
ALL = AdviceView(
    "advice", Shown(1500, 2400), openable=True, opening=OPENING, closing=CLOSING, express=EXPRESS
)


def test_what_could_be_done() -> None:
    assert advice_lines(ALL, EN) == [
        ("as_it_is", "As it is, waits over the next hour: about 25–40 min"),
        ("opening", "Open window 4 for 40 min: waits fall from about 25–40 min to about 15–20 min"),
        ("closing", "Window 4 may close at 15:30 at no cost"),
        (
            "no_express",
            (
                "Express at window 2 for the next hour (at most 5 min each): no. Short services would wait "
                "about 5–10 min (now about 10–15 min), others about 20–30 min (now about 15–20 min)"
            ),
        ),
    ]
    *lines, express = [line for _, line in advice_lines(ALL, voice("zh-Hans"))]
    assert lines == [
        "照现状，今后一小时预计等候 25–40 分钟",
        "增开 4 号窗口 40 分钟：预计等候由 25–40 分钟缩短至 15–20 分钟",
        "4 号窗口可在 15:30 关闭，不影响等候",
    ]
    assert "不建议，快速业务预计等候 5–10 分钟（现在 10–15 分钟），其他业务 20–30 分钟" in express


@pytest.mark.parametrize(
    ("why", "said"),
    [("history", "too little is known"), ("quiet", "Nobody waits"), ("out_of_touch", "out of touch")],
)
def test_why_there_is_no_advice(why: str, said: str) -> None:
    ((kind, line),) = advice_lines(AdviceView(why), EN)  # type: ignore[arg-type]
    assert kind == why
    assert said in line


def test_an_opening_for_some() -> None:
    names = ({"en": "Loans", "zh-Hans": "贷款"}, {"en": "Exchange", "zh-Hans": "外汇"})

    def said(opening: OpeningView, language: str = "en") -> str:
        return advice_lines(AdviceView("advice", opening=opening), voice(language))[0][1]

    some = replace(OPENING, businesses=names, after=Shown(0, 600))
    fall = "waits for Loans, Exchange fall from about 25–40 min to at most about 10 min"
    assert said(some) == f"Open window 4 for 40 min: {fall}"
    assert "贷款、外汇" in said(some, "zh-Hans")
    assert "no other window takes Loans, Exchange, waits would be" in said(replace(some, before=None))
    alone = replace(some, before=None, after=None)
    assert said(alone) == "Open window 4: no other window takes Loans, Exchange"
    assert said(alone, "en-HK") == "Open counter 4: no other counter takes Loans, Exchange"


def test_what_cannot_be_foreseen_and_what_changes_nothing() -> None:
    far = AdviceView("advice", closing=replace(CLOSING, until="19:00"))
    assert advice_lines(far, EN)[0][1].endswith("as far as can be foreseen (until 19:00)")
    assert advice_lines(AdviceView("advice", openable=True), EN)[0][0] == "no_opening"
    assert advice_lines(AdviceView("advice"), EN) == []
    same = replace(EXPRESS, short=(EXPRESS.short[0],) * 2, others=(EXPRESS.others[0],) * 2)
    assert "hardly change" in advice_lines(AdviceView("advice", express=same), EN)[0][1]
    yes = advice_lines(AdviceView("advice", express=replace(EXPRESS, advised=True)), EN)[0]
    assert yes[0] == "express"
    assert "yes" in yes[1]


@pytest.mark.parametrize("language", [*LANGUAGES, "en-HK"])
def test_no_wait_is_a_bare_number_in_any_language(language: str) -> None:
    lines = dict(advice_lines(ALL, voice(language)))
    assert len(lines) == 4
    for kind, ranges in (("as_it_is", 1), ("opening", 2), ("no_express", 4)):
        assert len(re.findall(r"\d+–\d+", lines[kind])) == ranges
    assert "15:30" in lines["closing"]
