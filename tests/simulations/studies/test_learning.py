from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulations.studies.behaviour import mean_of
from simulations.studies.demand import kinds_of
from simulations.studies.learning import learned_behaviour, skills, untaught
from simulations.studies.past_days import PastDay

from .past import MONDAY, day, days_from

MINUTES = {"a": (60.0, 180.0, 600.0), "b": (60.0, 300.0, 900.0)}


def past(days: int = 10, pace_cv: float = 0.0) -> list[PastDay]:
    """Two tellers, the second half as quick; every ten minutes a customer; walks of 8 s, wrap-ups of 25 s."""
    rng = np.random.default_rng(5)
    made = []
    for date in days_from(MONDAY, days):
        pace = float(rng.normal(1.0, pace_cv))
        issued = 600.0 * np.arange(200)
        window = ["1" if number % 2 else "2" for number in range(200)]
        service = pace * rng.exponential(120.0, 200) * np.where(np.arange(200) % 2, 1.0, 2.0)
        made.append(
            day(
                date,
                issued.tolist(),
                (issued + 2.0).tolist(),
                (issued + 10.0 + service).tolist(),
                window=window,
                started=(issued + 10.0).tolist(),
                ready=(issued + 35.0 + service).tolist(),
            )
        )
    return made


def test_services_tellers_walks_and_wrap_ups_are_found_with_their_cases() -> None:
    found = learned_behaviour(past(), MINUTES)
    assert found.speeds["t2"] / found.speeds["t1"] == pytest.approx(2.0, rel=0.1)
    assert mean_of(found.services["a"]) == pytest.approx(180.0, rel=0.06)
    assert mean_of(found.walking) == pytest.approx(8.0)
    assert mean_of(found.wrap_up["a"]) == pytest.approx(25.0)
    assert found.no_show_share == 0.0
    cases = {(one.about, one.key): one.cases for one in found.cases}
    assert cases["service", "a"] == 2000
    assert cases["service", "b"] == 0
    assert cases["teller", "t1"] == 1000


def test_what_was_never_seen_is_as_the_branch_file_says() -> None:
    found, before = learned_behaviour(past(), MINUTES), untaught(MINUTES)
    np.testing.assert_allclose(found.services["b"], before.services["b"])
    nothing = learned_behaviour([], MINUTES)
    np.testing.assert_allclose(nothing.services["a"], before.services["a"])


def test_few_cases_borrow_from_the_branch_file() -> None:
    few = learned_behaviour([day(MONDAY, [0], [0], [10])], MINUTES)
    assert 100.0 < mean_of(few.services["a"]) < mean_of(untaught(MINUTES).services["a"])


@pytest.mark.parametrize("spread", [0.0, 0.15])
def test_the_pace_of_days_is_told_from_chance(spread: float) -> None:
    assert learned_behaviour(past(60, spread), MINUTES).pace_cv == pytest.approx(spread, abs=0.04)


def test_skills_are_what_is_taken_on_more_than_a_tenth_of_the_days() -> None:
    often = [day(date, [0, 9], [0, 9], [5, 19], business=["a", "b"]) for date in days_from(MONDAY, 10)]
    once = day(MONDAY, [0], [0], [5], business=["c"])
    assert skills([*often, once, *often]) == {"1": ("a", "b")}


def test_items_lengthen_services_as_they_did() -> None:
    rng = np.random.default_rng(6)
    items = rng.choice([1.0, 2.0, 6.0], 3000)
    service = rng.exponential(60.0, 3000) * items
    issued = 600.0 * np.arange(3000)
    counted = replace(day(MONDAY, issued.tolist(), issued.tolist(), (issued + service).tolist()), items=items)
    found = learned_behaviour([counted], MINUTES)
    assert [found.expected_s("a", number) for number in (1, 2, 5)] == pytest.approx([60, 120, 360], rel=0.1)
    assert {(kind.business, kind.items) for kind in kinds_of(counted)} == {("a", 1), ("a", 2), ("a", 5)}
    assert found.item_factor("a", None) == 1.0
