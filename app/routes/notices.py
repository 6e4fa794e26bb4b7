"""What the manager has to say to the hall: posted, withdrawn, read."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import Field

from app.audience import Audience, for_whom
from app.branch.errors import Malformed
from app.branch.events import Fact, NoticePosted, NoticeWithdrawn, format_moment, parse_fact
from app.branch.notices import standing, stands_until
from app.branch.state import Notice
from app.live import Live
from app.owner import Owner

from .common import AskerOf, Body, LiveOf, accepted_to_plain, other_command

router = APIRouter(prefix="/notices", tags=["notices"])


class Post(Body):
    """Words for everybody, or by language; until when, as a time or in so many minutes from now."""

    text: str | dict[str, str]
    until: str | None = None
    minutes: Annotated[float, Field(gt=0, le=1440)] | None = None


@router.get("")
@for_whom(Audience.MANAGER, Audience.SCREEN, Audience.PUBLIC)
async def get_notices(live: LiveOf) -> list[dict[str, Any]]:
    """The notices that are up, the oldest first."""
    up = standing(live.owner.state.notices.values(), live.clock.now())
    return [_plain(live, notice) for notice in up]


@router.post("", status_code=201)
@for_whom(Audience.MANAGER)
async def post_notice(live: LiveOf, asker: AskerOf, body: Post) -> dict[str, Any]:
    """Show a notice in the hall; it ends after an hour unless told, and with the business day."""
    if body.until is not None and body.minutes is not None:
        raise Malformed("minutes", "minutes and until are two ways to say one thing; leave one out.")
    fields = {"notice": asker.key, "text": body.text, "until": body.until}
    said = parse_fact(NoticePosted, fields)
    assert isinstance(said, NoticePosted)  # noqa: S101 - of its own type

    def decide(_owner: Owner, now: float) -> Fact:
        until = said.until if body.minutes is None else round(now + 60 * body.minutes, 3)
        return NoticePosted(said.notice, said.text, round(stands_until(live.branch, now, until), 3))

    taken = await asker.ask(live, decide)
    assert taken is not None  # noqa: S101 - a fact is always taken or refused
    fact = taken.event.fact
    if not isinstance(fact, NoticePosted) or fact.text != said.text:
        raise other_command(taken.event)
    return {"notice": fact.notice, **dict(accepted_to_plain(live, taken))}


@router.post("/{notice}/withdraw")
@for_whom(Audience.MANAGER)
async def withdraw_notice(
    live: LiveOf, asker: AskerOf, notice: Annotated[str, Path(max_length=64)]
) -> dict[str, Any]:
    """Take a notice down before its time."""
    said = parse_fact(NoticeWithdrawn, {"notice": notice})
    taken = await asker.ask(live, lambda _owner, _now: said)
    assert taken is not None  # noqa: S101 - a fact is always taken or refused
    if taken.event.fact != said:
        raise other_command(taken.event)
    return dict(accepted_to_plain(live, taken))


def _plain(live: Live, notice: Notice) -> dict[str, Any]:
    zone = live.branch.zone
    return {
        "notice": notice.notice,
        "text": dict(notice.text),
        "posted_at": format_moment(notice.posted_at, zone),
        "until": format_moment(notice.until, zone),
    }
