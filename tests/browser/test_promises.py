"""What we said, what happened, as the manager opens it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .service import Lobby
from .visitor import Visitor

pytestmark = pytest.mark.browser


def test_a_manager_sees_what_came_of_what_was_told(lobby: Lobby, visitor: Visitor) -> None:
    lobby.press("1", "open")
    lobby.take()
    lobby.press("1", "next")
    page = visitor.open(f"{lobby.path}/promises")
    expect(page.get_by_test_id("sentence")).to_contain_text("Too few waits in the last 7 days")
    expect(page.locator("[data-about=wait] td").first).to_have_text("1")
    page.get_by_role("link", name="Pauses and steps").click()
    expect(page.locator("[data-about=return].chosen")).to_be_visible()
    page.get_by_role("link", name="Today", exact=True).click()
    expect(page.get_by_test_id("sentence")).to_contain_text("Too few waits today")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="简体中文").click()
    expect(page.get_by_test_id("sentence")).to_contain_text("今天只有 1 次等候")
