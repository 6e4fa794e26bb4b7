"""When the service is killed, or a sender falls silent: honest screens, and back by themselves."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from .screens import EN, ZH, Screens, lines, minutes
from .service import Lobby, Service
from .visitor import AWAY, PATIENCE_MS, Visitor

pytestmark = pytest.mark.browser

SAID = {
    ZH: "屏幕暂未更新,请留意叫号或咨询工作人员",
    EN: "Screen not updating. Watch for your number or ask staff",
}


WATCH = """window.seen = [];
new MutationObserver(() => seen.push(document.body.dataset.live))
  .observe(document.body, { attributeFilter: ["data-live"] })"""


HEARD = """window.heard = 0;
const Plain = WebSocket;
window.WebSocket = class extends Plain {
  constructor(...given) { super(...given); this.addEventListener("message", () => { window.heard += 1; }); }
};"""
"""Counts what the page has heard of the service."""


def out_of_touch(page: Page, health: str) -> None:
    expect(page.locator(f"body[data-live={health}]")).to_be_visible()


def sleep(context: BrowserContext, time_ms: int) -> None:
    """Let the pages' machine sleep, and the pages come to a conclusion about it."""
    context.clock.fast_forward(time_ms)
    context.clock.run_for(1_500)


def until(page: Page, holds: Callable[[], object]) -> None:
    """Wait for what a page whose clock stands can be asked, but not be watched for."""
    end = time.monotonic() + PATIENCE_MS / 1000
    while not holds():
        assert time.monotonic() < end
        page.wait_for_timeout(20)


def test_a_killed_service_is_missed_and_found_again(mortal: Service, browser: Browser) -> None:
    visitor = Visitor(browser, mortal.url)
    visitor.expected.extend(AWAY)
    lobby = mortal.lobby("main")
    lobby.press("1", "open")
    lobby.take()
    lobby.press("1", "next")
    lobby.press("1", "start", expected_s=1200)
    waits = lobby.take(language="en")
    lobby.take("company")
    lobby.press("3", "open")

    asleep = visitor.context(stands=True)  # the clock of these pages is moved on, as if they had slept
    paths = (f"{lobby.path}/hall", f"{lobby.path}/window/1", waits["url"])
    hall, window, phone = moved = [visitor.open(path, context=asleep) for path in paths]
    watched = visitor.open(f"{lobby.path}/window/1")  # this one lives through its fifteen seconds
    teller = visitor.open(f"{lobby.path}/teller/3?lang=en")
    expect(window.locator("#screen[data-state=serving][data-number=A001]")).to_be_visible()
    expect(phone.locator("#screen[data-state=waiting][data-number=A002]")).to_be_visible()
    expect(teller.locator("[data-action=next]")).to_be_enabled()
    before = [minutes(page.locator("#screen").inner_text()) for page in (window, phone)]
    assert all(before)

    mortal.signal(signal.SIGSTOP)  # a press on its way to a service that will never answer it
    teller.keyboard.press("n")
    expect(teller.locator("body[data-pending='1']")).to_be_attached()
    mortal.signal(signal.SIGKILL)
    teller.keyboard.press("n")  # impatience is not a second customer
    expect(teller.get_by_test_id("sending")).to_have_text("sending… Call next")

    for page in moved:
        expect(page.locator("body[data-live=ok]")).to_be_visible()
    sleep(asleep, 15_000)
    for page in moved:
        out_of_touch(page, "silent")
    assert [minutes(page.locator("#screen").inner_text()) for page in (window, phone)] == before
    sleep(asleep, 75_000)
    for page in moved:
        out_of_touch(page, "withdrawn")
        assert minutes(page.locator("#screen").inner_text()) == []
    for page in (hall, window):
        for language, stamp in ((ZH, r"（截至 \d\d:\d\d）"), (EN, r" \(as of \d\d:\d\d\)")):
            told = page.locator(f"[data-touch]:lang({language})")
            expect(told).to_have_text(re.compile(rf"^{SAID[language]}{stamp}$"))
    expect(window.locator("#screen[data-state=serving][data-number=A001]")).to_be_visible()
    expect(phone.get_by_test_id("place")).to_have_text("You are next")
    expect(phone.get_by_test_id("still")).to_be_visible()

    out_of_touch(watched, "silent")
    for language, words in SAID.items():
        expect(watched.locator(f"[data-touch]:lang({language})")).to_have_text(words)

    mortal.start()
    asleep.clock.resume()
    for page in (*moved, watched, teller):
        out_of_touch(page, "ok")
        expect(page.locator("[data-touch]").first).to_be_empty()
    expect(lines(window.get_by_test_id("lines"), EN, "In service.*")).to_be_visible()
    assert [minutes(page.locator("#screen").inner_text()) for page in (window, phone)] == before
    expect(teller.locator("#screen[data-state=calling][data-number=B001]")).to_be_visible()
    expect(teller.locator("body[data-pending='0']")).to_be_attached()
    assert [event["window"] for event in lobby.events("ticket.called")] == ["1", "3"]
    visitor.leave()


def test_a_screen_that_was_asleep_is_right_within_a_second_of_waking(
    mortal: Service, browser: Browser
) -> None:
    visitor = Visitor(browser, mortal.url)
    visitor.expected.extend(AWAY)
    lobby = mortal.lobby("main")
    lobby.press("1", "open")
    context = visitor.context(stands=True)
    context.add_init_script("Math.random = () => 9")  # by itself it would join a minute later
    page = visitor.open(f"{lobby.path}/window/1", context=context)
    expect(page.locator("#screen[data-state=open]")).to_be_visible()

    mortal.signal(signal.SIGKILL)
    mortal.start()  # the page has missed it, and waits for its turn to join
    lobby.take()
    lobby.press("1", "next")
    expect(page.locator("#screen[data-state=open]")).to_be_visible()
    hour_later_s = page.evaluate("Date.now()") / 1000 + 3600
    context.clock.set_system_time(hour_later_s)  # the machine slept: the day went on, its timers did not
    context.clock.run_for(1_000)
    expect(page.locator("#screen[data-state=calling][data-number=A001]")).to_be_visible()
    out_of_touch(page, "ok")
    visitor.leave()


@pytest.mark.parametrize("off_s", [-7 * 3600, 5 * 3600])
def test_nothing_that_is_shown_goes_by_the_screen_s_own_clock(
    off_s: int, lobby: Lobby, visitor: Visitor
) -> None:
    """Wrong by hours, in another time zone, and put right while it runs: the minutes stay all the time."""
    visitor.expected.append("closed before the connection is established")  # the moved clock wakes the page
    lobby.press("1", "open")
    lobby.take()
    lobby.press("1", "next")
    lobby.press("1", "start", expected_s=1200)
    elsewhere = visitor.context(zone="America/St_Johns", stands=True)
    elsewhere.add_init_script(HEARD)
    right, wrong = (
        visitor.open(f"{lobby.path}/window/1", context=context) for context in (visitor.context(), elsewhere)
    )
    expect(wrong.locator("#screen[data-state=serving]")).to_be_visible()
    wrong.evaluate(WATCH)
    now_s = wrong.evaluate("Date.now()") / 1000
    heard = wrong.evaluate("heard")
    elsewhere.clock.set_system_time(now_s + off_s)
    elsewhere.clock.run_for(600)  # it asks the service
    until(wrong, lambda: wrong.evaluate("heard") > heard)
    elsewhere.clock.run_for(1_000)  # past the doubt
    expect(wrong.locator("body[data-live=ok]")).to_be_visible()
    assert "withdrawn" not in wrong.evaluate("seen")
    assert minutes(right.locator("#screen").inner_text())
    until(wrong, lambda: len({page.locator("#screen").inner_text() for page in (right, wrong)}) == 1)


def test_a_silent_sender_leaves_no_confident_screen(lobby: Lobby, visitor: Visitor) -> None:
    screens = Screens(visitor, lobby, "4")
    lobby.press("1", "open")
    with lobby.beating("machine"):
        lobby.report("machine", "window.opened", window="4")
        lobby.report("machine", "ticket.issued", ticket="m1", number="D001", business="deposits")
        lobby.report("machine", "ticket.called", ticket="m1", window="4")
        lobby.report("machine", "service.started", ticket="m1", window="4")
        screens.show("serving", "D001")
    expect(screens.window.locator("#screen[data-look=out_of_touch]")).to_be_visible()
    screens.say(SAID[ZH], SAID[EN])
    for place in (screens.window.get_by_test_id("lines"), screens.card):
        assert minutes(place.inner_text()) == []
    expect(screens.row.locator(".mark-out_of_touch")).to_be_visible()
    expect(screens.board.get_by_test_id("alerts")).to_contain_text("Nothing heard from machine")
    expect(
        screens.hall.locator("li[data-window='1'][data-look=open]")
    ).to_be_visible()  # nobody else's matter
    with lobby.beating("machine"):
        screens.show("serving", "D001")
        screens.say(r"正在办理,预计.*|即将办完,预计.*", r"In service\..*|Almost finished.*")
        expect(screens.board.get_by_test_id("alerts")).not_to_contain_text("machine")
