"""Threads for what takes thought: they stand back for the event loop, whom everybody waits for."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor

NICENESS = 5
"""How much nicer than the rest of the process these threads are: more delays what screens see."""


def thinkers() -> ThreadPoolExecutor:
    """Threads for forecasts, snapshots, advice and summaries, to be the event loop's default executor.

    On one core a pass of ten milliseconds otherwise takes half the core from everybody who reports, for as
    long as it lasts. Only Linux has priorities for threads; elsewhere they compete.
    """
    return ThreadPoolExecutor(thread_name_prefix="thinking", initializer=_stand_back)


def _stand_back() -> None:
    if sys.platform == "linux":  # elsewhere this would be the whole process
        os.nice(NICENESS)
