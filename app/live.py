"""One branch, live, from events in to screens.

event in → journal → branch state → forecast → what is told → views → hub → screens

Everything before and after the journal is pure (``app.owner``); here is what waits, retries and watches the
clock. All of it runs in the event loop's thread, but the forecast, which runs in one of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

import orjson
import structlog

from app.background import unhurried
from app.branch.branch_file import Branch
from app.branch.errors import OtherContent
from app.branch.events import SERVICE, TYPES, Event, fact_to_plain, format_moment, parse_fact
from app.clock import Clock
from app.hub import Hub
from app.journal import Conflict, Journal, PastTicket, Record, Unavailable
from app.learned import Learned
from app.outbox import QUEUE_ROWS, Outbox
from app.owner import TICK_S, Accepted, Owner, Question, fold_version
from app.picture import Picture
from app.presenter import Presenter
from display.pages import build

PULSE_S = 5.0
STALE_S = 15.0
"""No pulse while the forecast is older than this: screens must not look alive when nothing is."""
SNAPSHOT_EVERY, SNAPSHOT_REST_S = 2_000, 10.0
"""Events between snapshots, and seconds: a restart folds about so many, or what came in so short a time.

Making one takes some hundredths of a second, in a thread that stands back for everybody.
"""
RETRY_S = 2.0
ANSWERING = 4
"""Rounds of the event loop in which those are answered whose events have just become durable.

Once a thread thinks, the loop may wait for the interpreter in each of these rounds (``app.main.SWITCH_S``).
"""
LESSONS = 16
"""Events of which is learned in one turn of the event loop."""
REST, QUIET_S = 4.0, 0.004
"""After a pass during which events came in: rest so many times as long as it took, or until none comes.

A flood so leaves most of the time to be taken, while a lone event, or kiosks that all wait for the next pass,
get it at once.
"""

log = structlog.get_logger(__name__)

Thought = TypeVar("Thought")


class Live:
    """The running service of one branch."""

    def __init__(
        self,
        branch: Branch,
        text: str,
        journal: Journal,
        hub: Hub,
        clock: Clock,
        *,
        queue_rows: int = QUEUE_ROWS,
    ) -> None:
        self.branch = branch
        self.hub = hub
        self.clock = clock
        self._journal = journal
        self._owner, self._version, self._snapshot_seq = restore(branch, text, journal)
        self.epoch = journal.epoch(branch.id)
        self._outbox = Outbox(self._append, self._written, self._lost, queue_rows)
        self._heard: dict[str, float] = {}
        self._wake = asyncio.Event()
        self._passed = asyncio.Condition()
        self._passed_seq = 0
        self._passed_at = float("-inf")
        self._snapshot_at = float("-inf")
        self._taken_at = float("-inf")
        self._presenter = Presenter(self.epoch, branch.languages)
        self._thinking: asyncio.Future[Any] | None = None
        self._one_thought = asyncio.Lock()
        self._pondering: set[asyncio.Task[Any]] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._unrecorded: str | None = None
        self._failed: str | None = None
        self._failures = 0

    @property
    def owner(self) -> Owner:
        """The pure part: decisions and pictures."""
        return self._owner

    @property
    def failure(self) -> str | None:
        """Why the branch is not recorded, or not forecast, at present; None while all is well."""
        return self._failed or self._unrecorded

    async def start(self) -> None:
        """Begin to forecast and to pulse. Senders get their heartbeat's time from now.

        The first pass is made at once, so that the first screen sees the ranges that were told before.
        """
        now = self.clock.now()
        state = self._owner.state
        self._heard = {sender: now for sender in state.heard if sender not in state.silent}
        await self._try_pass()
        self._tasks = [asyncio.create_task(self._run()), asyncio.create_task(self._pulse())]

    async def stop(self) -> None:
        """Stop, and leave a snapshot for a quick start."""
        for task in self._tasks:
            task.cancel()
        thinking = [self._thinking] if self._thinking else []
        await asyncio.gather(*self._tasks, *thinking, *self._pondering, return_exceptions=True)
        await self._outbox.empty()
        with contextlib.suppress(Unavailable, Conflict):
            await self._keep_snapshot()

    # event in → journal → branch state

    async def take(self, events: Sequence[Event]) -> list[Accepted]:
        """Take events, all or none; durable when this returns. Errors: ``BranchError``, ``Unavailable``."""
        if self._outbox.full:
            raise Unavailable("too many events wait for the disk", 1.0)
        answers, fresh = self._owner.accept(events, self.clock.now(), self.find, self._ticket_known)
        self._taken_at = asyncio.get_running_loop().time()
        flights = [self._outbox.flight(answer.event) for answer in answers]
        if fresh:
            flights.append(self._outbox.put(fresh))
        for flight in flights:
            if flight is not None:
                await asyncio.shield(flight)
        return answers

    async def decide(
        self, sender: str, key: str, decide: Callable[[Owner, float], Event | None]
    ) -> Accepted | None:
        """Let the owner decide and take what it decided, with nothing in between. None: nothing to do."""
        if before := self.find(sender, key):
            if flight := self._outbox.flight(before):
                await asyncio.shield(flight)
            return Accepted(before, repeated=True)
        event = decide(self._owner, self.clock.now())
        return (await self.take([event]))[0] if event else None

    def events(self, after: int) -> Iterator[Event]:
        """The durable events beyond a seq, in order."""
        return map(to_event, self.records(after))

    def records(self, after: int) -> Iterator[Record]:
        """The same as the journal keeps them: reading many costs less."""
        return self._journal.read(self.branch.id, after)

    def past(self) -> Iterator[PastTicket]:
        """The imported tickets, in the order in which they were issued."""
        return self._journal.history(self.branch.id)

    def find(self, sender: str, name: str) -> Event | None:
        """The event of that sender and id, durable or on its way."""
        if flying := self._outbox.find(sender, name):
            return flying
        record = self._journal.find(self.branch.id, sender, name)
        return to_event(record) if record else None

    def heartbeat(self, sender: str) -> None:
        """A sender is alive. One that was out of touch is back with the next pass."""
        if sender in self.branch.senders:  # nobody else is ever missed
            self._heard[sender] = self.clock.now()
        if sender in self._owner.state.silent:
            self._wake.set()

    async def passed(self, seq: int) -> None:
        """Wait until the events up to ``seq`` have been through the forecast, and told, or a pass failed.

        What failed before is no reason to answer without a range: the next pass may do well.
        """
        before = self._failures
        async with self._passed:
            await self._passed.wait_for(lambda: self._passed_seq >= seq or self._failures > before)

    def _ticket_known(self, ticket: str) -> bool:
        return self._journal.ticket_known(self.branch.id, ticket)

    def _append(self, events: Sequence[Event]) -> Future[None]:
        records = [to_record(event) for event in events]
        return self._journal.append(self.branch.id, self.epoch, events[0].seq - 1, records)

    def _written(self, events: Iterable[Event]) -> None:
        """Fold what is durable; what it teaches has time until people know of it."""
        self._unrecorded = None
        for event in events:
            self._owner.commit(event, learn=False)
            if event.sender != SERVICE:  # our own words change no forecast
                self._wake.set()

    def _lost(self, error: BaseException) -> BaseException:
        """Take back all that was decided on what is not durable; why, in the words of the senders."""
        self._owner.roll_back()
        if isinstance(error, Unavailable):
            self._unrecorded = error.reason
        return _as_refusal(error)

    # branch state → forecast → what is told → views → hub

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._until_tick()):  # wait_for can lose a cancellation (3.11)
                    await self._wake.wait()
            self._wake.clear()
            began = loop.time()
            if not await self._try_pass():
                await asyncio.sleep(RETRY_S)
            elif self._wake.is_set():
                await self._rest(loop.time() + REST * (loop.time() - began))

    async def _rest(self, until: float) -> None:
        loop = asyncio.get_running_loop()
        while loop.time() < min(until, self._taken_at + QUIET_S):  # noqa: ASYNC110 - a wait for no event
            await asyncio.sleep(QUIET_S)

    async def _try_pass(self) -> bool:
        """Make a pass; one that fails must not end the service. Whoever waits for it is told either way."""
        try:
            await self._pass()
            self._failed = None
        except Unavailable as error:
            self._failed = error.reason
            log.warning("journal unavailable", branch=self.branch.id, reason=error.reason)
        except Exception as error:
            self._failed = f"{type(error).__name__}: {error}"
            log.exception("pass failed", branch=self.branch.id)
        self._failures += self._failed is not None
        await self._release()
        return self._failed is None

    async def _release(self) -> None:
        """Let those who wait for a pass look whether this was it."""
        async with self._passed:
            self._passed.notify_all()

    async def _pass(self) -> None:
        await self._say(self._owner.due(self._heard, self.clock.now()))
        async with self._one_thought:
            for _ in range(ANSWERING):
                await asyncio.sleep(0)
            question = self._owner.question(self.clock.now())
            answer = await self._think(self._owner.answer, question)
            await self._say(self._owner.tell(question, answer, self.clock.now()))
            self._passed_seq = question.state.seq
            self._passed_at = asyncio.get_running_loop().time()
            self._publish()
            await self._release()
            await self._learn(question)
            await self._keep_snapshot_if_due()

    async def _learn(self, question: Question) -> None:
        """Learn what has come in, and have ready what the next forecast will ask of it."""
        while self._owner.learn(LESSONS):  # noqa: ASYNC110 - no event is waited for: others get their turn
            await asyncio.sleep(0)
        await self._think(self._owner.prepare, question)

    async def _think(self, think: Callable[[Question], Thought], question: Question) -> Thought:
        """Think in a thread; nothing is learned meanwhile."""
        loop = asyncio.get_running_loop()
        thinking = self._thinking = loop.run_in_executor(None, think, question)
        return await asyncio.shield(thinking)

    async def ponder(self, think: Callable[[Owner, Question], Thought]) -> Thought:
        """Ask of the present what takes thought, in a thread; nothing is learned, no pass made meanwhile."""
        task = asyncio.create_task(self._ponder(think))  # a thought does not end with its asker
        self._pondering.add(task)
        task.add_done_callback(self._pondering.discard)
        return await asyncio.shield(task)

    async def _ponder(self, think: Callable[[Owner, Question], Thought]) -> Thought:
        async with self._one_thought:
            question = self._owner.question(self.clock.now())
            return await asyncio.to_thread(think, self._owner, question)

    async def _say(self, facts: Sequence[Any]) -> None:
        if facts:
            await asyncio.shield(self._outbox.put(self._owner.say(facts, self.clock.now())))

    def _publish(self) -> None:
        """Show each watched screen its view, where that changed."""
        topics = list(self.hub.topics())
        self._presenter.forget(topics)
        for topic, message in self._presenter.changes(self.picture(), topics):
            self.hub.publish(topic, message)

    def picture(self) -> Picture:
        """What there is to see now."""
        return self._owner.picture(self.clock.now())

    def first(self, topic: str) -> bytes | None:
        """The message that a screen gets on joining; None where there is no such screen."""
        return self._presenter.first(self.picture(), topic)

    def pulse(self) -> bytes | None:
        """The sign of life of this moment; None while the forecast is too old for one."""
        if asyncio.get_running_loop().time() - self._passed_at > STALE_S:
            return None
        as_of = format_moment(self.clock.now(), self.branch.zone)
        return orjson.dumps({"kind": "pulse", "as_of": as_of, "build": build()})

    async def _pulse(self) -> None:
        while True:
            await asyncio.sleep(PULSE_S)
            if pulse := self.pulse():
                self.hub.pulse(pulse)

    def _until_tick(self) -> float:
        """Wall seconds until the next tick of branch time, a heartbeat overdue, or ten: what comes first."""
        now = self.clock.now()
        missed = (at - now for at in self._owner.heartbeats_due(self._heard) if at > now)
        ticks = TICK_S - now % TICK_S, TICK_S * self.clock.speed
        return min(*missed, *ticks) / self.clock.speed

    async def _keep_snapshot_if_due(self) -> None:
        rested = asyncio.get_running_loop().time() - self._snapshot_at >= SNAPSHOT_REST_S
        if (rested and self._owner.state.seq - self._snapshot_seq >= SNAPSHOT_EVERY) or self._unrecorded:
            await self._keep_snapshot()

    async def _keep_snapshot(self) -> None:
        seq = self._owner.state.seq
        if seq == self._snapshot_seq and not self._unrecorded:
            return
        pieces = self._owner.snapshot_of_now()

        def save() -> Future[None]:
            data = b"".join(unhurried(pieces))
            return self._journal.save_snapshot(self.branch.id, seq, self._version, data)

        await asyncio.wrap_future(await asyncio.to_thread(save))
        self._snapshot_seq, self._snapshot_at = seq, asyncio.get_running_loop().time()
        self._unrecorded = None  # the journal writes again, though nobody has reported anything yet


def restore(branch: Branch, text: str, journal: Journal) -> tuple[Owner, str, int]:
    """The owner as it was: from the newest snapshot and the events since, or from all of them.

    With it, the version that its snapshots have, and the ``seq`` of the one it came from (0: none).
    """
    past = list(journal.history(branch.id))
    version = fold_version(text, len(past))
    kept = journal.load_snapshot(branch.id, version)
    if kept:
        owner = Owner.from_snapshot(branch, kept[1])
    else:
        learned = Learned(branch)
        learned.learn_past(past)
        owner = Owner(branch, learned=learned)
    seq = kept[0] if kept else 0
    for record in journal.read(branch.id, after=seq):
        owner.commit(to_event(record))
    owner.roll_back()
    return owner, version, seq


def to_record(event: Event) -> Record:
    """The event as the journal keeps it."""
    body = orjson.dumps(fact_to_plain(event.fact)).decode()
    issued = event.type == "ticket.issued" and not event.implied  # a guess may yet be reported as it was
    ticket = getattr(event.fact, "ticket", None) if issued else None
    return Record(
        event.seq,
        event.sender,
        event.id,
        event.type,
        event.at,
        event.received_at,
        event.implied,
        event.v,
        ticket,
        body,
    )


def to_event(record: Record) -> Event:
    """The event that the journal kept."""
    return Event(
        record.id,
        record.sender,
        record.at,
        parse_fact(TYPES[record.type], orjson.loads(record.body)),
        record.seq,
        record.received_at,
        record.implied,
        record.v,
    )


def _as_refusal(error: BaseException) -> BaseException:
    """A conflict over one event or ticket is the sender's; any other means that somebody else wrote."""
    if isinstance(error, Conflict):
        if error.over in {"event", "ticket"}:
            return OtherContent(str(error))
        return Unavailable(str(error), RETRY_S)
    return error
