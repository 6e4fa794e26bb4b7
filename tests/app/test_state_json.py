"""A state in pieces is the state."""

from __future__ import annotations

import orjson
import pytest

from app.branch.branch_file import parse
from app.branch.events import Event, TicketIssued
from app.branch.fold import fold
from app.branch.snapshot import from_plain
from app.branch.state import new_state
from app.state_json import BATCH, to_json

from .served import SMALL, TEN


@pytest.mark.parametrize("tickets", [0, 1, BATCH, BATCH + 1, 3 * BATCH])
def test_what_was_written_is_read(tickets: int) -> None:
    branch = parse(SMALL)
    state = new_state(branch)
    for seq in range(1, tickets + 1):
        fact = TicketIssued(f"T{seq}", f"A{seq:03d}", "personal")
        fold(branch, state, Event(f"e{seq}", "local", TEN + seq, fact, seq, TEN + seq))
    pieces = list(to_json(state))
    assert from_plain(orjson.loads(b"".join(pieces))) == state
    assert len(max(pieces, key=len)) < 100_000
