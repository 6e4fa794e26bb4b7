"""Signs tried out, and simulated ones watched."""

from __future__ import annotations

import asyncio

import pytest

from app.branch.branch_file import Branch, parse
from app.signs import conversation
from app.signs.simulator import Simulator
from app.signs.trial import Trial, trials
from display.signs.codec import Picture
from display.signs.numeric import Numeric
from display.signs.onbon.card import Card
from display.signs.page import Page
from tests.app.served import SMALL

from .lines import PATIENCE_S, free_port, mute, server, simulator, until

pytestmark = pytest.mark.anyio
CARD = Card(128, 32)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "ANSWER_S", PATIENCE_S)


def branch(card: int, digits: int) -> Branch:
    first = (
        f'signs = [{{ kind = "onbon-6k", host = "127.0.0.1", port = {card}, width = 128, height = 32 }}]\n'
    )
    second = f'signs = [{{ kind = "numeric", host = "127.0.0.1", port = {digits} }}]\n'
    text = SMALL.replace('id = "1"\n', f'id = "1"\n{first}', 1)
    return parse(text.replace('[[window]]\nid = "2"\n', f'[[window]]\nid = "2"\n{second}', 1))


async def tried(of: Branch, window: str | None = None) -> list[Trial]:
    return [trial async for trial in trials(of, window)]


async def test_each_sign_gets_a_page_that_shows_how_far_it_reaches() -> None:
    async with simulator(CARD) as card, simulator(Numeric(4)) as digits:
        found = await tried(branch(card.port, digits.port))
        await until(lambda: digits.picture().rows == ("8888",))
        assert card.picture().rows == ("1 测试 TEST", "1234567890123456")
    assert [trial.wrong for trial in found] == ["", ""]
    assert str(found[0]) == f"window 1: onbon-6k 127.0.0.1:{card.port}/1: took the test page"
    assert "it never answers: look" in str(found[1])
    assert all(trial.experimental for trial in found)


async def test_what_is_wrong_is_said_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "ANSWER_S", 0.5)
    async with server(mute) as card:
        found = await tried(branch(card, free_port()))
        assert "no answer within" in found[0].wrong
        assert "nothing listens" in found[1].wrong


async def test_one_window_only() -> None:
    assert [trial.window for trial in await tried(branch(free_port(), free_port()), "2")] == ["2"]
    assert await tried(branch(free_port(), free_port()), "3") == []


async def test_a_simulator_is_watched_while_its_pages_turn_and_time_out() -> None:
    seen: list[Picture] = []
    now = [0.0]
    async with Simulator(CARD, now=lambda: now[0]) as board:
        watching = asyncio.create_task(board.watch(seen.append))
        await until(lambda: seen)
        async with conversation.conversation("127.0.0.1", board.port, CARD.answers) as talk:
            await talk.show(CARD.frame((Page(("办理中",)), Page(("In service",)))))
        for at, row in ((0.0, "办理中"), (4.0, "In service"), (8.0, "办理中"), (30.0, "")):
            now[0] = at
            await until(lambda: seen[-1].rows[0] == row)  # noqa: B023 - at once
        watching.cancel()
    assert len(seen) == 5
