"""The pages: what a browser opens in the hall, at a counter, on a phone, on the manager's desk."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

import orjson
import segno
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from app import reasons, why
from app.audience import Audience, for_whom
from app.branch.branch_file import Branch
from app.branch.errors import Unknown
from app.branch.events import ID
from app.branch.state import business_date
from app.hours.plain import page_part
from app.hours.week import slot_of
from app.live import Live
from app.voice import speaker
from display import legibility, pages
from display.catalogues import LANGUAGES, pick_language, spoken_as
from display.promises import spans

from .common import HouseOf, LiveOf, the_house, ticket_of, window_of
from .hours import AlmanacOf
from .promises import ArchiveOf, First, Last, reviewed

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

API = "/api/v1/branches/"
Kiosk = Annotated[str, Query(pattern=f"^{ID.pattern}$", description="which kiosk this is")]
Metres = Annotated[
    float | None, Query(ge=0.3, le=30, description="how far away people stand; default the branch file's")
]
Inches = Annotated[float | None, Query(ge=5, le=300, description="the screen's diagonal")]
Day = Annotated[int | None, Query(ge=1, le=7, description="the weekday, 1 (Monday) to 7; default today's")]


@router.get("/")
@for_whom(Audience.PUBLIC)
async def index_page(house: HouseOf, request: Request) -> str:
    """All branches and their pages."""
    branches = [branch_to_plain(live.branch) for live in house.lives.values()]
    lang = language_of(request, LANGUAGES)
    return pages.render("index", lang=lang, speed=house.clock.speed, branches=branches)


@router.get("/b/{branch}/hall")
@for_whom(Audience.SCREEN, Audience.PUBLIC)
async def hall_page(
    live: LiveOf,
    house: HouseOf,
    request: Request,
    voice: Literal["on", "off"] = "off",
    room: str | None = None,
    metres: Metres = None,
    inches: Inches = None,
) -> str:
    """The large screen of the lobby; with ``voice=on`` it is also the speaker of a room."""
    speaks = speaker(live.branch, house.recordings, room, live.clock.now()) if voice == "on" else None
    plan = live.branch.screens
    far = legibility.enlargement("hall", metres or plan.distance_m, inches or plan.hall_inches)
    return _page("hall", live, request, "hall", voice=speaks, far=far)


@router.get("/b/{branch}/board")
@for_whom(Audience.MANAGER)
async def board_page(
    live: LiveOf, request: Request, ticket: str | None = None, window: str | None = None
) -> str:
    """The manager's live picture; with a ticket or a window, why its range is what it is."""
    about: why.About | None = None
    if ticket is not None:
        about = await why.ask_ticket(live, ticket_of(live, ticket))
    elif window is not None:
        about = await why.ask_window(live, window_of(live, window))
    lang = language_of(request, live.branch.languages)
    part = reasons.page_part(about, spoken_as(lang, live.branch.languages)) if about else None
    return _page("board", live, request, "board", why=part)


@router.get("/b/{branch}/promises")
@for_whom(Audience.MANAGER)
async def promises_page(
    live: LiveOf, archive: ArchiveOf, request: Request, first: First = None, last: Last = None
) -> str:
    """What was said and what happened, for the manager."""
    found = await reviewed(live, archive, first, last)
    lang = language_of(request, live.branch.languages)
    asked = request.query_params.get("about")
    return pages.render(
        "promises",
        lang=lang,
        languages=list(live.branch.languages),
        branch=branch_to_plain(live.branch),
        speed=live.clock.speed,
        review=found,
        sentence=found["sentences"][lang],
        chosen=next((one for one in found["about"] if one["about"] == asked), found["about"][0]),
        spans=spans(business_date(live.clock.now(), live.branch.zone, live.branch.day_change)),
    )


@router.get("/b/{branch}/hours")
@for_whom(Audience.PUBLIC)
async def hours_page(live: LiveOf, almanac: AlmanacOf, request: Request, day: Day = None) -> str:
    """When it is usually busy and when quiet; by default of today's weekday."""
    week = await almanac.week(live)
    branch, now = live.branch, live.clock.now()
    today = business_date(now, branch.zone, branch.day_change).weekday()
    weekday = today if day is None else day - 1
    slot = slot_of(datetime.fromtimestamp(now, branch.zone)) if weekday == today else None
    lang = language_of(request, branch.languages)
    return pages.render(
        "hours",
        lang=lang,
        languages=list(branch.languages),
        branch=branch_to_plain(branch),
        speed=live.clock.speed,
        hours=page_part(branch, week, weekday, slot, lang),
    )


@router.get("/b/{branch}/kiosk")
@for_whom(Audience.KIOSK)
async def kiosk_page(live: LiveOf, request: Request, kiosk: Kiosk = "kiosk") -> str:
    """Where tickets are taken; ``kiosk`` says which one it is, of several."""
    return _page("kiosk", live, request, "hall", kiosk=kiosk)


@router.get("/b/{branch}/window/{window}")
@for_whom(Audience.SCREEN, Audience.PUBLIC)
async def window_page(
    live: LiveOf, window: str, request: Request, metres: Metres = None, inches: Inches = None
) -> str:
    """The screen above a counter."""
    plan = live.branch.screens
    far = legibility.enlargement("window", metres or plan.distance_m, inches or plan.window_inches)
    return _counter_page("window", live, request, window, far)


@router.get("/b/{branch}/strip/{window}")
@for_whom(Audience.SCREEN, Audience.PUBLIC)
async def strip_page(live: LiveOf, window: str, request: Request) -> str:
    """The same in one or two rows, for a narrow screen over a counter."""
    return _counter_page("strip", live, request, window, topic="window")


@router.get("/b/{branch}/desk/{window}")
@for_whom(Audience.SCREEN)
async def desk_page(
    live: LiveOf, window: str, request: Request, metres: Metres = None, inches: Inches = None
) -> str:
    """The small screen for the customer who sits at the counter."""
    return _counter_page("desk", live, request, window, legibility.enlargement("desk", metres, inches))


@router.get("/b/{branch}/teller/{window}")
@for_whom(Audience.TELLER)
async def teller_page(live: LiveOf, window: str, request: Request) -> str:
    """Everything a teller does."""
    return _counter_page("teller", live, request, window)


@router.get("/t/{token}")
@for_whom(Audience.PUBLIC)
async def ticket_page(house: HouseOf, token: str, request: Request) -> str:
    """A customer's own ticket, on a phone."""
    live, name = house.by_token(token)
    ticket = live.owner.state.tickets[name]
    return _page(
        "ticket", live, request, f"ticket:{name}", f"&token={token}", own=ticket.language, token=token
    )


@router.get("/t/{token}/qr.svg")
@for_whom(Audience.KIOSK, Audience.PUBLIC)
async def ticket_qr(house: HouseOf, token: str, request: Request) -> Response:
    """The link of a ticket's page, to be photographed."""
    house.by_token(token)
    picture = io.BytesIO()
    link = str(request.url_for("ticket_page", token=token))
    segno.make(link, micro=False).save(picture, kind="svg", scale=8, border=2)
    return Response(picture.getvalue(), media_type="image/svg+xml")


def _counter_page(
    kind: str, live: Live, request: Request, window: str, far: float = 1.0, *, topic: str | None = None
) -> str:
    plan = live.branch.windows[window_of(live, window)]
    own = {"id": plan.id, "label": plan.label}
    return _page(kind, live, request, f"{topic or kind}:{window}", f"&window={window}", window=own, far=far)


def _page(
    page: str,
    live: Live,
    request: Request,
    topic: str,
    query: str = "",
    *,
    own: str | None = None,
    **more: Any,  # noqa: ANN401 - a page's own context
) -> str:
    first = live.first(topic)
    api = API + live.branch.id
    return pages.render(
        page,
        lang=language_of(request, live.branch.languages, own),
        languages=list(live.branch.languages),
        branch=branch_to_plain(live.branch),
        first=orjson.loads(first) if first else None,
        speed=live.clock.speed,
        live_url=f"{api}/live?screen={topic.partition(':')[0]}{query}",
        api=api,
        **more,
    )


def error_page(request: Request, status: int, detail: str, unknown: Unknown | None = None) -> HTMLResponse:
    """A page that says what is wrong, and what there is instead."""
    house = the_house(request)
    lang = language_of(request, LANGUAGES)
    if request.url.path.startswith("/t/") and status < 500:
        page = pages.render("link", lang=lang, speed=house.clock.speed, over=status == 410, status=status)
        return HTMLResponse(page, status)
    known = [{"text": branch, "href": f"/b/{branch}/hall"} for branch in house.lives]
    if unknown and unknown.what == "window":
        above, _, last = request.url.path.rpartition("/")
        to = f"{above}/" if last == unknown.name else f"{above}/{last}?window="
        known = [{"text": name, "href": to + name} for name in unknown.known]
    page = pages.render(
        "error", lang=lang, speed=house.clock.speed, status=status, detail=detail, known=known
    )
    return HTMLResponse(page, status)


def language_of(request: Request, available: Sequence[str], own: str | None = None) -> str:
    """The reader's language: asked for (``?lang=``), their own, the browser's, or the first there is."""
    for wish in (request.query_params.get("lang"), own):
        if wish in LANGUAGES:
            return wish
    return pick_language(request.headers.get("accept-language"), available)


def branch_to_plain(branch: Branch) -> dict[str, Any]:
    """What any page may know of a branch: not its steps, some of which strangers must not be told of."""
    return {
        "id": branch.id,
        "names": dict(branch.names),
        "languages": list(branch.languages),
        "businesses": [
            {"id": one.id, "prefix": one.prefix, "names": dict(one.names), "items": one.items}
            for one in branch.businesses.values()
        ],
        "windows": [
            {"id": one.id, "label": one.label, "businesses": list(one.businesses)}
            for one in branch.windows.values()
        ],
        "priorities": [
            {"id": one.id, "names": dict(one.names)} for one in branch.priorities.values() if one.kiosk
        ],
    }
