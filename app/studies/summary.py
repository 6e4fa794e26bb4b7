"""A study as a table for the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from simulations.studies.outcome import Estimate

from .branches import Failed
from .running import Study

__all__ = ["branches_table", "table"]


def table(study: Study) -> Table:
    """Return the figures of each scenario, and what changes between two."""
    made = Table(title=f"{study.days} times {study.replay}" if study.replay else f"{study.days} days")
    made.add_column("with 95 % intervals, by day")
    for outcome in study.outcomes:
        made.add_column(Text(outcome.name), justify="right")  # a name is no markup
    if study.differences:
        made.add_column("difference", justify="right")
        made.add_column("draws worse" if study.replay else "days worse", justify="right")
    gaps = {each.figure: each for each in study.differences if each.of == "all"}
    of = study.outcomes
    late = f"P(wait > {of[0].late_s / 60:g} min), %"
    rows = (
        ("mean wait, min", [each.mean_wait_s() for each in of], 60.0, ".2f", "mean wait"),
        (late, [each.late_share() for each in of], 0.01, ".1f", "late"),
        ("never called, %", [each.lost_share() for each in of], 0.01, ".1f", "lost"),
        ("windows busy, %", [each.utilisation() for each in of], 0.01, ".1f", ""),
        ("overtime, min", [each.overtime() for each in of], 60.0, ".1f", "overtime"),
    )
    for name, estimates, unit, form, figure in rows:
        cells = [_cell(estimate, unit, form) for estimate in estimates]
        if study.differences:
            gap = gaps.get(figure)
            cells += [_cell(gap.difference, unit, form), f"{gap.worse_days:.0%}"] if gap else ["", ""]
        made.add_row(name, *cells)
    made.add_row("window-hours", *(f"{each.staffed_s.sum() / 3600:.1f}" for each in of))
    made.add_section()
    for business in of[0].grid.businesses:
        cells = [_cell(each.mean_wait_s(business), 60.0, ".2f") for each in of]
        made.add_row(f"mean wait, {business}", *cells)
    return made


def branches_table(done: Mapping[Path, dict[str, Any] | Failed]) -> Table:
    """Return one row for each branch's scenario, from `Study.to_plain`."""
    made = Table("scenario", "customers a day", "mean wait, min", "late, %", "never called, %", "check")
    for path, plain in done.items():
        if isinstance(plain, Failed):
            made.add_row(Text(path.name), "", "", "", "", Text(plain.reason))
        elif not plain["outcomes"]:
            made.add_row(Text(path.name), "", "", "", "", Text(plain["verdict"]))
        else:
            one = plain["outcomes"][0]
            made.add_row(
                Text(path.name),
                _plain_cell(one["arrived"], 1.0, ".0f"),
                _plain_cell(one["mean_wait_s"], 60.0, ".2f"),
                _plain_cell(one["late_share"], 0.01, ".1f"),
                _plain_cell(one["lost_share"], 0.01, ".1f"),
                "holds" if plain["trust"] else "none",
            )
    return made


def _plain_cell(estimate: Mapping[str, float | None], unit: float, form: str) -> str:
    numbers = (float("nan") if value is None else value for value in estimate.values())
    return _cell(Estimate(*numbers), unit, form)


def _cell(estimate: Estimate, unit: float, form: str) -> str:
    if estimate.value != estimate.value:
        return "–"
    value, low, high = (format(each / unit, f"z{form}") for each in estimate)  # z: no minus before a zero
    return f"{value} ({low} to {high})" if low != "nan" else value
