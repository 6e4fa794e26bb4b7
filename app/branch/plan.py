"""What a branch is, as its file describes it: plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from zoneinfo import ZoneInfo

from .signs import SignPlan

LANGUAGES = ("zh-Hans", "zh-Hant-TW", "zh-Hant-HK", "en")
"""Those that come along; whoever reads a branch file may know more."""
REPORTS = frozenset({"start", "ready", "steps", "windows", "no_show", "abandoned", "issued"})
RESOURCES = ("teller", "machine", "supervisor")
PAPERS = (58, 80)
ENCODINGS = ("gb18030", "raster")
NEVER = float("inf")

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Business:
    """A kind of transaction. ``minutes``: 10th, 50th and 90th percentile until history knows better."""

    id: str
    prefix: str
    names: Names
    minutes: tuple[float, float, float]
    items: bool = False


@dataclass(frozen=True, slots=True)
class WindowPlan:
    """A counter. ``reluctance``: seconds that a ticket of a business must have waited; own businesses 0."""

    id: str
    label: str
    reluctance: Mapping[str, float]
    express_s: float | None = None
    signs: tuple[SignPlan, ...] = ()

    @property
    def businesses(self) -> tuple[str, ...]:
        """The window's own businesses."""
        return tuple(name for name, wait in self.reluctance.items() if wait == 0)


@dataclass(frozen=True, slots=True)
class Priority:
    """A head start over plain first come, first served. ``inf``: always first.

    ``kiosk``: whether customers may choose it themselves when they take a ticket.
    """

    id: str
    head_start_s: float
    names: Names
    kiosk: bool = True


@dataclass(frozen=True, slots=True)
class StepPlan:
    """A step that customers can be told of. Without ``public`` the lobby is told nothing of it."""

    id: str
    names: Names
    public: Names
    resource: str
    minutes: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True)
class SenderPlan:
    """Who reports events. ``reports``: what it reports at all; ``windows``: which are its own (none: all)."""

    id: str
    authoritative: bool = False
    reports: frozenset[str] = REPORTS
    heartbeat_s: float | None = None
    windows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PrinterPlan:
    """A printer of slips in the branch's network, which speaks ESC/POS over TCP.

    ``width``: of the paper, mm. ``encoding``: ``gb18030``, in the printer's own characters; ``raster``, as a
    picture in ``font`` (a file; none: the first one found). ``kiosks``: whose slips it prints (none: those of
    every kiosk that has no printer of its own). ``asks``: whether it answers when it is asked how it is.
    """

    id: str
    host: str
    port: int = 9100
    width: int = 80
    encoding: str = "gb18030"
    font: str | None = None
    kiosks: tuple[str, ...] = ()
    asks: bool = True


@dataclass(frozen=True, slots=True)
class Spell:
    """A planned stretch of a day at one window, in branch-local times."""

    window: str
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class VoicePlan:
    """How calls are spoken. ``languages``: in this order (none: the branch's own).

    ``volume``: (local time, level 0 to 1 from then on), in order of the day; none: full. ``rooms``: the
    windows that a room's speaker calls to. A call first heard of ``forget_s`` late is spoken no more.
    """

    languages: tuple[str, ...] = ()
    volume: tuple[tuple[time, float], ...] = ()
    rooms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    forget_s: float = 30.0


@dataclass(frozen=True, slots=True)
class ScreensPlan:
    """How far people stand from hall and windows (metres), and the screens' diagonals (inches)."""

    distance_m: float | None = None
    hall_inches: float = 55.0
    window_inches: float = 32.0


@dataclass(frozen=True, slots=True)
class Branch:
    """One branch as its file describes it. Bounds are seconds."""

    id: str
    names: Names
    timezone: str
    day_change: time
    languages: tuple[str, ...]
    businesses: Mapping[str, Business]
    windows: Mapping[str, WindowPlan]
    priorities: Mapping[str, Priority] = field(default_factory=dict)
    steps: Mapping[str, StepPlan] = field(default_factory=dict)
    senders: Mapping[str, SenderPlan] = field(default_factory=dict)
    printers: Mapping[str, PrinterPlan] = field(default_factory=dict)
    openings: tuple[Spell, ...] = ()
    breaks: tuple[Spell, ...] = ()
    back_office: tuple[Spell, ...] = ()
    voice: VoicePlan = VoicePlan()
    late_share: float = 0.05
    early_share: float = 0.20
    late_s: float = 300.0
    ahead_s: float = 60.0
    undo_s: float = 120.0
    recall_s: float = 900.0
    unattended_s: float = 120.0
    walking_s: float = 20.0
    screens: ScreensPlan = ScreensPlan()

    @property
    def zone(self) -> ZoneInfo:
        """The branch's time zone (cached by the standard library)."""
        return ZoneInfo(self.timezone)

    def printer(self, kiosk: str) -> PrinterPlan | None:
        """Which printer prints a kiosk's slips: its own, else one that prints for all; None: no printer."""
        every = self.printers.values()
        own = (one for one in every if kiosk in one.kiosks)
        return next(own, None) or next((one for one in every if not one.kiosks), None)

    def sender(self, sender: str) -> SenderPlan:
        """Who that is; one that the file does not name is strict and reports everything."""
        return self.senders.get(sender) or SenderPlan(sender)
