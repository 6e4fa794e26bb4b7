from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.branch.branch_file import Branch
from simulations.acting import demo
from simulations.acting.day import Customer, Day, draw
from simulations.acting.lobby import DEMO, Lobby

MONDAY = date(2026, 11, 23)


def drawn(branch: Branch, lobby: Lobby, seed: int) -> Day:
    return draw(lobby, branch, MONDAY, np.random.default_rng(seed))


def test_the_same_seed_draws_the_same_day() -> None:
    assert demo.day(MONDAY, 3) == demo.day(MONDAY, 3)


def test_days_differ_by_number_and_by_seed() -> None:
    days = [demo.day(MONDAY), demo.day(MONDAY, 1), demo.day(MONDAY, 0, seed=7)]
    assert len({day.customers for day in days}) == 3


def test_the_date_moves_a_day_and_changes_nothing_else() -> None:
    shift_s = timedelta(days=9).total_seconds()
    first, later = demo.day(MONDAY), demo.day(MONDAY + timedelta(days=9))
    moved = [replace(one, arrives_at=one.arrives_at + shift_s) for one in first.customers]
    assert list(later.customers) == moved


def test_customers_stay_themselves_when_another_parameter_changes(branch: Branch) -> None:
    patient = replace(DEMO, patience=replace(DEMO.patience, mean=9e9))
    before, after = drawn(branch, DEMO, 4), drawn(branch, patient, 4)
    assert [_but_patience(one) for one in before.customers] == [_but_patience(one) for one in after.customers]
    assert before.tellers == after.tellers


def test_earlier_customers_stay_themselves_when_more_come_later(branch: Branch) -> None:
    fuller = replace(DEMO, arrivals=(*DEMO.arrivals[:-1], DEMO.arrivals[-1] + 40))
    before, after = drawn(branch, DEMO, 4), drawn(branch, fuller, 4)
    assert len(after.customers) > len(before.customers)
    early = before.doors_close_at - 1800
    same = [one for one in before.customers if one.arrives_at < early]
    assert list(after.customers[: len(same)]) == same


def _but_patience(customer: Customer) -> Customer:
    return replace(customer, patience_s=0.0)


@settings(max_examples=6)
@given(seed=st.integers(0, 2**32))
def test_every_drawn_day_can_be(seed: int) -> None:
    day = drawn(demo.branch(), DEMO, seed)
    arrivals = [one.arrives_at for one in day.customers]
    assert arrivals == sorted(arrivals)
    assert day.doors_open_at <= arrivals[0]
    assert arrivals[-1] < day.doors_close_at
    for customer in day.customers:
        for errand in customer.errands:
            hands = [step for step in errand.steps if step.away or step.resource == "teller"]
            for one, other in pairwise(hands):
                assert one.offset_s + one.duration_s < other.offset_s
            for step in errand.steps:
                assert step.duration_s > 0
                assert step.offset_s + step.duration_s < errand.service_s
    for plan in day.tellers:
        for before, after in pairwise(plan.stints):
            assert before.reopens_at is not None
            assert before.opens_at < before.ends_at < before.reopens_at <= after.opens_at


def test_a_slower_teller_takes_longer_over_everything(first_day: Day) -> None:
    errand = next(one.errands[0] for one in first_day.customers if one.errands[0].steps)
    slow = errand.at_pace(1.5)
    assert slow.service_s == pytest.approx(1.5 * errand.service_s)
    assert slow.steps[0].offset_s == pytest.approx(1.5 * errand.steps[0].offset_s)
    assert slow.steps[0].expected_s == errand.steps[0].expected_s
