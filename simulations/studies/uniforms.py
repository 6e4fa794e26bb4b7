"""Uniform numbers that belong to somebody: made from who it is, not from whose turn it was.

A customer keeps the same numbers in every scenario, however many others come before: common random numbers by
customer. A key is scrambled with the finaliser of SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable
pseudorandom number generators"), which is stateless, so that any block of days can be made by itself.
"""

from __future__ import annotations

import zlib
from statistics import NormalDist
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from estimator.columns import Floats

__all__ = ["Keys", "named", "normals", "spawn", "uniforms"]

Keys: TypeAlias = NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_TO_UNIT = 2.0**-53
_NORMAL = NormalDist()


def named(name: str) -> int:
    """Return a number for a name: the same in every process."""
    return zlib.crc32(name.encode()) + 1


def spawn(keys: Keys | int, which: NDArray[np.generic] | int) -> Keys:
    """Return the keys of the `which`-th children of `keys`; both broadcast."""
    mixed = np.atleast_1d(np.asarray(which)).astype(np.uint64) * _GOLDEN  # wraps around, as meant
    mixed = mixed ^ _scrambled(np.atleast_1d(np.asarray(keys, np.uint64)) + _GOLDEN)
    return _scrambled(mixed)


def uniforms(keys: Keys, purpose: int) -> Floats:
    """Return for every key its number for that purpose, in the open interval (0, 1)."""
    drawn = _scrambled(keys + np.uint64((purpose + 1) * int(_GOLDEN) % 2**64))
    drawn >>= np.uint64(11)
    result = drawn.astype(float)
    result += 0.5
    result *= _TO_UNIT
    return result


def normals(uniform: Floats) -> Floats:
    """Return the standard normal quantiles of numbers in (0, 1), of any shape; for hundreds, not millions.

    (The standard library's, after Wichura 1988; SciPy's are as good, and take a third of a second to load.)
    """
    found = [_NORMAL.inv_cdf(each) for each in uniform.ravel().tolist()]
    return np.array(found, float).reshape(uniform.shape)


def _scrambled(keys: Keys) -> Keys:
    mixed = keys ^ (keys >> np.uint64(30))
    mixed *= _FIRST
    mixed ^= mixed >> np.uint64(27)
    mixed *= _SECOND
    mixed ^= mixed >> np.uint64(31)
    return mixed
