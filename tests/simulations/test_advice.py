from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np
import pytest

from estimator.pools import Pools
from estimator.situation import Situation, TicketNow, WindowNow
from simulations.advice import (
    COUNTED_S,
    LONG_S,
    LONGER_SHARE,
    OPEN_FOR_S,
    UNNOTICED_S,
    Advice,
    Change,
    Waits,
    advise,
    half_hours,
    worth_it,
)
from simulations.drawing import look_ahead
from tests.simulations.crowded import BUSY, learned

SEED = (3, 4)


@pytest.fixture(scope="module")
def pools() -> Pools:
    return learned()


@pytest.fixture(scope="module")
def working_day() -> Pools:
    """People come from nine to five."""
    return learned(range(9, 17))


def advised(situation: Situation, pools: Pools, draws: int = 150) -> Advice:
    return advise(look_ahead(situation, pools, SEED, draws=draws))


def idle(*phases: str) -> tuple[WindowNow, ...]:
    return tuple(
        WindowNow(window=f"{n}", phase=phase, reluctance={"cash": 0.0, "loans": 0.0})  # type: ignore[arg-type]
        for n, phase in enumerate(phases, 1)
    )


def test_a_shut_window_is_opened_when_many_wait(pools: Pools) -> None:
    advice = advised(BUSY, pools)
    assert (advice.why, advice.openable) == ("advice", True)
    opening = advice.opening
    assert opening is not None
    assert (opening.window, opening.businesses) == ("3", ("cash",))
    assert opening.for_s in OPEN_FOR_S
    assert opening.after.mean_s < opening.before.mean_s
    assert opening.after.long <= opening.before.long
    assert opening.after.left <= opening.before.left
    assert opening.change.high_s < 0.0
    assert opening.change.mean_s == pytest.approx(opening.after.mean_s - opening.before.mean_s, rel=0.15)
    assert advice.as_it_is is not None
    assert advice.as_it_is.low_s < advice.as_it_is.high_s
    assert advice.closing is None


def test_the_same_present_has_the_same_advice(pools: Pools) -> None:
    assert advised(BUSY, pools) == advised(BUSY, pools)


def test_a_fault_cannot_be_opened_and_one_that_is_about_to_open_need_not_be(pools: Pools) -> None:
    shut = (
        replace(BUSY.windows[2], reason="fault"),
        replace(BUSY.windows[3], opens_in_s=120.0),
    )
    advice = advised(replace(BUSY, windows=(*BUSY.windows[:2], *shut)), pools)
    assert (advice.opening, advice.openable) == (None, False)


def test_a_window_that_alone_takes_a_business_is_opened_for_it(pools: Pools) -> None:
    loans = WindowNow(window="1", phase="open", reluctance={"loans": 0.0})
    windows = (loans, WindowNow(window="9", phase="closed", reluctance={"cash": 0.0}))
    opening = advised(replace(BUSY, windows=windows, waiting=BUSY.waiting[:2]), pools).opening
    assert opening is not None
    assert (opening.window, opening.businesses) == ("9", ("cash",))
    assert opening.before.high_s == inf
    assert opening.after.high_s < inf


def test_an_opening_names_only_those_who_gain_by_it(pools: Pools) -> None:
    cash = WindowNow(window="1", phase="serving", reluctance={"cash": 0.0}, business="cash", elapsed_s=60.0)
    loans = (WindowNow(window=name, phase="open", reluctance={"loans": 0.0}) for name in ("2", "3"))
    both = WindowNow(window="9", phase="closed", reluctance={"cash": 0.0, "loans": 0.0})
    waiting = tuple(one for one in BUSY.waiting if one.business == "cash")
    opening = advised(replace(BUSY, windows=(cash, *loans, both), waiting=waiting), pools).opening
    assert opening is not None
    assert (opening.window, opening.businesses) == ("9", ("cash",))


def test_where_few_wait_no_window_is_opened(pools: Pools) -> None:
    situation = replace(BUSY, waiting=(), windows=idle("open", "open", "open", "closed"))
    advice = advised(situation, pools)
    assert (advice.opening, advice.openable) == (None, True)


def test_windows_that_nobody_needs_may_close_and_the_last_of_a_kind_first(working_day: Pools) -> None:
    situation = replace(BUSY, waiting=(), windows=idle(*["open"] * 6), hour=13.25)
    closing = advised(situation, working_day).closing
    assert closing is not None
    assert (closing.window, closing.in_s) == ("6", 900.0)
    assert closing.ends
    assert closing.change.high_s <= UNNOTICED_S


def test_what_the_closing_costs_is_as_said(working_day: Pools) -> None:
    situation = replace(BUSY, waiting=(), windows=idle(*["open"] * 3), hour=13.25)
    outlook = look_ahead(situation, working_day, SEED, draws=150)
    closing = advise(outlook).closing
    now = outlook.as_it_is().still_s
    for mark in half_hours(13.25):
        longer_s = outlook.without_window(2, mark).still_s - now
        fits = bool(np.mean(longer_s > 180.0) <= LONGER_SHARE and longer_s.mean() < UNNOTICED_S)
        if closing and mark >= closing.in_s:
            assert fits
        elif closing is None:
            assert not fits or mark > 8100.0


def test_no_window_closes_when_all_are_needed_or_the_day_is_over_anyway(working_day: Pools) -> None:
    assert advised(BUSY, working_day).closing is None
    late = replace(BUSY, waiting=(), windows=idle(*["open"] * 6), hour=16.6)
    assert advised(late, working_day).closing is None
    unseen = tuple(replace(window, reports_presence=False) for window in idle(*["open"] * 6))
    assert advised(replace(late, windows=unseen, hour=13.0), working_day).closing is None
    leaving = tuple(replace(window, stops_in_s=1200.0) for window in idle(*["open"] * 6))
    assert advised(replace(late, windows=leaving, hour=13.0), working_day).closing is None


def test_later_than_it_can_see_it_says_so(pools: Pools) -> None:
    situation = replace(BUSY, waiting=(), windows=idle(*["open"] * 6), hour=10.0)
    closing = advised(situation, pools).closing
    assert closing is not None
    assert not closing.ends


def test_an_express_window_is_a_yes_or_a_no_with_its_figures(pools: Pools) -> None:
    express = advised(BUSY, pools).express
    assert express is not None
    assert (express.window, express.for_s, express.advised) == ("2", COUNTED_S, False)
    assert express.express_s == pytest.approx(pools.expected_service_s("cash"))
    assert express.short[1].mean_s < express.short[0].mean_s
    assert express.others[1].mean_s > express.others[0].mean_s


def test_an_express_window_is_advised_where_a_few_long_services_block_many_short_ones(pools: Pools) -> None:
    windows = (
        *idle("open", "open"),
        WindowNow(window="3", phase="open", reluctance={"loans": 0.0}),
        WindowNow(window="4", phase="open", reluctance={"loans": 0.0}),
        WindowNow(window="5", phase="open", reluctance={"loans": 0.0}),
    )
    waiting = tuple(
        TicketNow(ticket=f"{n:03}", business="loans" if n < 8 else "cash", waited_s=1200.0 - 10.0 * n)
        for n in range(30)
    )
    express = advised(replace(BUSY, windows=windows, waiting=waiting), pools).express
    assert express is not None
    assert express.advised
    assert express.window == "1"
    assert express.change.high_s < 0.0


def test_one_business_has_no_express_window(pools: Pools) -> None:
    windows = tuple(replace(window, reluctance={"cash": 0.0}) for window in BUSY.windows)
    assert advised(replace(BUSY, windows=windows), pools).express is None


def test_without_history_there_is_no_advice_but_a_reason() -> None:
    assert advised(BUSY, Pools()) == Advice("history")
    assert advised(replace(BUSY, waiting=()), Pools()) == Advice("history")


def test_where_nobody_is_or_comes_there_is_none_either(working_day: Pools) -> None:
    assert advised(replace(BUSY, waiting=(), hour=20.0), working_day) == Advice("quiet")
    assert advised(Situation(hour=10.0), working_day) == Advice("quiet")


def test_before_the_doors_open_only_what_comes_counts(working_day: Pools) -> None:
    early = advised(replace(BUSY, waiting=(), windows=idle("open", "open"), hour=6.0), working_day)
    assert (early.why, early.as_it_is, early.express) == ("advice", None, None)


def test_a_flood_is_advised_on(pools: Pools) -> None:
    crowd = tuple(TicketNow(ticket=f"{n:04}", business="cash", waited_s=float(n)) for n in range(1500))
    outlook = look_ahead(replace(BUSY, waiting=crowd), pools, SEED, work=40_000)
    assert advise(outlook).as_it_is is not None


@pytest.mark.parametrize(
    ("mean_s", "low_s", "high_s", "before_s", "worth"),
    [
        (-200.0, -220.0, -180.0, 3000.0, True),
        (-170.0, -190.0, -150.0, 3000.0, False),
        (-170.0, -190.0, -150.0, 600.0, True),
        (-50.0, -60.0, -40.0, 100.0, False),
        (-200.0, -450.0, 50.0, 600.0, False),
        (200.0, 180.0, 220.0, 600.0, False),
    ],
)
def test_worth_it_is_sure_and_noticeable(
    mean_s: float, low_s: float, high_s: float, before_s: float, *, worth: bool
) -> None:
    before = Waits(before_s, before_s, before_s, 0.0, 0.0)
    assert worth_it(before, Change(mean_s, low_s, high_s, 0.0)) is worth


def test_half_hours_are_those_to_come() -> None:
    assert list(half_hours(10.0)) == [1800.0, 3600.0, 5400.0, 7200.0]
    assert [10.4 * 3600 + mark for mark in half_hours(10.4)] == [
        10.5 * 3600,
        11 * 3600,
        11.5 * 3600,
        12 * 3600,
    ]
    assert next(half_hours(10.45)) == pytest.approx(0.55 * 3600)


def test_a_long_wait_counts_from_the_place_in_line(pools: Pools) -> None:
    young = tuple(one._replace(waited_s=one.waited_s / 100) for one in BUSY.waiting)
    advice = advised(replace(BUSY, waiting=young), pools)
    assert advice.as_it_is is not None
    older = tuple(one._replace(waited_s=one.waited_s + LONG_S) for one in young)
    other = advised(replace(BUSY, waiting=older), pools)
    assert other.as_it_is is not None
    assert other.as_it_is.long > advice.as_it_is.long
