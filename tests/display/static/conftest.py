"""A lobby without a service: the pages as rendered, in a real Chromium, with hand-made messages."""

# Scenes are JSON, and read better as tables.
# ruff: noqa: ANN401, E501

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, ViewportSize, WebSocketRoute, expect, sync_playwright

from display import pages

CHROMIUM = Path("/usr/bin/chromium")
ORIGIN = "http://lobby.test"
API = "/api/v1/branches/main"
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
PATIENCE_MS = 90_000
"""How long a test waits before it fails: machines that run tests are busy."""
SIZE: ViewportSize = {"width": 1280, "height": 720}
POLICY = "default-src 'self'; connect-src 'self' ws://lobby.test"

BUSINESSES = [
    {"id": "personal", "prefix": "A", "names": {"zh-Hans": "个人业务", "zh-Hant-TW": "個人業務", "zh-Hant-HK": "個人服務", "en": "Personal"}, "items": False},
    {"id": "company", "prefix": "B", "names": {"zh-Hans": "对公业务", "zh-Hant-TW": "公司業務", "zh-Hant-HK": "公司服務", "en": "Company"}, "items": True},
    {"id": "loans", "prefix": "C", "names": {"zh-Hans": "贷款咨询", "zh-Hant-TW": "貸款諮詢", "zh-Hant-HK": "貸款查詢", "en": "Loans"}, "items": False},
]  # fmt: skip
BRANCH = {
    "id": "main",
    "names": {"zh-Hans": "人民路支行", "zh-Hant-TW": "人民路分行", "zh-Hant-HK": "人民路分行", "en": "People's Road Branch"},
    "languages": ["zh-Hans", "en"],
    "businesses": BUSINESSES,
    "windows": [{"id": str(n), "label": str(n), "businesses": ["personal"]} for n in range(1, 7)],
    "priorities": [{"id": "elderly", "names": {"zh-Hans": "敬老优先", "zh-Hant-TW": "敬老優先", "zh-Hant-HK": "長者優先", "en": "Elderly"}}],
    "steps": [{"id": "photocopy", "names": {"zh-Hans": "复印", "en": "Photocopy"}, "resource": "machine"}],
}  # fmt: skip


def message(
    view: dict[str, Any], seq: int = 1, view_no: int = 1, as_of: str = "2026-11-21T10:00:00+08:00"
) -> dict[str, Any]:
    return {"kind": "view", "epoch": 1, "seq": seq, "view_no": view_no, "as_of": as_of, "screen": "window:3", "view": view}  # fmt: skip


def window(state: str = "serving", *, number: str | None = "A012", zh: str = "正在办理,预计还需 15–20 分钟",
           en: str = "In service. About 15–20 min left", label: str = "3", **more: Any) -> dict[str, Any]:  # fmt: skip
    view = {"window": label, "label": label, "state": state, "closing": False, "overdue": False, "unattended": False,
            "out_of_touch": False, "steps": [], "businesses": [], "lines": {"zh-Hans": [zh], "en": [en]}, **more}  # fmt: skip
    return view | ({"number": number} if number else {})


def hall(
    windows: list[dict[str, Any]], calls: list[dict[str, Any]] | None = None, **more: Any
) -> dict[str, Any]:
    return {
        "names": BRANCH["names"],
        "windows": windows,
        "calls": calls or [],
        "waits": [wait()],
        "missed": [],
        **more,
    }


def call(ident: str = "c1", number: str = "A012", label: str = "3", **more: Any) -> dict[str, Any]:
    return {"call": ident, "number": number, "window": label, "label": label, "at": "2026-11-21T10:00:00+08:00", "again": False,
            "calling": True, "priority": {}, **more,
            "text": {"zh-Hans": f"请 {number} 号到 {label} 号窗口办理", "en": f"{number}, please come to window {label}"}}  # fmt: skip


def wait(**more: Any) -> dict[str, Any]:
    return {"business": "personal", "names": BUSINESSES[0]["names"], "waiting": 5, "windows": 3, "basis": "history", "long_last": False,
            "range": {"low_s": 600, "high_s": 900, "tone": "plain"},
            "text": {"zh-Hans": "个人业务:5 人等候,预计 10–15 分钟", "en": "Personal: 5 waiting, about 10–15 min"}, **more}  # fmt: skip


def teller(**more: Any) -> dict[str, Any]:
    view = {
        "view": window(), "teller": "wang", "ticket": "20261121-A012", "business": BUSINESSES[0]["names"], "items": 1,
        "since": "2026-11-21T09:52:00+08:00",
        "next": [{"ticket": "t13", "number": "A013", "business": BUSINESSES[0]["names"], "priority": {}, "waited_s": 640.0}],
        "waiting": 5,
        "steps": [{"step": "photocopy", "names": {"zh-Hans": "复印资料", "en": "Photocopy"}, "resource": "machine",
                   "usual": {"low_s": 120, "high_s": 240, "tone": "plain"}},
                  {"step": "authorisation", "names": {"zh-Hans": "主管授权", "en": "Approval"}, "resource": "supervisor"}],
        "running": [], "commands": ["finish", "step", "transfer", "closing", "undo", "next", "start", "recall", "pause", "close"],
        "undo": "service.started", "remind": False, "recallable": [],
    }  # fmt: skip
    return view | more


def ticket(**more: Any) -> dict[str, Any]:
    return {"number": "A018", "names": BUSINESSES[0]["names"], "state": "waiting", "ahead": 4, "basis": "history", "serving": True,
            "range": {"low_s": 600, "high_s": 900, "tone": "plain"}, "long_last": False, "out_of_touch": False,
            "lines": {"zh-Hans": ["预计 10–15 分钟"], "en": ["About 10–15 min"]}} | more  # fmt: skip


class Lobby:
    """One page, the messages it is sent, and the commands it sends."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.forget()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        page.route(re.compile(".*"), self._serve)
        page.route_web_socket(re.compile(".*/live"), lambda socket: self.sockets.append(socket))  # noqa: PLW0108

    def forget(self) -> None:
        self.sockets: list[WebSocketRoute] = []
        self.posts: list[tuple[str, str, Any]] = []
        """Path, idempotency key and body of each command."""
        self.answers: list[tuple[int, Any] | None] = []
        """What the next commands are answered; None loses the answer. Then: 200."""
        self.says: Mapping[str, tuple[int, Any]] = {}
        """What any other request is answered, by the end of its path."""
        self.errors: list[str] = []
        self.html = ""

    def stand(self) -> None:
        """Stop the page's clock, until it is run: no pause of the machine can be one of the page's."""
        self.page.clock.pause_at(self.page.evaluate("Date.now()") / 1000 + 1)

    def leave(self) -> None:
        if self.page.url.startswith(ORIGIN):
            self.page.evaluate("localStorage.clear()")
        self.page.goto("about:blank")
        self.page.set_viewport_size(SIZE)
        self.page.emulate_media(color_scheme="light", reduced_motion="no-preference")

    def open(self, name: str, first: dict[str, Any] | None, *, lang: str = "zh-Hans", branch: dict[str, Any] | None = None,
             languages: list[str] | None = None, speed: float = 1, **more: Any) -> Page:  # fmt: skip
        context = {"languages": languages or ["zh-Hans", "en"], "branch": branch or BRANCH, "first": first, "speed": speed, "api": API,
                   "live_url": f"{API}/live?screen={name}", "window": {"id": "3", "label": "3"}, "token": "tok"}  # fmt: skip
        self.html = pages.render(name, lang=lang, **(context | more))
        self.page.goto(f"{ORIGIN}/{name}")
        return self.page

    def send(self, payload: dict[str, Any]) -> None:
        self.sockets[-1].send(json.dumps(payload))

    def joined(self, times: int = 1) -> None:
        """Wait until the page has joined the live channel that often."""
        until = time.monotonic() + PATIENCE_MS / 1000
        while len(self.sockets) < times:
            assert time.monotonic() < until, f"joined {len(self.sockets)} times, not {times}"
            self.page.wait_for_timeout(10)

    def posted(self, times: int) -> list[tuple[str, str, Any]]:
        """Wait until the page has sent that many commands; its retries wait on the page's own clock."""
        for _ in range(100):
            if len(self.posts) >= times:
                return self.posts
            self.page.clock.run_for(500)
        raise AssertionError(f"sent {len(self.posts)} commands, not {times}")

    def model(self, expression: str, name: str = "live-model") -> Any:
        """What an expression over a module of the pages' script is worth."""
        return self.page.evaluate(f"import('/static/{name}.js').then((m) => ({expression}))")

    def _serve(self, route: Route, request: Request) -> None:
        path = request.url.removeprefix(ORIGIN).split("?")[0]
        said = next((self.says[end] for end in self.says if path.endswith(end)), None)
        if said and request.resource_type != "document":
            route.fulfill(status=said[0], json=said[1])
        elif request.method == "POST":
            self._answer(route, request, path)
        elif path.startswith("/static/"):
            route.fulfill(
                body=(pages.STATIC / path.removeprefix("/static/")).read_text(),
                content_type=KINDS[Path(path).suffix],
            )
        elif path.endswith(".svg"):
            route.fulfill(body='<svg xmlns="http://www.w3.org/2000/svg"/>', content_type="image/svg+xml")
        else:
            route.fulfill(
                body=self.html,
                content_type="text/html; charset=utf-8",
                headers={"Content-Security-Policy": POLICY},
            )

    def _answer(self, route: Route, request: Request, path: str) -> None:
        self.posts.append((path, request.headers["idempotency-key"], request.post_data_json))
        answer = self.answers.pop(0) if self.answers else (200, {})
        if answer is None:
            route.abort()
        else:
            route.fulfill(
                status=answer[0], body=json.dumps(answer[1]), content_type="application/problem+json"
            )


@pytest.fixture(scope="package")
def shared_lobby() -> Iterator[Lobby]:
    """One browser and one page for all these tests: starting them is what takes time."""
    if not CHROMIUM.exists():
        pytest.fail("needs Debian's Chromium; `make test` installs it as root")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = browser.new_context(viewport=SIZE).new_page()
        page.clock.install()
        page.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        yield Lobby(page)
        expect.set_options(timeout=None)
        browser.close()


@pytest.fixture
def lobby(shared_lobby: Lobby) -> Iterator[Lobby]:
    shared_lobby.forget()
    shared_lobby.stand()
    yield shared_lobby
    expected = ("ERR_FAILED", "status of")
    assert not [error for error in shared_lobby.errors if not any(part in error for part in expected)]
    shared_lobby.leave()


class Scenes:
    """The hand-made messages, for tests to change."""

    message = staticmethod(message)
    window = staticmethod(window)
    hall = staticmethod(hall)
    call = staticmethod(call)
    wait = staticmethod(wait)
    teller = staticmethod(teller)
    ticket = staticmethod(ticket)
    businesses = BUSINESSES
    branch = BRANCH


@pytest.fixture
def scenes() -> type[Scenes]:
    return Scenes
