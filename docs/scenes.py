"""Every page in every state that it can be in: what ``make screenshots`` draws.

The views are made by hand and worded by ``display``, as the service's are. A scene is drawn without a service.
"""

# Scenes read better as tables.
# ruff: noqa: ANN401, E501

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from scene_reports import hours_of, running_of, staffing_of, study_of, told_of
from scene_views import (
    AT_REST,
    BRANCHES,
    HALL,
    HARD,
    HARD_WAITS,
    HARD_WINDOWS,
    IN_SERVICE,
    LATER,
    LONG,
    LONGER,
    MIDDLING,
    MISSED,
    NOBODY,
    NOTICES,
    NOW,
    PERSONAL,
    SHORT,
    USUAL,
    WAITS,
    WINDOWS,
    board,
    choices,
    desk,
    next_ticket,
    step,
    teller,
    text,
    ticket,
)

from display import pages, views
from display.hours import later_line
from display.render import to_plain
from display.speech import voice
from display.views import Shown

SETS: Mapping[str, tuple[str, ...]] = {
    "zh-Hans": ("zh-Hans", "en"),
    "zh-Hant-TW": ("zh-Hant-TW", "en"),
    "zh-Hant-HK": ("zh-Hant-HK", "en"),
    "en": ("en",),
}
"""What a branch of each place shows side by side, by the language of those who read."""
API = "/api/v1/branches/main"
STAFFED = [str(n) for n in range(1, 9)]
ASKED = ["personal", "company", "deposits"]


@dataclass(frozen=True, slots=True)
class Scene:
    """One page at one moment.

    ``more`` is the page's own context, or makes it for a reader's language and the branch's languages; ``late``:
    nothing was heard for so long (s); ``answers``: what the API says, by the end of the path, as (status, JSON);
    ``press``: what is touched, one after the other, as selectors.
    """

    page: str
    state: str
    view: views.View | None
    branch: str = "usual"
    more: Mapping[str, Any] | Any = field(default_factory=dict)
    late: int = 0
    answers: Mapping[str, tuple[int, Any]] = field(default_factory=dict)
    press: Sequence[str] = ()

    def html(self, languages: Sequence[str], lang: str) -> str:
        """The page as the service would send it."""
        view = to_plain(self.view, languages) if self.view else None
        first = {
            "kind": "view",
            "epoch": 1,
            "seq": 1,
            "view_no": 1,
            "as_of": NOW,
            "screen": self.page,
            "view": view,
        }
        branch = {**BRANCHES[self.branch], "languages": list(languages)}
        context: dict[str, Any] = {
            "languages": list(languages), "branch": branch, "branches": [branch], "first": first if view else None,
            "speed": 1, "live_url": f"{API}/live?screen={self.page}", "api": API, "token": "t",
            "window": {"id": "3", "label": "3"}, "why": None,
        }  # fmt: skip
        more = self.more(lang, languages) if callable(self.more) else self.more
        return pages.render(self.page, lang=lang, **(context | dict(more)))


def scenes() -> Iterator[Scene]:
    """All of them."""
    yield from (Scene("window", state, view) for state, view in WINDOWS.items())
    yield Scene("window", "silent 15 s", WINDOWS["serving"], late=16)
    yield Scene("window", "silent 90 s", WINDOWS["serving"], late=91)
    yield Scene("window", "six metres", WINDOWS["serving"], more={"far": 1.8})
    yield Scene("window", "hard", replace(HARD_WINDOWS[2], number="ABC123", label="ABCDEFGH"),
                more={"window": {"id": "3", "label": "ABCDEFGH"}})  # fmt: skip
    yield from _halls()
    yield from _desks()
    yield from _tellers()
    yield from _strips()
    yield from _boards()
    yield from _kiosks()
    yield from _tickets()
    yield from _reports()
    yield from _others()


SPEAKER = {
    "speech": [],
    "chime": None,
    "volume": [],
    "forget_ms": 60_000,
    "now": NOW,
    "memory": "voice:main:",
}
"""A room's speaker: nothing sounds here, for nobody has touched the screen."""


def _halls() -> Iterator[Scene]:
    yield Scene("hall", "busy", HALL)
    yield Scene("hall", "notice", replace(HALL, notices=(NOTICES["short"],)))
    yield Scene("hall", "notice in one language", replace(HALL, notices=(NOTICES["one language"],)))
    yield Scene("hall", "notice right to left", replace(HALL, notices=(NOTICES["right to left"],)))
    yield Scene("hall", "notice of 200", replace(HALL, notices=(NOTICES["long"],)))
    yield Scene("hall", "four windows", replace(HALL, windows=USUAL[:4], missed=()))
    yield Scene("hall", "six metres", HALL, more={"far": 2.6})
    yield Scene("hall", "nobody open", NOBODY)
    yield Scene("hall", "speaking", HALL, more={"voice": SPEAKER}, late=2)
    yield Scene(
        "hall",
        "out of touch",
        replace(
            HALL,
            out_of_touch=True,
            windows=tuple(replace(one, out_of_touch=True, range=None, steps=()) for one in USUAL),
        ),
    )
    yield Scene("hall", "silent 90 s", HALL, late=91)
    yield Scene("hall", "hard", HARD, branch="hard")


def _desks() -> Iterator[Scene]:
    for state in (
        "closed",
        "open",
        "calling",
        "serving",
        "serving longer",
        "wrapping up",
        "paused",
        "out of touch",
    ):
        yield Scene("desk", state, desk(WINDOWS[state]))
    two = (step("data_entry"), step("cash_counting", shown=Shown(180, 300)))
    yield Scene("desk", "steps", desk(WINDOWS["serving"], steps=two))
    (copy,) = choices("photocopy")
    yield Scene("desk", "leaving soon", desk(WINDOWS["serving"], steps=two[:1], coming=copy))
    yield Scene("desk", "teller away", desk(WINDOWS["teller away"]))
    yield Scene("desk", "step late", desk(WINDOWS["step overdue"]))
    hard = tuple(
        replace(step("data_entry"), step_id=f"s{n}", step=f"own-{n}", names=LONG, overdue=n == 1)
        for n in range(3)
    )
    yield Scene("desk", "hard", desk(replace(HARD_WINDOWS[2], number="ABC123"), steps=hard, coming=copy))


def _tellers() -> Iterator[Scene]:
    yield Scene("teller", "closed", teller(WINDOWS["closed"], ("open", "sign-in"), undo=None, teller=None))
    yield Scene("teller", "open", teller(WINDOWS["open"], AT_REST))
    yield Scene(
        "teller", "calling", teller(WINDOWS["calling"], ("recall", "no-show", "start", "transfer", "undo"))
    )
    yield Scene(
        "teller",
        "serving",
        teller(WINDOWS["steps"], IN_SERVICE, running=WINDOWS["steps"].steps, coming="photocopy"),
    )
    yield Scene(
        "teller", "wrapping up late", teller(WINDOWS["wrapping up late"], (*AT_REST, "ready"), remind=True)
    )
    yield Scene("teller", "wrapping up", teller(WINDOWS["wrapping up"], (*AT_REST, "ready")))
    yield Scene("teller", "unattended", teller(WINDOWS["unattended"], AT_REST))
    yield Scene(
        "teller",
        "teller away late",
        teller(WINDOWS["teller away late"], IN_SERVICE, running=WINDOWS["teller away late"].steps),
    )
    yield Scene("teller", "silent 90 s", teller(WINDOWS["serving"], IN_SERVICE), late=91)
    for panel in ("missed", "pause", "transfer"):
        yield Scene(
            "teller",
            f"{panel} asked",
            teller(WINDOWS["open"], (*AT_REST, "transfer")),
            press=(f"[data-opens={panel}]",),
        )
    yield Scene("teller", "keys", teller(WINDOWS["open"], AT_REST), press=("#open-keys",))
    yield Scene("teller", "paused", teller(WINDOWS["paused"], ("resume", "close", "undo")))
    own = tuple(views.StepChoice(f"own-{n}", LONG, "teller", SHORT) for n in range(6))
    hard = teller(replace(HARD_WINDOWS[2], number="ABC123"), IN_SERVICE, business=LONG, steps=own, running=(),
                  next=tuple(next_ticket(f"ABC12{n}", LONG, LONG) for n in range(3)))  # fmt: skip
    yield Scene("teller", "hard", hard, branch="hard")


def _kiosks() -> Iterator[Scene]:
    later = {"at": "14:30", "low_s": 60, "high_s": 600,
             "says": {code: later_line("14:30", Shown(60, 600), voice(code)) for code in SETS}}  # fmt: skip
    usual = partial(Scene, "kiosk", answers={"/hours/later": (200, later)})
    yield Scene("kiosk", "choose", HALL)
    yield usual("quieter later", HALL)
    yield Scene("kiosk", "out of touch", HALL, late=16)
    yield usual("silent 90 s", HALL, late=91)
    yield Scene("kiosk", "nobody open", NOBODY)
    yield usual("hard", HARD, branch="hard")
    yield Scene("kiosk", "details", HALL, press=("[data-business=company]",))
    for state, printed in (
        ("taken", None),
        ("printing", "queued"),
        ("printed", "done"),
        ("no paper", "failed"),
    ):
        yield _took(state, {"printed": printed})
    yield _took("first in line", {"ahead": 0, "wait": {"low_s": 0, "high_s": 180}})
    yield _took("no window", {"ahead": 12, "wait": {"low_s": None, "high_s": None}})
    yield _took(
        "long number without paper",
        {"number": "ABC123", "printed": "failed", "ahead": 104, "wait": {"low_s": 4200, "high_s": 6000}},
    )
    refused = {"title": "Unknown business", "detail": "There is no business 'personal' here.", "status": 404}
    yield _asked("refused", (404, refused))
    yield _asked("not possible", (409, refused))


def _asked(state: str, answer: tuple[int, Any], **more: Any) -> Scene:
    touched = ("[data-business=personal]", "#take")
    return Scene(
        "kiosk", state, HALL, answers={"/tickets": answer, **more.pop("answers", {})}, press=touched, **more
    )


def _took(state: str, more: Mapping[str, Any]) -> Scene:
    told = {"ticket": "20261121-A018", "number": "A018", "ahead": 4, "wait": {"low_s": 900, "high_s": 1200},
            "url": "http://192.168.7.2:8000/t/Yt9vJ2kQm3-Xw5rZ8s1Bda", "printed": None, **more}  # fmt: skip
    return _asked(state, (201, told), answers={"/printed": (200, {"printed": told["printed"]})})


def _tickets() -> Iterator[Scene]:
    said = {"promised": Shown(900, 1500), "promised_at": "2026-11-21T10:20:00+08:00"}
    yield Scene("ticket", "waiting", ticket("waiting", range=MIDDLING))
    yield Scene("ticket", "waiting with what was said", ticket("waiting", range=MIDDLING, **said))
    yield Scene("ticket", "waiting longer", ticket("waiting", range=LONGER, long_last=True))
    yield Scene("ticket", "waiting in vain", ticket("waiting", serving=False))
    yield Scene("ticket", "next", ticket("waiting", ahead=0, range=Shown(0, 180)))
    yield Scene("ticket", "sender silent", ticket("waiting", out_of_touch=True))
    yield Scene("ticket", "about to leave", ticket("waiting", range=MIDDLING), press=("#leave",))
    yield Scene("ticket", "called", ticket("called", label="3", call="9"))
    yield Scene("ticket", "serving", ticket("serving", label="3", range=MIDDLING))
    yield Scene("ticket", "missed", ticket("no_show", until=LATER))
    yield Scene("ticket", "finished", ticket("finished"))
    yield Scene("ticket", "left", ticket("abandoned"))
    yield Scene("ticket", "silent 15 s", ticket("waiting", range=MIDDLING, **said), late=16)
    yield Scene("ticket", "silent 90 s", ticket("waiting", range=MIDDLING, **said), late=91)
    yield Scene(
        "ticket",
        "day over meanwhile",
        ticket("waiting", range=MIDDLING),
        late=16,
        answers={"/ticket": (410, None)},
    )
    yield Scene(
        "ticket",
        "hard",
        ticket("waiting", number="ABC123", names=LONG, ahead=104, range=Shown(4200, 6000), **said),
        branch="hard",
    )
    yield Scene("link", "day over", None, more={"status": 410, "over": True})
    yield Scene("link", "of nobody", None, more={"status": 404, "over": False})


def _strips() -> Iterator[Scene]:
    yield from (Scene("strip", state, view) for state, view in WINDOWS.items())
    yield Scene("strip", "silent 15 s", WINDOWS["serving"], late=16)
    yield Scene("strip", "silent 90 s", WINDOWS["serving"], late=91)
    yield Scene("strip", "hard", replace(HARD_WINDOWS[2], number="ABC123"))


def _boards() -> Iterator[Scene]:
    yield Scene(
        "board", "busy", board(USUAL, WAITS, 10, PERSONAL, missed=MISSED, notices=tuple(NOTICES.values())[:3])
    )
    yield Scene("board", "notices", board(USUAL, WAITS, 10, PERSONAL, missed=MISSED, notices=tuple(NOTICES.values())),
                press=("[data-testid=notices-group] summary",))  # fmt: skip
    printers = {"printers": [{"printer": "slips", "fault": "paper_out"}]}
    advised = {"as_of": NOW, "says": [{"kind": "opening", "text": ADVISED}]}
    yield Scene("board", "printer and advice", board(USUAL, WAITS, 10, PERSONAL, silent=("queue-machine",)),
                answers={"/printers": (200, printers), "/advice": (200, advised)})  # fmt: skip
    yield Scene(
        "board",
        "silent 90 s",
        board(USUAL, WAITS, 10, PERSONAL),
        late=91,
        answers={"/advice": (200, advised)},
    )
    yield Scene("board", "nobody", board(NOBODY.windows, NOBODY.waits, 0, PERSONAL))
    yield Scene("board", "hard", board(HARD_WINDOWS, HARD_WAITS, 40, LONG, names=LONG, missed=MISSED,
                                       silent=("queue-machine",)), branch="hard")  # fmt: skip


ADVISED = text(
    "现在加开 5 号窗口：预计平均等候从 21 分钟降到 13 分钟",
    "現在加開 5 號櫃檯：預計平均等候從 21 分鐘降到 13 分鐘",
    "現在加開 5 號櫃位：預計平均輪候由 21 分鐘降至 13 分鐘",
    "Open window 5 now: the mean wait is expected to fall from 21 to 13 min",
)


def _reports() -> Iterator[Scene]:
    yield Scene("hours", "known", None, more=hours_of)
    yield Scene("hours", "too few days", None, more=partial(hours_of, known=False))
    yield Scene("promises", "last week", None, more=lambda lang, _: told_of(lang, ASKED, STAFFED))
    yield Scene("staffing", "roster", None, more=staffing_of(ASKED, STAFFED))
    yield Scene(
        "staffing",
        "wrong",
        None,
        more=staffing_of(ASKED, STAFFED, wrong=("customers", "customers: 'x' is no number."), ended="failed"),
    )
    yield Scene("staffing", "advised", None, more=staffing_of(ASKED, STAFFED, running={"id": "s3"}, advice={
        "holds": False, "unmet": ["10:00", "10:30"], "window_hours": 44.5, "window_hours_today": 40.0}))  # fmt: skip
    yield Scene("study_running", "days", None, more=running_of(is_search=False))
    yield Scene("study_running", "search", None, more=running_of(is_search=True))
    yield Scene("study", "shorter", None, more=study_of(ASKED, STAFFED))
    yield Scene("study", "doubtful", None, more=study_of(ASKED, STAFFED, holds=False))


def _others() -> Iterator[Scene]:
    yield Scene("index", "all pages", None)
    yield Scene("error", "no such window", None, more={"status": 404, "detail": "There is no window '99' here.",
                                                       "known": [{"text": "1", "href": "/b/main/window/1"}]})  # fmt: skip
