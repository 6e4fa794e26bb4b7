"""The manager follows a number or a window on the board, and reads why its range is what it is."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .service import Lobby
from .visitor import Visitor

pytestmark = pytest.mark.browser


def test_a_number_and_a_window_are_followed_to_their_reasons(lobby: Lobby, visitor: Visitor) -> None:
    lobby.press("1", "open")
    for _ in range(3):
        lobby.take()
    lobby.press("1", "next")
    lobby.press("1", "start")
    board = visitor.open(f"{lobby.path}/board?lang=en")
    why = board.get_by_test_id("why")
    expect(why).to_have_count(0)
    board.get_by_test_id("tickets").locator("[data-number=A003] a").click()
    expect(why).to_contain_text("1 ahead of A003")
    expect(why).to_contain_text("Can be served at window 1")
    why.get_by_text("Figures").click()
    expect(why.locator("tbody tr").first).to_be_visible()
    board.get_by_test_id("windows").locator("[data-window='1'] a").click()
    expect(why).to_contain_text("In service since")
    expect(why).to_contain_text("Window 1")
    expect(board.get_by_test_id("tickets").locator("tr")).to_have_count(2)
    why.get_by_text("Hide").click()
    expect(why).to_have_count(0)
    expect(board).to_have_url(f"{board.url.partition('?')[0]}?lang=en")
