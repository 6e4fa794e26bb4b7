"""One customer's way through the branch, from the kiosk to the door, as every screen shows it."""

from __future__ import annotations

import io
import re

import pytest
import segno
from playwright.sync_api import Page, ViewportSize, expect

from .screens import EN, RANGE, ZH, Screens, lines, minutes
from .service import Lobby
from .visitor import Visitor

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 390, "height": 844}


def take_number(kiosk: Page, number: str) -> str:
    """Two touches at the kiosk; the link of the ticket's own page."""
    kiosk.locator("[data-business=personal]").click()
    kiosk.locator("#take").click()
    expect(kiosk.locator(f"#result[data-number={number}]")).to_be_visible()
    return kiosk.locator("#link").inner_text()


def test_a_ticket_from_kiosk_to_finish_is_seen_on_every_screen(lobby: Lobby, visitor: Visitor) -> None:
    screens = Screens(visitor, lobby)
    screens.show("closed")
    screens.enter("i", "wang")
    expect(screens.teller.get_by_test_id("teller-name")).to_have_text("wang")
    screens.press("o")
    screens.show("open")
    screens.say("现在可办理,请先取号", "Available. Please take a ticket")

    kiosk = visitor.open(f"{lobby.path}/kiosk", context=visitor.context(locale="zh-CN", stands=True))
    link = take_number(kiosk, "A001")
    expect(kiosk.locator("#ahead")).to_have_text("下一位就是您")
    expect(kiosk.locator("#range")).to_have_text(re.compile(rf"^预计等候 {RANGE[ZH]}$"))
    drawn = io.BytesIO()
    segno.make(link, micro=False).save(drawn, kind="svg", scale=8, border=2)
    assert kiosk.request.get(f"{link}/qr.svg").body() == drawn.getvalue()
    kiosk.wait_for_function("document.getElementById('qr').naturalWidth > 0")
    phone = visitor.open(link, locale="zh-CN", size=PHONE)
    expect(phone.locator("#screen[data-state=waiting][data-number=A001]")).to_be_visible()
    expect(lines(phone.get_by_test_id("lines"), ZH, f"您前面已无人等候,预计 {RANGE[ZH]}")).to_be_visible()
    assert minutes(phone.get_by_test_id("lines").inner_text())[0] in kiosk.locator("#range").inner_text()

    kiosk.locator("#screen [data-face-name=issued] [data-back]").click()
    other = visitor.open(take_number(kiosk, "A002"), size=PHONE)
    expect(kiosk.locator("#ahead")).to_have_text("您前面还有 1 人")
    expect(lines(other.get_by_test_id("lines"), ZH, f"前面还有 1 人,预计 {RANGE[ZH]}")).to_be_visible()
    other.locator("[data-language=en]").click()
    expect(lines(other.get_by_test_id("lines"), EN, f"1 ahead of you, {RANGE[EN]}")).to_be_visible()
    expect(screens.hall.locator("[data-business=personal][data-waiting='2']")).to_be_visible()
    expect(screens.board.get_by_test_id("tickets").locator("[data-number=A001]")).to_be_visible()
    expect(screens.teller.get_by_test_id("next").locator("li").first).to_have_attribute("data-number", "A001")

    screens.press("n")
    screens.show("calling", "A001")
    screens.say("请 A001 号到 1 号窗口办理", "A001, please come to window 1")
    call = screens.hall.get_by_test_id("calls").locator("li").first
    expect(call).to_have_attribute("data-calling", "true")
    expect(call).to_contain_text("A001")
    expect(screens.hall.locator("[data-announce]:lang(en)")).to_have_text("A001, please come to window 1")
    expect(lines(screens.desk.get_by_test_id("lines"), ZH, "您好,请坐")).to_be_visible()
    expect(phone.locator("#screen[data-state=called]")).to_be_visible()
    expect(phone.get_by_test_id("window")).to_have_text("1")
    expect(lines(phone.get_by_test_id("lines"), ZH, "请到 1 号窗口办理")).to_be_visible()
    expect(lines(other.get_by_test_id("lines"), EN, f"No one is ahead of you, {RANGE[EN]}")).to_be_visible()

    screens.press("9", "s")
    screens.show("serving", "A001")
    assert lobby.events("service.started")[0]["expected_s"] == 1200
    screens.say(r"正在办理,预计还需 \d+–\d+ 分钟", r"In service\. About \d+–\d+ min left")
    expect(
        lines(screens.desk.get_by_test_id("lines"), ZH, r"正在为您办理,预计还需 \d+–\d+ 分钟")
    ).to_be_visible()
    told = minutes(screens.window.get_by_test_id("lines").inner_text())[:1]
    for place in (
        screens.card,
        screens.desk.get_by_test_id("lines"),
        screens.row,
        screens.teller.locator("#range"),
    ):
        expect(place).to_contain_text(told[0])
        assert minutes(place.inner_text())[:1] == told
    expect(phone.locator("#screen[data-state=serving]")).to_be_visible()
    expect(phone.locator("#go")).to_be_hidden()
    expect(lines(phone.get_by_test_id("lines"), ZH, "正在 1 号窗口为您办理")).to_be_visible()

    screens.press("1")
    screens.say(
        f"柜员正为客户复印资料,预计 {RANGE[ZH]}",
        r"Teller is copying documents for the customer\. (?:About|Within about) .* min",
    )
    card = screens.desk.get_by_test_id("steps").locator("[data-step=photocopy]")
    expect(lines(card, EN, f"I am copying your documents, {RANGE[EN]}")).to_be_visible()
    expect(lines(card, ZH, f"我正在为您复印资料,预计 {RANGE[ZH]}")).to_be_visible()
    screens.press("1")
    expect(card).to_have_count(0)
    expect(screens.window.get_by_text("柜员正为客户复印资料")).to_have_count(0)

    screens.press("f")
    screens.show("wrapping_up")
    screens.say(
        r"正在完成上一笔业务的后续处理,预计 \d+.*叫号",
        r"Completing the previous transaction\. Next call (?:in|within) about \d+.* min",
    )
    expect(lines(screens.desk.get_by_test_id("lines"), ZH, "业务已办完,感谢您的光临")).to_be_visible()
    expect(phone.locator("#screen[data-state=finished]")).to_be_visible()
    expect(lines(phone.get_by_test_id("lines"), ZH, "业务已办完,感谢您的光临")).to_be_visible()
    for page in (*screens.public, screens.desk, screens.board):
        expect(page.locator("#screen")).not_to_contain_text("A001")

    screens.press("y")
    screens.show("open")
    screens.press("n")
    screens.show("calling", "A002")
    expect(other.locator("#screen[data-state=called]")).to_be_visible()


def test_the_customer_who_comes_before_any_window_opens_is_told_no_minutes(
    lobby: Lobby, visitor: Visitor
) -> None:
    kiosk = visitor.open(f"{lobby.path}/kiosk", context=visitor.context(stands=True))
    expect(kiosk.locator("[data-business=personal]")).to_contain_text("No window open for this at present")
    phone = visitor.open(take_number(kiosk, "A001"), size=PHONE)
    expect(kiosk.locator("#range")).to_have_text("No window open for this at present")
    expect(
        lines(phone.get_by_test_id("lines"), EN, "No window is open for this service at present.*")
    ).to_be_visible()
    assert minutes(phone.inner_text("#screen")) == []
    lobby.press("1", "open")
    expect(lines(phone.get_by_test_id("lines"), EN, f"No one is ahead of you, {RANGE[EN]}")).to_be_visible()
