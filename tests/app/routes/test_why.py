"""Why a range is what it is, asked over HTTP and on the board."""

from __future__ import annotations

import asyncio

import pytest

from display.why import BASES, KINDS, SOURCES
from estimator.chance import SOURCES as DRAWN
from tests.app.served import Served

pytestmark = pytest.mark.anyio


async def lined_up(small: Served) -> list[str]:
    """Somebody is served at window 1, three wait for it."""
    tickets = [(await small.take())["ticket"] for _ in range(4)]
    await small.press("1", "next")
    await small.press("1", "start", {"expected_s": 900})
    await small.turn(60)
    return tickets[1:]


async def test_a_waiting_ticket(small: Served) -> None:
    tickets = await lined_up(small)
    why = await small.get(f"/tickets/{tickets[2]}/why")
    assert (why["number"], why["state"], why["ahead"]) == ("A004", "waiting", 2)
    assert why["called_before"] == [{"business": "personal", "priority": "normal", "tickets": 2}]
    assert [one["window"] for one in why["windows"]] == ["1"]
    assert why["next_free"]["low_s"] <= why["next_free"]["high_s"]
    assert why["estimate"]["basis"] == "configured"
    assert why["range"]["low_s"] < why["range"]["high_s"]
    assert {rest["kind"] for rest in why["rests_on"]} >= {"service", "wrap_up", "walking"}
    assert set(why["uncertainty"]) < set(DRAWN)
    assert sum(why["uncertainty"].values()) == pytest.approx(1.0, abs=0.01)
    assert set(why["lines"]) == {"zh-Hans", "en"}
    assert why["lines"]["en"][0] == "2 ahead of A004"


async def test_a_ticket_that_no_longer_waits(small: Served) -> None:
    (first, *_) = await lined_up(small)
    await small.post(f"/tickets/{first}/abandon", {})
    why = await small.get(f"/tickets/{first}/why")
    assert (why["state"], why["estimate"], why["range"], why["rests_on"]) == ("abandoned", None, None, [])
    assert why["lines"]["en"] == ["A002 no longer waits"]


async def test_a_window(small: Served) -> None:
    await lined_up(small)
    await small.press("1", "step", {"step": "approval", "expected_s": 120})
    await small.turn(30)
    why = await small.get("/windows/1/why")
    assert (why["state"], why["teller"], why["teller_factor"]) == ("serving", "t1", 1.0)
    assert why["elapsed_s"] >= 90
    assert why["told"]["expected_s"] == 900
    assert why["told"]["moved_s"] > 0
    assert [(step["step"], step["told"]["expected_s"]) for step in why["steps"]] == [("approval", 120)]
    assert why["rests_on"][0]["kind"] == "service"
    assert why["lines"]["en"][0].startswith("In service since 10:0")
    never = await small.get("/windows/2/why")
    assert (never["state"], never["since"], never["estimate"], never["lines"]["en"]) == (
        "closed",
        None,
        None,
        [],
    )


async def test_unknown_ones_are_404(small: Served) -> None:
    for path, known in (("/tickets/nobody/why", []), ("/windows/9/why", ["1", "2", "3"])):
        answer = await small.client.get(f"/api/v1/branches/small{path}")
        assert (answer.status_code, answer.json()["known"]) == (404, known)
    for query in ("ticket=nobody", "window=9"):
        page = await small.client.get(f"/b/small/board?{query}", headers={"accept": "text/html"})
        assert page.status_code == 404


@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
async def test_the_board_says_it_to_the_manager(small: Served, lang: str) -> None:
    tickets = await lined_up(small)
    path = f"/b/small/board?lang={lang}"
    plain = (await small.client.get(path)).text
    assert 'data-testid="why"' not in plain
    ticket = (await small.client.get(f"{path}&ticket={tickets[0]}")).text
    window = (await small.client.get(f"{path}&window=1")).text
    said = {"zh-Hans": ("A002 号排在最前", "起办理中"), "en": ("A002 is next in line", "In service since")}
    assert said[lang][0] in ticket
    assert said[lang][1] in window


async def test_many_may_ask_while_the_branch_goes_on(small: Served) -> None:
    tickets = await lined_up(small)
    asked = [small.get(f"/tickets/{ticket}/why") for ticket in tickets * 3]
    given_up = asyncio.create_task(small.get("/windows/1/why"))
    await asyncio.sleep(0)
    given_up.cancel()
    *answers, taken = await asyncio.gather(*asked, small.take())
    assert [one["ticket"] for one in answers] == tickets * 3
    assert taken["number"] == "A005"


async def test_whatever_can_be_answered_has_words(small: Served) -> None:
    assert set(SOURCES) == set(DRAWN)
    assert {"configured", "pooled", "branch"} <= set(BASES)
    await lined_up(small)
    why = await small.get("/windows/1/why")
    assert {rest["kind"] for rest in why["rests_on"]} <= set(KINDS)
