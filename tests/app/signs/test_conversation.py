"""A connection to a sign: each frame is taken and answered, or it is said what is wrong."""

from __future__ import annotations

import pytest

from app.signs import conversation as module
from app.signs.conversation import conversation
from app.signs.trouble import Trouble
from display.signs.numeric import Numeric
from display.signs.onbon.answer import encode
from display.signs.onbon.card import Card
from display.signs.onbon.frame import framed
from display.signs.page import Page

from .lines import PATIENCE_S, babbling, deaf, flooding, free_port, mute, server, simulator, until

pytestmark = pytest.mark.anyio
CARD = Card(128, 32)
PAGE = (Page(("A012", "办理中")),)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ANSWER_S", PATIENCE_S)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, patient: None) -> None:  # noqa: ARG001 - after it
    """Where no answer will come."""
    monkeypatch.setattr(module, "ANSWER_S", 1.0)


needs_haste = pytest.mark.usefixtures("impatient")


async def say(port: int, frame: bytes = CARD.frame(PAGE), codec: Card | Numeric = CARD) -> None:
    async with conversation("127.0.0.1", port, codec.answers) as talk:
        await talk.show(frame)


async def test_a_page_is_taken_and_shown() -> None:
    async with simulator(CARD) as board, conversation("127.0.0.1", board.port, CARD.answers) as talk:
        await talk.show(CARD.frame(PAGE))
        assert board.picture().rows == ("A012", "办理中")
        await talk.show(CARD.frame(()))
        assert board.picture().dark


async def test_several_boards_of_digits_on_a_line() -> None:
    codecs = (Numeric(4, 1), Numeric(4, 2))
    async with simulator(*codecs) as line, conversation("127.0.0.1", line.port, None) as talk:
        for codec, number in zip(codecs, ("A001", "B002"), strict=True):
            await talk.show(codec.frame((Page((number,)),)))
        await until(lambda: line.picture(1).rows == ("B002",))
        assert line.picture(0).rows == ("A001",)


async def test_nothing_listens() -> None:
    with pytest.raises(Trouble, match=r"nothing listens on port \d+: is the port right"):
        await say(free_port())


async def test_a_name_that_nobody_knows() -> None:
    with pytest.raises(Trouble, match=r"no-such-sign\.invalid"):
        async with conversation("no-such-sign.invalid", 5005, None):
            pass


@pytest.mark.parametrize("host", ["a" * 64, "10.0.0.5.6.7.8..x"])
async def test_what_is_no_name_at_all(host: str) -> None:
    with pytest.raises(Trouble, match=r"reached|not known"):
        async with conversation(host, 5005, None):
            pass


@needs_haste
async def test_no_answer() -> None:
    async with server(mute) as port:
        with pytest.raises(Trouble, match="no answer within"):
            await say(port)
        await say(port, codec=Numeric(4))  # no answer was expected


@needs_haste
async def test_an_answer_that_is_none() -> None:
    async with server(babbling) as port:
        with pytest.raises(Trouble, match="not as a sign of this kind"):
            await say(port)


async def test_a_flood_is_cut_off() -> None:
    async with server(flooding) as port:
        with pytest.raises(Trouble, match="not as a sign of this kind"):
            await say(port)


async def test_a_refusal_says_why() -> None:
    async def refuse(reader: module.asyncio.StreamReader, writer: module.asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(framed(encode(3).encode()))
        await reader.read()

    async with server(refuse) as port:
        with pytest.raises(Trouble, match="refused the page: the card is busy"):
            await say(port)


@needs_haste
async def test_what_is_not_taken_in() -> None:
    with deaf() as listening, pytest.raises(Trouble, match="took nothing in"):
        await say(listening.getsockname()[1], bytes(20_000_000))


async def test_the_other_side_closes() -> None:
    ended = []
    async with (
        simulator(CARD) as board,
        conversation("127.0.0.1", board.port, CARD.answers, lambda: ended.append(1)) as talk,
    ):
        await talk.show(CARD.frame(PAGE))
        await board.__aexit__(None, None, None)
        await until(lambda: ended)
        with pytest.raises(Trouble, match="closed the connection"):
            await talk.show(CARD.frame(PAGE))
