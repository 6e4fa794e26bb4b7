from __future__ import annotations

import numpy as np
import pytest

from estimator.chance import SOURCES, Chance


def first(chance: Chance) -> list[float]:
    return [getattr(chance, source).random() for source in SOURCES]


def test_a_seed_is_always_the_same_and_sources_differ() -> None:
    assert first(Chance.apart((1, 2))) == first(Chance.apart((1, 2)))
    assert len(set(first(Chance.apart((1, 2))) + first(Chance.apart(())))) == 10


@pytest.mark.parametrize("source", SOURCES)
def test_one_source_is_drawn_anew_and_the_others_stay(source: str) -> None:
    before, after = first(Chance.apart((3,))), first(Chance.apart((3,), (source,)))  # type: ignore[arg-type]
    assert [name for name, one, other in zip(SOURCES, before, after, strict=True) if one != other] == [source]


def test_a_shared_generator_goes_on_from_source_to_source() -> None:
    rng = np.random.default_rng(4)
    assert first(Chance.shared(np.random.default_rng(4))) == [rng.random() for _ in SOURCES]


def test_pauses_and_openings_have_their_own() -> None:
    chance = Chance.apart((5,))
    assert chance.of_window("paused") is chance.of_window("closed") is chance.pauses
    assert chance.of_window("serving") is chance.of_window("open") is chance.present


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        Chance.apart((-1,))
