"""Sets of small whole numbers as bit masks, in words: the queue kernel's sets of windows and of lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba.core import types
from numba.extending import intrinsic, overload

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["LAST", "SHIFT", "WORD", "lowest", "packed", "words"]

SHIFT = 5
WORD = 1 << SHIFT
LAST = WORD - 1
"""Member m is bit `m & LAST` of word `m >> SHIFT`: half of what fits, so that no mask is ever negative."""


def words(members: int) -> int:
    """Return how many words a set of so many possible members takes; at least one."""
    return max(1, -(-members // WORD))


def packed(table: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return each row of a table [N, M] as a set of its true columns [N, words(M)].

    No rows, no sets; without columns each set is empty.
    """
    rows, members = table.shape
    padded = np.zeros((rows, words(members) * WORD), np.int64)
    padded[:, :members] = table
    bits = 1 << np.arange(WORD, dtype=np.int64)
    masks: NDArray[np.int64] = padded.reshape(rows, words(members), WORD) @ bits
    return masks


def lowest(word: int) -> int:
    """Return the smallest member of a word that is not empty."""
    return int(word & -word).bit_length() - 1


@intrinsic
def _trailing_zeros(_context: Any, word: Any) -> tuple[Any, Any]:  # noqa: ANN401 - numba's own types
    def generate(target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        never_empty = target.get_constant(types.boolean, 1)
        return builder.cttz(arguments[0], never_empty)

    return types.int64(word), generate


@overload(lowest, strict=False, inline="always")
def _compiled_lowest(word: Any) -> Callable[[Any], Any]:  # noqa: ANN401, ARG001
    return lambda word: _trailing_zeros(word)  # type: ignore[call-arg]  # noqa: PLW0108 - numba inlines Python only
