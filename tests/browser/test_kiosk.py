"""The kiosk where all is too long or does not work: twelve services, long names, no paper."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.app.printing.simulator import PAPER_OUT, READY, Simulator

from .service import Service
from .test_every_page import outside, violations
from .visitor import Visitor

pytestmark = pytest.mark.browser

WIDE: ViewportSize = {"width": 1280, "height": 720}
SIZES: tuple[ViewportSize, ...] = (
    WIDE,
    {"width": 1920, "height": 1080},
    {"width": 720, "height": 1280},
)
TINY: ViewportSize = {"width": 320, "height": 568}
FAILED = {
    "zh-Hans": ("打印机暂时无法使用，请拍下二维码或记下您的排队号", "没有凭条，您的排队号同样有效"),
    "zh-Hant-TW": ("印表機暫時無法使用，請拍下 QR Code 或記下您的號碼", "沒有紙本，您的號碼同樣有效"),
    "zh-Hant-HK": ("打印機暫時未能使用，請拍下二維碼或記下您的籌號", "沒有紙本，您的籌號同樣有效"),
    "en": (
        "The printer does not work. Please photograph the code or note your number",
        "Your number counts without a slip",
    ),
}
CROWDED = """(parts, within) => {
  const boxes = parts.map((part) => part.getBoundingClientRect());
  const over = (a, b) => a.left < b.right - 1 && b.left < a.right - 1
    && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  return parts.filter((part, at) => part.scrollWidth > part.clientWidth + 1
    || (within && part.scrollHeight > part.clientHeight + 1)
    || boxes.some((other, also) => also > at && over(boxes[at], other)))
    .map((part) => part.outerHTML.slice(0, 90));
}"""
"""Those that are too narrow for their words (or too low, ``within``), or that lie over another."""
LOW = """(parts, least) => parts.filter((part) => part.getBoundingClientRect().height < least)
  .map((part) => part.outerHTML)"""


NEXT_FRAME = """document.fonts.ready
  .then(() => new Promise((seen) => { new ResizeObserver(() => seen()).observe(document.body); }))"""
"""Frames go on where the page's clock, and so its animation, stands still."""


def settle(page: Page, size: ViewportSize) -> None:
    page.set_viewport_size(size)
    page.evaluate(NEXT_FRAME)


@pytest.mark.parametrize("name", ["full", "shut"])
@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_twelve_services_with_long_names_are_all_in_sight(name: str, language: str, visitor: Visitor) -> None:
    page = visitor.open(f"/b/{name}/kiosk?lang={language}")
    choices = page.locator("#businesses .choice")
    expect(choices).to_have_count(12)
    for size in (*SIZES, TINY):
        settle(page, size)
        if size is not TINY:
            assert outside(page.locator("#start, #businesses .choice, .languages button, h1")) == [], size
        assert choices.evaluate_all(CROWDED, True) == [], size
        assert choices.evaluate_all(LOW, 88) == [], size
        assert page.locator("button:visible").evaluate_all(LOW, 44) == [], size
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), size


def told_of_its_slip(page: Page, service: Service) -> None:
    """Let a kiosk whose clock stands ask once more, now that its slip has come out or will not."""
    expect(page.locator("#result[data-number]")).to_be_visible()
    ticket = page.locator("#result").get_attribute("data-ticket")
    address = f"{service.url}/api/v1/branches/full/tickets/{ticket}/printed"
    while page.request.get(address).json()["printed"] == "queued":
        page.wait_for_timeout(20)
    page.clock.run_for(1_000)


def test_a_slip_is_taken_and_only_the_kiosk_s_customer_hears_of_it(
    visitor: Visitor, printer: Simulator, service: Service
) -> None:
    printer.answers = READY
    before = printer.printed
    page = visitor.open("/b/full/kiosk?lang=en", context=visitor.context(stands=True))
    page.locator("[data-business=b1]").click()
    told_of_its_slip(page, service)
    expect(page.get_by_test_id("slip")).to_have_text("Please take your slip")
    number = page.locator("#result").get_attribute("data-number")
    paper = printer.papers(before + 1)[-1]
    assert number in paper.lines
    assert paper.code()
    for size in SIZES:
        settle(page, size)
        parts = "#number, #ahead, #range, #slip, #qr, [data-face-name=issued] [data-back]"
        assert outside(page.locator(parts)) == [], size
        assert page.locator("#number, #qr, #slip").evaluate_all(CROWDED) == [], size
    page.clock.resume()  # axe waits by it
    assert violations(page) == []


@pytest.mark.parametrize("language", FAILED)
def test_without_paper_the_number_stands_and_the_kiosk_says_what_to_do(
    language: str, visitor: Visitor, printer: Simulator, service: Service
) -> None:
    printer.answers = PAPER_OUT
    page = visitor.open(f"/b/full/kiosk?lang={language}", context=visitor.context(stands=True))
    page.locator("[data-business=b2]").click()
    told_of_its_slip(page, service)
    expect(page.locator("#slip span")).to_have_text(list(FAILED[language]))
    expect(page.locator("#number")).to_have_text(re.compile(r"^CCC\d{3}$"))
    page.wait_for_function("document.getElementById('qr').naturalWidth > 0")
    for size in SIZES:
        settle(page, size)
        parts = "#number, #ahead, #range, #slip, #qr, [data-face-name=issued] [data-back]"
        assert outside(page.locator(parts)) == [], size
        assert page.locator("#number, #qr, #slip").evaluate_all(CROWDED) == [], size
    settle(page, TINY)
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    if language == "en":
        settle(page, WIDE)
        page.clock.resume()
        assert violations(page) == []


def test_without_a_slip_the_code_stays_for_a_minute(
    visitor: Visitor, printer: Simulator, service: Service
) -> None:
    printer.answers = PAPER_OUT
    visitor.expected.append("closed before the connection is established")  # the moved clock wakes the page
    context = visitor.context(stands=True)
    page = visitor.open("/b/full/kiosk?lang=en", context=context)
    page.locator("[data-business=b3]").click()
    told_of_its_slip(page, service)
    expect(page.locator("#result[data-printed=failed]")).to_be_visible()
    context.clock.run_for(50_000)
    expect(page.get_by_test_id("issued")).to_be_visible()
    context.clock.run_for(15_000)
    expect(page.get_by_test_id("start")).to_be_visible()


def test_quieter_hours_are_said_where_there_are_any(visitor: Visitor) -> None:
    says = {
        "zh-Hans": "14:30 左右通常较空，预计等候 1–10 分钟",
        "en": "Usually quieter at about 14:30, wait about 1–10 min",
    }
    answers = [json.dumps({"at": "14:30", "low_s": 60, "high_s": 600, "says": says})]
    context = visitor.context()
    context.route(
        "**/hours/later", lambda route: route.fulfill(body=answers[-1], content_type="application/json")
    )
    page = visitor.open("/b/full/kiosk?lang=en", context=context)
    expect(page.get_by_test_id("later")).to_have_text(says["en"])
    assert outside(page.locator("#later, #businesses .choice")) == []
    page.locator("[data-language='zh-Hans']").click()
    expect(page.get_by_test_id("later")).to_have_text(says["zh-Hans"])
    answers.append(json.dumps({"at": None, "low_s": None, "high_s": None, "says": None}))
    page = visitor.open("/b/full/kiosk?lang=en", context=context)
    expect(page.locator("#businesses .choice")).to_have_count(12)
    expect(page.get_by_test_id("later")).to_be_hidden()


def test_the_manager_s_board_names_the_printer_that_does_not_print(
    visitor: Visitor, printer: Simulator, service: Service
) -> None:
    printer.answers = PAPER_OUT
    page = visitor.open("/b/full/kiosk?lang=en", context=visitor.context(stands=True))
    page.locator("[data-business=b4]").click()
    told_of_its_slip(page, service)
    expect(page.locator("#result[data-printed=failed]")).to_be_visible()
    board = visitor.open("/b/full/board?lang=en")
    expect(board.get_by_test_id("printers")).to_have_text("Printer slips: no paper")
    assert outside(board.locator("#printers li")) == []
