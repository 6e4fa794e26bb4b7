"""Every page of a busy branch: it fits, everybody can read it, and it keeps to the service's own files."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Locator, Page, ViewportSize, expect

from .service import Lobby, Service
from .visitor import Visitor

pytestmark = pytest.mark.browser

SIZES: dict[str, ViewportSize] = {
    "tv": {"width": 1280, "height": 720},
    "large": {"width": 1920, "height": 1080},
    "portrait": {"width": 720, "height": 1280},
    "phone": {"width": 390, "height": 844},
}
SCREENS = ("tv", "large", "portrait")
EVERYWHERE = (*SCREENS, "phone")
PAGES: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "index": ("/", (), ("h1",)),
    "hall": (
        "{b}/hall",
        SCREENS,
        ("#calls li", "#missed", "#staffed li", "#shut li", "#waits li", "#notes p"),
    ),
    "window": ("{b}/window/1", SCREENS, ("#state p", "#number", "#lines p")),
    "wrapping up": ("{b}/window/2", SCREENS, ("#state p", "#lines p")),
    "closed": ("{b}/window/4", SCREENS, ("#state p", "#lines p")),
    "strip": ("{b}/strip/1", ("tv", "large"), ("#number", "#state", "#line")),
    "desk": ("{b}/desk/1", SCREENS, ("#state p", "#number", "#lines p", "#steps p")),
    "board": ("{b}/board", (), ("h1", "#waiting", "#advice li")),
    "hours": ("{b}/hours", EVERYWHERE, ("h1", "[data-testid=sentence]")),
    "why": ("{b}/board?ticket={n}", (), ("h1", "#why p", "#why summary")),
    "staffing": ("{b}/staffing", (), ("h1", "[data-testid=grid] tbody tr", "h2 >> nth=0")),
    "promises": ("{b}/promises", (), ("h1", "[data-testid=sentence]", "[data-testid=about] tr")),
    "teller": (
        "{b}/teller/1",
        (),
        ("#number", "#lobby-lines p", "[data-action=finish]", "[data-action=undo]"),
    ),
    "kiosk": ("{b}/kiosk", SCREENS, ("h2:visible", "#businesses button")),
    "ticket": ("{t}", EVERYWHERE, ("#number", "#lines p", "#still")),
    "error": ("{b}/window/99", EVERYWHERE, ("h1", ".detail")),
}
"""Path, the sizes at which the essential parts must be in sight at once, and those parts."""
OFFSIDE = """size => {
  const parts = size.width < 1000 ? [] : document.querySelectorAll('main, main > *');
  return [document.scrollingElement, ...parts].filter((each) => each.scrollWidth > each.clientWidth + 1)
    .map((each) => `${each.tagName}.${each.className}: ${each.scrollWidth} in ${each.clientWidth}`);
}"""
WITHIN = """(parts) => parts.map((part) => [part.outerHTML.slice(0, 80), part.getBoundingClientRect()])
  .filter(([, box]) => box.left < -1 || box.top < -1 || box.right > innerWidth + 1
    || box.bottom > innerHeight + 1 || box.width === 0 || box.height === 0)
  .map(([html]) => html)"""
AXE = {
    "resultTypes": ["violations"],
    "rules": {"color-contrast-enhanced": {"enabled": True}},  # 7:1, as the rules of the screens want it
}


@pytest.fixture(scope="module")
def busy(service: Service) -> dict[str, str]:
    """Every state at once: two steps, a wrap-up, a pause, a closed window, a missed number, a line."""
    lobby = service.lobby("busy")
    for window in ("1", "2", "3"):
        lobby.press(window, "open")
    for _ in range(5):
        taken = lobby.take(language="en")
    lobby.press("1", "next")
    lobby.press("1", "no-show")
    lobby.press("1", "next")
    lobby.press("1", "start", expected_s=1200)
    lobby.press("1", "step", step="cash_counting")
    lobby.press("1", "step", step="photocopy", away=True)
    lobby.press("2", "next")
    lobby.press("2", "start")
    lobby.press("2", "finish", wrap_up="records", expected_s=1200)
    lobby.press("3", "pause", reason="copying", expected_s=600)
    return {"b": lobby.path, "t": taken["url"], "n": taken["ticket"]}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_is_accessible_and_keeps_to_its_origin(
    name: str, busy: dict[str, str], visitor: Visitor
) -> None:
    path, sizes, essential = PAGES[name]
    if name == "error":
        visitor.expected.append("404 (Not Found)")
    page = visitor.open(path.format_map(busy))
    for part in essential:
        expect(page.locator(part).first).to_be_visible()
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        page.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
        assert page.evaluate(OFFSIDE, viewport) == [], size
        if size in sizes:
            hidden = [found for part in essential for found in outside(page.locator(part))]
            assert not hidden, f"{size}: {hidden}"
    for size in ("tv", "phone"):
        page.set_viewport_size(SIZES[size])
        assert violations(page) == [], size


def outside(parts: Locator) -> list[str]:
    """Which of these are not wholly in sight."""
    return list(parts.evaluate_all(WITHIN))


def violations(page: Page) -> list[str]:
    """What axe finds, however slight."""
    found = Axe().run(page, options=AXE).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]
    ]


def test_nothing_but_the_services_own_files_runs_in_a_page(lobby: Lobby, visitor: Visitor) -> None:
    visitor.expected.extend(["Content Security Policy", "violates the following", "elsewhere.invalid"])
    page = visitor.open(f"{lobby.path}/hall")
    refused: list[str] = page.evaluate(
        """async () => {
        const refused = [];
        const note = (event) => refused.push(event.effectiveDirective);
        document.addEventListener('securitypolicyviolation', note);
        const script = document.createElement('script');
        script.textContent = 'window.intruded = true';
        document.body.append(script);
        const picture = document.createElement('img');
        picture.src = 'http://elsewhere.invalid/pixel.png';
        document.body.append(picture);
        await fetch('http://elsewhere.invalid/').catch(() => null);
        await new Promise((resolve) => setTimeout(resolve, 0));
        return refused;
      }"""
    )
    assert sorted(refused) == ["connect-src", "img-src", "script-src-elem"]
    assert page.evaluate("window.intruded") is None


def test_wrong_addresses_say_what_there_is(lobby: Lobby, visitor: Visitor) -> None:
    visitor.expected.append("404 (Not Found)")
    for path, known in (
        ("/b/nowhere/hall", f"{lobby.path}/hall"),
        (f"{lobby.path}/window/99", f"{lobby.path}/window/3"),
        (f"{lobby.path}/teller/99", f"{lobby.path}/teller/3"),
        ("/t/not-a-ticket", "/"),
        ("/nothing/here", "/"),
    ):
        page = visitor.open(path)
        expect(page.locator("[data-testid=error][data-status='404']")).to_be_visible()
        page.locator(f"a[href='{known}']").first.click()
        expect(page.locator("[data-testid=error]")).to_have_count(0)
        page.close()
    page = visitor.open("/")
    section = page.locator(f"[data-branch={lobby.path.removeprefix('/b/')}]")
    section.get_by_role("link", name="Kiosk").click()
    expect(page.get_by_test_id("start")).to_be_visible()
