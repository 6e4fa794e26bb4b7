"""All that a screen can show, as plain data.

A view is the whole picture at one moment: whoever missed the ones before has lost nothing. Views carry no
sentence (``display.wording`` makes those, per language) and no name of a customer: there is no field for one.
Times are RFC 3339 strings with the branch's offset; durations are seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Text = Mapping[str, str]
"""The same words in several languages: language code → words."""


class WindowState(StrEnum):
    """What a window is doing, as the lobby may know it."""

    CLOSED = "closed"
    OPEN = "open"
    CALLING = "calling"
    SERVING = "serving"
    WRAPPING_UP = "wrapping_up"
    PAUSED = "paused"


class TicketState(StrEnum):
    """Where a ticket is in its life."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    FINISHED = "finished"
    NO_SHOW = "no_show"
    ABANDONED = "abandoned"


class Tone(StrEnum):
    """Why a range reads as it does: what was told before decides the sentence."""

    PLAIN = "plain"
    LONGER = "longer"
    """It rose above what was told."""
    AGAIN = "again"
    """It rose more than once: the sentence apologises again."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A range as shown: already rounded outward to steps that people use.

    ``low_s`` 0 reads "within" where the high is near.
    """

    low_s: int
    high_s: int
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class StepView:
    """One running step of a service. ``public`` is empty where strangers must not be told."""

    step_id: str
    step: str
    names: Text
    public: Text
    resource: str
    away: bool
    started_at: str
    range: Shown | None = None
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class WindowView:
    """The screen above one counter."""

    window: str
    label: str
    state: WindowState
    closing: bool = False
    reason: str | None = None
    """Of a pause (``copying``, ``break`` …) or of a closing (``closed``, ``back_office``, ``fault``)."""
    reason_text: Text = field(default_factory=dict)
    number: str | None = None
    steps: tuple[StepView, ...] = ()
    """Only those with a public text."""
    range: Shown | None = None
    overdue: bool = False
    """What was told has passed: a pause, a step, a wrap-up or a service."""
    unattended: bool = False
    """Open, calling nobody, while people wait."""
    out_of_touch: bool = False
    """The sender of this window's events has fallen silent: nothing it last said is shown as present."""
    reopens_at: str | None = None
    priority: Text = field(default_factory=dict)
    """While calling: why this ticket goes first, where it does."""
    call: str | None = None
    """The id of the call being made, spoken once however often it is seen."""
    businesses: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class CallView:
    """One call, newest first on the hall's screen."""

    call: str
    number: str
    window: str
    label: str
    at: str
    again: bool
    """A recall."""
    calling: bool
    """Still being called."""
    language: str | None = None
    priority: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WaitView:
    """The wait for a ticket of one business taken now."""

    business: str
    names: Text
    waiting: int
    windows: int
    """Open windows that take this business."""
    range: Shown | None
    basis: str
    long_last: bool = False
    """Few are ahead, but the last one's service is long."""


@dataclass(frozen=True, slots=True)
class NoticeView:
    """Words of the manager to everybody, until a moment."""

    notice: str
    words: Text
    until: str


@dataclass(frozen=True, slots=True)
class HallView:
    """The large screen of the lobby."""

    names: Text
    windows: tuple[WindowView, ...]
    calls: tuple[CallView, ...]
    waits: tuple[WaitView, ...]
    missed: tuple[str, ...] = ()
    """Numbers that were called in vain and may still come back."""
    out_of_touch: bool = False
    notices: tuple[NoticeView, ...] = ()
    opens_at: str | None = None
    """When the next of the closed windows is due to open."""


@dataclass(frozen=True, slots=True)
class DeskView:
    """The small screen for the customer who sits at the counter."""

    window: str
    label: str
    state: WindowState
    number: str | None
    steps: tuple[StepView, ...]
    range: Shown | None
    overdue: bool = False
    unattended: bool = False
    out_of_touch: bool = False
    reason_text: Text = field(default_factory=dict)
    coming: StepChoice | None = None
    """What will take the teller from the seat in a moment."""


@dataclass(frozen=True, slots=True)
class TicketView:
    """One customer's own page."""

    number: str
    names: Text
    """Of the business."""
    state: TicketState
    ahead: int
    range: Shown | None
    basis: str
    label: str | None = None
    """The window's, once called."""
    call: str | None = None
    until: str | None = None
    """A missed number may come back until then."""
    long_last: bool = False
    serving: bool = True
    """At least one window takes this business."""
    out_of_touch: bool = False
    promised: Shown | None = None
    """What was said first, while the ticket waits."""
    promised_at: str | None = None


@dataclass(frozen=True, slots=True)
class BoardWindow:
    """One window as the manager sees it."""

    view: WindowView
    teller: str | None
    business: Text
    since: str | None
    promised: Shown | None
    """What was first told of this service, wrap-up or pause."""
    told_at: str | None


@dataclass(frozen=True, slots=True)
class BoardTicket:
    """One waiting ticket as the manager sees it."""

    ticket: str
    number: str
    business: Text
    priority: Text
    waited_s: float
    range: Shown | None
    promised: Shown | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class MissedTicket:
    """A number that was called in vain, until when it may come back, and the windows that could call it."""

    ticket: str
    number: str
    business: Text
    missed_at: str
    until: str
    windows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BoardView:
    """The manager's live picture."""

    names: Text
    windows: tuple[BoardWindow, ...]
    tickets: tuple[BoardTicket, ...]
    waits: tuple[WaitView, ...]
    served: int
    abandoned: int
    no_shows: int
    silent: tuple[str, ...] = ()
    """Senders out of touch."""
    missed: tuple[MissedTicket, ...] = ()
    notices: tuple[NoticeView, ...] = ()


@dataclass(frozen=True, slots=True)
class NextTicket:
    """A ticket that this teller may get next."""

    ticket: str
    number: str
    business: Text
    priority: Text
    waited_s: float


@dataclass(frozen=True, slots=True)
class StepChoice:
    """A step the teller may start, with its usual duration."""

    step: str
    names: Text
    resource: str
    usual: Shown | None


@dataclass(frozen=True, slots=True)
class TellerView:
    """Everything a teller needs at hand."""

    view: WindowView
    """What the lobby sees of this window right now."""
    teller: str | None
    ticket: str | None
    business: Text
    items: int
    since: str | None
    next: tuple[NextTicket, ...]
    waiting: int
    steps: tuple[StepChoice, ...]
    running: tuple[StepView, ...]
    """All running steps, also those without a public text."""
    commands: tuple[str, ...]
    """What the lifecycle allows now, by the name of the HTTP command."""
    undo: str | None
    """The type of the event that a press of undo would take back."""
    remind: bool = False
    """Wrap-up runs longer than usual."""
    recallable: tuple[NextTicket, ...] = ()
    coming: str | None = None
    """The step that the teller has announced."""


View = WindowView | HallView | DeskView | TicketView | BoardView | TellerView
