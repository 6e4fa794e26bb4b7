"""A tally put down as plain data: what the API answers, and what the page is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.branch.branch_file import Branch
from app.branch.events import format_moment
from app.branch.state import business_date
from display import promises as words
from display.catalogues import LANGUAGES

from .ledger import RETURN, SERVICE, WAIT, WRAP_UP
from .period import Period
from .promise import Outcome
from .tally import ENOUGH, Gap, Name, Outcomes, Score, Slices, Tally, known, median, share

ABOUT = (WAIT, SERVICE, WRAP_UP, RETURN)


def review(period: Period, tally: Tally, now: float) -> dict[str, Any]:
    """The answer to "what did we say, and what happened?" for the days of a period."""
    branch = period.branch
    every = {about: tally.about.get(about, Slices()) for about in ABOUT}
    return {
        "branch": branch.id,
        "from": f"{period.first}",
        "to": f"{period.last}",
        "as_of": format_moment(now, branch.zone),
        "aims": {"late_share": branch.late_share, "early_share": branch.early_share},
        "enough": ENOUGH,
        "sentences": {language: sentence(period, every[WAIT], now, language) for language in LANGUAGES},
        "about": [{"about": about, **_slices(branch, slices)} for about, slices in every.items()],
    }


def sentence(period: Period, waits: Slices, now: float, language: str) -> str:
    """How many of the waits were longer than was first said, for the manager."""
    branch, first = period.branch, waits.whole.first
    today = business_date(now, branch.zone, branch.day_change)
    when = words.when(period.first, period.last, today, language)
    return words.sentence(when, known(first), first[Outcome.LATE], ENOUGH, language)


def _slices(branch: Branch, slices: Slices) -> dict[str, Any]:
    return {
        **_score(slices.whole),
        "changes": {"median": median(slices.changes), "most": max(slices.changes, default=None)},
        "by_business": _by("business", slices.by_business, [*branch.businesses]),
        "by_hour": _by("hour", slices.by_hour, range(24)),
        "by_window": _by("window", slices.by_window, [*branch.windows]),
        "worst": {
            outcome.value: [_gap(branch, gap) for gap in worst.gaps()]
            for outcome, worst in slices.worst.items()
        },
    }


def _by(name: str, scores: Mapping[Name, Score], order: Sequence[Name]) -> list[dict[str, Any]]:
    """In the branch's order; then what it no longer has; last what has no name."""
    return [{name: one, **_score(scores[one])} for one in _ordered(scores, order)]


def _ordered(names: Iterable[Name], order: Sequence[Name]) -> list[Name]:
    places = {name: place for place, name in enumerate(order)}
    return sorted(names, key=lambda name: (name is None, places.get(name, len(places)), str(name)))


def _score(score: Score) -> dict[str, Any]:
    return {name: _counts(getattr(score, name)) for name in ("first", "last", "every")}


def _counts(outcomes: Outcomes) -> dict[str, Any]:
    return {
        "told": outcomes.total(),
        **{outcome.value: outcomes[outcome] for outcome in Outcome},
        "late_share": _rounded(share(outcomes, Outcome.LATE)),
        "early_share": _rounded(share(outcomes, Outcome.EARLY)),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _gap(branch: Branch, gap: Gap) -> dict[str, Any]:
    return {
        "at": format_moment(gap.at, branch.zone),
        "low_s": gap.low_s,
        "high_s": gap.high_s,
        "took_s": gap.took_s,
        "gap_s": gap.gap_s,
        "number": gap.number,
        "business": gap.business,
        "window": gap.window,
        "end": gap.end.value,
    }
