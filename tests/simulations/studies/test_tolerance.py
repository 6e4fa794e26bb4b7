from __future__ import annotations

import numpy as np
import pytest

from simulations.studies.tolerance import offered, stays, tolerance

from .past import MONDAY, day

NAN = float("nan")


def test_who_left_was_offered_what_the_next_one_got() -> None:
    one = day(MONDAY, [0, 10, 20], [0, NAN, 320], left=[NAN, 60, NAN])
    waits, left, stayed = offered(one)
    assert waits.tolist() == [0.0, 310.0, 300.0]
    assert left.tolist() == [0.0, 1.0, 0.0]
    assert stayed.tolist() == [0.0, 50.0, 300.0]


def test_after_the_last_call_the_offer_is_not_known() -> None:
    waits, _, _ = offered(day(MONDAY, [0, 10], [5, NAN], left=[NAN, 60]))
    assert waits[1] == np.inf


def days(rng: np.random.Generator, mean_s: float) -> list:
    """Days on which everybody knows the wait ahead, and leaves after ten seconds if that is too long."""
    made = []
    for _ in range(20):
        waits = rng.uniform(0.0, 1200.0, 200)
        issued = np.arange(200) * 3600.0
        gone = rng.exponential(mean_s, 200) < waits
        # Each is followed by one who stays, so that what it was offered can be seen.
        both = np.column_stack((issued, issued + 1e-3)).ravel()
        called = np.column_stack((np.where(gone, NAN, issued + waits), issued + waits)).ravel()
        left = np.column_stack((np.where(gone, issued + 10.0, NAN), np.full(200, NAN))).ravel()
        made.append(day(MONDAY, both.tolist(), called.tolist(), left=left.tolist()))
    return made


def test_tolerance_is_found_where_patience_would_be_misjudged() -> None:
    past = days(np.random.default_rng(3), 600.0)
    table = tolerance(past, ["a"])["a"]
    hazard = np.interp([300.0, 600.0, 900.0], table, np.linspace(0.0, 4.0, 129))
    share = 1.0 - np.exp(-hazard)
    truth = 0.5 * (1.0 - np.exp(-np.array([0.5, 1.0, 1.5])))  # every other one stays in any case
    np.testing.assert_allclose(share, truth, atol=0.04)
    assert stays(past) == pytest.approx(np.full(257, 10.0))


def test_a_business_with_few_cases_borrows_from_all() -> None:
    past = days(np.random.default_rng(4), 600.0)
    tables = tolerance(past, ["a", "b"])
    np.testing.assert_allclose(tables["b"][8:48], tables["a"][8:48], rtol=0.1)


def test_where_nobody_leaves_hardly_anybody_would() -> None:
    table = tolerance([day(MONDAY, [0, 10, 20], [5, 30, 60])], ["a"])["a"]
    assert table[1] > 14_000.0
    assert (stays([day(MONDAY, [0], [5])]) == 0.0).all()


def test_of_no_days_nobody_leaves() -> None:
    assert tolerance([], ["a"])["a"].shape == (129,)
