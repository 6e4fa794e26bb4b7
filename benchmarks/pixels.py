"""From a teller's press to the changed picture in Debian's Chromium: a window's page and the hall's.

A press is a POST; its time runs from before it is sent until the page's next frame after the change has been
drawn (a message posted in the frame's callback comes after its painting). Both on this machine, one clock.

    python benchmarks/pixels.py [--quick]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import httpx2
from installed import ARGUMENTS, CHROMIUM, installed
from playwright.sync_api import Page, sync_playwright
from service import BRANCH, branch_text, p

PRESSES, QUICK_PRESSES = 200, 20
PAGES = {"window": ("window/1", "#screen"), "hall": ("hall", "[data-window='1']")}
"""Path, and what carries the window's state."""
WATCH = """where => {
  window.drawn = {};
  new MutationObserver(() => {
    const state = document.querySelector(where)?.dataset.state;
    if (!state || window.drawn.last === state) return;
    window.drawn.last = state;
    requestAnimationFrame(() => {
      const painted = new MessageChannel();
      painted.port1.onmessage = () => { window.drawn[state] = performance.timeOrigin + performance.now(); };
      painted.port2.postMessage(null);
    });
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
}"""


def press(client: httpx2.Client, pages: dict[str, Page], command: str, state: str) -> dict[str, float]:
    """Press, and wait for the pages: the seconds until each had drawn the state."""
    began = time.time()
    client.post(f"/api/v1/branches/{BRANCH}/windows/1/{command}", json={}).raise_for_status()
    took = {}
    for name, page in pages.items():
        drawn_ms = page.wait_for_function("state => window.drawn[state]", arg=state).json_value()
        took[name] = drawn_ms / 1000 - began
    for page in pages.values():
        page.evaluate("state => { delete window.drawn[state]; }", state)
    return took


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few presses")
    presses = QUICK_PRESSES if parser.parse_args().quick else PRESSES
    with tempfile.TemporaryDirectory(prefix="lobbyclock-pixels-") as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with installed(branch_text(), Path(folder)) as base, httpx2.Client(base_url=base) as client:
            pages = {name: browser.new_page() for name in PAGES}
            for name, (path, where) in PAGES.items():
                pages[name].goto(f"{base}/b/{BRANCH}/{path}")
                pages[name].evaluate(WATCH, where)
            press(client, pages, "open", "open")
            took = []
            for _ in range(presses // 2):
                took.append(press(client, pages, "pause", "paused"))
                took.append(press(client, pages, "resume", "open"))
        browser.close()
    print("| press → picture | presses | p50 ms | p99 ms |\n|---|---|---|---|")
    for name in PAGES:
        each = [one[name] for one in took]
        print(f"| {name} | {len(each)} | {p(each, 0.5):.0f} | {p(each, 0.99):.0f} |")


if __name__ == "__main__":
    main()
