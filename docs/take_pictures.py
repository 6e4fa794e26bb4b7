"""Takes the pictures of the documentation from a running demo: ``make pictures``.

The demo is started on a free port and watched through its own live channel. Each picture has a moment of its
own (a window that wraps up, a teller who is away …); it is taken when the demo comes there by itself, and
kept only if the moment was still true after the shutter.
"""

from __future__ import annotations

import argparse
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

PICTURES = Path(__file__).with_name("pictures")
CHROMIUM = "/usr/bin/chromium"
BEGINS = "10:10"
"""The demo's morning until then is played in a hurry; pictures of it would show nothing true."""
START_S = 300.0

ABOVE: ViewportSize = {"width": 1280, "height": 720}
WALL: ViewportSize = {"width": 1920, "height": 1080}
OVER: ViewportSize = {"width": 1280, "height": 240}
PHONE: ViewportSize = {"width": 390, "height": 844}

View = Mapping[str, Any]
"""A window, or the whole hall, as the live channel shows it."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture of a window's page, and the moment for it."""

    name: str
    kind: str
    moment: Callable[[View], bool]
    size: ViewportSize = field(default_factory=lambda: ABOVE)


def plainly(window: View, state: str) -> bool:
    """In that state, with nothing else to be said of it."""
    return window["state"] == state and not (window["overdue"] or window["closing"] or window["out_of_touch"])


def is_away(window: View) -> bool:
    """A step has taken the teller from the seat."""
    return any(step["away"] and step.get("range") for step in window["steps"])


SHOTS = (
    Shot("window-closed", "window", lambda view: view["state"] == "closed" and "reopens_at" in view),
    Shot("window-wrapping-up", "window", lambda view: plainly(view, "wrapping_up") and "range" in view),
    Shot("window-teller-away", "window", lambda view: plainly(view, "serving") and is_away(view)),
    Shot("window-overdue", "window", lambda view: view["state"] in {"serving", "paused"} and view["overdue"]),
    Shot(
        "window-serving",
        "window",
        lambda view: plainly(view, "serving") and "range" in view and not view["steps"],
    ),
    Shot("strip", "strip", lambda view: plainly(view, "serving") and "range" in view, OVER),
    Shot("desk", "desk", lambda view: plainly(view, "serving") and bool(view["steps"])),
    Shot("teller", "teller", lambda view: plainly(view, "serving") and bool(view["steps"])),
)
NAMES = ("kiosk", "ticket-phone", "hall", "board", *(shot.name for shot in SHOTS))


def is_lively(hall: View) -> bool:
    """A hall worth a look: a call, services with their ranges, a window that is shut, people waiting."""
    states = {window["state"] for window in hall["windows"]}
    return {"calling", "serving", "closed"} <= states and any(wait["waiting"] for wait in hall["waits"])


class Hall:
    """What the hall's screen shows now, heard as any screen hears it."""

    def __init__(self, line: ClientConnection) -> None:
        self._line = line
        self._message = self._receive(None)

    def look(self) -> View:
        """The newest view."""
        while True:
            try:
                self._message = self._receive(0)
            except TimeoutError:
                view: View = self._message["view"]
                return view

    @property
    def clock(self) -> str:
        """The demo's clock, hh:mm."""
        return str(self._message["as_of"])[11:16]

    def _receive(self, timeout: float | None) -> Any:  # noqa: ANN401 - JSON
        while True:
            message = json.loads(self._line.recv(timeout))
            if message["kind"] == "view":
                return message


class Photographer:
    """Has every page open already, so that a moment of a few seconds is long enough."""

    def __init__(self, browser: Browser, base: str, hall: Hall, folder: Path) -> None:
        self._browser = browser
        self._base = base
        self._hall = hall
        self._folder = folder
        self._pages: dict[tuple[str, str], Page] = {}
        self._rooms: dict[tuple[int, int], BrowserContext] = {}

    def open(self, path: str, size: ViewportSize) -> Page:
        """A page of the demo, when it has drawn itself."""
        key = (size["width"], size["height"])
        if key not in self._rooms:
            self._rooms[key] = self._browser.new_context(viewport=size, reduced_motion="reduce")
        page = self._rooms[key].new_page()
        page.goto(self._base + path)
        page.locator("#screen").wait_for()
        page.evaluate("document.fonts.ready")
        return page

    def page_of(self, kind: str, window: str, size: ViewportSize) -> Page:
        """A window's page, opened once."""
        if (kind, window) not in self._pages:
            self._pages[kind, window] = self.open(f"/b/demo/{kind}/{window}?lang=en", size)
        return self._pages[kind, window]

    def shoot(self, page: Page) -> bytes:
        """What the page shows, as a PNG."""
        page.wait_for_timeout(100)
        return page.screenshot(animations="disabled")

    def keep(self, picture: bytes, name: str) -> None:
        """Save a picture."""
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / f"{name}.png").write_bytes(picture)
        print(f"  {name}.png at {self._hall.clock}", flush=True)

    def take(self, shot: Shot) -> bool:
        """Take a picture if its moment is there, and was still there when it had been taken."""
        for window in self._hall.look()["windows"]:
            if not shot.moment(window):
                continue
            page = self.page_of(shot.kind, window["window"], shot.size)
            picture = self.shoot(page)
            now = next(one for one in self._hall.look()["windows"] if one["window"] == window["window"])
            if shot.moment(now) and now["state"] == window["state"]:
                self.keep(picture, shot.name)
                return True
        return False

    def take_hall(self) -> bool:
        """The hall and the board of a lively moment."""
        hall = self.page_of_room("hall", WALL)
        board = self.page_of_room("board", WALL)
        if not is_lively(self._hall.look()):
            return False
        pictures = {name: self.shoot(page) for name, page in (("hall", hall), ("board", board))}
        if not is_lively(self._hall.look()):
            return False
        for name, picture in pictures.items():
            self.keep(picture, name)
        return True

    def page_of_room(self, kind: str, size: ViewportSize) -> Page:
        """The hall's or the board's page, opened once."""
        if (kind, "") not in self._pages:
            self._pages[kind, ""] = self.open(f"/b/demo/{kind}?lang=en", size)
        return self._pages[kind, ""]

    def take_ticket(self) -> bool:
        """A customer's way: the kiosk, the number, the phone."""
        kiosk = self.open("/b/demo/kiosk?lang=en", ABOVE)
        kiosk.locator("#businesses button").first.click()
        issued = kiosk.get_by_test_id("issued")
        details = kiosk.get_by_test_id("details")
        issued.or_(details).filter(visible=True).wait_for()
        if details.is_visible():
            kiosk.locator("#take").click()
            issued.wait_for()
        kiosk.locator("#qr").evaluate("image => image.decode()")
        self.keep(self.shoot(kiosk), "kiosk")
        link = kiosk.locator("#link").inner_text().strip()
        phone = self.open("/t/" + link.rpartition("/t/")[2] + "?lang=en", PHONE)
        self.keep(self.shoot(phone), "ticket-phone")
        return True


@contextmanager
def demo(speed: float) -> Iterator[int]:
    """A demo on a free port of this machine; ends with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    program = Path(sys.executable).with_name("lobbyclock")
    process = subprocess.Popen([program, "demo", "--port", str(port), "--speed", str(speed)])
    try:
        yield port
    finally:
        process.terminate()
        process.wait(30)


def wait_until_begun(port: int) -> None:
    """Wait until the demo has left its hurried morning behind. Errors: ``TimeoutError``."""
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        with suppress(httpx2.TransportError):
            answer = httpx2.get(f"http://127.0.0.1:{port}/api/v1/branches/demo", timeout=5)
            if answer.is_success and answer.json()["as_of"][11:16] >= BEGINS:
                return
        time.sleep(1)
    raise TimeoutError(f"the demo had not begun after {START_S:g} s")


def take_all(port: int, folder: Path, names: Collection[str], patience_s: float) -> list[str]:
    """Take these pictures; the names of those whose moment did not come."""
    base = f"127.0.0.1:{port}"
    with (
        connect(f"ws://{base}/api/v1/branches/demo/live?screen=hall", max_size=None) as line,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        )
        photographer = Photographer(browser, f"http://{base}", Hall(line), folder)
        ways = dict.fromkeys(("kiosk", "ticket-phone"), photographer.take_ticket)
        ways |= dict.fromkeys(("hall", "board"), photographer.take_hall)
        ways |= {shot.name: partial(photographer.take, shot) for shot in SHOTS}
        wanted = {name: ways[name] for name in names}
        until = time.monotonic() + patience_s
        while wanted and time.monotonic() < until:
            for take in dict.fromkeys(wanted.values()):
                if take():
                    wanted = {name: other for name, other in wanted.items() if other is not take}
            time.sleep(0.1)
        browser.close()
    return list(wanted)


def main() -> None:
    """Start the demo, take the pictures, say which are missing."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", default=NAMES, help=f"which: {', '.join(NAMES)}; default all")
    parser.add_argument("--out", type=Path, default=PICTURES, help="folder of the pictures")
    parser.add_argument("--speed", type=float, default=15.0, help="of the demo, times faster than life")
    parser.add_argument("--patience", type=float, default=900.0, help="seconds to wait for the moments")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(NAMES):
        parser.error(f"no such picture: {', '.join(sorted(unknown))}")
    with demo(asked.speed) as port:
        wait_until_begun(port)
        try:
            missing = take_all(port, asked.out, asked.names, asked.patience)
        except WebSocketException as error:
            sys.exit(f"The demo's live channel ended: {error}")
    if missing:
        sys.exit(f"Not taken, because their moment did not come: {', '.join(missing)}.")


if __name__ == "__main__":
    main()
