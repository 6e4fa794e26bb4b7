"""Any history, any present: always a range with its basis, never an error, a NaN or a negative minute."""

from __future__ import annotations

from dataclasses import replace
from math import inf, isfinite
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from estimator import discipline, durations, kernel, patience
from estimator.arrivals import Arrivals
from estimator.columns import Customers, Roster, rules, scratch
from estimator.days import run_days
from estimator.draws import draw_calls
from estimator.estimate import Basis, Estimate, Forecast, weakest
from estimator.explain import why_ticket, why_window
from estimator.factor import Factor, Items, Pace, Word
from estimator.forecast import forecast
from estimator.lines import line_up
from estimator.observation import Kind, Observation
from estimator.pools import Pools
from estimator.situation import OpenStep, Phase, Situation, TicketNow, Told, WindowNow
from estimator.timeline import timeline

FILE = {"a": (120.0, 300.0, 700.0)}
DAY_S = 86_400.0

SECONDS = st.sampled_from([0.0, 1e-9, 0.1, 1.0, 60.0, 3600.0, DAY_S, 1e7, 1e12]) | st.floats(0, 1e6)
MOMENTS = st.floats(-1e9, 4e9)
NAMES = st.sampled_from(["", "a", "b", "new"])
ITEMS = st.none() | st.integers(-1, 1000)
TOLD = st.none() | st.builds(Told, SECONDS, SECONDS)

DURATIONS = st.builds(
    Observation,
    kind=st.sampled_from([kind for kind in get_args(Kind) if kind != "arrival"]),
    at=MOMENTS,
    value_s=SECONDS,
    business=st.none() | NAMES,
    teller=st.none() | st.sampled_from(["t", "u"]),
    name=st.none() | NAMES,
    items=ITEMS,
    told_s=st.none() | SECONDS,
    censored=st.booleans(),
)
ARRIVALS = st.builds(
    Observation,
    kind=st.just("arrival"),
    at=MOMENTS,
    business=st.none() | NAMES,
    priority=st.none() | st.sampled_from(["normal", "high"]),
    day=st.integers(1, 800_000),
    hour=st.integers(0, 23),
)
HISTORIES = st.lists(DURATIONS | ARRIVALS, max_size=40)

STEPS = st.builds(
    OpenStep, st.sampled_from("xyz"), st.sampled_from(["copy", ""]), SECONDS, TOLD, st.booleans()
)
WINDOWS = st.builds(
    WindowNow,
    window=st.just("?"),
    phase=st.sampled_from(get_args(Phase)),
    reluctance=st.dictionaries(NAMES, SECONDS, max_size=3),
    express_s=st.none() | SECONDS,
    teller=st.none() | st.sampled_from(["t", "new"]),
    business=st.none() | NAMES,
    items=ITEMS,
    elapsed_s=SECONDS,
    closing=st.booleans(),
    opens_in_s=st.none() | st.floats(-1e6, 1e6),
    stops_in_s=st.none() | st.floats(-1e6, 1e6),
    reopens_in_s=st.none() | st.floats(-1e6, 1e6),
    told=TOLD,
    steps=st.lists(STEPS, max_size=3, unique_by=lambda step: step.step_id).map(tuple),
    reason=st.none() | NAMES,
    eligible_waiting_for_s=SECONDS,
    reports_start=st.booleans(),
    reports_ready=st.booleans(),
    reports_presence=st.booleans(),
    passed_over_s=SECONDS,
)
TICKETS = st.builds(
    TicketNow,
    ticket=st.just("?"),
    business=NAMES,
    priority=st.sampled_from(["normal", "high", "unheard-of"]),
    waited_s=st.floats(-100, 1e7),
    items=ITEMS,
    window=st.none() | st.sampled_from(["w0", "w9"]),
    expected_s=st.none() | SECONDS,
)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    windows = draw(st.lists(WINDOWS, max_size=4))
    waiting = draw(st.lists(TICKETS, max_size=6))
    return Situation(
        windows=tuple(replace(one, window=f"w{n}") for n, one in enumerate(windows)),
        waiting=tuple(one._replace(ticket=f"t{n}") for n, one in enumerate(waiting)),
        businesses=tuple(draw(st.lists(NAMES, max_size=4))),
        head_start=draw(st.dictionaries(st.sampled_from(["normal", "high"]), SECONDS | st.just(inf))),
        hour=draw(st.floats(0, 24)),
    )


def learned(*history: Observation) -> Pools:
    pools = Pools(FILE)
    for one in history:
        pools.learn(one)
    return pools


def look(situation: Situation, pools: Pools, draws: int = 200) -> Forecast:
    with np.errstate(all="raise", under="ignore"):
        return forecast(situation, pools, np.random.default_rng(0), draws=draws)


def every(told: Forecast) -> list[Estimate]:
    found: list[Estimate | None] = [*told.waits.values(), *told.waits_now.values()]
    for each in told.windows.values():
        found += [each.service, each.next_call, each.wrap_up, each.back, *each.steps.values()]
    return [estimate for estimate in found if estimate is not None]


def check(told: Forecast) -> None:
    for one in every(told):
        assert 0.0 <= one.low_s <= one.high_s < inf
        assert 0.0 <= one.p10_s <= one.median_s <= one.p90_s < inf
        assert 0.0 <= one.mean_s < inf
        assert one.basis in get_args(Basis)


ONLY_FIRST = Situation(
    waiting=(TicketNow(ticket="t0", business="a"), TicketNow(ticket="t1", business="a")),
    head_start={"normal": inf},
)
COMES = Observation(kind="arrival", at=0.0, day=1, hour=12)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(situations(), HISTORIES, st.integers(1, 60))
@example(ONLY_FIRST, [COMES], 1)
def test_any_present_after_any_history_has_ranges(
    situation: Situation, history: list[Observation], draws: int
) -> None:
    pools = learned(*history)
    told = look(situation, pools, draws)
    check(told)
    assert set(told.waits) == {ticket.ticket for ticket in situation.waiting}
    assert set(told.windows) == {window.window for window in situation.windows}
    for window in situation.windows:
        own = told.windows[window.window]
        assert (own.service is not None) == (window.phase == "serving")
        assert (own.back is not None) >= (window.phase == "paused")
        assert set(own.steps) == {step.step_id for step in window.steps if window.phase == "serving"}
    kept = Pools.from_plain(pools.to_plain(), FILE)
    assert kept.to_plain() == pools.to_plain()
    assert look(situation, kept, draws) == told


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(situations(), HISTORIES)
def test_any_range_can_be_explained(situation: Situation, history: list[Observation]) -> None:
    pools = learned(*history)
    told = look(situation, pools, 20)
    for ticket in situation.waiting[:1]:
        why = why_ticket(situation, pools, told, ticket.ticket, seed=(1,), draws=20)
        assert sum(why.shares.values()) == pytest.approx(1.0 if why.shares else 0.0)
        assert min(why.shares.values(), default=0.0) >= 0.0
        assert isfinite(why.comers)
        assert 0.0 <= why.leavers <= len(situation.waiting)
        assert sum(one.tickets for one in why.ahead) < len(situation.waiting)
    for window in situation.windows[:1]:
        seen = why_window(situation, pools, told, window.window, seed=(1,), draws=20)
        assert isfinite(seen.moved_s)
        assert 0.0 < seen.teller_factor < inf
        assert all(rest.cases >= rest.teller_cases >= 0 or rest.teller for rest in seen.rests)


def serving(**more: Any) -> Situation:  # noqa: ANN401
    window = WindowNow(
        window="1", phase="serving", business="a", reluctance={"a": 0.0, "b": 0.0}, elapsed_s=60.0
    )
    waiting = (TicketNow(ticket="t", business="a"), TicketNow(ticket="u", business="b"))
    return Situation(windows=(replace(window, **more),), waiting=waiting, businesses=("a", "b"))


def services(count: int, value_s: float = 300.0, **more: Any) -> list[Observation]:  # noqa: ANN401
    return [
        Observation(kind="service", value_s=value_s, **{"at": n * 60.0, "business": "a", **more})
        for n in range(count)
    ]


def bases(situation: Situation, pools: Pools) -> tuple[str, str]:
    """What the service under way rests on, and what the wait for the other business does."""
    told = look(situation, pools)
    check(told)
    service, wait = told.windows["1"].service, told.waits["u"]
    assert service is not None
    assert wait is not None
    return service.basis, wait.basis


@pytest.mark.parametrize("value_s", [0.0, 1e-12, DAY_S, 1e15])
def test_durations_that_are_none_still_give_ranges(value_s: float) -> None:
    """A finish in the second of the start, a service left open over the night, for ever."""
    assert bases(serving(), learned(*services(100, value_s))) == ("branch", "pooled")


@pytest.mark.parametrize("value_s", [-1.0, inf, float("nan")])
@pytest.mark.parametrize("kind", [kind for kind in get_args(Kind) if kind != "arrival"])
def test_what_is_no_duration_is_refused_and_changes_nothing(kind: Kind, value_s: float) -> None:
    pools = learned(*services(3))
    before = pools.to_plain()
    with pytest.raises(ValueError, match="not a duration"):
        pools.learn(Observation(kind=kind, at=0.0, value_s=value_s, business="a"))
    assert pools.to_plain() == before


@pytest.mark.parametrize("at", [inf, -inf, float("nan")])
@pytest.mark.parametrize("kind", get_args(Kind))
def test_what_is_no_moment_is_refused_and_changes_nothing(kind: Kind, at: float) -> None:
    """At the end of time all that is learned later would weigh nothing beside it."""
    pools = learned(*services(3))
    before = pools.to_plain()
    with pytest.raises(ValueError, match="not a moment"):
        pools.learn(Observation(kind=kind, at=at, value_s=60.0, business="a", day=1, hour=9))
    assert pools.to_plain() == before


@pytest.mark.parametrize("phase", get_args(Phase))
def test_64_windows_and_64_businesses_have_ranges(phase: Phase) -> None:
    names = [f"b{n}" for n in range(64)]
    windows = tuple(
        WindowNow(
            window=f"w{n}",
            phase=phase,
            business=name,
            elapsed_s=(0.0, 1e6, 60.0)[n % 3],
            reluctance={other: 0.0 if other == name else 60.0 * (n % 5) for other in names},
        )
        for n, name in enumerate(names)
    )
    waiting = tuple(TicketNow(f"t{n}", names[n % 64], waited_s=n * 10.0) for n in range(130))
    told = look(
        Situation(windows=windows, waiting=waiting, businesses=tuple(names)), learned(*services(5)), 50
    )
    check(told)
    assert (len(told.windows), len(told.waits), len(told.waits_now)) == (64, 130, 64)
    expected = phase == "closed"  # all of them, and nobody says when one opens: no wait has a range
    assert all((one is None) == expected for one in [*told.waits.values(), *told.waits_now.values()])


@pytest.mark.parametrize("hour", [None, -1, 24])
def test_an_arrival_at_no_hour_is_refused_and_changes_nothing(hour: int | None) -> None:
    pools = Pools(FILE)
    with pytest.raises(ValueError, match="day and hour"):
        pools.learn(Observation(kind="arrival", at=0.0, business="a", day=1, hour=hour))
    assert pools.to_plain() == Pools(FILE).to_plain()


def test_one_business_only_says_little_of_another() -> None:
    assert bases(serving(), learned(*services(100))) == ("branch", "pooled")
    assert bases(serving(business="b"), learned(*services(100)))[0] == "pooled"


def test_a_new_teller_has_the_ranges_of_the_others() -> None:
    pools = learned(*services(100, teller="old"))
    assert bases(serving(teller="old"), pools)[0] == "branch"
    assert bases(serving(teller="new"), pools)[0] == "pooled"
    new, none = (look(serving(teller=name), pools).windows["1"].service for name in ("new", None))
    assert new is not None
    assert none is not None
    assert new._replace(basis=none.basis) == none


def test_nothing_learned_rests_on_the_file_and_a_business_without_minutes_on_a_guess() -> None:
    assert bases(serving(), Pools(FILE)) == ("configured", "configured")
    assert bases(serving(), Pools()) == ("configured", "configured")


@pytest.mark.parametrize("later_s", [21 * DAY_S, 400 * DAY_S, -21 * DAY_S])
def test_a_gap_of_weeks_and_a_clock_set_back(later_s: float) -> None:
    """What the day's pace was then is forgotten; what was learned is not."""
    then, now = services(200, 900.0), services(5, at=200 * 60.0 + later_s)
    pools = learned(*then, *now)
    check(look(serving(), pools))
    assert bases(serving(), pools)[0] == "branch"
    mean, spread = pools.pace()
    assert abs(mean) < 1.0
    assert 0.0 < spread <= 0.12


@pytest.mark.parametrize("hours", [(0, 1, 3, 4), (0, 1, 1, 2, 3)])
def test_a_day_of_23_or_25_hours_has_rates_for_every_hour(hours: tuple[int, ...]) -> None:
    """In spring an hour is missing, in autumn one comes twice."""
    pools = Pools(FILE)
    for day in range(3):
        for hour in hours:
            for _ in range(10):
                pools.learn(
                    Observation(kind="arrival", at=0.0, business="a", priority="high", day=day, hour=hour)
                )
    for hour in range(25):
        rates = pools.arrivals.rates(hour)
        assert all(0.0 < rate < 1.0 for rate in rates.values())
        check(look(replace(serving(), head_start={"high": 600.0}, hour=hour), pools))


def test_overlapping_services_are_services() -> None:
    """Two that began at the same moment at one window: both lasted as long as they lasted."""
    pools = learned(*services(50, 300.0, at=1000.0), *services(50, 600.0, at=1000.0))
    assert bases(serving(), pools)[0] == "branch"


def test_without_anything_everything_has_an_answer() -> None:
    """Each public function given nothing does what its docstring says."""
    nothing, no_ints = np.empty(0), np.empty(0, np.int64)
    rule = discipline.WindowRule("1")
    ticket = discipline.Waiting("t", "a", "normal", 0.0)
    assert discipline.order((), {}) == []
    assert discipline.next_ticket((), rule, {}, 0.0) is None
    assert discipline.choose_window(ticket, (), 0.0) is None
    assert discipline.heads(()) == []
    assert discipline.ahead((), (rule,), {}, 0.0) == {}
    assert discipline.ahead((ticket, ticket._replace(ticket="u")), (), {}, 0.0) == {"t": 0, "u": 0}
    assert discipline.reluctance(ticket, rule) == inf

    assert Arrivals().rates(9) == {}
    assert Arrivals.from_plain(Arrivals().to_plain()) == Arrivals()
    assert weakest() == "branch"
    assert (Factor().shrunk(8.0), Factor().shrunk(8.0, 0.5)) == (0.0, 0.5)
    assert Pace().belief(8.0) == (0.0, pytest.approx(0.12))
    assert Word().belief() == (0.0, pytest.approx(0.45))
    assert Items().factor(7) == 1.0

    with pytest.raises(ValueError, match="no durations"):
        durations.observed(nothing)
    with pytest.raises(ValueError, match="no distributions"):
        durations.together()
    assert not durations.summed().any()
    assert durations.sampled(durations.configured(1, 2, 3).table, nothing).size == 0
    assert durations.configured(0, 0, 0).mean_s() > 0.0

    constant = patience.fit(nothing, nothing)
    assert constant.hazard(patience.MEAN_S) == pytest.approx(1.0)
    assert constant.hazard(nothing).size == 0

    window = WindowNow(window="1", phase="closed")
    for phase in get_args(Phase):
        near = timeline(replace(window, phase=phase), Pools(), np.random.default_rng(0), 0)
        assert near.next_call.size == 0

    lines = line_up(Situation(), Pools())
    assert (lines.places, lines.streams, lines.line.size) == ([], [], 0)
    assert lines.later(np.random.default_rng(0), 3).shape == (3, 0)
    alone = line_up(replace(Situation(), waiting=(TicketNow(ticket="t", business="a"),)), Pools())
    assert alone.rules.reluctance.shape == (0, 1)
    assert look(Situation(), Pools()) == Forecast()

    assert run_nothing(wanted=0) == 0
    assert run_nothing(wanted=2) == 2
    nobody = Customers(nothing, no_ints, nothing, nothing, nothing)
    called_at, called_by = np.empty(0), np.empty(0, np.int64)
    one, hours = np.zeros((1, 1)), np.zeros((1, 1, 0))
    run_days(
        np.zeros(1, np.int64), nobody, rules(np.zeros(1), one), one, hours, hours, one, called_at, called_by
    )
    called = draw_calls(
        np.zeros((3, 4)), no_ints, nothing, no_ints, 2, 0.0, np.zeros((1, 3)), no_ints, nothing, 1.0, nothing,
        np.empty((5, 0)), np.zeros(1, np.int64), no_ints, rules(nothing, np.empty((0, 0))),
        np.empty((0, 5)), nothing, nothing,
        np.empty((0, 5)), np.empty((5, 0, 2), np.float32), np.empty((5, 0), np.float32),
    )  # fmt: skip
    assert called.shape == (0, 5)

    pools = Pools()
    assert pools.cases("service") == pools.cases("patience", "a") == pools.cases("arrival") == 0
    assert pools.teller_factor("service", "a", teller="t") == 1.0
    assert pools.teller_pace(None)[0] == 0.0
    assert pools.items_factor(None, None) == 1.0
    assert 0.0 < pools.no_show_share() < 0.1
    assert pools.basis("pause", "lunch") == "configured"
    assert Pools.from_plain(pools.to_plain()).to_plain() == Pools().to_plain()
    for kind in get_args(Kind):
        if kind not in ("patience", "arrival", "wait"):
            assert pools.durations(kind, None).mean_s() > 0.0
    assert pools.service(None, teller=None).mean_s() > 0.0


def run_nothing(wanted: int) -> int:
    """Two tickets in one line, and no window."""
    called_at, called_by = np.full(2, inf), np.full(2, -1)
    two, no_hours = np.zeros(2), np.empty((0, 0))
    left: int = kernel.run(
        Customers(two, np.zeros(2, np.int64), two, two, two),
        rules(np.zeros(1), np.empty((0, 1))),
        Roster(np.empty(0), no_hours, no_hours, np.empty(0)),
        wanted,
        scratch(2, 1, 0),
        called_at,
        called_by,
    )
    assert np.isinf(called_at).all()
    return left
