"""What to do now, asked over HTTP: of a branch that knows something, of one that does not, and again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.advice import Advised, Advisor, says, to_plain, view
from app.branch.branch_file import parse
from app.house import JOURNAL
from app.journal import Journal, PastTicket
from app.owner import Owner, Question
from display.catalogues import LANGUAGES
from display.views import Shown
from simulations.advice import Advice, Change, Closing, Express, Opening, Waits, advise
from simulations.drawing import look_ahead
from tests.app.served import SMALL, TEN, ZONE, Serve, Served

pytestmark = pytest.mark.anyio

BRANCH = parse(SMALL)
SHORT, LONG = Waits(100.0, 250.0, 160.0, 0.0, 0.1), Waits(1600.0, 2300.0, 1900.0, 0.9, 4.0)
ENDLESS = Waits(14_400.0, float("inf"), 14_400.0, 1.0, 4.0)
CHANGE = Change(-1740.04, -1800.0, -1680.0, 0.0)


def past() -> Iterator[PastTicket]:
    """Twenty days from nine to twelve, somebody every four minutes."""
    for day in range(20):
        nine = (datetime.fromtimestamp(TEN, ZONE) - timedelta(days=day + 1, hours=1)).timestamp()
        for number in range(45):
            at, business = nine + 240.0 * number, "corporate" if number % 5 == 4 else "personal"
            yield PastTicket(
                f"{day}-{number}",
                business,
                None,
                "1",
                "t1",
                at,
                at + 60,
                at + 70,
                at + 400,
                at + 410,
                None,
                "served",
            )


@pytest.fixture
async def experienced(serve: Serve, tmp_path: Path) -> AsyncIterator[Served]:
    """The small branch at ten, with three weeks behind it; window 1 is open."""
    (tmp_path / "data").mkdir()
    with Journal.open(tmp_path / "data" / JOURNAL) as journal:
        journal.epoch("small")
        journal.add_history("small", list(past())).result()
    async with serve() as branch:
        await branch.press("1", "open", {"teller": "t1"})
        yield branch


async def test_a_branch_without_history_is_told_why_there_is_no_advice(small: Served) -> None:
    await small.take()
    answer = await small.get("/advice")
    assert (answer["why"], answer["opening"], answer["as_it_is"]) == ("history", None, None)
    assert [one["kind"] for one in answer["says"]] == ["history"]
    assert set(answer["says"][0]["text"]) == set(LANGUAGES)


async def test_many_who_wait_call_for_a_window(experienced: Served) -> None:
    for _ in range(12):
        await experienced.take()
    answer = await experienced.get("/advice")
    assert answer["why"] == "advice"
    assert (answer["opening"]["window"], answer["opening"]["businesses"]) == ("2", ["personal", "corporate"])
    assert answer["opening"]["after"]["mean_s"] < answer["opening"]["before"]["mean_s"]
    assert answer["closing"] is None
    kinds = [one["kind"] for one in answer["says"]]
    assert kinds[:2] == ["as_it_is", "opening"]
    said = answer["says"][1]["text"]
    assert said["en"].startswith("Open window 2 for ")
    assert said["zh-Hans"].startswith("增开 2 号窗口 ")


async def test_it_is_thought_of_once_however_many_ask_and_the_branch_goes_on(experienced: Served) -> None:
    await experienced.take()
    asked = [experienced.get("/advice") for _ in range(5)]
    *answers, taken = await asyncio.gather(*asked, experienced.take())
    assert all(answer == answers[0] for answer in answers)
    assert taken["number"] == "A002"
    assert await experienced.get("/advice") == answers[0]


async def test_what_is_too_old_is_thought_of_again(experienced: Served) -> None:
    await experienced.take()
    advisor, hasty = Advisor(), Advisor(every_s=0.0)
    first, other = await advisor.advised(experienced.live), await hasty.advised(experienced.live)
    for _ in range(9):
        await experienced.take()
    assert await advisor.advised(experienced.live) is first
    later = await hasty.advised(experienced.live)
    assert later.seq > other.seq
    assert later.advice != other.advice


async def test_the_same_present_has_the_same_advice(experienced: Served) -> None:
    await experienced.take()

    def twice(owner: Owner, question: Question) -> list[Advice]:
        pools = owner.learned.pools
        return [advise(look_ahead(question.situation, pools, question.seed)) for _ in range(2)]

    first, second = await experienced.live.ponder(twice)
    assert first == second


async def test_of_a_silent_machine_nobody_knows_enough(serve: Serve) -> None:
    text = SMALL.replace("heartbeat_s = 60", 'heartbeat_s = 60\nwindows = ["3"]')
    async with serve(text) as branch:
        await branch.tell({"type": "window.opened", "window": "3"})
        await branch.turn()
        advisor = Advisor(every_s=0.0)
        assert (await advisor.advised(branch.live)).advice == Advice("history")
        await branch.turn(120.0)
        silent = await advisor.advised(branch.live)
        assert silent.advice == Advice("out_of_touch")
        assert [one["kind"] for one in says(silent)] == ["out_of_touch"]


async def test_an_unknown_branch_is_404(small: Served) -> None:
    assert (await small.client.get("/api/v1/branches/nowhere/advice")).status_code == 404


def advised(**parts: object) -> Advised:
    return Advised(BRANCH, TEN, 7, Advice("advice", as_it_is=LONG, **parts))  # type: ignore[arg-type]


def test_an_opening_names_whose_waits_it_is_for() -> None:
    opening = Opening("2", 2400.0, ("personal",), LONG, SHORT, CHANGE)
    seen = view(advised(opening=opening)).opening
    assert seen is not None
    assert (seen.label, seen.minutes, seen.before, seen.after) == ("2", 40, Shown(1500, 2400), Shown(60, 300))
    assert seen.businesses == (BRANCH.businesses["personal"].names,)
    everybody = view(advised(opening=Opening("2", 2400.0, ("corporate", "personal"), LONG, SHORT, CHANGE)))
    assert everybody.opening is not None
    assert everybody.opening.businesses == ()
    plain = to_plain(advised(opening=opening))["opening"]
    assert plain["change"] == {"mean_s": -1740.0, "low_s": -1800.0, "high_s": -1680.0, "worse": 0.0}


def test_what_reads_the_same_is_not_advised_but_what_has_no_end_is() -> None:
    close = Waits(1650.0, 2350.0, 1850.0, 0.9, 4.0)
    assert view(advised(opening=Opening("2", 2400.0, ("personal",), LONG, close, CHANGE))).opening is None
    alone = advised(opening=Opening("3", 2400.0, ("corporate",), ENDLESS, ENDLESS, CHANGE))
    assert "no other window takes Corporate" in says(alone)[1]["text"]["en"]
    assert to_plain(alone)["opening"]["before"]["high_s"] is None


def test_a_closing_has_its_time_and_how_far_was_looked() -> None:
    far = advised(closing=Closing("3", 1800.0, 14_400.0, ends=False, change=CHANGE))
    assert to_plain(far)["closing"]["at"] == "2026-03-02T10:30:00+08:00"
    assert to_plain(far)["closing"]["until"] == "2026-03-02T14:00:00+08:00"
    assert "10:30 at no cost, as far as can be foreseen (until 14:00)" in says(far)[1]["text"]["en"]
    rest = advised(closing=Closing("3", 1800.0, 14_400.0, ends=True, change=CHANGE))
    assert to_plain(rest)["closing"]["until"] is None
    assert says(rest)[1]["text"]["en"] == "Window 3 may close at 10:30 at no cost"


def test_an_express_window_is_told_only_with_all_its_ranges() -> None:
    express = Express(
        "1", 290.0, 3600.0, advised=True, short=(LONG, SHORT), others=(LONG, LONG), change=CHANGE
    )
    seen = view(advised(express=express)).express
    assert seen is not None
    assert (seen.minutes, seen.short[1], seen.advised) == (5, Shown(60, 300), True)
    assert to_plain(advised(express=express))["express"]["short"]["after"]["mean_s"] == 160.0
    endless = Express(
        "1", 290.0, 3600.0, advised=False, short=(LONG, SHORT), others=(LONG, ENDLESS), change=CHANGE
    )
    assert view(advised(express=endless)).express is None
