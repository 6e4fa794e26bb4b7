"""The real January: learned on 1-20, and the days 21-31 simulated with their own arrivals."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.studies.preparing import checked, prepare

JANUARY = Path(__file__).parents[4] / "shared" / "data" / "anonymous_bank_1999_01.csv"


@pytest.mark.january
def test_what_happened_is_what_would_have_been_simulated(tmp_path: Path) -> None:
    if not JANUARY.exists():
        pytest.skip(f"the real history is not there: {JANUARY}")
    path = tmp_path / "january.toml"
    path.write_text(
        f'history = "{JANUARY}"\ntimezone = "Asia/Jerusalem"\nlearn_to = 1999-01-20\n'
        "check_from = 1999-01-21\ncheck_to = 1999-01-31\nlate_minutes = 1\n"
    )
    prepared = prepare(path)
    assert sum(map(len, prepared.known.days)) == 19_084
    found = checked(prepared)
    assert found is not None
    assert len(found.days) == 11
    for figure in (found.mean_wait_s, found.late_share):
        assert figure.inside
        assert abs(figure.bias) <= 0.15
