"""Views on the wire: plain, the same each time, in words, and without what strangers must not see."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from display import render
from display.render import Renderer, to_plain
from display.terms import step_names, step_public
from display.views import (
    BoardTicket,
    BoardView,
    BoardWindow,
    CallView,
    DeskView,
    HallView,
    NextTicket,
    Shown,
    StepChoice,
    StepView,
    TellerView,
    TicketState,
    TicketView,
    View,
    WaitView,
    WindowState,
    WindowView,
)

BOTH = ("zh-Hans", "en")
AT = "2026-11-21T10:00:00+08:00"
NAMES = {"zh-Hans": "个人业务", "en": "Personal"}

ENTRY = StepView("s1", "data_entry", step_names("data_entry"), step_public("data_entry"), "teller", False, AT)
CASH = StepView("s2", "cash_counting", step_names("cash_counting"), {}, "machine", False, AT, Shown(60, 120))
WINDOW = WindowView(
    window="3",
    label="3",
    state=WindowState.SERVING,
    number="A012",
    steps=(ENTRY, CASH),
    range=Shown(900, 1200),
    businesses=(NAMES,),
)
WAIT = WaitView("personal", NAMES, 5, 2, Shown(600, 900), "branch")
CALL = CallView("9", "A012", "3", "3", AT, again=False, calling=True, priority={"en": "Elderly"})
NEXT = NextTicket("20261121-A013", "A013", NAMES, {}, 312.5)

VIEWS: dict[str, View] = {
    "window": WINDOW,
    "hall": HallView(
        NAMES, (WINDOW, replace(WINDOW, window="4", state=WindowState.CLOSED)), (CALL,), (WAIT,)
    ),
    "desk": DeskView("3", "3", WindowState.SERVING, "A012", (ENTRY, CASH), Shown(900, 1200)),
    "ticket": TicketView("A012", NAMES, TicketState.WAITING, 3, Shown(600, 900), "branch"),
    "board": BoardView(
        NAMES,
        (BoardWindow(WINDOW, "t7", NAMES, AT, Shown(900, 1200), AT),),
        (BoardTicket("20261121-A013", "A013", NAMES, {}, 312.5, Shown(600, 900), None, overdue=False),),
        (WAIT,),
        served=3,
        abandoned=1,
        no_shows=0,
    ),
    "teller": TellerView(
        view=WINDOW,
        teller="t7",
        ticket="20261121-A012",
        business=NAMES,
        items=1,
        since=AT,
        next=(NEXT,),
        waiting=5,
        steps=(StepChoice("photocopy", NAMES, "teller", Shown(120, 240)),),
        running=(ENTRY, CASH),
        commands=("finish",),
        undo=None,
        remind=True,
    ),
}


def nones(value: Any) -> bool:  # noqa: ANN401
    if isinstance(value, dict):
        return any(nones(part) for part in value.values())
    return value is None or (isinstance(value, list) and any(nones(part) for part in value))


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_is_plain_data_and_the_same_each_time(name: str) -> None:
    plain = to_plain(VIEWS[name], BOTH)
    text = json.dumps(plain, ensure_ascii=False)
    assert json.loads(text) == plain
    assert json.dumps(to_plain(VIEWS[name], list(BOTH)), ensure_ascii=False) == text
    assert not nones(plain)


def test_a_windows_view_is_the_contracts() -> None:
    plain = to_plain(WINDOW, BOTH)
    assert plain["state"] == "serving"
    assert plain["number"] == "A012"
    assert plain["range"] == {"low_s": 900, "high_s": 1200, "tone": "plain"}
    assert plain["lines"] == {
        "zh-Hans": ["正在录入资料", "正在办理,预计还需 15–20 分钟"],
        "en": ["Entering details", "In service. About 15–20 min left"],
    }
    assert {"closing", "overdue", "steps"} <= set(plain)
    assert not {"reason", "reopens_at", "call"} & set(plain)
    assert "range" not in to_plain(replace(WINDOW, range=None), BOTH)


@pytest.mark.parametrize("name", ["window", "hall"])
def test_the_lobby_never_sees_a_step_of_cash(name: str) -> None:
    text = json.dumps(to_plain(VIEWS[name], BOTH), ensure_ascii=False).lower()
    assert not [word for word in ("cash", "现金", "清点", "counting") if word in text]


def test_desk_and_teller_see_every_step_in_their_own_words() -> None:
    desk = to_plain(VIEWS["desk"], BOTH)["steps"]
    assert [step["text"]["en"] for step in desk] == [
        "I am entering your details",
        "The machine is counting, please stay here, about 1–2 min",
    ]
    teller = to_plain(VIEWS["teller"], BOTH)
    assert [step["step"] for step in teller["running"]] == ["data_entry", "cash_counting"]
    assert teller["steps"][0]["say"]["en"] == "I am going to copy your documents. Back in about 2–4 min"
    assert teller["reminder"]["en"].startswith("Wrap-up is running longer")
    assert teller["view"]["lines"] == to_plain(WINDOW, BOTH)["lines"]
    assert teller["next"] == [
        {"ticket": "20261121-A013", "number": "A013", "business": NAMES, "priority": {}, "waited_s": 312.5}
    ]


def test_everything_in_the_hall_has_its_words() -> None:
    hall = to_plain(VIEWS["hall"], BOTH)
    assert [window["lines"]["en"] for window in hall["windows"]] == [
        ["Entering details", "In service. About 15–20 min left"],
        ["Window closed. Please wait for your number"],
    ]
    assert hall["calls"][0]["text"]["zh-Hans"] == "请 A012 号到 3 号窗口办理"
    assert hall["calls"][0]["note"]["en"] == "Priority call: Elderly. Thank you for your understanding"
    assert hall["waits"][0]["text"]["en"] == "Personal: 5 waiting, about 10–15 min"
    assert hall["lines"] == {"zh-Hans": [], "en": []}


def test_a_call_in_turn_has_no_note() -> None:
    hall = HallView(NAMES, (), (replace(CALL, priority={}),), ())
    assert "note" not in to_plain(hall, BOTH)["calls"][0]


def test_every_language_of_the_branch_is_there_in_its_order() -> None:
    languages = ("en", "zh-Hant-HK", "zh-Hant-TW", "zh-Hans")
    lines = to_plain(replace(WINDOW, steps=(), state=WindowState.CLOSED), languages)["lines"]
    assert list(lines) == list(languages)
    assert lines["en"] == ["Counter closed. Please wait for your number"]


def test_changing_the_plain_data_changes_no_view() -> None:
    plain = to_plain(VIEWS["ticket"], BOTH)
    plain["names"]["en"] = "changed"
    assert NAMES["en"] == "Personal"


def test_a_remembered_part_is_worded_again_only_when_it_is_another() -> None:
    renderer = Renderer(BOTH)
    hall = VIEWS["hall"]
    first = renderer.encode(hall)
    assert renderer.part(WINDOW, "3") is renderer.part(replace(WINDOW), "3")
    later = replace(hall, windows=(replace(WINDOW, state=WindowState.CLOSED, number=None), *hall.windows[1:]))
    for view in (later, hall, later):
        assert json.loads(renderer.encode(view)) == to_plain(view, BOTH)
    assert renderer.encode(hall) == first


def test_what_is_remembered_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "MOST_KEPT", 3)
    renderer = Renderer(BOTH)
    for number in range(10):
        window = replace(WINDOW, window=str(number))
        assert json.loads(renderer.encode(window)) == to_plain(window, BOTH)
        assert len(renderer._kept) <= 3
