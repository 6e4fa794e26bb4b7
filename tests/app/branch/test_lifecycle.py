from pathlib import Path

import pytest

from app.branch import diagram, lifecycle
from app.branch.events import TYPES
from app.branch.state import ENDED, Ticket, TicketState, Window, WindowState

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "lifecycle.md"


def test_the_manual_shows_the_tables_as_they_are() -> None:
    assert PAGE.read_text() == diagram.page(), (
        "run: python -c \"from app.branch import diagram; print(diagram.page(), end='')\" "
        "> docs/reference/lifecycle.md"
    )


def test_every_arrow_is_drawn_once() -> None:
    page = diagram.page()
    for have, kind in [*lifecycle.TICKET, *lifecycle.WINDOW]:
        reached = lifecycle.TICKET.get((have, kind)) or lifecycle.WINDOW[have, kind]  # type: ignore[index, arg-type]
        assert any(
            line.startswith(f"    {have or '[*]'} --> {reached}: ") and kind in line
            for line in page.splitlines()
        ), (have, kind)
    arrows = [line.split(":")[0] for line in page.splitlines() if "-->" in line]
    assert len(arrows) == len(set(arrows))


def test_the_tables_speak_of_known_events_only() -> None:
    kinds = {kind for _, kind in [*lifecycle.TICKET, *lifecycle.WINDOW]}
    assert kinds <= TYPES.keys()


def test_every_state_is_reached_and_all_but_the_last_are_left() -> None:
    assert set(lifecycle.TICKET.values()) == set(TicketState)
    assert {have for have, _ in lifecycle.TICKET if have} == set(TicketState) - {
        TicketState.FINISHED,
        TicketState.ABANDONED,
    }
    assert set(lifecycle.WINDOW.values()) == {have for have, _ in lifecycle.WINDOW} == set(WindowState)
    assert TicketState.NO_SHOW in ENDED


def test_a_refusal_can_say_what_is_possible() -> None:
    assert lifecycle.allowed_at(WindowState.PAUSED) == {
        *("window.resumed", "window.closed", "window.closing", "teller.signed_in", "teller.signed_out")
    }
    assert lifecycle.states_for("window.ready") == ["wrapping_up"]


@pytest.mark.parametrize(
    ("kind", "at", "belated"),
    [
        ("service.finished", 9.0, False),  # the table allows it, whatever the clock says
        ("service.started", 9.0, True),
        ("service.started", 10.0, False),
    ],
)
def test_belated_is_what_is_older_than_the_ticket_s_state(kind: str, at: float, belated: bool) -> None:
    ticket = Ticket("t", "A001", "cash", 1.0, 1.0, state=TicketState.SERVING, since=10.0)
    assert lifecycle.belated(ticket, kind, at) is belated


def test_ready_of_the_moment_of_the_call_is_belated() -> None:
    window = Window("1", WindowState.CALLING, since=10.0)
    assert lifecycle.belated(window, "window.ready", 10.0)
    assert not lifecycle.belated(window, "window.closed", 10.0)
