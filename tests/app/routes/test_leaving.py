"""The customer leaves the queue: by the link alone, once, and not by accident."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.app.served import Serve, Served

pytestmark = pytest.mark.anyio


async def leave(
    branch: Served, taken: dict[str, Any], seen: str | None = None, **headers: str
) -> httpx2.Response:
    path = urlsplit(taken["url"]).path + "/leave"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await branch.client.post(path, json={"state": seen} if seen else None, headers=named)


async def state_of(branch: Served, taken: dict[str, Any]) -> str:
    return str((await branch.get(f"/tickets/{taken['ticket']}"))["state"])


async def test_who_leaves_is_gone_however_often_they_say_so(small: Served) -> None:
    taken, other = await small.take(), await small.take()
    for _ in range(3):
        answer = await leave(small, taken, "waiting")
        assert (answer.status_code, answer.json()["state"]) == (200, "abandoned")
    facts = [one for one in await small.reported() if one["type"] == "ticket.abandoned"]
    assert [(one["ticket"], one["reason"], one["sender"]) for one in facts] == [
        (taken["ticket"], "left", "phone")
    ]
    assert await state_of(small, other) == "waiting"
    page = await small.client.get(taken["url"])
    assert page.status_code == 200


async def test_a_lost_answer_is_given_again(small: Served) -> None:
    taken = await small.take()
    answers = [await leave(small, taken, Idempotency_Key="farewell") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    other = await small.take()
    assert (await leave(small, other, Idempotency_Key="farewell")).status_code == 409
    assert await state_of(small, other) == "waiting"


async def test_who_is_called_meanwhile_is_asked_again(small: Served) -> None:
    taken = await small.take()
    await small.press("1", "next")
    answer = await leave(small, taken, "waiting")
    assert answer.status_code == 409
    assert (answer.json()["rule"], answer.json()["state"]) == ("too_late", "called")
    assert await state_of(small, taken) == "called"
    assert (await leave(small, taken, "called")).status_code == 200
    assert (await small.get(""))["windows"][0]["state"] == "open"


async def test_who_is_served_or_was_missed_cannot_leave(small: Served) -> None:
    taken = await small.take()
    await small.press("1", "next")
    await small.press("1", "start")
    assert (await leave(small, taken, "called")).json()["state"] == "serving"
    await small.press("1", "finish")
    assert (await leave(small, taken)).json()["state"] == "finished"
    missed = await small.take()
    await small.press("1", "next")
    await small.press("1", "no-show")
    answer = await leave(small, missed)
    assert (answer.status_code, answer.json()["state"]) == (409, "no_show")


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://elsewhere.example"}, {"Sec_Fetch_Site": "cross-site"}, {"Origin": "null"}]
)
async def test_another_site_s_page_cannot_say_so(small: Served, headers: dict[str, str]) -> None:
    taken = await small.take()
    assert (await leave(small, taken, **headers)).status_code == 403
    assert await state_of(small, taken) == "waiting"
    same = {"Origin": "http://branch", "Sec_Fetch_Site": "same-origin"}
    assert (await leave(small, taken, **same)).status_code == 200


async def test_only_the_link_itself_will_do(small: Served) -> None:
    taken = await small.take()
    for path in (f"/t/{taken['ticket']}/leave", urlsplit(taken["url"]).path[:-2] + "/leave"):
        assert (await small.client.post(path)).status_code == 404
    assert (await small.client.get(urlsplit(taken["url"]).path + "/leave")).status_code == 405
    assert (await leave(small, taken, "served")).status_code == 422
    assert await state_of(small, taken) == "waiting"


async def test_a_link_ends_with_its_day(serve: Serve) -> None:
    async with serve() as branch:
        await branch.press("1", "open")
        waiting, finished = await branch.take(), await branch.take(language="en")
        await branch.turn(86_400)
        for taken in (waiting, finished):
            answer = await branch.client.get(
                taken["url"], headers={"Accept": "text/html", "Accept-Language": "zh-TW"}
            )
            assert answer.status_code == 410
            for said in ("此排队号仅当日有效", "此號碼僅限當日有效", "此籌號只限當日有效", "is over"):
                assert said in answer.text
            assert answer.text.index("此號碼僅限當日有效") < answer.text.index("此排队号仅当日有效")
            assert (await branch.client.get(taken["url"] + "/qr.svg")).status_code == 410
            answer = await leave(branch, taken)
            assert (answer.status_code, answer.json()["title"]) == (410, "Over")


async def test_a_ticket_s_page_leaves_no_trace(small: Served) -> None:
    taken = await small.take()
    for path in (taken["url"], taken["url"] + "/qr.svg"):
        headers = (await small.client.get(path)).headers
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-robots-tag"] == "noindex"
        assert headers["cache-control"] == "no-store"
        assert "set-cookie" not in headers
