"""What the scenes show: views made by hand, of a usual branch and of one that is as hard as a branch can be."""

# Views read better as tables.
# ruff: noqa: ANN401, E501

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from display import terms, views
from display.views import Shown, Tone, WindowState

NOW = "2026-11-21T10:42:00+08:00"
LATER = "2026-11-21T13:30:00+08:00"


def text(hans: str, tw: str, hk: str, en: str) -> views.Text:
    """The same in the four languages."""
    return {"zh-Hans": hans, "zh-Hant-TW": tw, "zh-Hant-HK": hk, "en": en}


PERSONAL = text("个人业务", "個人業務", "個人服務", "Personal")
COMPANY = text("对公业务", "企業業務", "公司服務", "Company")
DEPOSITS = text("存款", "存款", "存款", "Deposits")
ELDERLY = text("敬老优先", "敬老優先", "長者優先", "Seniors first")
BRANCH = text("人民路支行", "人民路分行", "人民路分行", "People's Road Branch")
LONG = text(
    "个人外汇买卖结售汇跨境汇款外币现钞存取与预约外币兑换及相关咨询投诉建议受理综合服务窗口业务办理区域贵宾与普通客户共用通道一二三四五",
    "個人外匯買賣結售匯跨境匯款外幣現鈔存取與預約外幣兌換及相關諮詢申訴建議受理綜合服務櫃檯業務辦理區域貴賓與一般客戶共用通道一二三四五",
    "個人外匯買賣結售匯跨境匯款外幣現鈔存取與預約外幣兌換及相關查詢投訴建議受理綜合服務櫃位業務辦理區域貴賓與一般客戶共用通道一二三四五",
    "Foreign exchange, cross-border remittance and cash bookings A",
)
"""A name of 60 characters."""


def _business(name: str, prefix: str, names: views.Text) -> dict[str, Any]:
    return {"id": name, "prefix": prefix, "names": names, "items": name == "company"}


def _branch(names: views.Text, businesses: list[dict[str, Any]], labels: Sequence[str]) -> dict[str, Any]:
    own = [one["id"] for one in businesses]
    return {
        "id": "main",
        "names": names,
        "businesses": businesses,
        "windows": [{"id": label, "label": label, "businesses": own} for label in labels],
        "priorities": [{"id": "elderly", "names": ELDERLY}],
    }


PREFIXES = [f"AB{letter}" for letter in "CDEFGHIJKLMN"]
BRANCHES: Mapping[str, dict[str, Any]] = {
    "usual": _branch(
        BRANCH,
        [
            _business("personal", "A", PERSONAL),
            _business("company", "B", COMPANY),
            _business("deposits", "D", DEPOSITS),
        ],
        [str(n) for n in range(1, 9)],
    ),
    "hard": _branch(
        LONG,
        [_business(f"b{n}", prefix, LONG) for n, prefix in enumerate(PREFIXES, 1)],
        [str(n) for n in range(1, 65)],
    ),
}

SOON, MIDDLING, LONGER, AGAIN = (
    Shown(0, 180),
    Shown(900, 1200),
    Shown(300, 600, Tone.LONGER),
    Shown(300, 600, Tone.AGAIN),
)
SHORT = Shown(120, 240)


def step(
    name: str, *, away: bool = False, overdue: bool = False, shown: Shown | None = SHORT
) -> views.StepView:
    """A running step of those that most branches have."""
    return views.StepView(f"s-{name}", name, terms.step_names(name), terms.step_public(name, away=away), "teller", away,
                          NOW, shown, overdue)  # fmt: skip


def window(state: WindowState, label: str = "3", **more: Any) -> views.WindowView:
    """One window; a number where its state has one."""
    number = "A012" if state in {WindowState.CALLING, WindowState.SERVING} else None
    return views.WindowView(**{"window": label, "label": label, "state": state, "number": number,
                               "businesses": (PERSONAL,)} | more)  # fmt: skip


CLOSED, OPEN, CALLING, SERVING, WRAPPING_UP, PAUSED = WindowState
WINDOWS: Mapping[str, views.WindowView] = {
    "closed": window(CLOSED, reason="closed"),
    "opens later": window(CLOSED, reason="closed", reopens_at=LATER),
    "back office": window(CLOSED, reason="back_office", reopens_at=LATER),
    "fault": window(CLOSED, reason="fault"),
    "open": window(OPEN),
    "unattended": window(OPEN, unattended=True),
    "calling": window(CALLING, call="9"),
    "calling with priority": window(CALLING, call="9", priority=ELDERLY),
    "serving": window(SERVING, range=MIDDLING),
    "serving without range": window(SERVING),
    "serving longer": window(SERVING, range=LONGER, overdue=True),
    "serving longer again": window(SERVING, range=AGAIN, overdue=True),
    "nearly done": window(SERVING, range=SOON),
    "steps": window(SERVING, range=MIDDLING, steps=(step("authorisation"), step("data_entry"))),
    "step overdue": window(
        SERVING, range=MIDDLING, overdue=True, steps=(step("authorisation", overdue=True),)
    ),
    "teller away": window(SERVING, range=SHORT, steps=(step("photocopy", away=True),)),
    "teller away late": window(
        SERVING, overdue=True, steps=(step("photocopy", away=True, overdue=True, shown=None),)
    ),
    "closing": window(SERVING, range=MIDDLING, closing=True),
    "wrapping up": window(WRAPPING_UP, range=Shown(120, 180)),
    "wrapping up late": window(WRAPPING_UP, range=None, overdue=True),
    "wrapping up closing": window(WRAPPING_UP, closing=True),
    "paused": window(PAUSED, reason="copying", range=Shown(600, 900)),
    "paused late": window(PAUSED, reason="break", overdue=True),
    "out of touch": window(SERVING, out_of_touch=True, number=None),
}
"""Every row of the table in ``display.wording``."""


def call(number: str, label: str, *, calling: bool = False, again: bool = False) -> views.CallView:
    """A call in the hall."""
    return views.CallView(
        f"c{number}", number, label, label, NOW, again, calling, priority=ELDERLY if again else {}
    )


def wait(
    name: str, names: views.Text, waiting: int, shown: Shown | None = MIDDLING, **more: Any
) -> views.WaitView:
    """The wait for one business."""
    return views.WaitView(**{"business": name, "names": names, "waiting": waiting, "windows": 2 if shown else 0,
                             "range": shown, "basis": "history"} | more)  # fmt: skip


WAITS = (
    wait("personal", PERSONAL, 7),
    wait("company", COMPANY, 2, Shown(600, 900, Tone.LONGER)),
    wait("deposits", DEPOSITS, 1, None),
)
USUAL = tuple(
    replace(
        WINDOWS[state],
        window=str(n),
        label=str(n),
        number=f"A{11 + n:03d}" if WINDOWS[state].number else None,
    )
    for n, state in enumerate(
        [
            "calling",
            "serving",
            "teller away",
            "wrapping up",
            "paused",
            "opens later",
            "back office",
            "serving longer",
        ],
        1,
    )
)
CALLS = (call("A012", "1", calling=True), call("A013", "2"), call("A014", "3"), call("A019", "8"))
HALL = views.HallView(BRANCH, USUAL, CALLS, WAITS, missed=("A003", "B001"), opens_at=LATER)

NOTICES = {
    "short": views.NoticeView("n1", text("今天 16:00 停止取号", "今天 16:00 停止抽號", "今天 16:00 停止派籌",
                                         "No numbers are given out after 16:00 today"), LATER),
    "one language": views.NoticeView("n2", {"und": "Wi-Fi: LOBBY-GUEST"}, LATER),
    "right to left": views.NoticeView("n3", {"und": "يُغلق الفرع اليوم الساعة 16:00. يُرجى أخذ رقم قبل ذلك (الرقم A012)."}, LATER),
    "long": views.NoticeView("n4", {code: (words * 30)[:200] for code, words in text(
        "因系统升级，本网点今天提前停止办理现金业务，请您谅解。", "因系統升級，本分行今天提前停止辦理現金業務，敬請見諒。",
        "因系統提升，本分行今天提早停止辦理現金服務，敬請見諒。",
        "Because of work on the system we end cash services early today. ").items()}, LATER),
    "unbroken": views.NoticeView("n5", {"und": "x" * 200}, LATER),
}  # fmt: skip

HARD_STATES = [
    "serving longer again",
    "calling with priority",
    "steps",
    "paused",
    "wrapping up late",
    "closing",
    "closed",
    "unattended",
]
HARD_WINDOWS = tuple(
    replace(
        WINDOWS[state],
        window=str(n),
        label=str(n),
        number=f"AB{chr(66 + n % 12)}{n:03d}" if WINDOWS[state].number else None,
    )
    for n, state in enumerate((HARD_STATES * 8)[:64], 1)
)
HARD_WAITS = tuple(
    wait(f"b{n}", LONG, 40 + n, Shown(4200, 6000, Tone.LONGER), long_last=True) for n in range(1, 13)
)
HARD_CALLS = tuple(
    call(f"AB{chr(67 + n)}{n + 1:03d}", f"{61 + n}", calling=n == 0, again=n == 0) for n in range(4)
)
HARD = views.HallView(LONG, HARD_WINDOWS, HARD_CALLS, HARD_WAITS, missed=tuple(f"AB{c}{n:03d}" for n, c in enumerate("CDEFGHIJ")),
                      opens_at=LATER, notices=(NOTICES["right to left"], NOTICES["long"], NOTICES["unbroken"]))  # fmt: skip
NOBODY = views.HallView(
    BRANCH,
    tuple(window(CLOSED, str(n), reason="closed", reopens_at=LATER if n == 1 else None) for n in range(1, 9)),
    (),
    tuple(replace(one, range=None, windows=0) for one in WAITS),
    opens_at=LATER,
)


def desk(of: views.WindowView, **more: Any) -> views.DeskView:
    """The desk's view of a window."""
    return views.DeskView(**{"window": of.window, "label": of.label, "state": of.state, "number": of.number, "steps": of.steps,
                             "range": of.range, "overdue": of.overdue, "unattended": of.unattended,
                             "out_of_touch": of.out_of_touch} | more)  # fmt: skip


def choices(*names: str) -> tuple[views.StepChoice, ...]:
    """Steps that a teller may start."""
    return tuple(views.StepChoice(name, terms.step_names(name), "teller", SHORT) for name in names)


def next_ticket(
    number: str, names: views.Text = PERSONAL, priority: views.Text | None = None
) -> views.NextTicket:
    """Somebody who waits, or was missed."""
    return views.NextTicket(f"20261121-{number}", number, names, priority or {}, 640.0)


IN_SERVICE = ("step", "announce", "step-end", "finish", "transfer", "closing", "undo")
AT_REST = ("next", "recall", "pause", "closing", "close", "back-office", "sign-out", "undo")


def teller(of: views.WindowView, commands: tuple[str, ...], **more: Any) -> views.TellerView:
    """The teller's view of a window."""
    busy = of.number is not None
    usual = {"view": of, "teller": "wang", "ticket": "20261121-A012" if busy else None, "business": PERSONAL if busy else {},
             "items": 2 if busy else 1, "since": NOW, "waiting": 7, "steps": choices("authorisation", "photocopy", "data_entry", "cash_counting"),
             "next": (next_ticket("A013"), next_ticket("B002", COMPANY), next_ticket("A014", priority=ELDERLY)),
             "running": of.steps, "commands": commands, "undo": "service.started",
             "recallable": (next_ticket("A003"),)}  # fmt: skip
    return views.TellerView(**usual | more)


def board(windows: Sequence[views.WindowView], waits: tuple[views.WaitView, ...], waiting: int, business: views.Text,
          **more: Any) -> views.BoardView:  # fmt: skip
    """The manager's view."""
    rows = tuple(
        views.BoardWindow(one, None if one.state is CLOSED else "wang", business if one.number else {}, NOW,
                          MIDDLING if one.range else None, NOW)
        for one in windows
    )  # fmt: skip
    tickets = tuple(
        views.BoardTicket(
            f"t{n}",
            f"A{n:03d}",
            business,
            ELDERLY if n % 5 == 0 else {},
            60.0 * n,
            MIDDLING,
            SHORT,
            overdue=n % 3 == 0,
        )
        for n in range(waiting)
    )
    return views.BoardView(**{"names": BRANCH, "windows": rows, "tickets": tickets, "waits": waits, "served": 118,
                              "abandoned": 4, "no_shows": 3} | more)  # fmt: skip


MISSED = (
    views.MissedTicket(
        "20261121-A003",
        "A003",
        PERSONAL,
        "2026-11-21T10:31:00+08:00",
        "2026-11-21T10:46:00+08:00",
        ("4", "5"),
    ),
    views.MissedTicket(
        "20261121-B001", "B001", COMPANY, "2026-11-21T10:36:00+08:00", "2026-11-21T10:51:00+08:00", ()
    ),
)


def ticket(state: str, **more: Any) -> views.TicketView:
    """A customer's own page."""
    usual = {
        "number": "A018",
        "names": PERSONAL,
        "state": views.TicketState(state),
        "ahead": 4,
        "range": None,
        "basis": "history",
    }
    return views.TicketView(**usual | more)  # type: ignore[arg-type]
