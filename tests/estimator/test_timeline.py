from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.observation import Observation
from estimator.pools import Pools
from estimator.situation import OpenStep, Told, WindowNow
from estimator.timeline import Timeline, timeline

DRAWS = 4000


@pytest.fixture(scope="module")
def pools() -> Pools:
    """Services of 6 minutes, wrap-ups with a tail of breaks, walks of 12 s, pauses of 10 minutes."""
    rng = np.random.default_rng(0)
    learned = Pools({"a": (180.0, 360.0, 720.0)}, {"copy": (60.0, 120.0, 240.0)})
    for _ in range(600):
        wrap_up = rng.exponential(15.0) if rng.random() < 0.8 else rng.exponential(200.0)
        for kind, value, more in (
            ("service", rng.lognormal(np.log(360.0), 0.6), {"business": "a", "teller": "t"}),
            ("wrap_up", wrap_up, {"business": "a", "teller": "t"}),
            ("walking", rng.gamma(4.0, 3.0), {}),
            ("idle", rng.exponential(4.0), {}),
            ("pause", rng.lognormal(np.log(600.0), 0.5), {"name": "lunch"}),
            ("step", rng.lognormal(np.log(120.0), 0.5), {"name": "copy"}),
        ):
            learned.learn(Observation(kind=kind, at=0.0, value_s=value, **more))  # type: ignore[arg-type]
    for _ in range(30):
        learned.learn(Observation(kind="no_show", at=0.0, value_s=60.0 + rng.exponential(10.0)))
    return learned


def near(pools: Pools, phase: str, **more: Any) -> Timeline:  # noqa: ANN401 - any field of a window
    window = {"window": "1", "phase": phase, "reluctance": {"a": 0.0}, "business": "a", "teller": "t"} | more
    return timeline(WindowNow(**window), pools, np.random.default_rng(1), DRAWS)


def test_the_remaining_service_grows_with_the_elapsed_time_once_it_is_long(pools: Pools) -> None:
    medians = [np.median(near(pools, "serving", elapsed_s=e).service) for e in (0.0, 240.0, 1800.0, 7200.0)]  # type: ignore[arg-type]
    assert medians[1] < medians[0]
    assert medians[3] > medians[2] > medians[1] / 2


def test_a_window_calls_only_after_its_customer_has_left(pools: Pools) -> None:
    serving = near(pools, "serving", elapsed_s=100.0)
    assert serving.service is not None
    assert (serving.next_call > serving.service).all()


def test_the_tellers_word_tightens_the_range_around_it(pools: Pools) -> None:
    silent = near(pools, "serving", elapsed_s=10.0).service
    told = near(pools, "serving", elapsed_s=10.0, told=Told(900.0, 10.0)).service
    assert silent is not None
    assert told is not None
    assert np.median(silent) < np.median(told) < 900.0
    assert np.log(told).std() < np.log(silent).std()


def test_a_word_that_time_has_proved_wrong_loses_its_hold(pools: Pools) -> None:
    silent = near(pools, "serving", elapsed_s=3000.0).service
    told = near(pools, "serving", elapsed_s=3000.0, told=Told(120.0, 3000.0)).service
    assert silent is not None
    assert told is not None
    assert np.median(told) > 0.5 * np.median(silent)


def test_a_customer_never_leaves_before_the_last_open_step(pools: Pools) -> None:
    steps = (OpenStep("1", "copy", 30.0, away=True), OpenStep("2", "counting", 5.0, Told(400.0, 5.0)))
    serving = near(pools, "serving", elapsed_s=2000.0, steps=steps)
    assert serving.service is not None
    assert serving.back is not None
    assert (serving.service >= np.maximum(serving.steps["1"], serving.steps["2"])).all()
    assert (serving.back == serving.steps["1"]).all()
    assert near(pools, "serving", steps=steps[1:]).back is None


def test_a_closing_window_finishes_and_calls_no_more(pools: Pools) -> None:
    closing = near(pools, "serving", elapsed_s=10.0, closing=True)
    assert np.isinf(closing.next_call).all()
    assert closing.service is not None
    assert np.isfinite(closing.service).all()


def test_a_closed_window_calls_never_or_after_its_planned_opening(pools: Pools) -> None:
    assert np.isinf(near(pools, "closed").next_call).all()
    opens = near(pools, "closed", opens_in_s=600.0).next_call
    assert (opens > 600.0).all()
    assert np.median(opens) < 660.0
    late = near(pools, "closed", opens_in_s=-600.0).next_call
    assert np.median(late) > 2 * np.median(opens - 600.0)


def test_a_window_that_stops_soon_may_not_call_again(pools: Pools) -> None:
    calls = near(pools, "serving", elapsed_s=60.0, stops_in_s=300.0).next_call
    assert 0.0 < np.isinf(calls).mean() < 1.0
    assert (calls[np.isfinite(calls)] < 300.0).all()


def test_a_pause_ends_with_the_return(pools: Pools) -> None:
    paused = near(pools, "paused", reason="lunch", elapsed_s=60.0)
    assert paused.back is not None
    assert (paused.next_call > paused.back).all()
    assert 400.0 < np.median(paused.back) < 700.0


def test_an_idle_window_is_free_at_once(pools: Pools) -> None:
    assert not near(pools, "open", elapsed_s=1.0).next_call.any()


def test_an_unreported_wrap_up_may_still_run(pools: Pools) -> None:
    fresh = near(pools, "open", elapsed_s=2.0, reports_ready=False).next_call
    stale = near(pools, "open", elapsed_s=120.0, reports_ready=False).next_call
    assert (fresh > 0.0).mean() > 0.7
    assert 0.0 < (stale > 0.0).mean() < 0.3


def test_a_window_that_lets_people_wait_is_likely_on_a_break(pools: Pools) -> None:
    short, long = (
        near(pools, "open", elapsed_s=s, eligible_waiting_for_s=s, reports_ready=False).next_call
        for s in (3.0, 120.0)
    )
    assert np.median(long) > 3 * np.median(short)
    just_came = near(
        pools, "open", elapsed_s=900.0, eligible_waiting_for_s=1.0, reports_ready=False
    ).next_call
    assert np.median(just_came) < 10.0


def test_a_call_that_nobody_follows_is_likely_missed(pools: Pools) -> None:
    soon = near(pools, "calling", elapsed_s=2.0).next_call
    late = near(pools, "calling", elapsed_s=50.0).next_call
    assert np.median(soon) > 300.0
    assert np.median(late) < 60.0


def test_a_call_runs_into_its_service_where_starts_are_not_reported(pools: Pools) -> None:
    calling = near(pools, "calling", elapsed_s=200.0, reports_start=False).next_call
    serving = near(pools, "serving", elapsed_s=188.0).next_call
    assert np.median(calling) == pytest.approx(np.median(serving), rel=0.15)


@pytest.mark.parametrize("phase", ["closed", "open", "calling", "serving", "wrapping_up", "paused"])
@pytest.mark.parametrize("elapsed_s", [0.0, 1e3, 1e6])
@pytest.mark.parametrize("business", [None, "a", "unheard of"])
@pytest.mark.parametrize("reports", [True, False])
def test_no_phase_gives_a_negative_time_or_none_at_all(
    pools: Pools, phase: str, elapsed_s: float, business: str | None, reports: bool
) -> None:
    result = near(
        pools,
        phase,
        elapsed_s=elapsed_s,
        business=business,
        teller=None,
        reason="unheard of",
        told=Told(60.0, elapsed_s),
        eligible_waiting_for_s=elapsed_s / 2,
        reports_start=reports,
        reports_ready=reports,
    )
    for row in (result.next_call, result.service, result.back):
        if row is not None:
            assert (row >= 0.0).all()
