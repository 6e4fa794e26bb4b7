"""The one interface of all signs: pages in, bytes out; bytes in, a picture out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from .page import Grid, Page


@dataclass(frozen=True, slots=True)
class Answer:
    """What a board said to a frame: whether it took it, and if not, why."""

    taken: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """What a board shows: its size, and its rows as they would be read."""

    grid: Grid
    rows: tuple[str, ...]

    @property
    def dark(self) -> bool:
        """Whether it shows nothing."""
        return not any(row.strip() for row in self.rows)


class Answers(Protocol):
    """Reads what a board sends back; whatever that is, nothing raises and little is kept."""

    def feed(self, data: bytes) -> list[Answer]:
        """The answers that these bytes complete."""


class Board(Protocol):
    """A board as far as it can be seen from its line: a simulated one."""

    def feed(self, data: bytes, now: float) -> bytes:
        """Take bytes in at ``now`` (seconds), and give those that the board answers with."""

    def picture(self, now: float) -> Picture:
        """What it shows at ``now``."""


class Codec(Protocol):
    """One kind of board, of one size, at one address."""

    @property
    def grid(self) -> Grid:
        """How much text it holds."""

    @property
    def digits_only(self) -> bool:
        """Whether it shows a number and nothing else."""

    @property
    def refresh_s(self) -> float:
        """Seconds after which what it shows must be said again."""

    @property
    def answers(self) -> Answers | None:
        """A new reader of its answers; None for a board that never answers."""

    @property
    def experimental(self) -> str:
        """What of it was held against no published frame."""

    def frame(self, pages: Sequence[Page]) -> bytes:
        """The bytes that make the board show these pages in turn; none: dark."""

    def board(self) -> Board:
        """A simulated board of this kind."""
