"""A customer's script: take a ticket, wait as long as patience lasts, give up if nobody called by then."""

from __future__ import annotations

from typing import Any

from simulations.acting.command import ABANDON, ISSUE
from simulations.acting.day import Customer
from simulations.acting.floor import Floor
from simulations.acting.script import Script, press, wait


def visit(customer: Customer, floor: Floor) -> Script:
    """From the door to the call, or back out of the door."""
    yield from wait(customer.arrives_at)
    reply = yield from press(ISSUE, _wish(customer))
    if not reply.done:
        return
    own = floor.arrive(str(reply.body["ticket"]), customer)
    floor.ring(reply.at)
    yield from wait(reply.at + customer.patience_s)
    if not own.waiting:
        return
    if customer.leaves_silently:
        own.gone = True
        return
    yield from press(ABANDON, {"reason": "left"}, ticket=own.ticket)


def come_back(ticket: str, window: str, at: float, until: float, floor: Floor) -> Script:
    """Somebody who missed the call comes to that window and is recalled there, at the latest ``until``."""
    now = yield from wait(at)
    floor.visits[ticket].back = True
    floor.returned(window, ticket, until)
    floor.ring(now)


def _wish(customer: Customer) -> dict[str, Any]:
    wish: dict[str, Any] = {"business": customer.errands[0].business}
    if customer.items > 1:
        wish["items"] = customer.items
    if customer.priority:
        wish["priority"] = customer.priority
    if customer.language:
        wish["language"] = customer.language
    return wish
