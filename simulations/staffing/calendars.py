"""A named roster as iCalendar (RFC 5545): one event a teller and day, its spells in the description."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from simulations.staffing.rosters import Roster, Turn
from simulations.staffing.seats import Place

__all__ = ["calendar"]

_PRODUCT = "-//Lobbyclock//Roster//EN"


def calendar(
    of: Roster, zone: ZoneInfo, now: dt.datetime, *, branch: str, teller: str | None = None
) -> bytes:
    """Return the calendar of all, or of one teller. `now`: when it is made, with a time zone.

    The same shift has the same UID in the next export, so that a calendar takes it for the same event.
    """
    events = [
        event
        for turn in of.turns
        if teller in (None, turn.teller)
        for event in _event(of, turn, zone, now, branch)
    ]
    found = Calendar.new(
        name=f"{branch}: {teller or 'roster'}",
        prodid=_PRODUCT,
        uid=f"{branch}@lobbyclock",
        subcomponents=events,
    )
    if events:
        found.add_missing_timezones()
    return bytes(found.to_ical())


def _event(of: Roster, turn: Turn, zone: ZoneInfo, now: dt.datetime, branch: str) -> Iterator[Event]:
    need = of.seatings[turn.date].cover.need

    def at(slot: int) -> dt.datetime:
        midnight = dt.datetime.combine(turn.date, dt.time())
        return (midnight + dt.timedelta(seconds=need.opens_s + slot * need.slot_s)).replace(tzinfo=zone)

    shift = turn.variant.shift
    yield Event.new(
        uid=f"{branch}/{turn.date}/{turn.teller}@lobbyclock",
        stamp=now,
        start=at(shift.starts),
        end=at(shift.ends),
        summary=f"{turn.teller}: {need.clock(shift.starts)}–{need.clock(shift.ends)}",
        location=branch,
        description="\n".join(
            f"{need.clock(spell.begins)}–{need.clock(spell.ends)} {_name(spell.place)}"
            for spell in turn.spells
        ),
        categories=["roster"],
    )


def _name(place: Place) -> str:
    return f"window {place.name}" if place.kind == "window" else place.name
