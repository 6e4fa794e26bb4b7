"""What the estimates are worth on a real history: a bank's calls in January 1999, beside the usual methods.

python benchmarks/january.py [--quick]

Learned on 1 to 20 January, tested on 21 to 31, in the order of time; then the same having seen nothing but
the 20th. Takes some minutes. The file is not part of the project: where it is not beside it, this says so.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parent.parent))

from app.backtest.scores import Score
from app.backtest.study import Options, Study, study
from app.history import read_rows, read_table

HISTORY = Path(__file__).parents[2] / "shared" / "data" / "anonymous_bank_1999_01.csv"
ZONE = ZoneInfo("UTC")
REGULAR = frozenset({"PS", "PE", "NW", "NE", "TT"})
TEST_FROM, ONE_DAY, QUICK_TO = date(1999, 1, 21), date(1999, 1, 20), date(1999, 1, 22)
CASES = 200
"""A day or depth with fewer is not held to a figure of its own."""


def main() -> None:
    """Print the figures with what was aimed at."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="three days, without boosting")
    quick = parser.parse_args().quick
    print("| | cases | MAE | RMSE | Winkler | coverage |\n|---|---|---|---|---|---|")
    if not HISTORY.exists():
        print("| January | the history is not here: nothing was measured | | | | |")
        return
    rows = read_rows(read_table(HISTORY), ZONE).rows
    if quick:
        _print(study(rows, ZONE, Options(TEST_FROM, ONE_DAY, QUICK_TO, REGULAR, 7, second_stage=False)))
        return
    whole = study(rows, ZONE, Options(TEST_FROM, None, None, REGULAR, 7))
    _print(whole)
    cold = study(rows, ZONE, Options(TEST_FROM, ONE_DAY, None, REGULAR, 7))
    _row("January, from one day of history (aim: MAE at most 5 % above)", cold.waited)
    print()
    _rest(whole)


def _print(found: Study) -> None:
    _row("January (aims: 37.6, 57.2, 180, .78–.82)", found.waited)
    _row("without the second stage (aims: 39.3, 61)", found.monte_carlo)
    _row("offered, weighted for those who left (aim: .78–.83)", found.offered)
    for name, each in found.baselines.items():
        _row(name.replace("_", " "), each)


def _row(name: str, one: Score) -> None:
    errors = f"{one.mae_s:.1f} | {one.rmse_s:.1f} | {one.winkler_s:.0f}"
    print(f"| {name} | {one.n} | {errors} | {one.coverage:.3f} |")


def _rest(found: Study) -> None:
    after, shown, rest = found.after, found.shown, found.remaining
    print("| | | aim |\n|---|---|---|")
    for name, least in (("day", 0.74), ("depth", 0.75)):
        large = {key: part.coverage for key, part in found.by[name].items() if part.n >= CASES}
        worst = min(large, key=lambda key: large[key] or 0.0)
        print(
            f"| lowest coverage of a {name} with {CASES} cases | {large[worst]:.3f} ({worst}) | ≥ {least} |"
        )
    print(
        f"| after 3 minutes: below a countdown by | {_below(after.mae_s, after.countdown_mae_s)} | ≥ 30 % |"
    )
    usual = rest.baselines["mean_minus_elapsed"]["mae_s"]
    print(f"| what remains of a service: below mean − elapsed by | {_below(rest.mae_s, usual)} | ≥ 15 % |")
    print(f"| its coverage, past 15 minutes | {rest.coverage:.3f}, {rest.coverage_past_900_s:.3f} |", end=" ")
    print(".78–.82, ≥ .75 |")
    print(f"| shown: longer than first told | {shown.late_share:.1%} | ≤ 7 % |")
    print(f"| shown: changes in the median wait | {shown.changes_per_wait:g} | ≤ 4 |")


def _below(ours: float | None, other: float | None) -> str:
    return f"{1 - ours / other:.1%}" if ours is not None and other else "–"


if __name__ == "__main__":
    main()
