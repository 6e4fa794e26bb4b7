from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from estimator.explain import TicketWhy, WindowWhy, why_ticket, why_window
from estimator.forecast import forecast
from estimator.observation import Observation
from estimator.pools import Pools
from estimator.rests import Rest
from estimator.situation import OpenStep, Phase, Situation, TicketNow, Told, WindowNow

SERVICES = {"a": (120.0, 300.0, 700.0), "b": (300.0, 600.0, 1500.0)}


def window(name: str, phase: Phase = "open", businesses: str = "ab", **more: Any) -> WindowNow:  # noqa: ANN401
    return WindowNow(window=name, phase=phase, reluctance=dict.fromkeys(businesses, 0.0), **more)


def serving(name: str, businesses: str = "ab", **more: Any) -> WindowNow:  # noqa: ANN401
    return window(name, "serving", businesses, business=businesses[0], **more)


def line(count: int, business: str = "a", **more: Any) -> tuple[TicketNow, ...]:  # noqa: ANN401
    return tuple(
        TicketNow(ticket=f"{business}{n}", business=business, waited_s=600.0 - n, **more)
        for n in range(count)
    )


def branch(*windows: WindowNow, waiting: tuple[TicketNow, ...] = (), **more: Any) -> Situation:  # noqa: ANN401
    return Situation(windows=windows, waiting=waiting, businesses=("a", "b"), **more)


def ask(situation: Situation, ticket: str, pools: Pools | None = None, **more: Any) -> TicketWhy:  # noqa: ANN401
    pools = pools or Pools(SERVICES)
    told = forecast(situation, pools, np.random.default_rng(0))
    return why_ticket(situation, pools, told, ticket, seed=(1, 2), **more)


def ask_window(situation: Situation, name: str, pools: Pools | None = None) -> WindowWhy:
    pools = pools or Pools(SERVICES)
    told = forecast(situation, pools, np.random.default_rng(0))
    return why_window(situation, pools, told, name, seed=(1, 2))


def test_who_is_ahead_by_business_and_priority_and_no_one_of_other_windows() -> None:
    here = branch(
        serving("1", "a"),
        serving("2", "b"),
        waiting=(*line(3), *line(2, "b"), TicketNow(ticket="v", business="a", priority="high")),
        head_start={"high": 3600.0},
    )
    why = ask(here, "a2")
    assert [(one.business, one.priority, one.tickets) for one in why.ahead] == [
        ("a", "high", 1),
        ("a", "normal", 2),
    ]
    assert ask(here, "v").ahead == ()
    assert [server.window for server in why.servers] == ["1"]
    assert why.next_free is not None
    assert 0.0 < why.next_free.low_s < why.next_free.high_s


def test_all_the_uncertainty_of_the_next_in_line_is_in_the_service_under_way() -> None:
    assert ask(branch(serving("1"), waiting=line(1)), "a0").shares["present"] == pytest.approx(1.0)
    paused = ask(branch(window("1", "paused", reason="break"), waiting=line(1)), "a0").shares
    assert paused["pauses"] == pytest.approx(1.0)


def test_deep_in_the_line_it_is_in_the_services_ahead() -> None:
    shares = ask(branch(serving("1"), waiting=line(12)), "a11").shares
    assert max(shares, key=shares.__getitem__) in ("services", "people")
    assert shares["present"] < 0.2
    assert sum(shares.values()) == pytest.approx(1.0)
    assert "pauses" not in shares


def test_nothing_is_uncertain_where_a_window_is_free_and_nothing_known_where_none_is() -> None:
    free = ask(branch(window("1"), waiting=line(1)), "a0")
    assert free.shares == {}
    assert free.wait is not None
    assert free.next_free is not None
    assert free.next_free.high_s == 0.0
    shut = ask(branch(window("1", "closed"), waiting=line(1)), "a0")
    assert (shut.wait, shut.servers, shut.next_free, shut.shares) == (None, (), None, {})
    nowhere = ask(branch(waiting=line(1)), "a0")
    assert nowhere == TicketWhy("a0", None)


def test_who_is_yet_to_come_and_goes_first_is_counted() -> None:
    pools = Pools(SERVICES)
    for day in range(20):
        for _ in range(60):
            pools.learn(Observation(kind="arrival", at=0.0, business="a", priority="high", day=day, hour=9))
    here = branch(serving("1"), waiting=line(6), head_start={"high": 3600.0}, hour=9.0)
    why = ask(here, "a5", pools)
    assert why.comers > 1.0
    assert [rest.cases for rest in why.rests if rest.kind == "arrival"] == [1200]
    assert ask(here, "a5").comers == 0.0
    assert ask(replace(here, head_start={}), "a5", pools).comers == 0.0


def test_who_leaves_is_counted_among_those_ahead_only() -> None:
    pools = Pools(SERVICES)
    for n in range(400):
        pools.learn(Observation(kind="patience", at=float(n), value_s=60.0 + n % 900, business="a"))
    here = branch(serving("1"), waiting=line(6))
    assert ask(here, "a0", pools).leavers == 0.0
    assert 1.0 < ask(here, "a5", pools).leavers < 5.0


def test_a_helper_counts_from_when_it_helps() -> None:
    helper = replace(window("2", businesses="b"), reluctance={"b": 0.0, "a": 900.0})
    why = ask(branch(serving("1"), helper, waiting=line(1)), "a0")
    assert [(server.window, server.helps_in_s) for server in why.servers] == [("1", 0.0), ("2", 300.0)]


def test_it_rests_on_pools_with_their_cases() -> None:
    pools = Pools(SERVICES)
    for n in range(40):
        pools.learn(Observation(kind="service", at=float(n), value_s=300.0, business="a", teller="t"))
    here = branch(serving("1", teller="t"), waiting=line(2))
    why = ask(here, "a1", pools)
    assert why.rests[0] == Rest("service", "a", "t", 40, 40, "branch")
    assert {(rest.kind, rest.key) for rest in why.rests} >= {("patience", "a"), ("walking", None)}
    assert len(why.rests) == len(set(why.rests))
    patient = next(rest for rest in why.rests if rest.kind == "patience")
    assert (patient.cases, patient.basis) == (0, "configured")


def test_one_question_has_one_answer_and_few_draws_will_do() -> None:
    here = branch(serving("1"), window("2", "paused"), waiting=line(5))
    assert ask(here, "a4") == ask(here, "a4")
    assert sum(ask(here, "a4", draws=400, work=1).shares.values()) == pytest.approx(1.0)


def test_what_is_not_there_is_not_explained() -> None:
    with pytest.raises(KeyError):
        ask(branch(window("1")), "a0")
    with pytest.raises(KeyError):
        ask_window(branch(), "1")


def test_the_teller_s_own_minutes_and_what_they_changed() -> None:
    silent = serving("1", teller="t", elapsed_s=60.0)
    assert ask_window(branch(silent), "1").told_s is None
    longer = ask_window(branch(replace(silent, told=Told(1500.0, 10.0))), "1")
    shorter = ask_window(branch(replace(silent, told=Told(30.0))), "1")
    assert (longer.told_s, longer.told_ago_s) == (1500.0, 10.0)
    assert shorter.moved_s < -30.0 < 30.0 < longer.moved_s


def test_a_teller_s_factor_and_the_open_steps() -> None:
    pools = Pools(SERVICES)
    for n in range(60):
        teller, value_s = ("slow", 600.0) if n % 2 else ("quick", 300.0)
        pools.learn(Observation(kind="service", at=float(n), value_s=value_s, business="a", teller=teller))
    steps = (OpenStep("s1", "copy", 20.0, Told(400.0), away=True), OpenStep("s2", "approval", 5.0))
    why = ask_window(branch(serving("1", teller="slow", steps=steps)), "1", pools)
    assert why.teller_factor > 1.15
    assert why.rests[0] == Rest("service", "a", "slow", 60, 30, "branch")
    assert [(step.step, step.away, step.told_s) for step in why.steps] == [
        ("copy", True, 400.0),
        ("approval", False, None),
    ]
    assert why.steps[0].moved_s > 60.0
    assert why.steps[1].moved_s == 0.0
    assert all(step.remaining is not None for step in why.steps)


@pytest.mark.parametrize(
    ("now", "rests"),
    [
        (window("1", "closed"), []),
        (window("1", "closed", opens_in_s=60.0), ["opening"]),
        (window("1"), ["idle"]),
        (window("1", business="a", reports_ready=False), ["idle", "wrap_up"]),
        (window("1", "calling", business="a"), ["service", "walking", "no_show", "wrap_up"]),
        (window("1", "serving", business="a"), ["service", "wrap_up"]),
        (window("1", "wrapping_up", business="a"), ["wrap_up", "idle"]),
        (window("1", "paused", reason="break"), ["pause", "idle"]),
    ],
)
def test_every_phase_says_what_it_rests_on(now: WindowNow, rests: list[str]) -> None:
    why = ask_window(branch(now), "1")
    assert [rest.kind for rest in why.rests] == rests
    assert (why.remaining is None) == (not rests)
    assert all(rest.cases == 0 for rest in why.rests)
