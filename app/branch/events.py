"""The facts: what can happen in a branch, how each is written and read.

An ``Event`` is an envelope (who says it, when it happened, its place in the branch's order) around one fact.
Each kind of fact is a dataclass whose fields are the contract's; ``TYPES`` maps the contract's names to them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import UTC, tzinfo
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from .errors import Malformed
from .fields import ID as ID  # noqa: PLC0414 - these four are part of this module's face
from .fields import PARSERS, flag, whole
from .fields import format_moment as format_moment  # noqa: PLC0414
from .fields import parse_id as parse_id  # noqa: PLC0414
from .fields import parse_moment as parse_moment  # noqa: PLC0414

VERSION = 1
SERVICE = "lobbyclock"
"""The sender of what the service itself reports: ranges told, implied facts, silent senders."""

Id = Annotated[str, "id"]
Text = Annotated[str, "text"]
Seconds = Annotated[float, "seconds"]
Span = Annotated[float, "span"]
Count = Annotated[int, "count"]
Whole = Annotated[int, "whole"]
Seq = Annotated[int, "seq"]
Moment = Annotated[float, "moment"]
Flag = Annotated[bool, "flag"]
Ids = Annotated[tuple[str, ...], "ids"]
Words = Annotated[tuple[tuple[str, str], ...], "words"]
"""(language, text), so that a fact stays a value that never changes."""


@dataclass(frozen=True, slots=True)
class WindowOpened:
    window: Id
    teller: Id | None = None
    businesses: Ids | None = None


@dataclass(frozen=True, slots=True)
class WindowPaused:
    window: Id
    reason: Text
    expected_s: Seconds | None = None


@dataclass(frozen=True, slots=True)
class WindowResumed:
    window: Id


@dataclass(frozen=True, slots=True)
class WindowClosing:
    window: Id


@dataclass(frozen=True, slots=True)
class WindowClosed:
    window: Id
    reason: Text = "closed"
    reopens_at: Moment | None = None


@dataclass(frozen=True, slots=True)
class TellerSignedIn:
    window: Id
    teller: Id


@dataclass(frozen=True, slots=True)
class TellerSignedOut:
    window: Id
    teller: Id


@dataclass(frozen=True, slots=True)
class TicketIssued:
    ticket: Id
    number: Text
    business: Id
    items: Count = 1
    priority: Id | None = None
    language: Text | None = None
    window: Id | None = None


@dataclass(frozen=True, slots=True)
class TicketCalled:
    ticket: Id
    window: Id


@dataclass(frozen=True, slots=True)
class TicketRecalled:
    ticket: Id
    window: Id


@dataclass(frozen=True, slots=True)
class TicketNoShow:
    ticket: Id
    window: Id


@dataclass(frozen=True, slots=True)
class TicketAbandoned:
    ticket: Id
    reason: Text = "left"


@dataclass(frozen=True, slots=True)
class TicketTransferred:
    ticket: Id
    business: Id | None = None
    window: Id | None = None
    keeps_place: Flag = True


@dataclass(frozen=True, slots=True)
class ServiceStarted:
    ticket: Id
    window: Id
    expected_s: Seconds | None = None


@dataclass(frozen=True, slots=True)
class StepStarted:
    window: Id
    step_id: Id
    step: Id
    resource: Text = "teller"
    away: Flag = False
    expected_s: Seconds | None = None


@dataclass(frozen=True, slots=True)
class StepAnnounced:
    """The teller will leave the seat in a moment, for this step."""

    window: Id
    step: Id


@dataclass(frozen=True, slots=True)
class StepEnded:
    window: Id
    step_id: Id


@dataclass(frozen=True, slots=True)
class ServiceFinished:
    ticket: Id
    window: Id
    wrap_up: Text | None = None
    expected_s: Seconds | None = None


@dataclass(frozen=True, slots=True)
class WindowReady:
    window: Id


@dataclass(frozen=True, slots=True)
class RangeTold:
    """A promise: what was shown, to whom and why. ``low_s`` and ``high_s`` count from the event's ``at``."""

    about: Text
    low_s: Seconds
    high_s: Seconds
    basis: Text
    reason: Text
    ticket: Id | None = None
    window: Id | None = None
    business: Id | None = None
    step_id: Id | None = None
    ahead: Whole | None = None
    """Tickets ahead, as the customer was told with the wait."""
    rises: Whole = 0
    first_s: Seconds = 0.0
    """How long before ``at`` the first range of this kind was told."""
    first_low_s: Seconds | None = None
    first_high_s: Seconds | None = None
    due_s: Span | None = None
    """The earliest end promised so far, from ``at``; may be behind."""
    p10_s: Seconds | None = None
    """With a ticket's first wait, what was said before it was rounded: 10th, 50th, 90th percentile."""
    median_s: Seconds | None = None
    p90_s: Seconds | None = None


@dataclass(frozen=True, slots=True)
class NoticePosted:
    """Words of the manager to everybody in the hall."""

    notice: Id
    text: Words
    until: Moment | None = None


@dataclass(frozen=True, slots=True)
class NoticeWithdrawn:
    notice: Id


@dataclass(frozen=True, slots=True)
class EventCorrected:
    corrects: Seq
    reason: Text = "wrong press"


@dataclass(frozen=True, slots=True)
class SenderSilent:
    """The service heard nothing from a sender for longer than its ``heartbeat_s``."""

    silent: Id


@dataclass(frozen=True, slots=True)
class SenderHeard:
    """A silent sender is back."""

    heard: Id


Fact = (
    WindowOpened
    | WindowPaused
    | WindowResumed
    | WindowClosing
    | WindowClosed
    | TellerSignedIn
    | TellerSignedOut
    | TicketIssued
    | TicketCalled
    | TicketRecalled
    | TicketNoShow
    | TicketAbandoned
    | TicketTransferred
    | ServiceStarted
    | StepStarted
    | StepAnnounced
    | StepEnded
    | ServiceFinished
    | WindowReady
    | RangeTold
    | NoticePosted
    | NoticeWithdrawn
    | EventCorrected
    | SenderSilent
    | SenderHeard
)

TYPES: dict[str, type[Fact]] = {
    "window.opened": WindowOpened,
    "window.paused": WindowPaused,
    "window.resumed": WindowResumed,
    "window.closing": WindowClosing,
    "window.closed": WindowClosed,
    "teller.signed_in": TellerSignedIn,
    "teller.signed_out": TellerSignedOut,
    "ticket.issued": TicketIssued,
    "ticket.called": TicketCalled,
    "ticket.recalled": TicketRecalled,
    "ticket.no_show": TicketNoShow,
    "ticket.abandoned": TicketAbandoned,
    "ticket.transferred": TicketTransferred,
    "service.started": ServiceStarted,
    "service.step_started": StepStarted,
    "service.step_announced": StepAnnounced,
    "service.step_ended": StepEnded,
    "service.finished": ServiceFinished,
    "window.ready": WindowReady,
    "range.told": RangeTold,
    "notice.posted": NoticePosted,
    "notice.withdrawn": NoticeWithdrawn,
    "event.corrected": EventCorrected,
    "sender.silent": SenderSilent,
    "sender.heard": SenderHeard,
}
NAMES: dict[type[Fact], str] = {kind: name for name, kind in TYPES.items()}
OWN = frozenset({"range.told", "sender.silent", "sender.heard"})
"""What only the service itself may say."""


@dataclass(frozen=True, slots=True)
class Event:
    """One fact, as somebody reported it. ``seq`` 0: not yet in the branch's order."""

    id: str
    sender: str
    at: float
    fact: Fact
    seq: int = 0
    received_at: float = 0.0
    implied: bool = False
    v: int = VERSION

    @property
    def type(self) -> str:
        """The contract's name of the fact."""
        return NAMES[type(self.fact)]

    def placed(self, seq: int, received_at: float) -> Event:
        """The event at its place in the branch's order; what somebody reports is not implied."""
        return Event(self.id, self.sender, self.at, self.fact, seq, received_at, v=self.v)

    def same_content(self, other: Event) -> bool:
        """Whether both say the same, whenever they arrived."""
        return self.at == other.at and self.fact == other.fact


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    kind: str
    parse: Callable[[object, str], Any]
    required: bool
    optional: bool


def _kind(hint: Any) -> str:  # noqa: ANN401 - a type hint is whatever typing makes of it
    if get_origin(hint) is Annotated:
        return str(get_args(hint)[1])
    return next(_kind(part) for part in get_args(hint) if part is not type(None))


def _table(kind: Any) -> tuple[_Field, ...]:  # noqa: ANN401 - mypy has no type of dataclasses
    hints = get_type_hints(kind, include_extras=True)
    table = []
    for field in fields(kind):
        name = _kind(hints[field.name])
        required = field.default is MISSING
        table.append(_Field(field.name, name, PARSERS[name], required, field.default is None))
    return tuple(table)


_TABLES: dict[type[Fact], tuple[_Field, ...]] = {kind: _table(kind) for kind in NAMES}
_ENVELOPE = frozenset({"id", "sender", "type", "at", "seq", "received_at", "v", "implied", "branch"})


def parse_fact(kind: type[Fact], raw: Mapping[str, object]) -> Fact:
    """The fact in a JSON object's fields. Errors: ``Malformed``, naming the field."""
    values: dict[str, Any] = {}
    for field in _TABLES[kind]:
        value = raw.get(field.name)
        if value is None:
            if field.required:
                raise Malformed(field.name, f"{NAMES[kind]} needs {field.name}.")
            continue
        values[field.name] = field.parse(value, field.name)
    known = {field.name for field in _TABLES[kind]}
    for name in raw:
        if name not in known and name not in _ENVELOPE:
            its = ", ".join(sorted(known))
            raise Malformed(str(name), f"{NAMES[kind]} has no field {name!r:.60}; it has {its}.")
    return kind(**values)


def parse_event(raw: object, *, sender: str | None = None) -> Event:
    """An event as posted or read back; ``sender`` overrules the field. Errors: ``Malformed``."""
    if not isinstance(raw, Mapping):
        raise Malformed("event", f"An event is a JSON object, not {type(raw).__name__}.")
    name = raw.get("type")
    if not isinstance(name, str) or name not in TYPES:
        raise Malformed("type", f"type must be one of {', '.join(sorted(TYPES))}, not {name!r:.60}.")
    received = raw.get("received_at")
    return Event(
        id=parse_id(raw.get("id"), "id"),
        sender=sender or parse_id(raw.get("sender", "local"), "sender"),
        at=parse_moment(raw.get("at"), "at"),
        fact=parse_fact(TYPES[name], raw),
        seq=whole(0, 2**62)(raw.get("seq", 0), "seq"),
        received_at=parse_moment(received, "received_at") if received is not None else 0.0,
        implied=flag(raw.get("implied", False), "implied"),
        v=whole(1, VERSION)(raw.get("v", VERSION), "v"),
    )


def fact_to_plain(fact: Fact) -> dict[str, Any]:
    """The fact's own fields, without those that say nothing."""
    plain: dict[str, Any] = {}
    for field in _TABLES[type(fact)]:
        value = getattr(fact, field.name)
        if value is None:
            continue
        if field.kind == "moment":
            value = format_moment(value)
        elif field.kind == "ids":
            value = list(value)
        elif field.kind == "words":
            value = dict(value)
        plain[field.name] = value
    return plain


def event_to_plain(event: Event, zone: tzinfo = UTC) -> dict[str, Any]:
    """The event as the contract reads it back: with ``seq``, ``received_at``, ``v`` and ``implied``."""
    plain: dict[str, Any] = {"id": event.id, "sender": event.sender, "type": event.type}
    plain["at"] = format_moment(event.at, zone)
    plain |= fact_to_plain(event.fact)
    plain["seq"] = event.seq
    if event.received_at:
        plain["received_at"] = format_moment(event.received_at, zone)
    plain["v"] = event.v
    if event.implied:
        plain["implied"] = True
    return plain
