from __future__ import annotations

import numpy as np
import pytest

from simulations.studies.attended import attended, turnaround

from .past import MONDAY, day

NAN = float("nan")


def test_who_serves_without_a_break_is_there_from_its_first_call() -> None:
    one = day(MONDAY, [0, 10, 20], [0, 100, 200], [100, 200, 300])
    (window,) = attended(one)
    assert (window.window, window.teller, window.visits, window.businesses) == ("1", "t1", 3, ("a",))
    assert window.hours == ((0.0, 250.0),)  # somewhere in its last service it had meant to stop


def test_quiet_time_is_no_absence() -> None:
    (window,) = attended(day(MONDAY, [0, 5000], [0, 5000], [60, 5060]))
    assert window.hours[0][0] == 0.0
    assert len(window.hours) == 1


def test_who_lets_people_wait_was_away_until_it_called() -> None:
    # The second came at 1000 and was called at 2000: nobody was there from its coming on, and perhaps before.
    (window,) = attended(day(MONDAY, [0, 1000], [0, 2000], [60, 2100]))
    (first, second) = window.hours
    assert first == (0.0, 500.0)
    assert second[0] == 2000.0


def test_others_who_take_the_waiting_are_no_sign_of_absence() -> None:
    both = day(MONDAY, [0, 0, 200, 900], [0, 0, 200, 900], [600, 60, 260, 960], window=["1", "2", "2", "1"])
    assert [len(one.hours) for one in attended(both)] == [1, 1]


def test_a_helper_is_not_away_because_others_customers_wait() -> None:
    tickets = day(
        MONDAY,
        [0, 300, 1000, 1500],
        [0, 1200, 1000, 1500],
        [100, 1300, 1100, 1600],
        business=["a", "b", "a", "a"],
        window=["1", "1", "1", "1"],
    )
    assert len(attended(tickets)[0].hours) == 2  # b waited from 300 on
    assert len(attended(tickets, {"1": ["a"]})[0].hours) == 1


def test_nobody_served_is_nobody_there() -> None:
    assert attended(day(MONDAY, [0, 10], [NAN, NAN], left=[60, 60])) == []


@pytest.mark.parametrize("own", [None, {"1": ["a"]}])
def test_turnaround_is_measured_while_people_wait(own: dict[str, list[str]] | None) -> None:
    rng = np.random.default_rng(1)
    issued, called, finished = [], [], []
    free = 0.0
    for number in range(2000):
        issued.append(20.0 * number)
        called.append(max(free, issued[-1]))
        finished.append(called[-1] + 60.0)
        free = finished[-1] + float(rng.exponential(10.0))
    table = turnaround([day(MONDAY, issued, called, finished)], own)
    assert table.mean() == pytest.approx(10.0, rel=0.15)
    assert table[128] == pytest.approx(7.0, rel=0.3)
    assert table.max() <= 120.0


def test_of_nothing_the_turnaround_is_a_guess() -> None:
    table = turnaround([])
    assert 0.0 <= table.min() <= table.max() <= 120.0
