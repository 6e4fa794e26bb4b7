"""What could be done now, on the manager's board; and when it is quieter, on a customer's phone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from app.house import JOURNAL
from app.journal import Journal, PastTicket

from .conftest import running
from .service import NOON, Service, branch_text
from .test_every_page import violations
from .visitor import Visitor

pytestmark = pytest.mark.browser

DAYS = 28
PHONE: ViewportSize = {"width": 390, "height": 844}


def past() -> Iterator[PastTicket]:
    """Four weeks around the clock, somebody every four minutes; at night they wait for longer."""
    now = datetime.now(NOON).replace(minute=0, second=0, microsecond=0)
    for number in range(DAYS * 24 * 15):
        at = now - timedelta(days=1, minutes=4 * number)
        waited_s = 900.0 if at.hour < 8 else 40.0
        called = at.timestamp() + waited_s
        yield PastTicket(
            f"p{number}",
            "personal",
            None,
            "1",
            None,
            at.timestamp(),
            called,
            None,
            called + 300,
            None,
            None,
            "served",
        )


@pytest.fixture(scope="module")
def experienced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with one branch, ``main``, that has four weeks behind it."""
    service = Service(tmp_path_factory.mktemp("experienced"), {"main": branch_text("main")})
    service.data.mkdir()
    with Journal.open(service.data / JOURNAL) as journal:
        journal.epoch("main")
        journal.add_history("main", sorted(past(), key=lambda one: one.issued_at)).result()
    yield from running(service)


@pytest.fixture
def guest(browser: Browser, experienced: Service) -> Iterator[Visitor]:
    visitor = Visitor(browser, experienced.url)
    yield visitor
    visitor.leave()


def test_the_board_says_what_could_be_done_and_keeps_it_up_to_date(
    experienced: Service, guest: Visitor
) -> None:
    lobby = experienced.lobby("main")
    lobby.press("1", "open")
    for _ in range(12):
        lobby.take()
    lobby.advice()  # the first takes long; a page gives up after eight seconds, and asks again after thirty
    context = guest.context()
    instead: list[dict[str, Any]] = []
    """What the page is told from then on, in place of the service's advice."""
    context.route("**/advice", lambda route: route.fulfill(**instead[-1]) if instead else route.continue_())
    board = context.new_page()
    board.clock.install()
    guest.go(board, f"{lobby.path}/board?lang=en")
    panel = board.get_by_test_id("advice")
    expect(panel).to_contain_text("What could be done now as of")
    expect(panel.locator("[data-kind=as_it_is]")).to_contain_text("As it is, waits over the next hour")
    expect(panel.locator("[data-kind=opening]")).to_contain_text("Open window 2 for")
    other = {"as_of": "2026-03-02T15:00:00+08:00", "says": [{"kind": "closing", "text": {"en": "Close it"}}]}
    instead.append({"json": other})
    board.clock.fast_forward(31_000)
    expect(panel.locator("[data-kind=closing]")).to_have_text("Close it")
    expect(panel.locator("li")).to_have_count(1)
    expect(panel).to_contain_text("15:00")
    panel.locator("summary").click()
    expect(panel.locator("li")).to_be_hidden()
    instead.append({"status": 503})
    guest.expected += ["503", "WebSocket is closed before"]  # the page's clock leaps past its patience
    for _ in range(4):
        board.clock.fast_forward(31_000)
    expect(panel).to_be_hidden()


def test_a_branch_that_knows_nothing_yet_says_so(
    service: Service, unused: Iterator[str], visitor: Visitor
) -> None:
    lobby = service.lobby(next(unused))
    board = visitor.open(f"{lobby.path}/board?lang=zh-Hans", locale="zh-CN")
    expect(board.get_by_test_id("advice")).to_contain_text("暂无建议")


def test_a_customer_finds_the_quieter_time(experienced: Service, guest: Visitor) -> None:
    lobby = experienced.lobby("main")
    page = guest.open("/?lang=en", size=PHONE)
    page.get_by_role("link", name="Busy and quiet hours").click()
    expect(page.get_by_test_id("sentence")).to_contain_text("usually quieter at about")
    expect(page.get_by_test_id("day").locator("[aria-current=time]")).to_have_count(1)
    page.get_by_role("link", name="Tuesday").click()
    expect(page.get_by_test_id("sentence")).to_contain_text("Tuesday")
    expect(page.get_by_test_id("week")).to_be_visible()
    expect(page.get_by_test_id("founded")).to_contain_text("days like this")
    page.get_by_role("link", name="简体中文").click()
    expect(page.get_by_test_id("sentence")).to_contain_text("左右通常较空")
    for size in (PHONE, {"width": 1280, "height": 720}):
        page.set_viewport_size(size)
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth + 1")
        assert violations(page) == []
    ticket = guest.open(lobby.take(language="en")["url"], size=PHONE)
    ticket.get_by_role("link", name="Busy and quiet hours").click()
    expect(ticket.get_by_test_id("hours")).to_be_visible()
