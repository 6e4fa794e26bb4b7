"""What to do now: asked of a branch's present, at most every so often, and answered to pages and machines."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import ceil, isfinite
from typing import Any

from app.branch.branch_file import Branch
from app.branch.events import format_moment
from app.branch.state import out_of_touch
from app.live import Live
from app.owner import Owner, Question
from display import advice as words
from display.catalogues import LANGUAGES, spoken_as
from display.ranges import round_outward
from display.speech import voice
from display.views import Shown
from simulations.advice import Advice, Closing, Express, Opening, Waits, advise
from simulations.drawing import look_ahead
from simulations.outlook import Outlook

EVERY_S = 30.0
"""Wall seconds for which an answer serves everybody."""
WORK = 120_000
"""Customers drawn at most: many who wait make the figures coarser, not later."""


@dataclass(frozen=True, slots=True)
class Advised:
    """Advice on a branch as it was ``now``, after the event ``seq``."""

    branch: Branch
    now: float
    seq: int
    advice: Advice


class Advisor:
    """Thinks about branches, one at a time, and only when somebody asks and the last answer is too old."""

    def __init__(self, every_s: float = EVERY_S) -> None:
        self._every_s = every_s
        self._turn = asyncio.Lock()
        self._known: dict[str, tuple[float, Advised]] = {}

    async def advised(self, live: Live) -> Advised:
        """What to do now, or what was to be done a moment ago."""
        known = self._fresh(live)
        if known is None:
            async with self._turn:
                known = self._fresh(live) or await self._think(live)
        return known

    def _fresh(self, live: Live) -> Advised | None:
        at, known = self._known.get(live.branch.id, (float("-inf"), None))
        return known if asyncio.get_running_loop().time() - at < self._every_s else None

    async def _think(self, live: Live) -> Advised:
        """Draw while nothing is learned; then think, while the branch goes on."""
        now, seq, outlook = await live.ponder(_drawn)
        advice = await asyncio.to_thread(advise, outlook) if outlook else Advice("out_of_touch")
        found = Advised(live.branch, now, seq, advice)
        self._known[live.branch.id] = asyncio.get_running_loop().time(), found
        return found


def _drawn(owner: Owner, question: Question) -> tuple[float, int, Outlook | None]:
    """The moment and event of a question, and its outlook; None where a window is out of touch."""
    state = question.state
    if any(out_of_touch(owner.branch, state, window) for window in state.windows.values()):
        return question.now, state.seq, None
    outlook = look_ahead(question.situation, owner.learned.pools, question.seed, work=WORK)
    return question.now, state.seq, outlook


def to_plain(about: Advised) -> dict[str, Any]:
    """The answer as JSON-able data, with its sentences."""
    advice = about.advice
    return {
        "as_of": _moment(about, 0.0),
        "seq": about.seq,
        "why": advice.why,
        "as_it_is": _waits(advice.as_it_is),
        "opening": _opening(advice.opening) if advice.opening else None,
        "closing": _closing(about, advice.closing) if advice.closing else None,
        "express": _express(advice.express) if advice.express else None,
        "says": says(about),
    }


def says(about: Advised) -> list[dict[str, Any]]:
    """The sentences, each with its kind and in every language."""
    seen = view(about)
    spoken = {
        language: words.advice_lines(seen, voice(spoken_as(language, about.branch.languages)))
        for language in LANGUAGES
    }
    kinds = [kind for kind, _ in next(iter(spoken.values()))]
    return [
        {"kind": kind, "text": {language: lines[place][1] for language, lines in spoken.items()}}
        for place, kind in enumerate(kinds)
    ]


def view(about: Advised) -> words.AdviceView:
    """The advice as plain data for a reader; what does not differ once it is rounded is not advised."""
    advice = about.advice
    return words.AdviceView(
        advice.why,
        as_it_is=_shown(advice.as_it_is),
        openable=advice.openable,
        opening=_opening_view(about, advice.opening) if advice.opening else None,
        closing=_closing_view(about, advice.closing) if advice.closing else None,
        express=_express_view(about, advice.express) if advice.express else None,
    )


def _opening_view(about: Advised, one: Opening) -> words.OpeningView | None:
    before, after = _shown(one.before), _shown(one.after)
    if before == after and before is not None:
        return None
    own, businesses = set(one.businesses), about.branch.businesses
    everybody = before is not None and own.issuperset(businesses)
    names = () if everybody else tuple(plan.names for name, plan in businesses.items() if name in own)
    return words.OpeningView(_label(about, one.window), round(one.for_s / 60), names, before, after)


def _closing_view(about: Advised, one: Closing) -> words.ClosingView:
    until = None if one.ends else _moment(about, one.until_s)[11:16]
    return words.ClosingView(_label(about, one.window), _moment(about, one.in_s)[11:16], until)


def _express_view(about: Advised, one: Express) -> words.ExpressView | None:
    short, short_then, others, others_then = (_shown(each) for each in (*one.short, *one.others))
    if short is None or short_then is None or others is None or others_then is None:
        return None
    minutes = ceil(one.express_s / 60)
    ranges = (short, short_then), (others, others_then)
    return words.ExpressView(_label(about, one.window), minutes, one.advised, *ranges)


def _shown(waits: Waits | None) -> Shown | None:
    """A range in steps that people use; None where nobody can say how long."""
    if waits is None or not isfinite(waits.high_s):
        return None
    return round_outward(waits.low_s, waits.high_s)


def _label(about: Advised, window: str) -> str:
    return about.branch.windows[window].label


def _moment(about: Advised, in_s: float) -> str:
    return format_moment(about.now + in_s, about.branch.zone)


def _opening(one: Opening) -> dict[str, Any]:
    return {
        "window": one.window,
        "for_s": one.for_s,
        "businesses": list(one.businesses),
        "before": _waits(one.before),
        "after": _waits(one.after),
        "change": _rounded(asdict(one.change)),
    }


def _closing(about: Advised, one: Closing) -> dict[str, Any]:
    return {
        "window": one.window,
        "at": _moment(about, one.in_s),
        "until": None if one.ends else _moment(about, one.until_s),
        "change": _rounded(asdict(one.change)),
    }


def _express(one: Express) -> dict[str, Any]:
    return {
        "window": one.window,
        "express_s": round(one.express_s, 1),
        "for_s": one.for_s,
        "advised": one.advised,
        "short": {"before": _waits(one.short[0]), "after": _waits(one.short[1])},
        "others": {"before": _waits(one.others[0]), "after": _waits(one.others[1])},
        "change": _rounded(asdict(one.change)),
    }


def _waits(waits: Waits | None) -> dict[str, float | None] | None:
    return _rounded(asdict(waits)) if waits else None


def _rounded(figures: Mapping[str, float]) -> dict[str, float | None]:
    """Shares to a thousandth, all else to a tenth; what has no end is null."""
    places = {"long": 3, "worse": 3}
    return {
        name: round(figure, places.get(name, 1)) if isfinite(figure) else None
        for name, figure in figures.items()
    }
