"""Every page in every state that it can be in: nothing overlaps, nothing hides, everybody can read it."""

# The fixtures' types are in conftest, which tests cannot import.
# ruff: noqa: ANN401

from __future__ import annotations

import importlib.util
import re
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
DARK = {"hall", "window", "desk", "strip"}
"""Screens that are dark by day as well."""
FIXED = DARK | {"kiosk"}


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


def readings(page_name: str) -> list[tuple[Any, str, str]]:
    """Each state of a page once, in languages and by day and night by turns; each of those at least once.

    All of them in all languages, by day and by night, are 952 readings, which is a matter of minutes.
    """
    own = [one for one in ALL if one.page == page_name]
    langs, schemes = list(MADE.SETS), ("light",) if page_name in DARK else ("light", "dark")
    made = [
        (one, langs[turn % len(langs)], schemes[turn // len(langs) % len(schemes)])
        for turn, one in enumerate(own)
    ]
    made += [(own[0], lang, "light") for lang in langs if lang not in {each[1] for each in made}]
    return made + [
        (own[0], langs[0], scheme) for scheme in schemes if scheme not in {each[2] for each in made}
    ]


@pytest.mark.parametrize("page_name", sorted({scene.page for scene in ALL}))
def test_every_state_fits_every_screen_and_everybody_can_read_it(lobby: Any, page_name: str) -> None:
    """``make screenshots`` goes through all states in all languages."""
    for turn, (scene, lang, scheme) in enumerate(readings(page_name)):
        lobby.page.emulate_media(reduced_motion="reduce", color_scheme=scheme)
        where = (scene.page, scene.state, lang, scheme)
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


def test_every_page_is_read_in_every_language_and_in_every_state() -> None:
    for page_name in {scene.page for scene in ALL}:
        read = readings(page_name)
        assert {scene.state for scene, _, _ in read} == {one.state for one in ALL if one.page == page_name}
        assert {lang for _, lang, _ in read} == set(MADE.SETS)
        assert page_name in DARK or {scheme for _, _, scheme in read} == {"light", "dark"}


LIVE = {"teller": ".customer, .lobby, .queue"}
"""What of a page is about now; a teller's keys have minutes on them."""


@pytest.mark.parametrize(
    "scene", [one for one in ALL if one.state == "silent 90 s"], ids=lambda one: one.page
)
def test_after_ninety_seconds_no_minute_is_left(lobby: Any, scene: Any) -> None:
    page = shown(lobby, scene, "zh-Hans")
    page.locator("body[data-live=withdrawn]").wait_for()
    said = " ".join(page.locator(LIVE.get(scene.page, "#screen")).all_inner_texts())
    assert not re.findall(r"\d+ ?(?:min|分钟)", said)


def test_every_language_has_its_own_scenes() -> None:
    for scene in ALL:
        for lang, languages in MADE.SETS.items():
            assert f'lang="{lang}"' in scene.html(languages, lang)
