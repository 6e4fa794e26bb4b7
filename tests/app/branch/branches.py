"""The branch that the tests of the domain play in, and short ways to make its events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hypothesis import strategies as st

from app.branch import branch_file, check
from app.branch.branch_file import Branch
from app.branch.events import (
    Event,
    EventCorrected,
    Fact,
    NoticePosted,
    NoticeWithdrawn,
    RangeTold,
    SenderHeard,
    SenderSilent,
    ServiceFinished,
    ServiceStarted,
    StepAnnounced,
    StepEnded,
    StepStarted,
    TellerSignedIn,
    TellerSignedOut,
    TicketAbandoned,
    TicketCalled,
    TicketIssued,
    TicketNoShow,
    TicketRecalled,
    TicketTransferred,
    WindowClosed,
    WindowClosing,
    WindowOpened,
    WindowPaused,
    WindowReady,
    WindowResumed,
)
from app.branch.fold import fold
from app.branch.imply import implied
from app.branch.state import State, TicketState, WindowState, new_state

T0 = 1_795_222_800.0
"""2026-11-21 09:00 in Shanghai."""

TEXT = """\
[branch]
id = "riverside"
names = { "zh-Hans" = "江边支行", en = "Riverside" }
timezone = "Asia/Shanghai"
day_change = "04:00"

[[business]]
id = "cash"
prefix = "A"
names = { "zh-Hans" = "现金", en = "Cash" }
minutes = [1, 3, 8]

[[business]]
id = "corporate"
prefix = "B"
names = "Corporate"
minutes = [3, 8, 20]
items = true

[[window]]
id = "1"
label = "1"
businesses = ["cash"]
express_s = 240

[[window]]
id = "2"
label = "2"
businesses = ["cash", "corporate"]

[[window]]
id = "3"
label = "3"
businesses = ["corporate"]
reluctance = { cash = 300 }

[priority.vip]
head_start_s = 90
names = "VIP"

[priority.elderly]
head_start_s = inf
names = "Elderly"

[[step]]
id = "copy"
names = "Photocopy"
resource = "machine"
minutes = [1, 2, 4]

[[sender]]
id = "machine"
authoritative = true
heartbeat_s = 30

[[sender]]
id = "poor"
authoritative = true
reports = ["issued", "windows", "no_show", "abandoned"]

[[sender]]
id = "feed"
heartbeat_s = 60
windows = ["2"]
"""

BRANCH = branch_file.parse(TEXT)


@dataclass
class Day:
    """A branch's life so far: takes facts as a sender says them, keeps the events."""

    branch: Branch = BRANCH
    state: State = field(default_factory=lambda: new_state(BRANCH))
    events: list[Event] = field(default_factory=list)
    now: float = T0

    def say(self, fact: Fact, sender: str = "local", *, after: float = 1.0, at: float | None = None) -> Event:
        """Let a strict sender say something, `after` seconds later. Errors: as `check`."""
        self.now += after
        event = self.event(fact, sender, at)
        check.check_clock(self.branch, self.state, event, self.now)
        check.check_names(self.branch, event.fact)
        check.check_lifecycle(self.branch, self.state, event)
        return self.take(event)

    def report(
        self, fact: Fact, sender: str = "machine", *, after: float = 1.0, at: float | None = None
    ) -> list[Event]:
        """Let an authoritative sender report something; what was folded, the implied first."""
        self.now += after
        event = self.event(fact, sender, at)
        missing = implied(self.branch, self.state, event)
        return [self.take(one) for one in (*missing, event)]

    def service(self, fact: Fact, *, after: float = 1.0, at: float | None = None) -> Event:
        """Let the service itself say something."""
        self.now += after
        return self.take(self.event(fact, "lobbyclock", at))

    def event(self, fact: Fact, sender: str = "local", at: float | None = None) -> Event:
        return Event(f"e{len(self.events) + 1}", sender, self.now if at is None else at, fact)

    def take(self, event: Event) -> Event:
        placed = in_order(event, len(self.events) + 1, self.now)
        fold(self.branch, self.state, placed)
        self.events.append(placed)
        return placed


def in_order(event: Event, seq: int, received_at: float) -> Event:
    name = event.id if event.implied else f"e{seq}"
    return Event(name, event.sender, event.at, event.fact, seq, received_at, event.implied)


def ticket(number: int, business: str = "cash", **fields: object) -> TicketIssued:
    prefix = BRANCH.businesses[business].prefix
    name = f"{prefix}{number:03d}"
    return TicketIssued(f"20261121-{name}", name, business, **fields)  # type: ignore[arg-type]


A1, A2, A3, B1 = "20261121-A001", "20261121-A002", "20261121-A003", "20261121-B001"


def assert_sound(state: State) -> None:
    """What must hold in every state: windows and tickets agree about each other."""
    busy = {WindowState.CALLING: TicketState.CALLED, WindowState.SERVING: TicketState.SERVING}
    for name, window in state.windows.items():
        assert (window.ticket is not None) == (window.state in busy), window
        if window.ticket is not None:
            its = state.tickets[window.ticket]
            assert (its.state, its.window) == (busy[window.state], name)
        if window.steps:
            assert window.state in {WindowState.SERVING, WindowState.WRAPPING_UP}
        if window.closing:
            assert window.state not in {WindowState.OPEN, WindowState.CLOSED}
    for one in state.tickets.values():
        if one.state in busy.values():
            assert state.windows[one.window or ""].ticket == one.ticket
        if one.state is TicketState.SERVING:
            assert one.started_at is not None
        assert (one.ended_at is None) == (
            one.state in {TicketState.WAITING, TicketState.CALLED, TicketState.SERVING}
        )


WINDOWS = st.sampled_from(["1", "2", "3"])
TICKETS = st.sampled_from([A1, A2, A3, B1])
TELLERS = st.sampled_from(["wang", "li"])
STEP_IDS = st.sampled_from(["s1", "s2"])
NOTICES = st.sampled_from(["n1", "n2"])
WORDS = st.sampled_from([(("und", "مغلق غدا"),), (("en", "Closed tomorrow"), ("zh-Hans", "明天休息"))])
SECONDS = st.none() | st.sampled_from([30.0, 90.0, 600.0])


def _issue(name: str, priority: str | None, window: str | None) -> TicketIssued:
    number = name.rsplit("-", 1)[1]
    business = "cash" if number.startswith("A") else "corporate"
    return TicketIssued(name, number, business, priority=priority, window=window)


PRESSES: st.SearchStrategy[Fact] = st.one_of(
    st.builds(WindowOpened, WINDOWS, st.none() | TELLERS, st.sampled_from([None, ("cash",)])),
    st.builds(WindowPaused, WINDOWS, st.sampled_from(["lunch", "authorisation"]), SECONDS),
    st.builds(WindowResumed, WINDOWS),
    st.builds(WindowClosing, WINDOWS),
    st.builds(WindowClosed, WINDOWS, st.sampled_from(["closed", "back_office"]), st.just(None)),
    st.builds(TellerSignedIn, WINDOWS, TELLERS),
    st.builds(TellerSignedOut, WINDOWS, TELLERS),
    st.builds(_issue, TICKETS, st.sampled_from([None, "vip"]), st.sampled_from([None, "2"])),
    st.builds(TicketCalled, TICKETS, WINDOWS),
    st.builds(TicketRecalled, TICKETS, WINDOWS),
    st.builds(TicketNoShow, TICKETS, WINDOWS),
    st.builds(TicketAbandoned, TICKETS),
    st.builds(TicketTransferred, TICKETS, st.sampled_from([None, "corporate"]), st.none(), st.booleans()),
    st.builds(ServiceStarted, TICKETS, WINDOWS, SECONDS),
    st.builds(StepStarted, WINDOWS, STEP_IDS, st.just("copy"), st.just("machine"), st.booleans(), SECONDS),
    st.builds(StepAnnounced, WINDOWS, st.just("copy")),
    st.builds(StepEnded, WINDOWS, STEP_IDS),
    st.builds(NoticePosted, NOTICES, WORDS, st.sampled_from([None, T0 + 60, T0 + 9e4])),
    st.builds(NoticeWithdrawn, NOTICES),
    st.builds(ServiceFinished, TICKETS, WINDOWS, st.sampled_from([None, "records"]), SECONDS),
    st.builds(WindowReady, WINDOWS),
)
OWN_WORDS: st.SearchStrategy[Fact] = st.one_of(
    st.builds(RangeTold, st.just("wait"), st.just(60.0), st.just(120.0), st.just("history"), st.just("first"),
              ticket=TICKETS),
    st.builds(RangeTold, st.just("service"), st.just(60.0), st.just(120.0), st.just("history"),
              st.just("first"), window=WINDOWS),
    st.builds(RangeTold, st.just("return"), st.just(60.0), st.just(120.0), st.just("history"),
              st.just("first"), window=WINDOWS, step_id=STEP_IDS),
    st.builds(SenderSilent, st.sampled_from(["machine", "feed"])),
    st.builds(SenderHeard, st.sampled_from(["machine", "feed"])),
)  # fmt: skip
CORRECTIONS: st.SearchStrategy[Fact] = st.builds(EventCorrected, st.integers(1, 30))
FACTS = st.one_of(PRESSES, PRESSES, PRESSES, CORRECTIONS, OWN_WORDS)


@st.composite
def event_lists(draw: st.DrawFn, facts: st.SearchStrategy[Fact] = FACTS, most: int = 40) -> list[Event]:
    """Anything that anybody could say, in any order, some of it late or about nothing."""
    found = []
    at = T0
    for seq, fact in enumerate(draw(st.lists(facts, max_size=most)), 1):
        at += draw(st.sampled_from([0.0, 1.0, 30.0, 200.0, -40.0]))
        sender = draw(st.sampled_from(["local", "machine", "poor", "feed"]))
        found.append(Event(f"e{seq}", sender, round(at, 3), fact, seq, round(at, 3)))
    return found


def fresh(events: Iterable[Event]) -> State:
    state = new_state(BRANCH)
    for event in events:
        fold(BRANCH, state, event)
    return state


def play(day: Day, facts: Sequence[Fact]) -> Day:
    for fact in facts:
        day.say(fact)
    return day


def lawful_presses(day: Day) -> list[Fact]:
    """All that a strict sender may say now, in a fixed order."""
    kinds = (TicketCalled, TicketRecalled, TicketNoShow, ServiceStarted, ServiceFinished)
    facts: list[Fact] = []
    for window in BRANCH.windows:
        facts += [WindowOpened(window), WindowPaused(window, "lunch"), WindowResumed(window)]
        facts += [WindowClosing(window), WindowClosed(window), WindowReady(window)]
        facts += [TellerSignedIn(window, "wang"), TellerSignedOut(window, "wang")]
        facts += [StepStarted(window, "s1", "copy"), StepEnded(window, "s1")]
        facts += [StepAnnounced(window, "copy")]
        facts += [kind(name, window) for kind in kinds for name in (A1, A2, A3, B1)]
    for name in (A1, A2, A3, B1):
        facts += [_issue(name, None, None), TicketAbandoned(name), TicketTransferred(name)]
    facts += [NoticePosted("n1", (("und", "Closing at four"),)), NoticeWithdrawn("n1")]
    return [fact for fact in facts if check.lawful(BRANCH, day.state, day.event(fact))]


@st.composite
def lawful_days(draw: st.DrawFn, most: int = 40) -> Day:
    """A day of strict presses, each of them lawful, a second or more apart."""
    day = Day()
    for choice in draw(st.lists(st.integers(0, 10_000), max_size=most)):
        facts = lawful_presses(day)
        day.say(facts[choice % len(facts)], after=1.0 + choice % 7)
    return day
