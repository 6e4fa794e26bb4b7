"""Business days, and what tickets are called on them."""

from __future__ import annotations

from datetime import date, time
from itertools import chain, product
from string import ascii_uppercase
from typing import TYPE_CHECKING

from app.branch.state import business_date

from .errors import HistoryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo

    from .row import HistoryRow

DAY_CHANGE = time(4)
"""When a business day becomes the next, in the branch's time zone."""


def split_at(
    rows: Iterable[HistoryRow], date: date, zone: tzinfo, day_change: time = DAY_CHANGE
) -> tuple[list[HistoryRow], list[HistoryRow]]:
    """The tickets issued on the days before ``date``, and those of that day in the order of issue.

    Errors: ``HistoryError`` when the day has none, naming the days around it that have some.
    """
    dated = [(business_date(row.issued_at, zone, day_change), row) for row in rows]
    today = [row for day, row in dated if day == date]
    if not today:
        days = sorted({day for day, _ in dated})
        near = sorted(sorted(days, key=lambda day: abs(day - date))[:4])
        known = (
            f"{len(days)} from {days[0]} to {days[-1]}; the nearest: {', '.join(map(str, near))}"
            if days
            else "none"
        )
        raise HistoryError(f"the history has no ticket on {date}; days with tickets: {known}.")
    before = [row for day, row in dated if day < date]
    return before, sorted(today, key=lambda row: (row.issued_at, row.ticket))


def prefixes(businesses: Iterable[str]) -> dict[str, str]:
    """One or two capital letters for each business, its own first ones where they are free.

    ``PS`` has ``PS``, ``personal`` has ``PE``; what has no letters or finds its own taken has the next free
    letter. Errors: ``HistoryError`` when there are more businesses than letters.
    """
    taken: dict[str, str] = {}
    spare = chain(ascii_uppercase, map("".join, product(ascii_uppercase, repeat=2)))
    for business in sorted(set(businesses)):
        own = "".join(letter for letter in business.upper() if letter in ascii_uppercase)[:2]
        used = set(taken.values())
        free = (letters for letters in chain([own] if own else [], spare) if letters not in used)
        letters = next(free, None)
        if letters is None:
            raise HistoryError(
                f"the history has too many businesses ({len(taken)} and more) to give each a letter."
            )
        taken[business] = letters
    return taken


def numbers(today: Sequence[HistoryRow], prefix: dict[str, str]) -> list[str]:
    """The number that people saw on each ticket: counted from 1 for each business, ``PS001``."""
    counts = dict.fromkeys(prefix, 0)
    seen = []
    for row in today:
        counts[row.business] += 1
        seen.append(f"{prefix[row.business]}{counts[row.business]:03d}")
    return seen
