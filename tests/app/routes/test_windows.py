"""What a teller does, over HTTP: statuses, repeats, staleness, and two tellers at once."""

from __future__ import annotations

import asyncio
import json

import httpx2
import pytest

from tests.app.served import Served, moment

pytestmark = pytest.mark.anyio


async def test_a_ticket_from_the_kiosk_to_its_end(small: Served) -> None:
    await small.take()
    called = (await small.press("1", "next")).json()
    assert (called["number"], called["business"]) == ("A001", "personal")
    for name, state in (
        ("recall", "calling"),
        ("start", "serving"),
        ("finish", "wrapping_up"),
        ("ready", "open"),
        ("pause", "paused"),
        ("resume", "open"),
        ("close", "closed"),
        ("open", "open"),
        ("back-office", "closed"),
    ):
        answer = (await small.press("1", name)).json()
        assert answer["repeated"] is False
        assert answer["event"]["seq"] == answer["seq"]
        window = (await small.get(""))["windows"][0]
        assert (window["window"], window["state"]) == ("1", state)
    ticket = await small.get(f"/tickets/{called['ticket']}")
    assert ticket["state"] == "finished"


async def test_steps_overlap_and_end(small: Served) -> None:
    await small.take()
    await small.press("1", "next")
    await small.press("1", "start", {"expected_s": 300})
    await small.press("1", "step", {"step": "approval", "step_id": "s1"})
    await small.press("1", "step", {"step": "cash"}, key="s2")
    assert [step["resource"] for step in (await small.get(""))["windows"][0]["steps"]] == [
        "supervisor",
        "machine",
    ]
    await small.press("1", "step-end", {"step_id": "s1"})
    again = await small.post("/windows/1/step-end", {"step_id": "s1"})
    assert (again.status_code, again.json()["rule"]) == (409, "a step ends once")
    await small.press("1", "step-end", {"step_id": "s2"})
    unknown = await small.post("/windows/1/step", {"step": "dance"})
    assert (unknown.status_code, unknown.json()["known"]) == (404, ["approval", "cash"])


async def test_no_show_recall_transfer_and_undo(small: Served) -> None:
    taken = await small.take()
    await small.press("1", "next")
    await small.press("1", "no-show")
    assert (await small.press("1", "recall", {"ticket": taken["ticket"]})).json()["event"]["type"] == (
        "ticket.recalled"
    )
    await small.press("1", "start")
    await small.press("1", "transfer", {"business": "corporate", "keeps_place": False})
    assert (await small.get(f"/tickets/{taken['ticket']}"))["business"] == "corporate"
    undone = await small.press("1", "undo", key="u1")
    assert undone.json()["event"]["type"] == "event.corrected"
    assert (await small.get(f"/tickets/{taken['ticket']}"))["state"] == "serving"
    repeated = (await small.press("1", "undo", key="u1")).json()
    assert (repeated["repeated"], repeated["seq"]) == (True, undone.json()["seq"])
    assert (await small.get(f"/tickets/{taken['ticket']}"))["state"] == "serving"


async def test_signing_in_and_out(small: Served) -> None:
    other = await small.post("/windows/1/sign-in", {"teller": "t2"})
    assert (other.status_code, other.json()["rule"]) == (409, "one teller at a window")
    await small.press("1", "sign-out")
    nobody = await small.post("/windows/1/sign-out")
    assert (nobody.status_code, nobody.json()["rule"]) == (409, "who is there signs out")
    await small.press("1", "sign-in", {"teller": "t2"})
    assert (await small.get(""))["windows"][0]["teller"] == "t2"


async def test_next_when_nobody_waits_is_204_and_while_serving_409(small: Served) -> None:
    empty = await small.post("/windows/1/next")
    assert (empty.status_code, empty.content) == (204, b"")
    await small.take()
    await small.press("1", "next")
    refused = await small.post("/windows/1/next")
    assert refused.status_code == 409
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["rule"] == "next while open or wrapping up"


async def test_a_command_about_a_customer_needs_one(small: Served) -> None:
    before = await small.reported()
    for name in ("start", "finish", "no-show", "recall", "transfer"):
        refused = await small.post(f"/windows/1/{name}")
        assert (refused.status_code, refused.json()["rule"]) == (409, "a command about a customer needs one")
    assert (await small.post("/windows/1/undo")).status_code == 200  # the opening
    none = await small.post("/windows/2/undo")
    assert (none.status_code, none.json()["rule"]) == (409, "only a recent press can be taken back")
    assert len(await small.reported()) == len(before) + 1


@pytest.mark.parametrize("name", ["next", "open", "pause", "finish", "undo", "transfer", "sign-out"])
async def test_an_unknown_window_is_404_with_what_is_known(small: Served, name: str) -> None:
    answer = await small.post(f"/windows/9/{name}")
    assert (answer.status_code, answer.json()["known"]) == (404, ["1", "2", "3"])


@pytest.mark.parametrize(
    ("name", "body", "field"),
    [
        ("pause", {"reason": "tea", "expected_s": -1}, "expected_s"),
        ("pause", {"reason": ""}, "reason"),
        ("pause", {"tea": 1}, "tea"),
        ("start", {"expected_s": float("nan")}, "expected_s"),
        ("start", {"expected_s": "300"}, "expected_s"),
        ("start", {"expected_s": True}, "expected_s"),
        ("close", {"reopens_at": "later"}, "reopens_at"),
        ("step", {}, "step"),
        ("step", {"step": "cash", "resource": 3}, "resource"),
        ("open", {"businesses": []}, "businesses"),
        ("step", {"step": "cash", "resource": "elephant"}, "resource"),
        ("open", [1], "body"),
        *((name, {"tea": 1}, "tea") for name in ("next", "resume", "closing", "ready", "undo")),
        ("undo", [1], "body"),
    ],
)
async def test_a_malformed_command_is_422_and_names_the_field(
    small: Served, name: str, body: object, field: str
) -> None:
    answer = await small.post(f"/windows/1/{name}") if body is None else await _raw(small, name, body)
    assert (answer.status_code, answer.json()["field"]) == (422, field), answer.text


async def _raw(small: Served, name: str, body: object) -> httpx2.Response:
    # httpx refuses NaN by itself
    headers = {"content-type": "application/json"}
    path = f"/api/v1/branches/small/windows/1/{name}"
    return await small.client.post(path, content=json.dumps(body), headers=headers)


async def test_a_repeated_key_answers_the_same(small: Served) -> None:
    await small.take()
    await small.take()
    first = await small.press("1", "next", key="k1")
    again = await small.press("1", "next", key="k1")
    assert first.json() | {"repeated": True} == again.json()
    for name in ("start", "finish", "ready", "pause", "resume", "closing"):
        first = await small.press("1", name, key=f"k-{name}")
        again = await small.press("1", name, key=f"k-{name}")
        assert first.json() | {"repeated": True} == again.json()
    assert (await small.get(""))["windows"][0]["state"] == "closed"


async def test_a_key_reused_for_another_command_is_409(small: Served) -> None:
    await small.press("1", "pause", {"reason": "tea"}, key="k1")
    before = await small.reported()
    for path, body in (
        ("/windows/1/resume", None),
        ("/windows/3/pause", {"reason": "tea"}),
        ("/windows/1/pause", {"reason": "lunch"}),
        ("/windows/1/next", None),
        ("/tickets", {"business": "personal"}),
    ):
        answer = await small.post(path, body, key="k1")
        assert (answer.status_code, answer.json()["rule"]) == (409, "one id, one event")
    assert await small.reported() == before
    other_sender = await small.post("/windows/1/resume", None, key="k1", X_Sender="teller-1")
    assert other_sender.status_code == 200


async def test_a_stale_command_is_412_and_changes_nothing(small: Served) -> None:
    seen = (await small.press("1", "pause")).json()["seq"]
    await small.press("1", "resume", If_Match=f'"{seen}"')
    await small.take()
    before = (await small.get(""))["windows"]
    for name in ("next", "pause", "close", "undo"):
        stale = await small.post(f"/windows/1/{name}", If_Match=str(seen))
        assert stale.status_code == 412, stale.text
    assert (await small.post("/tickets", {"business": "personal"}, If_Match="1")).status_code == 412
    assert (await small.get(""))["windows"] == before
    bad = await small.post("/windows/1/next", If_Match="yesterday")
    assert (bad.status_code, bad.json()["field"]) == (422, "If-Match")


@pytest.mark.parametrize(
    ("header", "value"),
    [("Idempotency-Key", "no spaces"), ("X-Sender", "Ü"), ("X-Sender", "lobbyclock"), ("X-Sender", "x" * 65)],
)
async def test_a_bad_header_is_422_and_named(small: Served, header: str, value: str) -> None:
    url = "/api/v1/branches/small/windows/1/next"
    answer = await small.client.post(url, headers={header.encode(): value.encode()})
    assert (answer.status_code, answer.json()["field"]) == (422, header)


async def test_the_sender_is_the_header_s(small: Served) -> None:
    answer = await small.press("1", "pause", X_Sender="teller-1")
    assert answer.json()["event"]["sender"] == "teller-1"


async def test_tellers_calling_at_once_never_get_the_same_ticket(small: Served) -> None:
    await small.press("2", "open")
    await asyncio.gather(*(small.take() for _ in range(40)))
    served: list[str] = []

    async def call(window: str) -> None:
        while (answer := await small.post(f"/windows/{window}/next")).status_code == 200:
            served.append(answer.json()["ticket"])
            await small.press(window, "start")
            await small.press(window, "finish")

    await asyncio.gather(*(call(window) for window in ("1", "2", "1", "2")), return_exceptions=True)
    calls = [event["ticket"] for event in await small.events() if event["type"] == "ticket.called"]
    assert len(calls) == len(set(calls)) >= 2
    assert set(served) <= set(calls)


async def test_many_presses_of_next_at_once_call_one_customer_per_window(small: Served) -> None:
    await small.press("2", "open")
    await asyncio.gather(*(small.take() for _ in range(10)))
    answers = await asyncio.gather(*(small.post(f"/windows/{one % 2 + 1}/next") for one in range(20)))
    called = [answer.json()["ticket"] for answer in answers if answer.status_code == 200]
    assert sorted(answer.status_code for answer in answers) == [200] * 2 + [409] * 18
    assert len(set(called)) == 2


async def test_a_press_repeated_after_a_lost_answer_calls_one_customer(small: Served) -> None:
    await asyncio.gather(*(small.take() for _ in range(5)))
    answers = await asyncio.gather(*(small.press("1", "next", key="once") for _ in range(8)))
    assert len({answer.json()["ticket"] for answer in answers}) == 1
    assert sorted(answer.json()["repeated"] for answer in answers) == [False] + [True] * 7
    calls = [event for event in await small.events() if event["type"] == "ticket.called"]
    assert len(calls) == 1


async def test_a_kiosk_whose_clock_is_ahead_makes_nobody_wait_for_it(small: Served) -> None:
    issued = {"type": "ticket.issued", "ticket": "T1", "number": "A001", "business": "personal", "id": "i"}
    ahead = small.clock.now() + 50
    assert (await small.post("/events", {**issued, "at": moment(ahead)})).status_code == 201
    assert (await small.press("1", "next")).json()["ticket"] == "T1"
    await small.press("1", "start")
    await small.press("1", "finish")
    assert (await small.get("/tickets/T1"))["state"] == "finished"


async def test_a_transfer_of_somebody_else_s_customer_says_whose_it_is(small: Served) -> None:
    nobody = await small.post("/windows/1/transfer", {"ticket": "T9"})
    assert (nobody.status_code, nobody.json()["known"]) == (404, [])
    first, second = [(await small.take())["ticket"] for _ in range(2)]
    idle = await small.post("/windows/1/transfer", {"ticket": first})
    assert (idle.status_code, "no ticket" in idle.json()["detail"]) == (409, True)
    await small.press("1", "next")
    other = await small.post("/windows/1/transfer", {"ticket": second, "business": "corporate"})
    assert (other.status_code, other.json()["rule"]) == (409, "a window speaks of its own customer")
    assert first in other.json()["detail"]
    assert (await small.post("/windows/1/transfer", {"ticket": "T9"})).status_code == 404
    assert (await small.press("1", "transfer", {"ticket": first})).status_code == 200
