from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from estimator.forecast import forecast
from estimator.pools import Pools
from estimator.situation import Situation, TicketNow, WindowNow
from simulations.drawing import BUSYNESS_CV, FEWEST, look_ahead
from simulations.outlook import PLAYED_S
from tests.simulations.crowded import BUSY, learned

SEED = (7, 1)


@pytest.fixture(scope="module")
def pools() -> Pools:
    return learned()


def test_the_same_question_gives_the_same_outlook(pools: Pools) -> None:
    first, again = (look_ahead(BUSY, pools, SEED, draws=60) for _ in range(2))
    for one, other in zip(first.customers, again.customers, strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(first.as_it_is().still_s, again.as_it_is().still_s)
    other = look_ahead(BUSY, pools, (7, 2), draws=60)
    assert not np.array_equal(first.customers.service[:9], other.customers.service[:9])


def test_those_who_are_here_come_first_and_those_to_come_follow_the_rates(pools: Pools) -> None:
    outlook = look_ahead(BUSY, pools, SEED, draws=200)
    arrival = outlook.customers.arrival
    here = np.bincount(outlook.draw, arrival <= 0.0, outlook.draws)
    assert set(here) == {len(BUSY.waiting)}
    came = np.bincount(outlook.draw, arrival > 0.0, outlook.draws)
    expected = 4 * sum(pools.arrivals.rates(10).values()) * 3600  # every hour is as busy as any other
    assert came.mean() == pytest.approx(expected, rel=0.04)
    assert came.std() / came.mean() == pytest.approx(np.hypot(BUSYNESS_CV, expected**-0.5), rel=0.2)
    assert arrival.max() <= PLAYED_S
    for start, end in zip(outlook.day_start[:-1], outlook.day_start[1:], strict=True):
        assert np.all(np.diff(arrival[start:end]) >= 0.0)


def test_the_rates_are_those_of_the_hours() -> None:
    pools = learned(hours=(12,))
    before = look_ahead(replace(BUSY, waiting=(), hour=10.5), pools, SEED, draws=50)
    arrival = before.customers.arrival
    assert arrival.min() >= 1.5 * 3600
    assert arrival.max() <= 2.5 * 3600
    assert look_ahead(replace(BUSY, waiting=(), hour=13.0), pools, SEED, draws=50).draw.size == 0


@pytest.mark.parametrize(("hour", "ends"), [(7.0, False), (13.5, True), (21.0, True)])
def test_it_knows_whether_anybody_comes_after_it(*, hour: float, ends: bool) -> None:
    outlook = look_ahead(replace(BUSY, hour=hour), learned(hours=(9, 10, 11, 12, 13, 14, 15)), SEED, draws=50)
    assert outlook.ends is ends


def test_who_is_here_waits_as_the_forecast_says(pools: Pools) -> None:
    outlook = look_ahead(BUSY, pools, SEED, draws=800)
    still_s = outlook.as_it_is().still_s.reshape(-1)
    told = forecast(BUSY, pools, np.random.default_rng(3), draws=800).waits
    for place, ticket in enumerate(sorted(BUSY.waiting, key=lambda one: -one.waited_s)):
        estimate = told[ticket.ticket]
        assert estimate is not None
        mean_s = float(still_s[outlook.day_start[:-1] + place].mean())
        assert mean_s == pytest.approx(estimate.mean_s, rel=0.1, abs=15.0)


def test_a_flood_makes_fewer_draws(pools: Pools) -> None:
    assert look_ahead(BUSY, pools, SEED, draws=200, work=1).draws == FEWEST
    crowd = tuple(TicketNow(ticket=f"{n}", business="cash", waited_s=float(n)) for n in range(2000))
    assert look_ahead(replace(BUSY, waiting=crowd), pools, SEED, draws=200, work=60_000).draws == FEWEST


def test_what_is_known_least_is_its_basis(pools: Pools) -> None:
    assert look_ahead(BUSY, Pools(), SEED, draws=50).basis == "configured"
    assert look_ahead(BUSY, pools, SEED, draws=50).basis != "configured"
    assert look_ahead(Situation(), pools, SEED, draws=50).draw.size == 0


def test_what_nobody_reports_is_drawn_too(pools: Pools) -> None:
    windows = tuple(replace(window, reports_presence=False, reports_ready=False) for window in BUSY.windows)
    outlook = look_ahead(replace(BUSY, windows=windows), pools, SEED, draws=50)
    assert np.isfinite(outlook.as_it_is().still_s).all()


def test_a_closed_window_is_there_as_planned(pools: Pools) -> None:
    shut = WindowNow(
        window="1",
        phase="closed",
        reluctance={"cash": 0.0},
        opens_in_s=900.0,
        stops_in_s=1800.0,
        reopens_in_s=2400.0,
    )
    outlook = look_ahead(replace(BUSY, windows=(shut,)), pools, SEED, draws=50)
    assert (outlook.free_at[:, 0] >= 900.0).all()
    np.testing.assert_array_equal(outlook.closes_at[:, 0, 0], 1800.0)
    assert (outlook.opens_at[:, 0, 1] >= 2400.0).all()
    assert np.isinf(outlook.opens_at[:, 0, 2]).all()
