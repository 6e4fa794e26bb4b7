"""What the lobby sees of a window: closed, paused, closing, wrapping up, and with steps that overlap."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from .screens import EN, RANGE, ZH, Screens, lines, minutes
from .service import Lobby
from .visitor import Visitor

pytestmark = pytest.mark.browser

LUMINANCE = """() => {
  const seen = [...document.querySelectorAll('#screen, body, html')].reverse()
    .find((each) => getComputedStyle(each).backgroundColor !== 'rgba(0, 0, 0, 0)');
  const [r, g, b] = getComputedStyle(seen).backgroundColor.match(/[\\d.]+/g)
    .map((each) => each / 255)
    .map((each) => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}"""
SECRETS = ("cash", "现金", "清点", "counting")
"""What strangers must not learn of."""


def luminance(page: Page) -> float:
    """Of the page behind everything, 0 (black) to 1."""
    return float(page.evaluate(LUMINANCE))


def test_a_closed_window_is_dark_and_blank_and_marked_beyond_doubt(lobby: Lobby, visitor: Visitor) -> None:
    screens = Screens(visitor, lobby)
    lobby.take()
    screens.press("o", "n", "s")
    screens.show("serving", "A001")
    lit = luminance(screens.window)
    screens.press("f", "y")
    screens.enter("x")
    screens.show("closed")
    screens.window.wait_for_function(f"({LUMINANCE})() < 0.003")
    assert lit > 2 * luminance(screens.window)
    for language, words in (
        (ZH, "本窗口未开放,请留意叫号"),
        (EN, "Window closed. Please wait for your number"),
    ):
        expect(lines(screens.window.get_by_test_id("lines"), language, words)).to_be_visible()
    expect(screens.window.locator("#badge .badge[data-look=closed] use")).to_have_attribute(
        "href", "#icon-closed"
    )
    expect(screens.window.get_by_test_id("state")).to_have_text("未开放Closed")
    assert minutes(screens.window.inner_text("#screen")) == []
    expect(screens.hall.get_by_test_id("shut").locator("[data-window='1']")).to_contain_text("Closed")
    expect(screens.hall.get_by_test_id("staffed").locator("[data-window='1']")).to_have_count(0)
    for page in screens.public:
        expect(page.locator("#screen")).not_to_contain_text("A001")


def test_back_office_says_that_staff_work_and_when_the_window_opens(lobby: Lobby, visitor: Visitor) -> None:
    screens = Screens(visitor, lobby)
    screens.press("o", "9", "b")
    screens.show("closed")
    at = lobby.window("1")["reopens_at"][11:16]
    for language, work, opens in (
        (ZH, "本窗口未开放,工作人员正在处理内部事务", f"预计 {at} 开放"),
        (EN, "Closed to customers. Staff are doing branch work", f"Due to open at {at}"),
    ):
        expect(lines(screens.window.get_by_test_id("lines"), language, work)).to_be_visible()
        expect(lines(screens.window.get_by_test_id("lines"), language, opens)).to_be_visible()
        expect(screens.card).to_contain_text(opens)
    screens.press("o")
    screens.show("open")


def test_a_pause_has_a_reason_and_a_range(lobby: Lobby, visitor: Visitor) -> None:
    screens = Screens(visitor, lobby)
    screens.press("o", "8", "p")
    expect(screens.teller.locator("[data-panel=pause]")).to_be_visible()
    screens.press("1")
    screens.show("paused")
    screens.say(r"暂停叫号,预计 \d+.*恢复", r"Paused\. Back (?:in|within) about \d+.* min")
    screens.say("工作人员正在复印资料", "Staff are copying documents")
    assert lobby.events("window.paused")[0]["expected_s"] == 600
    screens.press("u")
    screens.show("open")


def test_closing_after_this_one_is_announced_and_kept(lobby: Lobby, visitor: Visitor) -> None:
    screens = Screens(visitor, lobby)
    lobby.take()
    lobby.take()
    screens.press("o", "n", "s", "l")
    expect(screens.window.locator("#screen[data-closing]")).to_be_visible()
    screens.say("办完当前业务后,本窗口停止叫号", "This window closes after the current customer")
    expect(screens.row).to_contain_text("closing after this one")
    screens.press("f")
    screens.say(
        "本窗口即将关闭,已停止叫号,请留意其他窗口叫号", "This window is closing and calls no one else.*"
    )
    expect(screens.teller.locator("[data-action=next]")).to_be_disabled()
    screens.press("y")
    screens.show("closed")
    expect(screens.board.get_by_test_id("tickets").locator("[data-number=A002]")).to_be_visible()


def test_wrapping_up_gives_a_range_until_the_next_call(lobby: Lobby, visitor: Visitor) -> None:
    screens = Screens(visitor, lobby)
    lobby.take()
    waiting = visitor.open(lobby.take(language="en")["url"])
    screens.press("o", "n", "s", "7", "g")
    screens.show("wrapping_up")
    finished = lobby.events("service.finished")[0]
    assert (finished["wrap_up"], finished["expected_s"]) == ("records", 300)
    screens.say(
        r"正在完成上一笔业务的后续处理,预计 \d+.*叫号",
        r"Completing the previous transaction\. Next call (?:in|within) about \d+.* min",
    )
    assert len(minutes(screens.window.get_by_test_id("lines").inner_text())) == 2
    expect(lines(waiting.get_by_test_id("lines"), EN, f"No one is ahead of you, {RANGE[EN]}")).to_be_visible()
    screens.press("n")
    screens.show("calling", "A002")


def test_overlapping_steps_and_what_concerns_cash(lobby: Lobby, visitor: Visitor) -> None:
    heard: list[str] = []
    hall = visitor.context().new_page()
    hall.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(str(frame))))
    visitor.go(hall, f"{lobby.path}/hall")
    screens = Screens(visitor, lobby)
    lobby.take()
    screens.press("o", "n", "s", "2")
    cards = screens.desk.get_by_test_id("steps").locator("li")
    expect(cards).to_have_count(1)
    screens.show("serving", "A001")  # the machine counts, and the lobby is told nothing of it
    screens.say(r"正在办理,预计还需 \d+–\d+ 分钟", r"In service\. About \d+–\d+ min left")

    screens.press("w")
    expect(screens.teller.locator("[data-step=photocopy] q")).to_have_text(
        "I am going to copy your documents. Back in about 1–5 min"
    )
    screens.press("1")
    screens.show("serving", "A001", look="away")
    screens.say(
        r"柜员正为客户复印资料,预计 \d+.*返回",
        r"Teller is copying documents for the customer\. Back (?:in|within) about \d+.* min",
    )
    expect(screens.window.get_by_test_id("state")).to_have_text("柜员暂离Teller away")
    expect(screens.desk.locator("#screen[data-look=away]")).to_be_visible()
    expect(cards).to_have_count(2)
    expect(
        lines(
            cards.filter(has=screens.desk.locator(":scope:not([data-away])")), EN, "The machine is counting.*"
        )
    ).to_have_count(1)
    first, second = cards.nth(0).bounding_box(), cards.nth(1).bounding_box()
    assert first is not None
    assert second is not None
    assert abs(first["y"] - second["y"]) < 1 < second["x"] - first["x"]  # side by side
    away = screens.desk.locator("li[data-step=photocopy][data-away]")
    expect(
        lines(away, EN, r"I am going to copy your documents\. Back (?:in|within) about \d+.* min")
    ).to_be_visible()
    expect(
        lines(screens.desk.get_by_test_id("lines"), EN, "We are working on your request, about .* left")
    ).to_be_visible()
    expect(screens.desk.get_by_text("I am going to copy your documents")).to_have_count(1)

    screens.press("1")
    screens.show("serving", "A001")
    expect(cards).to_have_count(1)
    screens.press("2")
    expect(cards).to_have_count(0)
    shown = [page.content() for page in (*screens.public, hall)] + heard
    assert len(heard) > 3
    assert not [text for text in shown if any(secret in text.lower() for secret in SECRETS)]
