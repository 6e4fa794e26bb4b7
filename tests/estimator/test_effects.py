from __future__ import annotations

import json

import numpy as np
import pytest

from estimator.effects import Effects


def learned() -> Effects:
    """Teller t takes a fifth longer, in business b half as long again; noon is slower by a tenth."""
    effects, rng = Effects(), np.random.default_rng(0)
    for number in range(3_000):
        teller, key, hour = "tu"[number % 2], "ab"[number // 2 % 2], 9 + number // 4 % 6
        mean = {"ta": 0.2, "tb": 0.5}.get(teller + key, -0.35) + 0.1 * (hour == 12)
        effects.learn(key, teller, hour, 600.0 * number, mean + rng.normal(0.0, 0.5))
    return effects


def test_tellers_and_hours_are_told_apart_in_all_and_in_each_business() -> None:
    effects = learned()
    assert effects.teller("a", "t") - effects.teller("a", "u") == pytest.approx(0.55, abs=0.12)
    assert effects.teller("b", "t") - effects.teller("b", "u") == pytest.approx(0.85, abs=0.12)
    assert effects.hour("", 12) - effects.hour("", 10) == pytest.approx(0.1, abs=0.06)
    assert effects.lasting("a", "t", 12) == effects.teller("a", "t") + effects.hour("a", 12)


def test_what_all_tellers_have_in_common_is_no_effect_of_theirs() -> None:
    effects = Effects()
    for number in range(300):
        effects.learn("a", "t", 9, 600.0 * number, 0.7)
    assert effects.teller("a", "t") == pytest.approx(0.0, abs=0.05)
    assert effects.hour("a", 9) == pytest.approx(0.0, abs=0.05)


def test_who_is_not_known_is_as_all_are() -> None:
    effects = learned()
    assert effects.lasting("a", "new", 3) == effects.lasting("a", None, None) == 0.0
    assert effects.teller("new", "t") == effects.teller("", "t")
    mean, spread = effects.teller_belief("new")
    assert mean == 0.0
    assert effects.teller_belief("t")[1] < spread
    assert effects.seen("new", "a") == effects.seen(None, "a") == 0.0


def test_the_spread_is_what_the_effects_leave() -> None:
    assert learned().spread.strength(0.5) == pytest.approx(1.0, rel=0.2)


def test_it_is_the_same_from_a_snapshot() -> None:
    effects = learned()
    plain = json.loads(json.dumps(effects.to_plain()))
    assert Effects.from_plain(plain).to_plain() == plain
