"""A teller's keys: taken back, pressed at the same time, lost on the way, composed, chosen anew."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from .screens import ZH, Screens, lines
from .service import Lobby
from .visitor import Visitor

pytestmark = pytest.mark.browser


def test_a_wrong_finish_is_undone_with_one_key(lobby: Lobby, visitor: Visitor) -> None:
    screens = Screens(visitor, lobby)
    phone = visitor.open(lobby.take(language="en")["url"])
    screens.press("o", "n", "s")
    screens.show("serving", "A001")
    before = screens.window.get_by_test_id("lines").inner_text()
    screens.press("f")
    screens.show("wrapping_up")
    expect(phone.locator("#screen[data-state=finished]")).to_be_visible()
    expect(screens.teller.get_by_test_id("undo-what")).to_have_text("Finish")
    screens.press("z")
    screens.show("serving", "A001")
    expect(phone.locator("#screen[data-state=serving]")).to_be_visible()
    expect(screens.hall.get_by_test_id("calls")).to_contain_text("A001")
    assert screens.window.get_by_test_id("lines").inner_text() == before  # the same range as was told
    assert lobby.window("1")["state"] == "serving"
    screens.press("f", "y")
    screens.show("open")
    assert lobby.state()["tickets"][0]["state"] == "finished"


def test_a_missed_number_is_listed_and_called_again(lobby: Lobby, visitor: Visitor) -> None:
    screens = Screens(visitor, lobby)
    phone = visitor.open(lobby.take(language="zh-Hans")["url"])
    screens.press("o", "n", "r")
    call = screens.hall.get_by_test_id("calls").locator("li")
    expect(call).to_have_count(1)
    expect(screens.hall.locator("[data-announce]:lang(en)")).to_have_text(
        "Calling again: A001, please come to window 1"
    )
    screens.press("m")
    screens.show("open")
    expect(screens.hall.get_by_test_id("missed")).to_have_text("A001")
    expect(screens.hall.get_by_test_id("notes")).to_contain_text("过号客户请联系工作人员,可重新叫号")
    expect(call).to_have_count(0)
    expect(
        lines(phone.get_by_test_id("lines"), ZH, r"您的号码已叫过,请在 \d\d:\d\d 前联系工作人员,可重新叫号")
    ).to_be_visible()
    screens.press("k")
    expect(screens.teller.locator("[data-panel=missed] button")).to_contain_text("A001")
    screens.press("1")
    screens.show("calling", "A001")
    expect(screens.hall.get_by_test_id("missed")).to_be_hidden()
    expect(phone.locator("#screen[data-state=called]")).to_be_visible()
    screens.press("s")
    screens.show("serving", "A001")


def test_two_tellers_press_next_at_once(lobby: Lobby, visitor: Visitor) -> None:
    tellers = [visitor.open(f"{lobby.path}/teller/{window}") for window in ("1", "2")]
    for _ in range(3):
        lobby.take()
    for window in ("1", "2"):
        lobby.press(window, "open")
    for page in tellers:
        expect(page.locator("[data-action=next]")).to_be_enabled()
        page.evaluate("window.press = new KeyboardEvent('keydown', { key: 'n', bubbles: true })")
    for page in tellers:  # both leave before either is answered
        page.evaluate("setTimeout(() => document.dispatchEvent(press), 300)")
    for page in tellers:
        expect(page.locator("#screen[data-state=calling]")).to_be_visible()
    called = {page.get_by_test_id("number").inner_text() for page in tellers}
    assert called == {"A001", "A002"}
    assert len(lobby.events("ticket.called")) == 2


def test_a_press_whose_answer_is_lost_is_sent_again_with_its_key(lobby: Lobby, visitor: Visitor) -> None:
    visitor.expected.append("ERR_FAILED")
    lobby.take()
    lobby.take()
    lobby.press("1", "open")
    sent: list[str] = []

    def lose_the_first(route: Route) -> None:
        sent.append(route.request.headers["idempotency-key"])
        if len(sent) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    context = visitor.context()
    context.route("**/windows/1/next", lose_the_first)
    teller = visitor.open(f"{lobby.path}/teller/1", context=context)
    expect(teller.locator("[data-action=next]")).to_be_enabled()
    teller.keyboard.press("n")
    expect(teller.locator("#screen[data-state=calling][data-number=A001]")).to_be_visible()
    expect(teller.locator("body[data-pending='0']")).to_be_attached()
    assert len(sent) == 2
    assert len(set(sent)) == 1
    assert len(lobby.events("ticket.called")) == 1
    expect(teller.get_by_test_id("refused")).to_be_empty()


def test_a_refusal_says_why_and_changes_nothing(lobby: Lobby, visitor: Visitor) -> None:
    visitor.expected.append("409 (Conflict)")
    lobby.take()
    lobby.take()
    lobby.press("1", "open")

    def be_faster(route: Route) -> None:
        lobby.press("1", "next")
        route.continue_()

    context = visitor.context()
    context.route("**/windows/1/next", be_faster)
    teller = visitor.open(f"{lobby.path}/teller/1", context=context)
    expect(teller.locator("[data-action=next]")).to_be_enabled()
    teller.keyboard.press("n")
    expect(teller.get_by_test_id("refused")).not_to_be_empty()
    expect(teller.locator("#screen[data-state=calling][data-number=A001]")).to_be_visible()
    assert len(lobby.events("ticket.called")) == 1


def test_no_key_is_taken_from_an_input_method_a_shortcut_or_a_held_finger(
    lobby: Lobby, visitor: Visitor
) -> None:
    screens = Screens(visitor, lobby)
    teller = screens.teller
    lobby.take()
    lobby.take()
    screens.press("o")
    screens.offered("n")
    keyboard = teller.context.new_cdp_session(teller)
    composing = {"type": "rawKeyDown", "windowsVirtualKeyCode": 229, "key": "Process", "code": "KeyN"}
    keyboard.send("Input.dispatchKeyEvent", composing)
    teller.evaluate(
        "document.dispatchEvent(new KeyboardEvent('keydown', {key: 'n', isComposing: true, bubbles: true}))"
    )
    for shortcut in ("Control+n", "Alt+n"):
        teller.keyboard.press(shortcut)
    screens.offered("i")
    teller.keyboard.press("i")  # a field: what is typed there is text, also while it is composed
    field = teller.locator("[name=teller]")
    expect(field).to_be_focused()
    keyboard.send("Input.imeSetComposition", {"text": "nin", "selectionStart": 3, "selectionEnd": 3})
    keyboard.send("Input.insertText", {"text": "no"})
    expect(field).to_have_value("no")
    teller.keyboard.press("Escape")
    expect(field).to_be_hidden()
    screens.press("p")
    teller.keyboard.press("Escape")
    assert lobby.events("ticket.called") == []
    assert lobby.window("1")["state"] == "open"

    teller.keyboard.down("n")
    for _ in range(3):
        teller.keyboard.down("n")  # held: Chromium repeats it
    teller.keyboard.up("n")
    screens.show("calling", "A001")
    expect(teller.get_by_test_id("refused")).to_be_empty()
    assert len(lobby.events("ticket.called")) == 1


def test_keys_chosen_anew_persist(lobby: Lobby, visitor: Visitor) -> None:
    context = visitor.context()
    teller = visitor.open(f"{lobby.path}/teller/1?lang=en", context=context)
    teller.locator("#open-keys").click()
    teller.locator("[data-rebind=next]").focus()
    teller.keyboard.press("q")
    teller.locator("#keys .plain").click()
    expect(teller.locator("kbd[data-key=next]")).to_have_text("Q")
    teller.reload()
    again = visitor.open(f"{lobby.path}/teller/2?lang=en", context=context)
    for page, window in ((teller, "1"), (again, "2")):
        expect(page.locator("kbd[data-key=next]")).to_have_text("Q")
        lobby.take()
        lobby.press(window, "open")
        expect(page.locator("[data-action=next]")).to_be_enabled()
        page.keyboard.press("n")
        page.keyboard.press("q")
        expect(page.locator("#screen[data-state=calling]")).to_be_visible()
    assert len(lobby.events("ticket.called")) == 2
    again.locator("#open-keys").click()
    again.locator("#default-keys").click()
    again.reload()
    expect(again.locator("kbd[data-key=next]")).to_have_text("N")
