"""Threads for what takes thought: they stand back for the event loop, whom everybody waits for."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

NICENESS = 5
"""How much nicer than the rest of the process these threads are: more delays what screens see."""
PAUSE_S = 0.0005

Item = TypeVar("Item")


def thinkers() -> ThreadPoolExecutor:
    """Threads for forecasts, snapshots, advice and summaries, to be the event loop's default executor.

    On one core a pass of ten milliseconds otherwise takes half the core from everybody who reports, for as
    long as it lasts. Only Linux has priorities for threads; elsewhere they compete.
    """
    return ThreadPoolExecutor(thread_name_prefix="thinking", initializer=_stand_back)


def unhurried(items: Iterable[Item], stretch: int = 1) -> Iterator[Item]:
    """The items, with a rest after each ``stretch`` of them: the loop gets its turn at every rest.

    Without one it waits for the interpreter at each of its system calls.
    """
    for number, item in enumerate(items, 1):
        yield item
        if number % stretch == 0:
            time.sleep(PAUSE_S)


def _stand_back() -> None:
    if sys.platform == "linux":  # elsewhere this would be the whole process
        os.nice(NICENESS)
