import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.printing.status import ASKS, Fault, answered, fault_of

from .simulator import COVER_OPEN, GARBAGE, PAPER_OUT, READY


@pytest.mark.parametrize(
    ("says", "fault"),
    [
        (READY, None),
        (PAPER_OUT, Fault.PAPER_OUT),
        (COVER_OPEN, Fault.COVER_OPEN),
        ({1: 0x1A, 2: 0x12, 4: 0x12}, Fault.OFFLINE),
        ({1: 0x12, 2: 0x52, 4: 0x12}, Fault.OFFLINE),
        ({1: 0x12, 2: 0x12, 4: 0x1E}, None),  # nearly out: it still prints
    ],
)
def test_what_a_printer_says(says: dict[int, int], fault: Fault | None) -> None:
    assert fault_of(*(says[n] for n in ASKS)) is fault


def test_an_answer_is_the_last_byte_that_can_be_one() -> None:
    assert answered(b"\x14\x00\x12") == 0x12
    assert answered(b"\x12\xff") == 0x12
    assert answered(bytes(GARBAGE.values())) is None
    assert answered(b"") is None


@given(st.binary(max_size=40))
def test_anything_is_an_answer_or_none(sent: bytes) -> None:
    found = answered(sent)
    assert found is None or (found in sent and found & 0x93 == 0x12)
