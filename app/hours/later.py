"""Quieter later today: said to whoever is about to take a number, and only where it is true by far."""

from __future__ import annotations

from datetime import datetime

from app.branch.branch_file import Branch
from app.branch.state import business_date
from app.picture import Picture

from .plain import shown_wait
from .week import SLOTS, HalfHour, Week, slot_of

CLEAR = 0.6
"""Later is quieter where the usual wait, its median and its high, is at most this part of what it is now."""
CLEAR_S = 300.0
"""And shorter by as much, in the median: nobody comes back for two minutes."""


def later_today(branch: Branch, week: Week, now: float, shown_s: float | None) -> HalfHour | None:
    """The next half hour today that is usually far quieter than this one; None where there is none.

    ``shown_s``: the longest wait that is shown at present, seconds; None where none is. What is usual is held
    against it too: on a quiet day nobody is sent away. The last half hour with visits never counts, nor one
    that begins after the last planned opening: a branch about to close is not quiet.
    """
    change = slot_of(branch.day_change)

    def into_the_day(slot: int) -> int:
        return (slot - change) % SLOTS

    weekday = week.weekdays[business_date(now, branch.zone, branch.day_change).weekday()]
    slot = slot_of(datetime.fromtimestamp(now, branch.zone))
    present = next((one for one in weekday.half_hours if one.slot == slot), None)
    if not weekday.known or present is None or shown_s is None:
        return None
    closes = max((into_the_day(slot_of(each.ends)) for each in branch.openings), default=SLOTS)
    in_order = sorted(weekday.half_hours, key=lambda one: into_the_day(one.slot))
    for one in in_order[:-1]:
        comes = into_the_day(slot) < into_the_day(one.slot) < closes
        if comes and _quieter(one, present, shown_s):
            return one
    return None


def _quieter(one: HalfHour, present: HalfHour, shown_s: float) -> bool:
    wait = shown_wait(one)
    if wait is None or one.wait_s is None or present.wait_s is None:
        return False
    (_, median, high), (_, median_now, high_now) = one.wait_s, present.wait_s
    usually = median <= CLEAR * median_now and high <= CLEAR * high_now and median_now - median >= CLEAR_S
    return usually and wait.high_s <= CLEAR * shown_s


def longest_high_s(picture: Picture) -> float | None:
    """The longest wait that the hall shows at present, seconds; None where none is shown."""
    ranges = (wait.range for wait in picture.waits.values())
    return max((shown.high_s for shown in ranges if shown), default=None)
