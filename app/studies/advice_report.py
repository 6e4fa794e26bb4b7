"""The report of a recommendation: the sentence, the half-hours and why, the curve, the shifts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.reports.page import PAGE, render, whole_folder
from simulations.staffing.rated import Rated
from simulations.studies.outcome import Estimate

from .advice_pictures import PICTURES
from .advice_words import because, goal_words, plain, unmet_words, verdict
from .advising import Advice

__all__ = ["write_advice"]

TEMPLATE = Path(__file__).with_name("advice.html")


def write_advice(advice: Advice, folder: Path) -> None:
    """Write the page and its pictures; the folder is whole, or as it was. Same names are replaced."""
    with whole_folder(folder) as draft:
        drawn = []
        for name, title, caption, draw in PICTURES if advice.staffing else ():
            if name == "shifts.svg" and not advice.covered:
                continue
            draw(advice, draft / name)
            drawn.append((name, title, caption))
        filters = {"share": _share, "minutes": _minutes, "money": _money}
        page = render(
            TEMPLATE,
            filters,
            advice=advice,
            verdict=verdict(advice),
            goal=goal_words(advice.goal),
            plain=plain(advice),
            rosters=_rosters(advice),
            reasons=_reasons(advice),
            unmet=unmet_words(advice),
            pictures=drawn,
            week=_week(advice),
        )
        (draft / PAGE).write_text(page, "utf-8")


def _week(advice: Advice) -> dict[str, Any]:
    """The named roster as a table: the days, and each teller's shifts on them."""
    if advice.covered is None or advice.covered.roster is None:
        return {"dates": [], "rows": []}
    turns = advice.covered.roster.turns
    dates = sorted({turn.date for turn in turns})
    shifts = {(turn.teller, turn.date): turn.variant.shift.name for turn in turns}
    names = advice.covered.roster.burdens
    return {
        "dates": dates,
        "rows": [(name, [shifts.get((name, date), "") for date in dates]) for name in names],
    }


def _rosters(advice: Advice) -> list[tuple[str, Rated]]:
    if advice.staffing is None or advice.today is None:
        return []
    rows = [("recommended", advice.staffing.best), ("the scenario's own", advice.today)]
    if advice.covered:
        rows.insert(1, ("staffed by the shifts", advice.covered.staffed))
    return [*rows, *advice.staffing.baselines.items()]


def _reasons(advice: Advice) -> list[str]:
    if advice.staffing is None or advice.windows is None:
        return []
    return [because(reason, advice.windows, advice.goal) for reason in advice.staffing.reasons]


def _share(each: Estimate) -> str:
    return f"{each.value:.1%} ({each.low:.1%} to {each.high:.1%})"


def _minutes(each: Estimate) -> str:
    return f"{each.value / 60:.2f} ({each.low / 60:.2f} to {each.high / 60:.2f})"


def _money(each: Estimate) -> str:
    return f"{each.value:,.0f} ({each.low:,.0f} to {each.high:,.0f})"
