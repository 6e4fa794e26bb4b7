"""Staffing studies: a scenario against today's roster, simulated in the background and kept."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field
from starlette.requests import HTTPConnection

from app.audience import Audience, for_whom
from app.branch.errors import Malformed, Unknown
from app.branch.events import format_moment
from app.live import Live
from app.studies.asked import MOST_DAYS, SCENARIO, Asked, AskedError
from app.studies.desk import Desk, Run
from app.studies.tables import to_csv, to_parquet

from .common import Body, LiveOf

router = APIRouter(tags=["studies"])


async def _desk(connection: HTTPConnection) -> Desk:
    desk: Desk = connection.app.state.desk
    return desk


DeskOf = Annotated[Desk, Depends(_desk)]


class Format(StrEnum):
    """How the figures are written."""

    CSV = "csv"
    PARQUET = "parquet"


class AskedBody(Body):
    """A scenario as in a scenario file, without its sources; `as_on`: a past day whose windows it changes.

    `late_share`: search for the roster in which no larger share waits longer than `late_minutes`.
    """

    scenario: dict[str, Any] = Field(default_factory=dict)
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = 1000
    as_on: str | None = None
    late_share: Annotated[float | None, Field(gt=0.0, lt=1.0)] = None


@router.get("/studies")
@for_whom(Audience.MANAGER)
async def get_studies(live: LiveOf, desk: DeskOf) -> dict[str, Any]:
    """The study that runs, and those that were kept, latest first."""
    running = desk.running(live.branch.id)
    return {
        "running": running.to_plain() if running else None,
        "kept": [
            {"id": one.id, "name": one.name, "made_at": format_moment(one.made_at, live.branch.zone)}
            for one in desk.shelf.list(live.branch.id)
        ],
    }


@router.post("/studies", status_code=202)
@for_whom(Audience.MANAGER)
async def post_study(live: LiveOf, desk: DeskOf, body: AskedBody, response: Response) -> dict[str, Any]:
    """Begin to simulate a scenario against today's roster; 409 while another study of this branch runs."""
    try:
        run = await desk.start(live, Asked(body.scenario, body.days, body.as_on, body.late_share))
    except AskedError as error:
        raise Malformed(error.field or "scenario", str(error)) from None
    except RecursionError:
        raise Malformed("scenario", "scenario is nested too deeply.") from None
    response.headers["Location"] = f"/api/v1/branches/{live.branch.id}/studies/{run.id}"
    return {**run.to_plain(), "url": f"/b/{live.branch.id}/staffing/{run.id}"}


@router.get("/studies/today")
@for_whom(Audience.MANAGER)
async def get_today(live: LiveOf, desk: DeskOf) -> dict[str, Any]:
    """Where scenarios begin: today's windows, those of the last days, and who is expected."""
    try:
        return await desk.survey(live)
    except AskedError as error:
        raise Malformed(error.field or "history", str(error)) from None


@router.get("/studies/{study}")
@for_whom(Audience.MANAGER)
async def get_study(live: LiveOf, desk: DeskOf, study: str) -> dict[str, Any]:
    """How far a study is, why it came to nothing, or all that came of it."""
    found = desk.find(live.branch.id, study)
    if isinstance(found, Run):
        return found.to_plain()
    return {**found, "state": "done", "made_at": format_moment(found["made_at"], live.branch.zone)}


@router.delete("/studies/{study}", status_code=204)
@for_whom(Audience.MANAGER)
async def delete_study(live: LiveOf, desk: DeskOf, study: str) -> None:
    """Stop a study, or remove what was kept of it; nothing is left."""
    await desk.remove(live.branch.id, study)


@router.get("/studies/{study}/table", response_class=Response)
@for_whom(Audience.MANAGER)
async def get_table(
    live: LiveOf,
    desk: DeskOf,
    study: str,
    form: Annotated[Format, Query(alias="format", description="csv or parquet")] = Format.CSV,
) -> Response:
    """All figures of a study as one table, a row for each."""
    plain = kept(live, desk, study)["study"]
    name = f'attachment; filename="study-{study}.{form}"'
    if form is Format.CSV:
        return Response(to_csv(plain), media_type="text/csv", headers={"Content-Disposition": name})
    media = "application/vnd.apache.parquet"
    return Response(to_parquet(plain), media_type=media, headers={"Content-Disposition": name})


@router.get("/studies/{study}/scenario.toml", response_class=Response)
@for_whom(Audience.MANAGER)
async def get_scenario(live: LiveOf, desk: DeskOf, study: str) -> Response:
    """The scenario file that was run: `lobbyclock simulate` runs it again."""
    kept(live, desk, study)
    text = desk.shelf.file(live.branch.id, study, SCENARIO)
    return Response(text, media_type="application/toml")


def kept(live: Live, desk: Desk, study: str) -> dict[str, Any]:
    """A study that is done. Errors: ``Unknown``."""
    found = desk.find(live.branch.id, study)
    if isinstance(found, Run):
        raise Unknown("finished study", study, [one.id for one in desk.shelf.list(live.branch.id)])
    return found
