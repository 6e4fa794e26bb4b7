from __future__ import annotations

import datetime as dt

import pytest

from app.branch.branch_file import Branch, BranchFileError
from simulations.acting import demo
from simulations.studies.scenario_file import parse, sources
from simulations.studies.scenario_plan import Lunch, ScenarioPlan

HEAD = 'branch = "demo.toml"\n'


@pytest.fixture(scope="module")
def branch() -> Branch:
    return demo.branch()


def plan(text: str, branch: Branch) -> ScenarioPlan:
    return parse(HEAD + text, "plan.toml", branch)


def test_everything_that_can_be_said(branch: Branch) -> None:
    found = plan(
        """
name = "Tuesday"
late_minutes = 10
date = 2026-11-24
weekday = "tuesday"
opens = "09:00"
closes = 17:00:00
paydays = [10, 15]
country = "CN"
[demand]
factor = 1.2
business_factor = { wealth = 2 }
busyness_cv = 0.15
arrivals = { personal = [10, 20], wealth = [1, 2] }
priority_shares = { vip = 0.1 }
[behaviour]
no_show_share = 0.03
patience_minutes = 30
walk_s = 0
wrap_up_s = 12
balking = [[10, 0.02], [30, 0.2]]
service = [{ business = "personal", mean_minutes = 5, cv = 0.7 }]
[staffing]
windows = [3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4]
which = ["2", "1"]
teller_fewer = 1
late_opening_s = 600
[[window]]
id = "1"
hours = ["09:00-12:00", "13:00-17:00"]
express_minutes = 3
[[window]]
id = "new"
businesses = ["personal"]
reluctance = { wealth = 300 }
speed = 1.5
[[break]]
window = "new"
from = "10:00"
to = "10:15"
[[back_office]]
window = "2"
from = "16:00"
to = "17:00"
[lunch]
from = "11:30"
to = "13:30"
minutes = 30
at_once = 2
[rules]
closing = "turn_away"
turn_away_at = "17:10"
head_start = { vip = 60 }
call_ahead = true
wrap_up_factor = 0.5
[[parallel]]
steps = ["photocopy", "data_entry"]
share = 0.3
""",
        branch,
    )
    assert (found.name, found.late_s, found.weekday, found.date) == (
        "Tuesday",
        600.0,
        1,
        dt.date(2026, 11, 24),
    )
    assert (found.opens_s, found.closes_s, found.turn_away_s) == (32_400.0, 61_200.0, 61_800.0)
    assert found.arrivals == {"personal": (10.0, 20.0), "wealth": (1.0, 2.0)}
    assert (found.patience_s, found.walk_s, found.wrap_up_s) == (1800.0, 0.0, 12.0)
    assert found.balking.waits_s == (600.0, 1800.0)
    assert found.parts[0].hours == ((32_400.0, 43_200.0), (46_800.0, 61_200.0))
    assert (found.parts[0].express_s, found.parts[0].reluctance) == (180.0, None)
    assert found.parts[1].reluctance == {"personal": 0.0, "wealth": 300.0}
    assert found.away == (("new", 36_000.0, 36_900.0), ("2", 57_600.0, 61_200.0))
    assert found.lunch == Lunch(41_400.0, 48_600.0, 1800.0, 2)
    assert found.parallel[0].share == 0.3


def test_an_empty_scenario_is_the_branch_as_it_is(branch: Branch) -> None:
    found = plan("", branch)
    assert (found.name, found.factor, found.windows, found.parts) == ("plan", 1.0, (), ())
    assert found.turn_away_s is None


WRONG = {
    "arrivals_past_the_day_after": (
        f'opens = "09:00"\n[demand]\narrivals = {{ personal = {[1] * 79} }}',
        4,
        "[demand] arrivals",
        "goes past 48:00; give at most 78 half-hours from 09:00",
    ),
    "a_service_twice": (
        "[behaviour]\nservice = [" + 2 * "{ business = 'wealth', mean_minutes = 5 }, " + "]",
        3,
        "[[behaviour.service]] #2 business",
        "'wealth' has a service above",
    ),
    "closes_before_opens": (
        'opens = "09:00"\ncloses = "08:00"',
        3,
        "closes",
        "08:00 is not after opens = 09:00",
    ),
    "too_many_windows": (
        'opens = "09:00"\n[staffing]\nwindows = [3, 7]',
        4,
        "[staffing] windows",
        "asks for 7 windows at 09:30, but the branch has 6",
    ),
    "no_window_ever": (
        'opens = "09:00"\n[staffing]\nwindows = [0, 0]',
        4,
        "[staffing] windows",
        "opens no window at any time",
    ),
    "levels_without_opening": ("[staffing]\nwindows = [3]", 1, "opens", "counted from it"),
    "unknown_key": ("colour = 3", 2, "colour", "is not known here"),
    "unknown_business": (
        "[demand]\nbusiness_factor = { loans = 2 }",
        3,
        "[demand] business_factor",
        "'loans'",
    ),
    "negative_factor": ("[demand]\nfactor = -1", 3, "[demand] factor", "a number from 0 to 100"),
    "arrivals_uneven": (
        'opens = "09:00"\n[demand]\narrivals = { personal = [1], wealth = [1, 2] }',
        4,
        "[demand] arrivals",
        "as many half-hours",
    ),
    "arrivals_no_numbers": (
        'opens = "09:00"\n[demand]\narrivals = { personal = ["x"] }',
        4,
        "[demand] arrivals",
        "by half-hour",
    ),
    "arrivals_without_opening": ("[demand]\narrivals = { personal = [1] }", 1, "opens", "arrivals by hand"),
    "shares_over_one": (
        "[demand]\npriority_shares = { vip = 0.6, elderly = 0.6 }",
        3,
        "[demand] priority_shares",
        "more than 1",
    ),
    "balking_falls": (
        "[behaviour]\nbalking = [[10, 0.3], [30, 0.2]]",
        3,
        "[behaviour] balking",
        "both rising",
    ),
    "weekday_of_date": (
        'date = 2026-11-24\nweekday = "monday"',
        3,
        "weekday",
        "is not the day of date = 2026-11-24, a tuesday",
    ),
    "no_weekday": ('weekday = "someday"', 2, "weekday", "one of monday"),
    "no_date": ('date = "2026-13-01"', 2, "date", "is no date"),
    "moment": ("date = 2026-11-24T10:00:00", 2, "date", "should be a date"),
    "new_window_without_business": (
        '[[window]]\nid = "9"',
        2,
        "[[window]] #1 businesses",
        "say what it takes",
    ),
    "window_twice": ('[[window]]\nid = "1"\n[[window]]\nid = "1"', 5, "[[window]] #2 id", "used twice"),
    "hours_backwards": (
        '[[window]]\nid = "1"\nhours = ["12:00-09:00"]',
        4,
        "[[window]] #1 hours",
        "ends before it begins",
    ),
    "hours_no_spell": (
        '[[window]]\nid = "1"\nhours = ["late-later"]',
        4,
        "[[window]] #1 hours",
        "a spell such as",
    ),
    "break_backwards": (
        '[[break]]\nwindow = "1"\nfrom = "12:00"\nto = "11:00"',
        5,
        "[[break]] #1 to",
        "should be after from = 12:00",
    ),
    "break_elsewhere": (
        '[[break]]\nwindow = "9"\nfrom = "12:00"\nto = "13:00"',
        3,
        "[[break]] #1 window",
        "one of 1, 2",
    ),
    "lunch_too_short": (
        '[lunch]\nfrom = "12:00"\nto = "12:10"\nminutes = 30',
        4,
        "[lunch] to",
        "no room for a lunch of 30 minutes",
    ),
    "turn_away_when": ('[rules]\nclosing = "turn_away"', 2, "[rules] turn_away_at", "is missing"),
    "turn_away_early": (
        'closes = "17:00"\n[rules]\nclosing = "turn_away"\nturn_away_at = "16:00"',
        5,
        "[rules] turn_away_at",
        "lies before closes = 17:00",
    ),
    "turn_away_unasked": (
        '[rules]\nturn_away_at = "17:00"',
        3,
        "[rules] turn_away_at",
        'needs closing = "turn_away"',
    ),
    "unknown_priority": ("[rules]\nhead_start = { king = 9 }", 3, "[rules] head_start", "'king'"),
    "one_step_parallel": (
        '[[parallel]]\nsteps = ["photocopy"]\nshare = 0.1',
        3,
        "[[parallel]] #1 steps",
        "two",
    ),
    "not_toml": ("[staffing", 2, "", "not TOML"),
    "table_expected": ("staffing = 3", 2, "[staffing]", "must be a table"),
    "paydays": ("paydays = [0]", 2, "paydays", "days of the month"),
    "learn_backwards": (
        'history = "h.csv"\nlearn_from = 2026-02-01\nlearn_to = 2026-01-01',
        4,
        "learn_to",
        "swap them",
    ),
    "name_unreadable": ('name = "\\u001b[31m"', 2, "name", "text that can be read"),
    "name_endless": (f'name = "{"x" * 121}"', 2, "name", "at most 120 characters"),
    "teller_and_a_half": ("[staffing]\nteller_fewer = 1.5", 3, "[staffing] teller_fewer", "a whole number"),
    "lunch_for_one_and_a_half": (
        '[lunch]\nfrom = "12:00"\nto = "14:00"\nminutes = 30\nat_once = 1.5',
        6,
        "[lunch] at_once",
        "a whole number from 1 to 64",
    ),
    "levels_past_the_day": (
        f'opens = "09:00"\n[staffing]\nwindows = {[1] * 79}',
        4,
        "[staffing] windows",
        "at most 78 half-hours",
    ),
    "levels_before_the_doors_close": (
        'opens = "09:00"\ncloses = "11:00"\n[staffing]\nwindows = [2, 2, 2]',
        5,
        "[staffing] windows",
        "ends at 10:30, but the doors close at 11:00",
    ),
    "window_for_nobody": (
        '[[window]]\nid = "1"\nbusinesses = []',
        4,
        "[[window]] #1 businesses",
        "say what window '1' takes",
    ),
    "two_pasts": ('history = "h.csv"\ndata = "d"', 3, "data", "the one or the other"),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_error_names_line_field_and_what_would_be_right(name: str, branch: Branch) -> None:
    text, line, field, words = WRONG[name]
    with pytest.raises(BranchFileError) as caught:
        plan(text, branch)
    assert str(caught.value).startswith(f"plan.toml:{line}: ")
    assert caught.value.field.removesuffix(" ") == field
    assert words in str(caught.value)


def test_a_scenario_needs_a_branch_or_a_history() -> None:
    with pytest.raises(BranchFileError, match="name the branch file"):
        sources('name = "x"')
    assert sources('history = "past.csv"').history == "past.csv"


def test_a_window_that_is_not_said_to_be_open_may_take_nothing(branch: Branch) -> None:
    shut = '[[window]]\nid = "1"\nbusinesses = []\n'
    assert plan(f"{shut}hours = []", branch).parts[0].reluctance == {}
    levels = f'opens = "09:00"\n[staffing]\nwindows = [2]\nwhich = ["2", "3"]\n{shut}'
    assert plan(levels, branch).parts[0].reluctance == {}
