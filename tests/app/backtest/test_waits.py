from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from math import inf

import numpy as np
import pytest

from app.backtest.floor import WAITED_S, waited_until
from app.backtest.waits import EVERY_S, FORESEE_S, LEARN_AGAIN_S, LEVELS, Case, Look, Outlook, Told, Walk
from app.branch.branch_file import Branch, parse
from app.history import HistoryReport, HistoryRow, branch_for

from .conftest import FIRST, ZONE

OPENS = FIRST.timestamp()
HOUR_S = 3600.0
DAYS = 2
HEAD_START = {"high": 90.0}


@pytest.fixture(scope="module")
def lobby() -> list[HistoryRow]:
    """Two short days of two windows and two businesses, with VIPs, and people who leave."""
    rng, rows = np.random.default_rng(11), []
    for day in range(DAYS):
        opens = OPENS + 86_400.0 * day
        free = dict.fromkeys("12", opens)
        for number, after_s in enumerate(np.cumsum(rng.exponential(75.0, 55)).round(1).tolist()):
            issued = opens + after_s
            window = min(free, key=lambda one: free[one])
            called = round(max(free[window] + rng.exponential(8.0), issued), 1)
            common = (f"{day}-{number}", "ab"[int(rng.random() < 0.3)], "high" if number % 9 == 0 else None)
            if called - issued > 500.0:
                rows.append(
                    HistoryRow(
                        *common, None, None, issued, None, None, None, None, issued + 400.0, "abandoned"
                    )
                )
                continue
            finished = round(called + rng.lognormal(np.log(120.0), 0.5), 1)
            free[window] = finished
            rows.append(
                HistoryRow(
                    *common, window, f"t{window}", issued, called, called, finished, None, None, "served"
                )
            )
    return rows


@pytest.fixture(scope="module")
def lobby_branch(lobby: list[HistoryRow]) -> Branch:
    return parse(branch_for(lobby, FIRST.date(), ZONE))


def walked(branch: Branch, rows: Sequence[HistoryRow], test_from: float, **more: object) -> Walk:
    walk = Walk(branch, rows, HEAD_START, second_stage=False, **more)  # type: ignore[arg-type]
    walk.run(test_from)
    return walk


@pytest.fixture(scope="module")
def last_day() -> float:
    return OPENS + 86_400.0 * (DAYS - 1) - HOUR_S


@pytest.fixture(scope="module")
def whole(lobby_branch: Branch, lobby: list[HistoryRow], last_day: float) -> Walk:
    return walked(lobby_branch, lobby, last_day)


def test_each_who_had_to_wait_is_a_case_once_and_each_of_the_period_was_told_something(
    whole: Walk, lobby: list[HistoryRow], last_day: float
) -> None:
    waited = {row.ticket for row in lobby if waited_until(row) - row.issued_at >= WAITED_S}
    assert sorted(case.row.ticket for case in whole.cases) == sorted(waited)
    period = [row.ticket for row in lobby if row.issued_at >= last_day]
    assert [row.ticket for row, _ in whole.at_issue] == period


def test_a_case_ends_with_what_happened(whole: Walk) -> None:
    left = [case for case in whole.cases if case.left]
    assert left
    assert all(case.waited_s == pytest.approx(400.0) for case in left)
    for case in whole.cases:
        assert case.waited_s == pytest.approx(waited_until(case.row) - case.row.issued_at)
        assert 0.0 < case.survival <= 1.0


def outlooks(case: Case) -> Iterator[Outlook | Told]:
    yield from (case.stays, case.offered, case.told, *case.drawn.raw)
    for look in case.later:
        yield from (look.stays, look.told)


def test_whatever_is_said_is_in_order_and_no_negative_time(whole: Walk) -> None:
    for case in whole.cases:
        for said in outlooks(case):
            assert 0.0 <= said.low_s <= said.median_s <= said.high_s < np.inf
            assert not isinstance(said, Outlook) or 0.0 <= said.mean_s < np.inf
        for row in (case.drawn.stays, case.drawn.offered):
            assert row.shape == (len(LEVELS),)
            assert (np.diff(row) >= 0.0).all()


def test_who_would_leave_late_makes_the_wait_of_those_who_stay_shorter(whole: Walk) -> None:
    """Each draw counts as likely as such a customer stays so long; so the served waited less."""
    for case in whole.cases:
        assert (case.drawn.stays <= case.drawn.offered + 1e-6).all()


def test_it_looks_again_every_so_often_while_one_waits(whole: Walk, last_day: float) -> None:
    begins = last_day - LEARN_AGAIN_S
    for case in whole.cases:
        moments = [look.elapsed_s for look in case.later]
        assert case.row.issued_at >= begins, "all of these days are looked at"
        assert all(0.0 <= each <= case.waited_s for each in moments)
        assert all(later - earlier == pytest.approx(EVERY_S) for earlier, later in pairwise(moments))
        assert len(moments) in {int(case.waited_s // EVERY_S), int(case.waited_s // EVERY_S) + 1}


def test_a_seed_says_the_same_again_and_another_nearly(
    lobby_branch: Branch, lobby: list[HistoryRow], whole: Walk, last_day: float
) -> None:
    again, other = (walked(lobby_branch, lobby, last_day, seed=seed) for seed in (1, 2))
    assert everything(again) == everything(whole)
    assert everything(other) != everything(whole)
    medians = [[case.stays.median_s for case in walk.cases] for walk in (whole, other)]
    assert np.mean(medians[0]) == pytest.approx(np.mean(medians[1]), rel=0.05)


def test_nobody_nothing(lobby_branch: Branch) -> None:
    walk = walked(lobby_branch, [], 0.0)
    assert (walk.cases, walk.at_issue) == ([], [])


def test_progress_goes_from_nothing_to_all(lobby_branch: Branch, lobby: list[HistoryRow]) -> None:
    seen: list[tuple[int, int]] = []
    walk = Walk(lobby_branch, lobby[:20], HEAD_START, second_stage=False)
    walk.run(np.inf, lambda done, total: seen.append((done, total)))
    assert seen[0][0] == 0
    assert seen[-1][0] == seen[-1][1] > 0


Saying = tuple[str, float, object]


def everything(walk: Walk) -> list[Saying]:
    """All that was said of anybody: of whom, when, and what."""
    said: list[Saying] = [(row.ticket, row.issued_at, outlook) for row, outlook in walk.at_issue]
    for case in [*walk.cases, *walk._open.values()]:
        at = case.row.issued_at
        said.append((case.row.ticket, at, (case.stays, case.offered, case.told, case.features.tolist())))
        said.extend((case.row.ticket, at + look.elapsed_s, look) for look in case.later)
    return sorted(said, key=lambda one: (one[1], one[0], isinstance(one[2], Look), str(one[2])))


def before(walk: Walk, moment: float) -> list[Saying]:
    return [one for one in everything(walk) if one[1] < moment - 1e-6]


def altered(rows: Sequence[HistoryRow], moment: float, rng: np.random.Generator) -> list[HistoryRow]:
    """Another future: whoever comes later does not, others do; what was going on ends differently.

    That somebody had to wait at all is known `WAITED_S` after the issue, so who came since then stays as is.
    """
    clear = moment - WAITED_S
    known = [row for row in rows if row.issued_at < moment]
    kept = [_other_end(row, moment, rng) if row.issued_at < clear else row for row in known]
    strangers = [
        HistoryRow(
            f"stranger-{n}", "c" if n % 2 else "a", None, "1", "new", at, at + 9, at + 9, at + 50, None, None,
            "served",
        )
        for n, at in enumerate((moment + 5.0 + np.cumsum(rng.exponential(20.0, 30))).round(1).tolist())
    ]  # fmt: skip
    return [*kept, *strangers]


def _other_end(row: HistoryRow, moment: float, rng: np.random.Generator) -> HistoryRow:
    """The row as far as it was known at the moment, and then something else."""
    if waited_until(row) >= moment:
        left_at = moment + float(rng.uniform(1.0, 900.0))
        return replace(
            row, window=None, teller=None, called_at=None, started_at=None, finished_at=None, ready_at=None,
            left_at=round(left_at, 1), outcome="abandoned",
        )  # fmt: skip
    if row.finished_at is not None and row.finished_at >= moment:
        finished_at = round(moment + float(rng.uniform(1.0, 900.0)), 1)
        return replace(row, finished_at=finished_at, ready_at=None)
    return row


@pytest.mark.parametrize("minutes", [11, 38])
def test_nothing_that_was_said_knows_what_came_later(
    lobby_branch: Branch, lobby: list[HistoryRow], whole: Walk, last_day: float, minutes: int
) -> None:
    moment = last_day + HOUR_S + 60.0 * minutes
    other = altered(lobby, moment, np.random.default_rng(minutes))
    assert other != lobby
    found = walked(lobby_branch, other, last_day)
    assert len(before(whole, moment)) > 50
    assert before(found, moment) == before(whole, moment)
    assert everything(found) != everything(whole)


def test_what_came_earlier_is_known(lobby_branch: Branch, lobby: list[HistoryRow], whole: Walk) -> None:
    """The test above would find a difference: an hour earlier there is one."""
    moment = OPENS + HOUR_S
    found = walked(lobby_branch, altered(lobby, moment, np.random.default_rng(0)), OPENS)
    assert before(found, moment + HOUR_S) != before(whole, moment + HOUR_S)


@pytest.mark.january
def test_nothing_that_was_said_of_a_real_day_knows_what_came_later(january: HistoryReport) -> None:
    """An hour of 3 January learned, a look at the next morning, which ends in another way each time."""
    branch = parse(branch_for(january.rows, date(1999, 1, 3), ZONE))
    noon, opens, ends = (
        datetime(1999, 1, *at, tzinfo=ZONE).timestamp() for at in ((3, 12), (4, 6), (4, 8, 30))
    )
    known = [row for row in january.rows if noon - HOUR_S <= row.issued_at < noon]
    rows = [*known, *(row for row in january.rows if opens <= row.issued_at < ends)]
    today = np.array([row.issued_at for row in rows if row.issued_at >= opens])
    moment = float(np.quantile(today, 0.6))
    first = walked(branch, rows, opens)
    found = walked(branch, altered(rows, moment, np.random.default_rng(4)), opens)
    assert len(before(first, moment)) > 100
    assert before(found, moment) == before(first, moment)


def test_nobody_looks_at_whom_nobody_knows_when_they_left(
    lobby_branch: Branch, lobby: list[HistoryRow], last_day: float
) -> None:
    """They stand in line as long as the day lasts, but no wait of theirs can ever be scored."""
    gone = [replace(row, left_at=None) if row.outcome == "abandoned" else row for row in lobby]
    walk = walked(lobby_branch, gone, last_day)
    assert any(waited_until(row) == inf for row in gone)
    assert {case.row.ticket for case in walk.cases} == {
        row.ticket for row in gone if WAITED_S <= waited_until(row) - row.issued_at < inf
    }


def test_a_days_end_ends_every_wait(lobby_branch: Branch, lobby: list[HistoryRow], last_day: float) -> None:
    """Somebody called three days later did not wait so long, and is not looked at for so long."""
    first = lobby[0]
    late = replace(first, ticket="late", issued_at=first.issued_at + 1.0, **dict.fromkeys(
        ("called_at", "started_at", "finished_at"), last_day + 3 * 86_400.0
    ))  # fmt: skip
    walk = walked(lobby_branch, [*lobby, late], OPENS - HOUR_S)
    assert "late" not in {case.row.ticket for case in walk.cases}


def test_what_is_further_off_in_years_of_history_is_learned_only(
    lobby_branch: Branch, lobby: list[HistoryRow], last_day: float
) -> None:
    walk = walked(lobby_branch, lobby, last_day + FORESEE_S)
    assert {case.row.ticket.partition("-")[0] for case in walk.cases} == {"1"}
    services = sum(row.outcome == "served" and row.issued_at < last_day for row in lobby)
    assert walk.pools.cases("service") >= services
    assert not walk.at_issue
