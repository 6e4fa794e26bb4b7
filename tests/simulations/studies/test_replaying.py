from __future__ import annotations

import numpy as np
import pytest

from simulations.studies.outcome import Outcome
from simulations.studies.past_days import PastDay
from simulations.studies.replaying import replayed
from simulations.studies.scenario import Counter, Scenario
from simulations.studies.trust import as_it_was, figures

from .lobbies import ALL, SKILLS, lobby, simulated
from .reference import CLOSES, OPENS, behaviour


def replays(past: PastDay, *others: Scenario) -> list[Outcome]:
    return replayed(past, [as_it_was(past, behaviour(), {}, SKILLS, {}), *others], 40)


def test_a_day_replayed_unchanged_is_about_what_it_was() -> None:
    (past,) = simulated(lobby(), 1)
    came, waited = figures(past)
    (found,) = replays(past)
    assert found.arrived.sum(axis=(1, 2)).tolist() == [len(past)] * 40
    assert found.mean_wait_s().value == pytest.approx(waited[came].mean(), rel=0.15)
    assert found.left.sum(axis=(1, 2)).mean() == pytest.approx((~came).sum(), abs=6)


def test_a_day_replayed_with_a_window_more_waits_less_in_every_draw() -> None:
    (past,) = simulated(lobby(), 1)
    base = as_it_was(past, behaviour(), {}, SKILLS, {})
    more = base.with_windows([*base.windows, Counter("more", ((OPENS, CLOSES),), ALL)], "more")
    before, after = replays(past, more)
    shorter = before.waited_s.sum(axis=(1, 2)) > after.waited_s.sum(axis=(1, 2))
    assert shorter.all()


def test_who_was_served_keeps_its_service_and_its_patience() -> None:
    (past,) = simulated(lobby(), 1)
    (found,) = replays(past)
    busy = np.nansum(past.finished - past.started)
    assert found.busy_s.sum(axis=1).mean() + found.overtime_s.mean() == pytest.approx(busy, rel=0.03)
