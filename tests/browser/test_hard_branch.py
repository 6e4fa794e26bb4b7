"""A branch as hard as a branch file permits: 64 windows, 12 businesses, names of 60 characters."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from .conftest import running
from .service import NOON, Lobby, Service
from .visitor import Visitor

pytestmark = pytest.mark.browser

NAME = "个人外汇买卖结售汇跨境汇款外币现钞存取与预约外币兑换及相关咨询投诉建议受理综合服务窗口业务办理区域贵宾与普通客户共用通道一二三四五"  # noqa: E501
ENGLISH = "Foreign exchange, cross-border remittance and cash bookings A"
BUSINESSES = [f"b{number}" for number in range(12)]
PREFIXES = [f"AB{letter}" for letter in "CDEFGHIJKLMN"]
WINDOWS = [str(number) for number in range(1, 65)]
ARABIC = "يُغلق الفرع اليوم الساعة 16:00. يُرجى أخذ رقم قبل ذلك"
SIZES: list[ViewportSize] = [
    {"width": 1280, "height": 720},
    {"width": 1080, "height": 1920},
    {"width": 320, "height": 568},
]
HIDDEN = """() => {
  const parts = document.querySelectorAll('[data-fit], .hall-notice, .card, .above, .desk');
  return [document.scrollingElement, ...parts].filter((each) => !each.hidden)
    .filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => each.className || each.tagName);
}"""


def text() -> str:
    names = f'{{ "zh-Hans" = "{NAME}", en = "{ENGLISH}" }}'
    businesses = "".join(
        f'[[business]]\nid = "{name}"\nprefix = "{prefix}"\nnames = {names}\nminutes = [2, 6, 16]\n'
        for name, prefix in zip(BUSINESSES, PREFIXES, strict=True)
    )
    windows = "".join(f'[[window]]\nid = "{name}"\nbusinesses = ["b0"]\n' for name in WINDOWS[12:])
    own = "".join(
        f'[[window]]\nid = "{name}"\nbusinesses = ["{business}"]\n'
        for name, business in zip(WINDOWS, BUSINESSES, strict=False)
    )
    head = f'[branch]\nid = "hard"\nnames = {names}\ntimezone = "{NOON}"\nlanguages = ["zh-Hans", "en"]\n'
    return f"{head}{businesses}{own}{windows}"


@pytest.fixture(scope="module")
def hard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    yield from running(Service(tmp_path_factory.mktemp("hard"), {"hard": text()}))


@pytest.fixture
def visitor(browser: Browser, hard: Service) -> Iterator[Visitor]:
    visitor = Visitor(browser, hard.url)
    yield visitor
    visitor.leave()


def fits(page: Page) -> None:
    for size in SIZES:
        page.set_viewport_size(size)
        page.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
        assert page.evaluate(HIDDEN) == [], size


def test_every_page_can_be_read_when_nobody_is_open_and_when_everybody_is(
    hard: Service, visitor: Visitor
) -> None:
    lobby: Lobby = hard.lobby("hard")
    hall = visitor.open(f"{lobby.path}/hall")
    expect(hall.get_by_test_id("open")).to_contain_text("No window is open at present")
    fits(hall)
    for window in WINDOWS:
        lobby.press(window, "open")
    for business in BUSINESSES:
        lobby.take(business)
        lobby.take(business)
    for window in WINDOWS[:12]:
        lobby.press(window, "next")
    lobby.press("1", "start", expected_s=1200)
    lobby.send("notices", {"text": ARABIC})
    lobby.send("notices", {"text": {"zh-Hans": NAME * 3, "en": "x" * 200}})
    expect(hall.get_by_test_id("open")).to_contain_text("64 of 64 windows open")
    expect(hall.get_by_test_id("notices")).to_contain_text(ARABIC)
    expect(hall.get_by_test_id("calls").locator("li").first).to_be_visible()
    pages = [
        hall,
        *(
            visitor.open(f"{lobby.path}/{name}")
            for name in ("window/1", "desk/1", "board", "teller/1", "kiosk")
        ),
    ]
    for page in pages[1:3]:
        expect(page.get_by_test_id("number")).to_have_text("ABC001")
    for page in pages:
        fits(page)
