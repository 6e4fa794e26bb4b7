"""Days as they were: what studies learn from, and what they are held against."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from estimator.columns import Floats

__all__ = ["PastDay"]


@dataclass(frozen=True, slots=True, eq=False)
class PastDay:
    """One business day's tickets [N] in the order of issue; moments in seconds from its local midnight.

    NaN: not known, or did not happen. `window` is empty for who never came to one; so is `teller`. `outcome`
    is `served`, `abandoned` or `no_show`. `items`: NaN where they were not counted.
    """

    date: dt.date
    business: tuple[str, ...]
    priority: tuple[str, ...]
    window: tuple[str, ...]
    teller: tuple[str, ...]
    outcome: tuple[str, ...]
    issued: Floats
    called: Floats
    started: Floats
    finished: Floats
    ready: Floats
    left: Floats
    items: Floats

    def __len__(self) -> int:
        return self.issued.size

    @property
    def hour(self) -> Floats:
        """The hour of each issue, 0 to 30."""
        return self.issued / 3600.0
