"""One job of the worker, from its start to its answer; ended, it leaves no process and no file."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Callable
from typing import Any

from .asked import AskedError

__all__ = ["errand"]

_LINE_BYTES = 1 << 24
Progress = Callable[[str, int, int], None]


async def errand(job: dict[str, Any], progress: Progress | None = None) -> dict[str, Any]:
    """Return the worker's answer. Errors: `AskedError`. Cancelled, it ends the worker first."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "app.studies.worker", json.dumps(job),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LINE_BYTES,
        env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip
    try:
        return await _answer(process, progress)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await asyncio.shield(process.wait())


async def _answer(process: asyncio.subprocess.Process, progress: Progress | None) -> dict[str, Any]:
    assert process.stdout is not None  # noqa: S101 - asked for above
    async for line in process.stdout:
        told: dict[str, Any] = json.loads(line)
        if "result" in told:
            return dict(told["result"])
        if "failed" in told:
            raise AskedError(told["field"], told["failed"])
        if progress:
            progress(told["stage"], told["done"], told["total"])
    raise AskedError(
        "", "The process that simulated ended before it was done, perhaps for want of memory; use fewer days."
    )
