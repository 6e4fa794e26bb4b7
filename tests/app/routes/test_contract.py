"""All routes together: what the schema says, what is declared, what is not there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2
import pytest
import schemathesis
from fastapi.routing import APIRoute, APIWebSocketRoute
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.core import NotSet
from schemathesis.core.result import Ok
from starlette.testclient import TestClient

from app.audience import audience_of
from app.clock import FastClock
from app.house import House
from app.journal import Unavailable
from app.main import make_app
from tests.app.served import TEN, Served, branch_file

STATUSES = {200, 201, 202, 204, 404, 405, 409, 412, 413, 422, 503}


def routes(app: Any) -> list[Any]:  # noqa: ANN401 - an application or a router
    """Every route of an application, whatever it was included with."""
    found = []
    for route in app.routes:
        inner = getattr(route, "original_router", None)
        found += routes(inner) if inner is not None else [route]
    return found


def test_every_route_declares_for_whom_it_is(tmp_path: Path) -> None:
    house = House([branch_file()], tmp_path, FastClock(TEN, 1.0))
    try:
        app = make_app(house)
        ours = [route for route in routes(app) if isinstance(route, APIRoute | APIWebSocketRoute)]
        assert len(ours) > 30
        assert [route.path for route in ours if not audience_of(route.endpoint)] == []
        others = {route.path for route in routes(app)} - {route.path for route in ours}
        assert others == {"/openapi.json", "/static", "/static/voice/own"}
    finally:
        house._journal.close()


@pytest.mark.anyio
async def test_unknown_things_are_404_with_what_is_known(small: Served) -> None:
    get = small.client.get
    for path, known in (
        ("/api/v1/branches/large", ["small"]),
        ("/api/v1/branches/small/tickets/nobody", []),
        ("/api/v1/branches/small/forecast?business=gold", ["corporate", "personal"]),
    ):
        answer = await get(path)
        assert (answer.status_code, answer.json()["known"]) == (404, known)
        assert answer.headers["content-type"] == "application/problem+json"
    for body, known in (
        ({"business": "gold"}, ["corporate", "personal"]),
        ({"business": "personal", "priority": "vip"}, ["elderly"]),
    ):
        answer = await small.post("/tickets", body)
        assert (answer.status_code, answer.json()["known"]) == (404, known)
    nowhere = await get("/api/v1/nothing")
    assert (nowhere.status_code, nowhere.json()["status"]) == (404, 404)
    page = await get("/b/small/window/9", headers={"accept": "text/html"})
    assert page.status_code == 404
    assert "/b/small/window/1" in page.text
    wrong = await small.client.delete("/api/v1/branches/small/events")
    assert (wrong.status_code, wrong.headers["content-type"]) == (405, "application/problem+json")


@pytest.mark.anyio
async def test_a_fault_is_a_problem_too(small: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small.live, "picture", lambda: 1 / 0)
    transport = httpx2.ASGITransport(small.client._transport.app, raise_app_exceptions=False)  # type: ignore[attr-defined]
    async with httpx2.AsyncClient(transport=transport, base_url="http://branch") as client:
        answer = await client.get("/api/v1/branches/small")
        seen = await client.get("/b/small/hall", headers={"accept": "text/html", "accept-language": "zh-TW"})
    assert (seen.status_code, seen.headers["content-type"]) == (500, "text/html; charset=utf-8")
    assert "系統暫時沒有回應" in seen.text
    assert 'http-equiv="refresh"' in seen.text
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "ZeroDivision" not in answer.text


@pytest.mark.anyio
async def test_a_person_gets_a_page_whatever_is_wrong(small: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    as_person = {"accept": "text/html", "accept-language": "zh-CN"}
    wrong = await small.client.get("/b/small/hall?inches=far", headers=as_person)
    assert wrong.status_code == 422
    assert "此地址要求的内容无法显示" in wrong.text
    assert 'lang="en">inches: ' in wrong.text

    def locked(*_: object) -> None:
        raise Unavailable("the disk is full", 7.0)

    monkeypatch.setattr(small.live, "past", locked)
    monkeypatch.setattr(small.live, "records", locked)
    busy = await small.client.get("/b/small/promises", headers=as_person)
    assert (busy.status_code, busy.headers["retry-after"]) == (503, "7")
    assert "服务暂时没有响应" in busy.text


@pytest.mark.anyio
async def test_pages_may_run_only_what_is_the_service_s_own(small: Served) -> None:
    page = await small.client.get("/b/small/hall")
    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"


def test_the_schema_s_requests_are_all_answered_as_documented(tmp_path: Path) -> None:
    """Whatever the schema allows: no fault, known statuses, problems throughout."""
    app = make_app(House([branch_file()], tmp_path, FastClock(TEN, 1.0)))
    with TestClient(app) as client:
        for window in ("1", "2", "3"):
            client.post(f"/api/v1/branches/small/windows/{window}/open")
        schema = schemathesis.openapi.from_dict(app.openapi())
        operations = [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]
        assert len(operations) > 25
        for operation in operations:
            probe(client, operation)


PLACES = st.fixed_dictionaries(
    {"branch": st.sampled_from(["small", "large"]), "window": st.sampled_from(["1", "3", "9"])}
)


def probe(client: TestClient, operation: Any) -> None:  # noqa: ANN401 - schemathesis' own
    """A few requests that the operation's schema describes."""

    @settings(
        max_examples=6,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), place=PLACES)
    def ask(case: Any, place: dict[str, str]) -> None:  # noqa: ANN401
        there = {name: value for name, value in place.items() if name in (case.path_parameters or {})}
        case.path_parameters = {**(case.path_parameters or {}), **there}
        body = {} if isinstance(case.body, NotSet) else {"json": case.body}
        path = case.formatted_path.replace("//", "/none/")
        answer = client.request(case.method, path, params=case.query, headers=_headers(case), **body)
        assert answer.status_code in STATUSES, (case.method, path, answer.text)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["status"] == answer.status_code

    ask()


def _headers(case: Any) -> dict[bytes, bytes]:  # noqa: ANN401
    """What of the generated headers a client can send at all."""
    given_headers = (case.headers or {}).items()
    sent = {name: str(value).encode("latin-1", "replace") for name, value in given_headers}
    return {name.encode(): value for name, value in sent.items() if not {10, 13, 0} & set(value)}
