"""What each screen is given to show, seen from the states of a branch."""

from __future__ import annotations

from app import screens
from app.branch.branch_file import parse
from app.branch.events import (
    SenderSilent,
    ServiceFinished,
    ServiceStarted,
    StepStarted,
    TicketCalled,
    TicketNoShow,
    WindowClosed,
    WindowClosing,
    WindowOpened,
)
from app.owner import Owner
from app.picture import Picture
from display import views

from .served import SMALL, TEN
from .test_owner import commit, issued

BRANCH = parse(SMALL)


def look(owner: Owner, now: float) -> Picture:
    """The picture after a pass at ``now``."""
    question = owner.question(now)
    for event in owner.say(owner.tell(question, owner.answer(question), now), now):
        owner.commit(event)
    return owner.picture(now)


def opened(*more: str) -> Owner:
    owner = Owner(BRANCH)
    commit(owner, *(WindowOpened(window) for window in ("1", *more)))
    return owner


def teller(picture: Picture, window: str) -> views.TellerView:
    view = screens.view(picture, f"teller:{window}")
    assert isinstance(view, views.TellerView)
    return view


def test_every_screen_there_is_and_none_besides() -> None:
    picture = Owner(BRANCH).picture(TEN)
    assert len(screens.topics(picture)) == 2 + 3 * 3
    assert all(screens.view(picture, topic) for topic in screens.topics(picture))
    for topic in ("window:9", "ticket:nobody", "desk:", "teller:9"):
        assert screens.view(picture, topic) is None


def test_a_closed_window_shows_nothing_that_might_serve() -> None:
    owner = opened()
    commit(owner, WindowClosed("1", "back_office", TEN + 3_600))
    view = look(owner, TEN).windows["1"]
    assert (view.state, view.reason, view.number, view.range) == ("closed", "back_office", None, None)
    assert view.reopens_at == "2026-03-02T11:00:00+08:00"
    assert look(owner, TEN + 3_601).windows["1"].reopens_at is None


def test_ranges_of_a_service_and_its_wrap_up() -> None:
    owner = opened()
    commit(owner, issued(1), issued(2), TicketCalled("T1", "1"))
    assert look(owner, TEN).windows["1"].range is None
    commit(owner, ServiceStarted("T1", "1"), at=TEN + 20)
    serving = look(owner, TEN + 20)
    assert serving.windows["1"].range
    assert serving.windows["1"].number == "A001"
    assert look(owner, TEN + 7_000).windows["1"].overdue
    commit(owner, ServiceFinished("T1", "1"), at=TEN + 7_000)
    wrapping = look(owner, TEN + 7_000).windows["1"]
    assert (wrapping.state, wrapping.number, bool(wrapping.range)) == ("wrapping_up", None, True)


def test_cash_is_the_desk_s_business_and_not_the_lobby_s() -> None:
    owner = opened()
    cash = StepStarted("1", "s1", "cash", "machine")
    commit(owner, issued(1), TicketCalled("T1", "1"), ServiceStarted("T1", "1"), cash)
    picture = look(owner, TEN)
    assert picture.windows["1"].steps == ()
    desk = screens.view(picture, "desk:1")
    assert isinstance(desk, views.DeskView)
    assert [step.step for step in desk.steps] == ["cash"]


def test_the_teller_s_keys_are_those_that_work() -> None:
    owner = opened()
    assert "next" not in teller(owner.picture(TEN), "1").commands
    commit(owner, issued(1))
    assert {"next", "pause", "close", "back-office", "sign-in"} <= set(
        teller(owner.picture(TEN), "1").commands
    )
    commit(owner, TicketCalled("T1", "1"))
    calling = teller(owner.picture(TEN), "1")
    assert {"start", "no-show", "recall", "transfer", "closing"} <= set(calling.commands)
    assert not {"next", "close", "pause", "finish"} & set(calling.commands)
    assert calling.undo == "ticket.called"
    assert teller(owner.picture(TEN + BRANCH.undo_s + 1), "1").undo is None
    commit(owner, TicketNoShow("T1", "1"))
    missed = teller(owner.picture(TEN + 1), "1")
    assert [one.number for one in missed.recallable] == ["A001"]
    assert teller(owner.picture(TEN + BRANCH.recall_s + 1), "1").recallable == ()
    assert teller(owner.picture(TEN), "3").commands[0] == "open"


def test_a_staffed_window_that_calls_nobody_while_people_wait_is_marked() -> None:
    owner = opened()
    assert not owner.picture(TEN + 1_000).windows["1"].unattended
    commit(owner, issued(1), at=TEN + 100)
    assert not owner.picture(TEN + 200).windows["1"].unattended
    assert owner.picture(TEN + 100 + BRANCH.unattended_s).windows["1"].unattended


def test_a_wait_is_withdrawn_when_nobody_serves_or_is_heard_of() -> None:
    owner = Owner(BRANCH)
    commit(owner, WindowOpened("1"), sender="machine")
    commit(owner, issued(1), issued(2))
    assert look(owner, TEN).waits["personal"].range
    for event in owner.say([(TEN + 100, SenderSilent("machine"))], TEN + 100):
        owner.commit(event)
    blind = look(owner, TEN + 100)
    assert blind.blind("personal")
    assert (blind.waits["personal"].range, blind.waits["personal"].windows) == (None, 0)
    phone = screens.view(blind, "ticket:T1")
    assert isinstance(phone, views.TicketView)
    assert (phone.range, phone.out_of_touch) == (None, True)
    commit(owner, WindowClosing("1"), sender="machine", at=TEN + 100)
    closed = look(owner, TEN + 100)
    assert closed.waits["personal"].range is None
    assert not closed.blind("personal")
