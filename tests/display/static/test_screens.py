"""The public screens: what they show, and what they say when nobody tells them anything."""

# The fixtures' types are in conftest, which tests cannot import; scenes read better as tables.
# ruff: noqa: ANN401, E501

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from playwright.sync_api import Error, expect

from display import pages

pytestmark = pytest.mark.browser

SIZES = [(1280, 720), (1920, 1080), (720, 1280)]
LONG = {
    "zh-Hans": ["本笔业务用时较长,预计还需 5–10 分钟,抱歉让您久等", "办完当前业务后,本窗口停止叫号"],
    "en": [
        "More time is needed: about 5–10 min. Sorry for the wait",
        "This window closes after the current customer",
    ],
}
FRAME = "getComputedStyle(document.getElementById('screen')).borderTopColor"
OVERFLOW = """() => [document.scrollingElement, ...document.querySelectorAll('#screen, [data-fit], .card-head')]
  .filter((e) => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1).map((e) => e.className || e.tagName)"""


def test_the_first_view_is_there_before_the_socket_opens(lobby: Any, scenes: Any) -> None:
    page = lobby.open("window", scenes.message(scenes.window()))
    expect(page.get_by_test_id("number")).to_have_text("A012")
    assert (
        page.get_by_test_id("lines").locator("p:lang(en)").inner_text() == "In service. About 15–20 min left"
    )
    assert (
        page.get_by_test_id("lines").locator("p:lang(zh-Hans)").text_content()
        == "正在办理,预计还需 15–20 分钟"
    )
    assert page.locator("#screen").get_attribute("data-state") == "serving"
    assert page.locator("body").get_attribute("data-live") == "ok"


def test_a_closed_window_is_dark_and_its_number_gone(lobby: Any, scenes: Any) -> None:
    page = lobby.open("window", scenes.message(scenes.window()))
    lobby.joined()
    lobby.send(
        scenes.message(
            scenes.window("closed", number=None, zh="本窗口未开放,请留意叫号", en="Window closed."), seq=2
        )
    )
    expect(page.locator("#screen[data-look=closed]")).to_be_visible()
    expect(page.get_by_test_id("number")).to_be_empty()
    red, green, blue = page.evaluate("getComputedStyle(screen_).backgroundColor.match(/\\d+/g).map(Number)".replace("screen_", "document.getElementById('screen')"))  # fmt: skip
    assert max(red, green, blue) < 16


def test_an_older_view_changes_nothing(lobby: Any, scenes: Any) -> None:
    page = lobby.open("window", scenes.message(scenes.window(), seq=7, view_no=3))
    lobby.joined()
    lobby.send(scenes.message(scenes.window(number="B001"), seq=6, view_no=9))
    lobby.send({"kind": "pulse", "as_of": "2026-11-21T10:00:05+08:00"})
    lobby.send(scenes.message(scenes.window(number="B002"), seq=7, view_no=4))
    expect(page.get_by_test_id("number")).to_have_text("B002")


def test_out_of_touch_then_minutes_withdrawn_then_back(lobby: Any, scenes: Any) -> None:
    page = lobby.open("window", scenes.message(scenes.window(), as_of="2026-11-21T10:42:00+08:00"))
    lobby.joined()
    page.clock.run_for(16_000)
    expect(page.locator("body[data-live=silent]")).to_be_visible()
    assert "Screen not updating" in page.get_by_test_id("touch").inner_text()
    assert "屏幕暂未更新" in page.get_by_test_id("touch").inner_text()
    assert "15–20" in page.get_by_test_id("lines").inner_text()
    page.clock.run_for(76_000)
    expect(page.locator("body[data-live=withdrawn]")).to_be_visible()
    assert "as of 10:42" in page.get_by_test_id("touch").inner_text()
    assert "截至 10:42" in page.get_by_test_id("touch").inner_text()
    assert "15–20" not in page.inner_text("body")
    assert "正在办理" in page.get_by_test_id("state").inner_text()
    joined = len(lobby.sockets)
    assert joined > 1  # it went on trying, by itself
    for _ in range(60):  # the newest line may have been given up already: take the next one
        if len(lobby.sockets) > joined:
            break
        page.clock.run_for(500)
    lobby.send(scenes.message(scenes.window(number="A013"), seq=9, as_of="2026-11-21T10:44:00+08:00"))
    expect(page.locator("body[data-live=ok]")).to_be_visible()
    expect(page.get_by_test_id("number")).to_have_text("A013")
    assert page.get_by_test_id("touch").inner_text() == ""


def test_pulses_keep_a_screen_in_touch(lobby: Any, scenes: Any) -> None:
    page = lobby.open("window", scenes.message(scenes.window()))
    lobby.joined()
    for second in range(5, 40, 5):
        page.clock.run_for(5000)
        lobby.send({"kind": "pulse", "as_of": f"2026-11-21T10:00:{second:02}+08:00"})
        page.wait_for_timeout(5)
    assert page.locator("body").get_attribute("data-live") == "ok"
    assert len(lobby.sockets) == 1


def test_a_page_that_was_replaced_loads_itself_anew_while_the_service_is_there(
    lobby: Any, scenes: Any
) -> None:
    page = lobby.open("window", scenes.message(scenes.window()))
    page.evaluate("Math.random = () => 0.5")  # it loads after 15 s, when the service is silent
    lobby.joined()
    lobby.send({"kind": "pulse", "as_of": "2026-11-21T10:00:05+08:00", "build": pages.build()})
    page.evaluate("window.old = true")
    page.clock.run_for(31_000)
    assert page.evaluate("window.old")
    lobby.joined(2)  # it was silent for too long
    lobby.send({"kind": "pulse", "as_of": "2026-11-21T10:00:40+08:00", "build": "another"})
    page.clock.run_for(31_000)
    assert page.evaluate("window.old")  # the service is away: nothing could be loaded
    joined = len(lobby.sockets)
    for _ in range(60):
        if len(lobby.sockets) > joined:
            break
        page.clock.run_for(500)
    lobby.send({"kind": "pulse", "as_of": "2026-11-21T10:01:20+08:00"})
    with contextlib.suppress(Error):  # the page may go while its clock runs
        page.clock.run_for(1_500)
    page.wait_for_function("window.old === undefined")


@pytest.mark.parametrize("ending", ["closed", "restarting"])
def test_it_joins_again_after_a_pause_with_jitter(lobby: Any, scenes: Any, ending: str) -> None:
    page = lobby.open("window", scenes.message(scenes.window()))
    lobby.joined()
    if ending == "closed":
        lobby.sockets[0].close(code=1012)
    else:
        lobby.send({"kind": "restarting", "retry_s": 2})
    page.wait_for_timeout(30)
    page.clock.run_for(900)
    assert len(lobby.sockets) == 1
    page.clock.run_for(11_500)
    lobby.joined(2)


def test_shut_windows_stand_together_in_the_hall(lobby: Any, scenes: Any) -> None:
    shut = {"number": None, "zh": "本窗口未开放", "en": "Closed"}
    windows = [scenes.window("closed", label="1", reason="closed", **shut), scenes.window(label="2"),
               scenes.window("closed", label="3", reason="fault", **shut), scenes.window("open", label="4", number=None)]  # fmt: skip
    page = lobby.open("hall", scenes.message(scenes.hall(windows, missed=["A003"])))
    assert page.locator("#shut [data-window]").evaluate_all("all => all.map((e) => e.dataset.window)") == [
        "1",
        "3",
    ]
    assert page.locator("#staffed [data-window]").evaluate_all("all => all.map((e) => e.dataset.window)") == [
        "2",
        "4",
    ]
    assert page.get_by_test_id("missed").inner_text() == "A003"
    assert "个人业务:5 人等候" in page.get_by_test_id("waits").inner_text()


def test_a_call_flashes_once_and_its_text_can_be_heard(lobby: Any, scenes: Any) -> None:
    hall = scenes.hall([scenes.window()])
    page = lobby.open("hall", scenes.message(hall))
    lobby.joined()
    lobby.send(scenes.message({**hall, "calls": [scenes.call()]}, seq=2))
    flashing = page.locator("#calls .flash[data-number=A012]")
    expect(flashing).to_be_visible()
    assert page.locator("[data-announce]:lang(en)").inner_text() == "A012, please come to window 3"
    lobby.send(scenes.message({**hall, "calls": [scenes.call()], "missed": ["B001"]}, seq=3))
    expect(page.get_by_test_id("missed")).to_have_text("B001")
    expect(flashing).to_be_visible()
    page.clock.run_for(13_000)
    expect(flashing).to_have_count(0)
    lobby.send(scenes.message({**hall, "calls": [scenes.call("c2", "A013"), scenes.call()]}, seq=4))
    expect(page.locator("#calls .flash")).to_have_attribute("data-number", "A013")


def test_names_are_text_whatever_they_hold(lobby: Any, scenes: Any) -> None:
    hostile = "<img src=x onerror=alert(1)><b>x</b>"
    text = {"zh-Hans": hostile, "en": hostile}
    windows = [scenes.window(number=hostile, zh=hostile, en=hostile)]
    hall = scenes.hall(
        windows,
        [scenes.call(number=hostile, priority=text)],
        missed=[hostile],
        waits=[scenes.wait(text=text)],
    )
    page = lobby.open("hall", scenes.message(hall))
    assert page.get_by_test_id("missed").inner_text() == hostile
    assert page.locator("b, img").count() == 0
    page = lobby.open(
        "ticket", scenes.message(scenes.ticket(names=text, number=hostile, lines={"zh-Hans": [hostile]}))
    )
    assert page.get_by_test_id("number").inner_text() == hostile
    assert page.locator("b, img").count() == 0


def test_the_desk_shows_steps_side_by_side(lobby: Any, scenes: Any) -> None:
    step = {"step_id": "s1", "step": "photocopy", "names": {"zh-Hans": "复印资料", "en": "Photocopy"}, "resource": "machine",
            "away": False, "overdue": False, "text": {"zh-Hans": "预计 2–3 分钟", "en": "about 2–3 min"}}  # fmt: skip
    steps = [step, {**step, "step_id": "s2", "step": "entry", "names": {"zh-Hans": "录入", "en": "Entry"}}]
    page = lobby.open("desk", scenes.message(scenes.window(steps=steps)))
    first, second = (page.locator(f"[data-step={name}]").bounding_box() for name in ("photocopy", "entry"))
    assert first["y"] == second["y"]
    assert first["x"] + first["width"] <= second["x"]


@pytest.mark.parametrize("size", SIZES)
def test_nothing_needs_scrolling(lobby: Any, scenes: Any, size: tuple[int, int]) -> None:
    lobby.page.set_viewport_size({"width": size[0], "height": size[1]})
    view = scenes.window(overdue=True, closing=True, lines=LONG, number="A1012")
    page = lobby.open("window", scenes.message(view))
    assert page.evaluate(OVERFLOW) == []
    for count in (6, 12):
        windows = [scenes.window(label=str(n), lines=LONG) for n in range(count)]
        windows += [scenes.window("closed", label=str(20 + n), number=None) for n in range(3)]
        calls = [scenes.call(f"c{n}", f"A{n:03}") for n in range(8)]
        waits = [scenes.wait(business=str(n)) for n in range(5)]
        page = lobby.open(
            "hall", scenes.message(scenes.hall(windows, calls, waits=waits, missed=["A001", "A002"]))
        )
        page.wait_for_timeout(50)
        assert page.evaluate(OVERFLOW) == []


def test_what_takes_longer_has_a_sign_of_its_own(lobby: Any, scenes: Any) -> None:
    late = scenes.window(overdue=True)
    page = lobby.open("window", scenes.message(scenes.window()))
    assert page.locator(".flag").count() == 0
    calm = page.evaluate(FRAME)
    for name, first in (
        ("window", late),
        ("desk", late),
        ("hall", scenes.hall([late])),
        ("teller", scenes.teller(view=late)),
    ):
        page = lobby.open(name, scenes.message(first), lang="en")
        sign = page.locator(".flag[data-look=overdue]")
        assert "Taking longer" in sign.inner_text()
        assert sign.locator(".badge[data-look=overdue] use").get_attribute("href") == "#icon-overdue"
        if name != "teller":
            assert "用时较长" in sign.inner_text()
        if name == "window":
            assert "正在办理" in page.get_by_test_id("state").inner_text()
            assert page.evaluate(FRAME) != calm


def test_the_hall_says_why_a_window_is_shut(lobby: Any, scenes: Any) -> None:
    windows = [scenes.window("closed", label="1", number=None, reason="back_office", reopens_at="2026-11-21T10:40:00+08:00"),
               scenes.window("closed", label="2", number=None, reason="fault"), scenes.window("closed", label="3", number=None, reason="closed")]  # fmt: skip
    page = lobby.open("hall", scenes.message(scenes.hall(windows)))
    words = page.locator("#shut .card-words:nth-of-type(1)").all_inner_texts()
    assert ["Branch work" in words[0], "Out of order" in words[1], "Closed" in words[2]] == [True] * 3
    assert "Due to open at 10:40" in page.locator("#shut li").first.inner_text()
    icons = page.locator("#shut .badge").evaluate_all("all => all.map((e) => e.dataset.look)")
    assert icons == ["back_office", "fault", "closed"]


def test_why_somebody_goes_first_is_said_while_calling_only(lobby: Any, scenes: Any) -> None:
    note = {"zh-Hans": "优先叫号", "en": "Priority call: Elderly"}
    calls = [scenes.call("c2", "A014", note=note), scenes.call("c1", "A013", note=note, calling=False)]
    page = lobby.open("hall", scenes.message(scenes.hall([scenes.window()], calls)))
    assert page.locator("#calls [data-number=A014] .call-why").inner_text().split("\n")[-1] == note["en"]
    assert page.locator("#calls [data-number=A013] .call-why").inner_text() == ""


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
@pytest.mark.parametrize("name", ["window", "desk", "hall", "board", "teller", "kiosk"])
def test_a_demonstration_says_so_and_covers_nothing(
    lobby: Any, scenes: Any, name: str, size: tuple[int, int]
) -> None:
    lobby.page.set_viewport_size({"width": size[0], "height": size[1]})
    hall = scenes.hall([scenes.window()])
    views = {"hall": hall, "kiosk": hall, "teller": scenes.teller(), "board": board(scenes, 3, 3)}
    page = lobby.open(name, scenes.message(views.get(name, scenes.window())), lang="en", speed=10)
    main, demo = page.locator("main").bounding_box(), page.get_by_test_id("demo").bounding_box()
    assert main["y"] + main["height"] <= demo["y"] + 0.5
    assert demo["y"] + demo["height"] <= size[1] + 0.5


def board(scenes: Any, windows: int, tickets: int) -> dict[str, Any]:
    names, told = scenes.businesses[0]["names"], {"low_s": 1800, "high_s": 4200, "tone": "plain"}
    rows = [{"view": scenes.window(label=f"w{n:04}", overdue=n % 3 == 0, range=told), "business": {"en": "Wealth and loans"}, "teller": f"t{n:04}",
             "since": "2026-11-21T09:50:00+08:00", "promised": told, "told_at": "2026-11-21T09:50:00+08:00"} for n in range(windows)]  # fmt: skip
    waiting = [{"ticket": f"t{n}", "number": f"A{n:03}", "business": {"en": "Wealth and loans"}, "priority": {"en": "Priority client"},
                "waited_s": 6000.0, "range": told, "promised": told, "overdue": True} for n in range(tickets)]  # fmt: skip
    return {"names": names, "windows": rows, "tickets": waiting, "waits": [scenes.wait(business=str(n)) for n in range(6)],
            "served": 999, "abandoned": 99, "no_shows": 99, "silent": []}  # fmt: skip


@pytest.mark.parametrize("size", [(1280, 720), (1440, 900), (1920, 1080)])
@pytest.mark.parametrize("windows", [6, 21])
def test_the_board_keeps_a_line_a_ticket_and_scrolls_nothing_else(
    lobby: Any, scenes: Any, windows: int, size: tuple[int, int]
) -> None:
    lobby.page.set_viewport_size({"width": size[0], "height": size[1]})
    page = lobby.open("board", scenes.message(board(scenes, windows, 24)), lang="en")
    heights = page.locator("#tickets tr").evaluate_all(
        "all => all.map((e) => e.offsetHeight / parseFloat(getComputedStyle(e).fontSize))"
    )
    assert len(heights) == 24
    assert max(heights) < 2.3  # two lines are 2.7 and the padding
    wide = ".board-windows, .board-waits, .board-tickets, .board-head"
    assert (
        page.locator(wide).evaluate_all(
            "all => all.filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.className)"
        )
        == []
    )
    assert page.evaluate("document.scrollingElement.scrollHeight <= innerHeight")


def test_my_ticket_from_waiting_to_called(lobby: Any, scenes: Any) -> None:
    lobby.page.set_viewport_size({"width": 320, "height": 568})
    page = lobby.open("ticket", scenes.message(scenes.ticket()))
    lobby.joined()
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    assert page.get_by_test_id("still").inner_text() == "您仍在排队中"
    page.locator("[data-language=en]").click()
    assert page.get_by_test_id("still").inner_text() == "You are still in the queue"
    assert page.get_by_test_id("lines").inner_text() == "About 10–15 min"
    lobby.send(
        scenes.message(
            scenes.ticket(state="called", label="3", call="c1", ahead=0, lines={"en": ["Come to window 3"]}),
            seq=2,
        )
    )
    expect(page.get_by_test_id("window")).to_have_text("3")
    assert page.title() == "A018 → 3"
    page.clock.run_for(95_000)
    expect(page.locator("body[data-live=withdrawn]")).to_be_visible()
    assert page.get_by_test_id("still").is_visible()


def test_the_board_marks_what_needs_somebody(lobby: Any, scenes: Any) -> None:
    names = scenes.businesses[0]["names"]
    told = {"low_s": 600, "high_s": 900, "tone": "plain"}
    rows = [{"view": scenes.window("open", label="1", number=None, unattended=True), "business": {}, "teller": "li"},
            {"view": scenes.window(label="2", overdue=True), "business": names, "promised": told, "told_at": "2026-11-21T09:50:00+08:00"},
            {"view": scenes.window(label="3", out_of_touch=True), "business": {}}]  # fmt: skip
    ticket = {
        "ticket": "t1",
        "number": "A020",
        "business": names,
        "priority": {},
        "waited_s": 1500.0,
        "promised": told,
        "overdue": True,
    }
    board = {"names": {}, "windows": rows, "tickets": [ticket], "waits": [scenes.wait(windows=0)], "served": 9, "abandoned": 1,
             "no_shows": 0, "silent": ["feed"]}  # fmt: skip
    page = lobby.open("board", scenes.message(board), lang="en")
    assert page.locator("#alerts .alert").all_inner_texts() == [
        "Nothing heard from feed", "Window 3: out of touch", "Window 1: calls nobody while people wait", "Window 2: longer than told",
        "Personal: No window open for this at present"]  # fmt: skip
    assert "10–15 min (09:50)" in page.locator("[data-window='2']").inner_text()
    assert "25 min" in page.locator("[data-ticket=t1]").inner_text()
    assert page.get_by_test_id("waiting").inner_text() == "1"
