"""What a sign over a window says: a view to still pages, one language after the other.

The number comes first, then the state, then the minutes. Where the screen's own sentences fit, they stand;
where not, its short words for the same; where even those do not, more pages; and what no row can hold whole
is left out, the minutes before the state, never the end of a word or of a number.

A closed window's sign is dark, and so is that of one which calls nobody else: nobody shall wait before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from string import ascii_letters

from display import wording
from display.cells import width, words, wrapped
from display.page_words import BOARD, COMMON
from display.speech import N_, Ranged, Voice, voices
from display.views import Shown, WindowState, WindowView

from .page import Grid, Page, filled, plain

MINUTES = Ranged(BOARD["about"], BOARD["within"])
NARROW = Ranged(N_("{low}–{high}m"), N_("<{high}m"))
LAST = frozenset({WindowState.OPEN, WindowState.WRAPPING_UP})
"""A closing window in one of these has had its last customer."""


def pages(view: WindowView, languages: Sequence[str], grid: Grid) -> tuple[Page, ...]:
    """The pages for a board of so many cells; none: a dark board. The same page is not shown twice."""
    if dark(view):
        return ()
    found = (page for _, say in voices(languages) for page in _in_one(view, say, grid))
    return tuple(dict.fromkeys(page for page in found if not page.dark))


def number_page(view: WindowView, columns: int) -> tuple[Page, ...]:
    """The page of a board that shows a number only; none where there is no number that it could show whole.

    Letters before the digits go first: ``A1234`` on four cells reads ``1234``; digits are never cut.
    """
    if dark(view) or view.out_of_touch or not view.number:
        return ()
    number = plain(view.number)
    for shown in (number, number.lstrip(ascii_letters)):
        if shown and shown.isascii() and len(shown) <= columns:
            return (Page((shown,)),)
    return ()


def dark(view: WindowView) -> bool:
    """Whether nobody has anything to expect of this window; one out of touch says that it is."""
    if view.out_of_touch:
        return False
    return view.state is WindowState.CLOSED or (view.closing and view.state in LAST)


def _in_one(view: WindowView, say: Voice, grid: Grid) -> list[Page]:
    number = None if view.out_of_touch else view.number
    head = [plain(number)] if number and width(plain(number)) <= grid.columns else []
    return _sentences(view, say, grid, head) or _short(view, say, grid, head)


def _sentences(view: WindowView, say: Voice, grid: Grid, head: list[str]) -> list[Page]:
    """The screen's own sentences, if a single page holds them all; a call names the number itself."""
    if view.state is WindowState.CALLING:
        head = []
    lines = [plain(line) for line in wording.window_lines(view, say)]
    if any(width(word) > grid.columns for line in lines for word in words(line)):
        return []
    rows = head + [row for line in lines for row in wrapped(line, grid.columns)]
    return [Page(tuple(rows))] if len(rows) <= grid.rows else []


def _short(view: WindowView, say: Voice, grid: Grid, head: list[str]) -> list[Page]:
    """A few words on one page, or on as many as they need."""
    state = plain(say.say(COMMON[_look(view)]))
    left: list[str] = []
    for form in (MINUTES, NARROW):
        left = [state, *_minutes(view, say, form)]
        rows = filled([*head, *left], grid.columns)
        if len(rows) <= grid.rows and all(width(row) <= grid.columns for row in rows):
            return [Page(tuple(rows))]
    return _spread(head, list(takewhile(lambda piece: width(piece) <= grid.columns, left)), grid)


def _spread(head: list[str], left: list[str], grid: Grid) -> list[Page]:
    """Pages that each begin with the number, where there is room for it; it is there at least once."""
    made: list[Page] = []
    while left:
        beside = _most(head, left, grid)
        if head and not beside and not made:
            made.append(Page(tuple(head)))
        took = beside or _most([], left, grid)
        made.append(Page(tuple(filled([*(head if beside else []), *left[:took]], grid.columns))))
        left = left[took:]
    return made or [Page(tuple(head))]


def _most(head: list[str], pieces: list[str], grid: Grid) -> int:
    """How many of the pieces a page holds beside its head."""
    counts = range(len(pieces), 0, -1)
    return next((n for n in counts if len(filled(head + pieces[:n], grid.columns)) <= grid.rows), 0)


def _minutes(view: WindowView, say: Voice, form: Ranged) -> list[str]:
    if (time := _range(view)) is not None:
        return [plain(say.ranged(form, time))]
    return [plain(say.say(COMMON["overdue"]))] if view.overdue and not view.out_of_touch else []


def _look(view: WindowView) -> str:
    """What matters most to those before the window, as on the screens."""
    if view.out_of_touch:
        return "out_of_touch"
    if view.state is WindowState.PAUSED and view.reason == "fault":
        return "fault"
    if view.state is WindowState.OPEN and view.unattended:
        return "unattended"
    if view.state is WindowState.SERVING and any(step.away and step.public for step in view.steps):
        return "away"
    return view.state.value


def _range(view: WindowView) -> Shown | None:
    """The time that goes with the state: an absence has its own."""
    if view.out_of_touch:
        return None
    if _look(view) == "away":
        return next(step.range for step in view.steps if step.away and step.public)
    return view.range


def trial_pages(label: str, grid: Grid) -> tuple[Page, ...]:
    """What a sign shows when it is tried out: both kinds of characters, and how far its rows reach."""
    ruler = "".join(str(n % 10) for n in range(1, grid.columns + 1))
    said = [piece for piece in (label, "测试", "TEST") if width(piece) <= grid.columns]
    rows = filled(said, grid.columns)
    return (Page(tuple([*rows, ruler][: grid.rows])),)
