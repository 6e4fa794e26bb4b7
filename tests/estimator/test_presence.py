from __future__ import annotations

import json
from itertools import pairwise
from math import inf, isinf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator.presence import EDGES_S, Presence, Visit, Wait

DAY_S = 86_400.0
OPENS_S, CLOSES_S = 9 * 3600.0, 17 * 3600.0
HOURS = {hour: hour % 24 for hour in range(24 * 100)}
"""The first hundred days of the epoch, in UTC."""
WAITING_S, NOBODY_S = 420.0, 180.0
PROBABILITIES = np.array([0.25, 0.5, 0.75])


def away_s(rng: np.random.Generator, slow: float) -> float:
    """A turnaround of 20 s, one time in six an errand of ten minutes."""
    return slow * float(rng.exponential(20.0) if rng.random() < 5 / 6 else rng.exponential(600.0))


def truth(slow: float = 1.0) -> np.ndarray:
    rng = np.random.default_rng(99)
    drawn = [away_s(rng, slow) for _ in range(50_000)]
    return np.asarray(np.quantile(drawn, PROBABILITIES))


def spells(day: int) -> list[tuple[float, float]]:
    """When people wait: seven minutes, then three nobody."""
    begins = np.arange(day * DAY_S + OPENS_S, day * DAY_S + CLOSES_S, WAITING_S + NOBODY_S)
    return [(begin, begin + WAITING_S) for begin in begins.tolist()]


def called_when(ready_at: float, on: list[tuple[float, float]]) -> tuple[float, float] | None:
    """When a window that is ready calls, and since when that customer has waited. None: not this day."""
    for begins, ends in on:
        if ready_at < begins:
            return begins, begins  # the first who comes is called at once: did not wait
        if ready_at < ends:
            return ready_at, begins - 30.0
    return None


def generated(day: int, slow: dict[str, float], rng: np.random.Generator) -> tuple[list[Visit], list[Wait]]:
    on = spells(day)
    visits = []
    for window, factor in slow.items():
        ready_at = on[0][0] + 5.0
        while found := called_when(ready_at, on):
            called_at, issued_at = found
            ended_at = called_at + float(rng.exponential(120.0))
            visits.append(Visit(window, "a", issued_at, called_at, ended_at))
            ready_at = ended_at + away_s(rng, factor)
    return visits, [Wait("a", *spell) for spell in on]


@pytest.fixture(scope="module")
def learned() -> Presence:
    rng, made = np.random.default_rng(7), Presence()
    for day in range(25):
        made.learn_day(*generated(day, {"1": 1.0, "2": 1.0, "3": 1.0, "slow": 3.0}, rng), HOURS)
    return made


def test_the_curve_of_a_window_comes_out_though_often_nobody_waits(learned: Presence) -> None:
    assert learned.away("1").table(PROBABILITIES) == pytest.approx(truth(), rel=0.2)


def test_a_slow_window_has_its_own_factor(learned: Presence) -> None:
    """Its hazards are not proportional to the others': what lies between two zones is not held."""
    assert learned.away("slow").table(PROBABILITIES)[:2] == pytest.approx(truth(3.0)[:2], rel=0.25)


def test_draws_follow_the_curve_and_what_has_passed(learned: Presence) -> None:
    away, exponential = learned.away("1"), np.random.default_rng(1).standard_exponential(50_000)
    fresh, later = away.ready_s(0.0, exponential), away.ready_s(100.0, exponential)
    assert np.quantile(fresh, PROBABILITIES) == pytest.approx(away.table(PROBABILITIES), rel=0.05)
    assert later == pytest.approx(np.maximum(later, 100.0))
    kept = np.quantile(fresh[fresh > 100.0], PROBABILITIES)
    assert np.quantile(later, PROBABILITIES) == pytest.approx(kept, rel=0.1)
    assert np.median(later) - 100.0 > 5 * np.median(fresh)  # who has let people wait is on an errand


def test_a_window_never_seen_has_the_common_curve(learned: Presence) -> None:
    common = learned.away().table(PROBABILITIES)
    assert (learned.away("new").table(PROBABILITIES) == common).all()
    assert (learned.away("1").table(PROBABILITIES) <= common).all()
    assert (learned.away("slow").table(PROBABILITIES) >= common).all()


def test_of_few_calls_a_window_is_like_the_others() -> None:
    rng, made = np.random.default_rng(3), Presence()
    for day in range(10):
        made.learn_day(*generated(day, {"1": 1.0, "2": 1.0}, rng), HOURS)
    visits, waits = generated(10, {"new": 10.0}, rng)
    made.learn_day(visits[:2], waits[:1], HOURS)
    median = [float(made.away(window).table(PROBABILITIES)[1]) for window in (None, "1", "new")]
    assert median[2] < 2.5 * median[0] < 25 * median[1]


def test_without_exposure_it_says_its_guess() -> None:
    made = Presence()
    rates = np.diff(made.away().hazard) / np.diff(EDGES_S)
    assert rates[EDGES_S[:-1] < 12.0] == pytest.approx(1 / 20.0)
    assert rates[EDGES_S[:-1] >= 1200.0] == pytest.approx(1 / 14_400.0)
    assert made.newcomer_rate(10) == pytest.approx(made.newcomer_rate(34))
    assert 0.0 < made.newcomer_rate(10) < 1.0 / 3600.0
    assert made.serves("1", {}, "ab") == {"a": 0.5, "b": 0.5}
    assert made.serves("1", {}, "") == {}


def test_where_nobody_ever_waits_nothing_of_readiness_is_learned() -> None:
    made, rng = Presence(), np.random.default_rng(2)
    for day in range(5):
        visits, _ = generated(day, {"1": 1.0}, rng)
        made.learn_day([Visit("1", "a", v.called_at, v.called_at, v.ended_at) for v in visits], [], HOURS)
    assert made.away("1").hazard == pytest.approx(Presence().away().hazard)
    assert made.newcomer_rate(9) == pytest.approx(Presence().newcomer_rate(9))


def test_a_day_without_visits_teaches_nothing(learned: Presence) -> None:
    before = json.dumps(learned.to_plain())
    learned.learn_day([], [Wait("a", 0.0, 500.0)], HOURS)
    learned.learn_day([], [], {})
    assert json.dumps(learned.to_plain()) == before


@pytest.mark.parametrize("pieces", [1, 40])
def test_newcomers_come_at_the_rate_they_came_at(pieces: int) -> None:
    """Six windows, each first calls after half an hour of waiting on average, however the waits are cut."""
    rng, made = np.random.default_rng(4), Presence()
    for day in range(60):
        opens, closes = day * DAY_S + OPENS_S, day * DAY_S + CLOSES_S
        firsts = opens + rng.exponential(1800.0, 6)
        visits = [
            Visit(f"{n}", "a", opens, at, at + 60.0) for n, at in enumerate(firsts.tolist()) if at < closes
        ]
        cuts = np.linspace(opens, closes, pieces + 1).tolist()
        waits = [Wait("a", since, until) for since, until in pairwise(cuts)]
        made.learn_day(visits, waits, HOURS)
    assert made.newcomer_rate(9) == pytest.approx(1 / 1800.0, rel=0.2)
    assert made.newcomer_rate(10) == pytest.approx(1 / 1800.0, rel=0.35)
    assert made.newcomer_rate(20) == pytest.approx(Presence().newcomer_rate(20))


def served(window: str, businesses: str, day: int) -> list[Visit]:
    return [
        Visit(
            window, business, day * DAY_S + 400.0 * n, day * DAY_S + 400.0 * n, day * DAY_S + 400.0 * n + 90
        )
        for n, business in enumerate(businesses)
    ]


@pytest.fixture(scope="module")
def skilled() -> Presence:
    """Window 1 only serves a; 2 serves b too every other day, 3 does so every day, one customer in four."""
    made = Presence()
    for day in range(40):
        two = "aaab" if day % 2 else "aaaa"
        made.learn_day(
            [*served("1", "aaaa" * 6, day), *served("2", two * 6, day), *served("3", "aaab" * 6, day)],
            [],
            HOURS,
        )
    return made


def test_skills_come_out_by_days(skilled: Presence) -> None:
    chance = {window: skilled.serves(window, {}, "ab") for window in "123"}
    assert all(own["a"] > 0.95 for own in chance.values())
    assert chance["1"]["b"] < 0.1
    assert chance["2"]["b"] == pytest.approx(0.5, abs=0.1)
    assert chance["3"]["b"] > 0.9


def test_todays_services_are_evidence(skilled: Presence) -> None:
    fresh, seen, other = (
        skilled.serves("2", today, ["b"])["b"] for today in ({}, {"b": 1, "a": 3}, {"a": 12})
    )
    assert seen == 1.0
    assert other < fresh / 4
    several = [skilled.serves("2", {"a": count}, ["b"])["b"] for count in range(30)]
    assert several == sorted(several, reverse=True)


def test_what_nobody_was_ever_seen_to_serve_may_be_served(skilled: Presence) -> None:
    assert 0.0 < skilled.serves("1", {"a": 3}, ["new"])["new"] < 1.0
    assert 0.0 < skilled.serves("new", {}, ["a"])["a"] <= 1.0


def test_recent_days_weigh_more() -> None:
    made = Presence()
    for day in range(80):
        made.learn_day(served("1", ("aaab" if day < 40 else "aaaa") * 6, day), [], HOURS)
    assert made.serves("1", {}, ["b"])["b"] < 0.4


def test_a_window_that_is_gone_for_good_is_drawn_as_never() -> None:
    away = Presence().away()
    drawn = away.ready_s(0.0, np.array([0.0, 1e3]))
    assert drawn.tolist() == [0.0, inf]
    assert isinf(away.ready_s(2 * float(EDGES_S[-1]), np.zeros(1) + 1e-9)[0])
    assert away.table(np.array([1.0]))[0] == EDGES_S[-1]
    assert away.ready_s(5.0, np.empty(0)).size == 0


MOMENTS = st.integers(0, 2 * 86_400).map(float)
SPANS = st.sampled_from([0.0, 0.5, 2.0, 60.0, 4000.0, 90_000.0])


@st.composite
def visits(draw: st.DrawFn) -> Visit:
    issued_at = draw(MOMENTS)
    called_at = issued_at + draw(SPANS)
    ended_at = draw(st.none() | SPANS.map(lambda span: called_at + span))
    return Visit(draw(st.sampled_from("123")), draw(st.sampled_from("abc")), issued_at, called_at, ended_at)


WAITS = st.builds(lambda b, at, span: Wait(b, at, at + span), st.sampled_from("abc"), MOMENTS, SPANS)
DAYS = st.lists(st.tuples(st.lists(visits(), max_size=25), st.lists(WAITS, max_size=8)), max_size=3)


def after(days: list[tuple[list[Visit], list[Wait]]], made: Presence | None = None) -> Presence:
    made = made or Presence()
    for day in days:
        made.learn_day(*day, HOURS)
    return made


@given(DAYS, st.floats(0.0, 1e6), st.lists(st.floats(0.0, 60.0), max_size=5))
def test_whatever_was_seen_the_curves_are_curves(
    days: list[tuple[list[Visit], list[Wait]]], passed_over_s: float, exponential: list[float]
) -> None:
    made = after(days)
    for window in (None, "1", "2", "new"):
        away = made.away(window)
        assert np.isfinite(away.hazard).all()
        assert (np.diff(away.hazard) > 0.0).all()
        drawn = away.ready_s(passed_over_s, np.array(exponential))
        assert (drawn >= passed_over_s).all()
        table = away.table(np.linspace(0.0, 1.0, 33))
        assert (np.diff(table) >= 0.0).all()
        assert np.isfinite(table).all()
    for hour in range(-1, 26):
        assert 0.0 < made.newcomer_rate(hour) < inf
    for today in ({}, {"a": 2}, {"c": 40}):
        assert all(0.0 <= chance <= 1.0 for chance in made.serves("1", today, "abcz").values())


@settings(max_examples=40)
@given(DAYS, DAYS)
def test_what_was_kept_goes_on_as_if_it_never_had_been(
    first: list[tuple[list[Visit], list[Wait]]], then: list[tuple[list[Visit], list[Wait]]]
) -> None:
    made = after(first)
    kept = json.dumps(made.to_plain())
    again = Presence.from_plain(json.loads(kept))
    assert json.dumps(again.to_plain()) == kept
    for each in (made, again):
        after(then, each)
    assert json.dumps(again.to_plain()) == json.dumps(made.to_plain())
    for window in (None, "1"):
        assert (again.away(window).hazard == made.away(window).hazard).all()
    assert again.serves("1", {"a": 2}, "abc") == made.serves("1", {"a": 2}, "abc")


@settings(max_examples=40)
@given(DAYS)
def test_the_order_in_which_a_days_rows_lie_says_nothing(days: list[tuple[list[Visit], list[Wait]]]) -> None:
    turned = [([*reversed(visited)], [*reversed(waited)]) for visited, waited in days]
    apart = all(len({visit.called_at for visit in visited}) == len(visited) for visited, _ in days)
    if apart:
        assert after(days).to_plain() == after(turned).to_plain()


def test_what_was_kept_stays_as_it_was(learned: Presence) -> None:
    kept = learned.to_plain()
    before = json.dumps(kept)
    after([generated(30, {"1": 1.0}, np.random.default_rng(0))], Presence.from_plain(kept))
    assert json.dumps(kept) == before


def lunched(day: int, hours: tuple[float, float] = (12.0, 13.0)) -> tuple[list[Visit], list[Wait]]:
    """A window calls again 30 s after each customer of two minutes, but is away at noon; somebody waits."""
    leaves_s, back_s = (day * DAY_S + 3600.0 * hour for hour in hours)
    at, visits = day * DAY_S + OPENS_S, []
    while at < day * DAY_S + CLOSES_S:
        visits.append(Visit("1", "a", at - 60.0, at, at + 120.0))
        at += 150.0
        if leaves_s <= at < back_s:
            at = back_s + 30.0
    return visits, [Wait("a", day * DAY_S + OPENS_S - 60.0, at)]


def test_a_planned_absence_teaches_nothing_and_its_end_counts_as_a_customers_leaving() -> None:
    guessing, knowing, idle = Presence(), Presence(), Presence()
    for day in range(20):
        noon = day * DAY_S + 12 * 3600.0
        guessing.learn_day(*lunched(day), HOURS)
        knowing.learn_day(*lunched(day), HOURS, {"1": [(noon, noon + 3600.0)]})
        idle.learn_day(*lunched(day), HOURS, {"1": [(noon - 9_000.0, noon - 8_000.0)], "2": [(0.0, inf)]})
    assert idle.to_plain() == guessing.to_plain()  # it was there: the plan was not kept
    long = EDGES_S >= 600.0
    assert guessing.risk["1"][long].sum() > 0
    assert guessing.calls["1"][long].sum() > 0
    assert knowing.calls["1"][long].sum() == 0
    assert knowing.calls["1"].sum() == pytest.approx(guessing.calls["1"].sum())
    assert knowing.risk["1"][EDGES_S < 30.0].sum() > guessing.risk["1"][EDGES_S < 30.0].sum()


def test_who_leaves_for_the_day_as_planned_is_not_taken_for_gone() -> None:
    made = Presence()
    visits, waits = lunched(1)
    made.learn_day(visits, [*waits, Wait("a", visits[-1].called_at, visits[-1].called_at + 20_000.0)], HOURS)
    planned = Presence()
    planned.learn_day(visits, waits, HOURS, {"1": [(visits[-1].called_at + 1.0, inf)]})
    assert planned.risk["1"].sum() < made.risk["1"].sum()
