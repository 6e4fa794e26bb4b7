"""A branch file that fits a past day: what was learned before it, and who served on it."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from .business_day import DAY_CHANGE, prefixes, split_at
from .day import SENDER
from .errors import HistoryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date as Date  # noqa: N812 - `date` is the argument everywhere
    from datetime import time
    from zoneinfo import ZoneInfo

    from .row import HistoryRow

ENOUGH = 10
"""Services of a business before the day from which its percentiles are taken."""
MOST_WINDOWS = 64

_HEAD_STARTS_S = {"high": 90}
_HELPS_OUT_S = 3600
_FALLBACK_MINUTES = (1.0, 5.0, 20.0)
_MOST_MINUTES = 600.0


@dataclass(frozen=True, slots=True)
class _Staffing:
    """Which windows served on the day, what each has served so far, and which businesses that leaves over."""

    windows: Mapping[str, Sequence[str]]
    businesses: Sequence[str]

    @property
    def unserved(self) -> list[str]:
        served = set().union(*self.windows.values())
        return [business for business in self.businesses if business not in served]


def branch_for(
    rows: Iterable[HistoryRow],
    date: Date,
    zone: ZoneInfo,
    *,
    branch: str = "history",
    day_change: time = DAY_CHANGE,
) -> str:
    """The branch file (TOML) for replaying the business day ``date``.

    Its windows are those that served on the day, for the businesses that they have served so far; its
    businesses are these and whatever else tickets were issued for. Minutes are the 10th, 50th and 90th
    percentile of the services of the days before, or of the day itself where there are too few. Errors:
    ``HistoryError`` when the day has no ticket, or more windows than a branch can have.
    """
    before, today = split_at(rows, date, zone, day_change)
    known = [*before, *today]
    staffing = _staffing(known, today)
    parts = (
        [f"# Made from the history of {date}. Names are its codes: put in what people should read."],
        _branch(branch, zone, day_change),
        _businesses(staffing, before, today),
        _windows(staffing),
        _priorities(known),
        _sender(known),
        ["", "[promise]", "late_share = 0.05", "early_share = 0.20", ""],
    )
    return "\n".join(chain.from_iterable(parts))


def _staffing(known: Iterable[HistoryRow], today: Sequence[HistoryRow]) -> _Staffing:
    served: dict[str, set[str]] = defaultdict(set)
    for row in known:
        if row.place is not None and row.begun_at is not None:
            served[row.place].add(row.business)
    present = sorted({row.place for row in today if row.place is not None and row.begun_at is not None})
    if len(present) > MOST_WINDOWS:
        raise HistoryError(f"{len(present)} windows served on that day; a branch has at most {MOST_WINDOWS}.")
    windows = {window: sorted(served[window]) for window in present}
    issued = {row.business for row in today}
    # A branch has a window, even on a day on which nobody was served: it stays closed.
    return _Staffing(windows or {"1": sorted(issued)}, sorted(issued.union(*windows.values())))


def _branch(branch: str, zone: ZoneInfo, day_change: time) -> Iterator[str]:
    yield from ("", "[branch]", f"id = {_text(branch)}", f"names = {_text(branch)}")
    yield f"timezone = {_text(zone.key)}"
    yield f'day_change = "{day_change:%H:%M}"'


def _businesses(
    staffing: _Staffing, before: Sequence[HistoryRow], today: Sequence[HistoryRow]
) -> Iterator[str]:
    past, present = _services(before), _services(today)
    prefix = prefixes(row.business for row in [*before, *today])
    for business in staffing.businesses:
        minutes, origin = _minutes(past.get(business, ()), present.get(business, ()))
        yield from ("", "[[business]]", f"id = {_text(business)}", f"prefix = {_text(prefix[business])}")
        yield f"names = {_text(business)}"
        yield f"minutes = {json.dumps(minutes)}    # {origin}"


def _windows(staffing: _Staffing) -> Iterator[str]:
    late = ", ".join(f"{_key(business)} = {_HELPS_OUT_S}" for business in staffing.unserved)
    for place, (window, businesses) in enumerate(staffing.windows.items(), 1):
        label = window if len(window) <= 8 else str(place)
        yield from ("", "[[window]]", f"id = {_text(window)}", f"label = {_text(label)}")
        yield f"businesses = {_texts(businesses)}"
        if late:
            yield f"reluctance = {{ {late} }}    # nobody served these on that day or before"


def head_starts(rows: Iterable[HistoryRow]) -> dict[str, float]:
    """Seconds of head start by priority: what is known of such codes, 0 for the others."""
    names = {row.priority for row in rows if row.priority is not None}
    return {name: float(_HEAD_STARTS_S.get(name, 0)) for name in sorted(names)}


def _priorities(known: Iterable[HistoryRow]) -> Iterator[str]:
    for priority, seconds in head_starts(known).items():
        head_start = int(seconds)
        guess = "" if head_start or priority == "normal" else "    # the history does not say"
        yield from ("", f"[priority.{_key(priority)}]", f"head_start_s = {head_start}{guess}")
        yield f"names = {_text(priority)}"


def _sender(known: Sequence[HistoryRow]) -> Iterator[str]:
    """Who sends the events, and what it reports at all: what never occurs is not waited for."""
    occurs = {
        "start": any(row.started_at is not None for row in known),
        "ready": any(row.ready_at is not None for row in known),
        "no_show": any(row.outcome == "no_show" for row in known),
        "abandoned": any(row.outcome == "abandoned" for row in known),
    }
    yield ""
    yield "# It knows neither steps nor when windows opened, paused and closed: that is read off the calls."
    yield from ("[[sender]]", f"id = {_text(SENDER)}", "authoritative = true")
    yield f"reports = {_texts(['issued', *(kind for kind, known_of in occurs.items() if known_of)])}"


def _services(rows: Iterable[HistoryRow]) -> Mapping[str, list[float]]:
    """Seconds of each service whose start and end are known, by business, ascending."""
    services = defaultdict(list)
    for row in rows:
        if row.outcome == "served" and row.started_at is not None and row.finished_at is not None:
            services[row.business].append(row.finished_at - row.started_at)
    return {business: sorted(seconds) for business, seconds in services.items()}


def _minutes(past: Sequence[float], present: Sequence[float]) -> tuple[list[float], str]:
    """10th, 50th and 90th percentile in minutes, rising, and where they come from."""
    if len(past) >= ENOUGH or (past and not present):
        seconds, origin = past, f"{len(past)} services on the days before"
    elif present:
        origin = f"from the day itself ({len(present)} services): too few on the days before"
        seconds = present
    else:
        return list(_FALLBACK_MINUTES), "a guess: no service of this business has a known length"
    low, middle, high = (_percentile(seconds, share) / 60 for share in (0.1, 0.5, 0.9))
    # They must rise, also where half of the services last no time at all.
    low = min(max(low, 0.05), _MOST_MINUTES - 0.1)
    middle = min(max(middle, low + 0.05), _MOST_MINUTES - 0.05)
    high = min(max(high, middle + 0.05), _MOST_MINUTES)
    return [round(low, 3), round(middle, 3), round(high, 3)], origin


def _percentile(ascending: Sequence[float], share: float) -> float:
    """The quantile by linear interpolation between the closest ranks (numpy's default)."""
    place = share * (len(ascending) - 1)
    below = int(place)
    above = min(below + 1, len(ascending) - 1)
    return ascending[below] + (place - below) * (ascending[above] - ascending[below])


def _text(text: str) -> str:
    """A TOML basic string: JSON's, but TOML wants DEL escaped as well."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(text: str) -> str:
    """A key; ids are bare keys unless they have a dot."""
    return _text(text) if "." in text else text


def _texts(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, texts))}]"
