from __future__ import annotations

import json
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimator.durations import summed
from estimator.observation import Kind, Observation
from estimator.pools import Pools

SERVICES = {"a": (120.0, 300.0, 600.0), "b": (300.0, 600.0, 1500.0)}


def median(pools: Pools, business: str, teller: str | None = None) -> float:
    return float(
        np.interp(0.5, np.linspace(0, 1, 257), pools.durations("service", business, teller=teller).table)
    )


def service(value_s: float, business: str = "a", teller: str = "t", at: float = 0.0) -> Observation:
    return Observation(kind="service", at=at, value_s=value_s, business=business, teller=teller)


def test_before_anything_is_learned_the_branch_file_speaks() -> None:
    pools = Pools(SERVICES)
    assert median(pools, "a") == pytest.approx(300.0, rel=0.02)
    assert median(pools, "b") == pytest.approx(600.0, rel=0.02)
    assert pools.basis("service", "a") == "configured"
    assert pools.durations("service", "unheard of").mean_s() > 0.0


def test_a_business_learns_its_own_and_corrects_the_file_for_the_others() -> None:
    pools = Pools(SERVICES)
    rng = np.random.default_rng(0)
    for value in rng.lognormal(np.log(600.0), 0.4, 400):
        pools.learn(service(value, teller="t"))
    assert median(pools, "a") == pytest.approx(600.0, rel=0.08)
    assert median(pools, "b") == pytest.approx(1200.0, rel=0.1)
    assert pools.basis("service", "a", teller="t") == "branch"
    assert pools.basis("service", "a", teller="new here") == "pooled"
    assert pools.basis("service", "b") == "pooled"


def test_a_teller_is_told_apart_as_far_as_seen() -> None:
    pools = Pools(SERVICES)
    rng = np.random.default_rng(1)
    for value in rng.lognormal(np.log(300.0), 0.5, 300):
        pools.learn(service(value, teller="usual"))
    for value in rng.lognormal(np.log(450.0), 0.5, 60):
        pools.learn(service(value, teller="thorough"))
    usual, thorough = (median(pools, "a", teller) for teller in ("usual", "thorough"))
    assert 1.15 < thorough / usual < 1.6
    assert median(pools, "b", "thorough") > median(pools, "b", "usual")
    assert median(pools, "a", "nobody knows") == median(pools, "a")
    mean, spread = pools.teller_pace("thorough")
    assert mean > 0.0
    assert spread < pools.teller_pace("nobody knows")[1]


def test_a_slow_day_is_noticed_and_forgotten_over_night() -> None:
    pools = Pools(SERVICES)
    rng = np.random.default_rng(2)
    for value in rng.lognormal(np.log(300.0), 0.4, 500):
        pools.learn(service(value, at=0.0))
    usual = pools.pace()[0]
    for minute in range(60):
        pools.learn(service(420.0, at=1e6 + 60.0 * minute))
    assert pools.pace()[0] > usual + 0.1
    pools.learn(service(300.0, at=1e6 + 60_000.0))
    assert abs(pools.pace()[0]) < 0.05


def test_the_tellers_word_is_scored() -> None:
    pools = Pools(SERVICES)
    before = pools.told("service")
    for _ in range(100):
        pools.learn(Observation(kind="service", at=0.0, value_s=600.0, business="a", told_s=300.0))
    factor, spread = pools.told("service")
    assert before[0] == 1.0
    assert factor == pytest.approx(2.0, rel=0.1)
    assert spread < before[1]


def test_more_items_take_longer() -> None:
    pools = Pools(SERVICES)
    for number in range(200):
        items = 1 + number % 8
        pools.learn(
            Observation(kind="service", at=0.0, value_s=100.0 * items**0.5, business="a", items=items)
        )
    few, many = (pools.expected_service_s("a", items=items) for items in (1, 9))
    assert many / few == pytest.approx(3.0, rel=0.25)
    assert pools.items_factor("b", 9) == 1.0


def test_who_does_not_come_is_counted() -> None:
    pools = Pools()
    for _ in range(180):
        pools.learn(Observation(kind="service", at=0.0, value_s=10.0))
    for _ in range(20):
        pools.learn(Observation(kind="no_show", at=0.0, value_s=60.0))
    assert pools.no_show_share() == pytest.approx(0.1, abs=0.01)


def test_pauses_are_counted_against_services() -> None:
    pools = Pools()
    assert pools.pause_share() == 0.0
    for at in range(300):
        pools.learn(Observation(kind="service", at=at, value_s=200.0, business="a"))
        if at % 10 == 0:
            pools.learn(Observation(kind="pause", at=at, value_s=600.0, name="break"))
    assert pools.pause_share() == pytest.approx(0.09, abs=0.01)


def test_arrivals_are_rates_by_local_hour() -> None:
    pools = Pools()
    for day in range(4):
        for _ in range(12):
            pools.learn(Observation(kind="arrival", at=0.0, business="a", priority="high", day=day, hour=9))
    assert pools.arrivals.rates(9) == {("a", "high"): pytest.approx(12 / 3600)}
    assert pools.arrivals.rates(10) == {}
    with pytest.raises(ValueError, match="day and hour"):
        pools.learn(Observation(kind="arrival", at=0.0, business="a"))


@pytest.mark.parametrize("value", [-1.0, nan, inf])
def test_what_is_no_duration_is_refused_and_changes_nothing(value: float) -> None:
    pools = Pools(SERVICES)
    before = pools.to_plain()
    with pytest.raises(ValueError, match="not a duration"):
        pools.learn(service(value))
    assert pools.to_plain() == before


observations = st.builds(
    Observation,
    kind=st.sampled_from(
        [
            "service",
            "wrap_up",
            "walking",
            "no_show",
            "pause",
            "step",
            "after_step",
            "idle",
            "opening",
            "patience",
            "arrival",
        ]
    ),
    at=st.floats(0.0, 1e5),
    value_s=st.floats(0.0, 1e5),
    business=st.sampled_from([None, "a", "b"]),
    teller=st.sampled_from([None, "t", "u"]),
    name=st.sampled_from([None, "lunch"]),
    items=st.sampled_from([None, 0, 3]),
    told_s=st.sampled_from([None, 0.0, 60.0]),
    censored=st.booleans(),
    day=st.integers(1, 9),
    hour=st.integers(0, 23),
)


@given(st.lists(observations, max_size=30), st.lists(observations, max_size=10), st.booleans())
def test_pools_are_a_fold_whole_or_from_a_snapshot(
    first: list[Observation], then: list[Observation], looked_at: bool
) -> None:
    whole = Pools(SERVICES)
    for each in first:
        whole.learn(each)
    text = json.dumps(whole.to_plain())
    restored = Pools.from_plain(json.loads(text), SERVICES)
    if looked_at:  # looking changes nothing
        whole.service("a", teller="t", items=2)
        whole.durations("wrap_up", "b")
        whole.patience("a")
    for each in then:
        whole.learn(each)
        restored.learn(each)
    assert json.dumps(whole.to_plain()) == json.dumps(restored.to_plain())
    for kind in ("service", "wrap_up", "pause", "walking"):
        assert whole.durations(kind, "a").table.tobytes() == restored.durations(kind, "a").table.tobytes()
    assert whole.patience("a").times_s.tobytes() == restored.patience("a").times_s.tobytes()
    assert np.isfinite(whole.service("a", teller="t", items=2).table).all()


def test_memory_is_bounded() -> None:
    pools = Pools(SERVICES)
    rng = np.random.default_rng(3)
    for value in rng.lognormal(np.log(300.0), 1.0, 5_000):
        pools.learn(service(value))
    before = len(json.dumps(pools.to_plain()))
    for value in rng.lognormal(np.log(300.0), 1.0, 5_000):
        pools.learn(service(value))
    assert len(json.dumps(pools.to_plain())) < 1.1 * before


def closed_gap(days: int, per_day: int = 40) -> float:
    """What share of a step in the service time is closed so many days after it, at a small branch."""
    pools = Pools(SERVICES)
    rng = np.random.default_rng(4)
    for day in range(40 + days):
        usual_s = 300.0 if day < 40 else 450.0
        for number in range(per_day):
            at = 86_400.0 * day + 600.0 * number
            pools.learn(service(usual_s * rng.lognormal(0.0, 0.6), at=at, teller="tuv"[number % 3]))
    median_s = pools.service("a", teller="t").quantiles(np.array([0.5]))[0]
    return float(np.log(median_s / 300.0) / np.log(1.5))


def test_recent_weeks_weigh_more() -> None:
    assert 0.4 < closed_gap(6) < 0.9
    assert 0.75 < closed_gap(40) < 1.25


def test_a_gap_of_weeks_loses_nothing_before_something_new_is_known() -> None:
    pools = Pools(SERVICES)
    for value in (500.0, 600.0, 700.0) * 20:
        pools.learn(service(value))
    then = median(pools, "a")
    pools.learn(service(600.0, at=60 * 86_400.0))
    assert pools.basis("service", "a") == "branch"
    assert abs(np.log(median(pools, "a") / then)) < 0.6


def test_what_is_impossible_is_set_aside_and_reported_but_never_before_thirty_cases() -> None:
    rng = np.random.default_rng(5)
    usual = rng.lognormal(np.log(300.0), 0.5, 200)
    young, clean, poisoned = Pools(SERVICES), Pools(SERVICES), Pools(SERVICES)
    for value in usual[:20]:
        young.learn(service(value))
    young.learn(service(54_000.0))
    assert young.set_aside() == ()
    for number, value in enumerate(usual):
        clean.learn(service(value))
        poisoned.learn(service(value))
        if number % 50 == 10:
            poisoned.learn(service(54_000.0 + number, at=float(number)))  # open over night
            poisoned.learn(service(0.5, at=float(number)))
    (found,) = poisoned.set_aside()
    assert (found.kind, found.key, found.too_long, found.too_short) == ("service", "a", 4, 4)
    assert found.seen == 208
    for example in found.examples:
        assert example.teller == "t"
        if example.value_s > 300.0:
            assert 300.0 < example.limit_s < example.value_s
        else:
            assert example.value_s < example.limit_s < 11.0
    assert poisoned.service("a", teller="t").quantiles(np.array([0.1, 0.5, 0.9, 0.99])) == pytest.approx(
        clean.service("a", teller="t").quantiles(np.array([0.1, 0.5, 0.9, 0.99])), rel=0.05
    )
    assert poisoned.pace()[0] == pytest.approx(clean.pace()[0], abs=0.05)


def test_a_business_that_changes_for_good_is_followed_not_set_aside_for_ever() -> None:
    pools = Pools(SERVICES)
    rng = np.random.default_rng(6)
    for day in range(60):
        usual_s = 60.0 if day < 30 else 1800.0
        for number in range(10):
            value = usual_s * rng.lognormal(0.0, 0.3)
            pools.learn(service(value, at=86_400.0 * day + 3_600.0 * number))
    assert median(pools, "a", "t") > 900.0


def test_breaks_after_a_customer_are_wrap_up_not_mistakes() -> None:
    pools = Pools(SERVICES)
    for number in range(300):
        value = 600.0 if number % 10 == 0 else 5.0
        pools.learn(Observation(kind="wrap_up", at=0.0, value_s=value, business="a", teller="t"))
    wrap_up = pools.durations("wrap_up", "a")
    assert pools.set_aside() == ()
    assert wrap_up.quantiles(np.array([0.5]))[0] == pytest.approx(5.0, rel=0.1)
    assert wrap_up.longer_than(500.0) == pytest.approx(0.1, abs=0.02)


def test_an_hour_is_told_apart_as_far_as_seen() -> None:
    pools = Pools(SERVICES)
    rng = np.random.default_rng(7)
    for number, value in enumerate(rng.lognormal(np.log(300.0), 0.3, 2_000)):
        hour = 9 + number % 8
        slow = 1.3 if hour == 12 else 1.0
        at = 86_400.0 * (number // 40) + 3_600.0 * hour
        pools.learn(
            Observation(kind="service", at=at, value_s=slow * value, business="a", teller="t", hour=hour)
        )
    noon, usual, unseen = (pools.service("a", teller="t", hour=hour).mean_s() for hour in (12, 10, 3))
    assert 1.15 < noon / usual < 1.35
    assert unseen == pools.service("a", teller="t").mean_s()


def test_a_teller_whose_word_is_good_is_believed_more_than_the_others() -> None:
    pools = Pools(SERVICES)
    rng = np.random.default_rng(8)
    for _ in range(100):
        value = rng.lognormal(np.log(300.0), 0.6)
        for teller, error in (("sure", 0.1), ("vague", 0.9)):
            told = value * rng.lognormal(0.0, error)
            pools.learn(
                Observation(kind="service", at=0.0, value_s=value, business="a", teller=teller, told_s=told)
            )
    sure, vague, new = (pools.told("service", teller)[1] for teller in ("sure", "vague", "new here"))
    assert sure < 0.3 < new < vague
    assert pools.told("service", "new here") == pools.told("service")


def test_what_follows_a_step_is_known_by_business_and_borrowed_from_others() -> None:
    pools = Pools(SERVICES)
    assert pools.after_step("copy", "a")[1] == 0.0
    for number in range(90):
        pools.learn(
            Observation(
                kind="after_step",
                at=0.0,
                value_s=60.0 + number,
                business="a" if number % 2 else "b",
                name="copy",
            )
        )
    after, share = pools.after_step("copy", "a")
    assert after.mean_s() == pytest.approx(104.0, rel=0.25)
    assert share > 0.8
    assert pools.after_step("copy", "new")[1] == 0.5
    assert pools.after_step("other", "a")[1] == 0.0
    assert np.isfinite(pools.after_step("other", None)[0].table).all()


def test_a_sum_is_made_anew_only_after_learning() -> None:
    pools = Pools({"a": (120.0, 300.0, 700.0)})
    parts: tuple[tuple[Kind, str | None], ...] = (("walking", None), ("wrap_up", "a"))
    first = pools.summed(*parts)
    assert pools.summed(*parts) is first
    assert (first == summed(*(pools.durations(kind, key).table for kind, key in parts))).all()
    pools.learn(Observation(kind="patience", at=0.0, value_s=9.0, business="a"))
    assert pools.summed(*parts) is first
    pools.learn(Observation(kind="wrap_up", at=0.0, value_s=300.0, business="a"))
    assert pools.summed(*parts).mean() > first.mean()
    assert not pools.summed().any()
