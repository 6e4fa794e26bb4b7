"""The teller's page: keys, presses that are answered once, two windows that never mix."""

# The fixtures' types are in conftest, which tests cannot import; scenes read better as tables.
# ruff: noqa: ANN401, E501

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

BASE = "/api/v1/branches/main/windows/3/"


def open_teller(lobby: Any, scenes: Any, *commands: str, **view: Any) -> Any:
    more = {"commands": list(commands), **view} if commands else view
    return lobby.open("teller", scenes.message(scenes.teller(**more)), lang="en")


def test_a_key_is_printed_on_its_button_and_does_it(lobby: Any, scenes: Any) -> None:
    page = open_teller(lobby, scenes)
    assert page.locator("[data-action=next] kbd").inner_text() == "N"
    page.keyboard.press("n")
    [(path, key, body)] = lobby.posted(1)
    assert (path, body) == (BASE + "next", {})
    assert len(key) == 32


def test_what_the_lifecycle_does_not_allow_is_disabled_and_not_sent(lobby: Any, scenes: Any) -> None:
    page = open_teller(lobby, scenes, "finish")
    assert page.locator("[data-action=next]").is_disabled()
    page.keyboard.press("n")
    page.keyboard.press("f")
    assert [path for path, _, _ in lobby.posted(1)] == [BASE + "finish"]


def test_a_key_pressed_before_its_view_waits_for_it(lobby: Any, scenes: Any) -> None:
    page = open_teller(lobby, scenes, "next")
    lobby.joined()
    for key in ("n", "8", "s"):
        page.keyboard.press(key)
    lobby.posted(1)
    calling = scenes.teller(commands=["start", "no-show"], view=scenes.window("calling"))
    lobby.send(scenes.message(calling, seq=2))
    assert [post[::2] for post in lobby.posted(2)] == [
        (BASE + "next", {}),
        (BASE + "start", {"expected_s": 600}),
    ]
    expect(page.get_by_test_id("refused")).to_be_empty()


def test_a_key_that_comes_to_nothing_says_why(lobby: Any, scenes: Any) -> None:
    page = open_teller(lobby, scenes, "finish")
    page.keyboard.press("n")
    expect(page.get_by_test_id("refused")).to_have_text("Call next: not possible now (In service)")
    page.keyboard.press("f")
    lobby.posted(1)
    page.keyboard.press("u")
    expect(page.get_by_test_id("sending")).to_be_empty()
    page.clock.run_for(1500)
    expect(page.get_by_test_id("refused")).to_have_text("Resume: not possible now (In service)")
    assert len(lobby.posts) == 1


def test_early_keys_keep_their_order(lobby: Any, scenes: Any) -> None:
    open_teller(lobby, scenes)
    made = """const log = []; let allowed = "", awaited = true;
      const early = new m.EarlyKeys({perform: (key) => allowed.includes(key) && !!log.push(key), awaited: () => awaited,
        refuse: (key) => log.push("no " + key), sleep: () => new Promise((done) => { wake = done; })});
      let wake = () => {};
      for (const key of "abba") early.press(key);
      allowed = "a"; early.retry(); allowed = "b"; early.retry();
      awaited = false; early.press("c"); wake(); await null; await null;
      return log;"""
    assert lobby.model(f"(async () => {{ {made} }})()", "teller-model") == ["a", "b", "no c", "no a"]


def test_keys_are_left_to_the_input_method_and_to_fields(lobby: Any, scenes: Any) -> None:
    page = open_teller(lobby, scenes, "next", "sign-in")
    for how in (
        "{key: 'n', isComposing: true}",
        "{key: 'n', keyCode: 229}",
        "{key: 'n', ctrlKey: true}",
        "{key: 'n', repeat: true}",
    ):
        page.evaluate(f"document.dispatchEvent(new KeyboardEvent('keydown', {how}))")
    page.keyboard.press("i")
    page.keyboard.type("nina")
    assert lobby.posts == []
    page.keyboard.press("Enter")
    assert lobby.posted(1)[0][::2] == (BASE + "sign-in", {"teller": "nina"})
    page.keyboard.press("n")
    assert lobby.posted(2)[1][0] == BASE + "next"


def test_a_lost_answer_is_asked_for_again_with_the_same_key(lobby: Any, scenes: Any) -> None:
    page = open_teller(lobby, scenes)
    lobby.answers = [None, (503, {}), (200, {"number": "A013"})]
    page.keyboard.press("n")
    assert page.get_by_test_id("sending").inner_text() == "sending… Call next"
    posts = lobby.posted(3)
    assert len({key for _, key, _ in posts}) == 1
    expect(page.get_by_test_id("sending")).to_be_empty()
    page.keyboard.press("n")
    assert lobby.posted(4)[3][1] != posts[0][1]


def test_presses_go_out_in_order_and_one_is_not_doubled(lobby: Any, scenes: Any) -> None:
    page = open_teller(lobby, scenes)
    lobby.answers = [None, (200, {}), (200, {})]
    for key in ("f", "f", "n"):
        page.keyboard.press(key)
    assert [path.rsplit("/", 1)[1] for path, _, _ in lobby.posted(3)] == ["finish", "finish", "next"]
    assert lobby.posts[0][1] == lobby.posts[1][1] != lobby.posts[2][1]


def test_a_refusal_is_shown_in_its_own_words(lobby: Any, scenes: Any) -> None:
    page = open_teller(lobby, scenes)
    lobby.answers = [(409, {"title": "Not allowed", "detail": "Window 3 is serving A012."})]
    page.keyboard.press("n")
    expect(page.get_by_test_id("refused")).to_have_text("Window 3 is serving A012.")
    lobby.answers = [(204, None)]
    page.keyboard.press("n")
    expect(page.get_by_test_id("refused")).to_have_text("Nobody waits for this window now")


def test_the_teller_s_own_minutes_go_with_the_next_command_only(lobby: Any, scenes: Any) -> None:
    page = open_teller(lobby, scenes)
    page.keyboard.press("8")
    assert page.get_by_test_id("armed").inner_text() == "with “about 10 min”"
    page.keyboard.press("s")
    lobby.posted(1)
    page.keyboard.press("g")
    assert [body for _, _, body in lobby.posted(2)] == [{"expected_s": 600}, {"wrap_up": "records"}]


def test_back_office_says_when_it_opens_again(lobby: Any, scenes: Any) -> None:
    page = open_teller(lobby, scenes, "back-office")
    page.keyboard.press("9")
    page.keyboard.press("b")
    assert lobby.posted(1)[0][2] == {"reopens_at": "2026-11-21T10:20:00+08:00"}


def test_a_pause_has_a_reason_by_key(lobby: Any, scenes: Any) -> None:
    page = open_teller(lobby, scenes, "pause")
    page.keyboard.press("7")
    page.keyboard.press("p")
    assert page.locator("[data-panel=pause]").is_visible()
    page.keyboard.press("2")
    assert lobby.posted(1)[0][::2] == (BASE + "pause", {"reason": "break", "expected_s": 300})
    assert not page.locator("[data-panel=pause]").is_visible()
    page.keyboard.press("p")
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    assert len(lobby.posts) == 1


def test_steps_start_and_end_by_their_digit(lobby: Any, scenes: Any) -> None:
    running = [{"step_id": "s9", "step": "photocopy", "names": {}, "started_at": "2026-11-21T09:59:00+08:00", "away": False, "resource": "machine"}]  # fmt: skip
    page = open_teller(lobby, scenes, "step", "step-end", running=running)
    page.keyboard.press("w")
    page.keyboard.press("2")
    page.keyboard.press("1")
    posts = lobby.posted(2)
    assert posts[0][::2] == (BASE + "step", {"step": "authorisation", "away": True})
    assert posts[1][::2] == (BASE + "step-end", {"step_id": "s9"})


def test_transfer_by_a_typed_window_or_business(lobby: Any, scenes: Any) -> None:
    page = open_teller(lobby, scenes, "transfer")
    page.keyboard.press("t")
    page.keyboard.type("99")
    page.keyboard.press("Enter")
    assert page.locator("#transfer-unknown").inner_text() == "No such window or business"
    page.locator("input[name=to]").fill("b")
    page.keyboard.press("Enter")
    assert lobby.posted(1)[0][2] == {"business": "company", "keeps_place": True}
    page.keyboard.press("t")
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    assert lobby.posted(2)[1][2] == {"window": "4", "keeps_place": True}


def test_a_missed_number_is_called_again_from_its_list(lobby: Any, scenes: Any) -> None:
    missed = [{"ticket": "20261121-A003", "number": "A003", "business": {}, "priority": {}, "waited_s": 1.0}]
    page = open_teller(lobby, scenes, "recall", recallable=missed)
    page.keyboard.press("k")
    page.keyboard.press("1")
    assert lobby.posted(1)[0][::2] == (BASE + "recall", {"ticket": "20261121-A003"})


def test_closing_until_a_time(lobby: Any, scenes: Any) -> None:
    page = open_teller(lobby, scenes, "close")
    page.keyboard.press("x")
    page.locator("input[name=reopens]").fill("13:30")
    page.keyboard.press("Enter")
    assert lobby.posted(1)[0][2] == {"reason": "closed", "reopens_at": "2026-11-21T13:30:00+08:00"}


def test_undo_says_what_it_would_take_back(lobby: Any, scenes: Any) -> None:
    page = open_teller(lobby, scenes)
    assert page.get_by_test_id("undo-what").inner_text() == "Start service"
    page.keyboard.press("z")
    assert lobby.posted(1)[0][0] == BASE + "undo"


def test_keys_can_be_changed_and_stay_changed(lobby: Any, scenes: Any) -> None:
    page = open_teller(lobby, scenes)
    page.locator("#open-keys").click()
    page.locator("input[data-rebind=next]").focus()
    page.keyboard.press("f")
    page.keyboard.press("Escape")
    assert page.locator("[data-action=next] kbd").inner_text() == "F"
    assert page.locator("[data-action=finish] kbd").inner_text() == "N"
    page.reload()
    page.keyboard.press("f")
    assert lobby.posted(1)[0][0] == BASE + "next"


def test_keys_from_storage_are_taken_with_care(lobby: Any, scenes: Any) -> None:
    open_teller(lobby, scenes)
    made = "const k = new m.Keys({next: 'f', bogus: 'q', start: 7, finish: 'Enter'}); return [k.of('next'), k.of('finish'), k.of('start'), k.toJSON()];"
    assert lobby.model(f"(() => {{ {made} }})()", "teller-model") == [
        "f",
        "n",
        "s",
        {"next": "f", "finish": "n"},
    ]


def test_two_windows_in_two_tabs_never_mix(lobby: Any, scenes: Any) -> None:
    page = open_teller(lobby, scenes)
    page.keyboard.press("n")
    lobby.posted(1)
    tab = type(lobby)(page.context.new_page())
    other = tab.open("teller", scenes.message(scenes.teller()), lang="en", window={"id": "5", "label": "5"})
    other.keyboard.press("n")
    assert tab.posted(1)[0][0] == "/api/v1/branches/main/windows/5/next"
    assert [path for path, _, _ in lobby.posts] == [BASE + "next"]
    other.close()


def test_the_teller_sees_what_the_lobby_sees(lobby: Any, scenes: Any) -> None:
    page = open_teller(lobby, scenes, remind=True, reminder={"en": "Ready for the next call?"})
    assert "正在办理,预计还需 15–20 分钟" in page.get_by_test_id("lines").inner_text()
    assert page.locator("#remind").inner_text() == "Ready for the next call?"
    assert page.get_by_test_id("waiting").inner_text() == "5 waiting"
    assert page.locator("#next [data-number]").evaluate_all("all => all.map((e) => e.dataset.number)") == [
        "A013"
    ]
