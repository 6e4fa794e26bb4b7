"""The kiosk: from a business to a number, in the customer's language."""

# The fixtures' types are in conftest, which tests cannot import.
# ruff: noqa: ANN401

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

TICKET = {
    "ticket": "20261121-A019",
    "number": "A019",
    "ahead": 4,
    "wait": {"low_s": 600, "high_s": 900, "text": "10–15 min"},
    "url": "/t/tok",
}


@pytest.fixture
def plain(scenes: Any) -> dict[str, Any]:
    """A branch that asks nothing but the business."""
    return {
        **scenes.branch,
        "priorities": [],
        "businesses": [{**each, "items": False} for each in scenes.businesses],
    }


def test_a_touch_takes_a_number_and_the_kiosk_goes_back(lobby: Any, scenes: Any, plain: Any) -> None:
    lobby.answers = [(201, TICKET)]
    page = lobby.open("kiosk", scenes.message(scenes.hall([])), branch=plain)
    assert "5 人等候" in page.locator("[data-business=personal]").inner_text()
    assert "10–15 分钟" in page.locator("[data-business=personal]").inner_text()
    page.locator("[data-business=personal]").click()
    expect(page.get_by_test_id("number")).to_have_text("A019")
    assert lobby.posts[0][::2] == (
        "/api/v1/branches/main/tickets",
        {"business": "personal", "language": "zh-Hans", "kiosk": "kiosk"},
    )
    assert page.locator("#qr").get_attribute("src") == "/t/tok/qr.svg"
    assert page.locator("#link").inner_text() == "http://lobby.test/t/tok"
    assert "您前面还有 4 人" in page.get_by_test_id("issued").inner_text()
    page.clock.run_for(20_500)
    expect(page.get_by_test_id("start")).to_be_visible()
    assert page.get_by_test_id("number").is_hidden()


def test_priority_and_items_are_asked_where_there_are_any(lobby: Any, scenes: Any) -> None:
    lobby.answers = [(201, TICKET)]
    page = lobby.open("kiosk", scenes.message(scenes.hall([])))
    page.locator("[data-language=en]").click()
    page.locator("[data-business=company]").click()
    assert page.get_by_test_id("details").locator("h2").inner_text() == "Company"
    page.locator("#more").click()
    page.locator("[data-priority=elderly]").click()
    page.locator("#take").click()
    expect(page.get_by_test_id("number")).to_have_text("A019")
    assert lobby.posts[0][2] == {
        "business": "company",
        "language": "en",
        "priority": "elderly",
        "items": 2,
        "kiosk": "kiosk",
    }
    page.clock.run_for(20_500)
    expect(page.locator("[data-word=choose]")).to_have_text(
        "请选择要办理的业务"
    )  # the next customer starts in the branch's language


def test_a_lost_answer_takes_no_second_number(lobby: Any, scenes: Any, plain: Any) -> None:
    lobby.answers = [None, (503, {}), (201, TICKET)]
    page = lobby.open("kiosk", scenes.message(scenes.hall([])), branch=plain)
    page.locator("[data-business=personal]").click()
    posts = lobby.posted(3)
    assert len({key for _, key, _ in posts}) == 1
    expect(page.get_by_test_id("number")).to_have_text("A019")


@pytest.mark.parametrize(
    ("status", "lang", "said"),
    [
        (404, "zh-Hans", "本网点已不办理此业务，请重新选择。"),
        (409, "zh-Hant-TW", "目前無法取號（409），請洽服務人員取號。"),
        (422, "zh-Hant-HK", "暫時未能取籌（422），請向職員取籌。"),
        (409, "en", "Not possible now (409). Please ask staff for a number."),
    ],
)
def test_a_refusal_is_said_in_the_visitor_s_language(
    status: int, lang: str, said: str, lobby: Any, scenes: Any, plain: Any
) -> None:
    lobby.answers = [(status, {"detail": "There is no business 'personal' here."})]
    page = lobby.open("kiosk", scenes.message(scenes.hall([])), branch=plain, lang=lang)
    page.locator("[data-business=personal]").click()
    expect(page.locator("#problem")).to_have_text(said)


def test_a_journal_that_cannot_be_written_is_no_silence(lobby: Any, scenes: Any, plain: Any) -> None:
    lobby.answers = [(503, {"detail": "Nothing was recorded: disk full. Please try again."})] * 500
    page = lobby.open("kiosk", scenes.message(scenes.hall([])), branch=plain)
    page.locator("[data-business=personal]").click()
    for _ in range(60):
        page.clock.run_for(1000)
        if page.get_by_test_id("problem").is_visible():
            break
    expect(page.locator("#problem")).to_have_text("排队系统暂时无法出号，请向工作人员取号。")


def test_a_service_that_never_answers_sends_people_to_staff(lobby: Any, scenes: Any, plain: Any) -> None:
    lobby.answers = [None] * 500
    page = lobby.open("kiosk", scenes.message(scenes.hall([])), branch=plain)
    page.locator("[data-business=personal]").click()
    for _ in range(60):
        page.clock.run_for(1000)
        if page.get_by_test_id("problem").is_visible():
            break
    assert "请向工作人员取号" in page.get_by_test_id("problem").inner_text()
    page.clock.run_for(20_500)
    expect(page.get_by_test_id("start")).to_be_visible()
