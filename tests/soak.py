"""Leave the lobby's pages open through a branch's day, and look whether they grow.

``python tests/soak.py --minutes 24``: a demo at sixty times the speed of life, so a day and a night's worth
of views in 24 minutes, watched by Debian's Chromium on every live page. What a page holds is counted after
its collector has run. Every page must be in touch at every look, and none may have had an error.
"""

from __future__ import annotations

import argparse
import contextlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
SPEED = 60
START_S = 300.0
LOOKS = 24
BACK_S = 60
MOST_GROWTH = 0.10
PAGES = ("hall", "window/1", "window/2", "desk/1", "teller/1", "kiosk", "board")
COUNT_CHANGES = """() => {
  window.changes = 0;
  new MutationObserver(() => { window.changes += 1; }).observe(document.body,
    { subtree: true, childList: true, characterData: true, attributes: true });
}"""


@dataclass(slots=True)
class Held:
    """What a page held at each look, and how often it had changed by the last."""

    page: str
    heap_bytes: list[float] = field(default_factory=list)
    nodes: list[float] = field(default_factory=list)
    listeners: list[float] = field(default_factory=list)
    changes: int = 0

    def look(self, page: Page) -> None:
        """Collect, and count. Errors: ``AssertionError`` where the page is out of touch, and stays so."""
        body = page.locator("body")
        for _ in range(BACK_S):
            if body.get_attribute("data-live") == "ok":
                break
            page.wait_for_timeout(1000)  # the machine may have stood still for longer than screens believe it
        health = body.get_attribute("data-live")
        assert health == "ok", f"{self.page} is {health}"
        session = page.context.new_cdp_session(page)
        session.send("HeapProfiler.collectGarbage")
        self.heap_bytes.append(session.send("Runtime.getHeapUsage")["usedSize"])
        counters = session.send("Memory.getDOMCounters")
        self.nodes.append(counters["nodes"])
        self.listeners.append(counters["jsEventListeners"])
        session.detach()
        self.changes = page.evaluate("window.changes")

    def heap_growth(self) -> float:
        """By which part it grew from the second quarter of the looks to the last, in the median."""
        early, late = early_and_late(self.heap_bytes)
        return late / early - 1


def early_and_late(looks: list[float]) -> tuple[float, float]:
    """The medians of the second quarter (the first warms up) and of the last."""
    quarter = max(len(looks) // 4, 1)
    return statistics.median(looks[quarter : 2 * quarter]), statistics.median(looks[-quarter:])


def soak(browser: Browser, minutes: float) -> list[Held]:
    """Watch a demo for so long. Errors: ``AssertionError``, naming the page and what it did."""
    faults: list[str] = []
    with demo() as base, contextlib.closing(browser.new_context()) as context:
        context.on("weberror", lambda error: faults.append(str(error.error)))
        context.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        [branch] = httpx2.get(f"{base}/healthz").json()
        pages = [context.new_page() for _ in PAGES]
        for name, page in zip(PAGES, pages, strict=True):
            page.goto(f"{base}/b/{branch}/{name}")
            page.evaluate(COUNT_CHANGES)
        found = [Held(name) for name in PAGES]
        began = time.monotonic()
        for number in range(1, LOOKS + 1):
            left_s = began + number * minutes * 60 / LOOKS - time.monotonic()
            pages[0].wait_for_timeout(1000 * max(left_s, 0))
            for held, page in zip(found, pages, strict=True):
                held.look(page)
        assert not faults, faults
    return found


@contextlib.contextmanager
def demo() -> Iterator[str]:
    """The address of a running demo, which must not fail either."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    lobbyclock = Path(sys.executable).with_name("lobbyclock")
    base = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [lobbyclock, "demo", "--speed", str(SPEED), "--port", str(port)], stdout=log, stderr=log
        )
        try:
            _wait_for(base, process)
            yield base
        finally:
            process.terminate()
            process.wait(timeout=30)
        log.seek(0)
        said = log.read().decode()
    assert "Traceback" not in said, said


def _wait_for(base: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(httpx2.TransportError):
            if httpx2.get(f"{base}/healthz").status_code == 200:
                return
        time.sleep(0.2)
    raise AssertionError("the demo did not start")


def table(found: list[Held]) -> Iterator[str]:
    """A line for each page."""
    yield "| page | changes | heap kB, early → late | nodes | listeners |\n|---|---|---|---|---|"
    for held in found:
        looks = ([one / 1000 for one in held.heap_bytes], held.nodes, held.listeners)
        shown = (" → ".join(f"{one:,.0f}" for one in early_and_late(each)) for each in looks)
        yield f"| {held.page} | {held.changes:,} | {' | '.join(shown)} |"


def main() -> None:
    """Run it and print what each page held; exit with 1 where one grew too much."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=24.0)
    asked = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        found = soak(browser, asked.minutes)
        browser.close()
    print("\n".join(table(found)))  # noqa: T201
    if grown := [held.page for held in found if held.heap_growth() >= MOST_GROWTH]:
        sys.exit(f"grew by {MOST_GROWTH:.0%} or more: {', '.join(grown)}")


if __name__ == "__main__":
    main()
