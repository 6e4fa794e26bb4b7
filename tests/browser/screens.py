"""All pages about one window, side by side, and what to look for on them."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from .service import Lobby
from .visitor import Visitor

EN, ZH = "en", "zh-Hans"
RANGE = {EN: r"(?:about \d+–\d+|within about \d+) min", ZH: r"\d+(?:–\d+ 分钟| 分钟内)"}
"""A range in words, as every screen writes it."""


class Screens:
    """The hall's screen, and a window's own with its teller's page and the manager's board."""

    def __init__(self, visitor: Visitor, lobby: Lobby, window: str = "1") -> None:
        self.name = window
        self.teller = visitor.open(f"{lobby.path}/teller/{window}?lang=en")
        self.hall = visitor.open(f"{lobby.path}/hall")
        self.window = visitor.open(f"{lobby.path}/window/{window}")
        self.desk = visitor.open(f"{lobby.path}/desk/{window}")
        self.board = visitor.open(f"{lobby.path}/board?lang=en")

    @property
    def public(self) -> tuple[Page, ...]:
        """Those that everybody in the lobby can read."""
        return self.hall, self.window

    @property
    def card(self) -> Locator:
        """This window on the hall's screen, whether staffed or shut."""
        return self.hall.locator(f"#screen li[data-window='{self.name}']")

    @property
    def row(self) -> Locator:
        """This window on the board."""
        return self.board.get_by_test_id("windows").locator(f"tr[data-window='{self.name}']")

    def show(self, state: str, number: str | None = None, look: str | None = None) -> None:
        """Wait until each of them shows the window in this state, with this number or with none."""
        marks = f"[data-number={number}]" if number else ":not([data-number])"
        for page in (self.teller, self.window):
            expect(
                page.locator(f"#screen[data-state={state}][data-look={look or state}]{marks}")
            ).to_be_visible()
        expect(self.desk.locator(f"#screen[data-state={state}]{marks}")).to_be_visible()
        for place in (self.card, self.row):
            expect(place.locator(f"xpath=self::*{_xpath(state, look or state, number)}")).to_be_visible()
        for page in (self.window, self.desk):
            expect(page.get_by_test_id("number")).to_have_text(number or "")

    def say(self, zh: str, en: str) -> None:
        """Wait until the window's screen and its card in the hall say these sentences (patterns)."""
        for language, pattern in ((ZH, zh), (EN, en)):
            for place in (self.window.get_by_test_id("lines"), self.card):
                expect(lines(place, language, pattern)).to_be_visible()

    def press(self, *keys: str) -> None:
        """The teller presses keys, each once the page offers it, and each is answered."""
        for key in keys:
            self.offered(key)
            self.teller.keyboard.press(key)
            expect(self.teller.locator("body[data-pending='0']")).to_be_attached()

    def enter(self, key: str, text: str = "") -> None:
        """The teller opens a small form with a key, fills it in and sends it."""
        self.offered(key)
        self.teller.keyboard.press(key)
        self.teller.keyboard.type(text)
        self.teller.keyboard.press("Enter")

    def offered(self, key: str) -> None:
        """Wait until the page offers a button that has this key on it."""
        cap = self.teller.locator("kbd").filter(has_text=re.compile(f"^{key.upper()}$"))
        buttons = self.teller.locator("button:enabled").filter(has=cap, visible=True)
        expect(buttons.first).to_be_visible()


def lines(place: Locator, language: str, pattern: str) -> Locator:
    """The sentences there that read like the pattern."""
    return place.locator(f"p:lang({language})").filter(has_text=re.compile(f"^{pattern}$"))


def minutes(text: str) -> list[str]:
    """The ranges in a text, as numbers only: the same in every language."""
    return re.findall(r"\d+–\d+(?= ?(?:min|分钟))|\d+(?= ?(?:min|分钟))", text)


def _xpath(state: str, look: str, number: str | None) -> str:
    of_number = f"[@data-number='{number}']" if number else "[not(@data-number)]"
    return f"[@data-state='{state}'][@data-look='{look}']{of_number}"
