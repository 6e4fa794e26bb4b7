"""The scores of a backtest as a table for the terminal."""

from __future__ import annotations

from rich.table import Table

from .scores import Score
from .study import Study


def table(study: Study) -> Table:
    """Return waits by method, then what remains of services, and wrap-up."""
    made = Table(title="What was said against what happened; seconds")
    made.add_column("")
    for name in ("cases", "MAE", "RMSE", "bias", "coverage", "width", "Winkler"):
        made.add_column(name, justify="right")
    _add(made, "waits of those who had to wait", study.waited)
    _add(made, "  without the second stage", study.monte_carlo)
    _add(made, "  as offered, those who left included", study.offered)
    for name, each in study.baselines.items():
        _add(made, f"  {name.replace('_', ' ')}", each)
    _add(made, "all waits, from the moment of issue", study.all)
    after, shown, left, wrap = study.after, study.shown, study.remaining, study.wrap_up
    made.add_section()
    made.add_row("after 3 minutes, a new look", str(after.n), _number(after.mae_s))
    made.add_row("  a countdown instead", str(after.n), _number(after.countdown_mae_s))
    made.add_row("what remains of a service", str(left.n), _number(left.mae_s), "", "", _share(left.coverage))
    usual = left.baselines.get("mean_minus_elapsed", {}).get("mae_s")
    made.add_row("  mean − elapsed", str(left.n), _number(usual))
    made.add_row("wrap-up", str(wrap.n), _number(wrap.mae_s), "", "", _share(wrap.coverage))
    if shown.n:
        made.caption = (
            f"As shown, rounded and steady: {shown.late_share:.1%} of the waits longer than first told, "
            f"{shown.changes_per_wait:g} changes in the median wait."
        )
    return made


def _add(made: Table, name: str, score: Score) -> None:
    made.add_row(
        name,
        str(score.n),
        _number(score.mae_s),
        _number(score.rmse_s),
        _number(score.bias_s),
        _share(score.coverage),
        _number(score.width_s),
        _number(score.winkler_s),
    )


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
