from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from app.branch.branch_file import Branch
from simulations.acting import demo
from simulations.studies.demand import learned as profile_of
from simulations.studies.problems import ScenarioError
from simulations.studies.resolving import Learned, learned, resolved
from simulations.studies.scenario import Scenario
from simulations.studies.scenario_file import parse
from simulations.studies.study import study

from .past import MONDAY, arrivals, day, days_from

ARRIVALS = "arrivals = { personal = [20, 30, 25, 20], corporate = [4, 4, 4, 4], wealth = [1, 1, 1, 1] }\n"
HAND = 'branch = "demo.toml"\nopens = "09:00"\ncloses = "11:00"\n'


@pytest.fixture(scope="module")
def branch() -> Branch:
    return demo.branch()


@pytest.fixture(scope="module")
def nothing(branch: Branch) -> Learned:
    return learned([], branch, None)


def by_hand(text: str, branch: Branch, known: Learned, demand: str = "") -> Scenario:
    return resolved(parse(f"{HAND}{text}\n[demand]\n{ARRIVALS}{demand}", "plan.toml", branch), branch, known)


def hours(scenario: Scenario, window: str) -> list[tuple[float, float]]:
    (own,) = [each.hours for each in scenario.windows if each.window == window]
    return [(begins / 3600.0, ends / 3600.0) for begins, ends in own]


def test_by_hand_the_roster_is_the_branch_files_with_breaks_and_back_office(
    branch: Branch, nothing: Learned
) -> None:
    found = by_hand("", branch, nothing)
    assert found.demand.expected.sum() == 115.0
    assert hours(found, "6") == [(8.5, 9.5), (10 + 40 / 60, 12.25), (12 + 55 / 60, 17.0)]
    assert hours(found, "5")[0][0] == 10.5
    assert found.rule.head_start == {"vip": 900.0, "elderly": 480.0}
    assert found.windows[2].reluctance == {"personal": 0.0, "wealth": 0.0, "exchange": 900.0}


def test_levels_open_the_first_of_which(branch: Branch, nothing: Learned) -> None:
    found = by_hand('[staffing]\nwindows = [3, 4, 3, 3]\nwhich = ["4", "3", "1"]', branch, nothing)
    assert found.open_windows().tolist() == [3, 4, 3, 3]
    assert hours(found, "4") == [(9.0, 11.0)]
    assert hours(found, "2") == [(9.5, 10.0)]
    assert hours(found, "6") == []


def test_a_teller_fewer_is_one_less_at_each_moment_or_the_last_window(
    branch: Branch, nothing: Learned
) -> None:
    levels = by_hand("[staffing]\nwindows = [4, 5, 4, 4]\nteller_fewer = 1", branch, nothing)
    assert levels.open_windows().tolist() == [3, 4, 3, 3] or levels.open_windows().sum() == 13
    hours_ = by_hand("[staffing]\nteller_fewer = 1", branch, nothing)
    assert hours(hours_, "6") == []
    assert hours(hours_, "1")


def test_late_opening_takes_the_beginning_away(branch: Branch, nothing: Learned) -> None:
    found = by_hand("[staffing]\nlate_opening_s = 1800", branch, nothing)
    assert hours(found, "1")[0][0] == 9.0
    assert hours(found, "5")[0][0] == 10.5


def test_lunch_goes_round(branch: Branch, nothing: Learned) -> None:
    text = (
        '[staffing]\nwindows = [4, 4, 4, 4]\n[lunch]\nfrom = "09:30"\nto = "10:30"\nminutes = 30\nat_once = 2'
    )
    found = by_hand(text, branch, nothing)
    assert hours(found, "1") == [(9.0, 9.5), (10.0, 11.0)]
    assert hours(found, "3") == [(9.0, 10.0), (10.5, 11.0)]
    with pytest.raises(ScenarioError, match="has room for 2, but 4 windows are open then"):
        by_hand(text.replace("at_once = 2", "at_once = 1"), branch, nothing)


def test_a_window_may_be_new_or_changed(branch: Branch, nothing: Learned) -> None:
    found = by_hand(
        '[[window]]\nid = "1"\nhours = []\n'
        '[[window]]\nid = "7"\nbusinesses = ["personal"]\nexpress_minutes = 3',
        branch,
        nothing,
    )
    assert hours(found, "1") == []
    assert hours(found, "7") == [(9.0, 11.0)]
    assert found.windows[-1].express_s == 180.0


def test_priorities_behaviour_and_parallel_steps_by_hand(branch: Branch, nothing: Learned) -> None:
    found = by_hand(
        "[behaviour]\npatience_minutes = 10\nno_show_share = 0.1\n"
        'service = [{ business = "personal", mean_minutes = 5 }]\n'
        '[[parallel]]\nsteps = ["photocopy", "data_entry"]\nshare = 0.5',
        branch,
        nothing,
        "priority_shares = { vip = 0.2 }",
    )
    assert found.behaviour.expected_s("personal") == pytest.approx(300.0, rel=0.01)
    assert found.behaviour.no_show_share == 0.1
    shares = {
        kind.priority: column.sum()
        for kind, column in zip(found.demand.kinds, found.demand.expected.T, strict=True)
        if kind.business == "wealth"
    }
    assert shares == pytest.approx({"vip": 0.8, "normal": 3.2})
    ((share, saved),) = found.rule.saved
    assert share == 0.5
    assert 60.0 < saved.mean() < 140.0  # the shorter of two steps of some two minutes


def test_history_gives_the_weekdays_demand_and_special_days(branch: Branch) -> None:
    past = arrivals(days_from(MONDAY, 28), lambda date: 300.0 if date.weekday() < 5 else 60.0, 7)
    past = [day(one.date, one.issued.tolist(), business=["personal"] * len(one)) for one in past]
    known = learned(past, branch, profile_of(past))
    text = 'branch = "demo.toml"\n'
    week, weekend = (
        resolved(parse(f'{text}weekday = "{name}"', "plan.toml", branch), branch, known).demand.expected.sum()
        for name in ("tuesday", "sunday")
    )
    assert week == pytest.approx(300.0, rel=0.06)
    assert weekend == pytest.approx(60.0, rel=0.2)
    more = resolved(parse(f"{text}[demand]\nfactor = 1.2", "plan.toml", branch), branch, known)
    mean = resolved(parse(text, "plan.toml", branch), branch, known)
    np.testing.assert_allclose(more.demand.expected, 1.2 * mean.demand.expected)


def test_who_comes_after_closing_finds_the_doors_shut(branch: Branch) -> None:
    past = arrivals(days_from(MONDAY, 7), lambda _: 400.0, 8)
    past = [day(one.date, one.issued.tolist(), business=["personal"] * len(one)) for one in past]
    known = learned(past, branch, profile_of(past))
    text = 'branch = "demo.toml"\ncloses = "10:15"'
    found = resolved(parse(text, "plan.toml", branch), branch, known)
    assert found.demand.expected.sum() == pytest.approx(400.0 * 75 / 120, rel=0.06)


def test_as_on_a_day_takes_over_who_was_there(branch: Branch) -> None:
    past = [day(MONDAY, [36_000, 36_100], [36_000, 36_100], [36_050, 36_200], business=["personal"] * 2)]
    known = learned(past, branch, profile_of(past))
    text = 'branch = "demo.toml"\n[staffing]\nas_on = 2026-11-02'
    found = resolved(parse(text, "plan.toml", branch), branch, known)
    assert [each.window for each in found.windows] == ["1"]
    assert found.windows[0].reluctance == {"personal": 0.0}
    missing = parse(text.replace("11-02", "11-03"), "plan.toml", branch)
    with pytest.raises(ScenarioError, match="as_on = 2026-11-03 is no day that was learned from"):
        resolved(missing, branch, known)


def test_without_history_or_arrivals_it_is_not_known_who_comes(branch: Branch, nothing: Learned) -> None:
    with pytest.raises(ScenarioError, match="it is not known who comes"):
        resolved(parse('branch = "demo.toml"', "plan.toml", branch), branch, nothing)


def test_closing_before_the_roster_opens_is_said(branch: Branch) -> None:
    past = [day(MONDAY, [36_000], [36_000], [36_050], business=["personal"])]
    known = learned(past, branch, profile_of(past))
    with pytest.raises(ScenarioError, match="closing at 08:00 is not after opening at 08:30"):
        resolved(parse('branch = "demo.toml"\ncloses = "08:00"', "plan.toml", branch), branch, known)


def test_latest_is_the_last_such_weekday(branch: Branch) -> None:
    past = arrivals(days_from(MONDAY, 10), lambda _: 5.0, 9)
    known = learned(
        [day(one.date, one.issued.tolist(), business=["personal"] * len(one)) for one in past], branch, None
    )
    found = known.latest(0)
    assert found is not None
    assert found.date == MONDAY + dt.timedelta(days=7)
    assert known.latest(None) is known.days[-1]


def test_more_tellers_fewer_than_are_there_leave_nobody(branch: Branch, nothing: Learned) -> None:
    shut = "".join(f'[[window]]\nid = "{name}"\nhours = []\n' for name in "2345")
    with pytest.raises(ScenarioError, match="no window is ever open"):
        by_hand(f"[staffing]\nteller_fewer = 3\n{shut}", branch, nothing)


def test_a_day_on_which_nobody_comes_is_refused(branch: Branch, nothing: Learned) -> None:
    with pytest.raises(ScenarioError, match="nobody comes before the doors close at 11:00"):
        by_hand("", branch, nothing, "factor = 0")


SERVICE = "[[behaviour.service]]\nbusiness = 'personal'\nmean_minutes = 0.5\ncv = {cv}\n"


@pytest.mark.parametrize("cv", [0.2, 0.8])
def test_one_window_by_hand_waits_as_pollaczek_and_khinchin_say(branch: Branch, cv: float) -> None:
    """A mean wait, in services: load (1 + cv²) / 2 (1 - load), where only the service takes time."""
    file = (
        'branch = "demo.toml"\nopens = "06:00"\n[demand]\narrivals = { personal = ' + str([42] * 80) + " }\n"
        f"[behaviour]\npatience_minutes = 1e6\nwalk_s = 0\nwrap_up_s = 0\n{SERVICE.format(cv=cv)}"
        f"[staffing]\nwindows = {[1] * 80}\n"
    )
    bare = replace(branch, breaks=(), back_office=())
    (outcome,) = study([resolved(parse(file, "plan.toml", bare), bare, learned([], bare, None))], 150)
    rho = 42 * 0.5 / 30.0
    assert outcome.utilisation(0).value == pytest.approx(rho, rel=0.01)
    waits = rho * (1.0 + cv**2) / 2.0 / (1.0 - rho) * 30.0
    assert outcome.mean_wait_s().value == pytest.approx(waits, rel=0.03)


def test_walk_and_wrap_up_by_hand_take_the_windows_time(branch: Branch, nothing: Learned) -> None:
    plain = "[behaviour]\npatience_minutes = 1e6\nwalk_s = 0\nwrap_up_s = {}\n"
    none, some = (by_hand(plain.format(each), branch, nothing, "factor = 0.1\n") for each in (0, 60))
    before, after = study([none, some], 50)
    longer = (after.busy_s.sum() - before.busy_s.sum()) / before.called.sum()
    assert longer == pytest.approx(60.0, rel=0.1)
