"""One ticket of history, as the contract's row gives it: its fields are the contract's columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

Outcome: TypeAlias = Literal["served", "abandoned", "no_show"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
TIMES = ("issued_at", "called_at", "started_at", "finished_at", "ready_at", "left_at")


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """What is known of one ticket. Times are epoch seconds (UTC) to the millisecond, ``None`` where unknown.

    After the repairs: issued ≤ called ≤ started ≤ finished ≤ ready, and nothing at a window lasts beyond
    the next call there. A served ticket, and one that did not show up, has a place.
    """

    ticket: str
    business: str
    priority: str | None
    window: str | None
    teller: str | None
    issued_at: float
    called_at: float | None
    started_at: float | None
    finished_at: float | None
    ready_at: float | None
    left_at: float | None
    outcome: Outcome

    @property
    def place(self) -> str | None:
        """The window; a history that knows tellers but no windows has a window for each teller."""
        return self.window or self.teller

    @property
    def begun_at(self) -> float | None:
        """When the ticket came to its window: the call, or the first thing known after it."""
        if self.called_at is not None:
            return self.called_at
        return self.finished_at if self.started_at is None else self.started_at

    @property
    def came_at(self) -> float:
        """When it came to its window, or, where it never did or that is not known, to the branch."""
        begun = self.begun_at
        return self.issued_at if begun is None else begun

    @property
    def turn(self) -> tuple[float, float, str]:
        """Sorts by when tickets came to their windows; of two in the same second, by the contract's rule."""
        return self.came_at, self.issued_at, self.ticket
