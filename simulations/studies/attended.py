"""Who was at the windows on a past day, read off its calls: spells, skills, and how soon they were ready.

A window that lets its customer go is ready again some time later; seen is that only while somebody waits whom
it could call. Up to `longest_s` after a customer such time is its *turnaround*, drawn in a simulation; if
somebody still waits after that, it was away, and is kept away then and there.

Nobody knows when a teller meant to leave: some time after the last call that was taken and before the first
that was not. The middle of that makes the time at work neither too long nor too short, as a spell that ends
amid a service lets it be finished.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from estimator.durations import GRID
from estimator.presence import EDGES_S, Presence, Visit, Wait
from simulations.studies.hours import Spells, joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from estimator.columns import Floats
    from simulations.studies.past_days import PastDay

__all__ = ["LONGEST_S", "Attended", "Own", "attended", "turnaround"]

LONGEST_S = 120.0
Own: TypeAlias = "Mapping[str, Sequence[str]]"
"""By window: the businesses that it takes at once."""
_RARE = 0.04  # of a window's services: less is not its business
_NOTICED_S = 2.0  # who was called sooner did not wait


@dataclass(frozen=True, slots=True)
class Attended:
    """A window on a day: the spells in which it called, what it took, and who sat there (or empty)."""

    window: str
    hours: Spells
    businesses: tuple[str, ...]
    teller: str
    visits: int


@dataclass(frozen=True, slots=True)
class _Visit:
    business: str
    teller: str
    issued: float
    called: float
    ended: float


def attended(day: PastDay, own: Own | None = None, longest_s: float = LONGEST_S) -> list[Attended]:
    """Return the windows that served on that day, by name; empty if nobody did.

    `own`: the businesses that a window takes at once, where that is known; else what it served.
    """
    waits = _waits(day)
    return [
        _attended(window, visits, waits, (own or {}).get(window), longest_s)
        for window, visits in sorted(_visits(day).items())
    ]


def turnaround(days: Iterable[PastDay], own: Own | None = None, longest_s: float = LONGEST_S) -> Floats:
    """Return the quantile table [257] of the time from a customer's end until the window is ready.

    As learned by `estimator.presence` from the days, given that it is at most `longest_s`.
    """
    presence = Presence()
    for day in days:
        presence.learn_day(*_seen(day, own or {}), {})
    hazard = presence.away().hazard
    within = min(-np.expm1(-np.interp(longest_s, EDGES_S, hazard)), 1.0 - 1e-9)
    return np.asarray(np.minimum(np.interp(-np.log1p(-GRID * within), hazard, EDGES_S), longest_s))


def _seen(day: PastDay, own: Own) -> tuple[list[Visit], list[Wait]]:
    """Return the day as `Presence` takes it.

    A window whose own businesses are known helps out with others when it likes: such customers say nothing
    of its readiness, so they go by as if they had not waited, and waits are told apart by window.
    """
    by_window, spells = _visits(day), _waits(day)
    known = [window for window in by_window if window in own]
    visits = []
    for window, customers in by_window.items():
        for one in customers:
            takes = window not in own or one.business in own[window]
            business = f"{window}/{one.business}" if window in own else one.business
            issued = one.issued if takes else one.called
            visits.append(Visit(window, business, issued, one.called, one.ended))
    waits = [Wait(business, *spell) for business, each in spells.items() for spell in each]
    waits += [
        Wait(f"{window}/{business}", *spell)
        for window in known
        for business in own[window]
        for spell in spells.get(business, ())
    ]
    return visits, waits


def _visits(day: PastDay) -> dict[str, list[_Visit]]:
    """Return the customers of each window in the order of their calls."""
    found = defaultdict(list)
    came = np.where(np.isnan(day.called), day.started, day.called)
    ended = np.fmax(np.fmax(day.finished, day.ready), np.where(np.isnan(came), np.nan, day.left))
    for number in np.argsort(came, kind="stable"):
        if day.window[number] and not np.isnan(came[number]):
            end = ended[number] if not np.isnan(ended[number]) else came[number]
            found[day.window[number]].append(
                _Visit(
                    day.business[number],
                    day.teller[number],
                    float(day.issued[number]),
                    float(came[number]),
                    float(end),
                )
            )
    return found


def _waits(day: PastDay) -> Mapping[str, list[tuple[float, float]]]:
    """Return when people of each business waited, who did at all."""
    came = np.where(np.isnan(day.called), day.started, day.called)
    until = np.where(np.isnan(came), day.left, came)
    found = defaultdict(list)
    for business, since, end in zip(day.business, day.issued.tolist(), until.tolist(), strict=True):
        if end - since >= _NOTICED_S:
            found[business].append((since, end))
    return found


def _attended(
    window: str,
    visits: Sequence[_Visit],
    waits: Mapping[str, Sequence[tuple[float, float]]],
    own: Sequence[str] | None,
    longest_s: float,
) -> Attended:
    seen = Counter(visit.business for visit in visits)
    businesses = tuple(name for name, count in sorted(seen.items()) if count >= _RARE * len(visits))
    waited = joined(spell for name in (businesses if own is None else own) for spell in waits.get(name, ()))
    begins = np.array([begin for begin, _ in waited])
    ends = np.array([end for _, end in waited])
    spells = []
    came = visits[0].called
    for before, after in pairwise(visits):
        gone = _away(before, after, begins, ends, longest_s)
        if gone is not None:
            spells.append((came, gone[0]))
            came = gone[1]
    last = visits[-1]
    spells.append((came, _left(last, begins, ends, np.inf)))
    tellers = Counter(visit.teller for visit in visits if visit.teller)
    teller = tellers.most_common(1)[0][0] if tellers else ""
    return Attended(window, joined(spells), businesses, teller, len(visits))


def _away(
    before: _Visit, after: _Visit, begins: Floats, ends: Floats, longest_s: float
) -> tuple[float, float] | None:
    """Return from when to when the window was away between two customers; None: it was there."""
    since = before.ended + longest_s
    if after.called <= since:
        return None
    first = int(np.searchsorted(ends, since, side="right"))
    last = int(np.searchsorted(begins, after.called, side="left")) - 1
    if first > last:  # nobody waited after its turnaround
        return None
    passed_over = min(float(ends[last]), after.called)
    if passed_over - max(since, float(begins[first])) < _NOTICED_S:
        return None
    waited = after.called - after.issued >= _NOTICED_S
    back = after.called if waited else (passed_over + after.called) / 2
    return _left(before, begins, ends, after.called), back


def _left(visit: _Visit, begins: Floats, ends: Floats, until: float) -> float:
    """Return when a window stopped calling: between this customer's call and the next that it passed over."""
    first = int(np.searchsorted(ends, visit.ended, side="right"))
    passed = max(visit.ended, float(begins[first])) if first < begins.size else visit.ended
    return (visit.called + min(passed, until)) / 2
