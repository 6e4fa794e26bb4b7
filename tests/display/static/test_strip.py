"""The strip over a window: pages that stand still, at sizes of strips; what it says when nobody tells it."""

# The fixtures' types are in conftest, which tests cannot import.
# ruff: noqa: ANN401

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

LONG = {
    "zh-Hans": ["本笔业务用时较长,预计还需 5–10 分钟,抱歉让您久等"],
    "en": ["More time is needed: about 5–10 min. Sorry for the wait"],
}
RANGE = {"low_s": 900, "high_s": 1200, "tone": "plain"}
SIZES = [(1920, 360), (1920, 200), (1920, 120), (1280, 160), (640, 120), (320, 200)]
OUTSIDE = """() => [...document.querySelectorAll('#number, #state, #line, #minutes, #badge')]
  .filter((e) => e.offsetParent && e.textContent).map((e) => [e.id, e.getBoundingClientRect()])
  .filter(([, b]) => b.left < -1 || b.top < -1 || b.right > innerWidth + 1 || b.bottom > innerHeight + 1)
  .map(([id, b]) => `${id}: ${Math.round(b.right)} × ${Math.round(b.bottom)}`)"""


def test_languages_take_turns_on_pages_of_four_seconds_and_more(lobby: Any, scenes: Any) -> None:
    page = lobby.open("strip", scenes.message(scenes.window(range=RANGE)))
    lobby.joined()
    expect(page.get_by_test_id("number")).to_have_text("A012")
    expect(page.get_by_test_id("state")).to_have_text("正在办理")
    expect(page.get_by_test_id("line")).to_have_text("正在办理,预计还需 15–20 分钟")
    page.clock.run_for(4_000)
    expect(page.get_by_test_id("state")).to_have_text("正在办理")
    page.clock.run_for(1_100)
    expect(page.get_by_test_id("state")).to_have_text("In service")
    expect(page.get_by_test_id("number")).to_have_text("A012")
    page.clock.run_for(5_000)
    expect(page.get_by_test_id("state")).to_have_text("正在办理")
    assert page.evaluate("document.getAnimations().length") == 0


def test_news_is_shown_at_once(lobby: Any, scenes: Any) -> None:
    page = lobby.open("strip", scenes.message(scenes.window(range=RANGE)))
    lobby.joined()
    lobby.send(scenes.message(scenes.window("calling", number="B007"), seq=2))
    expect(page.get_by_test_id("number")).to_have_text("B007")
    expect(page.locator("#screen[data-look=calling]")).to_be_visible()


def test_a_closed_window_is_dark(lobby: Any, scenes: Any) -> None:
    closed = scenes.window("closed", number=None, zh="本窗口未开放,请留意叫号")
    page = lobby.open("strip", scenes.message(closed))
    expect(page.get_by_test_id("line")).to_have_text("本窗口未开放,请留意叫号")
    expect(page.get_by_test_id("number")).to_be_empty()
    colour = "getComputedStyle(document.getElementById('screen')).backgroundColor.match(/\\d+/g).map(Number)"
    assert max(page.evaluate(colour)) < 16


def test_out_of_touch_then_minutes_withdrawn(lobby: Any, scenes: Any) -> None:
    page = lobby.open("strip", scenes.message(scenes.window(range=RANGE), as_of="2026-11-21T10:42:00+08:00"))
    lobby.joined()
    page.clock.run_for(16_000)
    expect(page.locator("body[data-live=silent]")).to_be_visible()
    said = page.get_by_test_id("touch").locator("p:visible")
    expect(said).to_have_count(1)
    assert "Screen not updating" in said.inner_text() or "屏幕暂未更新" in said.inner_text()
    page.clock.run_for(76_000)
    assert "10:42" in said.inner_text()
    assert "15–20" not in (page.text_content("#screen") or "")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_nothing_essential_is_cut(lobby: Any, scenes: Any, size: tuple[int, int]) -> None:
    view = scenes.window(range=RANGE, number="ABC999")
    lobby.page.set_viewport_size({"width": size[0], "height": size[1]})
    page = lobby.open("strip", scenes.message({**view, "lines": LONG}))
    for _ in range(2):
        assert page.evaluate(OUTSIDE) == []
        expect(page.get_by_test_id("number")).to_be_visible()
        shown = [page.get_by_test_id(name).is_visible() for name in ("line", "minutes")]
        assert sorted(shown) == [False, True]
        page.clock.run_for(5_000)


def test_what_a_page_says(lobby: Any, scenes: Any) -> None:
    lobby.open("strip", scenes.message(scenes.window()))
    words = "{closed: 'C', serving: 'S', out_of_touch: 'O', overdue: 'late', about: '{low}–{high}'}"

    def said(view: str, health: str = "ok") -> Any:
        model = "(({look, number, state, minutes, line}) => [look, number, state, minutes, line])"
        return lobby.model(f"{model}(m.pageOf({view}, 'en', {words}, '{health}'))", "strip-model")

    serving = "{state: 'serving', number: 'A1', range: {low_s: 300, high_s: 600}, lines: {en: ['x', 'y']}}"
    assert said(serving) == ["serving", "A1", "S", "5–10", "x"]
    assert said(serving, "withdrawn") == ["serving", "A1", "S", "", ""]
    assert said("{state: 'serving', overdue: true}") == ["serving", "", "S", "late", ""]
    assert said("{state: 'closed', number: 'A1'}") == ["closed", "", "C", "", ""]
    assert said("{state: 'serving', number: 'A1', out_of_touch: true}")[:3] == ["out_of_touch", "", "O"]
