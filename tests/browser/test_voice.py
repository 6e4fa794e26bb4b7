"""A room's speaker in a real browser: every call twice, one at a time, whole, and never again."""

from __future__ import annotations

import signal
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from display import voice
from display.voice import spoken

from .conftest import ARGUMENTS, CHROMIUM, running
from .service import Service, branch_text
from .test_every_page import violations
from .visitor import AWAY, PATIENCE_MS, Visitor

pytestmark = pytest.mark.browser

LANGUAGES = ("zh-Hans", "en")
PLAN = """
[voice]
volume = [{ from = "00:00", level = 0.5 }]

[voice.room.savings]
windows = ["4"]
"""
KIOSK = "--autoplay-policy=no-user-gesture-required"
NOT_ALLOWED = "AudioContext was not allowed to start"
"""What Chromium itself says on the console where it wants to be touched first."""

CAUGHT = """
window.AudioContext = class extends AudioContext {
  constructor(...given) { super(...given); window.context = this; }
};
"""


@pytest.fixture(scope="module")
def kiosk(browser: Browser) -> Iterator[Browser]:
    """A browser that may play by itself, as that of a hall's screen does."""
    started = browser.browser_type.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, KIOSK])
    yield started
    started.close()


@pytest.fixture(scope="module")
def talking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose bank has recordings of its own: hardly longer than a click, so a minute is short."""
    branches = {name: branch_text(name) + PLAN for name in ("main", "touch", "broken", "rooms", "silent")}
    service = Service(tmp_path_factory.mktemp("talking"), branches)
    folder = service.data / "voice"
    for name, shipped in voice.shipped().items():
        for chunk in filter(str.isascii, shipped.chunks):
            click(folder / name / f"{chunk.lower()}.wav")
    click(folder / "chime.wav")
    (folder / "en" / "4.wav").write_bytes(b"not a sound")
    yield from running(service)


def click(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(24_000)
        file.writeframes(b"\0\x20" * 240)


TAKEN_AWAY = """(() => {
  let begun = 0;
  document.addEventListener('spoken', ({ detail }) => {
    if (detail.kind === 'begins' && ++begun === 2) context.suspend();
  });
})()"""
"""The browser stops the sound as the second utterance begins."""


class Listener:
    """What a speaker says of what it does, over all loads of its page."""

    def __init__(self, visitor: Visitor, path: str, **options: Any) -> None:  # noqa: ANN401
        self.heard: list[dict[str, Any]] = []
        context = visitor.context(**options)
        context.expose_function("heard", self._hear)
        context.add_init_script("document.addEventListener('spoken', ({ detail }) => window.heard(detail))")
        context.add_init_script(CAUGHT)
        self.page = visitor.open(path, context=context)

    def _hear(self, detail: dict[str, Any]) -> None:
        self.heard.append(detail)

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [each for each in self.heard if each["kind"] == kind]

    def wait(self, test: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while not test():
            assert time.monotonic() < deadline, self.heard
            self.page.wait_for_timeout(50)

    def wait_for(self, calls: int) -> None:
        """Until so many calls have been spoken to their end."""
        self.wait(lambda: len(self.of("ends")) >= calls * 2 * len(LANGUAGES))

    def transcript(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """Number, language and chunks of each utterance; each ended, whole, before the next one began."""
        said = [each for each in self.heard if each["kind"] in {"begins", "ends"}]
        for begin, end in zip(said[::2], said[1::2], strict=True):
            assert (begin["kind"], end["kind"], end["whole"]) == ("begins", "ends", True)
            assert [begin[key] for key in ("call", "round", "language")] == [
                end[key] for key in ("call", "round", "language")
            ]
        return [
            (each["number"], each["language"], tuple(chunk for chunk, _ in each["chunks"]))
            for each in said[::2]
        ]


def twice(*calls: tuple[str, str]) -> list[tuple[str, str, tuple[str, ...]]]:
    """What is to be heard of calls, number and window each."""
    own = voice.shipped()
    return [
        (number, language, chunks)
        for number, window in calls
        for _ in range(2)
        for language, chunks in spoken(own, LANGUAGES, number, window).items()
    ]


def hall_of(page: Page) -> None:
    expect(page.locator("#sound[data-sound=on]")).to_be_attached()
    expect(page.locator("body[data-live=ok]")).to_be_visible()
    page.wait_for_load_state("networkidle")  # all recordings are there


def test_a_busy_minute_is_spoken_twice_each_and_never_again(talking: Service, kiosk: Browser) -> None:
    lobby = talking.lobby("main")
    visitor = Visitor(kiosk, talking.url)
    visitor.expected.extend(AWAY)
    for window in ("1", "2"):
        lobby.press(window, "open")
    lobby.press("3", "open")
    for business in ("personal",) * 3 + ("company",):
        lobby.take(business)
    listener = Listener(visitor, f"{lobby.path}/hall?voice=on")
    page = listener.page
    hall_of(page)

    for window in ("1", "3", "2"):  # all at once: they stand in line
        lobby.press(window, "next")
    listener.wait(lambda: len(listener.of("begins")) > 0)
    lobby.press("1", "recall")
    listener.wait_for(1)
    talking.signal(signal.SIGKILL)  # the others are spoken all the same
    listener.wait(lambda: any(each["number"] == "A002" for each in listener.of("begins")))
    talking.start()
    hall_of(page)
    listener.wait_for(4)
    lobby.press("2", "recall")
    listener.wait_for(5)
    page.reload()
    hall_of(page)
    lobby.press("1", "no-show")
    lobby.press("1", "next")
    expect(page.locator("#calls li[data-number=A003]")).to_be_visible()
    listener.wait_for(6)
    assert listener.transcript() == twice(
        ("A001", "1"), ("B001", "3"), ("A002", "2"), ("A001", "1"), ("A002", "2"), ("A003", "1")
    )
    assert {each["level"] for each in listener.of("begins")} == {0.5}
    assert not listener.of("passed")
    assert not listener.of("failed")
    visitor.leave()


def test_a_screen_that_may_not_play_says_so_until_it_is_touched(talking: Service, browser: Browser) -> None:
    lobby = talking.lobby("touch")
    visitor = Visitor(browser, talking.url)
    visitor.expected.append(NOT_ALLOWED)
    lobby.press("1", "open")
    lobby.take()
    listener = Listener(visitor, f"{lobby.path}/hall?voice=on&lang=zh-Hans", stands=True)
    page = listener.page
    page.clock.run_for(1_000)  # a browser that lets it play does so by then
    sign = page.get_by_test_id("sound")
    expect(sign).to_contain_text("本屏声音未开启，暂不播报叫号")
    expect(sign).to_contain_text("Calls are not spoken: the sound of this screen is off")
    lobby.press("1", "next")
    expect(page.locator("#calls li[data-number=A001]")).to_be_visible()
    assert not listener.of("begins")
    page.evaluate(TAKEN_AWAY)  # in the middle; it goes on where it was
    page.get_by_role("button", name="开启声音").click()
    listener.wait(lambda: len(listener.of("begins")) == 2)
    expect(sign).to_be_visible()
    assert len(listener.of("ends")) < 4
    page.get_by_role("button", name="开启声音").click()
    listener.wait_for(1)
    assert listener.transcript() == twice(("A001", "1"))
    again = visitor.open(f"{lobby.path}/hall?voice=on&lang=zh-Hans", context=visitor.context())
    expect(again.get_by_test_id("sound")).to_be_visible()
    assert violations(again) == []
    visitor.leave()


def test_a_broken_recording_is_left_out_and_told_once(talking: Service, kiosk: Browser) -> None:
    lobby = talking.lobby("broken")
    visitor = Visitor(kiosk, talking.url)
    lobby.press("3", "open")
    for _ in range(4):
        lobby.take("company")
    for _ in range(3):
        lobby.press("3", "next")
        lobby.press("3", "no-show")
    listener = Listener(visitor, f"{lobby.path}/hall?voice=on", stands=True)
    hall_of(listener.page)
    lobby.press("3", "next")
    listener.wait_for(1)
    said = twice(("B004", "3"))
    assert listener.transcript() == [
        (number, language, tuple(one for one in chunks if (language, one) != ("en", "4")))
        for number, language, chunks in said
    ]
    assert [(each["language"], each["chunk"]) for each in listener.of("missing")] == [("en", "4")]
    visitor.leave()


def test_a_room_hears_its_own_windows_only(talking: Service, kiosk: Browser) -> None:
    lobby = talking.lobby("rooms")
    visitor = Visitor(kiosk, talking.url)
    listener = Listener(visitor, f"{lobby.path}/hall?voice=on&room=savings", stands=True)
    hall_of(listener.page)
    lobby.press("1", "open")
    lobby.take()
    lobby.press("1", "next")
    with lobby.beating("machine"):
        lobby.report("machine", "window.opened", window="4")
        lobby.report("machine", "ticket.issued", ticket="m1", number="D-12", business="deposits")
        lobby.report("machine", "ticket.called", ticket="m1", window="4")
        listener.wait_for(1)
    assert [number for number, *_ in listener.transcript()] == ["D-12"] * 4
    visitor.expected.append("404 (Not Found)")
    visitor.go(listener.page, f"{lobby.path}/hall?voice=on&room=cellar")
    expect(listener.page.locator("[data-testid=error][data-status='404']")).to_contain_text("savings")
    visitor.leave()


def test_a_hall_that_is_no_speaker_is_silent(talking: Service, kiosk: Browser) -> None:
    lobby = talking.lobby("silent")
    visitor = Visitor(kiosk, talking.url)
    listener = Listener(visitor, f"{lobby.path}/hall")
    lobby.press("1", "open")
    lobby.take()
    lobby.press("1", "next")
    expect(listener.page.locator("#calls li[data-number=A001]")).to_be_visible()
    expect(listener.page.get_by_test_id("sound")).to_have_count(0)
    assert listener.heard == []
    visitor.leave()


def test_chromium_can_play_every_recording(talking: Service, kiosk: Browser) -> None:
    visitor = Visitor(kiosk, talking.url)
    page = visitor.open("/")
    addresses = sorted({file for one in voice.shipped().values() for file in one.chunks.values()})
    addresses.append(f"/static/voice/{voice.CHIME}")
    seconds: dict[str, float] = page.evaluate(
        """async (addresses) => {
        const context = new OfflineAudioContext(1, 1, 24000);
        const bytes = async (address) => (await fetch(address)).arrayBuffer();
        const length = async (one) => [one, (await context.decodeAudioData(await bytes(one))).duration];
        return Object.fromEntries(await Promise.all(addresses.map(length)));
      }""",
        addresses,
    )
    assert len(seconds) == len(addresses) > 300
    assert {address: length for address, length in seconds.items() if not 0.15 < length < 2.2} == {}
    visitor.leave()
