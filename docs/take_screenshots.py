"""Takes a picture of the lobby's pages in every state, language and size: ``make screenshots``.

Pages that are light or dark as their reader likes are taken light at every size, and dark at the first of
them: colours do not depend on the size. The lobby's screens are always dark. No service is needed: the scenes
are drawn by the pages themselves, in a real Chromium. ``index.html`` beside the pictures shows them all.
"""

from __future__ import annotations

import argparse
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import segno
from playwright.sync_api import Page, Request, Route, ViewportSize, sync_playwright
from scenes import SETS, Scene, scenes

from display import pages

CHROMIUM = "/usr/bin/chromium"
MUTE = "Object.defineProperty(AudioContext.prototype, 'state', { get: () => 'suspended' })"
"""As a browser that nobody has touched or set up: a hall's speaker says that it cannot be heard."""
ORIGIN = "http://lobby.test"
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
SIZES: dict[str, ViewportSize] = {
    "720p": {"width": 1280, "height": 720},
    "1080p": {"width": 1920, "height": 1080},
    "4K": {"width": 3840, "height": 2160},
    "upright": {"width": 1080, "height": 1920},
    "phone": {"width": 390, "height": 844},
    "tiny": {"width": 320, "height": 568},
    "tablet": {"width": 1024, "height": 768},
    "strip": {"width": 1280, "height": 240},
    "flat": {"width": 1920, "height": 160},
}
ON_A_PHONE = ("phone", "tiny")
SCREENS = ("720p", "1080p", "4K", "upright", "tiny")
AT: dict[str, Sequence[str]] = {
    **dict.fromkeys(("window", "desk", "hall", "kiosk"), SCREENS),
    "strip": ("strip", "flat", "720p"),
    **dict.fromkeys(
        ("teller", "board", "staffing", "study", "promises"), ("720p", "1080p", "tablet", "tiny")
    ),
    **dict.fromkeys(("study_running", "index", "error"), ("720p", "tiny")),
    "hours": ("720p", *ON_A_PHONE),
    **dict.fromkeys(("ticket", "link"), ON_A_PHONE),
}
"""The sizes that each page is made for, and one that is far too small."""
LIGHT, DARK = "light", "dark"
SCHEMES = (LIGHT, DARK)
IN_BOTH = frozenset(AT) - {"window", "desk", "hall", "strip"}
"""Pages that are light or dark as their reader likes."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One scene, in one language, at one size."""

    scene: Scene
    lang: str
    size: str
    scheme: str = LIGHT

    @property
    def name(self) -> str:
        """Where it lies."""
        dark = ".dark" if self.scheme == DARK else ""
        return f"{self.scene.page}/{self.scene.state.replace(' ', '-')}.{self.lang}.{self.size}{dark}.png"


class Studio:
    """One browser page that is shown scene after scene."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.html = ""
        self.answers: Mapping[str, tuple[int, Any]] = {}
        self.faults: list[str] = []
        page.add_init_script(MUTE)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.route(re.compile(".*"), self._serve)
        page.route_web_socket(re.compile(".*/live"), lambda _socket: None)

    def show(self, scene: Scene, languages: Sequence[str], lang: str) -> None:
        """Draw a scene; one that has heard nothing for a while has aged by so much."""
        self.html = scene.html(languages, lang)
        self.answers = scene.answers
        self.page.goto(f"{ORIGIN}/{scene.page}")
        self.page.evaluate("document.fonts.ready")
        for part in scene.press:
            self.page.locator(part).click()
        if scene.late:
            self.page.clock.run_for(1000 * scene.late)

    def shoot(self, picture: Picture, out: Path) -> None:
        """Take what is shown, on a screen of the picture's size."""
        self.page.emulate_media(color_scheme="dark" if picture.scheme == DARK else "light")
        self.page.set_viewport_size(SIZES[picture.size])
        self.page.wait_for_timeout(80)  # until the page has taken note
        path = out / picture.name
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path, animations="disabled")

    def _serve(self, route: Route, request: Request) -> None:
        path = re.sub(r"^https?://[^/]+", "", request.url).split("?")[0]
        answer = next((self.answers[end] for end in self.answers if path.endswith(end)), None)
        if answer and request.resource_type != "document":
            route.fulfill(status=answer[0], json=answer[1])
        elif path.startswith("/static/"):
            file = pages.STATIC / path.removeprefix("/static/")
            route.fulfill(
                body=file.read_bytes(), content_type=KINDS.get(file.suffix, "application/octet-stream")
            )
        elif path.endswith("/qr.svg"):
            code = io.BytesIO()
            segno.make(ORIGIN + path, micro=False).save(code, kind="svg", scale=8, border=2)
            route.fulfill(body=code.getvalue(), content_type=KINDS[".svg"])
        elif path.startswith("/api/") or path.endswith(".svg"):
            route.fulfill(status=204)
        else:
            route.fulfill(body=self.html, content_type="text/html; charset=utf-8")


def pictures(scene: Scene, lang: str, sizes: Sequence[str], schemes: Sequence[str]) -> Iterator[Picture]:
    """Which pictures a scene is taken in: by size, and the first of them by night."""
    wanted = [size for size in AT[scene.page] if size in sizes]
    if LIGHT in schemes or scene.page not in IN_BOTH:
        yield from (Picture(scene, lang, size) for size in wanted)
    if DARK in schemes and scene.page in IN_BOTH:
        yield from (Picture(scene, lang, size, DARK) for size in wanted[:1])


def take(
    studio: Studio, wanted: Iterable[Scene], languages: Sequence[str], sizes: Sequence[str],
    schemes: Sequence[str], out: Path,
) -> list[Picture]:  # fmt: skip
    """Take the pictures into ``out``; which were taken."""
    taken = []
    for scene in wanted:
        for lang in languages:
            due = list(pictures(scene, lang, sizes, schemes))
            if due:
                studio.show(scene, SETS[lang], lang)
            for picture in due:
                studio.shoot(picture, out)
            taken.extend(due)
        print(f"  {scene.page}: {scene.state}", flush=True)
    return taken


def contact_sheet(taken: Sequence[Picture]) -> str:
    """All pictures at a glance, a row for each state."""
    rows: dict[tuple[str, str], list[str]] = {}
    for picture in taken:
        name = escape(picture.name)
        said = " ".join([picture.lang, picture.size, *([DARK] if picture.scheme == DARK else [])])
        figure = f'<a href="{name}"><img src="{name}" loading="lazy" alt=""><br>{said}</a>'
        rows.setdefault((picture.scene.page, picture.scene.state), []).append(figure)
    body = "".join(
        f"<h2>{escape(page)}: {escape(state)}</h2><div>{''.join(all_)}</div>"
        for (page, state), all_ in rows.items()
    )
    style = (
        "body{font:14px sans-serif;background:#888}div{display:flex;flex-wrap:wrap;gap:8px}"
        "img{height:180px}a{color:#000}"
    )
    return f'<!doctype html><meta charset="utf-8"><title>Every page</title><style>{style}</style>{body}'


def main() -> None:
    """Take what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("build/screenshots"))
    parser.add_argument("--pages", nargs="*", default=list(AT))
    parser.add_argument("--states", default="", help="only states that contain this")
    parser.add_argument("--languages", nargs="*", default=list(SETS), choices=list(SETS))
    parser.add_argument("--sizes", nargs="*", default=list(SIZES), choices=list(SIZES))
    parser.add_argument(
        "--schemes", nargs="*", default=list(SCHEMES), choices=list(SCHEMES),
        help="of pages that are light or dark as the reader likes",
    )  # fmt: skip
    asked = parser.parse_args()
    wanted = [one for one in scenes() if one.page in asked.pages and asked.states in one.state]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        )
        page = browser.new_context(reduced_motion="reduce").new_page()
        page.clock.install()
        studio = Studio(page)
        taken = take(studio, wanted, asked.languages, asked.sizes, asked.schemes, asked.out)
        browser.close()
    (asked.out / "index.html").write_text(contact_sheet(taken), "utf-8")
    print(f"{len(taken)} pictures; {asked.out / 'index.html'} shows them all")
    if studio.faults:
        raise SystemExit("\n".join(studio.faults))


if __name__ == "__main__":
    main()
