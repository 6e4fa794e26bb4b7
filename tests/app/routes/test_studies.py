"""Staffing studies, over the API and as the manager's pages: the worker is the real one."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import polars as pl
import pytest
from structlog.testing import capture_logs

from app.branch.errors import Unknown
from app.history.table import COLUMNS
from app.journal import PastTicket
from app.studies import form
from app.studies.asked import Asked
from app.studies.desk import Desk, Run
from tests.app.served import API, Serve, Served
from tests.app.studies.conftest import BRANCH, FIRST, rows

MONDAY = datetime(2026, 11, 9, 10, tzinfo=FIRST.tzinfo).timestamp()
PAGE = "/b/small/staffing"
AS_PAGE = {"accept": "text/html"}


def past(days: int) -> list[PastTicket]:
    def value(name: str, text: str) -> Any:  # noqa: ANN401 - text or a moment
        if name.endswith("_at"):
            return datetime.fromisoformat(text).timestamp() if text else None
        return text or None

    return [PastTicket(**{name: value(name, row[name]) for name in COLUMNS}) for row in rows(days, 1)]


@pytest.fixture
async def branch(serve: Serve) -> AsyncIterator[Served]:
    """A branch with three weeks behind it, which have been looked at."""
    async with serve(BRANCH, at=MONDAY) as served:
        served.house._journal.add_history("small", past(19)).result()
        desk_of(served)._surveys["small"] = known()
        yield served


def desk_of(served: Served) -> Desk:
    desk: Desk = served.client._transport.app.state.desk  # type: ignore[attr-defined]
    return desk


async def ended(served: Served, name: str) -> dict[str, Any]:
    """The study, once it is over."""
    while (found := await served.get(f"/studies/{name}"))["state"] in ("waiting", "running"):  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    return found


def drafts(served: Served) -> list[str]:
    return [path.name for path in (served.house.data / "studies").glob(".draft-*")]


@pytest.mark.anyio
async def test_a_study_is_asked_for_followed_read_exported_and_removed(branch: Served) -> None:
    desk_of(branch)._surveys.clear()
    today = await branch.get("/studies/today")
    assert (today["days"], today["from"]) == (15, "2026-10-19")
    answer = await branch.post(
        "/studies", {"scenario": {"name": "a third", "demand": {"factor": 1.2}}, "days": 50}
    )
    assert answer.status_code == 202, answer.text
    name = answer.json()["id"]
    assert answer.headers["location"].endswith(name)
    assert answer.json()["url"] == f"{PAGE}/{name}"
    second = await branch.post("/studies", {})
    assert (second.status_code, second.json()["rule"]) == (409, "one study at a time")
    assert (await branch.get("/studies"))["running"]["id"] == name
    following = await branch.client.get(f"{PAGE}/{name}", headers=AS_PAGE)
    assert 'data-testid="running"' in following.text
    done = await ended(branch, name)
    assert (done["state"], done["study"]["days"]) == ("done", 50)
    assert done["study"]["trust"]["days"]
    first, second_outcome = done["study"]["outcomes"]
    assert second_outcome["arrived"]["value"] == pytest.approx(1.2 * first["arrived"]["value"], rel=0.1)
    kept = await branch.get("/studies")
    assert (kept["running"], [one["name"] for one in kept["kept"]]) == (None, ["a third"])
    csv = await branch.client.get(f"/api/v1/branches/small/studies/{name}/table")
    assert "attachment" in csv.headers["content-disposition"]
    parquet = await branch.client.get(
        f"/api/v1/branches/small/studies/{name}/table", params={"format": "parquet"}
    )
    assert pl.read_parquet(parquet.content).height == len(csv.text.splitlines()) - 1
    scenario = await branch.client.get(f"/api/v1/branches/small/studies/{name}/scenario.toml")
    assert 'name = "a third"' in scenario.text
    page = await branch.client.get(f"{PAGE}/{name}", params={"lang": "zh-Hans"}, headers=AS_PAGE)
    assert "现行排班" in page.text
    again = await branch.client.get(PAGE, params={"like": name}, headers=AS_PAGE)
    assert 'name="customers" inputmode="decimal" value="120"' in again.text
    gone = await branch.client.delete(f"/api/v1/branches/small/studies/{name}")
    assert gone.status_code == 204
    assert (await branch.client.get(f"{PAGE}/{name}", headers=AS_PAGE)).status_code == 404
    assert (await branch.client.get(f"/api/v1/branches/small/studies/{name}/table")).status_code == 404
    assert drafts(branch) == []


@pytest.mark.anyio
async def test_a_study_that_is_stopped_leaves_nothing(branch: Served) -> None:
    answer = await branch.post("/studies", {"days": 20_000})
    name = answer.json()["id"]
    while not (found := await branch.get(f"/studies/{name}"))["total"]:
        assert found["state"] in ("waiting", "running")
        await asyncio.sleep(0.02)
    assert workers()
    stopped = await branch.client.post(f"{PAGE}/{name}/stop")
    assert (stopped.status_code, stopped.headers["location"]) == (303, f"{PAGE}/{name}?lang=en")
    assert workers() == []
    assert drafts(branch) == []
    page = await branch.client.get(f"{PAGE}/{name}", headers=AS_PAGE)
    assert 'data-testid="stopped"' in page.text
    assert 'value="20000"' in page.text
    assert (await branch.get("/studies")) == {"running": None, "kept": []}
    assert (await branch.get(f"/studies/{name}"))["state"] == "stopped"


@pytest.mark.anyio
async def test_one_that_is_stopped_before_it_began_leaves_nothing_either(branch: Served) -> None:
    desk = desk_of(branch)
    run = await desk.start(branch.live, Asked())
    assert await desk.stop("small", run.id)
    assert (run.state, desk.running("small")) == ("stopped", None)
    await desk.remove("small", run.id)
    with pytest.raises(Unknown):
        desk.find("small", run.id)


@pytest.mark.anyio
async def test_a_fault_of_ours_ends_a_study_and_is_logged(
    branch: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> dict[str, Any]:
        raise KeyError("stage")

    monkeypatch.setattr("app.studies.desk.errand", broken)
    with capture_logs() as logs:
        name = (await branch.post("/studies", {"days": 50})).json()["id"]
        found = await ended(branch, name)
    assert (found["state"], found["detail"]) == ("failed", "A fault of the service; the log says more.")
    assert [one["event"] for one in logs] == ["study failed"]
    assert (await branch.get("/studies"))["running"] is None


@pytest.mark.anyio
async def test_a_business_without_a_window_fails_with_the_sentence_beside_the_grid(branch: Served) -> None:
    desk = desk_of(branch)
    typed = form.fill(await desk.survey(branch.live), Asked())
    typed |= {
        "name": ["nobody for companies"],
        "b.1.corporate": [""],
        "b.2.corporate": [""],
        "b.3.corporate": [""],
    }
    sent = await branch.client.post(PAGE, content=urlencode(typed, doseq=True))
    assert sent.status_code == 303
    name = sent.headers["location"].rpartition("/")[2].partition("?")[0]
    failed = await ended(branch, name)
    assert failed["state"] == "failed"
    assert "no open window ever takes 'corporate'" in failed["detail"]
    page = (await branch.client.get(f"{PAGE}/{name}", headers=AS_PAGE)).text
    assert "no open window ever takes" in page
    assert 'value="nobody for companies"' in page
    assert drafts(branch) == []


@pytest.mark.parametrize(
    ("field", "typed", "words", "chinese"),
    [
        ("closes", "08:00", "is not after opens", "应为晚于开门的时间"),
        ("customers", "lots", "should be", "应为平时客户数的百分比"),
        ("fewer", "9", "from 0 to 3", "应为柜员人数"),
        ("days", "none", "whole number of days", "应为天数"),
        ("days", "99999999", "from 1 to", "应为天数"),
        ("late_minutes", "-1", "should be", "应为分钟数"),
    ],
)
@pytest.mark.anyio
async def test_what_is_wrong_is_said_beside_it_and_what_was_typed_is_kept(
    serve: Serve, field: str, typed: str, words: str, chinese: str
) -> None:
    async with serve(BRANCH, at=MONDAY) as served:
        desk = desk_of(served)
        desk._surveys["small"] = known()
        filled = form.fill(await desk.survey(served.live), Asked()) | {field: [typed], "name": ["<mine>"]}
        page = await served.client.post(PAGE, content=urlencode(filled, doseq=True))
        assert page.status_code == 422
        before, _, after = page.text.partition('data-testid="wrong">')
        assert words in after[:200]
        assert f'name="{field}"' in before
        assert f'value="{typed}" aria-invalid="true"' in before
        assert "&lt;mine&gt;" in page.text
        assert desk.running("small") is None
        page = await served.client.post(f"{PAGE}?lang=zh-Hans", content=urlencode(filled, doseq=True))
        before, _, after = page.text.partition('data-testid="wrong">')
        assert chinese in before[before.index('id="wrong"') :]
        assert words in after[:200]


def known() -> Any:  # noqa: ANN401 - a day and a task
    """A survey that need not be made."""
    window = {"hours": [[32400.0, 54000.0]], "reluctance": {"personal": 0.0, "corporate": 0.0}}
    windows = [{"window": name, **window, "express_s": None, "speed": 1.0} for name in "123"]
    plain = {"version": 1, "days": 9, "tickets": 9, "from": "2026-11-01", "to": "2026-11-08", "rosters": {}}
    plain |= {"opens_s": 32400.0, "closes_s": 54000.0, "windows": windows, "demand": []}

    async def found() -> dict[str, Any]:
        return plain

    return datetime(2026, 11, 9, tzinfo=FIRST.tzinfo).date(), asyncio.get_running_loop().create_task(found())


@pytest.mark.anyio
async def test_without_a_past_customers_are_written_by_hand(serve: Serve) -> None:
    async with serve(BRANCH, at=MONDAY) as served:
        page = await served.client.get(PAGE, headers=AS_PAGE)
        assert 'name="a.personal"' in page.text
        arrivals = {"personal": [10] * 16, "corporate": [2] * 16}
        body = {"scenario": {"demand": {"arrivals": arrivals}, "staffing": {"teller_fewer": 1}}, "days": 40}
        answer = await served.post("/studies", body)
        done = await ended(served, answer.json()["id"])
        assert (done["state"], done["study"]["trust"]) == ("done", None)
        shown = await served.client.get(f"{PAGE}/{done['id']}", headers=AS_PAGE)
        assert "It could not be held against what happened" in shown.text
        wrong = await served.post("/studies", {"scenario": {"history": "/etc/passwd"}})
        assert (wrong.status_code, wrong.json()["field"]) == (422, "history")
        empty = await served.post("/studies", {})
        failed = await ended(served, empty.json()["id"])
        assert "it is not known who comes" in failed["detail"]


def workers() -> list[str]:
    """The processes of this one that simulate."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    found = []
    for child in children:
        try:
            words = Path(f"/proc/{child}/cmdline").read_bytes().decode()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if "app.studies.worker" in words:
            found.append(child)
    return found


@pytest.mark.anyio
async def test_a_roster_that_meets_a_target_is_searched_for_and_fills_the_grid(branch: Served) -> None:
    body = {"scenario": {"name": "enough", "late_minutes": 10}, "late_share": 0.2}
    answer = await branch.post("/studies", body)
    assert answer.status_code == 202, answer.text
    found = await ended(branch, answer.json()["id"])
    assert found["state"] == "advised", found
    assert set(found["advice"]["hours"]) == {"1", "2", "3"}
    assert found["advice"]["holds"]
    page = (await branch.client.get(f"{PAGE}/{found['id']}", headers=AS_PAGE)).text
    assert "This roster meets it" in page
    assert 'value="enough"' in page
    asked = desk_of(branch).find("small", found["id"])
    assert isinstance(asked, Run)
    assert (await branch.get("/studies"))["kept"] == []
    filled = form.fill(
        await desk_of(branch).survey(branch.live), asked.asked.with_hours(found["advice"]["hours"])
    )
    opens = {name: spells[0].partition("-")[0] for name, spells in found["advice"]["hours"].items() if spells}
    for name, at in opens.items():
        assert filled[f"h.{name}"][0] == str(int(at[:2]) * 60 + int(at[3:]))


@pytest.mark.anyio
async def test_a_scenario_nested_too_deeply_is_malformed(branch: Served) -> None:
    deep = b'{"scenario": {"demand": ' + b"[" * 900 + b"]" * 900 + b"}}"
    answer = await branch.client.post(
        API + "/studies", content=deep, headers={"content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["field"] in {"scenario", "body"}) == (422, True), answer.text
