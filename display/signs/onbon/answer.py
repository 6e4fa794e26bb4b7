"""What a card answers: ``A0``, and whether it took the command; else the number of what is wrong.

The taken one, ``A0 00 00``, was seen in a published frame; the others follow from the vendor's list of
errors and the order of the fields (group, command, error, two reserved).
"""

from __future__ import annotations

from display.signs.codec import Answer

from .frame import Frames
from .packet import COMPUTER, Broken, Packet, decode

GROUPS = frozenset({0xA0, 0xA1})
ERRORS = {
    1: "unknown group of commands",
    2: "unknown command",
    3: "the card is busy",
    4: "out of memory",
    5: "the checksum is wrong",
    12: "it has no such font",
    13: "it is another kind of card",
}
TAKEN = 0
BAD_CHECKSUM = 5


def encode(error: int, to: int = COMPUTER, sender: int = 1) -> Packet:
    """A card's answer; error 0: taken."""
    return Packet(bytes([0xA0, 0x00 if error == TAKEN else 0x01, error, 0, 0]), to, sender)


class CardAnswers:
    """Reads a card's answers out of a stream; what is no answer is dropped."""

    def __init__(self) -> None:
        self._frames = Frames()

    def feed(self, data: bytes) -> list[Answer]:
        """The answers that these bytes complete."""
        return [answer for body in self._frames.feed(data) if (answer := _answer(body))]


def _answer(body: bytes) -> Answer | None:
    try:
        data = decode(body).data
    except Broken:
        return None
    if len(data) < 3 or data[0] not in GROUPS:
        return None
    group, command, error = data[:3]
    if (group, command, error) == (0xA0, 0, TAKEN):
        return Answer(taken=True)
    return Answer(taken=False, reason=ERRORS.get(error, f"error {error}"))
