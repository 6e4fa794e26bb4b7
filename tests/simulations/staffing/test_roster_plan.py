import datetime as dt

import pytest

from app.branch.toml_reader import BranchFileError
from simulations.staffing.roster_plan import RosterPlan, parse

WINDOWS = ("1", "2", "3")


def plan(text: str) -> RosterPlan:
    return parse(f'name = "x"\n{text}', "plan.toml", WINDOWS, 9 * 3600.0, 4)


def test_everything_that_can_be_said() -> None:
    found = plan(
        """
[roster]
least = 1
most = [2, 3, 3, 2]
from = 2026-11-27
days = 3
rest_hours = 12
[[roster.shift]]
from = "08:30"
to = "11:30"
balancing_minutes = 30
break = [{ minutes = 30, from = "09:30", to = "11:00", paid = true }]
[[roster.shift]]
name = "late"
from = 10:00:00
to = 12:00:00
[[roster.crew]]
name = "seniors"
most = 2
least = 1
duties = ["vault"]
[[roster.crew]]
name = "juniors"
windows = ["1", "2"]
duties = []
shifts = ["late"]
[[roster.duty]]
name = "vault"
tellers = 2
minutes = 30
from = "08:30"
to = "09:30"
[[roster.teller]]
name = "Ann"
crew = "seniors"
away = [2026-11-30]
hours_a_week = 20
days_a_week = 3
[[roster.teller]]
name = "陈"
crew = "juniors"
"""
    )
    assert found.least.tolist() == [1, 1, 1, 1]
    assert found.most.tolist() == [2, 3, 3, 2]
    assert found.dates == (dt.date(2026, 11, 27), dt.date(2026, 11, 30), dt.date(2026, 12, 1))
    assert found.rest_h == 12.0
    first, late = found.shifts
    assert (first.name, first.starts, first.ends, first.balancing) == ("08:30–11:30", -1, 5, 1)
    assert (first.breaks[0].slots, first.breaks[0].earliest, first.breaks[0].latest) == (1, 2, 4)
    assert first.breaks[0].paid
    assert (late.name, late.starts, late.ends) == ("late", 2, 6)
    seniors, juniors = found.crews
    assert (seniors.least, seniors.most, seniors.duties) == (1, 2, frozenset({"vault"}))
    assert (juniors.most, juniors.windows, juniors.duties) == (1, frozenset({"1", "2"}), frozenset())
    assert juniors.shifts == frozenset({"late"})
    (vault,) = found.duties
    assert (vault.tellers, vault.slots, vault.earliest, vault.latest) == (2, 1, -1, 0)
    assert [(each.name, each.crew, each.most_hours, each.most_days) for each in found.tellers] == [
        ("Ann", "seniors", 20.0, 3),
        ("陈", "juniors", 40.0, 5),
    ]
    assert found.tellers[0].away == {dt.date(2026, 11, 30)}


def test_all_of_it_may_be_left_out() -> None:
    found = plan("")
    assert found.least.tolist() == [1] * 4
    assert found.most.tolist() == [3] * 4
    assert found.shifts
    assert [duty.name for duty in found.duties] == ["vault, morning", "vault, evening", "back office"]
    assert [(crew.name, crew.most) for crew in found.crews] == [("tellers", 8)]
    assert found.dates == ()
    assert plan("[roster]\nduty = []").duties == ()


def test_the_crews_are_those_of_the_tellers() -> None:
    found = plan('[[roster.teller]]\nname = "A"\n[[roster.teller]]\nname = "B"\ncrew = "loans"')
    assert [(crew.name, crew.most) for crew in found.crews] == [("tellers", 1), ("loans", 1)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[roster]\nmost = 4", "most: 4 should be a number of windows up to 3"),
        ("[roster]\nmost = [1, 2]", "a list of 4"),
        ("[roster]\nwho = 1", "who: is not known here"),
        ("roster = 3", "must be a table"),
        ("[roster]\nfrom = 3", "should be a date"),
        ('[[roster.shift]]\nfrom = "09:10"\nto = "12:00"', "from: '09:10' should be a time on a half-hour"),
        ('[[roster.shift]]\nfrom = "09:00"\nto = "9 pm"', "to: '9 pm' should be"),
        ('[[roster.shift]]\nfrom = "10:00"\nto = "10:30"', "is over before it serves anybody"),
        ('[[roster.shift]]\nto = "12:00"', "from: is missing"),
        ('[[roster.duty]]\nname = "v"\nminutes = 45\nfrom = "09:00"\nto = "10:00"', "whole half-hours"),
        (
            '[[roster.duty]]\nname = "v"\nminutes = 60\nfrom = "09:00"\nto = "09:30"',
            "needs tellers, a length",
        ),
        ('[[roster.crew]]\nname = "c"\nmost = 2\nleast = 3', "least: 3 should be a number from 0 to 2"),
        ('[[roster.crew]]\nname = "c"\nwindows = ["9"]', "windows: ['9'] should be a list of 1, 2, 3"),
        ('[[roster.crew]]\nname = "c"\n[[roster.crew]]\nname = "c"', "two have the same name"),
        ('[[roster.crew]]\nname = "c"\n[[roster.teller]]\nname = "A"', "crew: 'tellers' is none of c"),
        ('[[roster.teller]]\nname = "A"\n[[roster.teller]]\nname = "A"', "is used twice"),
        ('[[roster.teller]]\nname = "A"\naway = ["tomorrow"]', "away"),
    ],
)
def test_what_cannot_be_is_said_with_its_line(text: str, says: str) -> None:
    with pytest.raises(BranchFileError) as raised:
        plan(text)
    assert says in str(raised.value)
    assert str(raised.value).startswith("plan.toml:")
    assert raised.value.line > 1
