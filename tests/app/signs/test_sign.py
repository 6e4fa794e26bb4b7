"""When a sign is due: news at once, the same again in time, and nothing that nobody stands behind."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest

from app.branch.signs import SignPlan
from app.hub import Message
from app.live import STALE_S
from app.signs.sign import Sign
from display.render import to_plain
from display.views import Shown, WindowState, WindowView

from .lines import Hand

pytestmark = pytest.mark.anyio
PULSE = Message.of(b'{"kind":"pulse","as_of":""}')
CARD = SignPlan("onbon-5k", "h", 1, width=128, height=32, languages=("zh-Hans",))


def message(state: WindowState = WindowState.SERVING, number: str | None = "A012", **more: Any) -> Message:  # noqa: ANN401
    view = WindowView("3", "3", state, number=number, range=Shown(600, 900), **more)
    head = orjson.dumps({"kind": "view", "seq": 1})[:-1]
    return Message.of(head + b',"view":' + orjson.dumps(to_plain(view, ["zh-Hans"])) + b"}")


class Kept:
    """A sign with a clock of its own, and what it would show."""

    def __init__(self, plan: SignPlan = CARD) -> None:
        self.now = Hand()
        self.woken = 0
        self.sign = Sign(plan, "3", ["zh-Hans", "en"], self._wake, self.now)
        self.board = self.sign.codec.board()

    def _wake(self) -> None:
        self.woken += 1

    def send(self) -> bool:
        """Send what is due; whether anything was."""
        frame = self.sign.due()
        if frame is None:
            return False
        self.board.feed(frame, self.now())
        self.sign.sent(frame)
        return True

    @property
    def rows(self) -> tuple[str, ...]:
        return self.board.picture(self.now()).rows


def test_a_view_is_due_once() -> None:
    kept = Kept()
    assert not kept.send()
    assert kept.sign.offer(message()) is False
    assert kept.woken == 1
    assert kept.send()
    assert kept.rows == ("A012 正在办理", "10-15 分钟")
    assert not kept.send()


def test_the_newest_wins() -> None:
    kept = Kept()
    kept.sign.offer(message())
    assert kept.sign.offer(message(number="A013")) is True
    assert kept.send()
    assert kept.rows[0] == "A013 正在办理"


def test_what_looks_the_same_is_not_sent_again() -> None:
    kept = Kept()
    kept.sign.offer(message())
    kept.send()
    kept.sign.offer(message(call="17"))
    assert not kept.send()


def test_a_page_is_said_again_in_time_while_the_service_lives() -> None:
    kept = Kept()
    kept.sign.offer(message())
    kept.send()
    sent = 0
    for _ in range(24):
        kept.now.at += 5
        kept.sign.offer(PULSE)
        sent += kept.send()
        assert kept.rows[0], "it has timed out"
    assert sent == 12


def test_and_vanishes_by_itself_when_it_does_not() -> None:
    kept = Kept()
    kept.sign.offer(message())
    kept.send()
    kept.now.at += STALE_S + 1
    assert not kept.send()
    kept.now.at += 30
    assert kept.rows == ("", "")
    kept.sign.offer(PULSE)
    assert kept.send()
    assert kept.rows[0]


def test_after_a_loss_the_newest_is_said_again_unless_it_is_stale() -> None:
    kept = Kept()
    kept.sign.offer(message())
    kept.send()
    kept.sign.lost()
    assert kept.send()
    kept.sign.lost()
    kept.now.at += STALE_S + 1
    assert not kept.send()


def test_a_closed_window_is_dark() -> None:
    kept = Kept()
    kept.sign.offer(message())
    kept.send()
    kept.sign.offer(message(WindowState.CLOSED, None))
    assert kept.send()
    assert kept.rows == ("", "")


def test_a_board_of_digits() -> None:
    kept = Kept(SignPlan("numeric", "h", 1))
    kept.sign.offer(message())
    kept.send()
    assert kept.rows == ("A012",)
    kept.sign.offer(message(WindowState.OPEN, None))
    kept.send()
    assert kept.rows == ("    ",)


async def test_it_goes_dark_before_the_service_does() -> None:
    kept = Kept()
    kept.sign.offer(message())
    kept.send()
    kept.sign.offer(Message.of(b'{"kind":"restarting","retry_s":2}'))
    closing = asyncio.create_task(kept.sign.close(1012))
    await asyncio.sleep(0)
    assert not closing.done()
    assert kept.send()
    await closing
    assert kept.rows == ("", "")
    assert not kept.send()
    kept.sign.abort()


async def test_a_page_under_way_is_no_darkness() -> None:
    kept = Kept()
    kept.sign.offer(message())
    kept.send()
    kept.sign.offer(message(number="A013"))
    frame = kept.sign.due()
    assert frame
    closing = asyncio.create_task(kept.sign.close(1012))
    await asyncio.sleep(0)
    kept.sign.sent(frame)
    await asyncio.sleep(0)
    assert not closing.done()
    assert kept.send()
    await closing


def test_a_view_that_cannot_be_said_leaves_no_older_one_standing(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Kept()
    kept.sign.offer(message())
    kept.send()
    kept.sign.offer(message(number="A013"))
    with monkeypatch.context() as broken:
        broken.setattr("app.signs.sign.window_view", lambda _plain: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            kept.sign.due()
    kept.sign.lost()
    assert kept.sign.due() is None


async def test_one_that_is_not_reached_is_not_waited_for() -> None:
    kept = Kept()
    await kept.sign.close(1012)
    kept = Kept()
    kept.sign.offer(message())
    kept.send()
    closing = asyncio.create_task(kept.sign.close(1012))
    await asyncio.sleep(0)
    kept.sign.lost()
    await closing
