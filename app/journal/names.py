"""What is surely not in the journal yet, without asking the disk.

Nearly every event is new, and yet each must be looked up; the query costs more than its decision. A Bloom
filter of all names ever stored says "never" with certainty, and only its "perhaps" is looked up.
(Bloom 1970, "Space/time trade-offs in hash coding with allowable errors".)
"""

import threading
from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress

from app.journal.errors import JournalError

BITS_PER_NAME = 16
FEWEST_BITS, MOST_BITS = 1 << 24, 1 << 28
FIRST_REST_S, REST_S = 2.0, 0.01
"""Before the filter is filled, and after each page of that: a start, and whatever is live, goes first."""


class Names:
    """Names that are stored or may be, in 2 to 32 MB by how many are `expected`.

    A thread adds, once, what `pages` gives: all that is stored by now. Until then every name may be; then one
    in some hundreds that is not, and more only where there are more than expected. Any thread may call.
    """

    def __init__(self, expected: int, pages: Callable[[], Iterable[Iterable[Hashable]]]) -> None:
        bits = 1 << (BITS_PER_NAME * expected).bit_length()
        bits = min(max(bits, FEWEST_BITS), MOST_BITS)
        self._bits = bytearray(bits // 8)
        self._mask = bits - 1
        self._changing = threading.Lock()
        self._complete = False
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._fill, args=(pages,), name="journal-names", daemon=True)
        self._thread.start()

    def add(self, names: Iterable[Hashable]) -> None:
        """Remember names that are going to be stored, before they are; those that then fail do no harm."""
        bits = self._bits
        with self._changing:
            for name in names:
                for place in self._places(name):
                    bits[place >> 3] |= 1 << (place & 7)

    def may_hold(self, name: Hashable) -> bool:
        """Whether the name may be stored; False is certain."""
        bits = self._bits
        return not self._complete or all(bits[at >> 3] >> (at & 7) & 1 for at in self._places(name))

    def close(self) -> None:
        """Stop filling; may be called again."""
        self._closing.set()
        self._thread.join()

    def _places(self, name: Hashable) -> tuple[int, int, int, int]:
        """Four bits of the filter, from one hash (Kirsch and Mitzenmacher 2006, "Less hashing")."""
        first, mask = hash(name), self._mask
        step = first >> 32 | 1
        return first & mask, first + step & mask, first + 2 * step & mask, first + 3 * step & mask

    def _fill(self, pages: Callable[[], Iterable[Iterable[Hashable]]]) -> None:
        """Add page by page; where they cannot be read, every name may be stored for as long as this runs."""
        if self._closing.wait(FIRST_REST_S):
            return
        with suppress(JournalError):
            for page in pages():
                self.add(page)
                if self._closing.wait(REST_S):
                    return
            self._complete = True
