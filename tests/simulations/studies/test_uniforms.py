from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from simulations.studies.uniforms import named, normals, spawn, uniforms


def test_numbers_are_uniform_and_independent_of_each_other() -> None:
    keys = spawn(7, np.arange(200_000))
    first, second = uniforms(keys, 0), uniforms(keys, 1)
    for each in (first, second):
        assert 0.0 < each.min() < each.max() < 1.0
        counts, _ = np.histogram(each, 50, (0.0, 1.0))
        assert np.square(counts - 4000.0).sum() / 4000.0 < 95.0  # chi-square of 49: one in ten thousand
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.01
    assert abs(np.corrcoef(first[1:], first[:-1])[0, 1]) < 0.01


@given(st.integers(0, 2**40), st.integers(0, 1000), st.integers(0, 30))
def test_a_number_hangs_on_who_it_is_for_and_nothing_else(seed: int, child: int, purpose: int) -> None:
    alone = uniforms(spawn(seed, child), purpose)
    among = uniforms(spawn(seed, np.arange(child + 3)), purpose)
    assert alone[0] == among[child]


def test_children_broadcast() -> None:
    keys = spawn(spawn(1, np.arange(3))[:, None], np.arange(4)[None, :])
    assert keys.shape == (3, 4)
    assert np.unique(keys).size == 12


def test_a_name_is_the_same_number_everywhere() -> None:
    assert named("personal") == 4052381061
    assert named("personal") != named("corporate")


def test_normal_quantiles_are_scipys() -> None:
    uniform = uniforms(spawn(3, np.arange(200)), 0).reshape(20, 10)
    np.testing.assert_allclose(normals(uniform), special.ndtri(uniform), rtol=1e-9)
