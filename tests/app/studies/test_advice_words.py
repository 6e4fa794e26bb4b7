from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

from app.studies.advice_words import because, cannot, goal_words, plain, unmet_words, verdict
from app.studies.advising import Advice
from simulations.staffing.goals import Prices, Target
from simulations.staffing.reasons import Failure, Reason, Unmet
from simulations.studies.outcome import Estimate

GOAL = Target(600.0, 0.2, 0.2)


def test_the_verdict_says_hours_target_and_todays_roster(advice: Advice) -> None:
    said = verdict(advice)
    assert advice.staffing is not None
    assert said.startswith(
        f"{advice.staffing.best.hours:g} window-hours meet the target, P(wait > 10 min) ≤ 20%"
    )
    assert "fresh days. The scenario's own roster has " in said


def test_that_too_many_leave_today_is_said(advice: Advice) -> None:
    assert advice.today is not None
    today = replace(advice.today, left=Estimate(0.3, 0.29, 0.31), late=(Estimate(0.0, 0.0, 0.0),))
    said = verdict(replace(advice, goal=GOAL, today=today))
    assert f"has {today.hours:g} and misses it in that 30.0% leave" in said


def test_what_was_not_checked_or_not_believed_is_said(advice: Advice) -> None:
    assert verdict(replace(advice, trust=None)).startswith("Not held against anything that happened")
    assert verdict(replace(advice, staffing=None)).startswith("No advice: the simulation does not reproduce")
    assert verdict(replace(advice, obstacle="Too few tellers.")).endswith("Too few tellers.")


def test_that_many_leave_is_said(advice: Advice) -> None:
    assert advice.staffing is not None
    many = replace(advice.staffing.best, left=Estimate(0.3, 0.29, 0.31))
    staffing = replace(advice.staffing, best=many)
    assert "But 30.0% of the customers leave" in verdict(replace(advice, staffing=staffing))
    assert "is a walk-away that cheap?" in verdict(replace(advice, staffing=staffing, goal=Prices()))


def test_what_named_days_take_for_granted_is_said(advice: Advice) -> None:
    assert "All 2 days are staffed for the customers of a Tuesday; where weekdays differ" in verdict(advice)
    assert "holiday" not in verdict(advice)
    assert advice.covered is not None
    assert advice.covered.roster is not None
    first, *others = advice.covered.roster.turns
    on_holiday = replace(advice.covered.roster, turns=(first._replace(date=dt.date(2026, 10, 1)), *others))
    covered = replace(advice.covered, roster=on_holiday)
    assert "2026-10-01: a holiday, staffed like any other day" in verdict(replace(advice, covered=covered))


def test_goals_in_words() -> None:
    assert goal_words(Target(600.0, 0.1, 1.0)) == "P(wait > 10 min) ≤ 10% in every half-hour"
    assert goal_words(Target(450.0, 0.1, 0.03)).endswith(", at most 3% leave")
    assert "≤ 0.01% in every" in goal_words(Target(600.0, 0.0001, 1.0))
    assert (
        goal_words(Prices())
        == "the cheapest day at 30 a window-hour, 4 a walk-away and 0.2 a minute of waiting"
    )


COST = Estimate(12.0, 11.0, 13.0)
NEAR = Failure(1, 0.199, 0.2)


def why(
    advice: Advice,
    goal: Target | Prices = GOAL,
    *,
    fails: tuple[Failure, ...] = (),
    worst: Failure | None = NEAR,
    left: tuple[float, float] = (0.1, 0.2),
    window: int | None = 0,
) -> str:
    assert advice.windows is not None
    return because(Reason(0, 2, window, fails, worst, *left, COST), advice.windows, goal)


def test_why_in_words(advice: Advice) -> None:
    assert advice.windows is not None
    gone = f"without window {advice.windows.names[0]} "
    worst = Failure(1, 0.25, 0.2)
    assert why(advice, fails=(worst,), worst=worst).startswith(f"{gone}25.0% of those who come at ")
    two = (worst, Failure(2, 0.21, 0.2))
    assert why(advice, fails=two, worst=worst).endswith("and 1 more half-hour would fail")
    assert why(advice) == f"{gone}19.9% at 09:30: too close to the limit to be sure of"
    assert (
        why(advice, worst=None, goal=replace(GOAL, left_share=1.0))
        == f"{gone}nobody else would wait too long"
    )
    assert why(advice, window=None) == "the least that may be open"
    assert why(advice, Prices()) == f"{gone}the day costs +12.0"


def test_who_leaves_is_why_where_that_limit_is_nearer(advice: Advice) -> None:
    assert advice.windows is not None
    gone = f"without window {advice.windows.names[0]} "
    sure = ": too close to the limit to be sure of"
    assert why(advice, left=(0.1994, 0.2)) == f"{gone}19.9% of the customers leave{sure}"
    assert why(advice, left=(0.21, 0.2)) == f"{gone}21.0% of the customers leave"
    assert why(advice, worst=None) == f"{gone}10.0% of the customers leave{sure}"


def test_what_all_windows_miss_is_measured_by_what_they_can_do(advice: Advice) -> None:
    best = ": too close to the best that all windows can do to be sure of"
    assert why(advice, worst=Failure(1, 0.449, 0.45)).endswith(f"44.9% at 09:30{best}")
    assert why(advice, left=(0.3999, 0.4)).endswith(f"40.0% of the customers leave{best}")


def test_what_cannot_be_met_in_words(advice: Advice) -> None:
    windows = advice.windows
    assert windows is not None
    assert cannot(Unmet(0, 0.4, 1200.0, 1), windows, GOAL).endswith(
        "with all windows 40.0% wait too long; 1 more window would do; 20% would be kept with 20 min."
    )
    assert "not even four more windows" in cannot(Unmet(0, 0.4, float("inf"), None), windows, GOAL)
    assert advice.staffing is not None
    short = replace(advice.staffing, unmet=(Unmet(0, 0.4, 1200.0, 2),), least_left=0.4)
    found = replace(advice, staffing=short)
    assert "cannot be met at " in verdict(found)
    assert "window-hours meet it everywhere else, held on " in verdict(found)
    by_luck = replace(found, staffing=replace(short, holds=False))
    assert "everywhere else, though missed, by what the luck of days can do, on " in verdict(by_luck)
    leaving = verdict(replace(found, staffing=replace(short, unmet=())))
    assert "cannot be met, since too many leave, whatever is opened" in leaving
    assert "window-hours meet the rest of it, held on " in leaving
    assert len(unmet_words(found)) == 2
    assert "40.0% of the customers leave" in unmet_words(found)[1]


def test_all_of_it_is_json(advice: Advice) -> None:
    found = json.loads(json.dumps(plain(advice), allow_nan=False))
    assert len(found["half_hours"]) == len(found["recommended"]["levels"])
    assert found["half_hours"][0]["from"] == "09:00"
    assert set(found["baselines"]) == {"SIPP", "MOL"}
    assert found["roster"]["turns"]
    assert found["shifts"]
    assert set(plain(replace(advice, staffing=None))) == {"scenario", "goal", "verdict", "trusted", "seed"}
