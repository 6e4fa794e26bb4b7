"""What one person is told: at the desk, with a ticket, at work."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.catalogues import LANGUAGES
from display.personal import desk_lines, leaving_text, ticket_lines
from display.views import DeskView, Shown, StepChoice, StepView, TicketState, TicketView, Tone, WindowState

AT = "2026-11-21T10:00:00+08:00"
STEP = StepView("s", "data_entry", {}, {}, "teller", away=False, started_at=AT, range=Shown(120, 180))
DESK = DeskView("3", "3", WindowState.SERVING, "A012", (), Shown(900, 1200))
TICKET = TicketView("A012", {"en": "Personal"}, TicketState.WAITING, 3, Shown(600, 900), "branch")


def test_the_seated_customer_hears_what_is_being_done_and_for_how_long() -> None:
    copying = replace(STEP, step="photocopy", away=True, range=Shown(120, 240))
    counting = replace(STEP, step="cash_counting", resource="machine", range=Shown(0, 180))
    view = replace(DESK, steps=(STEP, counting, copying))
    assert desk_lines(view, "en") == [
        "I am entering your details, about 2–3 min",
        "The machine is counting, please stay here, within about 3 min",
        "I am going to copy your documents. Back in about 2–4 min",
        "We are working on your request, about 15–20 min left",
    ]
    assert desk_lines(replace(DESK, steps=(STEP,)), "zh-Hans") == [
        "我正在为您录入资料,预计 2–3 分钟",
        "正在为您办理,预计还需 15–20 分钟",
    ]


def test_a_branchs_own_step_is_named() -> None:
    own = replace(STEP, step="seal", names={"en": "Sealing"})
    assert desk_lines(replace(DESK, steps=(own,)), "en")[0] == "Sealing, about 2–3 min"
    nameless = replace(STEP, step="seal")
    assert desk_lines(replace(DESK, steps=(nameless,)), "en")[0] == "seal, about 2–3 min"


def test_what_lasts_at_the_desk_is_apologised_for() -> None:
    view = replace(DESK, steps=(replace(STEP, overdue=True),), overdue=True)
    assert desk_lines(view, "en") == [
        "I am entering your details. It takes longer: about 2–3 min. Sorry for the wait",
        "We are working on your request, about 15–20 min left",
    ]
    late = replace(DESK, range=Shown(300, 600, Tone.LONGER), overdue=True)
    assert desk_lines(late, "en") == ["More time is needed: about 5–10 min. Sorry for the wait"]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (WindowState.CALLING, "Welcome. Please take a seat"),
        (WindowState.WRAPPING_UP, "Finished. Thank you for your visit"),
        (WindowState.CLOSED, "Window closed. Please wait for your number"),
        (WindowState.OPEN, "Available. Please take a ticket"),
    ],
)
def test_a_desk_without_a_service_says_where_one_is(state: WindowState, said: str) -> None:
    assert desk_lines(replace(DESK, state=state), "en") == [said]


def test_a_desk_out_of_touch_says_only_that() -> None:
    for state in WindowState:
        view = replace(DESK, state=state, steps=(STEP,), out_of_touch=True)
        assert desk_lines(view, "en") == ["Screen not updating. Watch for your number or ask staff"]


def test_the_teller_has_a_sentence_to_say_before_leaving() -> None:
    copying = StepChoice("photocopy", {}, "teller", Shown(120, 240))
    assert leaving_text(copying, "zh-Hans") == "我去为您复印资料,预计 2–4 分钟后返回"
    assert leaving_text(replace(copying, step="seal", usual=None), "en") == (
        "I have to leave my seat for your request for a moment"
    )


def test_who_waits_is_told_of_their_place_and_that_they_keep_it() -> None:
    assert ticket_lines(TICKET, "en") == ["3 ahead of you, about 10–15 min", "You are still in the queue"]
    assert ticket_lines(TICKET, "zh-Hant-HK") == ["前面尚有 3 人,預計 10–15 分鐘", "您仍在輪候中"]
    assert ticket_lines(replace(TICKET, ahead=0), "en")[0] == "No one is ahead of you, about 10–15 min"
    assert ticket_lines(replace(TICKET, range=None), "en")[0] == "3 ahead of you"


def test_who_waits_longer_is_told_so_and_why() -> None:
    longer = replace(TICKET, range=Shown(600, 900, Tone.LONGER), long_last=True)
    assert ticket_lines(longer, "zh-Hans") == [
        "等候时间延长,前面还有 3 人,预计还需 10–15 分钟,抱歉让您久等",
        "前面人数不多,但有一笔业务用时较长",
        "您仍在排队中",
    ]
    again = replace(TICKET, ahead=0, range=Shown(0, 300, Tone.AGAIN))
    assert ticket_lines(again, "en")[0] == (
        "Longer again: no one is ahead of you, within about 5 min. Our sincere apologies"
    )


def test_a_range_from_usual_times_is_marked_as_such() -> None:
    guessed = ticket_lines(replace(TICKET, basis="configured"), "en")
    assert guessed[1] == "Times are estimated from usual durations and may differ"
    assert len(ticket_lines(replace(TICKET, basis="configured", range=None), "en")) == 2


def test_a_number_nobody_serves_at_present_stays_valid() -> None:
    assert ticket_lines(replace(TICKET, serving=False, range=None), "en") == [
        "3 ahead of you",
        "No window is open for this service at present. Your number stays valid",
    ]


@pytest.mark.parametrize(
    ("view", "lines"),
    [
        (replace(TICKET, state=TicketState.CALLED, label="3"), ["Please come to window 3"]),
        (
            replace(TICKET, state=TicketState.CALLED),
            ["Please come to the window that shows your number"],
        ),
        (
            replace(TICKET, state=TicketState.SERVING, label="3"),
            ["You are being served at window 3", "We are working on your request, about 10–15 min left"],
        ),
        (
            replace(TICKET, state=TicketState.SERVING, label="3", out_of_touch=True),
            [
                "You are being served at window 3",
                "Not updating at present. Watch for your number or ask staff",
            ],
        ),
        (
            replace(TICKET, out_of_touch=True),
            ["Not updating at present. Watch for your number or ask staff", "You are still in the queue"],
        ),
        (replace(TICKET, state=TicketState.FINISHED), ["Finished. Thank you for your visit"]),
        (
            replace(TICKET, state=TicketState.NO_SHOW, until="2026-11-21T10:25:00+08:00"),
            ["Your number has been called. Ask staff before 10:25 and you will be called again"],
        ),
        (
            replace(TICKET, state=TicketState.NO_SHOW),
            ["Your number has been called and has expired. Please take a new one if you still need service"],
        ),
        (
            replace(TICKET, state=TicketState.ABANDONED),
            ["This number has ended. Please take a new one if you still need service"],
        ),
    ],
)
def test_each_state_of_a_ticket_is_said(view: TicketView, lines: list[str]) -> None:
    assert ticket_lines(view, "en") == lines


tickets = st.builds(
    TicketView,
    number=st.just("A012"),
    names=st.just({"en": "Personal"}),
    state=st.sampled_from(TicketState),
    ahead=st.integers(0, 40),
    range=st.none() | st.builds(Shown, st.sampled_from([0, 600]), st.just(900), st.sampled_from(Tone)),
    basis=st.sampled_from(["configured", "branch"]),
    label=st.none() | st.just("3"),
    until=st.none() | st.just(AT),
    long_last=st.booleans(),
    serving=st.booleans(),
    out_of_touch=st.booleans(),
)


@given(tickets, st.sampled_from(LANGUAGES))
def test_every_ticket_is_told_something_in_every_language(view: TicketView, language: str) -> None:
    lines = ticket_lines(view, language)
    assert 1 <= len(lines) <= 4
    assert all(lines)
