"""What the command ``recommend`` does, behind its options."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulations.staffing.calendars import calendar
from simulations.staffing.goals import Prices, Target, parse_prices, parse_target
from simulations.staffing.opening import StaffingError
from simulations.studies.problems import StudyError

from .advice_report import write_advice
from .advice_words import plain, unmet_words, verdict
from .advising import Advice, advise

__all__ = ["Advice", "advise", "goal_of", "show", "to_json", "write_advice", "write_calendar"]


def goal_of(target: str | None, cost: str | None) -> Target | Prices:
    """The goal that was asked for. StaffingError unless it is one."""
    if (target is None) == (cost is None):
        raise StaffingError("Give a goal: --target 'P(wait>10)<=0.1', or --cost '30,4,0.2'; one of the two.")
    return parse_target(target) if target is not None else parse_prices(cost or "")


def to_json(advice: Advice) -> str:
    """The recommendation as JSON."""
    return json.dumps(plain(advice), ensure_ascii=False)


def write_calendar(advice: Advice, path: Path, now: dt.datetime) -> None:
    """Write the named roster as iCalendar; the file is whole, or as it was. StudyError if there is none."""
    if advice.staffing is None:
        raise StudyError(f"{path} is not written: nothing is advised. {verdict(advice)}")
    if advice.covered is None or advice.covered.roster is None:
        raise StudyError(f"{path} is not written: {advice.obstacle or 'the scenario file names no days.'}")
    text = calendar(advice.covered.roster, advice.zone, now, branch=advice.prepared.branch.id)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(text)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def show(advice: Advice, console: Console) -> None:
    """Print the verdict, what cannot be met, and the half-hours with why."""
    console.print(Text(verdict(advice)), soft_wrap=True)
    for sentence in unmet_words(advice):
        console.print(Text(sentence), soft_wrap=True)
    found = plain(advice)
    if "half_hours" not in found:
        return
    made = Table("from", "open", "windows", "late, %", "why not one fewer")
    for each in found["half_hours"]:
        late = f"{100 * each['late']['value']:.1f}"
        made.add_row(each["from"], str(each["level"]), ", ".join(each["windows"]), late, Text(each["why"]))
    console.print(made)
    if advice.covered:
        staff = advice.covered.seating.cover.staff
        console.print(
            f"Covered by {len(staff)} tellers, {advice.covered.paid_hours:g} paid hours; those who are there "
            f"anyway open {advice.covered.staffed.hours:g} window-hours.",
            soft_wrap=True,
        )
