"""Why a range is what it is, for people: the answer as views, sentences, and rows of figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.branch.branch_file import Branch
from app.branch.events import format_moment
from app.branch.state import TicketState
from app.picture import Picture
from app.why import About, AboutTicket, AboutWindow
from display import ranges, terms, why
from display.speech import voice, voices
from display.views import Shown, Text, WindowState
from estimator.estimate import Estimate
from estimator.explain import StepWhy
from estimator.rests import Rest

SLOWER = 3
"""A teller who differs by fewer percent does not differ."""


def lines(about: About) -> dict[str, list[str]]:
    """The sentences in each of the branch's languages."""
    seen = view(about)
    return {language: why.why_lines(seen, say) for language, say in voices(about.picture.branch.languages)}


def page_part(about: About, language: str) -> dict[str, Any]:
    """What the board shows in one language: sentences, shares in percent (greatest first), rows of pools.

    ``label``: the window's, where it is about one. ``as_of``: hours and minutes in the branch.
    """
    say = voice(language)
    shares = about.why.shares if isinstance(about, AboutTicket) else {}
    pools = [pool_row(about.picture.branch, rest) for rest in about.why.rests]
    own = about.picture.branch.windows.get(about.window.window) if isinstance(about, AboutWindow) else None
    return {
        "label": own.label if own else None,
        "as_of": _clock(about.picture, about.picture.now),
        "lines": why.why_lines(view(about), say),
        "shares": [
            (why.source_words(source, say), round(100 * share))
            for source, share in sorted(shares.items(), key=lambda one: -one[1])
        ],
        "pools": [(*why.pool_words(row, say), row.teller, row.cases) for row in pools],
    }


def view(about: About) -> why.TicketWhy | why.WindowWhy:
    """The answer as plain data for a reader."""
    return _ticket(about) if isinstance(about, AboutTicket) else _window(about)


def _ticket(about: AboutTicket) -> why.TicketWhy:
    picture, ticket, found = about.picture, about.ticket, about.why
    source, share = max(found.shares.items(), key=lambda one: one[1], default=(None, 0.0))
    free = found.next_free
    return why.TicketWhy(
        number=ticket.number,
        waits=ticket.state is TicketState.WAITING,
        ahead=picture.ahead.get(ticket.ticket, 0),
        range=_rounded(found.wait),
        comers=round(found.comers),
        leavers=round(found.leavers),
        labels=tuple(picture.branch.windows[one.window].label for one in found.servers),
        next_free=ranges.round_outward(free.low_s, free.high_s) if free and free.high_s > 0 else None,
        services=_services(found.rests),
        basis=found.wait.basis if found.wait else "configured",
        source=source,
        share=round(100 * share),
    )


def _window(about: AboutWindow) -> why.WindowWhy:
    picture, window, found = about.picture, about.window, about.why
    first = found.rests[0] if found.rests else None
    slower = round(100 * (found.teller_factor - 1))
    return why.WindowWhy(
        state=WindowState(window.state.value),
        since=_clock(picture, window.since) if window.since else None,
        range=_rounded(found.remaining),
        steps=tuple(_step(picture, step) for step in found.steps),
        cases=first.cases if first else 0,
        basis=first.basis if first else None,
        teller=found.teller,
        teller_cases=first.teller_cases if first else 0,
        slower=slower if abs(slower) >= SLOWER and first and first.teller_cases else 0,
        told_min=max(1, round(found.told_s / 60)) if found.told_s is not None else None,
        moved_min=round(found.moved_s / 60),
    )


def _step(picture: Picture, step: StepWhy) -> why.StepWhy:
    began = _clock(picture, picture.now - step.elapsed_s)
    return why.StepWhy(_step_names(picture.branch, step.step), began, _rounded(step.remaining))


def _services(rests: Sequence[Rest]) -> int:
    """How many past services it rests on, those of each business counted once."""
    return sum({rest.key: rest.cases for rest in rests if rest.kind == "service"}.values())


def pool_row(branch: Branch, rest: Rest) -> why.PoolRow:
    """A pool with what it is of in words."""
    names: Text = {}
    if rest.kind == "step" and rest.key:
        names = _step_names(branch, rest.key)
    elif rest.kind == "pause":
        names = terms.pause_reason(rest.key)
    elif rest.key in branch.businesses:
        names = branch.businesses[str(rest.key)].names
    return why.PoolRow(rest.kind, names, rest.teller, rest.cases, rest.basis)


def _step_names(branch: Branch, step: str) -> Text:
    plan = branch.steps.get(step)
    return (plan.names if plan else terms.step_names(step)) or {"en": step}


def _rounded(estimate: Estimate | None) -> Shown | None:
    """The estimate in steps that people use; nothing where nothing is left to wait for."""
    if estimate is None or estimate.high_s <= 0:
        return None
    return ranges.round_outward(estimate.low_s, estimate.high_s)


def _clock(picture: Picture, at: float) -> str:
    """Hours and minutes in the branch."""
    return format_moment(at, picture.branch.zone)[11:16]
