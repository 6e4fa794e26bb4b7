"""The live code on recorded events: every view that would have been shown, the same each time.

Branch time is that of the events' arrival. There is a pass at each event and every ten seconds in between,
as in ``app.live``; nothing waits, nothing is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import orjson

from app import screens
from app.branch.branch_file import Branch
from app.branch.events import SERVICE, Event, EventCorrected
from app.owner import TICK_S, Owner
from app.presenter import Presenter

EPOCH = "replay"

Message = tuple[str, bytes]
"""A screen's topic and the message it gets."""


class Replay:
    """Feeds recorded events to an owner and yields the messages of all its screens.

    Where the record holds what the service itself said (``recorded``: ranges told, implied events, supposed
    starts, silent senders), every event is taken as it stands, from the first on; otherwise what is lawful is
    decided again, and the service speaks for itself.
    """

    def __init__(self, owner: Owner, *, recorded: bool) -> None:
        self.owner = owner
        self._recorded = recorded
        self._presenter = Presenter(EPOCH, owner.branch.languages)
        self._now: float | None = None
        self._unshown = False
        self._seqs: dict[int, int] = {}

    def run(self, events: Iterable[Event]) -> Iterator[Message]:
        """The messages over all events. Errors: ``BranchError`` where the record is not lawful."""
        for event in events:
            yield from self.feed(event)
        yield from self.finish()

    def feed(self, event: Event) -> Iterator[Message]:
        """The ticks up to an event, then the event itself."""
        if event.sender != SERVICE:
            yield from self.finish()
        at = event.received_at or event.at
        if self._now is not None:
            yield from self._ticks(self._now, at)
        self._now = at if self._now is None else max(at, self._now)
        if self._recorded:
            self.owner.follow(event)
        else:
            self._take(event, self._now)
        self._unshown = True
        if not self._recorded:
            yield from self.finish()

    def _take(self, event: Event, now: float) -> None:
        answers, fresh = self.owner.accept([self._renumbered(event)], now, _never_seen, _never_issued)
        self._seqs[event.seq] = answers[0].event.seq
        self._commit(fresh)

    def _renumbered(self, event: Event) -> Event:
        """A correction names an event by its place in the record; here that event has another."""
        if not isinstance(event.fact, EventCorrected):
            return event
        corrects = self._seqs.get(event.fact.corrects, event.fact.corrects)
        return replace(event, fact=replace(event.fact, corrects=corrects))

    def finish(self) -> Iterator[Message]:
        """Show what the last event changed; a record's own words come after it and are shown with it."""
        if self._unshown and self._now is not None:
            self._unshown = False
            yield from self._pass(self._now)

    def snapshot(self) -> bytes:
        """All there is to go on from here."""
        parts = [self._recorded, self._now, self._unshown, list(self._seqs.items())]
        return orjson.dumps([self.owner.snapshot().decode(), *parts, self._presenter.to_plain()])

    @classmethod
    def from_snapshot(cls, branch: Branch, data: bytes) -> Replay:
        """The replay that ``snapshot`` described."""
        owner, recorded, now, unshown, seqs, presenter = orjson.loads(data)
        replay = cls(Owner.from_snapshot(branch, owner.encode()), recorded=recorded)
        replay._now, replay._unshown, replay._seqs = now, unshown, dict(seqs)
        replay._presenter = Presenter.from_plain(EPOCH, branch.languages, presenter)
        return replay

    def _ticks(self, since: float, until: float) -> Iterator[Message]:
        tick = (since // TICK_S + 1) * TICK_S
        while tick < until:
            self._unshown = False
            self._now = tick
            yield from self._pass(tick)
            tick += TICK_S

    def _commit(self, events: Iterable[Event]) -> None:
        for event in events:
            self.owner.commit(event)

    def _pass(self, now: float) -> Iterator[Message]:
        owner = self.owner
        if not self._recorded:
            self._commit(owner.say(owner.due({}, now), now))
        question = owner.question(now)
        facts = owner.tell(question, owner.answer(question), now)
        if not self._recorded:
            self._commit(owner.say(facts, now))
        picture = owner.picture(now)
        yield from self._presenter.changes(picture, screens.topics(picture))


def is_recorded(events: Iterable[Event]) -> bool:
    """Whether the service's own words are among the events."""
    return any(event.sender == SERVICE for event in events)


def _never_seen(_sender: str, _name: str) -> Event | None:
    return None


def _never_issued(_ticket: str) -> bool:
    return False
