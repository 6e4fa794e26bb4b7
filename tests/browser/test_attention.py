"""What the manager's board and the lobby are told when something needs somebody."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .screens import Screens
from .service import Service
from .visitor import Visitor

pytestmark = pytest.mark.browser


def test_a_staffed_window_that_calls_nobody_is_marked(service: Service, visitor: Visitor) -> None:
    lobby = service.lobby("hasty")
    screens = Screens(visitor, lobby)
    lobby.take()
    screens.press("o")
    screens.show("open", look="unattended")
    screens.say("本窗口已开放,目前暂未叫号,已通知工作人员,抱歉让您久等", "Open, but no call at present.*")
    alert = screens.board.get_by_test_id("alerts").locator("li")
    expect(alert).to_have_text("Window 1: calls nobody while people wait")
    expect(screens.row.locator(".mark-unattended")).to_be_in_viewport(ratio=0.95)
    expect(screens.teller.locator("#unattended")).to_be_visible()
    screens.press("n")
    screens.show("calling", "A001")
    expect(alert).to_have_count(0)
    expect(screens.teller.locator("#unattended")).to_be_hidden()


def test_whatever_takes_longer_than_told_is_marked(service: Service, visitor: Visitor) -> None:
    lobby = service.lobby("late")
    served, paused = Screens(visitor, lobby, "1"), Screens(visitor, lobby, "2")
    served.show("serving", "A001")
    paused.show("paused")
    for screens in (served, paused):
        expect(screens.window.locator("#screen[data-overdue]")).to_be_visible()
        expect(screens.row.locator(".mark-overdue")).to_be_in_viewport(ratio=0.95)
        expect(screens.teller.locator("#overdue")).to_be_visible()
    served.say(r"本笔业务(?:用时较长|仍需时间),.*", "(?:More|Still more) time is needed.*")
    paused.say(
        "暂停时间延长,工作人员正在处理,抱歉让您久等", r"Pause is taking longer\. Staff have been told\. Sorry"
    )
    alerts = served.board.get_by_test_id("alerts")
    expect(alerts).to_contain_text("Window 1, 2: longer than told")
    waiting = served.board.get_by_test_id("tickets").locator("[data-number=A002]")
    expect(waiting.locator(".mark-overdue")).to_be_in_viewport(ratio=0.95)
