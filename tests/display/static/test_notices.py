"""Notices in the hall: in turns, still, each in its own direction; and what the manager does from the board."""

# The fixtures' types are in conftest, which tests cannot import; scenes read better as tables.
# ruff: noqa: ANN401, E501

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

UNTIL = "2026-11-21T11:00:00+08:00"
BOTH = {"zh-Hans": "今天四点停止取号", "en": "No numbers after four"}
ARABIC = "يُغلق الفرع اليوم الساعة 16:00"
LONG = {"zh-Hans": "因系统升级提前停止办理" * 18, "en": "Cash services end early today. " * 6}


def notice(name: str, text: Any, until: str = UNTIL) -> dict[str, Any]:
    return {"notice": name, "text": text, "until": until}


def of(text: str) -> dict[str, str]:
    return dict.fromkeys(("zh-Hans", "en"), text)


def test_a_notice_stands_in_both_languages_and_in_its_own_direction(lobby: Any, scenes: Any) -> None:
    page = lobby.open("hall", scenes.message(scenes.hall([scenes.window()])))
    band = page.get_by_test_id("notices")
    expect(band).to_be_hidden()
    lobby.joined()
    lobby.send(scenes.message(scenes.hall([scenes.window()], notices=[notice("n1", BOTH)]), seq=2))
    expect(band.locator("p:lang(zh-Hans)")).to_have_text(BOTH["zh-Hans"])
    expect(band.locator("p:lang(en)")).to_have_text(BOTH["en"])
    lobby.send(scenes.message(scenes.hall([scenes.window()], notices=[notice("n2", of(ARABIC))]), seq=3))
    line = band.locator("p")
    expect(line).to_have_text(ARABIC)
    assert line.evaluate("(line) => getComputedStyle(line).direction") == "rtl"
    lobby.send(scenes.message(scenes.hall([scenes.window()]), seq=4))
    expect(band).to_be_hidden()


def test_several_take_turns_as_still_pages_of_four_seconds_at_least(lobby: Any, scenes: Any) -> None:
    both = [notice("n1", BOTH), notice("n2", of(ARABIC))]
    page = lobby.open("hall", scenes.message(scenes.hall([scenes.window()], notices=both)))
    seen = page.locator(".notice-page.seen")
    expect(seen).to_have_attribute("data-notice", "n1")
    height = page.get_by_test_id("notices").bounding_box()["height"]
    page.clock.run_for(3500)
    expect(seen).to_have_attribute("data-notice", "n1")
    page.clock.run_for(3000)
    expect(seen).to_have_attribute("data-notice", "n2")
    assert page.get_by_test_id("notices").bounding_box()["height"] == height
    page.clock.run_for(6500)
    expect(seen).to_have_attribute("data-notice", "n1")


def test_two_hundred_characters_fit_and_have_a_page_for_each_language(lobby: Any, scenes: Any) -> None:
    page = lobby.open("hall", scenes.message(scenes.hall([scenes.window()], notices=[notice("n1", LONG)])))
    band = page.get_by_test_id("notices")
    expect(band).to_have_attribute("data-pages", "2")
    for size in ((1280, 720), (720, 1280), (3840, 2160)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for _ in range(40):
            height, room = band.evaluate("(e) => [e.scrollHeight, e.clientHeight]")
            if height <= room + 1:
                break
            page.wait_for_timeout(25)
        assert height <= room + 1, size


def test_one_that_has_ended_goes_though_the_service_is_silent(lobby: Any, scenes: Any) -> None:
    soon = notice("n1", BOTH, until="2026-11-21T10:00:20+08:00")
    page = lobby.open("hall", scenes.message(scenes.hall([scenes.window()], notices=[soon])))
    expect(page.get_by_test_id("notices")).to_be_visible()
    page.clock.run_for(21_000)
    expect(page.get_by_test_id("notices")).to_be_hidden()


@pytest.fixture
def pages_of(lobby: Any) -> Any:
    lobby.open("error", None, status=404, title="", detail="", known=[])
    return lambda expression: lobby.model(expression, "notice-turns")


def test_what_is_too_much_for_one_page_is_divided_evenly(pages_of: Any) -> None:
    sizes = "m.inPages(Array.from({ length: 56 }), 24, 8000).map((page) => page.items.length)"
    assert pages_of(sizes) == [19, 19, 18]
    assert pages_of("m.inPages([], 24, 8000).length") == 1
    assert (
        pages_of("m.pagesOf([{ notice: 'n', text: { en: 'a' } }], ['en', 'zh-Hans'])[0].ms >= m.LEAST_MS")
        is True
    )


def board(**more: Any) -> dict[str, Any]:
    return {"windows": [], "tickets": [], "waits": [], "served": 1, "abandoned": 0, "no_shows": 1, "silent": [],
            "missed": [], "notices": [], **more}  # fmt: skip


def test_the_manager_brings_back_who_missed_a_number(lobby: Any, scenes: Any) -> None:
    missed = {"ticket": "20261121-A003", "number": "A003", "business": scenes.businesses[0]["names"], "windows": ["3"],
              "missed_at": "2026-11-21T09:50:00+08:00", "until": "2026-11-21T10:05:00+08:00"}  # fmt: skip
    windows = [{"view": scenes.window("open", number=None), "business": {}}]
    page = lobby.open("board", scenes.message(board(windows=windows, missed=[missed])), lang="en")
    row = page.get_by_test_id("missed").locator("[data-number=A003]")
    expect(row).to_contain_text("missed at 09:50, may come back until 10:05")
    lobby.answers = [None]
    row.get_by_role("button", name="Call to window 3").click()
    (path, key, body), again = lobby.posted(2)
    assert (path, body) == ("/api/v1/branches/main/windows/3/recall", {"ticket": "20261121-A003"})
    assert again == (path, key, body)
    lobby.joined()
    lobby.send(scenes.message(board(windows=windows, missed=[{**missed, "windows": []}]), seq=2))
    expect(row).to_contain_text("No window can call it now")


def test_the_manager_posts_a_notice_and_takes_it_down(lobby: Any, scenes: Any) -> None:
    page = lobby.open("board", scenes.message(board(notices=[notice("n1", of(ARABIC))])), lang="en")
    group = page.get_by_test_id("notices-group")
    group.locator("summary").click()
    form = page.get_by_test_id("notice-form")
    form.get_by_role("button", name="Post").click()
    expect(page.get_by_test_id("refused")).to_have_text("Write the notice in at least one language")
    form.locator("textarea[lang=en]").fill("No numbers after four")
    form.get_by_role("button", name="Post").click()
    form.locator("textarea[lang=en]").fill("No numbers after four")
    form.locator("textarea[lang=zh-Hans]").fill("四点停止取号")
    form.locator("select").select_option("30")
    form.get_by_role("button", name="Post").click()
    posted = [body for _, _, body in lobby.posted(2)]
    assert posted == [
        {"text": "No numbers after four", "minutes": 60},
        {"text": {"zh-Hans": "四点停止取号", "en": "No numbers after four"}, "minutes": 30},
    ]
    up = group.locator("[data-notice=n1]")
    expect(up).to_contain_text("until 11:00")
    assert up.locator(".notice-text").evaluate("(text) => getComputedStyle(text).direction") == "rtl"
    up.get_by_role("button", name="Withdraw").click()
    assert lobby.posted(3)[2][0] == "/api/v1/branches/main/notices/n1/withdraw"


def test_a_notice_that_is_refused_need_not_be_written_again(lobby: Any, scenes: Any) -> None:
    page = lobby.open("board", scenes.message(board()), lang="en")
    page.get_by_test_id("notices-group").locator("summary").click()
    form = page.get_by_test_id("notice-form")
    english = form.locator("textarea[lang=en]")
    lobby.answers = [(409, {"detail": "12 notices are up already."}), (200, {})]
    english.fill("No numbers after four")
    form.locator("select").select_option("30")
    form.get_by_role("button", name="Post").click()
    expect(page.get_by_test_id("refused")).to_have_text("12 notices are up already.")
    expect(english).to_have_value("No numbers after four")
    expect(form.locator("select")).to_have_value("30")
    form.get_by_role("button", name="Post").click()
    lobby.posted(2)
    expect(page.get_by_test_id("refused")).to_be_hidden()
    form.get_by_role("button", name="Post").click()
    expect(page.get_by_test_id("refused")).to_have_text("Write the notice in at least one language")
    expect(english).to_have_value("")
    lobby.errors.clear()  # the browser's own, about the refusal


def test_a_teller_announces_an_absence_and_then_leaves(lobby: Any, scenes: Any) -> None:
    view = scenes.teller(commands=["finish", "step", "announce"])
    view["steps"][0]["say"] = {"en": "I am going to copy your documents. Back in about 2–4 min"}
    page = lobby.open("teller", scenes.message(view), lang="en")
    page.keyboard.press("a")
    expect(page.locator("#soon[aria-pressed=true]")).to_be_visible()
    expect(page.locator("[data-step=photocopy] q")).to_contain_text("I am going to copy")
    page.keyboard.press("1")
    assert lobby.posted(1)[0][2] == {"step": "photocopy"}
    assert lobby.posts[0][0].endswith("/windows/3/announce")
    expect(page.locator("#soon[aria-pressed=false]")).to_be_visible()
    lobby.joined()
    lobby.send(scenes.message({**view, "coming": "photocopy"}, seq=2))
    expect(page.locator("[data-step=photocopy][data-coming]")).to_be_visible()
    page.keyboard.press("1")
    assert lobby.posted(2)[1][2] == {"step": "photocopy", "away": True}


def test_the_desk_hears_of_it_before_it_begins(lobby: Any, scenes: Any) -> None:
    say = {
        "zh-Hans": "我去为您复印资料,预计 2–4 分钟后返回",
        "en": "I am going to copy your documents. Back in about 2–4 min",
    }
    page = lobby.open("desk", scenes.message(scenes.window(coming={"step": "photocopy", "say": say})))
    coming = page.get_by_test_id("coming")
    expect(coming).to_contain_text("In a moment")
    expect(coming).to_contain_text("我去为您复印资料")
    lobby.joined()
    lobby.send(scenes.message(scenes.window(), seq=2))
    expect(coming).to_be_hidden()


def test_larger_type_for_readers_far_away_as_far_as_the_screen_permits(lobby: Any, scenes: Any) -> None:
    size = "parseFloat(getComputedStyle(document.querySelector('#lines p')).fontSize)"
    near = lobby.open("window", scenes.message(scenes.window())).evaluate(size)
    far = lobby.open("window", scenes.message(scenes.window()), far=1.8).evaluate(size)
    assert far > 1.3 * near
    page = lobby.page
    assert page.evaluate("document.scrollingElement.scrollHeight <= innerHeight")
