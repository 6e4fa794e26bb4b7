"""Tickets at a kiosk that has a printer: the slip follows, the ticket never waits for it."""

from __future__ import annotations

import asyncio

import pytest

from app.printing import line, press
from tests.app.printing.simulator import PAPER_OUT, gone, simulated
from tests.app.served import SMALL, Serve, Served

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A printer that answers may be on a machine that does not, for a while."""
    monkeypatch.setattr(line, "PATIENCE_S", 60.0)
    monkeypatch.setattr(press, "STALE_S", 120.0)


def with_printer(port: int) -> str:
    return SMALL + f'\n[[printer]]\nid = "slips"\nhost = "127.0.0.1"\nport = {port}\n'


async def settled(branch: Served, ticket: str) -> dict[str, str | None]:
    async with asyncio.timeout(60):
        while (found := await branch.get(f"/tickets/{ticket}/printed"))["printed"] == "queued":  # noqa: ASYNC110
            await asyncio.sleep(0.01)  # as a kiosk does
    return found


async def test_a_slip_is_printed_while_the_answer_is_on_its_way(serve: Serve) -> None:
    with simulated() as printer:
        async with serve(with_printer(printer.port)) as branch:
            await branch.press("1", "open")
            taken = await branch.take(language="zh-Hans", kiosk="west")
            assert taken["printed"] == "queued"
            assert await settled(branch, taken["ticket"]) == {"printed": "done", "fault": None}
            (paper,) = printer.papers()
            assert await branch.get("/printers") == {
                "printers": [{"printer": "slips", "host": "127.0.0.1", "fault": None}]
            }
    low, high = taken["wait"]["low_s"] // 60, taken["wait"]["high_s"] // 60
    assert paper.lines[:4] == ["小支行", "您的排队号", "A001", "个人业务"]
    assert paper.lines[4] == "下一位就是您"
    assert paper.lines[5] in {f"预计等候 {max(low, 1)}–{high} 分钟", f"预计等候 {high} 分钟内"}
    assert paper.lines[6] == "取号时间 2026-03-02 10:00"
    assert paper.code()


async def test_the_same_press_again_prints_no_second_slip(serve: Serve) -> None:
    with simulated() as printer:
        async with serve(with_printer(printer.port)) as branch:
            for _ in range(2):
                answer = await branch.post("/tickets", {"business": "personal", "kiosk": "k"}, "press")
                assert (await settled(branch, answer.json()["ticket"]))["printed"] == "done"
        assert printer.printed == 1
        async with serve(with_printer(printer.port)) as branch:  # who asks after a restart is told the worse
            answer = await branch.post("/tickets", {"business": "personal", "kiosk": "k"}, "press")
            assert answer.json()["printed"] == "failed"
        assert printer.printed == 1


async def test_a_press_repeated_for_a_ticket_that_was_taken_back_is_answered(serve: Serve) -> None:
    with simulated() as printer:
        async with serve(with_printer(printer.port)) as branch:
            body = {"business": "personal", "kiosk": "k1"}
            first = (await branch.post("/tickets", body, "press-1")).json()
            issued = next(one for one in await branch.events() if one["type"] == "ticket.issued")
            back = {"id": "c1", "type": "event.corrected", "at": issued["at"], "corrects": issued["seq"]}
            assert (await branch.post("/events", back)).status_code == 201
            again = await branch.post("/tickets", body, "press-1")
            assert (again.status_code, again.json()["ticket"]) == (201, first["ticket"])


async def test_nobody_who_asks_for_no_slip_gets_one(serve: Serve) -> None:
    with simulated() as printer:
        async with serve(with_printer(printer.port)) as branch:
            taken = await branch.take()
            assert taken["printed"] is None
            assert await branch.get(f"/tickets/{taken['ticket']}/printed") == {"printed": None, "fault": None}
        assert printer.printed == 0


async def test_without_a_printer_there_is_no_slip(small: Served) -> None:
    assert (await small.take(kiosk="west"))["printed"] is None
    assert await small.get("/printers") == {"printers": []}
    assert (await small.client.get("/api/v1/branches/small/tickets/none/printed")).status_code == 404
    assert (await small.post("/tickets", {"business": "personal", "kiosk": "a b"})).status_code == 422


@pytest.mark.parametrize("kind", ["paper out", "gone", "never reads"])
async def test_a_ticket_stands_whatever_the_printer_does(
    serve: Serve, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "never reads":
        monkeypatch.setattr(line, "PATIENCE_S", 0.5)
    with simulated(PAPER_OUT if kind == "paper out" else None) as printer:
        async with serve(with_printer(gone() if kind == "gone" else printer.port)) as branch:
            taken = await branch.take(kiosk="west")
            assert taken["printed"] == "queued"
            assert (await branch.client.get(taken["url"])).status_code == 200
            found = await settled(branch, taken["ticket"])
            fault = {"paper out": "paper_out", "gone": "unreachable", "never reads": "silent"}[kind]
            assert found == {"printed": "failed", "fault": fault}
            assert (await branch.get("/printers"))["printers"][0]["fault"] == fault
            assert (await branch.client.get("/healthz")).status_code == 200
