"""What the calls say of windows of which nobody says who is there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app import attendance
from app.branch.branch_file import Branch, parse
from app.branch.events import ServiceFinished, ServiceStarted, TicketCalled, WindowOpened, WindowReady
from app.branch.state import Window
from app.owner import Owner
from app.screens import view
from display import views
from estimator.presence import Presence

from .served import SMALL, TEN
from .test_owner import commit, issued

BRANCH = parse(SMALL)
TOLD = parse(SMALL.replace('reports = ["issued", ', 'reports = ["windows", "issued", '))


def served(sender: str, branch: Branch = BRANCH) -> Owner:
    """Window 1 has served somebody; another waits whom it could call."""
    owner = Owner(branch)
    commit(owner, issued(1), sender=sender)
    commit(owner, WindowOpened("1"), TicketCalled("T1", "1"), sender=sender, at=TEN + 1)
    commit(owner, ServiceStarted("T1", "1"), sender=sender, at=TEN + 2)
    commit(owner, ServiceFinished("T1", "1"), sender=sender, at=TEN + 60)
    if sender == "local":
        commit(owner, WindowReady("1"), at=TEN + 61)
    return owner


def test_who_speaks_for_a_window_is_who_did_last_or_the_only_one_that_could() -> None:
    assert not attendance.is_reported(BRANCH, Window("1"))
    assert attendance.is_reported(BRANCH, Window("1", sender="local"))
    assert attendance.is_reported(TOLD, Window("1"))
    two = replace(BRANCH, senders={**BRANCH.senders, "other": replace(BRANCH.senders["machine"], id="other")})
    assert attendance.is_reported(two, Window("1"))  # nobody knows which; nothing is supposed of it
    assert (attendance.is_unsaid(BRANCH), attendance.is_unsaid(TOLD)) == (True, False)


@pytest.mark.parametrize(("sender", "closed"), [("machine", True), ("local", False)])
def test_a_window_likelier_gone_than_back_does_not_look_as_if_it_might_serve(
    sender: str, *, closed: bool
) -> None:
    owner = served(sender)
    commit(owner, issued(2), sender=sender, at=TEN + 70)
    soon, late = (owner.picture(TEN + after_s) for after_s in (100.0, 3_600.0))
    assert soon.windows["1"].state is not views.WindowState.CLOSED
    assert (late.windows["1"].state is views.WindowState.CLOSED) is closed
    assert late.windows["1"].unattended is not closed
    assert ("1" in late.serving["personal"]) is not closed
    shown = view(late, "hall")
    assert isinstance(shown, views.HallView)
    assert shown.windows[0] == late.windows["1"]
    assert shown.waits[0].windows == (0 if closed else 1)


def test_a_window_on_its_planned_break_is_shown_closed_at_once() -> None:
    rostered = parse(SMALL + '\n[roster]\nbreak = [{ window = "1", from = "10:02", to = "10:30" }]\n')
    owner = served("machine", rostered)
    states = [owner.picture(TEN + after_s).windows["1"].state for after_s in (100.0, 130.0, 1_700.0, 1_900.0)]
    assert [one is views.WindowState.CLOSED for one in states] == [False, True, True, False]
    reported = served("local", rostered)
    assert reported.picture(TEN + 130.0).windows["1"].state is not views.WindowState.CLOSED


def test_a_window_that_nobody_has_been_waiting_for_may_be_there() -> None:
    owner = served("machine")
    assert owner.picture(TEN + 3_600).windows["1"].state is views.WindowState.OPEN


def test_what_is_out_of_touch_is_said_to_be_so_first() -> None:
    owner = served("machine")
    commit(owner, issued(2), sender="machine", at=TEN + 70)
    for event in owner.say(owner.due({}, TEN + 3_600), TEN + 3_600):
        owner.commit(event)
    shown = owner.picture(TEN + 3_600).windows["1"]
    assert (shown.out_of_touch, shown.state) == (True, views.WindowState.OPEN)


def test_the_chance_to_be_ready_is_that_of_the_draws() -> None:
    away = Presence().away()
    drawn = away.ready_s(300.0, np.random.default_rng(1).standard_exponential(20_000))
    assert away.chance(300.0, 1_500.0) == pytest.approx(float((drawn <= 1_500.0).mean()), abs=0.02)
    assert away.chance(300.0, 100.0) == 0.0
