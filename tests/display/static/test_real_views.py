"""Views as the service makes and words them, on their pages: both sides of the seam at once."""

# The fixtures' types are in conftest, which tests cannot import; scenes read better as tables.
# ruff: noqa: ANN401, E501

from __future__ import annotations

from typing import Any

import pytest

from display import views
from display.render import to_plain

pytestmark = pytest.mark.browser

NAMES = {"zh-Hans": "个人业务", "zh-Hant-TW": "個人業務", "zh-Hant-HK": "個人服務", "en": "Personal"}
RANGE = views.Shown(600, 900)
AT = "2026-11-21T10:00:00+08:00"
STEP = views.StepView(
    "s1", "photocopy", {}, {}, "machine", away=True, started_at=AT, range=views.Shown(120, 240)
)
WINDOW = views.WindowView("3", "3", views.WindowState.SERVING, number="A012", steps=(STEP,), range=RANGE)
SHUT = views.WindowView("4", "4", views.WindowState.CLOSED, reason="back_office", reopens_at=AT)
CALL = views.CallView("c1", "A012", "3", "3", AT, again=False, calling=True, priority=NAMES)
WAIT = views.WaitView("personal", NAMES, 5, 2, RANGE, "history")
NEXT = views.NextTicket("t1", "A013", NAMES, NAMES, 610.0)
VIEWS: dict[str, views.View] = {
    "window": WINDOW,
    "hall": views.HallView(NAMES, (WINDOW, SHUT), (CALL,), (WAIT,), missed=("A001",)),
    "kiosk": views.HallView(NAMES, (WINDOW, SHUT), (CALL,), (WAIT,)),
    "desk": views.DeskView("3", "3", views.WindowState.SERVING, "A012", (STEP,), RANGE),
    "ticket": views.TicketView("A018", NAMES, views.TicketState.WAITING, 4, RANGE, "history"),
    "board": views.BoardView(
        NAMES,
        (views.BoardWindow(WINDOW, "wang", NAMES, AT, RANGE, AT), views.BoardWindow(SHUT, None, {}, None, None, None)),
        (views.BoardTicket("t1", "A013", NAMES, {}, 610.0, None, RANGE, overdue=True),), (WAIT,), 9, 1, 0),
    "teller": views.TellerView(
        WINDOW, None, "t0", NAMES, 1, AT, (NEXT,), 5, (views.StepChoice("photocopy", {}, "machine", None),), (STEP,), ("finish",),
        "service.started", remind=True, recallable=(NEXT,)),
}  # fmt: skip


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant-HK"])
@pytest.mark.parametrize("name", VIEWS)
def test_the_page_draws_it_without_a_hole(lobby: Any, scenes: Any, name: str, language: str) -> None:
    languages = list(dict.fromkeys([language, "en"]))
    page = lobby.open(
        name, scenes.message(to_plain(VIEWS[name], languages)), lang=language, languages=languages
    )
    text = page.locator("#screen").inner_text()
    assert "A01" in text or name == "kiosk"
    for hole in ("undefined", "null", "NaN", "[object", "{"):
        assert hole not in text
