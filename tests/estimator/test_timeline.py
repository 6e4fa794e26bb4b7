from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.observation import Observation
from estimator.pools import Pools
from estimator.presence import Visit, Wait
from estimator.situation import EndedStep, OpenStep, Told, WindowNow
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


@pytest.fixture(scope="module")
def stepwise() -> Pools:
    """A week of services: five minutes, then one in three has papers copied, then a minute or so."""
    rng = np.random.default_rng(2)
    learned = Pools({"a": (120.0, 300.0, 900.0)}, {"copy": (60.0, 120.0, 240.0)})
    for number in range(600):
        before, copying, after = stages(rng)
        copies = number % 3 == 0
        total = before + (copying + after if copies else 0.0)
        learned.learn(Observation(kind="service", at=0.0, value_s=total, business="a", teller="t"))
        if copies:
            learned.learn(Observation(kind="step", at=0.0, value_s=copying, name="copy", teller="t"))
            learned.learn(
                Observation(kind="after_step", at=0.0, value_s=after, name="copy", business="a", teller="t")
            )
    return learned


def stages(rng: np.random.Generator) -> tuple[float, float, float]:
    before, copying, after = np.array([300.0, 150.0, 60.0]) * rng.lognormal(0.0, [0.6, 0.4, 0.5])
    return before, copying, after


def test_a_step_says_how_long_the_service_goes_on(stepwise: Pools) -> None:
    rng, known, blind, inside = np.random.default_rng(3), [], [], []
    for _ in range(200):
        before, copying, after = stages(rng)
        running_s = copying * rng.random()
        left_s, elapsed_s = copying - running_s + after, before + running_s
        steps = (OpenStep("1", "copy", running_s),)
        seen = near(stepwise, "serving", elapsed_s=elapsed_s, steps=steps)
        unseen = near(stepwise, "serving", elapsed_s=elapsed_s)
        assert seen.service is not None
        assert unseen.service is not None
        assert (seen.service >= seen.steps["1"]).all()
        known.append(abs(np.median(seen.service) - left_s))
        blind.append(abs(np.median(unseen.service) - left_s))
        low_s, high_s = np.quantile(seen.service, [0.1, 0.9])
        inside.append(low_s <= left_s <= high_s)
    assert np.mean(known) < 0.85 * np.mean(blind)
    assert 0.72 < np.mean(inside) < 0.93


def test_what_follows_a_step_runs_from_its_end(stepwise: Pools) -> None:
    just, later, long_ago = (
        near(stepwise, "serving", elapsed_s=600.0 + ago, after=EndedStep("copy", ago)).service
        for ago in (0.0, 45.0, 3_000.0)
    )
    assert just is not None
    assert later is not None
    assert long_ago is not None
    assert 45.0 < np.median(just) < 80.0
    assert np.median(later) < np.median(just)
    assert np.median(long_ago) > np.median(just)  # something else is going on


def test_of_overlapping_steps_the_longest_counts(stepwise: Pools) -> None:
    one = (OpenStep("1", "copy", 10.0),)
    both = (*one, OpenStep("2", "copy", 100.0))
    alone, together = (near(stepwise, "serving", elapsed_s=300.0, steps=steps) for steps in (one, both))
    assert alone.service is not None
    assert together.service is not None
    assert np.median(together.service) > np.median(alone.service)
    assert (together.service >= np.maximum(together.steps["1"], together.steps["2"])).all()


@pytest.mark.parametrize("during", [True, False])
def test_the_tellers_word_still_counts_once_there_are_steps(stepwise: Pools, during: bool) -> None:
    known = {"steps": (OpenStep("1", "copy", 30.0),)} if during else {"after": EndedStep("copy", 5.0)}
    silent = near(stepwise, "serving", elapsed_s=400.0, **known).service
    told = near(stepwise, "serving", elapsed_s=400.0, told=Told(900.0, 300.0), **known)
    assert silent is not None
    assert told.service is not None
    assert np.median(silent) < np.median(told.service) < 600.0
    for row in told.steps.values():
        assert (told.service >= row).all()


def test_the_hour_of_a_service_is_that_of_its_beginning() -> None:
    learned, rng = Pools({"a": (180.0, 360.0, 720.0)}), np.random.default_rng(4)
    for number, value in enumerate(rng.lognormal(np.log(300.0), 0.2, 900)):
        hour = 11 + number % 3
        slow = 1.5 if hour == 12 else 1.0
        learned.learn(Observation(kind="service", at=0.0, value_s=slow * value, business="a", hour=hour))

    def usual(now: float, elapsed_s: float) -> float:
        window = WindowNow(window="1", phase="serving", business="a", elapsed_s=elapsed_s)
        service = timeline(window, learned, np.random.default_rng(1), DRAWS, now).service
        assert service is not None
        return float(np.median(service))

    assert usual(12.0, 0.0) > 1.2 * usual(11.0, 0.0)
    assert usual(13.04, 200.0) > 1.2 * usual(13.3, 200.0)


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


@pytest.fixture(scope="module")
def unreported() -> Pools:
    """Somebody always waits; turnarounds of 10 s, one time in five a quarter of an hour; late comers."""
    rng, learned = np.random.default_rng(5), Pools({"a": (180.0, 360.0, 720.0)})
    for day in range(12):
        opens = 86_400.0 * day
        visits = []
        for window in ("1", "2"):
            at = opens + rng.exponential(1200.0)
            while at < opens + 7 * 3600.0:
                visits.append(Visit(window, "a", at - 60.0, at, at + 100.0))
                at += 100.0 + rng.exponential(10.0 if rng.random() < 0.8 else 900.0)
        hours = {int(opens // 3600) + hour: hour for hour in range(24)}
        learned.presence.learn_day(visits, [Wait("a", opens, opens + 7 * 3600.0)], hours)
    return learned


def seen(pools: Pools, phase: str = "open", **more: Any) -> Timeline:  # noqa: ANN401 - any field of a window
    return near(pools, phase, reports_presence=False, reports_ready=False, teller=None, **more)


def test_a_window_that_is_passed_over_is_on_an_errand(unreported: Pools) -> None:
    just = seen(unreported, elapsed_s=1.0, eligible_waiting_for_s=1.0).next_call
    later = seen(unreported, elapsed_s=90.0, eligible_waiting_for_s=1.0).next_call
    assert np.median(just) < 20.0
    assert 300.0 < np.median(later[np.isfinite(later)]) < 1200.0
    assert (later > 0.0).all()


def test_a_window_that_nobody_needed_is_likely_there(unreported: Pools) -> None:
    """90 s ago its customer left: who was not waited for then may have been ready since."""
    needed, unneeded = (
        seen(unreported, elapsed_s=90.0, passed_over_s=passed_over_s).next_call
        for passed_over_s in (80.0, 0.0)
    )
    assert (unneeded == 0.0).mean() == pytest.approx(0.8, abs=0.06)
    assert (needed == 0.0).mean() < 0.15


def test_it_was_passed_over_no_longer_than_it_was_free(unreported: Pools) -> None:
    far, as_long = (seen(unreported, elapsed_s=50.0, passed_over_s=s).next_call for s in (1e6, 50.0))
    assert (far == as_long).all()


def test_a_service_ends_in_a_turnaround_of_the_window(unreported: Pools) -> None:
    serving = seen(unreported, "serving", elapsed_s=60.0)
    assert serving.service is not None
    turnaround = serving.next_call - serving.service
    assert (turnaround >= 0.0).all()
    known = unreported.presence.away("1").table(np.array([0.25, 0.5, 0.9]))
    assert np.quantile(turnaround, [0.25, 0.5, 0.9]) == pytest.approx(known, rel=0.1)


def test_a_window_not_seen_today_comes_at_the_rate_of_the_hour(unreported: Pools) -> None:
    now = WindowNow(window="9", phase="closed", reports_presence=False)

    def comes(hour: float | None) -> float:
        drawn = timeline(now, unreported, np.random.default_rng(1), DRAWS, hour).next_call
        return float(drawn.mean())

    assert comes(0.5) == pytest.approx(1 / unreported.presence.newcomer_rate(0), rel=0.1)
    assert comes(0.5) == pytest.approx(1200.0, rel=0.4)
    assert comes(23.9) > 5 * comes(0.5)
    assert comes(None) == comes(0.0)


def test_a_planned_opening_says_more_than_the_rate(unreported: Pools) -> None:
    assert (seen(unreported, "closed", opens_in_s=600.0).next_call > 600.0).all()


def test_a_window_seen_today_without_a_known_customer_is_free(unreported: Pools) -> None:
    assert not seen(unreported, business=None, elapsed_s=30.0).next_call.any()


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
        reports_presence=reports,
        passed_over_s=elapsed_s,
    )
    for row in (result.next_call, result.service, result.back):
        if row is not None:
            assert (row >= 0.0).all()
