"""Days that are served and told of, and what the manager finds: figures that can be worked out by hand."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from app.branch.branch_file import LANGUAGES
from app.branch.events import SERVICE, Event, RangeTold, TicketCalled, TicketIssued, WindowOpened
from app.live import to_record
from app.promises import archive
from tests.app.served import TEN, Serve, Served

pytestmark = pytest.mark.anyio


async def review(branch: Served, **params: str) -> dict[str, Any]:
    return await branch.get("/promises", **params)


def about(found: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in found["about"] if one["about"] == name)


def counts(score: dict[str, Any]) -> tuple[int, int, int, int, int]:
    return score["kept"], score["late"], score["early"], score["open"], score["void"]


async def told(branch: Served, ticket: str) -> dict[str, Any]:
    """What the customer was told first."""
    return next(
        event
        for event in await branch.events()
        if event["type"] == "range.told" and event.get("ticket") == ticket
    )


async def test_a_morning_is_scored_as_it_was(small: Served) -> None:
    """One wait kept, one late, one early, one given up, one still there; and a service too long."""
    kept = await small.take()
    high_s = (await told(small, kept["ticket"]))["high_s"]
    await small.turn(high_s - 10)
    await small.press("1", "next")
    await small.press("1", "start")
    await small.turn()
    (service,) = [one for one in await small.events() if one.get("about") == "service"]
    await small.turn(service["high_s"] + 120)
    await small.press("1", "finish")
    await small.press("1", "ready")

    late = await small.take()
    first = await told(small, late["ticket"])
    await small.turn(first["high_s"] + 300)
    await small.press("1", "next")
    early = await small.take("corporate")
    await small.press("3", "next")
    left = await small.take()
    await small.post(f"/tickets/{left['ticket']}/abandon")
    await small.take()

    found = await review(small)
    assert (found["from"], found["to"], found["enough"]) == ("2026-02-24", "2026-03-02", 20)
    waits = about(found, "wait")
    early_low_s = (await told(small, early["ticket"]))["low_s"]
    assert counts(waits["first"]) == ((1, 1, 1, 1, 1) if early_low_s else (2, 1, 0, 1, 1))
    assert waits["first"]["late_share"] is None
    assert "Too few waits in the last 7 days" in found["sentences"]["en"]
    assert found["sentences"].keys() == set(LANGUAGES)
    (worst,) = waits["worst"]["late"]
    assert (worst["number"], worst["window"], worst["business"]) == (late["number"], "1", "personal")
    assert (worst["low_s"], worst["high_s"], worst["at"]) == (first["low_s"], first["high_s"], first["at"])
    assert worst["gap_s"] == pytest.approx(300, abs=5)
    assert worst["took_s"] == pytest.approx(first["high_s"] + worst["gap_s"])
    services = about(found, "service")
    assert services["first"]["late"] == 1
    assert services["worst"]["late"][0]["number"] == kept["number"]
    assert "t1" not in str(found), "tellers are nobody's business here"


async def history(branch: Served, days: int, waits_a_day: int, late_every: int) -> None:
    """Past days, each with so many waits told 5–10 min, one in so many of them late."""
    live = branch.live
    events = [WindowOpened("1")]
    seq = live.owner.state.seq
    records, at = [], TEN - days * 86_400
    for day in range(days):
        facts: list[tuple[float, Any]] = [(0.0, events[0])] if day == 0 else []
        for number in range(waits_a_day):
            name = f"p{day}-{number}"
            took_s = 700.0 if number % late_every == 0 else 400.0
            moment = 60.0 * number
            facts += [
                (moment, TicketIssued(name, f"A{number:03}", "personal")),
                (moment, RangeTold("wait", 300.0, 600.0, "branch", "first", ticket=name)),
                (moment + took_s, TicketCalled(name, "1")),
            ]
        for after_s, fact in sorted(facts, key=lambda one: one[0]):
            seq += 1
            moment = at + day * 86_400 + after_s
            sender = SERVICE if isinstance(fact, RangeTold) else "machine"
            records.append(to_record(Event(f"past-{seq}", sender, moment, fact, seq, moment)))
    await asyncio.wrap_future(live._journal.append("small", live.epoch, records[0].seq - 1, records))


async def test_past_weeks_are_found_in_a_long_journal(serve: Serve) -> None:
    """Ten days of 40 waits, every tenth late: in any of them 10 % are."""
    async with serve() as branch:
        await history(branch, days=10, waits_a_day=40, late_every=10)
    async with serve() as branch:
        week = await review(branch, **{"from": "2026-02-22", "to": "2026-02-28"})
        assert counts(about(week, "wait")["first"]) == (252, 28, 0, 0, 0)
        assert about(week, "wait")["first"]["late_share"] == 0.1
        assert week["sentences"]["en"] == (
            "Of the 280 waits from 2026-02-22 to 2026-02-28, 10 % were longer than we said"
        )
        assert [one["hour"] for one in about(week, "wait")["by_hour"]] == [10]
        assert [one["window"] for one in about(week, "wait")["by_window"]] == ["1"]
        assert [gap["gap_s"] for gap in about(week, "wait")["worst"]["late"]] == [100.0] * 20
        day = await review(branch, **{"from": "2026-02-20", "to": "2026-02-20"})
        assert counts(about(day, "wait")["first"]) == (36, 4, 0, 0, 0)
        last_week = await review(branch, **{"from": "2026-02-23", "to": "2026-03-01"})
        assert last_week["sentences"]["en"].startswith("Of the 280 waits last week, 10 %")


async def test_the_branch_goes_on_while_a_week_is_read(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a summary is being made, the loop answers; a second one waits for its turn without a thread."""
    async with serve() as branch:
        await history(branch, days=2, waits_a_day=100, late_every=10)
    async with serve() as branch:
        running: list[int] = []
        most: list[int] = []
        counted = archive._counted

        def watched(*asked: Any) -> Any:  # noqa: ANN401 - passed on
            running.append(1)
            most.append(len(running))
            try:
                return counted(*asked)
            finally:
                running.pop()

        monkeypatch.setattr(archive, "_counted", watched)
        asked = [asyncio.create_task(review(branch)) for _ in range(4)]
        issued = await branch.take()
        found = await asyncio.gather(*asked)
        assert issued["number"]
        assert most == [1, 1, 1, 1]
        assert all(counts(about(one, "wait")["first"])[:2] == (180, 20) for one in found)


async def test_a_day_with_nothing_has_nothing(small: Served) -> None:
    found = await review(small, **{"from": "2025-01-01", "to": "2025-01-02"})
    assert all(counts(one["first"]) == (0, 0, 0, 0, 0) for one in found["about"])
    assert about(found, "wait")["changes"] == {"median": None, "most": None}
    assert found["as_of"].startswith("2026-03-02T10:")


@pytest.mark.parametrize("query", ["?from=2026-03-02&to=2026-03-01", "?from=x", "?from=0001-01-01", "?to="])
async def test_wrong_days_are_a_problem_that_names_the_field(small: Served, query: str) -> None:
    answer = await small.client.get("/api/v1/branches/small/promises" + query)
    assert answer.status_code == 422
    assert answer.json()["field"] in {"from", "to"}


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_the_page_says_it_in_the_manager_s_language(small: Served, lang: str) -> None:
    page = await small.client.get(f"/b/small/promises?lang={lang}&about=service")
    assert page.status_code == 200
    assert f'<html lang="{lang}"' in page.text
    found = await review(small)
    assert found["sentences"][lang].replace(" %", "\u00a0%") in page.text
    assert 'data-about="service" class="chosen"' in page.text
