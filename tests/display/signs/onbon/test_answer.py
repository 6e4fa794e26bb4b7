"""A card's answers: taken, refused and why, or no answer at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.signs.codec import Answer
from display.signs.onbon.answer import CardAnswers, encode
from display.signs.onbon.frame import framed
from display.signs.onbon.packet import Packet
from tests.display.signs.published import DEALER, PING, TAKEN


def test_the_published_answer_is_that_it_was_taken() -> None:
    assert CardAnswers().feed(TAKEN) == [Answer(taken=True)]
    assert framed(encode(0).encode()) == TAKEN


@pytest.mark.parametrize(
    ("error", "reason"), [(3, "the card is busy"), (5, "the checksum is wrong"), (99, "error 99")]
)
def test_a_refusal_says_why(error: int, reason: str) -> None:
    assert CardAnswers().feed(framed(encode(error).encode())) == [Answer(taken=False, reason=reason)]


@pytest.mark.parametrize("other", [PING, DEALER, framed(b"short"), framed(Packet(b"\xa0").encode())])
def test_what_is_no_answer_is_dropped(other: bytes) -> None:
    assert CardAnswers().feed(other + TAKEN) == [Answer(taken=True)]


@given(st.binary(max_size=200))
def test_garbage_never_raises(garbage: bytes) -> None:
    answers = CardAnswers()
    answers.feed(garbage)
    assert answers.feed(TAKEN) == [Answer(taken=True)]
