"""My ticket on a phone: what was said first, a call felt and heard, leaving on purpose, the day's end."""

from __future__ import annotations

import re

import pytest
from itsdangerous import URLSafeSerializer
from playwright.sync_api import ViewportSize, expect

from app.house import SECRET

from .screens import EN, RANGE
from .service import Lobby, Service
from .test_every_page import outside, violations
from .test_weight import FETCHED, MOST_BYTES
from .visitor import Visitor

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 390, "height": 844}
TINY: ViewportSize = {"width": 320, "height": 568}
FELT = "window.felt = []; navigator.vibrate = (pattern) => { window.felt.push(pattern); return true; };"


def test_a_call_is_felt_and_heard_once_the_phone_was_touched(lobby: Lobby, visitor: Visitor) -> None:
    lobby.press("1", "open")
    context = visitor.context(size=PHONE)
    context.add_init_script(FELT)
    phones = [visitor.open(lobby.take(language="en")["url"], context=context) for _ in range(2)]
    touched, untouched = phones
    said = touched.get_by_test_id("said")
    expect(said).to_have_text(re.compile(rf"^At \d\d:\d\d we said: {RANGE[EN]}$"))
    expect(touched.get_by_test_id("sound")).to_be_visible()
    touched.get_by_test_id("sound").click()
    expect(touched.get_by_test_id("sound")).to_be_hidden()
    expect(touched.get_by_text("Sound is on while this page stays open")).to_be_visible()
    for page in phones:
        for size in (PHONE, TINY):
            page.set_viewport_size(size)
            assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), size
        assert outside(page.locator("#number, #lines p, #still")) == []

    lobby.press("1", "next")
    expect(touched.locator("#screen[data-state=called][data-rang=true]")).to_be_visible()
    expect(touched.get_by_test_id("window")).to_have_text("1")
    expect(touched.get_by_test_id("still")).to_be_visible()
    expect(said).to_be_hidden()
    assert touched.evaluate("window.felt.length") == 1
    assert violations(touched) == []

    lobby.press("1", "no-show")
    lobby.press("1", "next")
    expect(untouched.locator("#screen[data-state=called]:not([data-rang])")).to_be_visible()
    expect(untouched.get_by_test_id("sound")).to_be_visible()


def test_leaving_takes_two_taps_in_two_places(lobby: Lobby, visitor: Visitor) -> None:
    lobby.press("1", "open")
    context = visitor.context(size=PHONE, stands=True)
    page = visitor.open(lobby.take(language="en")["url"], context=context)
    leave, sure = page.get_by_test_id("leave"), page.get_by_test_id("sure")
    leave.dblclick()
    expect(sure).to_be_visible()
    expect(page.locator("#sure-words")).to_have_text("Give up your place? Your number cannot be used again")
    page.locator("#leave-yes").click()  # faster than anybody could have read it
    page.locator("#stay").click()
    expect(sure).to_be_hidden()
    expect(leave).to_be_visible()
    assert lobby.events("ticket.abandoned") == []

    leave.click()
    context.clock.run_for(800)
    page.locator("#leave-yes").click()
    expect(page.locator("#screen[data-state=abandoned]")).to_be_visible()
    for part in (leave, sure, page.get_by_test_id("still"), page.get_by_test_id("sound")):
        expect(part).to_be_hidden()
    expect(page.get_by_test_id("lines")).to_contain_text("This number has ended")
    assert [one["sender"] for one in lobby.events("ticket.abandoned")] == ["phone"]


def test_the_question_whether_to_leave_can_be_read_by_everybody(lobby: Lobby, visitor: Visitor) -> None:
    lobby.press("1", "open")
    page = visitor.open(lobby.take(language="en")["url"], size=PHONE)
    page.get_by_test_id("leave").click()
    expect(page.get_by_test_id("sure")).to_be_visible()
    assert violations(page) == []


def test_who_is_called_while_leaving_is_asked_again(lobby: Lobby, visitor: Visitor) -> None:
    lobby.press("1", "open")
    page = visitor.open(lobby.take(language="en")["url"], context=visitor.context(size=PHONE, stands=True))
    page.get_by_test_id("leave").click()
    lobby.press("1", "next")
    expect(page.locator("#sure-words")).to_have_text("You are being called now. Leave all the same?")
    lobby.press("1", "start")
    expect(page.get_by_test_id("sure")).to_be_hidden()
    expect(page.get_by_test_id("leave")).to_be_hidden()
    assert lobby.events("ticket.abandoned") == []


def test_a_link_ends_with_its_day(service: Service, visitor: Visitor) -> None:
    visitor.expected.append("410")
    links = URLSafeSerializer((service.data / SECRET).read_text(), salt="ticket")
    url = f"/t/{links.dumps(['b00', '20200101-A001'])}"
    page = visitor.open(url, locale="zh-TW", size=PHONE)
    assert page.request.head(service.url + url).status == 410
    expect(page.locator("[data-testid=error][data-status='410'] section")).to_have_count(4)
    expect(page.locator("h1")).to_have_text("此號碼僅限當日有效，現已失效")
    assert violations(page) == []


def test_a_page_that_was_left_open_over_night_says_that_the_day_is_over(
    lobby: Lobby, visitor: Visitor
) -> None:
    visitor.expected.append("410")
    lobby.press("1", "open")
    url = lobby.take(language="en")["url"]
    context = visitor.context(size=PHONE)
    context.route_web_socket("**/live?*", lambda _socket: None)  # nobody answers there any more
    context.route(
        url, lambda route: route.fulfill(status=410) if route.request.method == "HEAD" else route.continue_()
    )
    context.clock.install()
    page = visitor.open(url, context=context)
    expect(page.get_by_test_id("still")).to_be_visible()
    context.clock.fast_forward(20_000)
    expect(page.get_by_test_id("over")).to_be_visible()
    expect(page.get_by_test_id("over")).to_contain_text("The day of this number is over")
    for name in ("still", "leave", "sound", "lines", "said"):
        expect(page.get_by_test_id(name)).to_be_hidden()


def test_a_ticket_s_page_is_light_and_keeps_nothing_in_the_phone(lobby: Lobby, visitor: Visitor) -> None:
    lobby.press("1", "open")
    context = visitor.context(size=PHONE)
    page = visitor.open(lobby.take()["url"], context=context)
    page.wait_for_load_state("networkidle")
    assert sum(size for _, size in page.evaluate(FETCHED)) < MOST_BYTES
    page.get_by_test_id("sound").click()
    assert context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
