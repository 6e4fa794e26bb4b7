"""The manager's notices, over HTTP and on the hall's screen; and who missed a number."""

from __future__ import annotations

from typing import Any

import pytest

from tests.app.conftest import Serve
from tests.app.served import TEN, Served

pytestmark = pytest.mark.anyio

WORDS = {"zh-Hans": "今天 16:00 停止取号", "en": "No numbers after 16:00"}


async def seen(branch: Served, topic: str) -> dict[str, Any]:
    """What a screen sees after the next pass."""
    await branch.turn()
    return branch.view(topic)


def minute(time: str) -> str:
    """hh:mm on the branch's clock."""
    assert time.endswith("+08:00")
    return time[11:16]


async def test_a_notice_is_shown_in_each_language_and_taken_down(small: Served) -> None:
    posted = await small.post("/notices", {"text": WORDS}, key="n1")
    assert (posted.status_code, posted.json()["notice"]) == (201, "n1")
    (shown,) = (await seen(small, "hall"))["notices"]
    assert (shown["notice"], shown["text"], minute(shown["until"])) == ("n1", WORDS, "11:00")
    assert (await seen(small, "board"))["notices"] == [shown]
    (up,) = (await small.client.get("/api/v1/branches/small/notices")).json()
    assert (up["text"], minute(up["posted_at"]), up["until"]) == (WORDS, "10:00", shown["until"])
    assert (await small.post("/notices/n1/withdraw", key="w1")).status_code == 200
    assert (await small.post("/notices/n1/withdraw", key="w1")).json()["repeated"] is True
    assert (await seen(small, "hall"))["notices"] == []
    gone = await small.post("/notices/n1/withdraw")
    assert (gone.status_code, gone.json()["detail"]) == (404, "There is no notice 'n1' here; known: none.")


async def test_one_text_is_for_everybody(small: Served) -> None:
    await small.post("/notices", {"text": "يُغلق الفرع الساعة 16:00", "minutes": 30}, key="n1")
    (shown,) = (await seen(small, "hall"))["notices"]
    assert shown["text"] == dict.fromkeys(("zh-Hans", "en"), "يُغلق الفرع الساعة 16:00")
    assert minute(shown["until"]) == "10:30"


async def test_a_repeat_is_the_same_notice_and_other_words_are_refused(small: Served) -> None:
    first = await small.post("/notices", {"text": "Closing early", "minutes": 30}, key="n1")
    again = await small.post("/notices", {"text": "Closing early", "minutes": 30}, key="n1")
    assert (again.status_code, again.json()["seq"], again.json()["repeated"]) == (
        201,
        first.json()["seq"],
        True,
    )
    other = await small.post("/notices", {"text": "Closing late"}, key="n1")
    assert (other.status_code, other.json()["rule"]) == (409, "one id, one event")


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"text": "  "}, 422, "text must be 1 to 200 readable characters"),
        ({"text": "x" * 201}, 422, "not 201 characters"),
        ({"text": {"en": "x" * 201}}, 422, "not 201 characters"),
        ({"text": "a", "until": "2026-03-02T09:00:00+08:00"}, 409, "over before it is up"),
        ({"text": "a", "until": "2026-03-02T11:00:00+08:00", "minutes": 5}, 422, "leave one out"),
    ],
)
async def test_what_cannot_be_shown_is_refused_in_a_clear_sentence(
    small: Served, body: dict[str, object], status: int, said: str
) -> None:
    answer = await small.post("/notices", body)
    assert (answer.status_code, said in answer.json()["detail"]) == (status, True), answer.text
    assert (await seen(small, "hall"))["notices"] == []


async def test_it_survives_a_restart_and_ends_with_the_day(serve: Serve) -> None:
    async with serve() as branch:
        await branch.post("/notices", {"text": WORDS, "minutes": 1440}, key="n1")
    async with serve(at=TEN + 60) as branch:
        (shown,) = branch.view("hall")["notices"]
        assert (shown["text"], shown["until"]) == (WORDS, "2026-03-03T04:00:00+08:00")
    async with serve(at=TEN + 18 * 3600) as branch:
        assert branch.view("hall")["notices"] == []


async def test_the_hall_says_how_many_windows_are_open(small: Served) -> None:
    assert (await seen(small, "hall"))["open"] == {
        "zh-Hans": ["开放窗口 2 个,共 3 个"],
        "en": ["2 of 3 windows open"],
    }
    await small.press("3", "close", {"reopens_at": "2026-03-02T13:30:00+08:00"})
    await small.press("1", "pause", {"reason": "break"})
    assert (await seen(small, "hall"))["open"]["en"] == [
        "No window is open at present",
        "The next window is due to open at 13:30",
    ]


async def test_the_board_knows_who_missed_a_number_and_which_window_could_call_it(small: Served) -> None:
    taken = await small.take()
    await small.press("1", "next")
    await small.press("1", "no-show")
    (missed,) = (await seen(small, "board"))["missed"]
    assert (missed["number"], missed["windows"]) == ("A001", ["1"])
    assert (minute(missed["missed_at"]), minute(missed["until"])) == ("10:00", "10:15")
    await small.press("1", "pause", {"reason": "break"})
    assert (await seen(small, "board"))["missed"][0]["windows"] == []
    await small.press("1", "resume")
    await small.press("1", "recall", {"ticket": taken["ticket"]})
    assert (await seen(small, "board"))["missed"] == []


async def test_an_absence_is_announced_at_the_desk_before_it_begins(small: Served) -> None:
    await small.take()
    await small.press("1", "next")
    early = await small.post("/windows/1/announce", {"step": "approval"})
    assert (early.status_code, early.json()["rule"]) == (
        409,
        "a window that is calling has no service.step_announced",
    )
    await small.press("1", "start")
    await small.press("1", "announce", {"step": "approval"})
    coming = (await seen(small, "desk:1"))["coming"]
    assert coming["step"] == "approval"
    assert (
        coming["say"]["en"] == "I have to leave my seat for your request for a moment. Back in about 1–10 min"
    )
    assert (await seen(small, "teller:1"))["coming"] == "approval"
    assert "coming" not in (await seen(small, "window:1"))
    await small.press("1", "step", {"step": "approval", "away": True})
    assert "coming" not in (await seen(small, "desk:1"))
    await small.press("1", "undo")
    assert (await seen(small, "desk:1"))["coming"]["step"] == "approval"
    await small.press("1", "undo")
    assert "coming" not in (await seen(small, "desk:1"))
    assert (await small.post("/windows/1/announce", {"step": "dance"})).status_code == 404


@pytest.mark.parametrize(
    ("path", "far"),
    [
        ("hall", "1.0"),
        ("hall?metres=6", "2.65"),
        ("hall?metres=6&inches=98", "1.49"),
        ("window/1?metres=4", "1.47"),
    ],
)
async def test_a_screen_knows_how_far_its_readers_stand(small: Served, path: str, far: str) -> None:
    page = await small.client.get(f"/b/small/{path}")
    assert f'"far": {far}' in page.text
    assert (await small.client.get("/b/small/hall?metres=0")).status_code == 422
