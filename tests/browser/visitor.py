"""Somebody with browsers: opens pages, and remembers whatever a page should not have done."""

from __future__ import annotations

from datetime import UTC, datetime

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, WebSocket

WIDE: ViewportSize = {"width": 1280, "height": 720}
PATIENCE_MS = 90_000
"""How long a test waits before it fails: machines that run tests are busy."""
AWAY = (
    *("ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE", "ERR_SOCKET_NOT_CONNECTED"),
    *("ERR_CONTENT_LENGTH_MISMATCH", "ERR_INCOMPLETE_CHUNKED_ENCODING"),  # it was killed in mid-answer
)
"""What Chromium reports by itself of a service that is not there, or no longer."""


class Visitor:
    """Opens pages of one service."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self._url = url
        self._contexts: list[BrowserContext] = []
        self._shared: dict[tuple[str, int, int], BrowserContext] = {}
        self.expected: list[str] = []
        """Parts of console errors that this test provokes."""
        self.faults: list[str] = []

    def open(
        self,
        path: str,
        *,
        locale: str = "en",
        size: ViewportSize = WIDE,
        context: BrowserContext | None = None,
    ) -> Page:
        """A page, beside the others of its language and size, or in the given context."""
        kind = (locale, size["width"], size["height"])
        if context is None and kind not in self._shared:
            self._shared[kind] = self.context(locale=locale, size=size)
        page = (context or self._shared[kind]).new_page()
        page.on("websocket", self._connected)
        self.go(page, path)
        return page

    def go(self, page: Page, path: str) -> None:
        """Send a page somewhere: a path of the service, or a whole link to it."""
        page.goto(self._url + path.removeprefix(self._url))

    def context(
        self, *, locale: str = "en", size: ViewportSize = WIDE, zone: str | None = None, stands: bool = False
    ) -> BrowserContext:
        """A fresh context, watched; ``zone``: the time zone of its machine.

        With ``stands`` its pages' clock stands still until it is run: what they do by themselves after a
        while, they do when the test says so, however busy the machine. What is to be routed must be so before
        a page is opened: a busy Chromium lets the first request of an open page slip past a new route.
        """
        context = self._browser.new_context(locale=locale, viewport=size, timezone_id=zone)
        context.set_default_timeout(PATIENCE_MS)
        if stands:
            context.clock.install()
            context.clock.pause_at(datetime.now(UTC))
        context.on("request", lambda request: self._goes(request.url))
        context.on("console", self._said)
        context.on("weberror", lambda error: self.faults.append(f"uncaught: {error.error}"))
        self._contexts.append(context)
        return context

    def leave(self) -> None:
        """Close everything; fails where a page did what it should not have done."""
        for context in self._contexts:
            context.close()
        unexpected = [fault for fault in self.faults if not any(part in fault for part in self.expected)]
        assert not unexpected, unexpected

    def _goes(self, url: str) -> None:
        here = (self._url, self._url.replace("http", "ws", 1), "data:", "about:")
        if not url.startswith(here):
            self.faults.append(f"left the service's origin: {url}")

    def _connected(self, socket: WebSocket) -> None:
        self._goes(socket.url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.faults.append(f"{message.type}: {message.text}")
