from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from math import isfinite
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator import forecast
from estimator.estimate import Estimate, Forecast
from estimator.observation import Observation
from estimator.pools import Pools
from estimator.situation import OpenStep, Phase, Situation, TicketNow, Told, WindowNow

SERVICES = {"a": (120.0, 300.0, 700.0), "b": (300.0, 600.0, 1500.0)}


def look(situation: Situation, pools: Pools | None = None, seed: int = 0, draws: int = 1000) -> Forecast:
    return forecast.forecast(situation, pools or Pools(SERVICES), np.random.default_rng(seed), draws=draws)


def window(name: str, phase: Phase = "open", businesses: str = "ab", **more: object) -> WindowNow:
    return WindowNow(window=name, phase=phase, reluctance=dict.fromkeys(businesses, 0.0), **more)  # type: ignore[arg-type]


def ticket(name: str, business: str = "a", waited_s: float = 60.0, **more: object) -> TicketNow:
    return TicketNow(ticket=name, business=business, waited_s=waited_s, **more)  # type: ignore[arg-type]


def branch(*windows: WindowNow, waiting: tuple[TicketNow, ...] = (), **more: object) -> Situation:
    return Situation(windows=windows, waiting=waiting, businesses=("a", "b"), **more)  # type: ignore[arg-type]


def every(told: Forecast) -> list[Estimate]:
    found: list[Estimate | None] = [*told.waits.values(), *told.waits_now.values()]
    for each in told.windows.values():
        found += [each.service, each.next_call, each.wrap_up, each.back, *each.steps.values()]
    return [estimate for estimate in found if estimate is not None]


def test_nothing_at_all() -> None:
    assert look(Situation()) == Forecast()
    told = look(branch(waiting=(ticket("1"),)))
    assert told.waits == {"1": None}
    assert told.waits_now == {"a": None, "b": None}


def test_an_idle_branch_serves_at_once() -> None:
    told = look(branch(window("1")))
    assert told.waits_now["a"] is not None
    assert told.waits_now["a"].high_s == 0.0
    assert told.waits_now["a"].basis == "configured"


def test_a_wait_is_absent_when_no_window_will_take_it() -> None:
    closed, closing = window("1", "closed"), window("2", "serving", business="a", closing=True)
    other = window("3", businesses="b")
    told = look(branch(closed, closing, other, waiting=(ticket("1"), ticket("2", "b"))))
    assert told.waits["1"] is None
    assert told.waits_now["a"] is None
    assert told.waits["2"] is not None
    assert told.windows["2"].service is not None
    assert told.windows["2"].next_call is None
    assert look(branch(replace(closed, opens_in_s=600.0))).waits_now["a"] is not None
    serving = window("1", "serving", business="a", stops_in_s=1.0)
    assert look(branch(serving)).waits_now["a"] is None
    back = look(branch(replace(serving, reopens_in_s=1800.0))).waits_now["a"]
    assert back is not None
    assert back.p10_s > 1800.0


def test_the_wait_grows_along_the_line_and_a_probe_stands_behind_it() -> None:
    waiting = tuple(ticket(f"{n}", waited_s=600.0 - n) for n in range(8))
    told = look(branch(window("1", "serving", business="a", elapsed_s=60.0), waiting=waiting))
    medians = [told.waits[f"{n}"].median_s for n in range(8)]  # type: ignore[union-attr]
    assert medians == sorted(medians)
    probe = told.waits_now["a"]
    assert probe is not None
    assert probe.median_s > medians[-1]
    first, free = told.waits["0"], told.windows["1"].next_call
    assert first is not None
    assert first == free._replace(basis=first.basis)


def test_a_head_start_goes_ahead_and_those_yet_to_come_delay_the_others() -> None:
    waiting = (*(ticket(f"{n}", waited_s=60.0) for n in range(5)), ticket("v", priority="high", waited_s=0.0))
    here = branch(window("1", "serving", business="a"), waiting=waiting, head_start={"high": 90.0}, hour=9.5)
    told = look(here)
    assert told.waits["v"].median_s < told.waits["0"].median_s  # type: ignore[union-attr]
    pools = Pools(SERVICES)
    for day in range(20):
        for _ in range(120):
            pools.learn(Observation(kind="arrival", at=0.0, business="a", priority="high", day=day, hour=9))
    assert look(here, pools).waits["4"].mean_s > 1.1 * told.waits["4"].mean_s  # type: ignore[union-attr]


def test_a_tied_ticket_waits_for_its_window_and_an_express_window_for_short_services() -> None:
    busy, free = window("1", "serving", business="b"), window("2")
    told = look(branch(busy, free, waiting=(ticket("t", window="1"), ticket("u"))))
    assert told.waits["t"].low_s > 0.0  # type: ignore[union-attr]
    assert told.waits["u"].high_s == 0.0  # type: ignore[union-attr]
    express = branch(
        busy, replace(free, express_s=500.0), waiting=(ticket("u"), ticket("l", expected_s=501.0))
    )
    told = look(express)
    assert told.waits["u"].high_s == 0.0  # type: ignore[union-attr]
    assert told.waits["l"].low_s > 0.0  # type: ignore[union-attr]


def test_a_reluctant_window_helps_out_after_its_time() -> None:
    busy = window("1", "serving", business="a")
    helper = replace(window("2", businesses="b"), reluctance={"b": 0.0, "a": 100.0})
    told = look(branch(busy, helper, waiting=(ticket("1", waited_s=60.0),)))
    wait = told.waits["1"]
    assert wait is not None
    assert wait.high_s == pytest.approx(40.0)


def test_one_situation_has_one_forecast() -> None:
    waiting = tuple(ticket(f"{n}", "ab"[n % 2]) for n in range(6))
    here = branch(
        window("1", "serving", business="a"), window("2", "paused", reason="lunch"), waiting=waiting
    )
    assert look(here, seed=3) == look(here, seed=3)
    turned = replace(here, waiting=waiting[::-1])
    assert look(here, seed=3) == look(turned, seed=3)


def test_the_told_range_has_its_late_and_early_share() -> None:
    """Held against fresh services of the kind it learned from, elapsed time and all."""
    rng = np.random.default_rng(11)
    pools = Pools(SERVICES)
    for value in rng.lognormal(np.log(300.0), 0.6, 2000):
        pools.learn(Observation(kind="service", at=0.0, value_s=value, business="a"))
    serving = branch(window("1", "serving", business="a", elapsed_s=200.0))
    told = look(serving, pools, draws=20_000).windows["1"].service
    assert told is not None
    fresh = rng.lognormal(np.log(300.0), 0.6, 40_000)
    left = fresh[fresh > 200.0] - 200.0
    assert (left > told.high_s).mean() == pytest.approx(0.05, abs=0.015)
    assert (left < told.low_s).mean() == pytest.approx(0.20, abs=0.025)
    assert told.basis == "branch"


def test_shares_that_leave_no_range_are_refused() -> None:
    for more in (
        {"late_share": 0.5, "early_share": 0.5},
        {"early_share": 0.0},
        {"draws": 0},
        {"late_share": 0.0},
    ):
        with pytest.raises(ValueError, match="no range"):
            forecast.forecast(branch(), Pools(), np.random.default_rng(0), **more)


def test_one_draw_is_enough_to_say_something() -> None:
    told = look(branch(window("1", "serving", business="a"), waiting=(ticket("1"),)), draws=1)
    assert told.waits["1"] is not None
    assert told.waits["1"].low_s == told.waits["1"].high_s


windows = st.builds(
    WindowNow,
    window=st.sampled_from("123456"),
    phase=st.sampled_from(["closed", "open", "calling", "serving", "wrapping_up", "paused"]),
    reluctance=st.dictionaries(st.sampled_from("abc"), st.sampled_from([0.0, 120.0])),
    express_s=st.sampled_from([None, None, 400.0]),
    teller=st.sampled_from([None, "t"]),
    business=st.sampled_from([None, "a", "z"]),
    elapsed_s=st.floats(0.0, 1e5),
    closing=st.booleans(),
    opens_in_s=st.sampled_from([None, -5.0, 900.0]),
    stops_in_s=st.sampled_from([None, None, -1.0, 300.0]),
    told=st.sampled_from([None, Told(300.0, 100.0), Told(0.0, 0.0)]),
    steps=st.sampled_from([(), (OpenStep("s", "copy", 20.0, away=True), OpenStep("t", "count", 0.0))]),
    eligible_waiting_for_s=st.sampled_from([0.0, 60.0]),
    reports_start=st.booleans(),
    reports_ready=st.booleans(),
)
waiters = st.builds(
    TicketNow,
    ticket=st.text("0123456789", min_size=1, max_size=4),
    business=st.sampled_from("abcd"),
    priority=st.sampled_from(["normal", "high", "always"]),
    waited_s=st.floats(0.0, 1e5),
    items=st.sampled_from([None, 3]),
    window=st.sampled_from([None, None, "1", "9"]),
)


@given(
    st.lists(windows, max_size=5, unique_by=lambda each: each.window),
    st.lists(waiters, max_size=8, unique_by=lambda each: each.ticket),
)
@settings(max_examples=60)
def test_every_branch_has_a_sound_forecast(some: list[WindowNow], waiting: list[TicketNow]) -> None:
    pools = Pools(SERVICES)
    pools.learn(Observation(kind="arrival", at=0.0, business="c", priority="always", day=1, hour=12))
    here = Situation(
        windows=tuple(some),
        waiting=tuple(waiting),
        businesses=("a", "b", "c"),
        head_start={"high": 90.0, "always": float("inf")},
    )
    told = look(here, pools, draws=50)
    assert set(told.waits) == {each.ticket for each in waiting}
    assert set(told.windows) == {each.window for each in some}
    for estimate in every(told):
        assert 0.0 <= estimate.low_s <= estimate.median_s <= estimate.high_s
        assert estimate.p10_s <= estimate.p90_s
        assert isfinite(estimate.high_s)
        assert isfinite(estimate.mean_s)


def test_a_closed_window_does_not_say_who_is_at_the_others() -> None:
    """Where nobody says who is there, turnarounds are those of calls, also while one window is due later."""
    unsaid = window("1", reports_presence=False, reports_ready=False, business="a", elapsed_s=30.0)
    said, closed = window("2"), window("3", "closed", opens_in_s=600.0, reports_ready=False)

    def around(*windows: WindowNow) -> list[float]:
        return forecast.tables(branch(*windows), Pools(), ["a"])[1].tolist()

    assert around(unsaid, closed) == around(unsaid) != around(said)
    assert around(said, closed) == around(said, unsaid) == around(said)
    assert around(replace(closed, reports_presence=False)) == around(unsaid)
    assert around(closed) != around(unsaid)


COMPILES = """
import importlib, pkgutil
import estimator
from estimator.forecast import compile_kernels
from test_forecast import full_house, learned, look

names = [f"estimator.{one.name}" for one in pkgutil.iter_modules(estimator.__path__)]
modules = map(importlib.import_module, names)
compiled = {one for module in modules for one in vars(module).values() if hasattr(one, "signatures")}
assert len(compiled) > 10, compiled
compile_kernels()
before = {one: list(one.signatures) for one in compiled}
for pools in (None, learned()):
    look(full_house(), pools)
print([one for one in compiled if list(one.signatures) != before[one]])
"""


def full_house() -> Situation:
    """A branch with a window in every phase, with words and steps, and people of all sorts."""
    step = OpenStep("s1", "copy", 20.0, Told(60.0, 10.0), away=True)
    return branch(
        window("1"),
        window("2", "calling", business="a", elapsed_s=9.0),
        window("3", "serving", business="b", elapsed_s=300.0, told=Told(600.0, 30.0), steps=(step,)),
        window("4", "wrapping_up", business="a", elapsed_s=20.0),
        window("5", "paused", reason="tea", elapsed_s=90.0),
        window("6", "closed", opens_in_s=-30.0),
        window("7", business="a", elapsed_s=30.0, eligible_waiting_for_s=10.0, reports_ready=False),
        window("8", reports_presence=False, business="a", elapsed_s=30.0, eligible_waiting_for_s=10.0),
        waiting=tuple(ticket(f"t{n}", "ab"[n % 2], 100.0 - n) for n in range(9)),
        head_start={"vip": 300.0},
        hour=10.5,
    )


def learned() -> Pools:
    """What a few hours teach."""
    pools = Pools()
    for n in range(60):
        pools.learn(Observation(at=60.0 * n, kind="service", value_s=100.0 + 9 * n, business="ab"[n % 2]))
        pools.learn(
            Observation(
                at=60.0 * n, kind="arrival", value_s=0.0, business="a", priority="vip", day=1, hour=10
            )
        )
    return pools


def test_nothing_is_compiled_once_the_service_runs() -> None:
    """That would take a second or more, in the first pass that asks for it."""
    here = Path(__file__).parent
    found = subprocess.run(
        [sys.executable, "-c", COMPILES], cwd=here, capture_output=True, text=True, check=False
    )
    assert found.stdout == "[]\n", found.stderr
