"""The whole state as it is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from tests.app.served import Served

pytestmark = pytest.mark.anyio


def times(value: Any, name: str = "") -> Iterator[object]:  # noqa: ANN401 - JSON
    """Every value in it that is a time by its name."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from times(one, key)
    elif isinstance(value, list):
        for one in value:
            yield from times(one)
    elif value is not None and (name in {"at", "since"} or name.endswith("_at")):
        yield value


async def test_every_time_in_it_has_an_offset_and_what_never_was_has_none(small: Served) -> None:
    shut = (await small.get(""))["windows"][1]
    assert (shut["state"], shut["since"]) == ("closed", None)
    await small.take()
    await small.press("1", "next")
    await small.press("1", "start")
    await small.press("1", "step", {"step": "approval", "step_id": "s1"})
    await small.press("1", "step", {"step": "cash", "step_id": "s2"})
    await small.press("1", "step-end", {"step_id": "s1"})
    await small.press("1", "announce", {"step": "approval"})
    state = await small.get("")
    window = state["windows"][0]
    assert [step["step_id"] for step in window["steps"]] == ["s2"]
    assert [step["step"] for step in window["ended_steps"]] == ["approval"]
    assert window["coming"]["step"] == "approval"
    found = [*times(state["windows"]), *times(state["tickets"])]
    assert len(found) > 8
    for one in found:
        assert isinstance(one, str)
        assert datetime.fromisoformat(one).tzinfo is not None
