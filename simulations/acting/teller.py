"""A teller's script: open, call, serve, finish, pause, close, as the day's plan has it.

A teller presses *next* when ready; when nobody is there, again when somebody comes, and every now and then in
between, since a window helps out with other businesses only after a while. A press that is refused means that
somebody else is at the keys: the teller steps back and tries again a little later.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from datetime import UTC, datetime
from typing import Any

from simulations.acting.customer import come_back
from simulations.acting.day import Errand, Rest, Stint, TellerPlan
from simulations.acting.floor import Floor, Visit
from simulations.acting.script import NEVER, Moment, Press, Reply, Script, Wait, press, wait

GLANCE_S = 30.0
"""So often an idle teller looks whether there is somebody to help out with."""
REACTION_S = 3.0
"""From a ticket's issue until an idle teller presses *next*."""
STEP_BACK_S = 30.0
SLIP_S = 6.0
OVERTIME_S = 4500.0
"""So long after the doors have closed a teller goes home, whoever still waits."""
RECALLABLE_S = 840.0
"""So long after a call in vain the customer may still come back: a little less than the branch's bound."""
FAREWELL_S = 2.0


class Teller:
    """One teller at one window."""

    def __init__(self, plan: TellerPlan, floor: Floor) -> None:
        self._plan = plan
        self._floor = floor
        self._rests = deque(plan.rests)
        self._wrapping = False
        self._closing = False

    def day(self) -> Script:
        """The whole day at the window."""
        plan = self._plan
        if plan.late_until is not None:
            now = yield from wait(self._floor.day.doors_open_at - 120)
            yield from self._press("close", reason="not_yet_open", reopens_at=_rfc3339(plan.late_until))
        for stint in plan.stints:
            now = yield from wait(stint.opens_at)
            yield from self._open()
            now = yield from self._stint(stint, now)
            yield from self._leave(stint)
        yield from self._press("sign-out")

    def _press(self, name: str, **body: Any) -> Generator[Wait | Press, Reply, Reply]:  # noqa: ANN401
        given = {field: value for field, value in body.items() if value is not None}
        return (yield from press(name, given, window=self._plan.window))

    def _open(self) -> Script:
        yield from self._press("sign-in", teller=self._plan.teller)
        yield from self._press("open", teller=self._plan.teller)
        self._wrapping = self._closing = False

    def _leave(self, stint: Stint) -> Script:
        if stint.reason == "back_office":
            yield from self._press("back-office", reopens_at=_rfc3339(stint.reopens_at))
        else:
            yield from self._press("close", reason=stint.reason, reopens_at=_rfc3339(stint.reopens_at))
        self._wrapping = self._closing = False

    def _stint(self, stint: Stint, now: float) -> Moment:
        """Call and serve until it is time to leave; at the day's end until nobody waits."""
        last = stint.reopens_at is None
        home_at = stint.ends_at + (OVERTIME_S if last else 0.0)
        while now < home_at and not self._closing:
            if self._rests and self._rests[0].at <= now:
                now = yield from self._rest(self._rests.popleft(), stint, now)
                continue
            reply, visit = yield from self._call(now)
            now = reply.at
            if visit:
                now = yield from self._attend(visit, stint, now)
            elif not reply.done:
                now = yield from wait(now + STEP_BACK_S)
            elif now >= stint.ends_at:
                break
            else:
                now = yield from self._idle(now)
        return now

    def _rest(self, rest: Rest, stint: Stint, now: float) -> Moment:
        """A pause, unless the stint is about to end anyway."""
        if now + rest.duration_s + 300 > stint.ends_at:
            return now
        reply = yield from self._press("pause", reason=rest.reason, expected_s=rest.expected_s)
        if not reply.done:
            return reply.at
        self._wrapping = False
        yield from wait(reply.at + rest.duration_s)
        reply = yield from self._press("resume")
        return reply.at

    def _call(self, now: float) -> Generator[Wait | Press, Reply, tuple[Reply, Visit | None]]:
        """Whoever was missed and stands here again goes first; else the next of the line."""
        back = self._floor.take_returned(self._plan.window, now)
        if back:
            reply = yield from self._press("recall", ticket=back.ticket)
            if reply.done:
                return reply, back
        reply = yield from self._press("next")
        if reply.done and "ticket" in reply.body:
            ticket, business = str(reply.body["ticket"]), str(reply.body["business"])
            return reply, self._floor.called(ticket, business)
        return reply, None

    def _idle(self, now: float) -> Moment:
        if self._wrapping:
            yield from self._press("ready")
            self._wrapping = False
        until = min(now + GLANCE_S, self._rests[0].at if self._rests else NEVER)
        reply = yield Wait(max(until, now + REACTION_S), for_bell=True)
        if reply.at < until:
            return (yield from wait(reply.at + REACTION_S))
        return reply.at

    def _attend(self, visit: Visit, stint: Stint, now: float) -> Moment:
        """From the call to the end of the wrap-up, or to the call in vain."""
        self._wrapping = False
        errand = visit.errands[0].at_pace(self._plan.pace)
        now, came = yield from self._await(visit, now)
        if not came:
            return now
        reply = yield from self._press("start", expected_s=errand.told_s)
        if not reply.done:
            return reply.at
        now = yield from self._serve(errand, stint, reply.at)
        visit.errands.popleft()
        if visit.errands:
            return (yield from self._transfer(visit))
        return (yield from self._finish(errand))

    def _await(self, visit: Visit, now: float) -> Generator[Wait | Press, Reply, tuple[float, bool]]:
        """Wait for the customer to come, calling again; tells whether one came."""
        customer, day = visit.customer, self._floor.day
        shows = "never" if visit.gone else "at_once" if visit.back or not customer else customer.shows
        walking_s = customer.walking_s if customer else 12.0
        if shows == "at_once":
            return (yield from wait(now + walking_s)), True
        yield from wait(now + day.recall_after_s)
        reply = yield from self._press("recall")
        if shows == "late":
            return (yield from wait(reply.at + walking_s)), True
        yield from wait(max(now + day.give_up_after_s, reply.at))
        reply = yield from self._press("no-show")
        if shows == "returns" and customer and reply.done:
            back_at = reply.at + customer.returns_after_s
            until = reply.at + RECALLABLE_S
            window = self._plan.window
            self._floor.enter(come_back(visit.ticket, window, back_at, until, self._floor))
        return reply.at, False

    def _serve(self, errand: Errand, stint: Stint, started_at: float) -> Moment:
        """All that is pressed while the customer sits there, in its order; returns when they are done."""
        for at, name, body in self._presses(errand, stint, started_at):
            yield from wait(at)
            if name == "finish":
                yield from self._slip()
            elif name == "closing":
                self._closing = (yield from self._press(name)).done
            else:
                yield from self._press(name, **body)
        return (yield from wait(started_at + errand.service_s))

    def _presses(
        self, errand: Errand, stint: Stint, started_at: float
    ) -> list[tuple[float, str, dict[str, Any]]]:
        ends_at = started_at + errand.service_s
        presses: list[tuple[float, str, dict[str, Any]]] = []
        for number, step in enumerate(errand.steps, 1):
            step_id = f"{self._plan.window}-{started_at:.0f}-{number}"
            begun = {"step": step.step, "step_id": step_id, "away": step.away or None}
            at = started_at + step.offset_s
            presses.append((at, "step", begun | {"expected_s": step.expected_s}))
            presses.append((at + step.duration_s, "step-end", {"step_id": step_id}))
        if errand.slip_at_s is not None:
            presses.append((started_at + errand.slip_at_s, "finish", {}))
        if started_at < stint.ends_at < ends_at and stint.reopens_at is not None:
            presses.append((max(stint.ends_at - 240, started_at + 10), "closing", {}))
        return sorted(presses, key=lambda one: one[0])

    def _slip(self) -> Script:
        """*Finish* was pressed too early; it is taken back at once."""
        reply = yield from self._press("finish")
        yield from wait(reply.at + SLIP_S)
        if reply.done:  # else the undo would be of another press
            yield from self._press("undo")

    def _transfer(self, visit: Visit) -> Moment:
        """The customer needs another business: back in line, at the old place."""
        visit.waiting = True
        business = visit.errands[0].business
        reply = yield from self._press("transfer", business=business, keeps_place=True)
        self._floor.ring(reply.at)
        return (yield from wait(reply.at + FAREWELL_S))

    def _finish(self, errand: Errand) -> Moment:
        reply = yield from self._press("finish", wrap_up=errand.wrap_up, expected_s=errand.wrap_up_told_s)
        now = yield from wait(reply.at + errand.wrap_up_s)
        self._wrapping = True
        if errand.says_ready and not self._closing:
            reply = yield from self._press("ready")
            self._wrapping = False
            now = reply.at
        return now


def _rfc3339(at: float | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
