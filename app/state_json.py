"""A branch's state as JSON, in pieces; ``app.branch.snapshot`` has it back."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from app.branch.state import State

BATCH = 100


def to_json(state: State) -> Iterator[bytes]:
    """The state as JSON, in pieces that each take a moment only: tickets, which may be many, in batches."""
    names = [name for name in State.__dataclass_fields__ if name != "tickets"]
    for name in names:
        yield (b"{" if name == names[0] else b",") + _entries({name: getattr(state, name)})
    yield b',"tickets":{'
    tickets = list(state.tickets.items())
    for begin in range(0, len(tickets), BATCH):
        yield (b"," if begin else b"") + _entries(dict(tickets[begin : begin + BATCH]))
    yield b"}}"


def _entries(value: Mapping[str, Any]) -> bytes:
    return orjson.dumps(value, default=_as_builtin)[1:-1]


def _as_builtin(value: object) -> object:
    """What orjson does not know of a state: records and dictionaries it does."""
    if isinstance(value, deque):
        return list(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)
