"""What a manager could do now, in sentences: each says what is advised and what it would make of the waits.

What a view means is plain data here, as in ``display.views``; waits are always ranges.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from display.speech import N_, Ranged, Voice
from display.views import Shown, Text

__all__ = ["AdviceView", "ClosingView", "ExpressView", "Kind", "OpeningView", "advice_lines"]

Why = Literal["advice", "history", "quiet", "out_of_touch"]
Kind = Literal[
    "history",
    "quiet",
    "out_of_touch",
    "as_it_is",
    "opening",
    "no_opening",
    "closing",
    "express",
    "no_express",
]


@dataclass(frozen=True, slots=True)
class OpeningView:
    """Open a window for so many minutes. ``businesses``: whose waits these are, none for everybody's.

    ``before`` is None where no other window takes them; ``after``, too, where that window cannot take all.
    """

    label: str
    minutes: int
    businesses: tuple[Text, ...]
    before: Shown | None
    after: Shown | None


@dataclass(frozen=True, slots=True)
class ClosingView:
    """A window may close at ``time`` (hours and minutes); ``until``: as far as was looked, None: all day."""

    label: str
    time: str
    until: str | None


@dataclass(frozen=True, slots=True)
class ExpressView:
    """A window for services of at most ``minutes``: before and after, for these and for all others."""

    label: str
    minutes: int
    advised: bool
    short: tuple[Shown, Shown]
    others: tuple[Shown, Shown]


@dataclass(frozen=True, slots=True)
class AdviceView:
    """All that there is to advise; ``why`` there is none: ``history``, ``quiet``, ``out_of_touch``.

    ``openable``: whether there is a window to open at all.
    """

    why: Why
    as_it_is: Shown | None = None
    openable: bool = False
    opening: OpeningView | None = None
    closing: ClosingView | None = None
    express: ExpressView | None = None


HISTORY = N_("No advice yet: too little is known of this branch's services and arrivals")
QUIET = N_("Nobody waits and nobody is expected: there is nothing to advise")
OUT_OF_TOUCH = N_("No advice at present: part of the branch is out of touch")
AS_IT_IS = Ranged(
    N_("As it is, waits over the next hour: about {low}–{high} min"),
    N_("As it is, waits over the next hour: within about {high} min"),
)
ABOUT = Ranged(N_("about {low}–{high} min"), N_("at most about {high} min"))
OPEN = N_("Open window {label} for {minutes} min: waits fall from {before} to {after}")
OPEN_FOR = N_("Open window {label} for {minutes} min: waits for {businesses} fall from {before} to {after}")
OPEN_ALONE = N_(
    "Open window {label} for {minutes} min: no other window takes {businesses}, waits would be {after}"
)
OPEN_NEEDED = N_("Open window {label}: no other window takes {businesses}")
NO_OPENING = N_("Opening another window now would change little")
CLOSE = N_("Window {label} may close at {time} at no cost")
CLOSE_UNTIL = N_("Window {label} may close at {time} at no cost, as far as can be foreseen (until {until})")
EXPRESS = N_(
    "Express at window {label} for the next hour (at most {minutes} min each): yes. "
    "Short services wait {short_after} (now {short_before}), others {others_after} (now {others_before})"
)
NO_EXPRESS = N_(
    "Express at window {label} for the next hour (at most {minutes} min each): no. "
    "Short services would wait {short_after} (now {short_before}), "
    "others {others_after} (now {others_before})"
)
SAME_EXPRESS = N_("Express for the next hour: no, waits would hardly change")


def advice_lines(view: AdviceView, say: Voice) -> list[tuple[Kind, str]]:
    """Say what there is to advise, the way it is first; each sentence with its kind."""
    return list(_lines(view, say))


def _lines(view: AdviceView, say: Voice) -> Iterator[tuple[Kind, str]]:
    if view.why == "history":
        yield "history", say.say(HISTORY)
        return
    if view.why == "quiet":
        yield "quiet", say.say(QUIET)
        return
    if view.why == "out_of_touch":
        yield "out_of_touch", say.say(OUT_OF_TOUCH)
        return
    if view.as_it_is:
        yield "as_it_is", say.ranged(AS_IT_IS, view.as_it_is)
    if view.opening:
        yield "opening", _opening(view.opening, say)
    elif view.openable:
        yield "no_opening", say.say(NO_OPENING)
    if view.closing:
        yield "closing", _closing(view.closing, say)
    if view.express:
        yield "express" if view.express.advised else "no_express", _express(view.express, say)


def _opening(view: OpeningView, say: Voice) -> str:
    businesses = ("、" if say.language.startswith("zh") else ", ").join(
        say.text(names) or "" for names in view.businesses
    )
    if view.after is None:
        return say.say(OPEN_NEEDED, label=view.label, businesses=businesses)
    after = say.ranged(ABOUT, view.after)
    own = {"label": view.label, "minutes": view.minutes, "after": after}
    if view.before is None:
        return say.say(OPEN_ALONE, businesses=businesses, **own)
    own["before"] = say.ranged(ABOUT, view.before)
    return say.say(OPEN_FOR, businesses=businesses, **own) if businesses else say.say(OPEN, **own)


def _closing(view: ClosingView, say: Voice) -> str:
    if view.until is None:
        return say.say(CLOSE, label=view.label, time=view.time)
    return say.say(CLOSE_UNTIL, label=view.label, time=view.time, until=view.until)


def _express(view: ExpressView, say: Voice) -> str:
    if not view.advised and view.short[0] == view.short[1] and view.others[0] == view.others[1]:
        return say.say(SAME_EXPRESS)
    return say.say(
        EXPRESS if view.advised else NO_EXPRESS,
        label=view.label,
        minutes=view.minutes,
        short_before=say.ranged(ABOUT, view.short[0]),
        short_after=say.ranged(ABOUT, view.short[1]),
        others_before=say.ranged(ABOUT, view.others[0]),
        others_after=say.ranged(ABOUT, view.others[1]),
    )
