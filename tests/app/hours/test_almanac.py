"""The usual week over HTTP: counted from imported history and the journal, once a business day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.hours import almanac as module
from app.house import JOURNAL
from app.journal import Journal, PastTicket
from display.catalogues import LANGUAGES
from tests.app.served import TEN, ZONE, Serve, Served

pytestmark = pytest.mark.anyio

DAY_S = 86_400.0


def past(days: int) -> Iterator[PastTicket]:
    """Every day from nine to eleven, somebody each two minutes; who comes after ten waits for ten minutes."""
    for day in range(1, days + 1):
        nine = (datetime.fromtimestamp(TEN, ZONE) - timedelta(days=day, hours=1)).timestamp()
        for number in range(60):
            at = nine + 120.0 * number
            wait_s = 30.0 if number < 30 else 600.0
            called = at + wait_s
            yield PastTicket(
                f"{day}-{number}",
                "personal",
                None,
                "1",
                None,
                at,
                called,
                None,
                called + 200,
                None,
                None,
                "served",
            )


def remember(data: Path, days: int) -> None:
    data.mkdir()
    with Journal.open(data / JOURNAL) as journal:
        journal.epoch("small")
        journal.add_history("small", list(past(days))).result()


async def hours(branch: Served) -> dict[str, Any]:
    return await branch.get("/hours")


async def page(branch: Served, query: str = "") -> str:
    answer = await branch.client.get(f"/b/small/hours{query}")
    assert answer.status_code == 200, answer.text
    return answer.text.replace('<span class="whole">', "").replace("</span>", "")


async def test_a_branch_without_a_past_says_so(small: Served) -> None:
    answer = await hours(small)
    assert (answer["from"], answer["to"]) == (None, None)
    assert [day["weekday"] for day in answer["weekdays"]] == [1, 2, 3, 4, 5, 6, 7]
    assert all((day["days"], day["known"], day["half_hours"]) == (0, False, []) for day in answer["weekdays"])
    assert set(answer["weekdays"][0]["says"]) == set(LANGUAGES)
    assert "no visits so far" in await page(small, "?lang=en")


async def test_imported_weeks_say_when_it_is_quieter(serve: Serve, tmp_path: Path) -> None:
    remember(tmp_path / "data", 28)
    async with serve() as branch:
        answer = await hours(branch)
        assert (answer["from"], answer["to"]) == ("2026-02-02", "2026-03-01")
        monday = answer["weekdays"][0]
        assert (monday["days"], monday["known"], monday["quieter"]) == (4, True, "09:00")
        first, *_, last = monday["half_hours"]
        assert (first["at"], first["people"], first["cases"], first["level"]) == ("09:00", 15.0, 60, "busy")
        assert (first["low_s"], first["median_s"], first["high_s"]) == (30.0, 30.0, 30.0)
        assert (last["at"], last["median_s"]) == ("10:30", 600.0)
        said = monday["says"]["en"]
        assert said == "Monday: usually quieter at about 09:00, wait within about 1 min"
        text = await page(branch, "?lang=en")  # it is Monday, ten o'clock
        assert said in text
        assert "Counted on 4 days like this, from 2026-02-02 to 2026-03-01" in text
        assert text.count('aria-current="time"') == 1
        other = await page(branch, "?lang=zh-Hans&day=7")
        assert "星期日：09:00 左右通常较空" in other
        assert 'aria-current="time"' not in other


async def test_only_whole_days_count_and_each_once(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    unhurried = module.unhurried

    def noted(records: Any, stretch: int) -> Any:  # noqa: ANN401
        for record in unhurried(records, stretch):
            read.append(record.type)
            yield record

    monkeypatch.setattr(module, "unhurried", noted)
    async with serve() as branch:
        await branch.press("1", "open")
        await branch.take()
        await branch.press("1", "next")
        assert (await hours(branch))["weekdays"][0]["days"] == 0
        count = read.count("ticket.issued")
        assert count == 1
        await branch.take()
        await hours(branch)
        assert read.count("ticket.issued") == 1
        branch.clock.jump(TEN + DAY_S)
        await branch.turn()
        answer = await hours(branch)
        assert (answer["weekdays"][0]["days"], answer["from"]) == (1, "2026-03-02")
        assert read.count("ticket.issued") == 2
        assert "too few days so far to say (1)" in answer["weekdays"][0]["says"]["en"]


async def test_what_is_long_past_is_not_read(serve: Serve) -> None:
    async with serve() as branch:
        await branch.press("1", "open")
        await branch.take()
        await branch.press("1", "next")
        branch.clock.jump(TEN + 100 * DAY_S)
        await branch.turn()
        assert (await hours(branch))["from"] is None


async def test_a_day_that_is_none_is_refused(small: Served) -> None:
    for day in ("0", "8", "x"):
        answer = await small.client.get(f"/b/small/hours?day={day}")
        assert answer.status_code == 422


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_every_language_has_its_page(small: Served, lang: str) -> None:
    text = await page(small, f"?lang={lang}")
    assert f'<html lang="{lang}">' in text
    index = (await small.client.get(f"/?lang={lang}")).text
    assert f"/b/small/hours?lang={lang}" in index
