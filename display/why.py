"""Why a range is what it is, for the manager: a few sentences on one ticket or window, and their figures.

What a view means is plain data here, as in ``display.views``; the sentences come in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from display.speech import N_, Ranged, Voice
from display.views import Shown, Text, WindowState

__all__ = ["PoolRow", "StepWhy", "TicketWhy", "WindowWhy", "pool_words", "source_words", "why_lines"]


@dataclass(frozen=True, slots=True)
class StepWhy:
    """An open step: its names, since when (hours and minutes), and what is left of it."""

    names: Text
    since: str
    range: Shown | None


@dataclass(frozen=True, slots=True)
class TicketWhy:
    """One ticket's range. ``range`` is None where no window will take it; ``waits``: it still waits at all.

    ``labels``: the windows that can serve it; ``next_free``: until the first of them is free, None if one is.
    ``services``: how many past ones it rests on; ``source`` with its ``share`` (percent) is uncertain most.
    """

    number: str
    waits: bool
    ahead: int
    range: Shown | None
    comers: int
    leavers: int
    labels: tuple[str, ...]
    next_free: Shown | None
    services: int
    basis: str
    source: str | None
    share: int


@dataclass(frozen=True, slots=True)
class WindowWhy:
    """One window's range. ``since`` is None where nobody knows; ``cases``: how many past ones it rests on.

    ``slower``: by how many percent the teller's take longer than others', by ``teller_cases``. ``told_min``:
    the teller's own minutes, which lengthen the range's middle by ``moved_min``.
    """

    state: WindowState
    since: str | None
    range: Shown | None
    steps: tuple[StepWhy, ...]
    cases: int
    basis: str | None
    teller: str | None
    teller_cases: int
    slower: int
    told_min: int | None
    moved_min: int


@dataclass(frozen=True, slots=True)
class PoolRow:
    """One pool: its kind, of what, whose, how many cases, and how well it is founded."""

    kind: str
    of: Text
    teller: str | None
    cases: int
    basis: str


NEXT = N_("{number} is next in line")
AHEAD = N_("{n} ahead of {number}")
GONE = N_("{number} no longer waits")
COMERS = N_("About {n} more are yet to come and will go first")
LEAVERS = N_("About {n} of those ahead will probably leave")
NO_WINDOW = N_("Nobody can say when a window will take it")
FREE = N_("Can be served now at window {labels}")
SERVED = Ranged(
    N_("Can be served at window {labels}, one is free in about {low}–{high} min"),
    N_("Can be served at window {labels}, one is free within about {high} min"),
)
SERVICES = N_("Rests on {n} past services")
FEW_SERVICES = N_("Rests mostly on preset minutes, past services are few ({n})")
CASES = N_("Rests on {n} past cases")
FEW_CASES = N_("Rests mostly on preset minutes, past cases are few ({n})")
MOST = N_("Most uncertain: {source} ({share}%)")

SOURCES: Mapping[str, str] = {
    "present": N_("services under way"),
    "services": N_("services of those ahead"),
    "people": N_("who leaves or goes first"),
    "pace": N_("pace of the day and the tellers"),
    "pauses": N_("pauses and openings"),
}

SINCE: Mapping[WindowState, str] = {
    WindowState.CLOSED: N_("Closed since {time}"),
    WindowState.OPEN: N_("Available since {time}"),
    WindowState.CALLING: N_("Calling since {time}"),
    WindowState.SERVING: N_("In service since {time}"),
    WindowState.WRAPPING_UP: N_("Finishing up since {time}"),
    WindowState.PAUSED: N_("Paused since {time}"),
}
LEFT = Ranged(N_("About {low}–{high} min left"), N_("Finished within about {high} min"))
NEXT_CALL = Ranged(N_("Next call in about {low}–{high} min"), N_("Next call within about {high} min"))
BACK = Ranged(N_("Back in about {low}–{high} min"), N_("Back within about {high} min"))
STEP_SINCE = N_("{step} since {time}")
STEP = Ranged(
    N_("{step} since {time}, about {low}–{high} min left"),
    N_("{step} since {time}, finished within about {high} min"),
)
SLOWER = N_("{teller} takes {percent}% longer than others ({n} cases)")
FASTER = N_("{teller} takes {percent}% less time than others ({n} cases)")
TOLD_LONGER = N_("The teller said {told} min, which adds about {moved} min")
TOLD_SHORTER = N_("The teller said {told} min, which takes about {moved} min off")
TOLD_SAME = N_("The teller said {told} min, which changes little")

KINDS: Mapping[str, str] = {
    "service": N_("Services"),
    "wrap_up": N_("Wrap-ups"),
    "walking": N_("Walks after the call"),
    "no_show": N_("Calls in vain"),
    "pause": N_("Pauses"),
    "step": N_("Steps"),
    "idle": N_("Gaps between customers"),
    "opening": N_("Openings"),
    "patience": N_("Patience"),
    "arrival": N_("Arrivals"),
}
BASES: Mapping[str, str] = {
    "configured": N_("preset minutes"),
    "pooled": N_("few of its own"),
    "branch": N_("its own"),
    "calibrated": N_("its own, corrected by what happened"),
}


def why_lines(view: TicketWhy | WindowWhy, say: Voice) -> list[str]:
    """Say why, in a few sentences, the range first."""
    return list(_ticket(view, say) if isinstance(view, TicketWhy) else _window(view, say))


def source_words(source: str, say: Voice) -> str:
    """Name a source of uncertainty."""
    return say.say(SOURCES[source])


def pool_words(row: PoolRow, say: Voice) -> tuple[str, str, str]:
    """Name a pool's kind, what it is of, and how well it is founded."""
    basis = BASES.get(row.basis)
    return say.say(KINDS[row.kind]), say.text(row.of) or "", say.say(basis) if basis else row.basis


def _ticket(view: TicketWhy, say: Voice) -> Iterator[str]:
    if not view.waits:
        yield say.say(GONE, number=view.number)
        return
    if view.ahead:
        yield say.say(AHEAD, n=view.ahead, number=view.number)
    else:
        yield say.say(NEXT, number=view.number)
    if view.comers:
        yield say.say(COMERS, n=view.comers)
    if view.leavers:
        yield say.say(LEAVERS, n=view.leavers)
    labels = ("、" if say.language.startswith("zh") else ", ").join(view.labels)
    if not labels:
        yield say.say(NO_WINDOW)
        return
    yield (
        say.ranged(SERVED, view.next_free, labels=labels) if view.next_free else say.say(FREE, labels=labels)
    )
    yield say.say(FEW_SERVICES if view.basis == "configured" else SERVICES, n=view.services)
    if view.source:
        yield say.say(MOST, source=source_words(view.source, say), share=view.share)


def _window(view: WindowWhy, say: Voice) -> Iterator[str]:
    if view.since:
        yield say.say(SINCE[view.state], time=view.since)
    if view.range:
        yield say.ranged(_RANGES.get(view.state, NEXT_CALL), view.range)
    for step in view.steps:
        name = say.text(step.names) or ""
        yield (
            say.ranged(STEP, step.range, step=name, time=step.since)
            if step.range
            else say.say(STEP_SINCE, step=name, time=step.since)
        )
    if view.basis:
        yield say.say(FEW_CASES if view.basis == "configured" else CASES, n=view.cases)
    if view.teller and view.slower:
        message = SLOWER if view.slower > 0 else FASTER
        yield say.say(message, teller=view.teller, percent=abs(view.slower), n=view.teller_cases)
    if view.told_min is not None:
        message = TOLD_LONGER if view.moved_min > 0 else TOLD_SHORTER if view.moved_min else TOLD_SAME
        moved = {"moved": abs(view.moved_min)} if view.moved_min else {}
        yield say.say(message, told=view.told_min, **moved)


_RANGES: Mapping[WindowState, Ranged] = {WindowState.SERVING: LEFT, WindowState.PAUSED: BACK}
