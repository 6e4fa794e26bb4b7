"""What others do: the forecasts to beat.

*Hour's mean*; *people ahead × mean service ÷ windows* (what queue products show); the *last* customer's wait
and the *head of line's* wait so far (LES and HOL: Ibrahim and Whitt 2009). Each as it is and *recalibrated*:
from all the days before, what happened when the figure was about that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from .features import NAMES
from .waits import SAID, Case, Outlook

Floats = NDArray[np.float64]

BINS = 24
FEWEST = 5

_NUMBER = {name: number for number, name in enumerate(NAMES)}


def _column(case: Case, name: str) -> float:
    return float(case.features[_NUMBER[name]])


FIGURES: Mapping[str, Callable[[Case], float]] = {
    "hour_mean": lambda case: float(case.at.hour),
    "people_ahead": lambda case: (
        _column(case, "ahead") * _column(case, "mean_service_s") / max(1.0, _column(case, "busy"))
    ),
    "last_wait": lambda case: _column(case, "last_wait_s"),
    "head_of_line": lambda case: _column(case, "longest_waiting_s"),
}
"""The figure that each baseline makes of a case."""
AS_IT_IS = "people_ahead"
"""The one that is also shown to people as it is."""


def baselines(past: Sequence[Case], tested: Sequence[Case]) -> dict[str, list[Outlook]]:
    """What each baseline would have said of the tested cases, having seen those of the days before each.

    ``past`` and ``tested`` are cases that were served; those of the tested days teach the days after them.
    """
    known = sorted([*past, *tested], key=lambda case: case.at)
    days = np.array([case.at.toordinal() for case in known])
    waited = np.array([case.waited_s for case in known])
    said = {}
    for name, figure in FIGURES.items():
        figures = np.array([figure(case) for case in known])
        said[name] = _recalibrated(
            figures,
            waited,
            days,
            np.array([figure(case) for case in tested]),
            tested,
            hours=name == "hour_mean",
        )
    raw = [FIGURES[AS_IT_IS](case) for case in tested]
    said[f"{AS_IT_IS}_as_it_is"] = [Outlook(seconds, seconds, seconds, seconds) for seconds in raw]
    return said


def _recalibrated(
    figures: Floats, waited: Floats, days: Floats, asked: Floats, tested: Sequence[Case], *, hours: bool
) -> list[Outlook]:
    tables: dict[int, _Table] = {}
    said = []
    for figure, case in zip(asked, tested, strict=True):
        day = case.at.toordinal()
        if day not in tables:
            before = days < day
            tables[day] = _Table(figures[before], waited[before], hours=hours)
        said.append(tables[day].outlook(float(figure)))
    return said


class _Table:
    """What happened in the past when the figure was about so much."""

    def __init__(self, figures: Floats, waited: Floats, *, hours: bool) -> None:
        self._edges = (
            np.arange(1.0, 24.0)
            if hours
            else np.unique(np.quantile(figures, np.linspace(0, 1, BINS + 1)[1:-1]))
            if figures.size
            else np.empty(0)
        )
        place = np.searchsorted(self._edges, figures, side="right")
        everything = _outlook(waited)
        self._said = [
            _outlook(own) if (own := waited[place == number]).size >= FEWEST else everything
            for number in range(self._edges.size + 1)
        ]

    def outlook(self, figure: float) -> Outlook:
        return self._said[int(np.searchsorted(self._edges, figure, side="right"))]


def _outlook(waited: Floats) -> Outlook:
    if not waited.size:
        return Outlook(0.0, 0.0, 0.0, 0.0)
    low, median, high = np.quantile(waited, SAID).tolist()
    return Outlook(low, median, high, float(waited.mean()))
