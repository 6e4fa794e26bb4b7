"""Default words for steps and pauses; nothing of cash in public."""

from __future__ import annotations

import pytest

from display import terms
from display.catalogues import LANGUAGES


@pytest.mark.parametrize("step", terms.STEP_NAMES)
def test_every_well_known_step_has_a_name_in_every_language(step: str) -> None:
    assert list(terms.step_names(step)) == list(LANGUAGES)


@pytest.mark.parametrize("step", terms.STEPS_PUBLIC)
def test_a_public_step_is_public_at_the_seat_and_away_from_it(step: str) -> None:
    assert set(terms.step_public(step)) == set(terms.step_public(step, away=True)) == set(LANGUAGES)


def test_cash_and_what_is_unknown_have_no_public_text() -> None:
    for step in ("cash_counting", "unheard of"):
        assert terms.step_public(step) == terms.step_public(step, away=True) == {}
    assert terms.step_names("unheard of") == {}


def test_a_pause_has_a_reason_in_every_language_or_none_at_all() -> None:
    assert set(terms.pause_reason("break")) == set(LANGUAGES)
    assert terms.pause_reason("other") == terms.pause_reason(None) == {}
