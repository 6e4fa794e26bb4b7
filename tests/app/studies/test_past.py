from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np

from app.journal import PastTicket
from app.studies.past import past_days

ZONE = ZoneInfo("Asia/Shanghai")
NINE = 1_795_395_600.0  # 2026-11-23 09:00 in Shanghai


def ticket(name: str, issued_at: float, called_at: float | None = None) -> PastTicket:
    window = None if called_at is None else "1"
    times = (issued_at, called_at, called_at, None, None, None)
    return PastTicket(name, "a", None, window, None, *times, "abandoned" if called_at is None else "served")


def test_tickets_are_sorted_into_business_days() -> None:
    late = NINE + 17 * 3600.0  # two in the morning: still the same business day
    days = past_days([ticket("c", late), ticket("b", NINE + 60.0, NINE + 90.0), ticket("a", NINE)], ZONE)
    (day,) = days
    assert str(day.date) == "2026-11-23"
    np.testing.assert_allclose(day.issued, [9 * 3600.0, 9 * 3600.0 + 60.0, 26 * 3600.0])
    np.testing.assert_array_equal(np.isnan(day.called), [True, False, True])
    assert day.window == ("", "1", "")
    assert day.priority == ("normal",) * 3
    assert np.isnan(day.items).all()
    assert past_days([], ZONE) == []
