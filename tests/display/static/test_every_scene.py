"""Every page in every state that it can be in: nothing overlaps, nothing hides, everybody can read it."""

# The fixtures' types are in conftest, which tests cannot import.
# ruff: noqa: ANN401

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

pytestmark = pytest.mark.browser

PATH = Path(__file__).parents[3] / "docs" / "scenes.py"
SIZES = {
    "tv": (1280, 720),
    "4K": (3840, 2160),
    "upright": (1080, 1920),
    "phone": (390, 844),
    "tiny": (320, 568),
    "strip": (1280, 240),
    "flat": (1920, 160),
}
HANGING = ("tv", "upright", "tiny")
MADE_FOR = {**dict.fromkeys(("hall", "window", "desk", "kiosk"), HANGING), "strip": ("strip", "flat", "tv")}
ELSEWHERE = ("tv", "tiny")
IN_THE_HAND = {"phone", "tiny"}
OPTIONS = {"resultTypes": ["violations"], "rules": {"color-contrast-enhanced": {"enabled": True}}}
HIDDEN = """(isFixed) => {
  const over = (each, down) => each.scrollWidth > each.clientWidth + 1 || (down && each.scrollHeight > each.clientHeight + 1);
  const name = (each) => `${each.tagName}.${each.className || each.id}: ${each.scrollWidth}×${each.scrollHeight} in ${each.clientWidth}×${each.clientHeight}`;
  const found = over(document.scrollingElement, isFixed) ? [name(document.scrollingElement)] : [];
  const areas = document.querySelectorAll('[data-fit], .hall-notice, .above, .desk, .strip, .face, .card, .step, .call');
  return [...found, ...[...areas].filter((each) => !each.hidden && over(each, true)).map(name)];
}"""  # noqa: E501
"""What does not fit where it stands; on a screen that hangs (``isFixed``), the page itself as well."""


def load() -> Any:
    sys.path.insert(0, str(PATH.parent))  # its parts lie beside it
    spec = importlib.util.spec_from_file_location("scenes", PATH)
    assert spec
    assert spec.loader
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MADE = load()
ALL = list(MADE.scenes())
FIXED = {"hall", "window", "desk", "strip", "kiosk"}


def shown(lobby: Any, scene: Any, lang: str) -> Any:
    lobby.html = scene.html(MADE.SETS[lang], lang)
    lobby.says = scene.answers
    lobby.page.goto(f"http://lobby.test/{scene.page}")
    for part in scene.press:
        lobby.page.locator(part).click()
    if scene.late:
        lobby.page.clock.run_for(1000 * scene.late)
    return lobby.page


def hidden(page: Any, fixed: bool) -> Any:
    """What is hidden once the page has taken note of its size: the clock of these pages stands still."""
    found = None
    for _ in range(40):
        found = page.evaluate(HIDDEN, fixed)
        if not found:
            break
        page.wait_for_timeout(25)
    return found


@pytest.mark.parametrize("page_name", sorted({scene.page for scene in ALL}))
def test_every_state_fits_every_screen_and_everybody_can_read_it(lobby: Any, page_name: str) -> None:
    """Each state in one of the languages by turns; ``make screenshots`` goes through all of them."""
    lobby.page.emulate_media(reduced_motion="reduce")
    for turn, scene in enumerate(one for one in ALL if one.page == page_name):
        lang = list(MADE.SETS)[turn % len(MADE.SETS)]
        where = (scene.page, scene.state, lang)
        page = shown(lobby, scene, lang)
        for size in (*MADE_FOR.get(scene.page, ELSEWHERE), *(("4K", "phone") if turn == 0 else ())):
            width, height = SIZES[size]
            page.set_viewport_size({"width": width, "height": height})
            assert hidden(page, scene.page in FIXED and size not in IN_THE_HAND) == [], (*where, size)
        page.set_viewport_size({"width": 1280, "height": 720})
        page.clock.resume()  # axe waits by it
        found = Axe().run(page, options=OPTIONS).response["violations"]
        faults = [
            f"{one['id']}: {node['target']} {node['failureSummary']}"
            for one in found
            for node in one["nodes"]
        ]
        assert not faults, where
        lobby.stand()


def test_every_language_has_its_own_scenes() -> None:
    for scene in ALL:
        for lang, languages in MADE.SETS.items():
            assert f'lang="{lang}"' in scene.html(languages, lang)
