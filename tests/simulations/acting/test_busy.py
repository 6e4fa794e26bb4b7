from collections import defaultdict
from itertools import islice
from statistics import median

import pytest

from app.branch.events import Event, TicketCalled, TicketIssued
from simulations.acting import busy
from simulations.acting.busy import BUSY
from simulations.acting.virtual import act


@pytest.fixture(scope="module")
def events() -> list[Event]:
    """The first day of a seed."""
    service = act(busy.branch(), next(busy.weeks(11)))
    assert service.refused == []
    return service.events


def test_people_wait_ten_minutes_to_an_hour_at_the_peaks(events: list[Event]) -> None:
    issued = {event.fact.ticket: event.at for event in events if isinstance(event.fact, TicketIssued)}
    begins = min(issued.values()) // 3600 * 3600
    waits: dict[int, list[float]] = defaultdict(list)
    for event in events:
        if isinstance(event.fact, TicketCalled):
            came = issued[event.fact.ticket]
            waits[int((came - begins) // 3600)].append((event.at - came) / 60)
    peaks = [median(waits[hour]) for hour in (1, 6)]
    assert all(10 < minutes < 60 for minutes in peaks)
    assert median(waits[4]) < min(peaks)


def test_each_day_has_a_stream_of_its_own() -> None:
    first, second = islice(busy.weeks(3), 2)
    again = next(iter(busy.weeks(3)))
    assert again == first
    assert [one.arrives_at for one in second.customers[:5]] != [one.arrives_at for one in first.customers[:5]]
    assert [day.date.weekday() for day in busy.weeks(3)] == [0, 1, 2, 3, 4] * 2


def test_the_truth_is_not_what_the_branch_file_says() -> None:
    branch = busy.branch()
    assert set(BUSY.tellers) == set(branch.windows)
    assert sum(habit.share for habit in BUSY.businesses.values()) == pytest.approx(1)
    off = {
        name: habit.service.quantile(0) / (branch.businesses[name].minutes[1] * 60)
        for name, habit in BUSY.businesses.items()
    }
    assert sum(abs(ratio - 1) > 0.1 for ratio in off.values()) >= 2
