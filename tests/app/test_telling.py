"""Which ranges are told, to whom, and that the journal can give back each of them."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app import telling
from app.branch.branch_file import parse
from app.branch.events import Event, Fact, RangeTold, fact_to_plain, parse_fact
from app.branch.fold import fold, fold_all
from app.branch.state import State, new_state
from estimator.estimate import Estimate, Forecast, WindowForecast

from .served import SMALL, TEN
from .test_owner import issued

BRANCH = parse(SMALL)


def estimate(low_s: float, high_s: float) -> Estimate:
    middle = (low_s + high_s) / 2
    return Estimate(low_s, high_s, middle, middle, low_s, high_s, "branch")


def waiting() -> State:
    return fold_all(BRANCH, new_state(BRANCH), [Event("a", "local", TEN, issued(1), 1, TEN)])


def told(state: State, forecast: Forecast, now: float, before: State | None = None) -> list[RangeTold]:
    facts = list(telling.due(BRANCH, before or state, state, forecast, {"T1": 3}, now))
    for fact in facts:
        fold(BRANCH, state, Event(f"own-{state.seq + 1}", "lobbyclock", now, fact, state.seq + 1, now))
    return facts


def test_a_wait_is_told_once_with_the_tickets_ahead_and_stays_while_honest() -> None:
    state = waiting()
    (first,) = told(state, Forecast(waits={"T1": estimate(300, 900)}), TEN)
    assert (first.ticket, first.about, first.ahead, first.reason) == ("T1", "wait", 3, "first")
    assert told(state, Forecast(waits={"T1": estimate(290, 880)}), TEN + 10) == []
    (longer,) = told(state, Forecast(waits={"T1": estimate(2000, 2600)}), TEN + 20)
    assert (longer.reason, longer.rises, longer.first_high_s) == ("longer", 1, first.high_s)


def test_nothing_is_told_of_what_has_changed_since_or_nobody_keeps() -> None:
    state = waiting()
    forecast = Forecast(waits={"T1": estimate(300, 900)}, waits_now={"personal": None})
    changed = state.copy()
    changed.tickets["T1"] = replace(state.tickets["T1"], business="corporate")
    assert told(changed, forecast, TEN, before=state) == []
    assert told(state, Forecast(waits={"T1": None}), TEN) == []
    windows = {name: WindowForecast(service=estimate(60, 120)) for name in BRANCH.windows}
    assert told(state, Forecast(windows=windows), TEN) == []  # all are closed


def test_a_business_is_told_plainly_and_again_only_when_it_moves() -> None:
    state = waiting()
    (first,) = told(state, Forecast(waits_now={"personal": estimate(300, 900)}), TEN)
    assert (first.business, first.low_s, first.high_s) == ("personal", 300.0, 900.0)
    assert told(state, Forecast(waits_now={"personal": estimate(310, 890)}), TEN + 10) == []


@given(
    st.lists(
        st.tuples(st.floats(0, 200_000), st.floats(1, 200_000), st.floats(-400, 90_000)),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_is_told_reads_back_from_the_journal(turns: list[tuple[float, float, float]]) -> None:
    """Also what lasts long, or when the clock was set back: what cannot be read stops the next start."""
    state = waiting()
    now = TEN
    for low_s, more_s, later_s in turns:
        for fact in told(state, Forecast(waits={"T1": estimate(low_s, low_s + more_s)}), now):
            back: Fact = parse_fact(RangeTold, fact_to_plain(fact))
            assert back == fact
            assert repr(back) == repr(fact)  # 300 is not 300.0 in a snapshot
        now = round(now + later_s, 3)
