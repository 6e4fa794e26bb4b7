"""Named rosters: which teller works which shift on which day, fairly.

The shifts of each day are given (its cover); people differ in crew, absences and bounds on their hours. Fair
is when hours, early starts and late ends, with those of the weeks before, lie as close together as may be:
what the most burdened has beyond the least is made small.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from simulations.staffing.opening import HOUR_S, StaffingError
from simulations.staffing.programme import Programme
from simulations.staffing.seats import Seating, Spell
from simulations.staffing.shifts import Variant

__all__ = ["Burden", "Roster", "Teller", "Turn", "Unfilled", "Vacancy", "roster"]


class Burden(NamedTuple):
    """What a teller has worked: paid hours, early starts and late ends."""

    hours: float = 0.0
    early: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class Teller:
    """Somebody of a crew. `away`: days off. At most so many hours and days in any week of the roster.

    `so_far`: what weighs from the weeks before.
    """

    name: str
    crew: str
    away: frozenset[dt.date] = frozenset()
    most_hours: float = 40.0
    most_days: int = 5
    so_far: Burden = field(default_factory=Burden)


class Turn(NamedTuple):
    """One teller's day: the shift, and the spells in it."""

    teller: str
    date: dt.date
    variant: Variant
    spells: tuple[Spell, ...]


class Vacancy(NamedTuple):
    """A shift of a crew that nobody is there to work."""

    date: dt.date
    crew: str
    shift: str


class Unfilled(StaffingError):
    """Not all shifts can be given to somebody: which, and what would help."""

    def __init__(self, vacancies: tuple[Vacancy, ...]) -> None:
        self.vacancies = vacancies
        first = ", ".join(f"{each.shift} of {each.crew} on {each.date}" for each in vacancies[:3])
        more = f" and {len(vacancies) - 3} more" if len(vacancies) > 3 else ""
        super().__init__(
            f"Nobody is left for {first}{more}: give somebody more hours or days, fewer days off, or hire."
        )


@dataclass(frozen=True, slots=True, eq=False)
class Roster:
    """Who works when, by date and shift; the days' seating; and what each has worked with it, by name."""

    turns: tuple[Turn, ...]
    seatings: Mapping[dt.date, Seating]
    burdens: Mapping[str, Burden]


class _Item(NamedTuple):
    """One place in a day's staff."""

    date: dt.date
    number: int
    crew: str
    variant: Variant
    hours: float
    early: bool
    late: bool


_FAIR_HOURS, _FAIR_ENDS = 1.0, 2.0  # an early start or late end weighs as much as two hours
_VACANT = 1e5
_NODES = 100  # proof of the very fairest takes for ever among people who are alike; a hundred come close


def roster(days: Mapping[dt.date, Seating], tellers: Sequence[Teller], *, rest_h: float = 11.0) -> Roster:
    """Return a roster of these days, at most one shift a day each and `rest_h` hours between two shifts.

    `Unfilled` where there is none, StaffingError where the people are not the crews'.
    """
    _check(days, tellers)
    plan = _Plan(days, tellers, rest_h)
    values = plan.programme.solve(_NODES)
    if values is None:
        raise StaffingError("No roster: the bounds contradict each other.")
    vacancies = [item for number, item in enumerate(plan.items) if values[plan.vacant[number]] > 0.5]
    if vacancies:
        raise Unfilled(tuple(Vacancy(each.date, each.crew, each.variant.shift.name) for each in vacancies))
    given = [
        (plan.tellers[who], plan.items[item]) for (who, item), one in plan.works.items() if values[one] > 0.5
    ]
    turns = [
        Turn(teller.name, item.date, item.variant, days[item.date].spells[item.number])
        for teller, item in given
    ]
    turns.sort(key=lambda turn: (turn.date, turn.variant.shift.starts, turn.variant.shift.ends, turn.teller))
    burdens = {
        teller.name: _added(teller.so_far, [item for one, item in given if one is teller])
        for teller in tellers
    }
    return Roster(tuple(turns), dict(days), burdens)


class _Plan:
    """The programme: who works what, nobody too much or too soon again, all as fair as may be."""

    def __init__(self, days: Mapping[dt.date, Seating], tellers: Sequence[Teller], rest_h: float) -> None:
        self.tellers = list(tellers)
        self.items = _items(days)
        self.days = days
        self.programme = Programme()
        self.vacant = [self.programme.variable(_VACANT, high=1) for _ in self.items]
        self.works = {
            (who, number): self.programme.variable(high=1)
            for who, teller in enumerate(self.tellers)
            for number, item in enumerate(self.items)
            if item.crew == teller.crew and item.date not in teller.away
        }
        for number in range(len(self.items)):
            takers = [(one, 1.0) for (_, item), one in self.works.items() if item == number]
            self.programme.row([*takers, (self.vacant[number], 1.0)], low=1, high=1)
        for who in range(len(self.tellers)):
            self._bound(who)
            self._rest(who, rest_h)
        for weight, part in ((_FAIR_HOURS, 0), (_FAIR_ENDS, 1), (_FAIR_ENDS, 2)):
            self._even(weight, part)

    def _bound(self, who: int) -> None:
        """One shift a day; in each week so many hours and days at most."""
        teller = self.tellers[who]
        for date in self.days:
            today = [(one, 1.0) for item, one in self._mine(who) if item.date == date]
            self.programme.row(today, high=1)
        for week in {date.isocalendar()[:2] for date in self.days}:
            mine = [(item, one) for item, one in self._mine(who) if item.date.isocalendar()[:2] == week]
            self.programme.row([(one, item.hours) for item, one in mine], high=teller.most_hours)
            self.programme.row([(one, 1.0) for _, one in mine], high=teller.most_days)

    def _rest(self, who: int, rest_h: float) -> None:
        """Forbid shifts on two days in a row with too few hours between."""
        mine = self._mine(who)
        for one, first in mine:
            for other, second in mine:
                if (other.date - one.date).days == 1 and self._between_h(one, other) < rest_h:
                    self.programme.row([(first, 1.0), (second, 1.0)], high=1)

    def _even(self, weight: float, part: int) -> None:
        """Let it cost what the most burdened of a crew has beyond the least."""
        for crew in {teller.crew for teller in self.tellers}:
            low = self.programme.variable(-weight, whole=False)
            high = self.programme.variable(weight, whole=False)
            for who, teller in enumerate(self.tellers):
                if teller.crew != crew:
                    continue
                load = [(one, _weight(item, part)) for item, one in self._mine(who)]
                had = float(teller.so_far[part])
                self.programme.row([*load, (high, -1.0)], high=-had)
                self.programme.row([*load, (low, -1.0)], low=-had)

    def _mine(self, who: int) -> list[tuple[_Item, int]]:
        return [(self.items[item], one) for (one_of, item), one in self.works.items() if one_of == who]

    def _between_h(self, one: _Item, other: _Item) -> float:
        ends = self._clock_s(one.date, one.variant.shift.ends)
        begins = self._clock_s(other.date, other.variant.shift.starts)
        return (24 * HOUR_S - ends + begins) / HOUR_S

    def _clock_s(self, date: dt.date, slot: int) -> float:
        need = self.days[date].cover.need
        return need.opens_s + slot * need.slot_s


def _items(days: Mapping[dt.date, Seating]) -> list[_Item]:
    found = []
    for date, seating in sorted(days.items()):
        staff, hour = seating.cover.staff, seating.cover.need.slot_s / HOUR_S
        first = min((variant.shift.starts for _, variant in staff), default=0)
        last = max((variant.shift.ends for _, variant in staff), default=0)
        for number, (crew, variant) in enumerate(staff):
            early, late = variant.shift.starts == first, variant.shift.ends == last
            found.append(_Item(date, number, crew.name, variant, variant.paid_slots * hour, early, late))
    return found


def _weight(item: _Item, part: int) -> float:
    return float((item.hours, item.early, item.late)[part])


def _added(so_far: Burden, items: Sequence[_Item]) -> Burden:
    return Burden(
        so_far.hours + sum(item.hours for item in items),
        so_far.early + sum(item.early for item in items),
        so_far.late + sum(item.late for item in items),
    )


def _check(days: Mapping[dt.date, Seating], tellers: Sequence[Teller]) -> None:
    if not days:
        raise StaffingError("A roster needs at least one day.")
    names = [teller.name for teller in tellers]
    if twice := {name for name in names if names.count(name) > 1}:
        raise StaffingError(f"Two tellers are called {min(twice)}: give each a name of its own.")
    crews = {crew.name for seating in days.values() for crew, _ in seating.cover.staff}
    if missing := crews - {teller.crew for teller in tellers}:
        raise StaffingError(f"Nobody is of crew {min(missing)}: name at least one teller of it.")
