"""Whether people can read the pages: contrast of 7:1 and names for everything that can be pressed."""

# The fixtures' types are in conftest, which tests cannot import; scenes read better as tables.
# ruff: noqa: ANN401, E501

from __future__ import annotations

import itertools
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

pytestmark = pytest.mark.browser

RULES = [
    "color-contrast-enhanced",
    "button-name",
    "label",
    "html-has-lang",
    "valid-lang",
    "document-title",
    "aria-allowed-attr",
    "aria-required-attr",
    "aria-valid-attr-value",
    "duplicate-id-aria",
    "image-alt",
    "svg-img-alt",
    "list",
    "th-has-data-cells",
    "scrollable-region-focusable",
]
OPTIONS = {"runOnly": {"type": "rule", "values": RULES}}
WORK = ("teller", "kiosk", "ticket", "board", "index", "error")
STATES: list[dict[str, Any]] = [
    {"state": "serving", "overdue": True},
    {"state": "calling"},
    {"state": "closed", "number": None},
    {"state": "closed", "number": None, "reason": "fault"},
    {"state": "open", "number": None},
    {"state": "open", "number": None, "unattended": True},
    {"state": "wrapping_up", "number": None},
    {"state": "paused", "number": None},
    {"state": "serving", "out_of_touch": True, "number": None},
]


def faults(page: Any) -> list[str]:
    page.emulate_media(reduced_motion="reduce")
    page.clock.resume()  # axe waits by it
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:150]} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


def test_every_state_of_a_window_can_be_read(lobby: Any, scenes: Any) -> None:
    page = lobby.open("window", scenes.message(scenes.window()))
    lobby.joined()
    for seq, state in enumerate(STATES, start=2):
        lobby.send(scenes.message(scenes.window(**state), seq=seq))
        page.locator(f"#screen[data-state={state['state']}]").wait_for()
        assert faults(page) == [], state


@pytest.mark.parametrize(
    ("name", "scheme"),
    [("hall", "dark"), ("desk", "dark"), *itertools.product(WORK, ("light", "dark"))],
)
def test_every_page_can_be_read(lobby: Any, scenes: Any, name: str, scheme: str) -> None:
    page = lobby.page
    page.emulate_media(color_scheme=scheme)
    windows = [scenes.window(**{"label": str(n), **state}) for n, state in enumerate(STATES)]
    step = {"step_id": "s", "step": "photocopy", "names": {"en": "Photocopy"}, "resource": "machine", "away": False,
            "started_at": "2026-11-21T09:59:00+08:00", "text": {"en": "about 2–3 min"}}  # fmt: skip
    hall = scenes.hall(windows, [scenes.call(), scenes.call("c2", "B001", calling=False)], missed=["A003"])
    views = {
        "hall": hall,
        "kiosk": hall,
        "desk": scenes.window(steps=[step]),
        "teller": scenes.teller(remind=True, running=[step]),
        "ticket": scenes.ticket(state="called", label="3"),
        "board": {"windows": [{"view": each, "business": {}} for each in windows], "tickets": [], "waits": [scenes.wait()],
                  "served": 1, "abandoned": 0, "no_shows": 0, "silent": ["feed"]},
    }  # fmt: skip
    first = scenes.message(views[name]) if name in views else None
    lobby.open(name, first, lang="en", branches=[scenes.branch], status=404, title="No such window", detail="…",
               known=[{"text": "Window 1", "href": "/b/main/window/1"}], speed=20)  # fmt: skip
    assert faults(page) == []
