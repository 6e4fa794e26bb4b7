"""The report of a study: the check first, then tables and pictures, in a folder of its own."""

from __future__ import annotations

from math import isfinite
from pathlib import Path

from app.reports.page import PAGE, render, whole_folder
from simulations.studies.behaviour import Cases
from simulations.studies.compare import Difference
from simulations.studies.hours import clock
from simulations.studies.outcome import Estimate, Outcome

from .pictures import PICTURES
from .running import Study

__all__ = ["write_report"]

TEMPLATE = Path(__file__).with_name("report.html")
_OF_OUTCOMES = {"waits.svg", "levels.svg", "heat.svg"}


def write_report(study: Study, folder: Path) -> None:
    """Write the page and its pictures; the folder is whole, or as it was. Same names are replaced."""
    with whole_folder(folder) as draft:
        drawn = []
        for name, title, caption, draw in PICTURES:
            if (name == "check.svg" and study.trust is None) or (name in _OF_OUTCOMES and not study.outcomes):
                continue
            draw(study, draft / name)
            drawn.append((name, title, caption))
        page = render(
            TEMPLATE,
            {
                "minutes": _minutes,
                "percent": _percent,
                "share": _share,
                "number": _number,
                "clock": clock,
                "case": _case,
            },
            study=study,
            pictures=drawn,
            halves=[_half_hours(outcome) for outcome in study.outcomes],
            differences=[
                _said(each, study.outcomes[0].late_s) for each in study.differences if each.of != "half-hour"
            ],
        )
        (draft / PAGE).write_text(page, "utf-8")


def _half_hours(outcome: Outcome) -> list[tuple[str, Estimate, Estimate, Estimate, Estimate]]:
    grid = outcome.grid
    return [
        (
            clock(grid.begins_s + grid.slot_s * slot),
            outcome.a_day(outcome.arrived, slot=slot),
            outcome.mean_wait_s(slot=slot),
            outcome.late_share(slot=slot),
            outcome.lost_share(slot=slot),
        )
        for slot in range(grid.slots)
    ]


def _case(each: Cases) -> str:
    """What a part of the behaviour comes to, with its unit."""
    match each.about:
        case "teller":
            return f"{each.mean:.2f} times the usual service"
        case "no-show":
            return f"{each.mean:.1%} of the called"
        case "left":
            wait = f"{each.mean / 60:.0f} min" if isfinite(each.mean) else "any wait"
            return f"half of all put up with {wait}"
        case _:
            return f"{each.mean:.0f} s in the mean"


def _said(each: Difference, late_s: float) -> tuple[str, str, str, str, str]:
    names = {"mean wait": "mean wait, min", "late": f"wait more than {late_s / 60:g} min"}
    names |= {"lost": "never called", "overtime": "overtime, min"}
    name = names[each.figure]
    if each.unit == "s":
        before, after = (f"{value / 60:.2f}" for value in (each.before, each.after))
        gap = _minutes(each.difference)
    else:
        before, after, gap = f"{each.before:.1%}", f"{each.after:.1%}", _share(each.difference)
    return f"{name}{f', {each.key}' if each.key else ''}", before, after, gap, f"{each.worse_days:.0%}"


def _minutes(estimate: Estimate) -> str:
    return _with_interval(estimate, 60.0, "z.2f")


def _share(estimate: Estimate) -> str:
    return _with_interval(estimate, 1.0, "z.1%")


def _number(estimate: Estimate) -> str:
    return _with_interval(estimate, 1.0, "z.1f")


def _percent(value: float) -> str:
    return f"{value:z.1%}" if isfinite(value) else "–"


def _with_interval(estimate: Estimate, unit: float, form: str) -> str:
    if not isfinite(estimate.value):
        return "–"
    value, low, high = (format(each / unit, form) for each in estimate)
    return f"{value} ({low} to {high})" if isfinite(estimate.low) else value
