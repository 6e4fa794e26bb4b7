"""Threads that stand back."""

from __future__ import annotations

import asyncio
import os
import sys
import threading

import pytest

from app.background import NICENESS, thinkers, unhurried

from .served import Served


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has priorities for threads")
def test_they_are_nicer_than_the_rest_of_the_process() -> None:
    before = niceness()
    with thinkers() as threads:
        assert threads.submit(niceness).result() == min(before + NICENESS, 19)
    assert niceness() == before


@pytest.mark.anyio
async def test_a_service_thinks_in_such_threads(small: Served) -> None:
    assert small.live.epoch
    assert (await asyncio.to_thread(threading.current_thread)).name.startswith("thinking")


def test_all_comes_of_what_is_not_hurried() -> None:
    assert list(unhurried(range(7), 3)) == list(range(7))
