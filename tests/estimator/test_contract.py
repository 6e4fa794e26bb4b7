"""What every estimator of a time to come has to keep, whichever it is: one suite for all.

To add an estimator, write how it is asked and give it a line in `ESTIMATORS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from estimator import boosting
from estimator.calibration import Calibration
from estimator.estimate import Basis, Estimate, Forecast
from estimator.forecast import forecast
from estimator.observation import Observation
from estimator.pools import Pools
from estimator.presence import Visit, Wait
from estimator.situation import EndedStep, OpenStep, Phase, Situation, TicketNow, Told, WindowNow

FILE = {"a": (120.0, 300.0, 700.0), "b": (300.0, 600.0, 1500.0)}
STEPS = {"copy": (60.0, 120.0, 240.0)}
LEVELS = (0.1, 0.5, 0.9)
DRAWS = 400


@dataclass(frozen=True)
class Asked:
    """`ahead` people wait before the one asked about, and window 1 is `elapsed_s` into its phase."""

    ahead: int = 3
    elapsed_s: float = 60.0
    business: str = "a"
    told: Told | None = None
    reports: bool = True
    windows: int = 2

    def situation(self, phase: Phase = "serving", **more: Any) -> Situation:  # noqa: ANN401 - any field
        """The branch now; window 1 is in that phase, the others serve."""
        one = WindowNow(
            window="1",
            phase=phase,
            reluctance={"a": 0.0, "b": 0.0},
            teller="t",
            business=self.business,
            elapsed_s=self.elapsed_s,
            told=self.told,
            reason="lunch",
            eligible_waiting_for_s=self.elapsed_s if self.ahead else 0.0,
            reports_start=self.reports,
            reports_ready=self.reports,
            reports_presence=self.reports,
        )
        one = replace(one, **more)
        rest = [
            replace(one, window=f"{n}", phase="serving", elapsed_s=30.0, told=None, steps=(), after=None)
            for n in range(2, self.windows + 1)
        ]
        line = [TicketNow(ticket=f"{n:03}", business="a", waited_s=900.0 - n) for n in range(self.ahead)]
        mine = TicketNow(ticket="mine", business=self.business, waited_s=0.0)
        return Situation(
            windows=(one, *rest)[: self.windows],
            waiting=(*line, mine),
            businesses=("a", "b"),
            head_start={"high": 90.0},
            hour=10.0,
        )


Estimator = Callable[[Asked, Pools, int], Estimate | None]
"""From what is asked, what was learned and a seed to an estimate; None where there is nothing to estimate."""


def look(situation: Situation, pools: Pools, seed: int) -> Forecast:
    return forecast(situation, pools, np.random.default_rng(seed), draws=DRAWS)


def wait(asked: Asked, pools: Pools, seed: int) -> Estimate | None:
    return look(asked.situation(), pools, seed).waits["mine"]


def wait_now(asked: Asked, pools: Pools, seed: int) -> Estimate | None:
    return look(asked.situation(), pools, seed).waits_now.get(asked.business)


def wait_where_some_pause(asked: Asked, pools: Pools, seed: int) -> Estimate | None:
    return look(asked.situation("paused"), pools, seed).waits["mine"]


def wait_where_a_call_is_out(asked: Asked, pools: Pools, seed: int) -> Estimate | None:
    return look(asked.situation("calling"), pools, seed).waits["mine"]


def wait_where_a_window_opens_late(asked: Asked, pools: Pools, seed: int) -> Estimate | None:
    return look(asked.situation("closed", opens_in_s=-asked.elapsed_s), pools, seed).waits["mine"]


def service(asked: Asked, pools: Pools, seed: int) -> Estimate | None:
    return of_first(asked.situation(), pools, seed).service


def service_in_a_step(asked: Asked, pools: Pools, seed: int) -> Estimate | None:
    steps = (OpenStep("s", "copy", asked.elapsed_s / 2),)
    return of_first(asked.situation(steps=steps), pools, seed).service


def service_after_a_step(asked: Asked, pools: Pools, seed: int) -> Estimate | None:
    return of_first(asked.situation(after=EndedStep("copy", asked.elapsed_s / 3)), pools, seed).service


def step(asked: Asked, pools: Pools, seed: int) -> Estimate | None:
    steps = (OpenStep("s", "copy", asked.elapsed_s, asked.told),)
    return of_first(asked.situation(steps=steps), pools, seed).steps["s"]


def return_from_a_step(asked: Asked, pools: Pools, seed: int) -> Estimate | None:
    steps = (OpenStep("s", "copy", asked.elapsed_s, asked.told, away=True),)
    return of_first(asked.situation(steps=steps), pools, seed).back


def wrap_up(asked: Asked, pools: Pools, seed: int) -> Estimate | None:
    return of_first(asked.situation("wrapping_up"), pools, seed).wrap_up


def return_from_a_pause(asked: Asked, pools: Pools, seed: int) -> Estimate | None:
    return of_first(asked.situation("paused"), pools, seed).back


def next_call(asked: Asked, pools: Pools, seed: int) -> Estimate | None:
    return of_first(asked.situation("open"), pools, seed).next_call


def of_first(situation: Situation, pools: Pools, seed: int) -> Any:  # noqa: ANN401 - a window's forecast
    """What is expected of window 1; it is asked for only where there is one."""
    return look(situation, pools, seed).windows["1"]


def calibrated(asked: Asked, pools: Pools, seed: int) -> Estimate | None:
    """The wait, corrected by a calibration that has seen waits far longer than forecast."""
    told = wait(asked, pools, seed)
    if told is None:
        return None
    low_s, median_s, high_s = CORRECTED.corrected((told.p10_s, told.median_s, told.p90_s), asked.ahead)
    mean_s = CORRECTED.corrected_mean_s(told.mean_s, asked.ahead)
    return Estimate(low_s, high_s, median_s, mean_s, low_s, high_s, told.basis)


def boosted(asked: Asked, pools: Pools, seed: int) -> Estimate | None:
    """The wait after the second stage, which was fitted to waits far longer than drawn."""
    told = wait(asked, pools, seed)
    if told is None:
        return None
    drawn = np.array([told.p10_s, told.median_s, told.p90_s, told.mean_s])
    low_s, median_s, high_s, mean_s = stage().said(np.array([asked.ahead, *drawn]), drawn).tolist()
    return Estimate(low_s, high_s, median_s, mean_s, low_s, high_s, told.basis)


def _corrected() -> Calibration:
    made, rng = Calibration(LEVELS), np.random.default_rng(3)
    for happened_s in rng.lognormal(6.5, 0.8, 900).tolist():
        ahead = int(rng.integers(0, 12))
        said = made.corrected((60.0, 200.0, 500.0), ahead)
        made.learn(said, happened_s, ahead, mean_s=made.corrected_mean_s(250.0, ahead))
    return made


CORRECTED = _corrected()
_STAGES: list[boosting.Boosting] = []


def stage() -> boosting.Boosting:
    """Fitted once, where the library is there; skips where it is not."""
    if not boosting.available():
        pytest.skip("LightGBM, the extra `boost`, is not installed")
    if not _STAGES:
        rng = np.random.default_rng(4)
        ahead = rng.integers(0, 15, 1200).astype(float)
        drawn = (100.0 + 150.0 * ahead)[:, None] * np.array([0.5, 0.9, 1.6, 1.0])
        happened = 1.5 * drawn[:, 3] * rng.lognormal(0.0, 0.4, 1200)
        fitted = boosting.fit(np.column_stack((ahead, drawn)), happened, LEVELS)
        assert fitted is not None
        _STAGES.append(fitted)
    return _STAGES[0]


WAITS: dict[str, Estimator] = {
    "wait": wait,
    "wait now": wait_now,
    "wait, window paused": wait_where_some_pause,
    "wait, window calling": wait_where_a_call_is_out,
    "wait, window late": wait_where_a_window_opens_late,
    "wait calibrated": calibrated,
    "wait boosted": boosted,
}
REMAINING: dict[str, Estimator] = {
    "service": service,
    "service in a step": service_in_a_step,
    "service after a step": service_after_a_step,
    "step": step,
    "return from a step": return_from_a_step,
    "wrap-up": wrap_up,
    "return from a pause": return_from_a_pause,
}
OTHERS: dict[str, Estimator] = {"next call": next_call}
ESTIMATORS = WAITS | REMAINING | OTHERS


def each_of(estimators: dict[str, Estimator]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("name", list(estimators))


@pytest.fixture(scope="module")
def learned() -> Pools:
    """A branch after some weeks, with everything that an estimate may rest on."""
    rng, pools = np.random.default_rng(0), Pools(FILE, STEPS)
    for number in range(900):
        business, at = "ab"[number % 2], 60.0 * number
        by: dict[str, Any] = {"business": business, "teller": "tu"[number % 3 == 0]}
        service_s = float(rng.lognormal(5.5 + 0.6 * (business == "b"), 0.7))
        for kind, value_s, more in (
            ("service", service_s, by | {"hour": 9 + number % 8, "told_s": service_s * 0.8}),
            ("wrap_up", rng.exponential(6.0 if number % 4 else 120.0), by),
            ("walking", rng.gamma(4.0, 3.0), {}),
            ("idle", rng.exponential(4.0), {}),
            ("pause", rng.lognormal(6.0, 0.6), {"name": "lunch"}),
            ("step", rng.lognormal(4.8, 0.5), {"name": "copy"}),
            ("after_step", rng.exponential(70.0), {"name": "copy", "business": business}),
            ("opening", rng.exponential(60.0), {}),
            ("patience", rng.exponential(900.0), {"business": business, "censored": number % 9 > 0}),
            ("no_show", 45.0 + rng.exponential(20.0), {}),
        ):
            if kind != "no_show" or number % 30 == 0:
                pools.learn(Observation(kind=kind, at=at, value_s=float(value_s), **more))  # type: ignore[arg-type]
    visits = [Visit(f"{1 + n % 2}", "a", 200.0 * n, 200.0 * n + 60.0, 200.0 * n + 150.0) for n in range(100)]
    pools.presence.learn_day(visits, [Wait("a", 0.0, 20_000.0)], {hour: hour for hour in range(24)})
    return pools


def check(one: Estimate | None) -> None:
    """Sound, and with a basis."""
    if one is None:
        return
    assert 0.0 <= one.low_s <= one.high_s < inf
    assert 0.0 <= one.p10_s <= one.median_s <= one.p90_s < inf
    assert 0.0 <= one.mean_s < inf
    assert one.basis in get_args(Basis)


def expected_s(estimator: Estimator, asked: Asked, pools: Pools) -> float:
    """What it expects, the mean of several seeds."""
    said = [estimator(asked, pools, seed) for seed in range(6)]
    return float(np.mean([one.mean_s for one in said if one is not None]))


ASKED = st.builds(
    Asked,
    ahead=st.integers(0, 25),
    elapsed_s=st.sampled_from([0.0, 1.0, 600.0, 9e3, 1e6]) | st.floats(0.0, 5e3),
    business=st.sampled_from(["a", "b", "unheard of"]),
    told=st.none() | st.builds(Told, st.floats(0.0, 5e3), st.floats(0.0, 5e3)),
    reports=st.booleans(),
    windows=st.integers(1, 4),
)


@each_of(ESTIMATORS)
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(asked=ASKED, known=st.booleans(), seed=st.integers(0, 9))
def test_whatever_is_asked_the_answer_is_sound(
    name: str, learned: Pools, asked: Asked, known: bool, seed: int
) -> None:
    with np.errstate(invalid="raise", divide="raise"):
        check(ESTIMATORS[name](asked, learned if known else Pools(), seed))


@each_of(ESTIMATORS)
def test_it_says_something_of_an_ordinary_moment(name: str, learned: Pools) -> None:
    said = ESTIMATORS[name](Asked(), learned, 0)
    assert said is not None
    assert said.mean_s > 0.0
    check(said)


@each_of(ESTIMATORS)
def test_a_seed_says_the_same_again(name: str, learned: Pools) -> None:
    asked = Asked(told=Told(300.0, 60.0))
    assert ESTIMATORS[name](asked, learned, 5) == ESTIMATORS[name](asked, learned, 5)


@each_of(ESTIMATORS)
def test_pools_kept_and_made_again_say_the_same(name: str, learned: Pools) -> None:
    again = Pools.from_plain(learned.to_plain(), FILE, STEPS)
    for reports in (True, False):
        asked = Asked(reports=reports)
        assert ESTIMATORS[name](asked, again, 5) == ESTIMATORS[name](asked, learned, 5)


@each_of(ESTIMATORS)
def test_without_any_history_it_answers_on_a_weak_basis(name: str) -> None:
    for pools in (Pools(), Pools(FILE, STEPS)):
        said = ESTIMATORS[name](Asked(), pools, 0)
        assert said is not None
        check(said)
        assert said.basis == "configured"


@each_of(WAITS)
def test_without_windows_no_wait_has_a_range(name: str, learned: Pools) -> None:
    assert WAITS[name](Asked(windows=0), learned, 0) is None


@each_of(WAITS)
@pytest.mark.parametrize("reports", [True, False])
def test_more_people_ahead_never_mean_a_shorter_wait(name: str, reports: bool, learned: Pools) -> None:
    """In expectation: over seeds, and with room for what is left of chance."""
    means = [expected_s(WAITS[name], Asked(n, reports=reports), learned) for n in (0, 1, 2, 4, 8, 16)]
    for fewer, more in pairwise(means):
        assert more >= 0.97 * fewer
    assert means[-1] > 2.0 * means[1]


@each_of(REMAINING)
def test_what_has_lasted_longer_lasts_longer_in_all(name: str, learned: Pools) -> None:
    """Elapsed and remaining time together never shrink: nobody is taken back what has passed.

    In expectation, and where nothing was told. After a step only its end counts, so that is left out.
    """
    if name == "service after a step":
        return
    totals = [
        elapsed_s + expected_s(REMAINING[name], Asked(elapsed_s=elapsed_s), learned)
        for elapsed_s in (0.0, 30.0, 120.0, 480.0, 1800.0, 7200.0)
    ]
    for shorter, longer in pairwise(totals):
        assert longer >= 0.95 * shorter


@each_of(REMAINING)
@pytest.mark.parametrize("elapsed_s", [0.0, 600.0, 9e4, 1e7])
def test_past_the_longest_ever_seen_something_still_remains(
    name: str, elapsed_s: float, learned: Pools
) -> None:
    said = REMAINING[name](Asked(elapsed_s=elapsed_s, told=Told(60.0, elapsed_s)), learned, 1)
    assert said is not None
    assert 0.0 <= said.p10_s <= said.p90_s
    assert said.p90_s > 0.0


@each_of(WAITS)
def test_another_window_never_means_a_longer_wait(name: str, learned: Pools) -> None:
    means = [expected_s(WAITS[name], Asked(8, windows=n), learned) for n in (1, 2, 4, 8)]
    for fewer, more in pairwise(means):
        assert more <= 1.03 * fewer
