"""From a call to its first sound in a hall's screen, and what a busy minute sounds like.

A service, Debian's Chromium as a kiosk, eight windows, Mandarin and English. The first part times calls on
recordings as short as a click, so that none waits for another; the second plays a minute of calls on the real
recordings and prints the transcript. At the machine's loudspeaker, as far as the browser knows of its delay.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
import urllib.request
import wave
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from installed import ARGUMENTS, CHROMIUM, installed
from playwright.sync_api import Page, sync_playwright

from display.voice import shipped

PLAYS = "--autoplay-policy=no-user-gesture-required"
WINDOWS = tuple(str(number) for number in range(1, 9))
HEAD = """
[branch]
id = "bench"
names = "Bench"
timezone = "Asia/Shanghai"
languages = ["zh-Hans", "en"]

[[business]]
id = "personal"
prefix = "A"
names = "Personal"
minutes = [2, 6, 16]
"""
WINDOW = '\n[[window]]\nid = "{}"\nbusinesses = ["personal"]\n'
MINUTE = ((0, "1", "next"), (2, "4", "next"), (3, "7", "next"), (25, "4", "recall"), (40, "2", "next"))
"""Seconds from the first, window, what its teller presses."""
QUICK = ((0, "1", "next"),)
SIZE = 16
UTTERANCES = 4
"""Of each call: two languages, twice."""


class Hall:
    """The service and its hall's screen."""

    def __init__(self, url: str, page: Page) -> None:
        self._url = url
        self._page = page
        self.said: list[dict[str, Any]] = []
        page.expose_function("heard", self._hear)
        page.add_init_script("document.addEventListener('spoken', ({ detail }) => window.heard(detail))")

    def _hear(self, detail: dict[str, Any]) -> None:
        self.said.append(detail)

    def show(self) -> None:
        """Load the page anew, and have nothing heard."""
        self._page.goto(f"{self._url}/b/bench/hall?voice=on")
        self._page.locator("#sound[data-sound=on]").wait_for(state="attached")
        self._page.wait_for_load_state("networkidle")
        self.said.clear()

    def post(self, path: str, body: Mapping[str, str] | None = None) -> float:
        """Send a command; when (Unix time) it was sent."""
        data = json.dumps(body or {}).encode()
        address = f"{self._url}/api/v1/branches/bench/{path}"
        request = urllib.request.Request(address, data, {"content-type": "application/json"})  # noqa: S310
        began = time.time()
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            answer.read()
        return began

    def wait(self, ends: int) -> None:
        """Until so many utterances have ended."""
        until = time.monotonic() + 60 + 20 * ends
        while sum(each["kind"] == "ends" for each in self.said) < ends:
            if time.monotonic() > until:
                raise SystemExit(f"only heard {self.said}")
            self._page.wait_for_timeout(20)

    def rest(self, seconds: float) -> None:
        """Let the page go on for a while."""
        self._page.wait_for_timeout(max(seconds, 0) * 1000)


@contextmanager
def hall(folder: Path) -> Iterator[Hall]:
    """A service of its own with a screen that has its page."""
    text = HEAD + "".join(map(WINDOW.format, WINDOWS))
    with installed(text, folder) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, PLAYS])
        yield Hall(url, browser.new_page(viewport={"width": 1920, "height": 1080}))
        browser.close()


def clicks(folder: Path) -> None:
    """Recordings of ten milliseconds each, as a bank's own."""
    for name, voice in shipped().items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        for chunk in filter(str.isascii, voice.chunks):
            with wave.open(str(folder / name / f"{chunk}.wav"), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(24_000)
                file.writeframes(b"\0\x20" * 240)


def busy_minute(lobby: Hall, presses: tuple[tuple[float, str, str], ...]) -> list[str]:
    """Press, wait until all has been said, and give the transcript."""
    began = time.time()
    for at, window, press in presses:
        lobby.rest(began + at - time.time())
        lobby.post(f"windows/{window}/{press}")
    lobby.wait(UTTERANCES * len(presses))
    lines = []
    begins = [each for each in lobby.said if each["kind"] == "begins"]
    ends = [each for each in lobby.said if each["kind"] == "ends"]
    for begin, end in zip(begins, ends, strict=True):
        at, lasted = begin["at_ms"] / 1000 - began, (end["at_ms"] - begin["at_ms"]) / 1000
        chunks = " ".join(chunk for chunk, _ in begin["chunks"])
        whole = "" if end["whole"] else "  CUT OFF"
        lines.append(
            f"{at:6.1f} s  {begin['number']} → {begin['label']}  {begin['round']}  "
            f"{begin['language']:7}  {lasted:3.1f} s  {chunks}{whole}"
        )
    return lines


def delays(lobby: Hall, calls: int) -> Iterator[tuple[float, float]]:
    """(to the first sound, to the first word) of calls that wait for none, in milliseconds."""
    for number in range(calls):
        window = WINDOWS[number % len(WINDOWS)]
        lobby.post("tickets", {"business": "personal"})
        if number >= len(WINDOWS):
            lobby.post(f"windows/{window}/no-show")
        lobby.rest(0.2)
        lobby.said.clear()
        sent = lobby.post(f"windows/{window}/next") * 1000
        lobby.wait(UTTERANCES)
        yield lobby.said[0]["at_ms"] - sent, lobby.said[0]["words_at_ms"] - sent


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="rougher figures")
    arguments = parser.parse_args()
    presses = QUICK if arguments.quick else MINUTE
    with tempfile.TemporaryDirectory() as name, hall(Path(name)) as lobby:
        for window in WINDOWS:
            lobby.post(f"windows/{window}/open")
            lobby.post("tickets", {"business": "personal"})
        lobby.show()
        minute = busy_minute(lobby, presses)
        for window in {window for _, window, _ in presses}:
            lobby.post(f"windows/{window}/no-show")
        clicks(Path(name) / "data" / "voice")
        lobby.show()
        measured = list(delays(lobby, SIZE // 4 if arguments.quick else 3 * SIZE))
    print("| call → | median | p99 | longest | target |\n|---|---|---|---|---|")
    for what, values in zip(("first sound", "first word"), zip(*measured, strict=True), strict=True):
        p99 = statistics.quantiles(values, n=100, method="inclusive")[98]
        figures = (statistics.median(values), p99, max(values))
        print(f"| {what} | {' | '.join(f'{figure:.0f} ms' for figure in figures)} | ≤ 500 ms |")
    print(f"\n{len(measured)} calls. A busy minute, as heard:\n\n```")
    print("\n".join(minute))
    print("```")


if __name__ == "__main__":
    main()
