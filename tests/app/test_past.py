from __future__ import annotations

from dataclasses import replace

from app.branch.branch_file import parse
from app.journal import PastTicket
from app.past import past_observations

from .served import SMALL, TEN

BRANCH = replace(parse(SMALL), walking_s=20.0)
SERVED = PastTicket(
    "a", "personal", None, "1", None, TEN, TEN + 60, TEN + 75, TEN + 375, None, None, "served"
)


def service_s(row: PastTicket) -> list[float]:
    return [one.value_s for one in past_observations(BRANCH, [row]) if one.kind == "service"]


def test_a_service_lasts_from_its_start() -> None:
    assert service_s(SERVED) == [300.0]


def test_where_no_start_is_known_it_lasts_from_the_call_and_the_usual_walk() -> None:
    assert service_s(SERVED._replace(started_at=None)) == [295.0]
    assert service_s(SERVED._replace(started_at=None, called_at=None)) == []
    missed = SERVED._replace(started_at=None, finished_at=None, left_at=TEN + 120, outcome="no_show")
    assert service_s(missed) == []


def test_nothing_teaches_nothing() -> None:
    assert past_observations(BRANCH, []) == []
