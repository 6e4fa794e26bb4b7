from __future__ import annotations

from math import inf

from app.backtest.following import Following
from estimator.observation import Observation
from estimator.pools import Pools


def test_it_learns_what_was_over_before_the_moment_and_that_once() -> None:
    walks = [Observation(kind="walking", at=at, value_s=10.0) for at in (30.0, 10.0, 20.0)]
    following = Following(Pools(), walks)
    assert following.until(10.0) == []
    assert [one.at for one in following.until(30.0)] == [10.0, 20.0]
    assert following.until(30.0) == []
    assert [one.at for one in following.until(inf)] == [30.0]
    assert following.pools.basis("walking") == "configured"
