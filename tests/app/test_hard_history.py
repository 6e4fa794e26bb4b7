"""From the worst of history files to a forecast: through the import, the journal and a branch's start."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.branch.branch_file import parse
from app.branch.events import Event, Fact, ServiceStarted, TicketCalled, TicketIssued, WindowOpened
from app.history import COLUMNS
from app.history.importing import Import, import_history
from app.journal import Journal
from app.live import restore
from app.owner import Owner
from app.reasons import page_part
from app.why import about_ticket, about_window
from estimator.estimate import Estimate, Forecast

from .served import SMALL

NEW_YORK = ZoneInfo("America/New_York")
TEXT = (
    SMALL.replace("Asia/Shanghai", "America/New_York")
    + """
[[roster.opening]]
window = "1"
from = "01:15"
to = "03:30"

[[roster.opening]]
window = "2"
from = "02:30"
to = "17:00"
"""
)
BRANCH = parse(TEXT)
SPRING, AUTUMN = datetime(2026, 3, 8, tzinfo=NEW_YORK), datetime(2026, 11, 1, tzinfo=NEW_YORK)
"""The days of 23 and of 25 hours."""

Row = dict[str, str]


def row(ticket: str, day: str, *clocks: str, **more: str) -> Row:
    """A ticket issued, called, started, finished and ready at these local times, as far as there are any."""
    names = ("issued_at", "called_at", "started_at", "finished_at", "ready_at")
    times = {name: f"{day}T{clock}" for name, clock in zip(names, clocks, strict=False) if clock}
    own = {"business": "personal", "window": "1", "teller": "t1", "outcome": "served"}
    return {"ticket": ticket, **own, **times, **more}


NASTY: tuple[Row, ...] = (
    row("whole", "2026-02-02", "09:00:00", "09:05:00", "09:05:10", "09:11:00", "09:11:30"),
    row("zero", "2026-02-02", "09:01:00", "09:12:00", "09:12:00", "09:12:00", "09:12:00"),
    row("negative", "2026-02-02", "09:02:00", "09:20:00", "09:20:05", "09:10:00"),
    row("backwards", "2026-02-02", "09:30:00", "09:20:00", "09:10:00", "09:05:00", "09:00:00"),
    row("slightly", "2026-02-02", "09:32:00", "09:31:58", "09:31:57", "09:40:00"),
    row("overlaps", "2026-02-02", "09:33:00", "09:36:00", "09:36:10", "09:59:00", "10:05:00"),
    row("overlapped", "2026-02-02", "09:34:00", "09:41:00", "09:41:10", "09:50:00"),
    row("together", "2026-02-02", "09:34:00", "09:41:00", "09:41:10", "09:50:00"),
    row("overnight", "2026-02-02", "16:55:00", "16:58:00", "16:58:10", finished_at="2026-02-03T08:01:00"),
    row("left", "2026-02-03", "09:00:00", outcome="abandoned", left_at="2026-02-03T09:00:00", window=""),
    row("missed", "2026-02-03", "09:00:00", "09:01:00", outcome="no_show", left_at="2026-02-03T09:02:00"),
    row("bare", "2026-02-03", "09:10:00"),
    row("no-place", "2026-02-03", "09:11:00", "09:12:00", "", "09:15:00", window="", teller=""),
    row("no-time", "2026-02-03"),
    row("whole", "2026-02-03", "09:20:00"),
    row("other", "2026-02-03", "09:21:00", "09:22:00", "09:22:10", "09:25:00", business="gold"),
    row("noon", "2026-02-03", "noon"),
    row("weeks-later", "2026-03-02", "09:00:00", "09:05:00", "09:05:10", "09:10:00", teller="new"),
    row("missing-hour", "2026-03-08", "01:55:00", "02:05:00", "02:10:00", "03:10:00"),
    row("over-the-gap", "2026-03-08", "01:40:00", "01:50:00", "01:51:00", "03:02:00", "03:02:30"),
    row("hour-twice", "2026-11-01", "00:55:00", "01:10:00", "01:10:10", "01:40:00"),
    row("second-hour", "2026-11-01", "01:50:00", "01:10:00", "01:11:00", "01:20:00"),
    row("with-offset", "2026-11-01", "01:50:00-04:00", "01:10:00-05:00", "01:11:00-05:00", "01:20:00-05:00"),
)


def written(rows: tuple[Row, ...] | list[Row], encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO()
    out = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\r\n")
    out.writeheader()
    out.writerows(rows)
    return text.getvalue().encode(encoding)


def imported(folder: Path, data: bytes) -> tuple[Import, Owner]:
    """What the import says of a file, and the branch as it starts on it."""
    file, journal = folder / "history.csv", folder / "journal.sqlite"
    journal.unlink(missing_ok=True)
    file.write_bytes(data)
    done = import_history(file, BRANCH, journal, NEW_YORK, lambda _done, _total: None)
    with Journal.open(journal) as opened:
        opened.epoch(BRANCH.id)
        return done, restore(BRANCH, TEXT, opened)[0]


def play(owner: Owner, at: float) -> None:
    """At that moment one customer is served and two wait, one of them for a business without history."""
    facts: list[Fact] = [WindowOpened("1", teller="nobody-ever-saw"), WindowOpened("3")]
    facts += [TicketIssued(f"n{n}", f"A00{n}", "personal") for n in range(2)]
    facts += [
        TicketIssued("c", "B001", "corporate"), TicketIssued("d", "B002", "corporate"),
        TicketCalled("n0", "1"), ServiceStarted("n0", "1"), TicketCalled("c", "3"),
    ]  # fmt: skip
    for fact in facts:
        seq = owner.state.seq + 1
        owner.follow(Event(f"e{seq}", "local", at, fact, seq, at))


def foretold(owner: Owner, now: float) -> Forecast:
    return owner.answer(owner.question(now))


def explained(owner: Owner, now: float) -> None:
    """Each of those ranges has its reasons."""
    question = owner.question(now)
    told = owner.answer(question)
    for name, wait in told.waits.items():
        assert about_ticket(owner, question, name).why.wait == wait
    for name in told.windows:
        assert page_part(about_window(owner, question, name), "en")["lines"] or name == "2"


def every(told: Forecast) -> Iterator[Estimate]:
    found = [*told.waits.values(), *told.waits_now.values()]
    for each in told.windows.values():
        found += [each.service, each.next_call, each.wrap_up, each.back, *each.steps.values()]
    yield from (one for one in found if one is not None)


def check(told: Forecast) -> None:
    assert {"n1", "d"} <= told.waits.keys()
    assert told.waits["n1"] is not None
    assert told.windows["1"].service is not None
    for one in every(told):
        figures = np.array([one.low_s, one.high_s, one.median_s, one.mean_s, one.p10_s, one.p90_s])
        assert np.isfinite(figures).all()
        assert (figures >= 0).all()
        assert one.low_s <= one.high_s
        assert one.basis in ("configured", "pooled", "branch")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_nasty_history_is_imported_and_forecast_from(tmp_path: Path, encoding: str) -> None:
    done, owner = imported(tmp_path, written(NASTY, encoding))
    assert done.read == len(NASTY)
    assert 0 < done.learned < len(NASTY)
    assert done.repaired["overlap_ended"] > 0
    assert {refusal.value for refusal in done.refused} >= {"gold", "2026-02-03Tnoon"}
    assert owner.learned.pools.cases("service", "personal") > 5
    assert owner.learned.pools.cases("service", "corporate") == 0
    at = datetime(2026, 11, 2, 10, tzinfo=NEW_YORK).timestamp()
    play(owner, at)
    told = foretold(owner, at + 300)
    check(told)
    explained(owner, at + 300)
    assert told.waits["d"] is None or told.waits["d"].basis != "branch"


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_every_hour_of_a_day_on_which_the_clocks_change_has_ranges(tmp_path: Path, day: datetime) -> None:
    """From midnight to midnight: 23 hours, and 25."""
    _, owner = imported(tmp_path, written(NASTY))
    play(owner, day.timestamp())
    hours = ((day + timedelta(days=1)).timestamp() - day.timestamp()) / 3600
    assert hours in (23, 25)
    for hour in range(int(hours)):
        check(foretold(owner, day.timestamp() + 3600 * hour + 1800))


CLOCKS = st.times().map(lambda clock: f"{clock:%H:%M:%S}") | st.sampled_from(
    ["", "02:30:00", "24:00:00", "x"]
)
DAYS = st.sampled_from(["2026-02-02", "2026-02-03", "2026-03-08", "2026-11-01", "1999-12-31"])
ROWS = st.builds(
    lambda day, clocks, **more: {**row("", day, *clocks), **more},
    DAYS,
    st.lists(CLOCKS, max_size=5),
    business=st.sampled_from(["personal", "personal", "corporate", "gold", ""]),
    window=st.sampled_from(["1", "2", "9", ""]),
    teller=st.sampled_from(["t1", "t2", ""]),
    priority=st.sampled_from(["", "elderly", "vip"]),
    outcome=st.sampled_from(["served", "served", "abandoned", "no_show", "", "?"]),
    left_at=st.builds(lambda day, clock: f"{day}T{clock}", DAYS, CLOCKS) | st.just(""),
)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(ROWS, max_size=30))
def test_any_history_is_imported_and_forecast_from(tmp_path: Path, rows: list[Row]) -> None:
    numbered = [{**one, "ticket": f"t{number}"} for number, one in enumerate(rows)]
    done, owner = imported(tmp_path, written(numbered))
    assert done.read == len(rows)
    assert done.learned + done.refused_rows == len(rows)
    at = datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK).timestamp()
    play(owner, at)
    check(foretold(owner, at + 60))
