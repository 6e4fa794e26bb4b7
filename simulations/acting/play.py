"""A day, acted: commands out, answers in. It opens no socket and reads no clock.

``Play`` is a discrete-event simulation without the service: what the service would decide, whom *next* calls
and whether a press is lawful, comes in as answers. So the same day runs against the pure domain in virtual
time (``virtual``) and against the real service over HTTP (``app.demo``).

    while (at := play.next_at()) is not None:
        while command := play.step(at):
            play.answer(command, ask_the_service(command), at)
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from itertools import count

from simulations.acting import customer
from simulations.acting.command import Answer, Command
from simulations.acting.day import Day
from simulations.acting.floor import Floor
from simulations.acting.script import Press, Reply, Script, Wait
from simulations.acting.teller import Teller

CATCH_UP_S = 30.0
"""An actor makes up for so small a lag of whoever carries out its presses; a longer one delays the rest."""


@dataclass(eq=False, slots=True)
class _Actor:
    script: Script
    wants: Wait | Press | None = None
    turn: int = 0
    teller: bool = False


class Play:
    """All actors of one day, each at most at one thing."""

    def __init__(self, day: Day, *, tag: str = "") -> None:
        """``tag`` makes the commands' ids unique where the day's date alone does not."""
        self.day = day
        self._prefix = f"{tag}{day.date:%Y%m%d}"
        self._numbers = count(1)
        self._turns = count(1)
        self._due: list[tuple[float, int, _Actor]] = []
        self._asked: dict[str, _Actor] = {}
        self._listening: dict[_Actor, None] = {}
        self._on_duty = len(day.tellers)
        self._floor = Floor(day, self._ring, self._enter)
        for plan in day.tellers:
            actor = _Actor(Teller(plan, self._floor).day(), teller=True)
            self._send(actor, None)
        for one in day.customers:
            self._send(_Actor(customer.visit(one, self._floor)), None)

    @property
    def finished(self) -> bool:
        """Whether the last teller has gone home."""
        return self._on_duty == 0

    def next_at(self) -> float | None:
        """When the next press is due; None when all is over, or rests on answers that are still to come."""
        while self._due and self._due[0][1] != self._due[0][2].turn:
            heapq.heappop(self._due)
        return self._due[0][0] if self._due and not self.finished else None

    def step(self, now: float) -> Command | None:
        """The next command that is due by ``now``; None when there is none at present."""
        while (at := self.next_at()) is not None and at <= now:
            _, _, actor = heapq.heappop(self._due)
            self._listening.pop(actor, None)
            if isinstance(actor.wants, Press):
                return self._command(actor, actor.wants, at)
            self._send(actor, Reply(_moment(at, now)))
        return None

    def answer(self, command: Command, answer: Answer, now: float) -> None:
        """Hand in what came of a command; ``now`` is when it was answered."""
        actor = self._asked.pop(command.id)
        self._send(actor, Reply(_moment(command.at, now), answer.status, answer.body))

    def _command(self, actor: _Actor, press: Press, at: float) -> Command:
        command_id = f"{self._prefix}-{next(self._numbers):05d}"
        self._asked[command_id] = actor
        return Command(command_id, round(at, 3), press.name, press.body, press.window, press.ticket)

    def _send(self, actor: _Actor, reply: Reply | None) -> None:
        try:
            wants = next(actor.script) if reply is None else actor.script.send(reply)
        except StopIteration:
            self._on_duty -= actor.teller
            return
        actor.wants = wants
        at = wants.until if isinstance(wants, Wait) else (reply.at if reply else 0.0)
        if isinstance(wants, Wait) and wants.for_bell:
            self._listening[actor] = None
        self._schedule(actor, max(at, reply.at) if reply else at)

    def _schedule(self, actor: _Actor, at: float) -> None:
        actor.turn = next(self._turns)
        heapq.heappush(self._due, (at, actor.turn, actor))

    def _ring(self, at: float) -> None:
        """Wake whoever listens."""
        for actor in self._listening:
            self._schedule(actor, at)
        self._listening.clear()

    def _enter(self, script: Script) -> None:
        self._send(_Actor(script), None)


def _moment(planned: float, now: float) -> float:
    return planned if now - planned <= CATCH_UP_S else now
