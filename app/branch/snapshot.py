"""The state of a branch as JSON-able data, and back again."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

from .state import (
    CALLS,
    RECENT,
    Call,
    Coming,
    EndedStep,
    Notice,
    State,
    Step,
    Ticket,
    Tickets,
    TicketState,
    Told,
    Undo,
    Window,
    WindowState,
)

_AS_IT_IS = frozenset({str, float, int, bool, type(None)})


def to_plain(value: Any) -> Any:  # noqa: ANN401 - walks plain data
    """A record, or the whole state, as JSON-able data."""
    if type(value) in _AS_IT_IS:
        return value
    if hasattr(value, "__dataclass_fields__"):
        return {name: to_plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, Mapping):
        return {name: to_plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple | deque):
        return [to_plain(item) for item in value]
    return value


def _ticket(raw: Mapping[str, Any]) -> Ticket:
    return Ticket(**{**raw, "state": TicketState(raw["state"])})


def _window(raw: Mapping[str, Any]) -> Window:
    businesses = raw["businesses"]
    return Window(
        **{
            **raw,
            "state": WindowState(raw["state"]),
            "steps": tuple(Step(**step) for step in raw["steps"]),
            "ended_steps": tuple(EndedStep(**step) for step in raw["ended_steps"]),
            "coming": Coming(**raw["coming"]) if raw["coming"] else None,
            "businesses": businesses if businesses is None else tuple(businesses),
        }
    )


def _told(raw: Mapping[str, Any]) -> dict[str, Mapping[str, Told]]:
    return {key: {about: Told(**told) for about, told in items.items()} for key, items in raw.items()}


def _undo(raw: Mapping[str, Any]) -> Undo:
    return Undo(
        raw["seq"],
        raw["at"],
        raw["type"],
        {name: _window(item) for name, item in raw["windows"].items()},
        {name: _ticket(item) if item else None for name, item in raw["tickets"].items()},
        _told(raw["told"]),
    )


def from_plain(raw: Mapping[str, Any]) -> State:
    """The state that ``to_plain`` wrote."""
    return State(
        seq=raw["seq"],
        reported=raw["reported"],
        last_at=raw["last_at"],
        day=raw["day"],
        windows={name: _window(item) for name, item in raw["windows"].items()},
        tickets=Tickets({name: _ticket(item) for name, item in raw["tickets"].items()}),
        counters=dict(raw["counters"]),
        told=_told(raw["told"]),
        calls=deque((Call(**item) for item in raw["calls"]), maxlen=CALLS),
        silent=dict(raw["silent"]),
        heard=dict(raw["heard"]),
        notices={name: Notice(**item) for name, item in raw["notices"].items()},
        recent=deque((_undo(item) for item in raw["recent"]), maxlen=RECENT),
    )
