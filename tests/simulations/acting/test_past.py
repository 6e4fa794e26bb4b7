from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import fmean

import pytest

from app.branch.branch_file import Branch
from estimator.pools import Pools
from simulations.acting import demo
from simulations.acting.past import COLUMNS, Past, act

MONDAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def past(branch: Branch) -> Past:
    return act(branch, demo.past(MONDAY, 2))


def test_the_past_is_the_same_each_time(branch: Branch, past: Past) -> None:
    assert act(branch, demo.past(MONDAY, 2)) == past


def test_rows_are_the_contracts(branch: Branch, past: Past) -> None:
    lines = past.csv().splitlines()
    assert lines[0] == (
        "ticket,business,priority,window,teller,issued_at,called_at,started_at,"
        "finished_at,ready_at,left_at,outcome"
    )
    assert len(lines) == len(past.rows) + 1
    assert len({row["ticket"] for row in past.rows}) == len(past.rows)
    for row in past.rows:
        assert tuple(row) == COLUMNS
        assert row["business"] in branch.businesses
        known = [datetime.fromisoformat(row[name]) for name in COLUMNS[5:10] if row[name]]
        assert known == sorted(known)
        assert all(moment.utcoffset() == timedelta(hours=8) for moment in known)


def test_each_outcome_has_its_times(past: Past) -> None:
    outcomes = Counter(row["outcome"] for row in past.rows)
    assert set(outcomes) == {"served", "abandoned", "no_show"}
    assert outcomes["served"] > 0.85 * len(past.rows)
    for row in past.rows:
        has = {name for name in COLUMNS[6:11] if row[name]}
        match row["outcome"]:
            case "served":
                assert has == {"called_at", "started_at", "finished_at", "ready_at"}
                assert row["window"]
                assert row["teller"]
            case "abandoned":
                assert has == {"left_at"}
                assert not row["window"]
            case "no_show":
                assert has == {"called_at", "left_at"}


def test_windows_serve_one_at_a_time(past: Past) -> None:
    by_window: dict[str, list[tuple[str, str]]] = {}
    for row in past.rows:
        if row["outcome"] == "served":
            by_window.setdefault(row["window"], []).append((row["called_at"], row["ready_at"]))
    for spells in by_window.values():
        spells.sort()
        assert all(one[1] <= other[0] for one, other in pairwise(spells))


def test_observations_are_in_order_and_can_be_learned(branch: Branch, past: Past) -> None:
    kinds = Counter(one.kind for one in past.observations)
    assert {"service", "wrap_up", "walking", "no_show", "pause", "step", "patience", "arrival"} <= set(kinds)
    assert [one.at for one in past.observations] == sorted(one.at for one in past.observations)
    pools = Pools()
    for one in past.observations:
        pools.learn(one)
    personal = [
        one.value_s for one in past.observations if one.business == "personal" and one.kind == "service"
    ]
    low, _, high = branch.businesses["personal"].minutes
    assert low * 60 < fmean(personal) < high * 60
