"""The two commands about signs: try the real ones out, and stand in for one."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from app.branch.branch_file import Branch
from app.branch.signs import NUMERIC, SignPlan
from display.signs.codec import Picture
from display.signs.drawing import to_svg, to_text

from .codecs import codec_of
from .simulator import Simulator
from .trial import Trial, trials

Say = Callable[[str], None]


def try_out(branch: Branch, window: str | None, say: Say) -> bool | None:
    """Try signs out, and say of each what came of it. Whether all took the page; None: there are none."""
    found = asyncio.run(_tried(branch, window, say))
    kinds = {trial.plan.kind: trial.experimental for trial in found}
    for kind, why in kinds.items():
        say(f"{kind} is experimental: {why}.")
    return not any(trial.wrong for trial in found) if found else None


async def _tried(branch: Branch, window: str | None, say: Say) -> list[Trial]:
    found = []
    async for trial in trials(branch, window):
        say(str(trial))
        found.append(trial)
    return found


def simulate(plan: SignPlan, svg: Path | None, say: Say) -> None:
    """Stand in for a sign until stopped: draw what it shows, and keep an SVG of it if one is wanted."""

    def show(picture: Picture) -> None:
        if svg:
            svg.write_text(to_svg(picture), "utf-8")
        say(f"{datetime.now().astimezone():%H:%M:%S}\n{to_text(picture)}")

    async def run() -> None:
        async with Simulator(codec_of(plan), host=plan.host, port=plan.port) as simulator:
            say(f"A simulated {plan.kind} listens on {plan.host}:{simulator.port}; Ctrl-C stops it.")
            await simulator.watch(show)

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run())


def plan_of(kind: str, host: str, port: int, address: int, size: tuple[int, int], digits: int) -> SignPlan:
    """A sign as the simulator's options describe it; ``size`` in pixels."""
    if kind == NUMERIC:
        return SignPlan(kind, host, port, address, digits)
    return SignPlan(kind, host, port, address, width=size[0], height=size[1])
