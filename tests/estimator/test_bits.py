from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from estimator.bits import LAST, SHIFT, WORD, lowest, packed, words


@njit
def compiled_lowest(word: int) -> int:
    return lowest(word)


@given(st.integers(1, (1 << WORD) - 1))
def test_the_lowest_member_compiled_or_not(word: int) -> None:
    expected = next(bit for bit in range(WORD) if word >> bit & 1)
    assert lowest(word) == lowest(np.int64(word)) == compiled_lowest(word) == expected


@given(st.integers(0, 3), st.integers(0, 3 * WORD), st.randoms())
def test_a_packed_row_has_its_members(rows: int, members: int, chance: object) -> None:
    table = np.array([[chance.random() < 0.3 for _ in range(members)] for _ in range(rows)], bool)  # type: ignore[attr-defined]
    masks = packed(table.reshape(rows, members))
    assert masks.shape == (rows, words(members))
    assert (masks >= 0).all()
    for row in range(rows):
        found = [member for member in range(members) if masks[row, member >> SHIFT] >> (member & LAST) & 1]
        assert found == np.flatnonzero(table[row]).tolist()
