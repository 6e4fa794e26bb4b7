"""A study as one tidy table, a row for each figure: for a spreadsheet (CSV) or a notebook (Parquet)."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from simulations.studies.hours import clock

if TYPE_CHECKING:
    import polars as pl

__all__ = ["table", "to_csv", "to_parquet"]

_COLUMNS: Mapping[str, Any] = {
    "scenario": str,
    "of": str,
    "key": str,
    "from": str,
    "figure": str,
    "unit": str,
    "value": float,
    "low": float,
    "high": float,
    "worse_days": float,
}
_UNITS = {
    "arrived": "a day",
    "mean_wait_s": "s",
    "late_share": "share",
    "lost_share": "share",
    "walk_aways": "a day",
    "balked": "a day",
    "turned_away": "a day",
    "utilisation": "share",
    "overtime_s": "s",
}
_BY = (("by_business", "business", "business"), ("by_window", "window", "window"))

Row = dict[str, Any]


def table(study: Mapping[str, Any]) -> pl.DataFrame:
    """Return the figures of a study as plain data, with 95 % intervals where there are any.

    `scenario`: today, scenario, or difference (`key`: of a business or of the half-hour `from`).
    """
    import polars as pl  # noqa: PLC0415 - heavy, and seldom wanted

    return pl.DataFrame(list(_rows(study)), schema=_COLUMNS)


def to_csv(study: Mapping[str, Any]) -> bytes:
    """Return the table as CSV that spreadsheets read as UTF-8."""
    return ("\ufeff" + table(study).write_csv()).encode()


def to_parquet(study: Mapping[str, Any]) -> bytes:
    """Return the table as a Parquet file."""
    made = io.BytesIO()
    table(study).write_parquet(made)
    return made.getvalue()


def _rows(study: Mapping[str, Any]) -> Iterator[Row]:
    for outcome, cells in zip(study["outcomes"], study["cells"], strict=True):
        name = outcome["name"]
        yield from _estimates(outcome, name, "all")
        hours = {"scenario": name, "of": "all", "key": "", "figure": "window_hours", "unit": "hours a day"}
        yield {**hours, "value": outcome["window_hours"]}
        for each, of, key in _BY:
            for one in outcome[each]:
                yield from _estimates(one, name, of, key=one[key])
        for one in outcome["by_half_hour"]:
            yield from _estimates(one, name, "half-hour", begins=clock(one["begins_s"]))
        yield from _cells(name, cells, [clock(one["begins_s"]) for one in outcome["by_half_hour"]])
    yield from map(_difference, study["differences"])


def _estimates(
    one: Mapping[str, Any], scenario: str, of: str, key: str = "", begins: str = ""
) -> Iterator[Row]:
    for figure, unit in _UNITS.items():
        if figure in one:
            row = {"scenario": scenario, "of": of, "key": key, "from": begins, "figure": figure, "unit": unit}
            yield {**row, **one[figure]}


def _cells(scenario: str, cells: Mapping[str, Any], begins: list[str]) -> Iterator[Row]:
    for figure in ("arrived", "mean_wait_s", "late_share"):
        for business, values in zip(cells["businesses"], cells[figure], strict=True):
            for moment, value in zip(begins, values, strict=True):
                row = {"scenario": scenario, "of": "business and half-hour", "key": business, "from": moment}
                yield {**row, "figure": figure, "unit": _UNITS[figure], "value": value}


def _difference(one: Mapping[str, Any]) -> Row:
    return {
        "scenario": "difference",
        "of": one["of"],
        "key": one["key"],
        "figure": one["figure"],
        "unit": one["unit"],
        **one["difference"],
        "worse_days": one["worse_days"],
    }
