"""A card: pages to the frame that shows them, and a simulated one that shows what frames say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from display.cells import cells
from display.signs.codec import Picture
from display.signs.page import Grid, Page, plain

from . import answer, area, text
from .answer import CardAnswers
from .area import Area, Update
from .frame import Frames, framed
from .packet import EVERYBODY, Broken, Packet, decode

COLOURS = ("red", "green", "yellow")
HALF_S = 0.5


@dataclass(frozen=True, slots=True)
class Card:
    """A card and the part of its board that is ours. Sizes are pixels, times seconds.

    ``width`` and ``x`` are multiples of 8; ``page_s`` is how long a page stands; ``font`` is the height of
    the characters, ``library`` the number of their fonts in the card (None: its first). ``dynamic``: whether
    the header says that areas go before the card's programmes.
    """

    width: int
    height: int
    x: int = 0
    y: int = 0
    address: int = 1
    area: int = 0
    font: int = 16
    library: int | None = None
    colour: str | None = None
    encoding: str = "gb18030"
    page_s: float = 4.0
    timeout_s: int = 30
    dynamic: bool = False

    digits_only = False

    @property
    def grid(self) -> Grid:
        """Rows of the font's height, cells of half that."""
        return Grid(self.height // self.font, self.width * 2 // self.font)

    @property
    def refresh_s(self) -> float:
        """Three times within the card's own time-out, so that a lost frame or two do no harm."""
        return self.timeout_s / 3

    @property
    def answers(self) -> CardAnswers:
        """A new reader of the card's answers."""
        return CardAnswers()

    @property
    def experimental(self) -> str:
        """What was held against no published frame."""
        ours = "rows, pages and the time-out were tried on no card"
        return f"no published frame of this family was whole; {ours}" if self.dynamic else ours

    def frame(self, pages: Sequence[Page]) -> bytes:
        """One area with all pages, each standing still for its time; no pages: a page of blanks.

        Dark is said, not left unsaid: an area that is taken away would uncover the card's own programme.
        """
        shown = area.Area(
            text.encode(pages or (Page(),), self.grid.rows, self.encoding, self._before()),
            width=self.width // 8,
            height=self.height,
            left=self.x // 8,
            top=self.y,
            number=self.area,
            timeout_s=self.timeout_s,
            stands=round(self.page_s / HALF_S),
        )
        data = area.encode(Update((shown,)))
        return framed(Packet(data, to=self.address, mode=int(self.dynamic)).encode())

    def board(self) -> CardBoard:
        """A simulated card of this size."""
        return CardBoard(self)

    def _before(self) -> str:
        fonts = "" if self.library is None else f"\\FO{self.library:03}\\FE{self.library:03}"
        return fonts + (f"\\C{COLOURS.index(self.colour) + 1}" if self.colour else "")


class CardBoard:
    """A card as its line sees it: keeps the areas that it is sent, and forgets those that time out."""

    def __init__(self, card: Card) -> None:
        self._card = card
        self._frames = Frames()
        self._areas: dict[int, tuple[Area, float]] = {}

    def feed(self, data: bytes, now: float) -> bytes:
        """Take bytes in, and answer those frames that want it."""
        return b"".join(self._take(body, now) for body in self._frames.feed(data))

    def picture(self, now: float) -> Picture:
        """All areas on the board, each on the page that stands now; those beyond its edges are cut."""
        grid = self._card.grid
        rows = [[" "] * grid.columns for _ in range(grid.rows)]
        for shown, since in list(self._areas.values()):
            elapsed = now - since
            if shown.run_mode == area.VANISH and elapsed >= shown.timeout_s:
                del self._areas[shown.number]
            else:
                self._draw(rows, shown, elapsed)
        return Picture(grid, tuple("".join(row).rstrip() for row in rows))

    def _take(self, body: bytes, now: float) -> bytes:
        try:
            packet = decode(body)
        except Broken:
            return self._answer(answer.BAD_CHECKSUM)
        if packet.to not in {self._card.address, EVERYBODY}:
            return b""
        try:
            update = area.decode(packet.data)
        except Broken:
            return self._answer(answer.TAKEN)  # a command of the card's that draws nothing
        gone = list(self._areas) if update.gone is None else update.gone
        for number in gone:
            self._areas.pop(number, None)
        self._areas.update({one.number: (one, now) for one in update.areas})
        return self._answer(answer.TAKEN) if update.answer == area.ANSWER else b""

    def _answer(self, error: int) -> bytes:
        return framed(answer.encode(error, sender=self._card.address).encode())

    def _draw(self, rows: list[list[str]], shown: Area, elapsed: float) -> None:
        """Write an area's present page over the board, cell by cell."""
        left, columns = area.pixels(shown.left) * 2, area.pixels(shown.width) * 2
        cell_left, cell_columns = (left - self._card.x * 2) // self._card.font, columns // self._card.font
        top = (shown.top - self._card.y) // self._card.font
        page = self._page(shown, elapsed, max(cell_columns, 1))
        for at, row in enumerate(page, top):
            if 0 <= at < len(rows):
                _write(rows[at], row, cell_left, cell_columns)

    def _page(self, shown: Area, elapsed: float, columns: int) -> list[str]:
        """The rows that stand now: pages go round, or stay on the last one."""
        high = 1 if shown.rows != area.MANY_ROWS else max(shown.height // self._card.font, 1)
        lines = text.decode(shown.text, self._card.encoding)
        if shown.breaks != area.OWN_BREAKS or shown.rows != area.MANY_ROWS:
            lines = text.broken_by_itself(lines, columns)
        pages = [lines[at : at + high] for at in range(0, len(lines), high)]
        turn = int(elapsed // max(shown.stands * HALF_S, HALF_S))
        return pages[min(turn, len(pages) - 1) if shown.run_mode == 1 else turn % len(pages)]


def _write(row: list[str], said: str, left: int, columns: int) -> None:
    """Cells of one row; a wide character fills its first cell and leaves the second empty."""
    at = left
    for one in plain(said):
        if at + cells(one) > min(left + columns, len(row)) or at < 0:
            break
        row[at : at + cells(one)] = [one, *[""] * (cells(one) - 1)]
        at += cells(one)
    for blank in range(max(at, 0), min(left + columns, len(row))):
        row[blank] = " "
