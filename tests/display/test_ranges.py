"""What people are told stays while it is honest, rises with a reason, and is held against what happened."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.ranges import (
    AGAIN,
    FIRST,
    LONGER,
    SHORTER,
    Outlook,
    Told,
    holds,
    overdue,
    round_outward,
    steady,
    step_s,
    tell,
)
from display.views import Shown, Tone

MINUTE = 60.0
NOON = 1_790_000_000.0

durations = st.floats(0, 4 * 3600)


@st.composite
def outlooks(draw: st.DrawFn) -> Outlook:
    low, median, high = sorted(draw(st.tuples(durations, durations, durations)))
    return Outlook(low, high, median, draw(st.sampled_from(["configured", "branch"])))


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[float, Outlook]]:
    """Outlooks at moments that follow one another, as wild as they like."""
    gaps = draw(st.lists(st.floats(0, 900), min_size=1, max_size=25))
    moments = np.round(NOON + np.cumsum(gaps), 3)
    return [(float(moment), draw(outlooks())) for moment in moments]


def on_grid(duration_s: int) -> bool:
    minutes, rest = divmod(duration_s, 60)
    coarse = minutes % 5 == 0 if minutes <= 30 else minutes % 10 == 0
    return rest == 0 and (minutes <= 5 or coarse)


def sequence(history: list[tuple[float, Outlook]]) -> list[Told]:
    told: Told | None = None
    everything: list[Told] = []
    for now, outlook in history:
        new = tell(told, outlook, now)
        if new is not told:
            everything.append(new)
        told = new
    return everything


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (0, 0, (0, 1)),
        (0, 170, (0, 3)),
        (61, 239, (1, 4)),
        (125, 301, (2, 10)),
        (299, 300, (4, 5)),
        (300, 300, (4, 5)),
        (301, 302, (5, 10)),
        (15 * 60, 20 * 60, (15, 20)),
        (15 * 60 - 1, 20 * 60 + 1, (10, 25)),
        (29 * 60, 31 * 60, (25, 40)),
        (30 * 60, 30 * 60, (25, 30)),
        (44 * 60, 51 * 60, (40, 60)),
        (3600, 3600, (50, 60)),
    ],
)
def test_ranges_are_rounded_outward_to_steps_people_use(
    low: float, high: float, shown: tuple[int, int]
) -> None:
    assert round_outward(low, high) == Shown(shown[0] * 60, shown[1] * 60)


@given(durations, durations)
def test_a_rounded_range_holds_the_range_and_is_never_a_bare_number(one: float, other: float) -> None:
    low, high = sorted((one, other))
    shown = round_outward(low, high)
    assert shown.low_s <= low
    assert high <= shown.high_s
    assert 0 <= shown.low_s < shown.high_s
    assert shown.high_s >= 60
    assert on_grid(shown.low_s)
    assert on_grid(shown.high_s)


@pytest.mark.parametrize(
    ("low", "high"), [(-1, 5), (5, 4), (math.nan, 5), (0, math.nan), (0, math.inf), (math.inf, math.inf)]
)
def test_what_is_no_range_is_refused(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="not a range"):
        round_outward(low, high)
    with pytest.raises(ValueError, match="not an outlook"):
        Outlook(low, high, 1.0)


def test_a_median_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="not an outlook"):
        Outlook(0, 1, math.nan)


@given(histories())
def test_whatever_the_forecasts_do_the_tellings_are_sound(history: list[tuple[float, Outlook]]) -> None:
    everything = sequence(history)
    first = everything[0]
    assert (first.reason, first.rises, first.shown.tone) == (FIRST, 0, Tone.PLAIN)
    for told in everything:
        assert 0 <= told.low_s < told.high_s
        assert on_grid(told.low_s)
        assert on_grid(told.high_s)
        assert (told.first_at, told.promised) == (first.at, first.shown)
        assert told.due_at <= told.at + told.high_s
    for before, after in pairwise(everything):
        quiet = after.reason == SHORTER
        assert after.rises == before.rises + (not quiet)
        if quiet:
            assert after.low_s <= before.low_s
            assert after.high_s <= before.high_s
            assert (after.low_s, after.high_s) != (before.low_s, before.high_s)
            assert after.due_at <= before.due_at
        else:
            assert after.reason == (LONGER if after.rises == 1 else AGAIN)
            assert after.shown.tone is (Tone.LONGER if after.rises == 1 else Tone.AGAIN)


@given(histories(), outlooks(), st.floats(0.001, 1e6))
def test_nobody_is_kept_in_silence_beyond_what_was_promised(
    history: list[tuple[float, Outlook]], outlook: Outlook, late_s: float
) -> None:
    told = sequence(history)[-1]
    after = tell(told, outlook, told.due_at + step_s(told.high_s) + late_s)
    assert after.rises == told.rises + 1


@given(histories())
def test_telling_the_same_again_changes_nothing(history: list[tuple[float, Outlook]]) -> None:
    told: Told | None = None
    for now, outlook in history:
        told = tell(told, outlook, now)
        assert tell(told, outlook, now) is told


@given(histories())
def test_what_holds_is_what_is_kept(history: list[tuple[float, Outlook]]) -> None:
    told = tell(None, history[0][1], history[0][0])
    for now, outlook in history:
        kept = tell(told, outlook, now)
        assert holds(told.low_s, told.high_s, told.due_at, outlook, now) is (kept is told)
        told = kept


@given(histories())
def test_a_telling_survives_its_event(history: list[tuple[float, Outlook]]) -> None:
    for told in sequence(history):
        fields = json.loads(json.dumps(told.to_plain()))
        assert Told.from_plain(fields, told.at) == told


def test_an_event_with_the_contracts_fields_alone_is_a_first_telling() -> None:
    fields = {"low_s": 600, "high_s": 900, "basis": "branch", "reason": "first", "about": "wait"}
    told = Told.from_plain(fields, NOON)
    assert told == Told(NOON, 600, 900, FIRST, 0, NOON, 600, 900, NOON + 900, "branch")


@pytest.mark.parametrize("value", ["600", None, True])
def test_an_event_whose_range_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="a number of seconds"):
        Told.from_plain({"low_s": value, "high_s": 900}, NOON)


def test_an_event_whose_range_has_parts_of_a_second_is_refused() -> None:
    with pytest.raises(ValueError, match="whole seconds"):
        Told.from_plain({"low_s": 60.5, "high_s": 900}, NOON)


def test_as_time_passes_the_range_shrinks_quietly_and_the_promised_end_stays() -> None:
    history = [(NOON + t, Outlook(1200 - t, 1200 - t, 1200 - t)) for t in range(0, 1201, 10)]
    everything = sequence(history)
    assert [(told.low_s / 60, told.high_s / 60) for told in everything] == [
        (15, 20),
        (10, 15),
        (5, 10),
        (0, 5),
        (0, 2),
    ]
    assert {told.shown.tone for told in everything} == {Tone.PLAIN}
    assert {told.due_at for told in everything} == {NOON + 1200}


def test_draws_that_vary_move_nothing() -> None:
    rng = np.random.default_rng(5)
    told = tell(None, Outlook(600, 1200, 800), NOON)
    for tick in range(1, 30):
        low, median, high = np.array([600.0, 800.0, 1200.0]) * rng.normal(1, 0.03, 3)
        assert tell(told, Outlook(low, high, median), NOON + tick * 10) is told


def test_a_window_that_closes_makes_the_wait_rise_once_with_a_reason() -> None:
    told = tell(None, Outlook(600, 1150, 800), NOON)
    risen = tell(told, Outlook(1100, 2000, 1300), NOON + 120)
    assert (risen.reason, risen.shown.tone) == (LONGER, Tone.LONGER)
    assert risen.high_s > 2000
    assert tell(risen, Outlook(1150, 2150, 1450), NOON + 180) is risen


def test_a_service_that_goes_on_and_on_apologises_again() -> None:
    told = tell(None, Outlook(60, 280, 120), NOON)
    outlook = Outlook(60, 240, 120)
    reasons = [told.reason]
    for tick in range(1, 61):
        new = tell(told, outlook, NOON + 15 * tick)
        reasons += [new.reason] if new is not told else []
        told = new
    assert reasons[:3] == [FIRST, LONGER, AGAIN]


def test_good_news_after_a_rise_is_plain() -> None:
    told = tell(tell(None, Outlook(300, 600, 300), NOON), Outlook(900, 1500, 1100), NOON + 60)
    assert told.shown.tone is Tone.LONGER
    fewer = tell(told, Outlook(300, 700, 420), NOON + 600)
    assert (fewer.reason, fewer.shown.tone) == (SHORTER, Tone.LONGER)
    soon = tell(told, Outlook(10, 100, 50), NOON + 900)
    assert (soon.low_s, soon.shown.tone) == (0, Tone.PLAIN)


def test_overdue_is_what_has_passed_any_end_that_was_told() -> None:
    told = tell(None, Outlook(300, 600, 300), NOON)
    assert not overdue(told, NOON + 600)
    assert overdue(told, NOON + 600.001)
    risen = tell(told, Outlook(200, 500, 300), NOON + 590)
    assert risen.rises == 1
    assert not overdue(risen, NOON + 599)
    assert overdue(risen, NOON + 601), "the first promise is broken, though a new one holds"


@given(outlooks(), outlooks())
def test_a_steady_range_is_honest_to_whoever_reads_it_now(before: Outlook, now: Outlook) -> None:
    shown = steady(steady(None, before), now)
    slack = step_s(shown.high_s) / 2
    assert now.high_s <= shown.high_s + slack
    assert steady(shown, now) is shown or shown == round_outward(now.low_s, now.high_s)
    assert shown.tone is Tone.PLAIN


def test_a_steady_range_stays_while_the_line_hardly_moves() -> None:
    shown = steady(None, Outlook(600, 1150, 800))
    assert steady(shown, Outlook(560, 1250, 820)) is shown
    assert steady(shown, Outlook(1500, 2400, 1900)) == Shown(1500, 2400)


Draw = Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]


@dataclass(frozen=True)
class Truth:
    """A wait of which the truth is known: so many services in a row, at so many windows."""

    draw: Draw
    services: int
    windows: int


TRUTHS = {
    "one lognormal service": Truth(lambda rng, n: rng.lognormal(5.0, 0.8, n), 1, 1),
    "one service that may last": Truth(lambda rng, n: rng.exponential(1, n) ** 1.6 * 240, 1, 1),
    "wrap-up, spike and tail": Truth(
        lambda rng, n: np.where(rng.random(n) < 0.7, 5, rng.exponential(60, n)), 1, 1
    ),
    "memoryless": Truth(lambda rng, n: rng.exponential(240, n), 8, 2),
    "a short line": Truth(lambda rng, n: rng.lognormal(5.2, 0.8, n), 12, 3),
    "a long line": Truth(lambda rng, n: rng.lognormal(5.2, 0.8, n), 36, 3),
    "slow and mixed": Truth(
        lambda rng, n: np.where(rng.random(n) < 0.7, rng.exponential(120, n), rng.exponential(900, n)), 20, 4
    ),
}


def live_through(truth: Truth, rng: np.random.Generator, pool: np.ndarray) -> tuple[float, list[Told]]:
    """One wait from first telling to its end, with a forecast of 300 draws every 30 s."""
    ends = np.cumsum(truth.draw(rng, (truth.services,)) / truth.windows)
    everything: list[Told] = []
    told: Told | None = None
    for now in np.arange(0.0, ends[-1], 30.0):
        done = int(np.searchsorted(ends, now, side="right"))
        elapsed = (now - (ends[done - 1] if done else 0.0)) * truth.windows
        longer = pool[np.searchsorted(pool, elapsed, side="right") :]
        present = rng.choice(longer, 300) - elapsed if len(longer) else rng.exponential(300, 300)
        rest = rng.choice(pool, (300, truth.services - done - 1)).sum(axis=1)
        low, median, high = np.quantile((present + rest) / truth.windows, [0.20, 0.50, 0.95])
        new = tell(told, Outlook(low, high, median), float(now))
        if new is not told:
            everything.append(new)
        told = new
    return float(ends[-1]), everything


@pytest.mark.parametrize("name", TRUTHS)
def test_on_waits_of_known_truth_few_are_late_and_little_moves(name: str) -> None:
    truth, rng = TRUTHS[name], np.random.default_rng(11)
    pool = np.sort(truth.draw(rng, (20_000,)))
    lived = [live_through(truth, rng, pool) for _ in range(100)]
    late_first = np.mean([end > everything[0].high_s for end, everything in lived])
    late = np.mean([end > told.at + told.high_s for end, everything in lived for told in everything])
    early = np.mean([end < told.at + told.low_s for end, everything in lived for told in everything])
    apologies = np.mean([everything[-1].rises > 0 for _, everything in lived])
    assert late_first <= 0.07
    assert late <= 0.07
    assert early <= 0.25
    assert np.median([len(everything) - 1 for _, everything in lived]) <= 4
    assert apologies <= 0.20
