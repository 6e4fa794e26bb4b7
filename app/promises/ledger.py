"""From events to promises: what was told of what, and what ended it.

The ledger follows the facts alone, each at its own ``at``. It needs neither a branch file nor the events
before the first one it is given, so that a week can be looked at without reading the years before; what it
has not seen begin, it believes.

What lasts, and can be told of, is a *spell*. Each fact ends some spells and begins others:

==========================  =====================================  ==============================
fact                        ends                                   begins
==========================  =====================================  ==============================
``ticket.issued``                                                  the ticket's wait
``ticket.called``           its wait; the window's wrap-up
``service.started``                                                the window's service
``service.finished``        the service and its steps              the window's wrap-up
``ticket.transferred``      service and steps, unfulfilled         a wait, a wrap-up
``ticket.abandoned``        its wait, unfulfilled
``window.ready``            the wrap-up
``window.paused``           the wrap-up, unfulfilled               the absence
``window.resumed``          the absence
``window.closing, closed``  wrap-up and absence, unfulfilled
``service.step_…``          the step's absence                     the step's absence
``event.corrected``         what the other began, as unknown       what the other ended, again
==========================  =====================================  ==============================

A spell that has ended is given out only when nothing can change it any more: a press can be taken back, and a
late report can say when that really happened which had to be implied. What ends on a later business day than
it was told was forgotten, and ended at a time that nobody knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial, singledispatchmethod
from typing import NamedTuple

from app.branch.branch_file import Branch
from app.branch.events import (
    Event,
    EventCorrected,
    Fact,
    RangeTold,
    ServiceFinished,
    ServiceStarted,
    StepEnded,
    StepStarted,
    TicketAbandoned,
    TicketCalled,
    TicketIssued,
    TicketNoShow,
    TicketRecalled,
    TicketTransferred,
    WindowClosed,
    WindowClosing,
    WindowPaused,
    WindowReady,
    WindowResumed,
)
from app.branch.state import TicketState, business_day

from .promise import End, Promise, Telling

WAIT, SERVICE, WRAP_UP, RETURN = "wait", "service", "wrap_up", "return"
REMEMBERED = 5_000
"""Tickets whose number and business are remembered; the oldest are forgotten."""


class Key(NamedTuple):
    """What a spell is of: a ticket's wait; a window's service, wrap-up or absence; the absence of a step."""

    about: str
    name: str
    step_id: str | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """What has to be known of a ticket. ``state`` None: not seen before."""

    number: str | None = None
    business: str | None = None
    state: TicketState | None = None
    window: str | None = None
    implied: bool = False


UNSEEN = Turn()


@dataclass(slots=True)
class Spell:
    """Something that lasts, and what was told of it so far."""

    turn: Turn = UNSEEN
    window: str | None = None
    tellings: list[Telling] = field(default_factory=list)


@dataclass(slots=True)
class Effect:
    """What an event did: enough to take it back, or to say later when it really was."""

    event: Event
    at: float
    ended: list[tuple[Key, Spell, End]] = field(default_factory=list)
    began: list[tuple[Key, Spell]] = field(default_factory=list)
    turned: tuple[str, Turn | None, Turn] | None = None


def promises(branch: Branch, events: Iterable[Event]) -> Iterator[Promise]:
    """Every promise in the events, in the order in which they are settled; the open ones come last."""
    ledger = Ledger(branch.late_s + branch.ahead_s + branch.undo_s, partial(business_day, branch))
    for event in events:
        yield from ledger.take(event)
    yield from ledger.rest()


class Ledger:
    """Folds events in their order.

    ``settle_s``: after so long nothing changes what has ended; ``day_of``: the business day of a moment.
    """

    def __init__(self, settle_s: float, day_of: Callable[[float], str]) -> None:
        self._settle_s = settle_s
        self._day_of = day_of
        self._spells: dict[Key, Spell] = {}
        self._turns: dict[str, Turn] = {}
        self._recent: dict[int, Effect] = {}
        self._implied: dict[tuple[str, str], int] = {}
        self._last_at = float("-inf")

    def take(self, event: Event) -> Iterator[Promise]:
        """Fold one event; the promises that are settled by now."""
        self._last_at = max(self._last_at, event.at)
        match event.fact:
            case RangeTold() as told:
                yield from self._tell(told, event.at)
            case EventCorrected(corrects=seq):
                yield from self._take_back(seq, event.at)
            case fact:
                effect = Effect(event, event.at)
                self._apply(fact, effect)
                self._remember(effect)
        while self._recent:
            seq, oldest = next(iter(self._recent.items()))
            if oldest.event.at >= self._last_at - self._settle_s:
                return
            yield from self._settled(self._recent.pop(seq))

    def rest(self) -> Iterator[Promise]:
        """Settle everything: there are no more events. What has not ended is open."""
        for effect in self._recent.values():
            yield from self._settled(effect)
        for key, spell in self._spells.items():
            yield from self._made(key, spell, None, self._last_at)
        self._recent.clear()
        self._spells.clear()

    def _remember(self, effect: Effect) -> None:
        if effect.ended or effect.began or effect.turned:
            self._recent[effect.event.seq] = effect
            if effect.event.implied and effect.turned:
                self._implied[effect.event.type, effect.turned[0]] = effect.event.seq

    def _settled(self, effect: Effect) -> Iterator[Promise]:
        if effect.event.implied and effect.turned:
            self._implied.pop((effect.event.type, effect.turned[0]), None)
        window = getattr(effect.event.fact, "window", None)
        for key, spell, how in effect.ended:
            yield from self._made(key, spell, how, effect.at, window)

    def _made(
        self, key: Key, spell: Spell, end: End | None, at: float, window: str | None = None
    ) -> Iterator[Promise]:
        """The promise of a spell that ends so at ``at``; nothing where nothing was told of it."""
        if not spell.tellings:
            return
        if self._day_of(spell.tellings[0].at) < self._day_of(at):
            end = End.UNKNOWN
        turn, window = spell.turn, spell.window or window
        ended_at = at if end else 0.0
        yield Promise(key.about, turn.number, turn.business, window, tuple(spell.tellings), end, ended_at)

    # What is told

    def _tell(self, told: RangeTold, at: float) -> Iterator[Promise]:
        if told.ticket is None and told.window is None:
            return  # for whoever takes a number now: nobody was promised anything
        key = Key(told.about, told.ticket or told.window or "", told.step_id)
        telling = Telling(at, told.low_s, told.high_s)
        spell = self._spells.get(key)
        if spell is None:
            spell = Spell(self._turns.get(told.ticket or "", UNSEEN), told.window)
            if spell.turn.state not in {None, TicketState.WAITING}:  # that wait is over
                spell.tellings.append(telling)
                yield from self._made(key, spell, End.UNKNOWN, at)
                return
            self._spells[key] = spell
        spell.tellings.append(telling)

    # What is taken back

    def _take_back(self, seq: int, at: float) -> Iterator[Promise]:
        effect = self._recent.get(seq)
        if effect is None or self._rests_on(effect):
            return
        del self._recent[seq]
        self._implied = {key: one for key, one in self._implied.items() if one != seq}
        for key, spell in effect.began:
            del self._spells[key]
            yield from self._made(key, spell, End.UNKNOWN, at)
        for key, spell, _ in effect.ended:
            self._spells[key] = spell
        if effect.turned:
            name, before, _ = effect.turned
            if before is None:
                del self._turns[name]
            else:
                self._turns[name] = before

    def _rests_on(self, effect: Effect) -> bool:
        """Whether something later has changed what the event changed: then it stays."""
        began = {key for key, _ in effect.began}
        if any(self._spells.get(key) is not spell for key, spell in effect.began):
            return True
        if any(key in self._spells for key, _, _ in effect.ended if key not in began):
            return True
        return effect.turned is not None and self._turns.get(effect.turned[0]) is not effect.turned[2]

    # What happens

    def _turn(self, name: str, effect: Effect, turn: Turn) -> Turn:
        effect.turned = (name, self._turns.pop(name, None), turn)
        self._turns[name] = turn
        if len(self._turns) > REMEMBERED:
            del self._turns[next(iter(self._turns))]
        return turn

    def _begin(self, key: Key, effect: Effect, turn: Turn = UNSEEN, window: str | None = None) -> None:
        self._end(key, effect, End.UNKNOWN)  # whatever ended it was not seen
        self._spells[key] = spell = Spell(turn, window)
        effect.began.append((key, spell))

    def _end(self, key: Key, effect: Effect, how: End) -> None:
        spell = self._spells.pop(key, None)
        if spell is not None:
            effect.ended.append((key, spell, how))

    def _end_steps(self, window: str, effect: Effect, how: End) -> None:
        """End the steps of a window that serves nobody (any more)."""
        if Key(SERVICE, window) in self._spells:
            return
        for key in [key for key in self._spells if key.name == window and key.step_id is not None]:
            self._end(key, effect, how)

    def _amend(self, effect: Effect, name: str) -> None:
        """A report of what had been implied says when it really was."""
        seq = self._implied.get((effect.event.type, name))
        if seq is not None and not effect.event.implied:
            self._recent[seq].at = effect.at

    @singledispatchmethod
    def _apply(self, fact: Fact, effect: Effect) -> None:
        """End and begin spells; facts about tellers, senders and opening do neither."""

    @_apply.register
    def _(self, fact: TicketIssued, effect: Effect) -> None:
        before = self._turns.get(fact.ticket)
        if before is None:
            turn = Turn(fact.number, fact.business, TicketState.WAITING, implied=effect.event.implied)
            self._begin(Key(WAIT, fact.ticket), effect, self._turn(fact.ticket, effect, turn))
        elif before.implied:  # which business it is for had been guessed
            turn = replace(before, number=fact.number, business=fact.business, implied=False)
            self._turn(fact.ticket, effect, turn)
            if waiting := self._spells.get(Key(WAIT, fact.ticket)):
                waiting.turn = turn

    @_apply.register(TicketCalled)
    @_apply.register(TicketRecalled)
    def _(self, fact: TicketCalled | TicketRecalled, effect: Effect) -> None:
        turn = self._turns.get(fact.ticket, UNSEEN)
        from_here = {None, TicketState.WAITING}
        if isinstance(fact, TicketRecalled):
            from_here.add(TicketState.NO_SHOW)
        if turn.state not in from_here:
            self._amend(effect, fact.ticket)
            return
        self._end(Key(WAIT, fact.ticket), effect, End.CAME)
        self._end(Key(WRAP_UP, fact.window), effect, End.CAME)
        self._end_steps(fact.window, effect, End.CAME)
        self._turn(fact.ticket, effect, replace(turn, state=TicketState.CALLED, window=fact.window))

    @_apply.register
    def _(self, fact: ServiceStarted, effect: Effect) -> None:
        turn = self._turns.get(fact.ticket, UNSEEN)
        if turn.state in {None, TicketState.CALLED}:
            turn = replace(turn, state=TicketState.SERVING, window=fact.window)
            self._turn(fact.ticket, effect, turn)
            self._begin(Key(SERVICE, fact.window), effect, turn, fact.window)

    @_apply.register
    def _(self, fact: ServiceFinished, effect: Effect) -> None:
        turn = self._turns.get(fact.ticket, UNSEEN)
        if turn.state not in {None, TicketState.SERVING}:
            self._amend(effect, fact.ticket)
            return
        turn = self._turn(fact.ticket, effect, replace(turn, state=TicketState.FINISHED))
        self._leave(fact.window, effect, turn, End.CAME)

    def _leave(self, window: str, effect: Effect, turn: Turn, how: End) -> None:
        self._end(Key(SERVICE, window), effect, how)
        self._end_steps(window, effect, how)
        self._begin(Key(WRAP_UP, window), effect, turn, window)

    @_apply.register
    def _(self, fact: TicketNoShow, effect: Effect) -> None:
        turn = self._turns.get(fact.ticket, UNSEEN)
        if turn.state in {None, TicketState.CALLED}:
            self._end(Key(WAIT, fact.ticket), effect, End.GONE)
            self._turn(fact.ticket, effect, replace(turn, state=TicketState.NO_SHOW))

    @_apply.register
    def _(self, fact: TicketAbandoned, effect: Effect) -> None:
        turn = self._turns.get(fact.ticket, UNSEEN)
        if turn.state in {None, TicketState.WAITING, TicketState.CALLED}:
            how = End.UNKNOWN if fact.reason == "day_end" else End.GONE
            self._end(Key(WAIT, fact.ticket), effect, how)
            self._turn(fact.ticket, effect, replace(turn, state=TicketState.ABANDONED))

    @_apply.register
    def _(self, fact: TicketTransferred, effect: Effect) -> None:
        turn = self._turns.get(fact.ticket, UNSEEN)
        if turn.state not in {None, TicketState.CALLED, TicketState.SERVING}:
            return
        if turn.state is TicketState.SERVING and turn.window:
            self._leave(turn.window, effect, turn, End.GONE)
        business = fact.business or turn.business
        turn = replace(turn, state=TicketState.WAITING, business=business, window=None)
        self._begin(Key(WAIT, fact.ticket), effect, self._turn(fact.ticket, effect, turn))

    @_apply.register
    def _(self, fact: WindowReady, effect: Effect) -> None:
        self._end(Key(WRAP_UP, fact.window), effect, End.CAME)
        self._end_steps(fact.window, effect, End.CAME)

    @_apply.register
    def _(self, fact: WindowPaused, effect: Effect) -> None:
        self._end(Key(WRAP_UP, fact.window), effect, End.GONE)
        self._end_steps(fact.window, effect, End.GONE)
        if Key(RETURN, fact.window) not in self._spells:
            self._begin(Key(RETURN, fact.window), effect, window=fact.window)

    @_apply.register
    def _(self, fact: WindowResumed, effect: Effect) -> None:
        self._end(Key(RETURN, fact.window), effect, End.CAME)

    @_apply.register(WindowClosing)
    @_apply.register(WindowClosed)
    def _(self, fact: WindowClosing | WindowClosed, effect: Effect) -> None:
        self._end(Key(WRAP_UP, fact.window), effect, End.GONE)
        self._end(Key(RETURN, fact.window), effect, End.GONE)
        if isinstance(fact, WindowClosed):  # else a last step may go on
            self._end_steps(fact.window, effect, End.GONE)

    @_apply.register
    def _(self, fact: StepStarted, effect: Effect) -> None:
        key = Key(RETURN, fact.window, fact.step_id)
        if key not in self._spells:
            of = self._spells.get(Key(SERVICE, fact.window)) or self._spells.get(Key(WRAP_UP, fact.window))
            self._begin(key, effect, of.turn if of else UNSEEN, fact.window)

    @_apply.register
    def _(self, fact: StepEnded, effect: Effect) -> None:
        self._end(Key(RETURN, fact.window, fact.step_id), effect, End.CAME)
