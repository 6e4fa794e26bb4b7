"""What is tried on an outlook: against doing nothing, other ways of saying the same, and the rule itself."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from heapq import heapify, heappop, heappush
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator.discipline import Waiting, WindowRule, eligible_at, reluctance
from estimator.observation import Observation
from estimator.pools import Pools
from estimator.situation import TicketNow, WindowNow
from simulations.drawing import compile_kernels, look_ahead
from simulations.outlook import PLAYED_S, Flags, Outlook, Played
from tests.simulations.crowded import BUSY, learned

SHUT, BACK_OFFICE = 2, 3


@pytest.fixture(scope="module")
def pools() -> Pools:
    return learned()


@pytest.fixture(scope="module")
def busy(pools: Pools) -> Outlook:
    return look_ahead(BUSY, pools, (1,), draws=100)


def same(one: Played, other: Played) -> None:
    np.testing.assert_allclose(one.still_s, other.still_s)
    np.testing.assert_allclose(one.waited_s, other.waited_s)
    np.testing.assert_array_equal(one.left, other.left)


def test_what_does_nothing_changes_nothing(busy: Outlook) -> None:
    now = busy.as_it_is()
    same(now, busy.without_window(0, inf))
    same(now, busy.with_window(SHUT, 600.0, 600.0))
    same(now, busy.with_express(1, inf, 3600.0))
    same(now, busy.with_express(1, 60.0, 0.0))
    same(now, busy.as_it_is())


def test_a_window_that_opens_calls_from_then_to_then(busy: Outlook) -> None:
    called_at, _ = replace(busy, free_at=np.full_like(busy.free_at, inf)).calls(busy.express())
    assert not np.isfinite(called_at).any()
    alone = replace(busy, free_at=np.full_like(busy.free_at, inf)).with_window(SHUT, 300.0, 1500.0)
    here = busy.customers.arrival <= 0.0
    cash = np.array([sort.business == "cash" for sort in busy.sorts])[busy.sort]
    served = here & cash & (alone.still_s < PLAYED_S)
    assert served.any()
    assert alone.still_s[served].min() == 300.0
    assert alone.still_s[served].max() < 1500.0
    assert (alone.still_s[~cash] == PLAYED_S).all()


def test_more_windows_never_mean_longer_waits_on_the_whole(busy: Outlook) -> None:
    now = busy.as_it_is()
    means = [
        np.bincount(busy.draw, played.still_s - now.still_s)
        for played in (busy.with_window(SHUT, 180.0, 1380.0), busy.with_window(SHUT, 180.0, 3780.0))
    ]
    assert (means[0] <= 1e-6).mean() > 0.97  # a loan may take a window that cash would have had
    assert means[1].mean() < means[0].mean() < 0.0
    closed = busy.without_window(0, 1800.0).still_s - now.still_s
    assert closed.mean() > 0.0
    before = (now.still_s + np.maximum(busy.customers.arrival, 0.0)) < 1800.0
    np.testing.assert_allclose(closed[before], 0.0, atol=1e-9)


def test_a_plan_goes_on_after_a_window_was_opened_early(pools: Pools) -> None:
    planned = replace(BUSY.windows[SHUT], opens_in_s=1200.0, stops_in_s=2400.0, reopens_in_s=3000.0)
    windows = (*BUSY.windows[:SHUT], planned, BUSY.windows[BACK_OFFICE])
    outlook = look_ahead(replace(BUSY, windows=windows), pools, (1,), draws=50)
    longer, shorter = outlook.with_window(SHUT, 180.0, 1380.0), outlook.with_window(SHUT, 180.0, 600.0)
    assert longer.still_s.mean() < shorter.still_s.mean() < outlook.as_it_is().still_s.mean()
    alone = replace(outlook, free_at=np.where(np.arange(4) == SHUT, outlook.free_at, inf))
    called_at, called_by = alone.calls(alone.express())
    again = alone.with_window(SHUT, 180.0, 600.0)
    called = np.unique(again.still_s[busy_here(alone)].round(3))
    assert ((called >= 180.0) & (called < 600.0)).any()
    assert not ((called >= 600.0) & (called < 1200.0)).any()
    assert not ((called >= 2400.0) & (called < 3000.0)).any()
    assert (called_by[np.isfinite(called_at)] <= SHUT).all()


def busy_here(outlook: Outlook) -> Flags:
    here: Flags = outlook.customers.arrival <= 0.0
    return here


def test_express_for_ever_is_a_window_that_is_express(busy: Outlook, pools: Pools) -> None:
    express = replace(BUSY.windows[1], express_s=300.0)
    situation = replace(BUSY, windows=(BUSY.windows[0], express, *BUSY.windows[2:]))
    same(busy.with_express(1, 300.0, inf), look_ahead(situation, pools, (1,), draws=100).as_it_is())


def test_express_for_a_while_lets_the_others_wait_and_then_come(busy: Outlook) -> None:
    now, played = busy.as_it_is(), busy.with_express(1, 300.0, 3600.0)
    loans = np.array([sort.business == "loans" for sort in busy.sorts])[busy.sort]
    here = busy.customers.arrival <= 0.0
    assert played.still_s[loans & here].min() >= 3600.0
    assert played.still_s[~loans].mean() < now.still_s[~loans].mean()
    assert (played.still_s[loans] < PLAYED_S).any()


def test_somebody_tied_to_a_window_waits_for_that_one(pools: Pools) -> None:
    tied = TicketNow(ticket="999", business="cash", waited_s=5000.0, window="3")
    outlook = look_ahead(replace(BUSY, waiting=(*BUSY.waiting, tied)), pools, (1,), draws=50)
    first = outlook.day_start[:-1]
    assert (outlook.as_it_is().still_s[first] == PLAYED_S).all()
    assert (outlook.with_window(SHUT, 180.0, 1200.0).still_s[first] == 180.0).all()
    assert (outlook.with_express(1, 1.0, 3600.0).still_s[first] == PLAYED_S).all()


def test_a_window_takes_the_sorts_of_its_businesses(busy: Outlook) -> None:
    businesses = np.array([sort.business for sort in busy.sorts])
    np.testing.assert_array_equal(busy.takes(0), businesses == "cash")
    assert busy.takes(1).all()


def one_by_one(outlook: Outlook, draw: int, express_s: float, until_s: float) -> list[float]:
    """When each customer of a draw is called, window 0 being express for a while: moment by moment."""
    people = range(outlook.day_start[draw], outlook.day_start[draw + 1])
    arrival, _, service, overhead, patience = outlook.customers
    free_at = outlook.free_at[draw].copy()
    rules = [WindowRule(each.window, each.reluctance) for each in outlook.windows]
    express = [replace(rules[0], express_s=express_s), *rules[1:]]
    line = {
        one: Waiting(f"{one:09}", sort.business, "", float(arrival[one]), sort.expected_s, sort.window)
        for one in people
        for sort in (outlook.sorts[outlook.sort[one]],)
    }
    helps = [arrival[one] + seconds for one in people for seconds in (0.0, 300.0)]
    moments = [until_s, *free_at.tolist(), *(float(at) for at in helps)]
    heapify(moments)
    called = dict.fromkeys(people, inf)
    while moments:
        now = heappop(moments)
        plans = express if now < until_s else rules
        while now >= 0.0:
            idle = [n for n in range(len(plans)) if free_at[n] <= now]
            pairs = [
                (one, [n for n in idle if eligible_at(line[one], plans[n]) <= now])
                for one in line
                if line[one].issued_at <= now
            ]
            able = [(line[one].issued_at, one, windows) for one, windows in pairs if windows]
            if not able:
                break
            _, one, windows = min(able)
            window = min(windows, key=lambda n: (reluctance(line[one], plans[n]), n))
            del line[one]
            called[one] = now
            if arrival[one] + patience[one] >= now:
                free_at[window] = now + service[one] * outlook.speed[draw, window] + overhead[one]
                heappush(moments, float(free_at[window]))
    return list(called.values())


@settings(max_examples=20)
@given(
    st.integers(1, 4),
    st.lists(st.tuples(st.sampled_from(["a", "b"]), st.floats(0, 2000)), max_size=8),
    st.integers(0, 2**32 - 1),
    st.floats(0, 5000),
)
def test_an_hour_of_express_is_the_rule_moment_by_moment(
    windows: int, waiting: list[tuple[str, float]], seed: int, until_s: float
) -> None:
    plans = tuple(
        WindowNow(window=f"{n}", phase="open", reluctance={"a": 0.0, "b": 300.0 * (n % 2)})
        for n in range(windows)
    )
    tickets = tuple(
        TicketNow(ticket=f"{n}", business=name, waited_s=s) for n, (name, s) in enumerate(waiting)
    )
    situation = replace(BUSY, windows=plans, waiting=tickets, businesses=("a", "b"))
    outlook = look_ahead(situation, two_businesses(), (seed,), draws=2)
    bound_s = min((sort.expected_s for sort in outlook.sorts), default=0.0)
    expected = [at for draw in range(2) for at in one_by_one(outlook, draw, bound_s, until_s)]
    arrival = outlook.customers.arrival
    still_s = np.minimum(np.array(expected) - np.maximum(arrival, 0.0), PLAYED_S)
    np.testing.assert_allclose(outlook.with_express(0, bound_s, until_s).still_s, still_s)


@cache
def two_businesses() -> Pools:
    """Both come now and then; b takes longer."""
    pools = Pools({"a": (60.0, 180.0, 400.0), "b": (300.0, 700.0, 1500.0)})
    for business in "ab":
        for _ in range(6):
            pools.learn(Observation(kind="arrival", at=0.0, business=business, day=1, hour=10))
    return pools


def test_kernels_can_be_made_ready() -> None:
    compile_kernels()
