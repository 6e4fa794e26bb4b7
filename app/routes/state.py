"""The branch as it is and as it is expected to go on."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from app.audience import Audience, for_whom
from app.branch.events import format_moment
from app.branch.snapshot import to_plain
from app.branch.state import Ticket, Window, out_of_touch
from app.live import Live
from app.why import estimate_to_plain
from display import wording
from estimator.estimate import WindowForecast

from .common import LiveOf, business_of

router = APIRouter(tags=["state"])

MOMENTS = (
    "at",
    "since",
    "issued_at",
    "line_at",
    "called_at",
    "started_at",
    "ended_at",
    "reopens_at",
    "freed_at",
)


@router.get("")
@router.get("/", include_in_schema=False)
@for_whom(Audience.MANAGER, Audience.TELLER, Audience.MACHINE)
async def get_state(live: LiveOf) -> dict[str, Any]:
    """The whole state with its forecast."""
    state, forecast = live.owner.state, live.owner.forecast
    ahead = live.picture().ahead
    return {
        "branch": live.branch.id,
        "epoch": live.epoch,
        "seq": state.seq,
        "as_of": format_moment(live.clock.now(), live.branch.zone),
        "day": state.day,
        "windows": [_window(live, window) for window in state.windows.values()],
        "tickets": [
            {
                **_moments(live, ticket),
                "ahead": ahead.get(ticket.ticket),
                "wait": estimate_to_plain(forecast.waits.get(ticket.ticket)),
            }
            for ticket in state.tickets.values()
        ],
        "waits": {name: estimate_to_plain(forecast.waits_now.get(name)) for name in live.branch.businesses},
        "silent": list(state.silent),
        "failure": live.failure,
    }


@router.get("/forecast")
@for_whom(Audience.PUBLIC)
async def get_forecast(live: LiveOf, business: str) -> dict[str, Any]:
    """The range for a ticket taken now: as it is told, with how it is founded."""
    business_of(live, business)
    picture = live.picture()
    wait = picture.waits[business]
    return {
        "business": business,
        "as_of": format_moment(picture.now, live.branch.zone),
        "waiting": wait.waiting,
        "windows": wait.windows,
        "low_s": wait.range.low_s if wait.range else None,
        "high_s": wait.range.high_s if wait.range else None,
        "basis": wait.basis,
        "estimate": estimate_to_plain(live.owner.forecast.waits_now.get(business)),
        "text": {language: wording.wait_text(wait, language) for language in live.branch.languages},
    }


def _window(live: Live, window: Window) -> dict[str, Any]:
    expected = live.owner.forecast.windows.get(window.window, WindowForecast())
    forecast = {
        name: estimate_to_plain(getattr(expected, name))
        for name in ("service", "wrap_up", "back", "next_call")
    }
    silent = out_of_touch(live.branch, live.owner.state, window)
    return {**_moments(live, window), "out_of_touch": silent, "forecast": forecast}


def _moments(live: Live, record: Ticket | Window) -> dict[str, Any]:
    """A record's fields, its times and those of its steps as the contract writes them."""
    plain: dict[str, Any] = _written(live, to_plain(record))
    return plain


def _written(live: Live, value: Any) -> Any:  # noqa: ANN401 - walks plain data
    if isinstance(value, list):
        return [_written(live, one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _moment(live, one) if name in MOMENTS else _written(live, one) for name, one in value.items()
    }


def _moment(live: Live, at: float | None) -> str | None:
    """A window that nothing has been said of has been closed since no known moment."""
    return format_moment(at, live.branch.zone) if at else None
