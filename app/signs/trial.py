"""Signs tried out: a test page to each, and what came of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from app.branch.branch_file import Branch
from app.branch.signs import SignPlan
from display.signs.page import Page
from display.signs.saying import trial_pages

from .codecs import codec_of
from .conversation import conversation
from .trouble import Trouble


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one sign's test page; ``wrong`` is empty where it was taken."""

    window: str
    plan: SignPlan
    answers: bool
    experimental: str
    wrong: str = ""

    def __str__(self) -> str:
        """One line, as the command prints it."""
        good = "took the test page" if self.answers else "was sent the test page; it never answers: look"
        return f"window {self.window}: {self.plan}: {self.wrong or good}"


async def trials(branch: Branch, window: str | None = None) -> AsyncIterator[Trial]:
    """Try out each sign of a branch, or of one of its windows, one after the other."""
    for plan_of in branch.windows.values():
        if window in {None, plan_of.id}:
            for plan in plan_of.signs:
                yield await _trial(plan_of.id, plan_of.label, plan)


async def _trial(window: str, label: str, plan: SignPlan) -> Trial:
    codec = codec_of(plan)
    pages = (Page(("8" * plan.digits,)),) if codec.digits_only else trial_pages(label, codec.grid)
    found = (window, plan, codec.answers is not None, codec.experimental)
    try:
        async with conversation(plan.host, plan.port, codec.answers) as talk:
            await talk.show(codec.frame(pages))
    except Trouble as error:
        return Trial(*found, str(error))
    return Trial(*found)
