"""The manager's staffing page: from a scenario to a result that can be kept and shared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.audience import Audience, for_whom
from app.branch.errors import Refused
from app.live import Live
from app.studies import form
from app.studies.asked import Asked, AskedError
from app.studies.desk import Desk, Run
from app.studies.form import Typed
from display import pages, staffing
from simulations.studies.hours import SLOT_S

from .common import LiveOf
from .pages import API, branch_to_plain, error_page, language_of
from .studies import DeskOf

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/b/{branch}/staffing")
@for_whom(Audience.MANAGER)
async def staffing_page(
    live: LiveOf, desk: DeskOf, request: Request, as_on: str | None = None, like: str | None = None
) -> Response:
    """Where a scenario is set up, from today's roster, a past day's or that of a former study."""
    asked = Asked(as_on=as_on)
    if like is not None:
        found = desk.find(live.branch.id, like)
        asked = found.asked if isinstance(found, Run) else Asked(**found["asked"])
    return await _setup(live, desk, request, asked)


@router.post("/b/{branch}/staffing")
@for_whom(Audience.MANAGER)
async def staffing_asked(live: LiveOf, desk: DeskOf, request: Request) -> Response:
    """Begin the study that was typed; what is wrong is said beside it."""
    typed: Typed = parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
    as_on = (typed.get("as_on") or [""])[0] or None
    try:
        survey = await desk.survey(live)
        asked = form.asked_of(typed, survey, list(live.branch.businesses))
        run = await desk.start(live, asked)
    except AskedError as error:
        return await _typed(live, desk, request, typed, as_on, error)
    except Refused as error:
        return await _typed(live, desk, request, typed, as_on, AskedError("busy", error.detail), 409)
    return _see(live, request, f"/{run.id}")


@router.get("/b/{branch}/staffing/{study}")
@for_whom(Audience.MANAGER)
async def study_page(live: LiveOf, desk: DeskOf, study: str, request: Request) -> Response:
    """How far a study is; then what came of it, or why nothing did and what was asked."""
    found = desk.find(live.branch.id, study)
    if not isinstance(found, Run):
        return _shown(live, request, found)
    if found.state in ("waiting", "running"):
        return _page(
            "study_running",
            live,
            request,
            run={**found.to_plain(), "is_search": found.asked.late_share is not None},
        )
    error = AskedError(found.field, found.sentence) if found.state == "failed" else None
    asked = found.asked.with_hours(found.advice["hours"]) if found.advice else found.asked
    return await _setup(live, desk, request, asked, error, ended=found)


@router.post("/b/{branch}/staffing/{study}/stop")
@for_whom(Audience.MANAGER)
async def study_stopped(live: LiveOf, desk: DeskOf, study: str, request: Request) -> Response:
    """Stop a study. One that was just done is there, all the same."""
    await desk.stop(live.branch.id, study)
    return _see(live, request, f"/{study}")


@router.post("/b/{branch}/staffing/{study}/delete")
@for_whom(Audience.MANAGER)
async def study_deleted(live: LiveOf, desk: DeskOf, study: str, request: Request) -> Response:
    """Remove what was kept of a study."""
    await desk.remove(live.branch.id, study)
    return _see(live, request, "")


def _see(live: Live, request: Request, study: str) -> Response:
    lang = language_of(request, live.branch.languages)
    return RedirectResponse(f"/b/{live.branch.id}/staffing{study}?lang={lang}", 303)


async def _setup(
    live: Live,
    desk: Desk,
    request: Request,
    asked: Asked,
    error: AskedError | None = None,
    ended: Run | None = None,
) -> Response:
    try:
        survey = await desk.survey(live)
        typed = form.fill(survey, asked)
    except AskedError as unknown:
        return error_page(request, 503 if unknown.field != "as_on" else 404, str(unknown))
    place = form.place_of(error, survey, asked.as_on) if error else None
    return _drawn(live, desk, request, survey, typed, (place, str(error)) if place else None, ended)


async def _typed(
    live: Live,
    desk: Desk,
    request: Request,
    typed: Typed,
    as_on: str | None,
    error: AskedError,
    status: int = 422,
) -> Response:
    """The form as it was typed, with what is wrong."""
    try:
        survey = await desk.survey(live)
        place = "busy" if status == 409 else form.place_of(error, survey, as_on)
        form.rows(survey, typed)
    except AskedError as unknown:
        return error_page(request, 422, str(unknown))
    return _drawn(live, desk, request, survey, typed, (place, str(error)), None, status)


def _drawn(
    live: Live,
    desk: Desk,
    request: Request,
    survey: Mapping[str, Any],
    typed: Typed,
    wrong: tuple[str, str] | None,
    ended: Run | None,
    status: int = 200,
) -> Response:
    running = desk.running(live.branch.id)
    return _page(
        "staffing",
        live,
        request,
        status=status,
        survey=survey,
        typed=typed,
        wrong=wrong,
        ended=ended.state if ended else None,
        advice=ended.advice if ended else None,
        rows=form.rows(survey, typed),
        expected=form.expected(survey),
        halves=round((survey["closes_s"] - survey["opens_s"]) / SLOT_S),
        kept_list=[(one.id, one.name, _moment(live, one.made_at)) for one in desk.shelf.list(live.branch.id)],
        running=running.to_plain() if running else None,
    )


def _shown(live: Live, request: Request, kept: Mapping[str, Any]) -> Response:
    return _page(
        "study",
        live,
        request,
        kept=kept,
        study=kept["study"],
        made_at=_moment(live, kept["made_at"]),
        shown=staffing.result(kept["study"], kept["asked"]["scenario"]),
        link=str(request.url.replace(query="")),
    )


def _moment(live: Live, at: float) -> str:
    return f"{datetime.fromtimestamp(at, live.branch.zone):%Y-%m-%d %H:%M}"


def _page(
    page: str,
    live: Live,
    request: Request,
    *,
    status: int = 200,
    **more: Any,  # noqa: ANN401 - a page's own context
) -> Response:
    text = pages.render(
        page,
        lang=language_of(request, live.branch.languages),
        languages=list(live.branch.languages),
        branch=branch_to_plain(live.branch),
        speed=live.clock.speed,
        api=API + live.branch.id,
        **more,
    )
    return HTMLResponse(text, status)
