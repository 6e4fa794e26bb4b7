"""Every row of the table of sentences, in four languages; what is said when several things hold."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.catalogues import LANGUAGES
from display.terms import step_public
from display.views import (
    CallView,
    HallView,
    Shown,
    StepView,
    Tone,
    WaitView,
    WindowState,
    WindowView,
)
from display.wording import (
    call_text,
    hall_lines,
    priority_text,
    range_text,
    step_text,
    wait_text,
    window_lines,
)

MINUTE = 60


def shown(low: int, high: int, tone: Tone = Tone.PLAIN) -> Shown:
    return Shown(low * MINUTE, high * MINUTE, tone)


def step(name: str, *, away: bool = False, minutes: tuple[int, int] = (2, 4)) -> StepView:
    return StepView(
        step_id="s1",
        step=name,
        names={},
        public=step_public(name, away=away),
        resource="teller",
        away=away,
        started_at="2026-11-21T10:00:00+08:00",
        range=shown(*minutes),
    )


WINDOW = WindowView(window="3", label="3", state=WindowState.OPEN)
CLOSED = replace(WINDOW, state=WindowState.CLOSED)
PAUSED = replace(WINDOW, state=WindowState.PAUSED, range=shown(10, 15))
CALLING = replace(WINDOW, state=WindowState.CALLING, number="A012")
SERVING = replace(WINDOW, state=WindowState.SERVING, number="A012", range=shown(15, 20))
WRAPPING = replace(WINDOW, state=WindowState.WRAPPING_UP, range=shown(2, 3))

TABLE: dict[str, tuple[WindowView, tuple[str, str, str, str]]] = {
    "closed": (
        CLOSED,
        (
            "本窗口未开放,请留意叫号",
            "本櫃檯未開放,請留意叫號",
            "本櫃位不開放,請留意叫號",
            "Window closed. Please wait for your number",
        ),
    ),
    "opens later": (
        replace(CLOSED, reopens_at="2026-11-21T13:30:00+08:00"),
        (
            "本窗口未开放,预计 13:30 开放",
            "本櫃檯未開放,預計 13:30 開放",
            "本櫃位現時不開放,預計 13:30 開放",
            "Closed. Due to open at 13:30",
        ),
    ),
    "back office": (
        replace(CLOSED, reason="back_office"),
        (
            "本窗口未开放,工作人员正在处理内部事务",
            "本櫃檯未開放,行員處理內部作業中",
            "本櫃位不開放,職員正處理內部事務",
            "Closed to customers. Staff are doing branch work",
        ),
    ),
    "paused": (
        PAUSED,
        (
            "暂停叫号,预计 10–15 分钟后恢复",
            "暫停叫號,預計 10–15 分鐘後恢復",
            "暫停叫號,預計 10–15 分鐘後恢復",
            "Paused. Back in about 10–15 min",
        ),
    ),
    "paused, overdue": (
        replace(PAUSED, overdue=True, range=None),
        (
            "暂停时间延长,工作人员正在处理,抱歉让您久等",
            "暫停時間延長,已通知人員處理,敬請見諒",
            "暫停時間延長,職員已獲通知,敬請見諒",
            "Pause is taking longer. Staff have been told. Sorry",
        ),
    ),
    "open": (
        WINDOW,
        (
            "现在可办理,请先取号",
            "現可辦理,請先抽號碼牌",
            "現可辦理,請先取籌",
            "Available. Please take a ticket",
        ),
    ),
    "calling": (
        CALLING,
        (
            "请 A012 号到 3 号窗口办理",
            "來賓 A012 號,請至 3 號櫃檯",
            "請 A012 號到 3 號櫃位",
            "A012, please come to window 3",
        ),
    ),
    "serving": (
        SERVING,
        (
            "正在办理,预计还需 15–20 分钟",
            "辦理中,預計還需 15–20 分鐘",
            "正在辦理,預計尚需 15–20 分鐘",
            "In service. About 15–20 min left",
        ),
    ),
    "longer than told": (
        replace(SERVING, range=shown(5, 10, Tone.LONGER)),
        (
            "本笔业务用时较长,预计还需 5–10 分钟,抱歉让您久等",
            "本筆業務較費時,預計還需 5–10 分鐘,敬請見諒",
            "此項服務需時較長,預計尚需 5–10 分鐘,敬請見諒",
            "More time is needed: about 5–10 min. Sorry for the wait",
        ),
    ),
    "nearly done": (
        replace(SERVING, range=shown(0, 3)),
        (
            "即将办完,预计 3 分钟内",
            "即將辦妥,預計 3 分鐘內",
            "即將完成,預計 3 分鐘內",
            "Almost finished, within about 3 min",
        ),
    ),
    "step": (
        replace(SERVING, steps=(step("authorisation"),)),
        (
            "等待主管授权,预计 2–4 分钟",
            "等候主管核准,預計 2–4 分鐘",
            "等候主管批核,預計 2–4 分鐘",
            "Waiting for approval. About 2–4 min",
        ),
    ),
    "step, teller away": (
        replace(SERVING, steps=(step("photocopy", away=True),)),
        (
            "柜员正为客户复印资料,预计 2–4 分钟后返回",
            "行員正為客戶影印文件,預計 2–4 分鐘後返回",
            "職員正為客戶影印文件,預計 2–4 分鐘後返回",
            "Teller is copying documents for the customer. Back in about 2–4 min",
        ),
    ),
    "wrap-up": (
        WRAPPING,
        (
            "正在完成上一笔业务的后续处理,预计 2–3 分钟后叫号",
            "前一筆業務收尾中,預計 2–3 分鐘後叫號",
            "正完成上一宗服務的後續手續,預計 2–3 分鐘後叫號",
            "Completing the previous transaction. Next call in about 2–3 min",
        ),
    ),
    "fault": (
        replace(CLOSED, reason="fault"),
        (
            "设备故障,请留意其他窗口叫号或咨询工作人员",
            "設備故障,請留意其他櫃檯叫號或洽服務人員",
            "設備故障,請留意其他櫃位叫號或向職員查詢",
            "Out of order. Watch the other windows or ask staff",
        ),
    ),
    "out of touch": (
        replace(SERVING, out_of_touch=True),
        (
            "屏幕暂未更新,请留意叫号或咨询工作人员",
            "螢幕暫停更新,請留意叫號或洽服務人員",
            "顯示屏暫停更新,請留意叫號或向職員查詢",
            "Screen not updating. Watch for your number or ask staff",
        ),
    ),
}
CLOSING = (
    "办完当前业务后,本窗口停止叫号",
    "目前業務辦畢後,本櫃檯停止叫號",
    "完成現時服務後,本櫃位停止叫號",
    "This window closes after the current customer",
)


@pytest.mark.parametrize("row", TABLE)
def test_each_state_has_its_sentence_in_each_language(row: str) -> None:
    view, sentences = TABLE[row]
    assert tuple(window_lines(view, language)[0] for language in LANGUAGES) == sentences


@pytest.mark.parametrize(
    "row", ["calling", "serving", "longer than told", "nearly done", "step, teller away"]
)
def test_closing_is_a_line_more(row: str) -> None:
    view, sentences = TABLE[row]
    for language, first, last in zip(LANGUAGES, sentences, CLOSING, strict=True):
        assert window_lines(replace(view, closing=True), language) == [first, last]


def test_a_closed_window_is_only_closed() -> None:
    busy = replace(CLOSED, closing=True, range=shown(5, 10), steps=(step("photocopy"),), number="A012")
    assert window_lines(busy, "en") == ["Window closed. Please wait for your number"]


def test_out_of_touch_says_nothing_of_what_was_last_known() -> None:
    for view, _ in TABLE.values():
        lines = window_lines(replace(view, out_of_touch=True, closing=True), "en")
        assert lines == ["Screen not updating. Watch for your number or ask staff"]


def test_back_office_says_when_it_ends() -> None:
    view = replace(CLOSED, reason="back_office", reopens_at="2026-11-21T13:30:00+08:00")
    assert window_lines(view, "zh-Hans") == ["本窗口未开放,工作人员正在处理内部事务", "预计 13:30 开放"]


def test_a_priority_call_says_why_someone_later_goes_first() -> None:
    view = replace(CALLING, priority={"zh-Hans": "长者", "en": "Elderly"})
    assert window_lines(view, "en")[1] == "Priority call: Elderly. Thank you for your understanding"
    assert window_lines(view, "zh-Hans")[1] == "优先叫号：长者,感谢您的理解"
    assert priority_text({}, "en") is None


def test_a_call_without_a_number_blames_none() -> None:
    assert window_lines(replace(CALLING, number=None), "en") == ["Calling"]


def test_a_pause_says_its_reason_and_says_so_when_it_lasts() -> None:
    assert window_lines(replace(PAUSED, reason="copying"), "en") == [
        "Paused. Back in about 10–15 min",
        "Staff are copying documents",
    ]
    own = replace(PAUSED, reason="copying", reason_text={"en": "At the archive"})
    assert window_lines(own, "en")[1] == "At the archive"
    assert window_lines(replace(PAUSED, reason="other"), "en") == ["Paused. Back in about 10–15 min"]
    assert window_lines(replace(PAUSED, reason="fault"), "en") == [
        "Out of order. Watch the other windows or ask staff",
        "Back in about 10–15 min",
    ]
    assert window_lines(replace(PAUSED, overdue=True, range=shown(5, 10, Tone.LONGER)), "en") == [
        "Pause is taking longer. Staff have been told. Sorry",
        "Back in about 5–10 min",
    ]
    risen = replace(PAUSED, range=shown(5, 10, Tone.LONGER))
    assert window_lines(risen, "zh-Hans") == ["暂停时间延长,预计 5–10 分钟后恢复,抱歉让您久等"]
    again = replace(PAUSED, range=shown(5, 10, Tone.AGAIN))
    assert window_lines(again, "zh-Hans") == ["暂停时间再次延长,预计 5–10 分钟后恢复,再次向您致歉"]
    assert window_lines(replace(PAUSED, range=None), "en") == ["Paused. Please watch the other windows"]


def test_what_concerns_the_vault_is_branch_work() -> None:
    for language in LANGUAGES:
        said = window_lines(replace(PAUSED, reason="vault"), language)[1]
        assert not [word for word in ("vault", "cash", "库", "庫", "现金", "現金") if word in said.lower()]


def test_steps_side_by_side_come_before_the_service() -> None:
    view = replace(SERVING, steps=(step("authorisation"), step("data_entry"), step("photocopy")))
    assert window_lines(view, "en") == [
        "Waiting for approval. About 2–4 min",
        "Entering details. About 2–4 min",
        "In service. About 15–20 min left",
    ]


def test_a_step_without_a_public_text_is_never_said() -> None:
    for away in (False, True):
        cash = step("cash_counting", away=away)
        assert step_text(cash, "en") is None
        assert window_lines(replace(SERVING, steps=(cash,)), "en") == ["In service. About 15–20 min left"]


@pytest.mark.parametrize(
    ("away", "tone", "overdue", "minutes", "said"),
    [
        (False, Tone.PLAIN, False, (0, 3), "Copying documents. Within about 3 min"),
        (False, Tone.LONGER, False, (2, 4), "{}. It takes longer: about 2–4 min. Sorry for the wait"),
        (False, Tone.AGAIN, True, (2, 4), "{}. It takes longer again: about 2–4 min. Our sincere apologies"),
        (False, Tone.PLAIN, True, None, "{}. It takes longer. Staff have been told. Sorry"),
        (False, Tone.PLAIN, False, None, "{}"),
        (True, Tone.PLAIN, False, (0, 3), "{}. Back within about 3 min"),
        (True, Tone.PLAIN, True, (2, 4), "{}. It takes longer: back in about 2–4 min. Sorry for the wait"),
        (True, Tone.PLAIN, True, None, "{}. The return is delayed. Staff have been told. Sorry"),
    ],
)
def test_a_step_that_lasts_says_so(
    *, away: bool, tone: Tone, overdue: bool, minutes: tuple[int, int] | None, said: str
) -> None:
    late = replace(
        step("photocopy", away=away), overdue=overdue, range=shown(*minutes, tone) if minutes else None
    )
    doing = "Teller is copying documents for the customer" if away else "Copying documents"
    assert step_text(late, "en") == said.format(doing)


def test_a_late_step_does_not_make_its_service_late() -> None:
    late = replace(step("authorisation"), overdue=True, range=shown(1, 3, Tone.LONGER))
    lines = window_lines(replace(SERVING, steps=(late,), overdue=True), "en")
    assert lines[1] == "In service. About 15–20 min left"


@pytest.mark.parametrize(
    ("tone", "overdue", "minutes", "said"),
    [
        (Tone.PLAIN, False, None, "In service"),
        (Tone.PLAIN, False, (0, 15), "In service. Finished within about 15 min"),
        (Tone.PLAIN, False, (0, 70), "In service. About 1–70 min left"),
        (Tone.PLAIN, True, (0, 3), "More time is needed: within about 3 min. Sorry for the wait"),
        (Tone.PLAIN, True, None, "More time is needed. Sorry for the wait"),
        (Tone.AGAIN, True, (5, 10), "Still more time is needed: about 5–10 min. Our sincere apologies"),
        (Tone.PLAIN, False, (1, 3), "In service. About 1–3 min left"),
    ],
)
def test_a_service_that_lasts_says_so(
    *, tone: Tone, overdue: bool, minutes: tuple[int, int] | None, said: str
) -> None:
    view = replace(SERVING, overdue=overdue, range=shown(*minutes, tone) if minutes else None)
    assert window_lines(view, "en") == [said]


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (replace(WRAPPING, range=shown(0, 2)), "正在完成上一笔业务的后续处理,预计 2 分钟内叫号"),
        (replace(WRAPPING, range=None), "正在完成上一笔业务的后续处理,请留意叫号"),
        (
            replace(WRAPPING, overdue=True, range=shown(1, 3)),
            "后续处理用时较长,预计 1–3 分钟后叫号,抱歉让您久等",
        ),
        (replace(WRAPPING, overdue=True, range=None), "后续处理用时较长,已通知工作人员,抱歉让您久等"),
        (replace(WRAPPING, closing=True), "本窗口即将关闭,已停止叫号,请留意其他窗口叫号"),
        (replace(WINDOW, closing=True), "本窗口即将关闭,已停止叫号,请留意其他窗口叫号"),
        (
            replace(WINDOW, unattended=True),
            "本窗口已开放,目前暂未叫号,已通知工作人员,抱歉让您久等",
        ),
    ],
)
def test_between_two_customers_a_window_says_when_it_calls(view: WindowView, said: str) -> None:
    assert window_lines(view, "zh-Hans") == [said]


texts = st.dictionaries(
    st.sampled_from([*LANGUAGES, "fr"]), st.sampled_from(["x", "{y}", "%s", ""]), max_size=3
)
ranges = st.none() | st.builds(
    lambda low, more, tone: Shown(low * 60, (low + more) * 60, tone),
    st.integers(0, 90),
    st.integers(1, 60),
    st.sampled_from(Tone),
)
steps = st.builds(
    StepView,
    step_id=st.just("s"),
    step=st.sampled_from(["authorisation", "own"]),
    names=texts,
    public=texts,
    resource=st.just("teller"),
    away=st.booleans(),
    started_at=st.just("2026-11-21T10:00:00+08:00"),
    range=ranges,
    overdue=st.booleans(),
)
windows = st.builds(
    WindowView,
    window=st.just("3"),
    label=st.sampled_from(["3", "VIP {1}"]),
    state=st.sampled_from(WindowState),
    closing=st.booleans(),
    reason=st.sampled_from([None, "closed", "back_office", "fault", "copying", "other", "unheard of"]),
    reason_text=texts,
    number=st.none() | st.just("A012"),
    steps=st.lists(steps, max_size=3).map(tuple),
    range=ranges,
    overdue=st.booleans(),
    unattended=st.booleans(),
    out_of_touch=st.booleans(),
    reopens_at=st.none() | st.just("2026-11-21T13:30:00+08:00"),
    priority=texts,
)


@given(windows, st.sampled_from(LANGUAGES))
def test_every_window_says_something_short_and_blames_no_number(view: WindowView, language: str) -> None:
    lines = window_lines(view, language)
    assert 1 <= len(lines) <= 4
    assert all(lines)
    if view.state is not WindowState.CALLING:
        assert not any("A012" in line for line in lines)
    if view.state is WindowState.CLOSED and not view.out_of_touch:
        assert not any("min" in line or "分" in line for line in lines)


WAIT = WaitView("personal", {"zh-Hans": "个人业务", "en": "Personal"}, 5, 2, shown(10, 15), "branch")


@pytest.mark.parametrize(
    ("wait", "english", "chinese"),
    [
        (WAIT, "Personal: 5 waiting, about 10–15 min", "个人业务：5 人等候,预计 10–15 分钟"),
        (
            replace(WAIT, range=shown(0, 3)),
            "Personal: 5 waiting, within about 3 min",
            "个人业务：5 人等候,预计 3 分钟内",
        ),
        (
            replace(WAIT, waiting=0, range=shown(0, 3)),
            "Personal: no one waiting, within about 3 min",
            "个人业务：无人等候,预计 3 分钟内",
        ),
        (
            replace(WAIT, waiting=1, long_last=True),
            "Personal: 1 waiting, about 10–15 min. The service ahead is a long one",
            "个人业务：1 人等候,预计 10–15 分钟,前面的业务用时较长",
        ),
        (
            replace(WAIT, range=shown(10, 15, Tone.LONGER)),
            "Personal: 5 waiting, about 10–15 min. Waits are longer at present. Sorry",
            "个人业务：5 人等候,预计 10–15 分钟,目前等候时间较长,敬请谅解",
        ),
        (replace(WAIT, range=None), "Personal: 5 waiting", "个人业务：5 人等候"),
        (
            replace(WAIT, range=None, windows=0),
            "Personal: 5 waiting. No window is open for this at present",
            "个人业务：5 人等候,目前没有开放的窗口",
        ),
        (
            replace(WAIT, range=None, windows=0, waiting=0),
            "Personal: no one waiting. No window is open for this at present",
            "个人业务：无人等候,目前没有开放的窗口",
        ),
        (
            replace(WAIT, names={}),
            "personal: 5 waiting, about 10–15 min",
            "personal：5 人等候,预计 10–15 分钟",
        ),
    ],
)
def test_a_wait_is_told_with_who_waits(wait: WaitView, english: str, chinese: str) -> None:
    assert wait_text(wait, "en") == english
    assert wait_text(wait, "zh-Hans") == chinese


def test_a_name_with_braces_is_only_a_name() -> None:
    assert wait_text(replace(WAIT, names={"en": "{waiting} {0} %s"}), "en").startswith("{waiting} {0} %s: 5")


def test_a_recall_says_that_it_is_one() -> None:
    call = CallView("9", "A012", "3", "3", "2026-11-21T10:00:00+08:00", again=False, calling=True)
    assert call_text(call, "zh-Hant-TW") == "來賓 A012 號,請至 3 號櫃檯"
    assert call_text(replace(call, again=True), "zh-Hant-TW") == "再次叫號,來賓 A012 號,請至 3 號櫃檯"


def test_the_hall_says_how_to_come_back_and_where_the_times_come_from() -> None:
    hall = HallView({}, (), (), (WAIT,))
    assert hall_lines(hall, "en") == []
    assert hall_lines(replace(hall, missed=("A007",)), "zh-Hans") == ["过号客户请联系工作人员,可重新叫号"]
    guessed = replace(hall, waits=(replace(WAIT, basis="configured"),))
    assert hall_lines(guessed, "en") == ["Times are estimated from usual durations and may differ"]
    silent = replace(hall, out_of_touch=True, missed=("A007",))
    assert hall_lines(silent, "en") == ["Screen not updating. Watch for your number or ask staff"]


@pytest.mark.parametrize(
    ("language", "between", "within"),
    [
        ("zh-Hans", "15–20 分钟", "3 分钟内"),
        ("zh-Hant-TW", "15–20 分鐘", "3 分鐘內"),
        ("zh-Hant-HK", "15–20 分鐘", "3 分鐘內"),
        ("en", "about 15–20 min", "within about 3 min"),
    ],
)
def test_a_range_by_itself(language: str, between: str, within: str) -> None:
    assert range_text(shown(15, 20), language) == between
    assert range_text(shown(0, 3), language) == within
