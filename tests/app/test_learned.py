"""What a branch learns from its own journal and from its past."""

from __future__ import annotations

import json

import numpy as np
import pytest

from app.branch.branch_file import parse
from app.branch.events import Event, EventCorrected, WindowReady
from app.journal import PastTicket
from app.learned import Learned
from display import ranges
from estimator.corrections import calibrated
from estimator.estimate import Estimate, Forecast
from estimator.observation import Observation

from .served import SMALL, TEN

BRANCH = parse(SMALL)


def seen(at: float, value_s: float = 60.0) -> list[Observation]:
    return [Observation(kind="service", at=at, value_s=value_s, business="personal")]


def event(seq: int, at: float) -> Event:
    return Event(f"e{seq}", "local", at, WindowReady("1"), seq, at)


def pools(learned: Learned) -> str:
    return json.dumps(learned.pools.to_plain(), sort_keys=True)


def test_nothing_is_learned_before_it_can_no_longer_be_taken_back() -> None:
    learned = Learned(BRANCH)
    fresh = pools(learned)
    learned.take(event(1, TEN), seen(TEN))
    learned.take(event(2, TEN + BRANCH.undo_s), [])
    assert pools(learned) == fresh
    learned.take(event(3, TEN + BRANCH.undo_s + 1), [])
    assert pools(learned) != fresh


def test_a_wrong_press_teaches_nothing() -> None:
    learned = Learned(BRANCH)
    fresh = pools(learned)
    learned.take(event(1, TEN), seen(TEN))
    learned.take(Event("c", "local", TEN + 5, EventCorrected(1), 2, TEN + 5), [])
    learned.take(event(3, TEN + 999), [])
    assert pools(learned) == fresh


def test_it_is_the_same_after_a_snapshot_with_much_pending() -> None:
    learned = Learned(BRANCH)
    for seq in range(1, 40):
        learned.take(event(seq, TEN + 10 * seq), seen(TEN + 10 * seq, 30.0 + seq))
    plain = json.loads(json.dumps(learned.to_plain()))
    restored = Learned.from_plain(BRANCH, plain)
    assert json.loads(json.dumps(restored.to_plain())) == plain
    for one in (learned, restored):
        one.take(event(99, TEN + 5_000), [])
    assert pools(restored) == pools(learned)


def past(ticket: str, business: str, minutes: float) -> PastTicket:
    began = TEN - 86_400
    ended = began + 60 * minutes
    return PastTicket(ticket, business, None, "1", None, began, began, began, ended, None, None, "served")


def test_history_of_a_business_that_is_gone_is_left_out() -> None:
    known, mixed = Learned(BRANCH), Learned(BRANCH)
    known.learn_past([past("a", "personal", 5)])
    mixed.learn_past([past("b", "gold", 50), past("a", "personal", 5)])
    assert mixed.to_plain() == known.to_plain()


def wait(at: float, value_s: float, said_s: tuple[float, float, float], ahead: int = 3) -> Observation:
    p10_s, median_s, p90_s = said_s
    return Observation(
        kind="wait",
        at=at,
        value_s=value_s,
        business="personal",
        ahead=ahead,
        p10_s=p10_s,
        median_s=median_s,
        p90_s=p90_s,
    )


def patient() -> Learned:
    """What a branch has learned whose customers never leave."""
    learned = Learned(BRANCH)
    for n in range(300):
        learned.pools.learn(
            Observation(kind="patience", at=float(n), value_s=50_000.0, business="personal", censored=True)
        )
    return learned


def test_a_told_wait_teaches_when_it_can_no_longer_be_taken_back() -> None:
    learned = Learned(BRANCH)
    learned.take(event(1, TEN), [wait(TEN, 2_000.0, (300.0, 600.0, 900.0))])
    assert not any(learned.calibration.seen)
    taken_back = Learned.from_plain(BRANCH, json.loads(json.dumps(learned.to_plain())))
    learned.take(event(2, TEN + BRANCH.undo_s + 1), [])
    assert sum(learned.calibration.seen) == 1
    assert learned.calibration.corrected((300.0, 600.0, 900.0), 3)[2] > 900.0
    taken_back.take(Event("c", "local", TEN + 5, EventCorrected(1), 2, TEN + 5), [])
    taken_back.take(event(3, TEN + 999), [])
    assert not any(taken_back.calibration.seen)


def test_who_stayed_for_long_stands_for_those_who_left() -> None:
    short, long = Learned(BRANCH), Learned(BRANCH)
    for learned, waited_s in ((short, 61.0), (long, 7_200.0)):
        learned.take(event(1, TEN), [wait(TEN, waited_s, (10.0, 30.0, 60.0))])
        learned.take(event(2, TEN + 999), [])
    assert long.calibration.common[2] == pytest.approx(5 * short.calibration.common[2], rel=0.05)


@pytest.mark.parametrize("said_s", [(0.0, 0.0, 0.0), (5.0, 60.0, 90.0)])
def test_who_is_called_at_once_teaches_nothing(said_s: tuple[float, float, float]) -> None:
    learned = Learned(BRANCH)
    for n in range(500):
        learned.take(event(n, TEN + n * 999), [wait(TEN + n * 999, 3.0, said_s, 0)])
    assert learned.calibration.corrected((30.0, 60.0, 90.0), 0) == [30.0, 60.0, 90.0]


def test_low_ends_of_nothing_learn_from_those_who_waited() -> None:
    """Half are said to be called at once at the earliest: the low ends must not learn of the others alone."""
    rng, learned = np.random.default_rng(8), patient()
    early = []
    for n in range(4_000):
        raw = (0.0, 60.0, 240.0) if rng.random() < 0.5 else (30.0, 90.0, 240.0)
        said = learned.calibration.corrected(raw, 0)
        happened_s = 11.0 + float(rng.exponential(80.0))
        early.append(happened_s < said[0])
        learned.take(event(n, TEN + 999.0 * n), [wait(TEN + 999.0 * n, happened_s, (*said,), 0)])
    assert 0.08 <= np.mean(early[1_000:]) <= 0.12


@pytest.mark.parametrize("bias", [0.6, 1.6])
def test_what_is_said_keeps_its_word_however_wrong_the_forecast(bias: float) -> None:
    """Four in five within the 80 % range; and rounded outward for people, it errs on the safe side."""
    rng = np.random.default_rng(7)
    learned = patient()
    said = []
    for n in range(6_000):
        ahead = int(rng.integers(0, 14))
        typical_s = 100.0 * (ahead + 1)
        happened_s = round(typical_s * float(rng.lognormal(0.0, 0.5)), 1)
        low_s, high_s, median_s, p10_s, p90_s = (
            bias * typical_s * float(np.exp(0.5 * z)) for z in (-0.84, 1.645, 0.0, -1.28, 1.28)
        )
        forecast = Forecast(waits={"T": Estimate(low_s, high_s, median_s, median_s, p10_s, p90_s, "branch")})
        one = calibrated(forecast, learned.calibration, (0.2, 0.95), {"T": ahead}, {}).waits["T"]
        assert one is not None
        shown = ranges.round_outward(one.low_s, one.high_s)
        said.append(
            (
                one.p10_s <= happened_s <= one.p90_s,
                happened_s <= one.median_s,
                happened_s > shown.high_s,
                happened_s < shown.low_s,
                one.p90_s,
            )
        )
        at = TEN + 999.0 * n
        learned.take(event(n, at), [wait(at, happened_s, (one.p10_s, one.median_s, one.p90_s), ahead)])
    within, below, late, early, p90_s = np.mean(said[3_000:], axis=0)
    assert 0.78 <= within <= 0.82
    assert 0.48 <= below <= 0.52
    assert 0.01 <= late <= 0.05
    assert 0.10 <= early <= 0.20
    assert p90_s < 1_600.0  # the true quantile is 1,420 s on average
