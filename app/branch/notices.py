"""Notices from the manager to the hall: how long each stands, and which stand now.

A notice is a fact like any other: it is posted, it may be withdrawn, and it ends by itself. However it was
posted, none outlives its business day: what was written yesterday is news to nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from .branch_file import Branch
from .errors import Refused, Unknown
from .events import NoticePosted
from .state import Notice, State, business_date, day_starts

USUAL_S = 3600.0
"""A notice stands for an hour unless it says otherwise."""
MOST = 12
"""So many stand at once at most: they take turns, and who waits should see each of them."""


def day_ends(branch: Branch, at: float) -> float:
    """When the business day of a moment ends."""
    following = business_date(at, branch.zone, branch.day_change) + timedelta(days=1)
    return day_starts(branch, f"{following:%Y%m%d}")


def stands_until(branch: Branch, at: float, until: float | None) -> float:
    """When a notice posted ``at`` ends: as it says, after an hour, with the day at the latest."""
    return min(at + USUAL_S if until is None else until, day_ends(branch, at))


def standing(notices: Iterable[Notice], now: float) -> tuple[Notice, ...]:
    """Those that are up at a moment, the oldest first."""
    return tuple(notice for notice in notices if notice.until > now)


def check_post(branch: Branch, state: State, fact: NoticePosted, at: float) -> None:
    """Refuse what cannot be posted. Errors: ``Refused``."""
    up = {one.notice for one in standing(state.notices.values(), at)}
    if fact.notice in up:
        raise Refused("a notice is posted once", f"Notice {fact.notice} is up already; withdraw it first.")
    if stands_until(branch, at, fact.until) <= at:
        raise Refused(
            "a notice ends after it begins",
            "The notice would be over before it is up; leave until out for one hour.",
        )
    if len(up) >= MOST:
        raise Refused(f"at most {MOST} notices", f"{MOST} notices are up already; withdraw one first.")


def check_withdraw(state: State, notice: str, at: float) -> None:
    """Refuse to withdraw what is not up. Errors: ``Unknown``."""
    up = [one.notice for one in standing(state.notices.values(), at)]
    if notice not in up:
        raise Unknown("notice", notice, up)
