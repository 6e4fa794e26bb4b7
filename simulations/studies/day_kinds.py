"""What is special about a date: holidays, make-up workdays, the days around paydays."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from holidays import HolidayBase

__all__ = ["BEFORE_HOLIDAY", "COUNTRIES", "HOLIDAY", "MAKE_UP", "PAYDAY", "country_of", "sorts"]

HOLIDAY, MAKE_UP, PAYDAY, BEFORE_HOLIDAY = "holiday", "make-up workday", "payday", "before a holiday"
_PAYDAY_LASTS = 3  # days from a payday on, itself included
COUNTRIES: Final = {
    "Asia/Shanghai": "CN",
    "Asia/Urumqi": "CN",
    "Asia/Hong_Kong": "HK",
    "Asia/Taipei": "TW",
    "Asia/Macau": "MO",
}


def country_of(timezone: str) -> str | None:
    """Return the country whose holidays are kept in a time zone; None where that is not clear."""
    return COUNTRIES.get(timezone)


def sorts(date: dt.date, country: str | None, paydays: Sequence[int] = ()) -> tuple[str, ...]:
    """Return what is special about a date, empty for nothing. KeyError for a country that is not known.

    A weekend on which nobody works anyway is no holiday. A payday on a day that a month lacks is its last.
    """
    found = []
    if country is not None:
        kept = _holidays(country, date.year)
        if kept.is_working_day(date):
            if date.weekday() >= 5:
                found.append(MAKE_UP)
            elif date + dt.timedelta(days=1) in _holidays(country, (date + dt.timedelta(days=1)).year):
                found.append(BEFORE_HOLIDAY)
        elif date in kept:
            found.append(HOLIDAY)
    if any(date - dt.timedelta(days=ago) in _paid(date, paydays) for ago in range(_PAYDAY_LASTS)):
        found.append(PAYDAY)
    return tuple(found)


@cache
def _holidays(country: str, year: int) -> HolidayBase:
    """Return the country's holidays of a year; the library takes a third of a second to load."""
    import holidays  # noqa: PLC0415

    try:
        return holidays.country_holidays(country, years=year)
    except NotImplementedError:
        raise KeyError(country) from None


def _paid(date: dt.date, paydays: Sequence[int]) -> set[dt.date]:
    """Return the paydays of this month and of the one before."""
    first = date.replace(day=1)
    months = (first, (first - dt.timedelta(days=1)).replace(day=1))
    return {month.replace(day=min(day, _length(month))) for month in months for day in paydays}


def _length(month: dt.date) -> int:
    return ((month + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)).day
