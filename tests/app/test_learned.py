"""What a branch learns from its own journal and from its past."""

from __future__ import annotations

import json

from app.branch.branch_file import parse
from app.branch.events import Event, EventCorrected, WindowReady
from app.journal import PastTicket
from app.learned import Learned
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
