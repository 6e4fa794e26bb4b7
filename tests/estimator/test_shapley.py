from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from estimator.chance import SOURCES, Chance, Source
from estimator.shapley import shapley

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from estimator.kernel import Floats

Columns = dict[Source, "Floats"]


def drawn(answer: Callable[[Columns], Floats], draws: int = 40_000) -> Callable[[Collection[Source]], Floats]:
    """What an answer makes of one normal column for each source."""

    def play(redrawn: Collection[Source]) -> Floats:
        chance = Chance.apart((7,), redrawn)
        return answer({source: getattr(chance, source).standard_normal(draws) for source in SOURCES})

    return play


def near(shares: Mapping[Source, float], **expected: float) -> bool:
    return {name: pytest.approx(expected.get(name, 0.0), abs=0.02) for name in SOURCES} == shares


def test_independent_sources_have_their_variances() -> None:
    shares = shapley(drawn(lambda column: 3 * column["present"] + column["people"]))
    assert near(shares, present=0.9, people=0.1)


def test_what_two_sources_make_together_is_shared_by_both() -> None:
    """Neither has any variance of its own here: first-order indices would say that nothing is uncertain."""
    shares = shapley(drawn(lambda column: column["services"] * column["pace"]))
    assert near(shares, services=0.5, pace=0.5)


def test_the_known_answer_of_a_published_function() -> None:
    """Ishigami and Homma's function (a = 7, b = .1): .314, .442, 0, and .244 by two together."""

    def ishigami(column: Columns) -> Floats:
        first, second, third = (
            np.pi * (2 * _uniform(column[name]) - 1) for name in ("present", "services", "people")
        )
        result: Floats = np.sin(first) + 7 * np.sin(second) ** 2 + 0.1 * third**4 * np.sin(first)
        return result

    assert near(shapley(drawn(ishigami)), present=0.436, services=0.442, people=0.122)


def _uniform(normal: Floats) -> Floats:
    rank = np.argsort(np.argsort(normal))
    uniform: Floats = (rank + 0.5) / normal.size
    return uniform


def test_shares_add_up_and_are_never_negative() -> None:
    shares = shapley(drawn(lambda column: np.maximum(column["present"], column["pauses"]), draws=20))
    assert sum(shares.values()) == pytest.approx(1.0)
    assert min(shares.values()) >= 0.0


def test_where_nothing_varies_nothing_has_a_share() -> None:
    assert shapley(drawn(lambda column: 0 * column["present"])) == {}
    assert shapley(drawn(lambda column: column["present"]), ()) == {}


def test_only_the_sources_asked_for_are_drawn_anew() -> None:
    assert shapley(drawn(lambda column: column["pace"] + column["pauses"]), ("pace",)) == {"pace": 1.0}
