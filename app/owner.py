"""The one owner of a branch: takes commands and events in, gives facts and pictures out. No I/O.

Two states go side by side. The *head* holds all that was accepted, and decides what comes next; the
*committed* state holds what is durable, and is all that anybody is shown. They are folds of the same events,
so they are equal whenever nothing is on its way to the journal; when a commit fails, the head is thrown away.
"""

from __future__ import annotations

import hashlib
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
import orjson

from app import attendance, telling, workday
from app.branch import check, decisions
from app.branch.branch_file import Branch
from app.branch.errors import BranchError, OtherContent, Refused
from app.branch.events import SERVICE, Event, Fact, TicketIssued
from app.branch.fold import fold
from app.branch.imply import implied
from app.branch.observe import observations
from app.branch.snapshot import from_plain
from app.branch.state import State, Ticket, new_state
from app.learned import Learned
from app.picture import Picture
from app.situation import expected_s, expecting, situation
from app.state_json import to_json
from estimator.corrections import calibrated
from estimator.estimate import Estimate, Forecast
from estimator.forecast import forecast, prepare
from estimator.observation import Observation
from estimator.situation import Situation

FOLD_VERSION = 8
"""Raise it when ``fold``, ``observe`` or the pools change: older snapshots are then folded anew."""
TICK_S = 10.0
DRAWS = 1_000
WORK = 24_000
"""Tickets that one pass draws at most: a flood of people makes ranges coarser, not later.

A thousand draws for 24 people, those to come in the next minutes included, and 300 for eighty: what drawing
adds to a range's error is far below what is uncertain in the branch (`benchmarks/lobby.py` keeps its coverage
with three hundred).
"""

LONGEST_S = 4 * 3600.0
"""Where nobody says who is there, a longer wait is not told: somebody has to come first."""

Find = Callable[[str, str], Event | None]
Known = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answer to one event: its place in the order, and whether it was there before."""

    event: Event
    repeated: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A forecast to be made: the situation as it was, and the seeded generator for it."""

    state: State
    situation: Situation
    seed: tuple[int, ...]
    now: float
    depths: decisions.Depths


class Owner:
    """Decides, folds, forecasts and tells for one branch."""

    def __init__(self, branch: Branch, state: State | None = None, learned: Learned | None = None) -> None:
        self.branch = branch
        self.state = state or new_state(branch)
        self.head = self.state.copy()
        self.learned = learned or Learned(branch)
        self.forecast = Forecast()
        self._to_learn: deque[tuple[Event, list[Observation], workday.Workday | None]] = deque()

    def accept(
        self, events: Sequence[Event], now: float, find: Find, ticket_known: Known
    ) -> tuple[list[Accepted], list[Event]]:
        """Take events, all or none: the answers, and what is to be journalled (with what was implied).

        ``find`` looks an earlier event up by sender and id, ``ticket_known`` a ticket of earlier days.
        Errors: ``BranchError``, with the index of the event where there are several.
        """
        head = self.head if len(events) == 1 else self.head.copy()
        answers: list[Accepted] = []
        fresh: list[Event] = []
        for index, event in enumerate(events):
            try:
                answer, new = self._accept_one(head, event, now, _finder(find, fresh), ticket_known)
            except BranchError as error:
                if len(events) > 1:
                    error.at_index(index)
                raise
            answers.append(answer)
            fresh.extend(new)
        self.head = head
        return answers, fresh

    def _accept_one(
        self, head: State, event: Event, now: float, find: Find, ticket_known: Known
    ) -> tuple[Accepted, list[Event]]:
        check.check_sender(event)
        if before := find(event.sender, event.id):
            if not before.same_content(event):
                raise OtherContent(
                    f"Event {event.id!r} of {event.sender} was {before.type} (seq {before.seq}) before."
                )
            return Accepted(before, repeated=True), []
        check.check_names(self.branch, event.fact)
        check.check_clock(self.branch, head, event, now)
        if isinstance(event.fact, TicketIssued) and _used(head, event.fact.ticket, ticket_known):
            raise Refused("a ticket is issued once", f"Ticket {event.fact.ticket} has been issued before.")
        missing: list[Event] = []
        if self.branch.sender(event.sender).authoritative:
            missing = [replace(one, received_at=now) for one in implied(self.branch, head, event)]
        else:
            check.check_lifecycle(self.branch, head, event)
        placed = event.placed(head.seq + len(missing) + 1, now)
        for one in (*missing, placed):
            fold(self.branch, head, one)
        return Accepted(placed, repeated=False), [*missing, placed]

    def say(self, facts: Iterable[tuple[float, Fact]], now: float) -> list[Event]:
        """The service's own facts as events, folded into the head."""
        said = []
        for at, fact in facts:
            seq = self.head.seq + 1
            event = Event(f"own-{seq}", SERVICE, at, fact, seq, now)
            fold(self.branch, self.head, event)
            said.append(event)
        return said

    def follow(self, event: Event) -> None:
        """Take a recorded event as it is: into the head, and committed. Errors: ``Refused`` out of order."""
        if event.seq != self.head.seq + 1:
            detail = f"Event {event.seq} follows event {self.head.seq}; some of the record is missing."
            raise Refused("a record is whole", detail)
        fold(self.branch, self.head, event)
        self.commit(event)

    def due(self, heard: Mapping[str, float], now: float) -> list[tuple[float, Fact]]:
        """What the service itself has to report by now (see ``decisions.due``)."""
        return list(decisions.due(self.branch, self.head, heard, now))

    def heartbeats_due(self, heard: Mapping[str, float]) -> list[float]:
        """When each sender that is still in touch has to give a sign of life, at the latest."""
        return [at for _, at in decisions.heartbeats_due(self.branch, self.state, heard)]

    def commit(self, event: Event, *, learn: bool = True) -> None:
        """Fold what is durable now into what is shown; learn of it, too, or leave that for later."""
        observed = observations(self.branch, self.state, event)
        ended = workday.ended_by(self.branch, self.state, event)
        fold(self.branch, self.state, event)
        self._to_learn.append((event, observed, ended))
        if learn:
            self.learn()

    def learn(self, most: int | None = None) -> bool:
        """Learn what was committed, of so many events at most; whether there is more.

        Not while a thread draws from the pools. All that was learned depends on the events alone, in their
        order, and not on when it is asked for.
        """
        while self._to_learn and most != 0:
            self.learned.take(*self._to_learn.popleft())
            most = None if most is None else most - 1
        return bool(self._to_learn)

    def roll_back(self) -> None:
        """Forget all that was accepted and did not become durable."""
        self.head = self.state.copy()

    def expected_s(self, ticket: Ticket) -> float:
        """A ticket's expected service, for the rule of who is next."""
        return expected_s(self.learned.pools, ticket)

    def question(self, now: float) -> Question:
        """Ask for a forecast of the committed state at ``now``."""
        state = self.state.copy()
        expected = expecting(self.branch, self.learned.pools)
        line = decisions.line_of(state.waiting(), expected)
        asked = situation(self.branch, state, self.learned.pools, now, line)
        seed = (zlib.crc32(self.branch.id.encode()), state.seq, int(now // TICK_S))
        return Question(state, asked, seed, now, decisions.depths(self.branch, state, expected, now, line))

    def answer(self, question: Question, draws: int = DRAWS) -> Forecast:
        """Make the forecast, as it is to be said. Touches nothing that changes, so it may run in a thread."""
        rng = np.random.default_rng(question.seed)
        drawn = forecast(
            question.situation,
            self.learned.pools,
            rng,
            draws=draws,
            work=WORK,
            late_share=self.branch.late_share,
            early_share=self.branch.early_share,
        )
        if attendance.is_unsaid(self.branch):
            drawn = _foreseeable(drawn, question.situation)
        depths = question.depths
        told = (self.branch.early_share, 1.0 - self.branch.late_share)
        return calibrated(drawn, self.learned.calibration, told, depths.tickets, depths.businesses)

    def tell(self, question: Question, answer: Forecast, now: float) -> list[tuple[float, Fact]]:
        """Keep the forecast, and say what people are to be told because of it."""
        self.forecast = answer
        ahead = question.depths.tickets
        facts = telling.due(self.branch, question.state, self.head, answer, ahead, now)
        return [(now, fact) for fact in facts]

    def prepare(self, question: Question) -> None:
        """Make of what was learned what the next forecast will ask for, while nobody waits for it."""
        prepare(question.situation, self.learned.pools)

    def picture(self, now: float) -> Picture:
        """The committed state, ready to be looked at."""
        return Picture(self.branch, self.state, self.forecast, self.learned.pools, now)

    def snapshot(self) -> bytes:
        """The committed state and all that was learned, as JSON, in the order of the records."""
        return b"".join(self.snapshot_of_now())

    def snapshot_of_now(self) -> Iterator[bytes]:
        """The pieces of ``snapshot``'s bytes as of now, made when they are asked for, in any thread.

        It learns what is left to be learned (see ``learn``).
        """
        self.learn()
        state, learned = self.state.copy(), self.learned.to_plain()
        return chain(
            (b'{"state":',), to_json(state), (b',"learned":',), map(orjson.dumps, (learned,)), (b"}",)
        )

    @classmethod
    def from_snapshot(cls, branch: Branch, data: bytes) -> Owner:
        """The owner that ``snapshot`` described."""
        plain = orjson.loads(data)
        return cls(branch, from_plain(plain["state"]), Learned.from_plain(branch, plain["learned"]))


def _foreseeable(drawn: Forecast, now: Situation) -> Forecast:
    """The forecast without waits so long that they only mean that somebody has to come first."""
    sure = {
        business
        for window in now.windows
        if window.opens_in_s is not None or (window.phase != "closed" and window.reports_presence)
        for business in window.reluctance
    }
    of = {ticket.ticket: ticket.business for ticket in now.waiting}

    def told(one: Estimate | None, business: str) -> Estimate | None:
        return one if one and (one.high_s <= LONGEST_S or business in sure) else None

    return replace(
        drawn,
        waits={name: told(one, of[name]) for name, one in drawn.waits.items()},
        waits_now={business: told(one, business) for business, one in drawn.waits_now.items()},
    )


def fold_version(branch_text: str, history_rows: int) -> str:
    """What a snapshot depends on besides the events: this code, the branch file, imported history."""
    digest = hashlib.sha256(f"{history_rows}\n{branch_text}".encode()).hexdigest()[:16]
    return f"{FOLD_VERSION}-{digest}"


def _used(head: State, ticket: str, ticket_known: Known) -> bool:
    """Whether the ticket was issued before; one that was only implied may still be reported."""
    before = head.tickets.get(ticket)
    return ticket_known(ticket) if before is None else not before.issue_implied


def _finder(find: Find, fresh: Sequence[Event]) -> Find:
    """Look among the events of the same request first."""
    if not fresh:
        return find
    here = {(event.sender, event.id): event for event in fresh}
    return lambda sender, name: here.get((sender, name)) or find(sender, name)
