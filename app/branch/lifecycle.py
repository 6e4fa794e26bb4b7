"""What may follow what: the whole theory of a branch, in two tables.

A **ticket** is one customer's turn. It waits until a window calls it; then the customer either sits down and
is served, or does not show up and may be called back for a while. Whoever waits may give up. A transfer ends
a service, or a call, and puts the ticket back in line: at its old place, or at a new one.

A **window** is a counter with somebody behind it, or nobody. Open, it may call; calling ends with a service
or with nobody coming; a service ends with the customer leaving, and the teller may still be finishing: that
is wrap-up, the time that lobbies resent most when nobody announces it. From wrap-up or from rest a teller may
pause. While a customer is called or served a window cannot close: *closing* says that it takes no further
one, and it shuts by itself when it would have become open again.

The tables are all there is: ``check`` refuses what is not in them, ``imply`` inserts what they need before
what an authoritative sender says, and the manual's diagrams are drawn from them.
"""

from __future__ import annotations

from .state import Ticket, Window
from .state import TicketState as T
from .state import WindowState as W

TICKET: dict[tuple[T | None, str], T] = {
    (None, "ticket.issued"): T.WAITING,
    (T.WAITING, "ticket.called"): T.CALLED,
    (T.CALLED, "ticket.recalled"): T.CALLED,
    (T.NO_SHOW, "ticket.recalled"): T.CALLED,
    (T.CALLED, "service.started"): T.SERVING,
    (T.CALLED, "ticket.no_show"): T.NO_SHOW,
    (T.SERVING, "service.finished"): T.FINISHED,
    (T.WAITING, "ticket.abandoned"): T.ABANDONED,
    (T.CALLED, "ticket.abandoned"): T.ABANDONED,
    (T.CALLED, "ticket.transferred"): T.WAITING,
    (T.SERVING, "ticket.transferred"): T.WAITING,
}

WINDOW: dict[tuple[W, str], W] = {
    (W.CLOSED, "window.opened"): W.OPEN,
    (W.OPEN, "ticket.called"): W.CALLING,
    (W.WRAPPING_UP, "ticket.called"): W.CALLING,
    (W.OPEN, "ticket.recalled"): W.CALLING,
    (W.WRAPPING_UP, "ticket.recalled"): W.CALLING,
    (W.CALLING, "ticket.recalled"): W.CALLING,
    (W.CALLING, "service.started"): W.SERVING,
    (W.CALLING, "ticket.no_show"): W.OPEN,
    (W.CALLING, "ticket.abandoned"): W.OPEN,
    (W.CALLING, "ticket.transferred"): W.OPEN,
    (W.SERVING, "ticket.transferred"): W.OPEN,
    (W.SERVING, "service.finished"): W.WRAPPING_UP,
    (W.WRAPPING_UP, "window.ready"): W.OPEN,
    (W.OPEN, "window.paused"): W.PAUSED,
    (W.WRAPPING_UP, "window.paused"): W.PAUSED,
    (W.PAUSED, "window.resumed"): W.OPEN,
    (W.OPEN, "window.closed"): W.CLOSED,
    (W.PAUSED, "window.closed"): W.CLOSED,
    (W.WRAPPING_UP, "window.closed"): W.CLOSED,
    (W.CLOSED, "window.closed"): W.CLOSED,
    (W.OPEN, "window.closing"): W.CLOSED,
    (W.PAUSED, "window.closing"): W.CLOSED,
    (W.WRAPPING_UP, "window.closing"): W.WRAPPING_UP,
    (W.CALLING, "window.closing"): W.CALLING,
    (W.SERVING, "window.closing"): W.SERVING,
    (W.SERVING, "service.step_announced"): W.SERVING,
    (W.SERVING, "service.step_started"): W.SERVING,
    (W.WRAPPING_UP, "service.step_started"): W.WRAPPING_UP,
    (W.SERVING, "service.step_ended"): W.SERVING,
    (W.WRAPPING_UP, "service.step_ended"): W.WRAPPING_UP,
    (W.CLOSED, "teller.signed_in"): W.CLOSED,
    (W.OPEN, "teller.signed_in"): W.OPEN,
    (W.WRAPPING_UP, "teller.signed_in"): W.WRAPPING_UP,
    (W.PAUSED, "teller.signed_in"): W.PAUSED,
    (W.CLOSED, "teller.signed_out"): W.CLOSED,
    (W.OPEN, "teller.signed_out"): W.OPEN,
    (W.WRAPPING_UP, "teller.signed_out"): W.WRAPPING_UP,
    (W.PAUSED, "teller.signed_out"): W.PAUSED,
}


def belated(record: Ticket | Window, kind: str, at: float) -> bool:
    """Whether a fact comes too late to change where its ticket or window stands by now.

    What the tables allow is never belated, whatever the sender's clock says. A call ends a wrap-up, so
    *ready* of the same moment is old news.
    """
    if isinstance(record, Ticket):
        return (record.state, kind) not in TICKET and at < record.since
    old = at <= record.since if kind == "window.ready" else at < record.since
    return (record.state, kind) not in WINDOW and old


def allowed_at(state: W) -> frozenset[str]:
    """The types of events that a window in this state may have next."""
    return frozenset(kind for have, kind in WINDOW if have is state)


def states_for(kind: str) -> list[str]:
    """The states of a window in which this may happen, for a refusal that helps."""
    return [have.value for have, name in WINDOW if name == kind]
