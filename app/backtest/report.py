"""The report of a backtest: a page with a sentence, tables and pictures, in a folder of its own."""

from __future__ import annotations

from pathlib import Path

from app.reports.page import PAGE, render, whole_folder

from . import pictures
from .study import Study

TEMPLATE = Path(__file__).with_name("report.html")


def write_report(study: Study, folder: Path) -> None:
    """Write the page and its pictures; the folder is made. What lies there under the same names goes."""
    with whole_folder(folder) as draft:
        drawn = []
        for name, (title, caption, draw) in pictures.PICTURES.items():
            draw(study, draft / name)
            drawn.append((name, title, caption))
        page = render(
            TEMPLATE,
            {"figure": _figure, "share": _share, "percent": _percent},
            study=study,
            sentence=sentence(study),
            scores=_scores(study),
            pictures=drawn,
        )
        (draft / PAGE).write_text(page, "utf-8")


def sentence(study: Study) -> str:
    """What a manager should know first."""
    if not study.shown.n or study.shown.late_share is None:
        return "Nobody who had to wait was served in these days."
    late = f"Of {study.shown.n} waits {study.shown.late_share:.0%} were longer than we would have said"
    best = min((score.mae_s for score in study.baselines.values() if score.mae_s is not None), default=None)
    if best is None or not study.waited.mae_s:
        return f"{late}."
    errs = f"the median errs by {study.waited.mae_s:.0f} s, the best of the usual methods by {best:.0f} s"
    return f"{late}; {errs}."


def _scores(study: Study) -> list[tuple[str, object, bool]]:
    rows: list[tuple[str, object, bool]] = [("this estimator", study.waited, True)]
    if study.options.second_stage:
        rows.append(("without the second stage", study.monte_carlo, True))
    rows.append(("as offered, weighted for those who left", study.offered, True))
    rows += [(name.replace("_", " "), score, False) for name, score in study.baselines.items()]
    return [*rows, ("all waits, at the moment of issue", study.all, False)]


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _percent(value: float) -> str:
    return f"{value:.1%}"
