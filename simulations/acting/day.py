"""One day drawn from a lobby: who comes with what, and what each teller plans. Plain data.

Every customer, and every teller, has a random stream of their own (common random numbers by customer), so two
lobbies that differ in one parameter meet the same customers: the third one still has the same long service,
whatever happened to the second.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import pairwise
from typing import Literal

import numpy as np

from app.branch.branch_file import Branch, Spell
from simulations.acting.lobby import SLOT_S, BusinessHabit, Lobby, Lognormal, PauseHabit, StepHabit

MINUTES_KEYS = (300.0, 600.0, 1200.0, 1800.0)
"""The teller's keys: about 5, 10, 20, 30 minutes."""
SPARES = 12

Shows = Literal["at_once", "late", "returns", "never"]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of one service; ``offset_s`` counts from its start."""

    offset_s: float
    duration_s: float
    step: str
    resource: str
    away: bool
    expected_s: float | None


@dataclass(frozen=True, slots=True)
class Errand:
    """What a customer came for, with a teller of mean pace. ``told_s``: what the teller says of it."""

    business: str
    service_s: float
    steps: tuple[Step, ...]
    wrap_up_s: float
    wrap_up: str | None
    wrap_up_told_s: float | None
    says_ready: bool
    told_s: float | None
    slip_at_s: float | None

    def at_pace(self, pace: float) -> Errand:
        """The same errand with a slower (above 1) or faster teller."""
        steps = tuple(
            replace(step, offset_s=step.offset_s * pace, duration_s=step.duration_s * pace)
            for step in self.steps
        )
        slip_at_s = None if self.slip_at_s is None else self.slip_at_s * pace
        return replace(self, service_s=self.service_s * pace, steps=steps, slip_at_s=slip_at_s)


@dataclass(frozen=True, slots=True)
class Customer:
    """One who takes a ticket. A second errand follows the first by a transfer."""

    arrives_at: float
    errands: tuple[Errand, ...]
    items: int
    priority: str | None
    language: str | None
    patience_s: float
    leaves_silently: bool
    shows: Shows
    returns_after_s: float
    walking_s: float


@dataclass(frozen=True, slots=True)
class Rest:
    """A pause: not before ``at``, when no customer is there. ``expected_s`` is what the teller says of it."""

    at: float
    reason: str
    duration_s: float
    expected_s: float


@dataclass(frozen=True, slots=True)
class Stint:
    """One stretch at the window, why it ends, and when the window is due to open again, if it is."""

    opens_at: float
    ends_at: float
    reason: str
    reopens_at: float | None


@dataclass(frozen=True, slots=True)
class TellerPlan:
    """A teller's day. ``late_until``: the announced opening, where it is after the doors'."""

    teller: str
    window: str
    pace: float
    stints: tuple[Stint, ...]
    rests: tuple[Rest, ...]
    late_until: float | None


@dataclass(frozen=True, slots=True)
class Day:
    """All that chance decides about one day. ``spares``, by business: errands of tickets from elsewhere."""

    date: date
    doors_open_at: float
    doors_close_at: float
    customers: tuple[Customer, ...]
    tellers: tuple[TellerPlan, ...]
    spares: Mapping[str, tuple[Errand, ...]]
    recall_after_s: float
    give_up_after_s: float


def draw(lobby: Lobby, branch: Branch, on: date, rng: np.random.Generator) -> Day:
    """One day. The roster is the branch file's; the lobby has a teller for each of its windows."""
    arrivals, levels, customers, tellers, spares = rng.spawn(5)
    busyness = Lognormal(1.0, lobby.busyness_cv).draw(levels)
    pace = Lognormal(1.0, lobby.pace_cv).draw(levels)
    opens_at = _moment(branch, on, lobby.doors_open)
    came = _arrivals(lobby, busyness, arrivals)
    plans = (
        _teller(lobby, branch, on, window, pace, own)
        for window, own in zip(branch.windows, tellers.spawn(len(branch.windows)), strict=True)
    )
    return Day(
        date=on,
        doors_open_at=opens_at,
        doors_close_at=opens_at + SLOT_S * len(lobby.arrivals),
        customers=tuple(
            _customer(lobby, opens_at + at, own)
            for at, own in zip(came, customers.spawn(len(came)), strict=True)
        ),
        tellers=tuple(plan for plan in plans if plan.stints),
        spares={
            business: tuple(_errand(lobby, business, 1, own) for own in stream.spawn(SPARES))
            for business, stream in zip(lobby.businesses, spares.spawn(len(lobby.businesses)), strict=True)
        },
        recall_after_s=lobby.recall_after_s,
        give_up_after_s=lobby.give_up_after_s,
    )


def _moment(branch: Branch, on: date, at: time) -> float:
    return datetime.combine(on, at, branch.zone).timestamp()


def _arrivals(lobby: Lobby, busyness: float, rng: np.random.Generator) -> list[float]:
    """Seconds after the doors' opening, in order: a Poisson number in each slot, evenly spread."""
    found: list[float] = []
    for slot, expected in enumerate(lobby.arrivals):
        count = int(rng.poisson(expected * busyness))
        found += (slot * SLOT_S + rng.uniform(0, SLOT_S, count)).tolist()
    return sorted(round(at, 3) for at in found)


def _customer(lobby: Lobby, arrives_at: float, rng: np.random.Generator) -> Customer:
    business = _pick({name: habit.share for name, habit in lobby.businesses.items()}, rng)
    assert business is not None  # noqa: S101 - shares of businesses sum up to 1
    habit = lobby.businesses[business]
    items = 1 + int(rng.poisson(habit.further_items))
    return Customer(
        arrives_at=arrives_at,
        priority=_pick(lobby.priorities, rng),
        language=_pick(lobby.languages, rng),
        items=items,
        patience_s=lobby.patience.draw(rng),
        leaves_silently=_happens(lobby.silent_share, rng),
        shows=_shows(lobby, rng),
        returns_after_s=lobby.return_after.draw(rng),
        walking_s=lobby.walking.draw(rng),
        errands=_errands(lobby, business, items, rng),
    )


def _shows(lobby: Lobby, rng: np.random.Generator) -> Shows:
    if not _happens(lobby.no_show_share, rng):
        return "at_once"
    late = lobby.late_share
    kind = _pick({"late": late, "returns": late, "never": 1 - 2 * late}, rng)
    return "late" if kind == "late" else "returns" if kind == "returns" else "never"


def _errands(lobby: Lobby, business: str, items: int, rng: np.random.Generator) -> tuple[Errand, ...]:
    """One errand; or a short one, in which the teller finds out that the customer needs another business."""
    habit = lobby.businesses[business]
    errand = _errand(lobby, business, items, rng)
    if habit.transfer_to is None or not _happens(habit.transfer_share, rng):
        return (errand,)
    asked = replace(errand, service_s=float(rng.uniform(60, 180)), steps=(), told_s=None, slip_at_s=None)
    return asked, _errand(lobby, habit.transfer_to, 1, rng)


def _errand(lobby: Lobby, business: str, items: int, rng: np.random.Generator) -> Errand:
    habit = lobby.businesses[business]
    service_s = max(habit.service.draw(rng) * (1 + habit.item_share * (items - 1)), 20.0)
    wrap_up_s, wrap_up = _wrap_up(habit, rng)
    said = wrap_up == "records" and _happens(0.6, rng)
    return Errand(
        business=business,
        service_s=service_s,
        steps=_steps(habit, service_s, rng),
        wrap_up_s=wrap_up_s,
        wrap_up=wrap_up,
        wrap_up_told_s=_said(wrap_up_s, rng) if said else None,
        says_ready=_happens(0.3, rng),
        told_s=_key(service_s, rng) if _happens(lobby.told_share, rng) else None,
        slip_at_s=_slip(lobby, service_s, rng),
    )


def _wrap_up(habit: BusinessHabit, rng: np.random.Generator) -> tuple[float, str | None]:
    if _happens(habit.wrap_up.records_share, rng):
        return habit.wrap_up.records.draw(rng), "records"
    return habit.wrap_up.tidying.draw(rng), "tidying" if _happens(0.3, rng) else None


def _steps(habit: BusinessHabit, service_s: float, rng: np.random.Generator) -> tuple[Step, ...]:
    """The steps of one service.

    A teller has two hands: what needs them goes one after the other, while a machine counts or a supervisor
    comes.
    """
    hands_free_s = 0.0
    found = []
    for step in sorted(habit.steps, key=lambda one: one.begins):
        own = rng.spawn(1)[0]
        if not _happens(step.share, own):
            continue
        begun = _step(step, service_s, hands_free_s, own)
        if begun is None:
            continue
        found.append(begun)
        if begun.away or begun.resource == "teller":
            hands_free_s = begun.offset_s + begun.duration_s + 2.0
    return tuple(found)


def _step(habit: StepHabit, service_s: float, hands_free_s: float, rng: np.random.Generator) -> Step | None:
    """The step, if the service is long enough for a fair part of it."""
    duration_s = habit.duration.draw(rng)
    away = _happens(habit.away_share, rng)
    needs_hands = away or habit.resource == "teller"
    offset_s = max(habit.begins * service_s, 8.0, hands_free_s if needs_hands else 0.0)
    expected_s = _said(duration_s, rng) if away or _happens(0.2, rng) else None
    left_s = service_s - 5.0 - offset_s
    if left_s < 0.5 * duration_s:
        return None
    return Step(offset_s, min(duration_s, left_s), habit.step, habit.resource, away, expected_s)


def _slip(lobby: Lobby, service_s: float, rng: np.random.Generator) -> float | None:
    slips = _happens(lobby.slip_share, rng)
    return float(rng.uniform(0.3, 0.8)) * service_s if slips and service_s > 60 else None


def _teller(
    lobby: Lobby, branch: Branch, on: date, window: str, pace: float, rng: np.random.Generator
) -> TellerPlan:
    """A teller's day by the roster, with the unpunctuality of real life."""
    stints = _stints(lobby, branch, on, window, rng)
    doors_open_at = _moment(branch, on, lobby.doors_open)
    due_at = min((_moment(branch, on, spell.starts) for spell in _of(branch.openings, window)), default=0.0)
    rests = (_rests(habit, stint, rng) for habit in lobby.pauses for stint in stints)
    return TellerPlan(
        teller=f"T{int(window):02d}" if window.isdigit() else f"T-{window}",
        window=window,
        pace=pace * lobby.tellers[window],
        stints=stints,
        rests=tuple(sorted((rest for some in rests for rest in some), key=lambda rest: rest.at)),
        late_until=due_at if due_at > doors_open_at else None,
    )


def _stints(
    lobby: Lobby, branch: Branch, on: date, window: str, rng: np.random.Generator
) -> tuple[Stint, ...]:
    gaps = [(spell.starts, spell.ends, "lunch") for spell in _of(branch.breaks, window)]
    gaps += [(spell.starts, spell.ends, "back_office") for spell in _of(branch.back_office, window)]
    found = []
    for opening in _of(branch.openings, window):
        inside = sorted(gap for gap in gaps if opening.starts < gap[0] and gap[1] < opening.ends)
        edges = [(opening.starts, opening.starts, ""), *inside, (opening.ends, opening.ends, "closed")]
        for (_, opens, _why), (ends, reopens, reason) in pairwise(edges):
            opens_at = _moment(branch, on, opens)
            late_s = min(lobby.punctuality.draw(rng), 300.0) * (0.3 if opens == lobby.doors_open else 1.0)
            reopens_at = None if reason == "closed" else _moment(branch, on, reopens)
            found.append(Stint(opens_at + late_s, _moment(branch, on, ends), reason, reopens_at))
    return tuple(found)


def _rests(habit: PauseHabit, stint: Stint, rng: np.random.Generator) -> Iterator[Rest]:
    """Pauses of one kind in one stint, none in its first or last ten minutes."""
    begins, ends = stint.opens_at + 600, stint.ends_at - 600
    if ends <= begins:
        return
    for _ in range(int(rng.poisson(habit.per_hour * (ends - begins) / 3600))):
        duration_s = max(habit.duration.draw(rng), 45.0)
        yield Rest(float(rng.uniform(begins, ends)), habit.reason, duration_s, _said(duration_s, rng))


def _of(spells: tuple[Spell, ...], window: str) -> list[Spell]:
    return sorted((spell for spell in spells if spell.window == window), key=lambda spell: spell.starts)


def _said(true_s: float, rng: np.random.Generator) -> float:
    """What a teller says of a short while: whole minutes, somewhat off."""
    return max(60.0, 60.0 * round(true_s * Lognormal(1.0, 0.25).draw(rng) / 60))


def _key(true_s: float, rng: np.random.Generator) -> float:
    """The key that a teller presses for a service: the nearest, of a guess."""
    guess = true_s * Lognormal(1.0, 0.3).draw(rng)
    return min(MINUTES_KEYS, key=lambda key: abs(key - guess))


def _happens(share: float, rng: np.random.Generator) -> bool:
    return bool(rng.random() < share)


def _pick(shares: Mapping[str, float], rng: np.random.Generator) -> str | None:
    """One of the names with its share; None with what is left of 1."""
    at = float(rng.random())
    for name, share in shares.items():
        at -= share
        if at < 0:
            return name
    return None if sum(shares.values()) < 1 - 1e-9 else list(shares)[-1]
