"""Prints slips in the background, one at a time on each printer, and knows what came of each.

A slip is printed at most once: what was on its way when the service stopped is lost, and the kiosk that asks
after it is told that it failed. Paper never holds up a ticket.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import structlog

from app.branch.branch_file import Branch, BranchFileError
from app.branch.plan import PrinterPlan
from display.slip import Slip

from . import line
from .drawing import font_file
from .status import Fault, PrinterError

STALE_S = 20.0
"""A slip that has waited so long is not printed any more: somebody else would find it."""
REMEMBERED = 500
"""So many slips of each branch are remembered."""

log = structlog.get_logger(__name__)

Send = Callable[[PrinterPlan, Slip], None]
"""Puts a slip on paper; blocks. Errors: ``PrinterError``."""


class Printed(StrEnum):
    """What has become of a slip."""

    QUEUED = "queued"
    DONE = "done"
    FAILED = "failed"


@dataclass(slots=True)
class Job:
    """One slip. ``put_at`` is of the event loop's clock."""

    ticket: str
    slip: Slip
    put_at: float
    printed: Printed = Printed.QUEUED
    fault: Fault | None = None


class Press:
    """One printer, its queue, and the thread that waits for it."""

    def __init__(self, branch: str, plan: PrinterPlan, send: Send) -> None:
        self.plan = plan
        self.fault: Fault | None = None
        """Why the last slip failed; None once one has been printed since."""
        self._branch = branch
        self._send = send
        self._jobs: asyncio.Queue[Job] = asyncio.Queue()
        self._thread = ThreadPoolExecutor(1, f"printer-{plan.id}")
        self._task: asyncio.Task[None] | None = None

    def put(self, job: Job) -> None:
        """Take a slip; returns at once."""
        self._jobs.put_nowait(job)
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Stop; a slip on its way to the printer is let go."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await asyncio.to_thread(self._thread.shutdown, cancel_futures=True)

    async def _run(self) -> None:
        while True:
            job = await self._jobs.get()
            job.fault = await self._print(job)
            job.printed = Printed.FAILED if job.fault else Printed.DONE
            if job.fault is not Fault.LATE:
                self._note(job.fault)

    async def _print(self, job: Job) -> Fault | None:
        loop = asyncio.get_running_loop()
        if loop.time() - job.put_at > STALE_S:
            return Fault.LATE
        try:
            await loop.run_in_executor(self._thread, self._send, self.plan, job.slip)
        except PrinterError as error:
            return error.fault
        except Exception:
            log.exception("slip failed", branch=self._branch, printer=self.plan.id)
            return Fault.BROKEN
        return None

    def _note(self, fault: Fault | None) -> None:
        """Say so once when a printer fails, and when it prints again."""
        if fault != self.fault:
            say = log.warning if fault else log.info
            say("printer", branch=self._branch, printer=self.plan.id, fault=fault.value if fault else None)
        self.fault = fault


class Printing:
    """The printers of all branches. Errors, at start: ``BranchFileError`` where one cannot work here."""

    def __init__(self, branches: Iterable[Branch], send: Send | None = None) -> None:
        self._branches = {branch.id: branch for branch in branches}
        if send is None:
            for branch in self._branches.values():
                _check(branch)
        self._presses = {
            (branch.id, plan.id): Press(branch.id, plan, send or line.send)
            for branch in self._branches.values()
            for plan in branch.printers.values()
        }
        self._jobs: dict[str, OrderedDict[str, Job]] = {name: OrderedDict() for name in self._branches}

    def put(self, branch: str, kiosk: str, ticket: str, slip: Slip) -> Job | None:
        """Print the slip of a ticket that is durable, once; None where the kiosk has no printer."""
        plan = self._branches[branch].printer(kiosk)
        if plan is None:
            return None
        jobs = self._jobs[branch]
        if ticket not in jobs:
            jobs[ticket] = Job(ticket, slip, asyncio.get_running_loop().time())
            while len(jobs) > REMEMBERED:
                jobs.popitem(last=False)
            self._presses[branch, plan.id].put(jobs[ticket])
        return jobs[ticket]

    def job(self, branch: str, ticket: str) -> Job | None:
        """What has become of a ticket's slip; None where none was asked for, as far as is known."""
        return self._jobs[branch].get(ticket)

    def has_printer(self, branch: str, kiosk: str) -> bool:
        """Whether the slips of a kiosk are printed."""
        return self._branches[branch].printer(kiosk) is not None

    def to_plain(self, branch: str) -> list[dict[str, Any]]:
        """The printers of a branch and what is wrong with each, as JSON-able data."""
        return [
            {"printer": name, "host": press.plan.host, "fault": press.fault.value if press.fault else None}
            for (owner, name), press in self._presses.items()
            if owner == branch
        ]

    async def close(self) -> None:
        """Stop all of them."""
        await asyncio.gather(*(press.close() for press in self._presses.values()))


def _check(branch: Branch) -> None:
    for plan in branch.printers.values():
        where = f"[[printer]] {plan.id}"
        if not line.installed():
            raise BranchFileError(
                branch.id, 1, where, "needs the extra `print`: pip install 'lobbyclock[print]'."
            )
        if plan.encoding == "raster":
            try:
                font_file(plan.font)
            except FileNotFoundError as error:
                raise BranchFileError(
                    branch.id, 1, where, f"{error.strerror} at {error.filename}; say where one is: font = …"
                ) from None
