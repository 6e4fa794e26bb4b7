from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from estimator.chance import Chance
from estimator.forecast import play
from estimator.lines import line_up
from estimator.observation import Observation
from estimator.pools import Pools
from estimator.situation import Situation, TicketNow, WindowNow


def branch(*waiting: TicketNow, helps_after_s: float = inf, **more: object) -> Situation:
    one = WindowNow(window="1", phase="serving", reluctance={"a": 0.0, "b": 0.0})
    two = WindowNow(window="2", phase="serving", reluctance={"c": 0.0, "a": helps_after_s})
    return Situation(windows=(one, two), waiting=waiting, businesses=("a", "c"), **more)  # type: ignore[arg-type]


def busy_pools() -> Pools:
    pools = Pools()
    for day in range(5):
        for priority in ("normal", "high"):
            for _ in range(60):
                pools.learn(
                    Observation(kind="arrival", at=0.0, business="a", priority=priority, day=day, hour=12)
                )
    return pools


def test_those_whom_the_same_windows_take_stand_in_one_line() -> None:
    lines = line_up(
        branch(
            TicketNow(ticket="3", business="b", waited_s=30.0),
            TicketNow(ticket="1", business="a", waited_s=60.0),
            TicketNow(ticket="2", business="c", waited_s=45.0),
            TicketNow(ticket="4", business="a", waited_s=30.0, priority="high"),
            TicketNow(ticket="5", business="c", waited_s=9.0, window="1"),
            head_start={"high": 90.0},
        ),
        Pools(),
    )
    assert [place.ticket or place.business for place in lines.places] == ["1", "2", "3", "4", "5", "a", "c"]
    assert lines.line.tolist() == [0, 1, 0, 2, 0, 0, 1]
    assert lines.rules.head_start.tolist() == [0.0, 0.0, 90.0]
    assert lines.rules.reluctance.tolist() == [[0.0, inf, 0.0], [inf, 0.0, inf]]


def test_only_those_to_come_who_can_go_first_matter() -> None:
    pools = busy_pools()
    plain = line_up(branch(TicketNow(ticket="1", business="a")), pools)
    assert plain.streams == []
    head_start = {"high": 90.0}
    first = line_up(branch(TicketNow(ticket="1", business="a"), head_start=head_start), pools).streams
    assert [(stream.head_start, stream.until_s) for stream in first] == [(90.0, 90.0), (0.0, 90.0)]
    (always,) = line_up(branch(TicketNow(ticket="1", business="a"), head_start={"high": inf}), pools).streams
    assert always.until_s > 1800.0
    helped = line_up(branch(TicketNow(ticket="1", business="a"), helps_after_s=300.0), pools).streams
    assert [stream.until_s for stream in helped] == [300.0, 300.0]


@settings(max_examples=50)
@given(
    helps_after_s=st.sampled_from((20.0, 120.0, 600.0)),
    head_start_s=st.sampled_from((0.0, 90.0, 400.0)),
    tickets=st.lists(
        st.tuples(st.sampled_from("abc"), st.floats(0, 700), st.sampled_from(("normal", "high"))), max_size=12
    ),
    seed=st.integers(0, 2**32),
)
def test_who_comes_later_than_that_is_called_before_nobody_who_is_here(
    helps_after_s: float, head_start_s: float, tickets: list[tuple[str, float, str]], seed: int
) -> None:
    waiting = [
        TicketNow(ticket=str(number), business=business, waited_s=waited_s, priority=priority)
        for number, (business, waited_s, priority) in enumerate(tickets)
    ]
    now = branch(*waiting, helps_after_s=helps_after_s, head_start={"high": head_start_s}, hour=12.0)
    pools = busy_pools()
    lines = line_up(now, pools)
    assert lines.streams
    endless = replace(lines, streams=[replace(stream, until_s=inf) for stream in lines.streams])
    bounded, unbounded = (
        play(now, pools, each, Chance.shared(np.random.default_rng(seed)), 40)[1] for each in (lines, endless)
    )
    assert np.array_equal(bounded, unbounded)


def test_they_come_at_their_rate_and_not_after_they_matter() -> None:
    lines = line_up(
        branch(TicketNow(ticket="1", business="a"), helps_after_s=300.0, head_start={"high": 90.0}),
        busy_pools(),
    )
    later = lines.later(np.random.default_rng(0), 4000)
    assert later.shape[1] == sum(stream.slots for stream in lines.streams) == lines.stream_start[-1]
    assert later.shape[1] == lines.line.size - len(lines.places)
    first = later[:, : lines.streams[0].slots]
    expected = lines.streams[0].rate * lines.streams[0].until_s
    assert abs(np.isfinite(first).sum(axis=1).mean() / expected - 1.0) < 0.05
    assert (first[np.isfinite(first)] <= lines.streams[0].until_s).all()
    assert not np.isnan(np.diff(np.where(np.isinf(first), 1e9, first), axis=1)).any()
