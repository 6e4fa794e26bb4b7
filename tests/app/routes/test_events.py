"""Facts in and out over HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.app.served import API, TEN, Served, moment

pytestmark = pytest.mark.anyio


def fact(n: int, kind: str = "ticket.issued", **fields: object) -> dict[str, Any]:
    own = fields or {"ticket": f"T{n}", "number": f"A{n:03d}", "business": "personal"}
    return {"id": f"e{n}", "type": kind, "at": moment(TEN), **own}


async def test_one_event_or_many_and_their_repeats(small: Served) -> None:
    first = await small.post("/events", fact(1))
    assert (first.status_code, first.json()[0]["repeated"]) == (201, False)
    seq = first.json()[0]["seq"]
    again = await small.post("/events", fact(1))
    assert (again.status_code, again.json()) == (200, [{"seq": seq, "repeated": True}])
    both = await small.post("/events", [fact(1), fact(2), fact(2), fact(3)])
    assert both.status_code == 201
    assert [one["repeated"] for one in both.json()] == [True, False, True, False]
    assert (await small.post("/events", [fact(1), fact(2)])).status_code == 200
    other = await small.post("/events", fact(1, ticket="T8", number="A008", business="personal"))
    assert (other.status_code, other.json()["rule"]) == (409, "one id, one event")
    assert "seq" in other.json()["detail"]


async def test_the_same_event_sent_many_times_at_once_is_there_once(small: Served) -> None:
    answers = await asyncio.gather(*(small.post("/events", fact(1)) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert len({answer.json()[0]["seq"] for answer in answers}) == 1
    assert len([event for event in await small.events() if event["id"] == "e1"]) == 1


@pytest.mark.parametrize(
    ("bad", "status", "member", "value"),
    [
        (fact(2, ticket="T1", number="A001", business="personal"), 409, "rule", "a ticket is issued once"),
        (fact(2, ticket="T2", number="A001", business="personal"), 409, "rule", None),
        (fact(2, "window.ready", window="1"), 409, "rule", "a window that is open has no window.ready"),
        (fact(2, "window.ready", window="9"), 404, "known", ["1", "2", "3"]),
        (fact(2, "ticket.issued", ticket="T2", number="A2", business="x"), 404, "known", None),
        (fact(2, "ticket.called", ticket="T9", window="1"), 404, "known", None),
        (fact(2) | {"at": "yesterday"}, 422, "field", "[1].at"),
        (fact(2) | {"at": moment(TEN + 600)}, 422, "field", "[1].at"),
        (fact(2) | {"at": moment(TEN - 600)}, 422, "field", "[1].at"),
        (fact(2) | {"sender": "lobbyclock"}, 422, "field", "[1].sender"),
        (fact(2) | {"type": "party"}, 422, "field", "[1].type"),
        (fact(2) | {"surprise": 1}, 422, "field", "[1].surprise"),
        (fact(2, "range.told", ticket="T1", about="wait", low_s=0, high_s=60, basis="b", reason="r"),
         422, "field", "[1].type"),
        (["no event"], 422, "field", "[1].event"),
    ],
)  # fmt: skip
async def test_an_array_is_all_or_nothing(
    small: Served, bad: object, status: int, member: str, value: object
) -> None:
    before = await small.reported()
    answer = await small.post("/events", [fact(1), bad, fact(3)])
    problem = answer.json()
    assert answer.status_code == status, problem
    assert answer.headers["content-type"] == "application/problem+json"
    assert member in problem
    assert value is None or problem[member] == value
    assert "event 1" in problem["detail"]
    assert await small.reported() == before
    assert (await small.post("/events", [fact(1), fact(3)])).status_code == 201


async def test_an_event_of_another_branch_has_lost_its_way(small: Served) -> None:
    assert (await small.post("/events", fact(1) | {"branch": "small"})).status_code == 201
    for other in ("large", 5, ["small"]):
        answer = await small.post("/events", fact(2) | {"branch": other})
        assert (answer.status_code, answer.json()["field"]) == (422, "branch")
        answer = await small.post("/events", [fact(2), fact(3) | {"branch": other}])
        assert (answer.status_code, answer.json()["field"]) == (422, "[1].branch")
    assert [one["id"] for one in await small.reported() if one["id"] in {"e1", "e2", "e3"}] == ["e1"]


async def test_what_somebody_reports_is_neither_implied_nor_placed_by_them(small: Served) -> None:
    own = {"implied": True, "seq": 999, "received_at": moment(TEN - 9_999), "v": 1}
    [taken] = (await small.post("/events", fact(1) | own)).json()
    read = next(one for one in await small.reported() if one["id"] == "e1")
    assert "implied" not in read
    assert read["seq"] == taken["seq"] < 999
    assert read["received_at"] > moment(TEN - 60)
    again = await small.post("/events", fact(2) | {"ticket": "T1"})
    assert (again.status_code, again.json()["rule"]) == (409, "a ticket is issued once")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"])
async def test_a_body_is_utf_8_and_nothing_else(small: Served, encoding: str) -> None:
    body = json.dumps(fact(1) | {"language": "中文"}, ensure_ascii=False)
    answer = await small.client.post(API + "/events", content=body.encode(encoding))
    assert (answer.status_code, answer.json()["field"]) == (422, "body")
    half = body.replace("中文", "\ud800").encode("utf-8", "surrogatepass")
    assert (await small.client.post(API + "/events", content=half)).status_code == 422
    for good, status in ((body.encode("utf-8-sig"), 201), (body.encode(), 200)):
        assert (await small.client.post(API + "/events", content=good)).status_code == status


async def test_bodies_that_are_no_events(small: Served) -> None:
    async def status(
        content: bytes, path: str = "/events", kind: str = "application/json"
    ) -> tuple[int, str]:
        answer = await small.client.post(API + path, content=content, headers={"content-type": kind})
        assert answer.headers["content-type"] == "application/problem+json"
        return answer.status_code, answer.json()["field"]

    deep = b"[" * 100_000 + b"]" * 100_000
    for path in ("/events", "/heartbeat", "/tickets"):
        assert await status(b"\xff\xfe{", path) == (422, "body")
        assert await status(deep, path) == (422, "body")
        assert await status(b"{", path) == (422, "body")
        assert await status(b"[" + b" " * (1 << 20) + b"]", path) == (413, "body")
        assert await status(b'"text"', path) in {(422, "body"), (422, "event")}
    assert await status(b"[]") == (422, "body")
    assert await status(b'{"id": NaN, "type": "window.ready"}') == (422, "id")
    assert await status(json.dumps([fact(n) for n in range(1_001)]).encode()) == (422, "body")
    assert await status(b'{"business": "personal"}', "/tickets", "text/plain") == (422, "body")
    assert await status(b'{"type": "window.ready", "\\ud800": 1}') == (422, "id")
    half = {**fact(1), "\ud800": 1}
    assert (await status(json.dumps(half).encode()))[0] == 422

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * (1 << 16)

    grown = await small.client.post(API + "/events", content=chunks())
    assert grown.status_code == 413


@pytest.mark.parametrize("name", ["id", "sender", "ticket", "number", "business", "priority", "language"])
async def test_half_a_character_and_numbers_beyond_all_bounds_are_malformed(small: Served, name: str) -> None:
    for value in ('"\\ud800"', str(10**30), "1e999", "NaN", "-Infinity", "9" * 5_000):
        body = json.dumps(fact(1) | {name: "X"}).replace('"X"', value)
        for path, content in (("/events", body), ("/events", f"[{body}]")):
            answer = await small.client.post(API + path, content=content.encode())
            assert answer.status_code == 422, (value, answer.text)
            assert answer.json()["field"] in {name, f"[0].{name}", "body"}
    items = await small.post("/events", fact(1) | {"items": 10**30})
    assert (items.status_code, items.json()["field"]) == (422, "items")


async def test_reading_back_in_order_and_from_a_seq(small: Served) -> None:
    await small.post("/events", [fact(n) for n in range(5)])
    await small.turn()  # what the service has to tell of them is told
    events = await small.events()
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert {"id", "sender", "type", "at", "seq", "received_at", "v"} <= events[0].keys()
    rest = await small.client.get(API + "/events", params={"after": 3})
    assert rest.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line) for line in rest.text.splitlines()] == events[3:]
    assert (await small.client.get(API + "/events", params={"after": 10**6})).text == ""
    for bad in ("-1", "x", str(2**70)):
        answer = await small.client.get(API + "/events", params={"after": bad})
        assert (answer.status_code, answer.json()["field"]) == (422, "after")


async def test_a_heartbeat(small: Served) -> None:
    assert (await small.post("/heartbeat", {"sender": "machine"})).status_code == 204
    assert (await small.post("/heartbeat")).status_code == 204
    bad = await small.post("/heartbeat", {"sender": "no spaces"})
    assert (bad.status_code, bad.json()["field"]) == (422, "sender")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
KINDS = ["ticket.issued", "ticket.called", "window.opened", "service.step_started", "event.corrected"]
FIELDS = ["ticket", "window", "number", "business", "sender", "corrects", "step", "seq", "v"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.fixed_dictionaries(
        {"type": st.sampled_from(KINDS) | VALUES, "id": st.just("h1") | VALUES, "at": st.just(moment(TEN))},
        optional={name: st.sampled_from(["1", "T1", "personal"]) | VALUES for name in FIELDS},
    )
)
async def test_whatever_is_sent_is_answered(small: Served, raw: dict[str, Any]) -> None:
    body = json.dumps(raw).encode()
    answer = await small.client.post(API + "/events", content=body)
    assert answer.status_code in {200, 201, 404, 409, 422}
    if answer.status_code > 400:
        assert answer.json()["detail"]
