from __future__ import annotations

import numpy as np
import pytest

from simulations.studies.compare import compared, mean_wait
from simulations.studies.scenario import Counter
from simulations.studies.study import study

from .reference import BUSINESSES, CLOSES, OPENS, reference


def pair(days: int) -> list:
    base = reference()
    more = Counter("more", ((OPENS, CLOSES),), dict.fromkeys(BUSINESSES, 0.0))
    return study([base, base.with_windows([*base.windows, more], "more")], days)


def test_differences_are_those_of_the_figures() -> None:
    before, after = pair(100)
    found = {(each.figure, each.of, each.key): each for each in compared(before, after)}
    for business in (None, *BUSINESSES):
        each = found["mean wait", "business" if business else "all", business or ""]
        assert each.before == pytest.approx(before.mean_wait_s(business).value)
        assert each.after == pytest.approx(after.mean_wait_s(business).value)
        assert each.difference.value == pytest.approx(each.after - each.before)
    late = found["late", "half-hour", "4"]
    assert late.before == pytest.approx(before.late_share(slot=4).value)
    assert found["lost", "all", ""].unit == "share"
    assert found["overtime", "all", ""].before == pytest.approx(before.overtime_s.mean())
    assert len(found) == 3 * (1 + 3 + 16) + 1


def test_worse_days_are_counted_day_by_day() -> None:
    before, after = pair(100)
    waits = [one.waited_s.sum(axis=(1, 2)) / one.called.sum(axis=(1, 2)) for one in (before, after)]
    assert mean_wait(before, after).worse_days == np.mean(waits[1] > waits[0])
    assert mean_wait(after, before).worse_days == np.mean(waits[0] > waits[1])


def test_only_outcomes_of_one_study_are_compared() -> None:
    with pytest.raises(ValueError, match="not of one study"):
        compared(pair(5)[0], pair(6)[0])
