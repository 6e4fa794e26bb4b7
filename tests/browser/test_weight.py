"""Screens hang on thin lines and old machines: what a page fetches until it shows something."""

from __future__ import annotations

import pytest

from .service import Lobby
from .visitor import Visitor

pytestmark = pytest.mark.browser

MOST_BYTES = 150_000
FETCHED = """() => performance.getEntries()
  .filter((one) => ["navigation", "resource"].includes(one.entryType))
  .map((one) => [new URL(one.name).pathname, one.encodedBodySize])"""


@pytest.mark.parametrize(
    "page", ["hall", "window/1", "desk/1", "kiosk", "teller/1", "board", "staffing", "promises", "hours"]
)
def test_a_first_screen_is_light(page: str, lobby: Lobby, visitor: Visitor) -> None:
    opened = visitor.open(f"{lobby.path}/{page}")
    opened.wait_for_load_state("networkidle")
    fetched = opened.evaluate(FETCHED)
    assert len(fetched) > 3
    assert sum(size for _, size in fetched) < MOST_BYTES, sorted(fetched, key=lambda one: -one[1])[:5]
