"""The desk where studies are asked for: at most one at a time for each branch, and one in the house."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import structlog

from app.branch.errors import Refused, Unknown
from app.branch.state import business_date
from app.house import House
from app.live import Live
from simulations.studies.hours import clock

from .asked import (
    BRANCH_FILE,
    MOST_DAYS,
    SCENARIO,
    TODAY,
    WITHOUT,
    Asked,
    AskedError,
    check,
    scenario_text,
    to_toml,
    today_text,
)
from .errand import errand
from .shelf import Shelf

__all__ = ["Desk", "Run"]

log = structlog.get_logger(__name__)

_ENDED = 32
"""So many runs of which nothing was kept are remembered, for whoever still looks at their page."""
_SEED = 1
_NINE, _FIVE = 9 * 3600.0, 17 * 3600.0


@dataclass(slots=True)
class Run:
    """A study on its way: its `stage`, and how far that is.

    `state`: waiting, running, done, advised (of a search: there is `advice`), stopped or failed.
    """

    id: str
    branch: str
    asked: Asked
    state: str = "waiting"
    stage: str = "learning"
    done: int = 0
    total: int = 0
    field: str = ""
    sentence: str = ""
    advice: dict[str, Any] | None = None

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        plain: dict[str, Any] = {"id": self.id, "state": self.state, "name": self.asked.scenario.get("name")}
        if self.state in ("waiting", "running"):
            plain |= {"stage": self.stage, "done": self.done, "total": self.total}
        if self.state == "failed":
            plain |= {"field": self.field, "detail": self.sentence}
        if self.advice is not None:
            plain["advice"] = self.advice
        return plain


class Desk:
    """Takes scenarios, has them simulated in processes of their own, and keeps what comes of them."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.shelf = Shelf(house.data / "studies")
        self._runs: dict[str, Run] = {}
        self._ended: OrderedDict[tuple[str, str], Run] = OrderedDict()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._turn = asyncio.Semaphore(1)
        self._surveys: dict[str, tuple[dt.date, asyncio.Task[dict[str, Any]]]] = {}

    async def survey(self, live: Live) -> dict[str, Any]:
        """Return what the branch's past shows (`plain.survey`), read once a day. Errors: `AskedError`."""
        today = business_date(live.clock.now(), live.branch.zone, live.branch.day_change)
        known = self._surveys.get(live.branch.id)
        failed = known is not None and known[1].done() and (known[1].cancelled() or known[1].exception())
        if known is None or known[0] != today or failed:
            known = today, asyncio.create_task(self._survey(live))
            self._surveys[live.branch.id] = known
        return await asyncio.shield(known[1])

    async def start(self, live: Live, asked: Asked) -> Run:
        """Begin a study. Errors: `AskedError`; `Refused` while another of this branch runs."""
        branch = live.branch
        survey = await self.survey(live)
        if running := self._runs.get(branch.id):
            raise Refused(
                "one study at a time",
                f"A study of this branch is running ({running.id}); wait until it is done, or stop it.",
            )
        if not 1 <= asked.days <= MOST_DAYS:
            raise AskedError("days", f"{asked.days} should be a whole number from 1 to {MOST_DAYS}.")
        if asked.late_share is not None and not 0.0 < asked.late_share < 1.0:
            raise AskedError("late_share", f"{asked.late_share:g} should be a share between 0 and 1.")
        sources = self._sources(live, known=survey["days"] > 0)
        files = {
            BRANCH_FILE: self._house.texts[branch.id],
            TODAY: today_text(sources, survey, asked),
            SCENARIO: scenario_text(sources, survey, asked),
        }
        check(files[SCENARIO], branch)
        run = Run(secrets.token_hex(6), branch.id, asked)
        self._runs[branch.id] = run
        self._tasks[run.id] = asyncio.create_task(self._run(run, live, files))
        return run

    def running(self, branch: str) -> Run | None:
        """Return the study of a branch that is on its way."""
        return self._runs.get(branch)

    def find(self, branch: str, name: str) -> Run | dict[str, Any]:
        """Return a run, or what was kept of it. Errors: `Unknown`."""
        run = self._runs.get(branch)
        if run is not None and run.id == name:
            return run
        kept = self.shelf.read(branch, name)
        if kept is not None:
            return kept
        if (branch, name) in self._ended:
            return self._ended[branch, name]
        raise Unknown("study", name, [one.id for one in self.shelf.list(branch)])

    async def stop(self, branch: str, name: str) -> bool:
        """End a run; whether there was one. When this returns, nothing of it is left."""
        run = self._runs.get(branch)
        if run is None or run.id != name:
            return False
        task = self._tasks[run.id]
        task.cancel()
        await asyncio.wait([task])
        if run.state in ("waiting", "running"):  # it had not begun to begin
            run.state = "stopped"
            self._end(run)
        return True

    async def remove(self, branch: str, name: str) -> None:
        """End a run, or remove what was kept. Errors: `Unknown`."""
        if await self.stop(branch, name):
            return
        if (branch, name) in self._ended:
            del self._ended[branch, name]
            return
        if not self.shelf.remove(branch, name):
            raise Unknown("study", name, [one.id for one in self.shelf.list(branch)])

    async def close(self) -> None:
        """End whatever runs."""
        tasks = [*self._tasks.values(), *(task for _, task in self._surveys.values())]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _survey(self, live: Live) -> dict[str, Any]:
        branch = live.branch
        opens = min((_seconds(one.starts) for one in branch.openings), default=_NINE)
        closes = max((_seconds(one.ends) for one in branch.openings), default=_FIVE)
        anybody = {name: [1] for name in branch.businesses}
        doors = {"opens": clock(opens), "closes": clock(closes), "demand": {"arrivals": anybody}}
        files = {
            BRANCH_FILE: self._house.texts[branch.id],
            TODAY: to_toml(self._sources(live)),
            WITHOUT: to_toml({**self._sources(live, known=False), **doors}),
        }
        with self.shelf.draft(f"survey-{secrets.token_hex(6)}", files) as folder:
            return await errand({"do": "survey", "folder": str(folder)})

    def _sources(self, live: Live, *, known: bool = True) -> dict[str, Any]:
        """Return where the past is read, up to yesterday: today is not over, and would look like little."""
        if not known:
            return {"branch": BRANCH_FILE}
        today = business_date(live.clock.now(), live.branch.zone, live.branch.day_change)
        yesterday = today - dt.timedelta(days=1)
        return {"branch": BRANCH_FILE, "data": str(self._house.data.resolve()), "learn_to": str(yesterday)}

    async def _run(self, run: Run, live: Live, files: dict[str, str]) -> None:
        try:
            async with self._turn:
                run.state = "running"
                await self._simulate(run, live, files)
            run.state = "done" if run.advice is None else "advised"
        except asyncio.CancelledError:
            run.state = "stopped"
        except AskedError as error:
            run.state, run.field, run.sentence = "failed", error.field, str(error)
        except OSError as error:
            run.state, run.sentence = "failed", f"It could not be run or kept here: {error.strerror}."
        except Exception:  # else its page would wait for ever
            log.exception("study failed", branch=run.branch, study=run.id)
            run.state, run.sentence = "failed", "A fault of the service; the log says more."
        finally:
            self._end(run)

    async def _simulate(self, run: Run, live: Live, files: dict[str, str]) -> None:
        def progress(stage: str, done: int, total: int) -> None:
            run.stage, run.done, run.total = stage, done, total

        with self.shelf.draft(run.id, files) as folder:
            job = {"do": "study", "folder": str(folder), "days": run.asked.days, "seed": _SEED}
            if run.asked.late_share is not None:
                job |= {"do": "advise", "late_s": run.asked.late_s, "late_share": run.asked.late_share}
                run.advice = await errand(job, progress)
                return
            study = await errand(job, progress)
            plain = {
                "id": run.id,
                "name": run.asked.scenario.get("name"),
                "made_at": live.clock.now(),
                "asked": run.asked.to_plain(),
                "study": study,
            }
            self.shelf.keep(run.branch, folder, plain)

    def _end(self, run: Run) -> None:
        with contextlib.suppress(KeyError):
            del self._tasks[run.id]
        self._runs.pop(run.branch, None)
        if run.state != "done":
            self._ended[run.branch, run.id] = run
            while len(self._ended) > _ENDED:
                self._ended.popitem(last=False)


def _seconds(moment: dt.time) -> float:
    return moment.hour * 3600.0 + moment.minute * 60.0 + moment.second
