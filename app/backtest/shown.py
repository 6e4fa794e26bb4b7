"""What people would have read: rounded, steady ranges, by the very rules of the screens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median

from display import ranges

from .waits import Case, Told


@dataclass(frozen=True, slots=True)
class Shown:
    """Of ``n`` waits that ended with a call; None without one.

    ``late_share``: longer than the range shown first; ``early_share``: shorter; ``coverage``: neither.
    ``changes_per_wait``: how often the shown range moved in the median wait; ``most_changes`` in any.
    """

    n: int
    late_share: float | None = None
    early_share: float | None = None
    coverage: float | None = None
    changes_per_wait: float | None = None
    most_changes: int | None = None

    def to_plain(self) -> dict[str, float | int | None]:
        """As JSON-able data."""
        return asdict(self)


def shown(cases: Sequence[Case]) -> Shown:
    """Return how the shown ranges fared; those who left are not counted."""
    served = [case for case in cases if not case.left]
    if not served:
        return Shown(0)
    told = [_tellings(case) for case in served]
    late = sum(case.waited_s > first.first_high_s for case, (first, _) in zip(served, told, strict=True))
    early = sum(case.waited_s < first.first_low_s for case, (first, _) in zip(served, told, strict=True))
    count = len(served)
    return Shown(
        count,
        round(late / count, 4),
        round(early / count, 4),
        round((count - late - early) / count, 4),
        median(changes for _, changes in told),
        max(changes for _, changes in told),
    )


def _tellings(case: Case) -> tuple[ranges.Told, int]:
    """What was told last (the first promise is part of it), and how often it had changed."""
    told = ranges.tell(None, _outlook(case.told), 0.0)
    changes = 0
    for look in case.later:
        after = ranges.tell(told, _outlook(look.told), look.elapsed_s)
        changes += after.shown != told.shown
        told = after
    return told, changes


def _outlook(told: Told) -> ranges.Outlook:
    return ranges.Outlook(told.low_s, told.high_s, told.median_s)
