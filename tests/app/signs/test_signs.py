"""The real service and boards at the other end of real connections."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from functools import partial

import pytest
from structlog.testing import capture_logs

from app import house, live
from app.signs import conversation, line
from app.signs.signs import Signs
from app.signs.simulator import Simulator
from display.signs.numeric import Numeric
from display.signs.onbon.card import Card
from tests.app.served import SMALL, Serve, Served

from .lines import (
    PATIENCE_S,
    Hand,
    Watched,
    babbling,
    deaf,
    flooding,
    free_port,
    mute,
    server,
    simulator,
    until,
)

pytestmark = pytest.mark.anyio
CARD = Card(128, 32)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "FIRST_S", 0.02)
    monkeypatch.setattr(line, "MOST_S", 0.1)
    monkeypatch.setattr(conversation, "ANSWER_S", PATIENCE_S)
    monkeypatch.setattr(live, "PULSE_S", 0.02)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, quick: None) -> None:  # noqa: ARG001 - after it
    """Where no answer will come."""
    monkeypatch.setattr(conversation, "ANSWER_S", 1.0)


def with_signs(*signs: tuple[str, str]) -> str:
    """The small branch with signs: (window, the sign's table)."""
    text = SMALL
    for window, sign in signs:
        head = f'[[window]]\nid = "{window}"\n'
        assert head in text
        text = text.replace(head, f"{head}signs = [{sign}]\n")
    return text


def card(port: int) -> str:
    return f'{{ kind = "onbon-5k", host = "127.0.0.1", port = {port}, width = 128, height = 32 }}'


def digits(port: int, address: int) -> str:
    return f'{{ kind = "numeric", host = "127.0.0.1", port = {port}, address = {address} }}'


async def serve_one(branch: Served) -> str:
    """Window 1 calls and serves a customer; its number."""
    await branch.press("1", "open", {"teller": "t1"})
    number = (await branch.take())["number"]
    await branch.press("1", "next")
    await branch.press("1", "start")
    return str(number)


async def test_what_happens_at_the_window_is_read_off_its_sign(serve: Serve) -> None:
    async with simulator(CARD) as sign, serve(with_signs(("1", card(sign.port)))) as branch:
        await until(lambda: watched(sign).sent)
        assert sign.picture().dark
        await branch.press("1", "open", {"teller": "t1"})
        await until(lambda: sign.picture().rows == ("现在可办理,请先", "取号"))
        number = (await branch.take())["number"]
        await branch.press("1", "next")
        await until(lambda: sign.picture().rows == (f"请 {number} 号到 1", "号窗口办理"))
        await branch.press("1", "start")
        await until(lambda: sign.picture().rows[0] == f"{number} 正在办理")
        assert "分钟" in sign.picture().rows[1]
        await branch.press("1", "finish")
        await branch.press("1", "ready")
        await branch.press("1", "close")
        await until(lambda: sign.picture().dark)


def watched(sign: Simulator) -> Watched:
    (board,) = sign.boards
    assert isinstance(board, Watched)
    return board


async def test_boards_of_digits_on_one_line_show_their_own_numbers(serve: Serve) -> None:
    async with simulator(Numeric(4, 1), Numeric(4, 2)) as boards:
        text = with_signs(("1", digits(boards.port, 1)), ("2", digits(boards.port, 2)))
        async with serve(text) as branch:
            number = await serve_one(branch)
            await until(lambda: boards.picture(0).rows == (number,))
            assert not boards.picture(1).rows[0].strip()
        await until(lambda: not boards.picture(0).rows[0].strip())  # nobody would take it back later


async def test_a_sign_that_was_away_is_right_again(serve: Serve) -> None:
    port = free_port()
    with capture_logs() as logs:
        async with serve(with_signs(("1", card(port)))) as branch:
            number = await serve_one(branch)
            async with simulator(CARD, port=port) as sign:
                await until(lambda: number in "".join(sign.picture().rows))
            await branch.press("1", "finish")
            async with simulator(CARD, port=port) as sign:
                await until(lambda: sign.picture().rows[0] == "后续处理中")
    said = [log["event"] for log in logs if log["event"].startswith("sign ")]
    assert said.count("sign connected") == 2
    assert 3 <= said.count("sign lost") <= 6  # when it changes, not with each of the many attempts


async def test_what_is_not_said_again_vanishes(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    hand = Hand()
    monkeypatch.setattr(house, "Signs", partial(Signs, rng=random.Random(7), now=hand))
    async with simulator(CARD, now=hand) as sign, serve(with_signs(("1", card(sign.port)))) as branch:
        number = await serve_one(branch)
        await until(lambda: number in "".join(sign.picture().rows))
        for _ in range(8):  # twice its time-out
            before = len(watched(sign).sent)
            hand.at += 10
            await until(lambda: len(watched(sign).sent) > before)  # noqa: B023 - at once
            assert number in "".join(sign.picture().rows)
        for news in ("pulse", "publish"):  # a tick may have some
            monkeypatch.setattr(branch.live.hub, news, lambda *_: None)
        hand.at += 20
        assert number in "".join(sign.picture().rows)
        hand.at += 100
        assert sign.picture().dark


async def test_a_service_that_stops_leaves_its_signs_dark(serve: Serve) -> None:
    async with simulator(CARD) as sign:
        async with serve(with_signs(("1", card(sign.port)))) as branch:
            number = await serve_one(branch)
            await until(lambda: number in "".join(sign.picture().rows))
        assert sign.picture().dark


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("bad", [babbling, flooding, mute, None], ids=["babble", "flood", "mute", "deaf"])
async def test_a_bad_sign_delays_nobody(serve: Serve, bad: object) -> None:
    with deaf() as socket:
        async with simulator(CARD) as good, server(bad or mute) as port:  # type: ignore[arg-type]
            bad_port = port if bad else socket.getsockname()[1]
            async with serve(with_signs(("1", card(good.port)), ("2", card(bad_port)))) as branch:
                number = await serve_one(branch)
                await until(lambda: number in "".join(good.picture().rows))
                lines = {one.signs[0].window: one for one in branch.house._signs[0].lines}
                await until(
                    lambda: any(word in str(lines["2"].trouble) for word in ("answer", "took nothing"))
                )
                await until(lambda: lines["1"].trouble is None)
                assert await branch.get("/")


@pytest.mark.usefixtures("impatient")
async def test_a_dead_sign_holds_up_nobody_on_its_line(serve: Serve) -> None:
    """Two cards behind one address, as behind a serial converter; the first is switched off."""
    async with simulator(replace(CARD, address=2)) as there:
        signs = ((w, card(there.port).replace("}", f", address = {w} }}")) for w in ("1", "2"))
        with capture_logs() as logs:
            async with serve(with_signs(*signs)) as branch:
                await branch.press("2", "open", {"teller": "t2"})
                await until(lambda: "现在可办理" in there.picture().rows[0])
                (line,) = branch.house._signs[0].lines
                await until(lambda: line.trouble and "no answer" in line.trouble)
                await branch.press("2", "pause", {"reason": "break"})
                await until(lambda: "暂停" in there.picture().rows[0])
        lost = [one for one in logs if one["event"] == "sign lost"]
        assert len(lost) == 1  # and not once in each round


async def test_attempts_are_ever_further_apart_and_never_in_step() -> None:
    one, other = (line.Line("127.0.0.1", 1, random.Random(seed)) for seed in (1, 2))
    assert one._pause() != other._pause()
    for failures, most in ((1, 0.02), (2, 0.04), (3, 0.08), (4, 0.1), (99, 0.1)):
        one._failures = failures
        assert most / 2 <= one._pause() <= most


async def test_a_fault_of_ours_is_logged_once_and_the_line_goes_on(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with simulator(CARD) as sign:
        with capture_logs() as logs:
            async with serve(with_signs(("1", card(sign.port)))) as branch:
                await until(lambda: watched(sign).sent)
                with monkeypatch.context() as broken:
                    broken.setattr("app.signs.sign.window_view", lambda _plain: 1 / 0)
                    await branch.press("1", "open", {"teller": "t1"})
                    await until(lambda: [one for one in logs if one["event"] == "a sign cannot be driven"])
                number = (await branch.take())["number"]
                await branch.press("1", "next")
                await until(lambda: number in "".join(sign.picture().rows))
        assert len([one for one in logs if one["event"] == "a sign cannot be driven"]) == 1


async def test_a_branch_without_signs_has_no_lines(small: Served) -> None:
    assert small.house._signs[0].lines == []
    await asyncio.sleep(0)
